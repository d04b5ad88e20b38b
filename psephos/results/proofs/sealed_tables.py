"""Derived sealed tables of a release: positions at a batch's end, votes of closed proposals.

| function | rows | at |
|---|---|---|
| a kind of positions: `balance`, `power` … | holder, amount | the end of the newest sealed day |
| `vote` | voter, weight, choice | the end of the day of a closed proposal's last vote |

Each follows from sealed batches alone, so it does not depend on when it is asked for: what was
proven of it once holds in every later release, as long as none of its batches is corrected.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from psephos.batch import mountain, roll
from psephos.batch.derived import VOTES, DerivedHeader
from psephos.batch.history import History
from psephos.batch.roll import NO_CHOICE, Row
from psephos.errors import NotCollected, TableError, VerificationFailed
from psephos.results import reading
from psephos.results.positions import LOCKED, SOURCES, derived
from psephos.results.proofs.provable import BITS, CHOICES, MOST, SCALE, Provable
from psephos.results.voting.proposals import proposals
from psephos.results.voting.votes import votes
from psephos.store.reader import Release

VERSION = 1
"""Of every function here; another one when other rows follow from the same batches."""

KINDS = tuple(kind for kind in SOURCES if kind != LOCKED)
"""What can be sealed so: locked grants depend on a clock, too."""


Sources = Mapping[int, tuple[int, bytes]]
"""Of each sealed day how many headers hold up to it, and the root over them."""


LAST_VOTE = """
    SELECT key, max(block_number) FROM position
    WHERE kind = 'vote' AND dataset = ? AND block_number <= ? GROUP BY key"""


@dataclass(frozen=True, slots=True)
class Named:
    """A derived table by what it is: dataset, function, subject, and the batch it ends with."""

    dataset: str
    function: str
    subject: bytes | None
    day: int
    block: int

    @property
    def key(self) -> tuple[str, str, int, bytes]:
        """As the ledger calls it."""
        return self.dataset, self.function, self.day, self.subject or b""


def named(header: DerivedHeader) -> Named:
    """The table of a header."""
    return Named(header.dataset, header.function, header.subject, header.day, header.block)


def tables(release: Release, history: History, kinds: tuple[str, ...]) -> Iterator[Named]:
    """The derived tables of these kinds that there are now: positions, then votes, newest first.

    TableError for a kind that is not known.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise TableError(f"no kind of position {kind!r} is proven", hint=", ".join(KINDS))
    for kind in kinds:
        for dataset in reading.datasets(release, *SOURCES[kind]):
            days = ends(history, dataset)
            if not days:
                continue
            if kind == VOTES:
                yield from _closed(release, dataset, days)
            else:
                yield Named(dataset, kind, None, *max(days.items()))


def ends(history: History, dataset: str) -> dict[int, int]:
    """The last block of each sealed day of a dataset."""
    held = (history.at(i) for (name, _, _), i in history.latest.items() if name == dataset)
    return {entry.header.day: entry.header.last for entry in held}


def _closed(release: Release, dataset: str, days: dict[int, int]) -> Iterator[Named]:
    """The votes of proposals that were closed when the newest sealed day ended."""
    end, sealed = max(days.values()), sorted(days.items())
    last: dict[bytes, int] = dict(reading.rows(release, LAST_VOTE, (dataset, end)))
    for one in proposals(release, end, dataset=dataset):
        if one.undefined or one.state is None or one.state.open or one.id not in last:
            continue
        place = bisect_left(sealed, last[one.id], key=lambda pair: pair[1])
        yield Named(dataset, VOTES, one.id, *sealed[place])


def header(
    release: Release, sources: Sources, table: Named, rows: int, root: bytes
) -> DerivedHeader:
    """The header of a derived table without its second root."""
    chain = release.chain
    return DerivedHeader(
        chain.id,
        bytes.fromhex(chain.genesis[2:]) if chain.genesis else None,
        release.datasets[table.dataset].id,
        table.dataset,
        table.function,
        VERSION,
        table.subject,
        table.day,
        table.block,
        *sources[table.day],
        rows,
        root,
    )


def source_roots(history: History, dataset: str) -> Sources:
    """Of each sealed day of a dataset: how many batch headers hold up to it, and their root.

    The root is over their ids without a prover's root, which says nothing new of the rows.
    """
    held = sorted(
        (day, table, i) for (name, table, day), i in history.latest.items() if name == dataset
    )
    peaks: list[bytes] = []
    found: dict[int, tuple[int, bytes]] = {}
    for count, (day, _, i) in enumerate(held):
        plain = replace(history.at(i).header, prover_root=None)
        mountain.grow(peaks, count, mountain.leaf(plain.id))
        found[day] = count + 1, mountain.sealed_root(count + 1, mountain.bag(peaks))
    return found


def rows_of(release: Release, table: Named) -> Provable:
    """The table's rows, made from the event rows, in the order of ids.

    NotCollected where the positions are undefined or nobody holds anything; TableError for more
    than a proof can be about.
    """
    held = derived(
        release, table.function, dataset=table.dataset, block=table.block, key=table.subject
    )
    if held.undefined or not held.holders:
        raise NotCollected(held.undefined or "nobody holds anything", hint="nothing to prove")
    if len(held) > MOST or held.total >> BITS:
        raise TableError(f"{table.function} of {table.dataset} is more than a proof can be about")
    chosen = _choices(release, table) if table.subject is not None else None
    pairs = zip(held.holders, held.amounts, strict=True)
    rows = sorted(
        Row(int.from_bytes(holder, "big"), amount, chosen[holder] if chosen else NO_CHOICE)
        for holder, amount in pairs
    )
    return Provable(
        [row.weight for row in rows],
        [row.id for row in rows],
        [row.choice for row in rows] if chosen else None,
        min(held.decimals, SCALE),
        roll.root(rows),
    )


def _choices(release: Release, table: Named) -> dict[bytes, int] | None:
    """What each voter chose; None where a vote was split."""
    cast = votes(release, table.subject or b"", table.block, dataset=table.dataset)
    found: dict[bytes, int] = {}
    for voter, support in cast.select("voter", "support").iter_rows():
        choice = CHOICES.get(support)
        if choice is None or found.setdefault(voter, choice) != choice:
            return None
    return found


def check_header(
    release: Release, history: History, told: DerivedHeader, sources: Sources
) -> Provable:
    """The rows of a derived table, after they gave its header; VerificationFailed if they do not.

    Compared: chain, dataset, function, version, the block that ends the day, every batch header
    that it was derived from, the number of rows and the row root. Not the second root.
    """
    table = named(told)
    if table.function not in KINDS or told.function_version != VERSION:
        raise VerificationFailed(
            f"{table.function}, version {told.function_version}, is no function known here"
        )
    if table.dataset not in release.datasets:
        raise VerificationFailed(f"the release has no dataset {table.dataset}")
    if ends(history, table.dataset).get(table.day) != table.block:
        raise VerificationFailed(
            f"block {table.block} does not end a sealed day of {table.dataset}"
        )
    found = rows_of(release, table)
    made = header(release, sources, table, len(found.weights), found.row_root)
    if (made.sources, made.source_root) != (told.sources, told.source_root):
        raise VerificationFailed(
            f"{table.function} of {table.dataset} was derived from other batches than hold now"
        )
    if made != replace(told, prover_root=None):
        raise VerificationFailed(
            f"the rows of {table.function} of {table.dataset} at block {table.block} give another"
            " header than the ledger's"
        )
    return found
