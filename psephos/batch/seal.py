"""Sealing: every finished day of every dataset, table by table, into the ledger.

    finished days that were not compared yet → rows of each table → row root → batch header
    → the same as in the ledger: nothing; else a new entry, which supersedes with its reason

Killed anywhere it leaves a ledger that begins with the one a whole run makes, and the next run
ends with that one: entries come in order of (day, dataset, table), a month of days at a time,
and what is in the ledger already is recognised by its header.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from psephos.batch.batches import AT_ONCE, DatasetLike, batch_headers
from psephos.batch.days import Day, finished
from psephos.batch.header import BatchHeader
from psephos.batch.history import CONTESTED, SEALED, Entry
from psephos.batch.ledger import Ledger
from psephos.errors import Contested, IndexBroken, LedgerBroken
from psephos.store.index import Index
from psephos.store.spans import covered

MONTH = 30
"""Days that are acknowledged by one append."""

ROOT_ADDED = "root added"


class Named(Protocol):
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sealed:
    """One new entry of the ledger: what was sealed, corrected or contested, and why."""

    dataset: str
    table: str
    day: int
    entry: int
    header: BatchHeader
    reason: str
    contested: bool


def seal(
    index: Index, ledger: Ledger, datasets: Sequence[DatasetLike], *, at_once: int = AT_ONCE
) -> list[Sealed]:
    """Seal what became final since the last time; the new entries, in order.

    Days whose rows were read again are compared again. A day whose last block has another hash
    now is marked contested, and its dataset is quarantined and sealed no further. IndexBroken
    if the index lost blocks that are sealed; LedgerBroken if the ledger lost entries that the
    index saw.
    """
    if lost := behind(index, ledger, datasets):
        raise IndexBroken(
            f"the index is older than its ledger: {'; '.join(lost)}",
            hint="run `psephos sync` until it has those blocks again: what it reads is compared"
            " with what was sealed; or restore a newer index",
        )
    before = ledger.size
    held = _held(ledger)
    sound = [d for d in datasets if not _contest(index, ledger, d.name, held.get(d.name, []))]
    plan = [(day, d) for d in sound for day in _open_days(index, held.get(d.name, []), d)]
    plan.sort(key=lambda item: item[0].day)
    for month in _months(plan):
        ledger.extend(_entries(index, ledger, month, at_once))
    _note(index, ledger, sound)
    return [_told(ledger, i) for i, _ in ledger.history.sealed(before)]


def behind(index: Index, ledger: Ledger, datasets: Sequence[Named]) -> list[str]:
    """Datasets of which the index lost sealed blocks, one line each; [] if it lost none.

    A dataset that this index never compared with the ledger is being built anew: it lost
    nothing. LedgerBroken if it is the ledger that lost entries, or whose entries changed.
    """
    seen = index.last_seal()
    if seen is not None and (seen[0] > ledger.size or ledger.root(seen[0]) != seen[1]):
        raise LedgerBroken(
            f"the ledger is not the one of this index, which saw {seen[0]} entries of it",
            hint="restore ledger.bin and ledger.head from a copy, or from the newest release",
        )
    compared = [dataset.name for dataset in datasets if index.sealed_to(dataset.name) is not None]
    found = []
    held = _held(ledger)
    for name in compared:
        spans, headers = index.spans(name), held.get(name, [])
        if any(not covered(spans, h.first, h.last) for h in headers):
            top = max(h.last for h in headers)
            has = f"holds it to block {spans[-1].last}" if spans else "holds none of it"
            found.append(f"{name} is sealed to block {top}, the index {has}")
    return found


def add_prover_root(ledger: Ledger, key: tuple[str, str, int], root: bytes) -> int:
    """Give a sealed table its prover's root: a new entry that supersedes, with its index."""
    held = ledger.latest[key]
    header = replace(ledger.at(held).header, prover_root=root)
    return ledger.append(Entry(header, held, ROOT_ADDED))


def _held(ledger: Ledger) -> dict[str, list[BatchHeader]]:
    """The headers that hold, by dataset, in order of (day, table)."""
    found: dict[str, list[BatchHeader]] = {}
    for (name, _, _), i in sorted(ledger.latest.items(), key=lambda item: (item[0][2], item[0][1])):
        found.setdefault(name, []).append(ledger.at(i).header)
    return found


# Contested days


def _contest(index: Index, ledger: Ledger, dataset: str, headers: Sequence[BatchHeader]) -> bool:
    """Mark batches whose blocks are no longer the chain's; whether the dataset must stop."""
    told = min((number for number, _, _ in index.contested()), default=None)
    now = _hashes(index, {header.last for header in headers})
    entries = []
    for header in headers:
        held = ledger.latest[header.key]
        why = _doubt(header, told, now.get(header.last, header.last_hash))
        if why and ledger.at(held).kind == SEALED:
            entries.append(Entry(header, held, why, CONTESTED))
    ledger.extend(entries)
    stop = any(ledger.at(ledger.latest[h.key]).kind == CONTESTED for h in headers)
    if stop and dataset not in index.quarantined():
        error = Contested(f"sealed days of {dataset} are contested: a final block changed")
        index.quarantine(dataset, error)
    return stop


