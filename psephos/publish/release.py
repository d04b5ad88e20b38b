"""`release`: from index and ledger to an immutable release, at a cost of what is new.

survey      what it is about; if nothing changed since the release before, that is the answer
rows        sealed days that are new or corrected, and what is not sealed yet
positions   changes and checkpoints, computed from the rows just written
proofs      of sealed tables that are new; those of others are taken over
figures     computed from a release that has everything but them
ledger      its new bytes
publish     manifest, pointer, and what nobody needs any more is removed
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import msgspec

from psephos.batch.ledger import Ledger
from psephos.errors import DataError, IndexBroken
from psephos.publish import testimony, verifier
from psephos.publish.positions import Subject, known_positions, stage_positions
from psephos.publish.proofs import Price, carried
from psephos.publish.sealed import SealedDays, sealed_days, union
from psephos.publish.source import blocks, events
from psephos.publish.survey import stand, survey, unchanged
from psephos.results.changes import kinds
from psephos.results.evidence import declared_ties
from psephos.results.labels.entities import Entities, entities
from psephos.results.proofs.kept import kept, released
from psephos.settings import Settings
from psephos.store.durable import Step, quiet
from psephos.store.faults import faults
from psephos.store.index import Index
from psephos.store.manifest import Dataset, Manifest, Proof, Table, versioned
from psephos.store.reader import Release
from psephos.store.release import Publication, publication
from psephos.store.stage import Days, Label, stage


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What was published: `segments` and `bytes` count the files that are new."""

    id: str
    new: bool
    rows: int
    segments: int
    bytes: int
    figures: int
    final: int
    head: int
    seconds: float
    proofs: int = 0
    unproven: int = 0

    def __str__(self) -> str:
        if not self.new:
            return f"release {self.id[:16]}: nothing new since it was published"
        return (
            f"release {self.id[:16]}: {self.rows:,} rows to block {self.head:,} "
            f"({self.head - self.final:,} of them not final), {self.figures:,} figures; "
            f"wrote {self.segments} segments, {self.bytes:,} bytes, in {self.seconds:.1f} s"
            + (f"; {self.proofs} proofs" if self.proofs else "")
            + (f"; {self.unproven} tables to prove are left" if self.unproven else "")
        )


def release(
    index: Index,
    ledger: Ledger,
    folder: Path,
    settings: Settings,
    *,
    keep: int = 8,
    step: Step = quiet,
    say: Callable[[Price], None] = lambda price: None,
) -> ReleaseReport:
    """Publish what the index holds of the configured datasets; `keep` releases are kept.

    Where `settings.prove` says so, sealed tables are proven; `say` is told the price before.

    Raises NotCollected if there is nothing, LedgerBroken if the ledger lost what is published,
    IndexBroken if the index holds other rows than were sealed, ReleaseLocked, StorageFull and
    ReadOnlyFolder as the folder says. Whatever is raised, the release before stays current.
    """
    started = perf_counter()
    with publication(Path(folder), step) as new:
        known = index.datasets()
        tables = {d.name: tuple(known[d.name].tables) for d in settings.datasets if d.name in known}
        sealed = sealed_days(ledger, new.previous, tables)
        labels = entities(settings.chain.id)
        bare = survey(index, ledger, settings, sealed, labels.id)
        prove = partial(carried, ledger=ledger, new=new, settings=settings.prove, say=say)
        made = _unchanged(index, new, bare, sealed) or _made(
            index, ledger, new, bare, sealed, labels, prove
        )
        name = new.publish(made, keep)
        testimony.write(index, new.folder)
        verifier.write(new.folder)
        return ReleaseReport(
            name,
            made != new.previous,
            made.rows,
            len(new.new),
            sum(segment.bytes for segment in new.new),
            0 if made.figures is None else _count(new, made),
            made.final.number,
            made.head.number,
            perf_counter() - started,
            len(made.proofs),
            made.unproven,
        )


def _unchanged(
    index: Index, new: Publication, bare: Manifest, sealed: dict[str, SealedDays]
) -> Manifest | None:
    """The release before, if it is what would be published now and its files are there."""
    segments = new.folder / "segments"
    if new.previous is None or not unchanged(index, segments, new.previous, bare, sealed):
        return None
    return None if faults(new.folder, new.previous, whole=False) else new.previous


