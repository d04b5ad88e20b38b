"""`verify light-client`: finalized headers by the signatures of the beacon chain's committees.

The first document is a bootstrap, the others updates, as the beacon API writes them: the object
itself, `{"data": …}`, `{"version": …, "data": …}`, or a list of such. The anchor is the bootstrap's
block: a *declared* checkpoint if one is given, otherwise the file declares itself, and the answer
says so. A finalized header names the Ethereum block that it holds: number, hash, state root and
receipts root.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psephos.commit.beacon import client
from psephos.commit.beacon.containers import Execution, LightHeader
from psephos.commit.beacon.forks import MAINNET, ORDER, Network
from psephos.errors import CommandError, UnknownFork, VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict, keep
from psephos.evidence.inside import kept
from psephos.settings import Checkpoint

MOST = 1024
"""Updates that are read: three years of periods, and a quarter of a second each."""

_ROOT = re.compile(r"0x[0-9a-fA-F]{64}")
WARNING = "warning: "
"""How a check that passed says what its reader should know."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a chain of light-client documents led, and from where.

    `finalized` is None if not even the bootstrap holds; `whole` says that every document passed.
    """

    checks: tuple[Check, ...]
    anchor: str
    finalized: LightHeader | None
    whole: bool


def verify_light_client(
    documents: Sequence[object],
    checkpoint: str | bytes | None = None,
    *,
    now: int,
    refuse_old: bool = False,
    network: Network = MAINNET,
) -> Verdict:
    """Follow the committees from a bootstrap to the last finalized header.

    `checkpoint`: root of the trusted beacon block, 32 bytes or `0x` and 64 digits; CommandError
    if it is neither. `now`: Unix seconds; a bootstrap older than two weeks is warned of, or
    refused. Every document is checked in order; the first that fails ends the walk.
    """
    followed = follow(documents, checkpoint, now=now, refuse_old=refuse_old, network=network)
    facts: dict[str, Any] = {"network": network.name, "anchor": followed.anchor}
    facts |= told(followed.finalized)
    warned = (c.why for c in followed.checks if c.why.startswith(WARNING))
    facts["warning"] = next((why.removeprefix(WARNING) for why in warned), None)
    return Verdict(followed.checks, followed.whole, facts)


def follow(
    documents: Sequence[object],
    checkpoint: str | bytes | None,
    *,
    now: int,
    refuse_old: bool = False,
    network: Network = MAINNET,
) -> Followed:
    """The walk itself; arguments as in `verify_light_client`."""
    root = _checkpoint(checkpoint)
    checks: list[Check] = []
    items = keep(checks, "files", lambda: unwrapped(documents), lambda found: f"{len(found)} read")
    if items is None:
        return Followed(tuple(checks), _anchor(root, None), None, False)
    store = _bootstrap(checks, items[0], network, root)
    anchor = _anchor(root, store)
    if store and not _age(checks, store, now, refuse_old):
        return Followed(tuple(checks), anchor, None, False)
    for position, item in enumerate(items[1:], 1):
        if store is None or checks[-1].status != "passed":
            break
        store = _advanced(checks, position, store, item, now) or store
    finalized = store.finalized if store else None
    whole = store is not None and all(check.status == "passed" for check in checks)
    return Followed(tuple(checks), anchor, finalized, whole)


def checkpoint_of(followed: Followed) -> Checkpoint:
    """The Ethereum block of the last finalized header as a checkpoint that blocks can be tied to.

    Its source names the walk. NotPossible if a document of it did not pass, or if the header is
    older than Capella, before which light clients were told no Ethereum block.
    """
    header = followed.finalized
    if header is None or not followed.whole:
        bad = next((check for check in followed.checks if check.status != "passed"), None)
        raise NotPossible(f"the light client did not follow: {bad.why if bad else 'no header'}")
    if header.execution is None:
        raise NotPossible(f"the finalized header of slot {header.slot} names no Ethereum block")
    source = f"the beacon chain's sync committees to slot {header.slot}, from {followed.anchor}"
    return Checkpoint(header.execution.number, header.execution.hash, source)


def told(header: LightHeader | None) -> dict[str, Any]:
    """What a reader is told of a finalized header; its Ethereum block is there since Capella."""
    if header is None:
        return {}
    facts: dict[str, Any] = {
        "finalized_slot": header.slot,
        "finalized_root": _hex(header.root),
        "finalized_state_root": _hex(header.state_root),
    }
    block: Execution | None = header.execution
    if block is not None:
        facts |= {
            "number": block.number,
            "hash": _hex(block.hash),
            "state_root": _hex(block.state_root),
            "receipts_root": _hex(block.receipts_root),
            "timestamp": block.timestamp,
        }
    return facts


def unwrapped(documents: Sequence[object]) -> list[tuple[str | None, object]]:
    """(version, object) of every document, lists opened; VerificationFailed if there is none."""
    found: list[tuple[str | None, object]] = []
    for item in _items(documents):
        if len(found) > MOST:
            raise VerificationFailed(f"more than {MOST} updates in one walk")
        found.append(_opened(item))
    if not found:
        raise VerificationFailed("there is no bootstrap: the first file must be one")
    return found


def _items(documents: Sequence[object]) -> Iterator[object]:
    for document in documents:
        if isinstance(document, list):
            yield from document
        else:
            yield document


def _opened(item: object) -> tuple[str | None, object]:
    if not isinstance(item, Mapping) or "data" not in item:
        return None, item
    version = item.get("version")
    if version is not None and not isinstance(version, str):
        raise VerificationFailed("the version of a document is no text")
    return version, item["data"]


def _bootstrap(
    checks: list[Check], item: tuple[str | None, object], network: Network, root: bytes | None
) -> client.Store | None:
    def make() -> client.Store:
        return client.bootstrap(_known(item), network, root)

    return kept(
        checks,
        "bootstrap",
        make,
        lambda store: f"slot {store.finalized.slot}, block {_hex(store.finalized.root)}",
    )


def _advanced(
    checks: list[Check],
    position: int,
    store: client.Store,
    item: tuple[str | None, object],
    now: int,
) -> client.Store | None:
    def make() -> tuple[client.Store, client.Update]:
        return client.advance(store, _known(item), now)

    def tell(made: tuple[client.Store, client.Update]) -> str:
        after, update = made
        signed = f"{update.signers} of {len(update.bits)} signed slot {update.attested.slot}"
        if after.finalized != store.finalized:
            return f"{signed}; slot {after.finalized.slot} is finalized"
        return f"{signed}; " + ("the next committee" if after != store else "nothing new is final")

    made = kept(checks, f"update {position}", make, tell)
    return made[0] if made else None


def _age(checks: list[Check], store: client.Store, now: int, refuse_old: bool) -> bool:
    """Note how old the bootstrap is; False if it is refused."""
    network, slot = store.network, store.finalized.slot
    age = now - network.genesis - slot * network.slot_seconds
    days = f"{age // 86400} days old"
    if age < 0:
        checks.append(Check("age", "failed", "the bootstrap lies in the future"))
    elif age <= client.OLD:
        checks.append(Check("age", "passed", days))
    elif refuse_old:
        checks.append(Check("age", "failed", f"the bootstrap is {days}: it is refused"))
    else:
        why = "its committee may since have left, and could sign another history"
        checks.append(Check("age", "passed", f"{WARNING}the bootstrap is {days}; {why}"))
    return checks[-1].status == "passed"


def _known(item: tuple[str | None, object]) -> object:
    """The object of a document whose fork is known; UnknownFork otherwise."""
    version, value = item
    if version is not None and version not in ORDER:
        raise UnknownFork(f"a document of fork {version[:20]!r}, which this version does not know")
    return value


def _checkpoint(told: str | bytes | None) -> bytes | None:
    if told is None or (isinstance(told, bytes) and len(told) == 32):
        return told
    if isinstance(told, str) and _ROOT.fullmatch(told):
        return bytes.fromhex(told[2:])
    raise CommandError(
        "the checkpoint is no root of a beacon block", hint="write 0x and 64 hexadecimal digits"
    )


def _anchor(root: bytes | None, store: client.Store | None) -> str:
    if root is not None:
        return f"beacon block {_hex(root)}, declared as checkpoint"
    where = f"beacon block {_hex(store.finalized.root)}, " if store else ""
    return f"{where}declared by the bootstrap file alone"


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
