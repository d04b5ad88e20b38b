"""Positions at a block: who holds how much, by address or by declared entity.

Kinds told by events (`psephos.results.kinds.KINDS`) are read from the release's positions, the
last change of each holder up to the block. `locked` is computed from the grants at the block's
time. The zero address is never a holder. Positions are undefined, with the reason, until every
block of their dataset up to the one asked for has been read.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psephos.errors import TableError
from psephos.results import reading
from psephos.results.changes import rows as events
from psephos.results.economy.grants import accounts
from psephos.results.kinds import KINDS
from psephos.results.labels.entities import Entities

if TYPE_CHECKING:
    from psephos.store.reader import Release

LOCKED = "locked"
OF_ONE_CONTRACT = {"balance", "supply", "power", "delegated"}
SOURCES: dict[str, tuple[str, ...]] = {
    **{kind.name: kind.sources for kind in KINDS.values()},
    LOCKED: ("grant",),
}
HOLDERS: dict[str, str] = {
    **{kind.name: kind.holder for kind in KINDS.values()},
    LOCKED: "beneficiary",
}
TITLES: dict[str, str] = {
    **{kind.name: kind.title for kind in KINDS.values()},
    LOCKED: "locked grants",
}


@dataclass(frozen=True, slots=True)
class Positions:
    """Who holds how much of a kind at a block, largest first, equal ones by address.

    holders: 20 bytes each; of an entity with several addresses, the largest of them
    amounts: positive integers of the smallest unit, as many as holders
    owners:  the declared owner's name of each, or None
    undefined: why there is no answer (holders and amounts are then empty), or None
    """

    kind: str
    dataset: str
    block: int
    holders: tuple[bytes, ...] = ()
    amounts: tuple[int, ...] = ()
    owners: tuple[str | None, ...] = ()
    decimals: int = 18
    symbol: str = ""
    undefined: str | None = None
    key: bytes | None = None
    entities: str = ""
    provisional: bool = False

    def __len__(self) -> int:
        return len(self.holders)

    @property
    def total(self) -> int:
        """The sum of all amounts."""
        return sum(self.amounts)

    def of(self, holder: bytes) -> int:
        """What one holder has; 0 for who holds nothing."""
        return dict(zip(self.holders, self.amounts, strict=True)).get(holder, 0)


def positions(
    release: "Release",
    kind: str,
    *,
    dataset: str | None = None,
    block: int | None = None,
    key: bytes | None = None,
    entities: Entities | None = None,
) -> Positions:
    """Positions of a kind at the end of a block (none: the newest final one).

    dataset: may be left out where only one has this kind; key: the proposal, for votes cast.
    entities: add up the addresses of one declared owner.

    Raises `TableError` for an unknown kind or dataset, `NotCollected` past the release's head.
    """
    name = the_dataset(release, kind, dataset)
    block = reading.the_block(release, block)
    found = _empty(release, kind, name, block, key)
    if found.undefined:
        return found
    if kind == LOCKED:
        held = _locked(release, name, block)
        if held is None:
            return replace(found, undefined=f"the time of block {block} is not known")
        return filled(found, held, entities)
    holders, amounts = _held(release, found)
    if entities is not None:
        return filled(found, dict(zip(holders, amounts, strict=True)), entities)
    nobody = (None,) * len(holders)
    return replace(found, holders=tuple(holders), amounts=tuple(amounts), owners=nobody)


def derived(
    release: "Release",
    kind: str,
    *,
    dataset: str | None = None,
    block: int | None = None,
    key: bytes | None = None,
    entities: Entities | None = None,
) -> Positions:
    """The same, computed from the event rows on this machine and not from published positions."""
    if kind == LOCKED:
        return positions(release, kind, dataset=dataset, block=block, entities=entities)
    name = the_dataset(release, kind, dataset)
    found = _empty(release, kind, name, reading.the_block(release, block), key)
    if found.undefined:
        return found
    event = "(block_number, transaction_index, log_index)"
    amount = "sum(amount)" if KINDS[kind].adds else f"arg_max(amount, {event})"
    query = (
        f"SELECT holder, {amount} AS amount FROM ({events(release.tables(), name, kind)}) "
        "WHERE block_number <= ? AND key IS NOT DISTINCT FROM ? GROUP BY holder"
    )
    return filled(found, dict(reading.rows(release, query, (found.block, key))), entities)


def filled(empty: Positions, held: Mapping[bytes, int], entities: Entities | None) -> Positions:
    """`empty` with what each address holds, added up by owner where entities are given."""
    if entities is None:
        listed = sorted((-amount, holder) for holder, amount in held.items() if amount > 0)
        ordered = [(holder, -amount, None) for amount, holder in listed]
        return _listed(empty, ordered, "")
    groups: dict[str | bytes, list[tuple[int, bytes]]] = {}
    for holder, amount in held.items():
        owner = entities.of(holder, empty.block)
        if amount > 0:
            groups.setdefault(owner.name if owner else holder, []).append((amount, holder))
    merged = [
        (
            max(group, key=lambda part: (part[0], part[1]))[1],
            sum(amount for amount, _ in group),
            owner if isinstance(owner, str) else None,
        )
        for owner, group in groups.items()
    ]
    return _listed(empty, sorted(merged, key=lambda row: (-row[1], row[0])), entities.id)


def the_dataset(release: "Release", kind: str, name: str | None) -> str:
    """The dataset that has a kind of position: the one named, or the only one."""
    if kind not in SOURCES:
        raise TableError(f"no kind of position {kind!r}", hint=f"there are: {', '.join(SOURCES)}")
    having = reading.datasets(release, *SOURCES[kind])
    if name is None and len(having) == 1:
        return having[0]
    if name is None:
        raise TableError(
            f"{len(having)} datasets of this release have {TITLES[kind]}",
            hint=f"name one of them: {', '.join(having)}" if having else "collect one first",
        )
    reading.dataset(release, name)
    if name not in having:
        raise TableError(f"dataset {name!r} has no {TITLES[kind]}")
    return name


def supply(release: "Release", name: str, block: int | None = None) -> int | None:
    """Total supply of a token at a block, minted less burned; None while it is undefined."""
    found = positions(release, "supply", dataset=name, block=block)
    return None if found.undefined else found.total


def _empty(release: "Release", kind: str, name: str, block: int, key: bytes | None) -> Positions:
    """Nobody yet: the answer's frame, with the reason if it has to stay empty."""
    entry = reading.dataset(release, name)
    undefined = (
        reading.backfill(entry, block)
        if kind == LOCKED
        else reading.broken(release, kind, entry, block)
    )
    if kind in OF_ONE_CONTRACT and len(entry.contracts) > 1:
        undefined = f"dataset {name} watches {len(entry.contracts)} contracts: a position is of one"
    if kind == "vote" and key is None:
        raise TableError("votes cast are of one proposal", hint="give its id as `key`")
    return Positions(
        kind,
        name,
        block,
        decimals=entry.decimals,
        symbol=entry.symbol,
        undefined=undefined,
        key=key,
        provisional=block > release.final,
    )