def _made(
    index: Index,
    ledger: Ledger,
    new: Publication,
    bare: Manifest,
    sealed: dict[str, SealedDays],
    labels: Entities,
    prove: Callable[[Release], tuple[tuple[Proof, ...], int]],
) -> Manifest:
    """The manifest of the next release, its files written."""
    with_rows = replace(bare, tables=dict(_rows(index, ledger, new, sealed)))
    made = _with_positions(new, with_rows, sealed)
    with closing(Release(new.folder, "", made, None, None)) as staged:
        proofs, left = prove(staged)
    now = stand(ledger)
    made = versioned(replace(made, proofs=proofs, unproven=left, ledger=now))
    with closing(Release(new.folder, "", made, None, None)) as staged:
        entries = kept(staged, ledger.history)
        found = released(staged, entries, labels, declared_ties(bare.anchors))
        told = [figure.json() for figure in found]
    start = new.previous.ledger.bytes if new.previous else 0
    new.ledger(ledger.content(start=start), start)
    return replace(made, figures=new.figures(msgspec.json.encode(told, order="sorted")))


def _rows(
    index: Index, ledger: Ledger, new: Publication, sealed: dict[str, SealedDays]
) -> Iterator[tuple[str, Table]]:
    """Blocks and event tables, each with what is new of it written."""
    old = new.previous.tables if new.previous else {}
    every = union(sealed.values())
    yield (
        "block",
        stage(new, old.get("block"), blocks(index, every), _days(every), Label()),
    )
    for dataset, days in sealed.items():
        for table, schema in index.datasets()[dataset].tables.items():
            name = f"{dataset}_{table}"
            rows = events(index, dataset, table, schema, days)
            made = stage(new, old.get(name), rows, _days(days), Label("rows", dataset))
            _check_rows(ledger, dataset, table, made, old.get(name), days)
            yield name, made


def _days(days: SealedDays) -> Days:
    return Days(frozenset(days.blocks), days.fresh)


def _check_rows(
    ledger: Ledger, dataset: str, table: str, made: Table, old: Table | None, days: SealedDays
) -> None:
    """New pieces hold as many rows as were sealed; IndexBroken names the first that does not."""
    known = set(old.pieces) if old else set()
    for piece in made.pieces:
        if piece in known:
            continue
        told = sum(
            ledger.at(ledger.latest[(dataset, table, day)]).header.rows
            for day in range(piece.first, piece.last + 1)
            if day in days.blocks
        )
        if told != piece.rows:
            raise IndexBroken(
                f"{dataset}_{table} has {piece.rows:,} rows in days {piece.first} to {piece.last}, "
                f"{told:,} were sealed",
                hint="run `psephos sync`: what it reads is compared with what was sealed",
            )


def _with_positions(new: Publication, rows: Manifest, sealed: dict[str, SealedDays]) -> Manifest:
    """The manifest with positions; a dataset whose positions break is stopped, the others go on."""
    made, datasets = dict(rows.tables), dict(rows.datasets)
    before = known_positions(new)
    with closing(
        Release(new.folder, "", replace(rows, tables=rows.tables | before), None, None)
    ) as r:
        for name, dataset in rows.datasets.items():
            upto = contiguous(dataset)
            ends = {day: last for day, (_, last) in sealed[name].blocks.items() if last <= upto}
            for kind in kinds(dataset.sources) if upto >= dataset.first else ():
                try:
                    subject = Subject(kind, name, upto, ends)
                    made |= stage_positions(new, r, subject, sealed[name].fresh)
                except DataError as error:
                    stopped = dataset.stopped or f"{error.name}: {error.message}"
                    datasets[name] = replace(dataset, stopped=stopped)
    return replace(rows, tables=made, datasets=datasets)


def contiguous(dataset: Dataset) -> int:
    """The last block up to which the dataset was read without a gap; before its first if none."""
    upto = dataset.first - 1
    for first, last, _ in dataset.coverage:
        if first > upto + 1:
            break
        upto = max(upto, last)
    return upto


def _count(new: Publication, made: Manifest) -> int:
    assert made.figures is not None
    content = (new.folder / "figures" / f"{made.figures.hash}.json").read_bytes()
    return len(msgspec.json.decode(content))
