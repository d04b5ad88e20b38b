"""Proofs of a release: made of tables that are new, taken over where nothing changed.

wanted      derived tables of the configured kinds (psephos.results.proofs.sealed_tables)
known       the ledger names proofs of the same table, from the same batches: their files are used
same rows   the ledger names proofs of a table with the same row root: theirs are used
new         proven, at most so many tables a release; what is left waits for the next

A closed proposal's votes are proven once. Of positions one table is new with every sealed day, so
what a release costs depends on what is new, not on how long the history is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from psephos.batch.derived import DerivedHeader
from psephos.batch.header import BatchHeader
from psephos.batch.history import History
from psephos.batch.ledger import Ledger
from psephos.batch.proven import ProofFile, Proven, proof_file
from psephos.errors import NotCollected
from psephos.results.proofs import sealed_tables
from psephos.results.proofs.kept import asked
from psephos.results.proofs.provable import Provable
from psephos.results.proofs.proving import Question, proven, table_of
from psephos.results.proofs.sealed_tables import Named, Sources
from psephos.settings import Prove
from psephos.store.manifest import Proof
from psephos.store.reader import Release
from psephos.store.release import Publication

SECONDS, BYTES, LEAST = 2.0, 350_000, 16
"""What a proof of 2^16 rows costs on one core, and its size: for the price that is told before."""

ANEW = "proven anew"


@dataclass(frozen=True, slots=True)
class Price:
    """What is about to be proven: tables and proofs, CPU seconds and bytes, roughly."""

    tables: int
    proofs: int
    left: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        later = f"; {self.left} tables wait for the next release" if self.left else ""
        return (
            f"proving {self.tables} tables, {self.proofs} proofs: about {self.seconds:.0f} CPU "
            f"seconds and {self.bytes / 1e6:.1f} MB{later}"
        )


def price(work: Sequence["Work"], left: int) -> Price:
    """Roughly: seconds grow with the rows of a trace, bytes hardly."""
    proofs = [one for one in work for _ in one.asked]
    seconds = sum(
        SECONDS * 2 ** (max((len(one.table.weights) - 1).bit_length(), LEAST) - LEAST)
        for one in proofs
    )
    return Price(len(work), len(proofs), left, seconds, BYTES * len(proofs))


@dataclass(frozen=True, slots=True)
class Work:
    """A table that is to be proven: its rows, and its header without the second root."""

    named: Named
    table: Provable
    header: DerivedHeader

    @property
    def asked(self) -> tuple[Question, ...]:
        """What is proven of it, a proof each."""
        rows, choices = len(self.table.weights), self.table.choices is not None
        return asked(self.named.function, rows, choices=choices)


def carried(
    release: Release,
    ledger: Ledger,
    new: Publication,
    settings: Prove | None,
    say: Callable[[Price], None] = lambda price: None,
) -> tuple[tuple[Proof, ...], int]:
    """The proofs that the next release names, their files written and the ledger's entries made.

    `release` has the rows to be published. Also how many tables are left for a later release.
    """
    kinds, most = (settings.kinds, settings.most) if settings else ((), 0)
    wanted = list(sealed_tables.tables(release, ledger.history, kinds))
    names = {one.dataset for one in wanted}
    sources = {name: sealed_tables.source_roots(ledger.history, name) for name in names}
    known = {one.key: _known(ledger.history, new, one, sources[one.dataset]) for one in wanted}
    work: list[Work] = []
    left = 0
    for one in wanted:
        if known[one.key] is None and len(work) < most:
            work += _work(release, sources[one.dataset], one)
        elif known[one.key] is None:
            left += 1
    if work:
        say(price(work, left))
    for item in work:
        known[item.named.key] = _proven(ledger, new, item, settings.preset if settings else "")
    entries = [entry for one in wanted if (entry := known[one.key]) is not None]
    return tuple(_listed(ledger.history, new, entries)), left


def _known(history: History, new: Publication, table: Named, sources: Sources) -> Proven | None:
    """The ledger's entry about a table, if its batches hold and its files are there."""
    entry = _entry(history, table)
    if entry is None or not isinstance(entry.header, DerivedHeader):
        return None
    header = entry.header
    same = (header.sources, header.source_root, header.block, header.function_version)
    if same != (*sources[table.day], table.block, sealed_tables.VERSION):
        return None
    return entry if all(new.has_proof(f.hash.hex(), f.bytes) for f in entry.proofs) else None


def _entry(history: History, table: Named) -> Proven | None:
    index = history.proven.get(table.key)
    entry = None if index is None else history.entries[index]
    return entry if isinstance(entry, Proven) else None


def _work(release: Release, sources: Sources, table: Named) -> Iterator[Work]:
    """A table with its rows; nothing for one in which nobody holds anything."""
    try:
        rows = sealed_tables.rows_of(release, table)
    except NotCollected:
        return
    count = len(rows.weights)
    yield Work(table, rows, sealed_tables.header(release, sources, table, count, rows.row_root))


def _proven(ledger: Ledger, new: Publication, work: Work, preset: str) -> Proven:
    """The entry about a table, after its proofs were written; an equal one is not written again."""
    from psephos.stark.prove.table import low_degree_root

    header = replace(work.header, prover_root=low_degree_root(table_of(work.table)))
    files = _same_rows(ledger.history, new, header) or _made(new, work, preset)
    before = ledger.history.proven.get(header.key)
    entry = Proven(header, files, before, "" if before is None else ANEW)
    if before is not None:
        held = ledger.entries[before]
        if isinstance(held, Proven) and (held.header, held.proofs) == (header, files):
            return held
    ledger.append(entry)
    return entry


def _same_rows(
    history: History, new: Publication, header: DerivedHeader
) -> tuple[ProofFile, ...] | None:
    """Proofs of another table that has the same rows: a proof names rows, not days."""
    for entry in history.proofs():
        other = entry.header
        if (
            isinstance(other, DerivedHeader)
            and (other.function, other.row_root) == (header.function, header.row_root)
            and other.prover_root == header.prover_root
            and all(new.has_proof(f.hash.hex(), f.bytes) for f in entry.proofs)
        ):
            return entry.proofs
    return None


def _made(new: Publication, work: Work, preset: str) -> tuple[ProofFile, ...]:
    files = []
    for question in work.asked:
        data, found = proven(work.table, question, preset)
        new.proof(data)
        files.append(proof_file(data, found.combination.id))
    return tuple(files)


def _listed(history: History, new: Publication, derived: Sequence[Proven]) -> Iterator[Proof]:
    """Every proof that is there: of batches whose headers hold, and of these derived tables."""
    batches = [entry for entry in history.proofs() if isinstance(entry.header, BatchHeader)]
    for entry in (*derived, *batches):
        for file in entry.proofs:
            if new.has_proof(file.hash.hex(), file.bytes):
                yield Proof(entry.header.id.hex(), file.hash.hex(), file.bytes)
