"""The node that a configuration names: of Ethereum, a recording of one, or of Starknet."""

from pathlib import Path
from typing import Any, cast

from psephos.chain.ethereum import EthereumNode
from psephos.chain.node import Node
from psephos.chain.replay import ReplayNode
from psephos.chain.starknet.settled import Settlement
from psephos.chain.wire.patience import Patience
from psephos.errors import ConfigurationError, WrongChain
from psephos.settings import ChainSettings

REPLAY = "replay:"


def open_node(chain: ChainSettings, patience: Patience | None = None) -> Node:
    """The node behind `chain`'s endpoints; nothing is asked yet of a real one.

    `replay:PATH` opens a recording. ConfigurationError if a recording stands beside other
    endpoints; WrongChain if it is of another chain; what ReplayNode and EthereumNode raise.
    """
    recorded = [e for e in chain.endpoints if e.url.startswith(REPLAY)]
    if not recorded:
        return _asked(chain, patience)
    if chain.kind != "ethereum":
        raise ConfigurationError(
            f"endpoint {recorded[0].label} is a recording, which there are of Ethereum only",
            hint="name a node of Starknet",
        )
    if len(chain.endpoints) > 1:
        raise ConfigurationError(
            f"endpoint {recorded[0].label} is a recording, which cannot stand beside others",
            hint="keep one [[chain.endpoint]]",
        )
    node = ReplayNode(Path(recorded[0].url.removeprefix(REPLAY)))
    told = node.identity()
    if told[0] != chain.id or chain.genesis not in (None, told[1]):
        raise WrongChain(
            f"{recorded[0].label}: recorded on chain {told[0]}, genesis 0x{told[1].hex()}",
            hint="correct `id` or `genesis` under [chain]",
        )
    return node


def _asked(chain: ChainSettings, patience: Patience | None) -> Node:
    """A real node, behind the endpoints of its chain."""
    named: dict[str, Any] = {"chain_id": chain.id, "genesis": chain.genesis, "patience": patience}
    if chain.kind == "ethereum":
        return EthereumNode(chain.endpoints, **named)
    from psephos.chain.starknet.node import StarknetNode

    settlement = None
    if chain.l1 is not None:
        below = EthereumNode(chain.l1.endpoints, chain_id=chain.l1.id, patience=patience)
        settlement = Settlement(below, chain.l1.contract)
    return cast(Node, StarknetNode(chain.endpoints, settlement=settlement, **named))
