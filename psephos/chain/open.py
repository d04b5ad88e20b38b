"""The node that a configuration names: of Ethereum or Starknet, or a recording of one."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from psephos.chain.ethereum import EthereumNode
from psephos.chain.node import Node
from psephos.chain.replay import ReplayNode
from psephos.chain.starknet.settled import Settlement
from psephos.chain.wire.patience import Clock, Patience
from psephos.errors import ConfigurationError, WrongChain
from psephos.settings import ChainSettings

if TYPE_CHECKING:
    from psephos.chain.starknet.gateway import Gateway

REPLAY = "replay:"


def open_node(chain: ChainSettings, patience: Patience | None = None) -> Node:
    """The node behind `chain`'s endpoints; nothing is asked yet of a real one.

    `replay:PATH` opens a recording. ConfigurationError if a recording stands beside other
    endpoints; WrongChain if it is of another chain; what ReplayNode and EthereumNode raise.
    """
    recorded = [e for e in chain.endpoints if e.url.startswith(REPLAY)]
    if not recorded:
        return _asked(chain, patience)
    if len(chain.endpoints) > 1:
        raise ConfigurationError(
            f"endpoint {recorded[0].label} is a recording, which cannot stand beside others",
            hint="keep one [[chain.endpoint]]",
        )
    path = Path(recorded[0].url.removeprefix(REPLAY))
    node = ReplayNode(path) if chain.kind == "ethereum" else _replayed(chain, path, patience)
    told = node.identity()
    if told[0] != chain.id or chain.genesis not in (None, told[1]):
        raise WrongChain(
            f"{recorded[0].label}: recorded on chain {told[0]}, genesis 0x{told[1].hex()}",
            hint="correct `id` or `genesis` under [chain]",
        )
    return node


def _replayed(chain: ChainSettings, path: Path, patience: Patience | None) -> Node:
    """A recording of Starknet."""
    from psephos.chain.starknet.replay import StarknetReplayNode

    return cast(Node, StarknetReplayNode(path, _settlement(chain, patience)))


def _settlement(chain: ChainSettings, patience: Patience | None) -> Settlement | None:
    """What says that a block of Starknet is final on L1; None: its own node does."""
    if (l1 := chain.l1) is None:
        return None
    named = l1.house.chain if l1.house else ChainSettings("l1", l1.id, None, 0, l1.endpoints)
    return Settlement(open_node(named, patience), l1.contract, l1.checkpoints)


def _asked(chain: ChainSettings, patience: Patience | None) -> Node:
    """A real node, behind the endpoints of its chain."""
    named: dict[str, Any] = {"chain_id": chain.id, "genesis": chain.genesis, "patience": patience}
    if chain.kind == "ethereum":
        return EthereumNode(chain.endpoints, **named)
    from psephos.chain.starknet.node import StarknetNode

    named |= {
        "settlement": _settlement(chain, patience),
        "gateways": open_gateways(chain, patience),
    }
    return cast(Node, StarknetNode(chain.endpoints, **named))


def open_gateways(chain: ChainSettings, patience: Patience | None = None) -> "tuple[Gateway, ...]":
    """The gateways of a Starknet chain. ConfigurationError where its sequencer's key is neither
    known nor configured: no signature could be checked."""
    from psephos.chain.starknet.gateway import Gateway, keys_of

    if chain.gateways and not (keys := keys_of(chain.id, chain.sequencer)):
        raise ConfigurationError(
            "the key that this chain's sequencer signs with is not known",
            hint='add `sequencer = "0x…"` under [chain], or remove the [[chain.gateway]]',
        )
    return tuple(Gateway(named, keys, patience or Patience(), Clock()) for named in chain.gateways)
