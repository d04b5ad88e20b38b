"""What a configuration trusts: the checkpoints it declares, and where its light clients lead.

A light client's files end in a finalized header of the beacon chain, which names an Ethereum
block: a checkpoint like a declared one, whose source says on which beacon block it rests and who
declared that. So it is named wherever a declared one is: in releases, evidence and on the site.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from psephos.commit.beacon.forks import MAINNET, SEPOLIA, Network
from psephos.errors import ConfigurationError, UnknownFork, VerificationFailed
from psephos.evidence.check import NotPossible
from psephos.evidence.light_client import WARNING, checkpoint_of, follow
from psephos.settings import ChainSettings, Checkpoint, LightClient

NETWORKS: Mapping[int, Network] = MappingProxyType({1: MAINNET, 11155111: SEPOLIA})
"""The beacon chain of an Ethereum, by its chain id."""

Reader = Callable[[Path], object]
"""Gives the JSON of a file."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Checkpoints that blocks may be tied to, and what their reader should be warned of."""

    checkpoints: tuple[Checkpoint, ...]
    warnings: tuple[str, ...] = ()


def trusted(
    chain: ChainSettings,
    read: Reader,
    *,
    now: int | None = None,
    networks: Mapping[int, Network] = NETWORKS,
) -> Trust:
    """The declared checkpoints of a chain, and the finalized block of each of its light clients.

    `now`: Unix seconds, the clock's if not given. VerificationFailed if a document does not hold
    or an old bootstrap is refused, UnknownFork if one is of a fork that is not known here,
    ConfigurationError if the beacon chain is not; and what `read` raises.
    """
    now = int(time.time()) if now is None else now
    found, warnings = list(chain.checkpoints), []
    for one in chain.light_clients:
        network = networks.get(chain.id)
        if network is None:
            raise ConfigurationError(
                f"the beacon chain of chain {chain.id} is not known here",
                hint="declare a [[chain.checkpoint]] instead of a light client",
            )
        mark, warning = _led(one, read, network, now)
        found.append(mark)
        warnings += [warning] if warning else []
    return Trust(tuple(found), tuple(warnings))


def _led(
    one: LightClient, read: Reader, network: Network, now: int
) -> tuple[Checkpoint, str | None]:
    """Where a light client leads, and what to warn of: an old bootstrap."""
    documents = [read(file) for file in one.files]
    walk = follow(documents, one.root, now=now, refuse_old=one.refuse_old, network=network)
    try:
        mark = checkpoint_of(walk)
    except NotPossible as error:
        unknown = all(check.status != "failed" for check in walk.checks)
        raise (UnknownFork if unknown else VerificationFailed)(
            f"light client of {one.files[0].name}: {error}",
            hint="bootstrap first, then updates, as the beacon API writes them",
        ) from None
    warned = [check.why for check in walk.checks if check.why.startswith(WARNING)]
    return mark, f"light client: {warned[0].removeprefix(WARNING)}" if warned else None