def _held(release: "Release", of: Positions) -> tuple[list[bytes], list[int]]:
    """Holders and amounts, largest first, equal ones by address: the last checkpoint up to the
    block, and the last change of each holder since. At a batch's end there is none since."""
    known = release.checkpoints(of.kind, of.dataset)
    past = bisect_right(known, of.block)
    at = known[past - 1] if past else -1
    which = "kind = $kind AND dataset = $dataset AND key IS NOT DISTINCT FROM $key"
    told = f"SELECT holder, amount FROM checkpoint WHERE {which} AND block_number = $at"
    if at != of.block:
        told = f"""
        SELECT holder, arg_max(amount, block_number) AS amount FROM (
            SELECT holder, amount, block_number FROM checkpoint
            WHERE {which} AND block_number = $at
            UNION ALL
            SELECT holder, amount, block_number FROM position
            WHERE {which} AND block_number > $at AND block_number <= $block
        ) GROUP BY holder"""
    given = {"kind": of.kind, "dataset": of.dataset, "key": of.key, "at": at}
    given |= {"block": of.block} if at != of.block else {}
    query = f"SELECT holder, amount FROM ({told}) WHERE amount > 0 ORDER BY amount DESC, holder"
    holders, amounts = reading.columns(release, query, given)
    return holders, amounts


def _locked(release: "Release", name: str, block: int) -> dict[bytes, int] | None:
    found = accounts(release, name, block)
    return None if found is None else {one.beneficiary: one.locked for one in found}


def _listed(
    empty: Positions, ordered: Sequence[tuple[bytes, int, str | None]], entities: str
) -> Positions:
    holders, amounts, owners = zip(*ordered, strict=True) if ordered else ((), (), ())
    return replace(empty, holders=holders, amounts=amounts, owners=owners, entities=entities)