def _hashes(index: Index, numbers: Collection[int]) -> dict[int, bytes]:
    """Hashes of stored blocks by number."""
    sql = "SELECT number, hash FROM block WHERE number IN (SELECT unnest(?::UBIGINT[]))"
    return {number: bytes(hash_) for number, hash_ in index.query(sql, [list(numbers)])}


def _doubt(header: BatchHeader, told: int | None, hash_now: bytes) -> str:
    """Why a batch is contested; empty if it is not."""
    if told is not None and header.last >= told:
        return f"block {told}, which was final, was told otherwise by a node"
    if hash_now != header.last_hash:
        return f"block {header.last}, which was final, is another one now: 0x{hash_now.hex()}"
    return ""


# Days that are to be compared with the ledger


def _open_days(index: Index, headers: Sequence[BatchHeader], dataset: DatasetLike) -> list[Day]:
    """Finished days that this index has not compared with the ledger yet."""
    final, through = index.finalized, index.sealed_to(dataset.name)
    if final is None:
        return []
    start = dataset.first
    if through is not None and through >= start:
        start = min((h.first for h in headers if h.last > through), default=through + 1)
    return finished(index, index.spans(dataset.name), start, final.number)


def _note(index: Index, ledger: Ledger, datasets: Sequence[DatasetLike]) -> None:
    """Tell the index how far it was compared with the ledger: without a gap from its first block.

    A dataset that is being built anew counts only when it has all that was sealed again.
    """
    held, through = _held(ledger), {}
    for dataset in datasets:
        spans = index.spans(dataset.name)
        ranges = sorted({(h.first, h.last) for h in held.get(dataset.name, [])})
        if ranges and all(covered(spans, first, last) for first, last in ranges):
            through[dataset.name] = _contiguous(ranges, dataset.first)
    seen = (ledger.size, ledger.root())
    if index.last_seal() != seen or any(index.sealed_to(n) != end for n, end in through.items()):
        index.note_seal(*seen, through)


def _contiguous(ranges: Sequence[tuple[int, int]], start: int) -> int:
    """The last block up to which `ranges` leave no gap after `start`; start - 1 if none begins."""
    end = start - 1
    for first, last in ranges:
        if first > end + 1:
            break
        end = max(end, last)
    return end


# Entries


Work = tuple[Day, DatasetLike]


def _months(plan: Sequence[Work]) -> Iterator[list[Work]]:
    """The plan, at most MONTH different days at a time."""
    days = sorted({day.day for day, _ in plan})
    for i in range(0, len(days), MONTH):
        month = set(days[i : i + MONTH])
        yield [work for work in plan if work[0].day in month]


def _entries(index: Index, ledger: Ledger, month: Sequence[Work], at_once: int) -> list[Entry]:
    """What the ledger does not say yet about these days, in order of (day, dataset, table)."""
    headers: dict[tuple[int, str], list[BatchHeader]] = {}
    for dataset in {dataset.name: dataset for _, dataset in month}.values():
        days = [day for day, other in month if other.name == dataset.name]
        for header in batch_headers(index, dataset, days, at_once):
            headers.setdefault((header.day, dataset.name), []).append(header)
    ordered = (header for day, dataset in month for header in headers[day.day, dataset.name])
    return [entry for header in ordered if (entry := _entry(ledger, header))]


def _entry(ledger: Ledger, header: BatchHeader) -> Entry | None:
    """The entry that a header needs, or None if the ledger says the same already."""
    held = ledger.latest.get(header.key)
    if held is None:
        return Entry(header)
    old = ledger.at(held).header
    return (
        None if replace(old, prover_root=None) == header else Entry(header, held, _why(old, header))
    )


def _why(old: BatchHeader, new: BatchHeader) -> str:
    """The reason of a correction, from what differs."""
    if (old.dataset_id, old.schema) != (new.dataset_id, new.schema):
        return "the dataset was defined anew"
    if (old.first, old.last) != (new.first, new.last):
        return f"blocks {old.first}-{old.last} became {new.first}-{new.last}"
    if old.row_root != new.row_root:
        return f"rows read again differ: {old.rows} became {new.rows}"
    return "the chain's identity was declared anew"


def _told(ledger: Ledger, i: int) -> Sealed:
    entry = ledger.at(i)
    header, contested = entry.header, entry.kind == CONTESTED
    return Sealed(*header.key, i, header, entry.reason, contested)
