"""What a release is about, without its files: where it did not change there is nothing to do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pyarrow as pa

import psephos
from psephos.batch.ledger import Ledger as BatchLedger
from psephos.errors import IndexBroken, NotCollected
from psephos.publish.anchors import anchors
from psephos.publish.sealed import SealedDays, joined, union
from psephos.publish.source import blocks, events
from psephos.settings import DatasetSettings, Settings
from psephos.store import piece, segment
from psephos.store.index import Index
from psephos.store.manifest import Block, Chain, Dataset, Ledger, Manifest, Sampled, versioned
from psephos.store.spans import gaps

BLOCK = """
    SELECT number, hash, timestamp FROM block
    WHERE number = (SELECT max(number) FROM block WHERE number <= ?)"""
HEAD = 2**63 - 1


def survey(
    index: Index,
    ledger: BatchLedger,
    settings: Settings,
    sealed: dict[str, SealedDays],
    labels: str,
) -> Manifest:
    """The manifest without tables and figures; `labels` is the digest of the entities.

    Raises NotCollected if the index holds no block yet, IndexBroken if it lacks sealed blocks,
    VerificationFailed if a declared checkpoint is not the block that was collected.
    """
    head = _block(index, HEAD)
    if head is None:
        raise NotCollected("nothing has been collected yet", hint="run `psephos sync` first")
    chain = settings.chain
    datasets = {
        dataset.name: _dataset(index, dataset, sealed[dataset.name])
        for dataset in settings.datasets
        if dataset.name in sealed
    }
    found = Manifest(
        psephos.__version__,
        Chain(chain.id, chain.name, _hex(chain.genesis) if chain.genesis else ""),
        _final(index),
        head,
        stand(ledger),
        datasets,
        {},
        labels=labels,
        anchors=anchors(index, chain.checkpoints, datasets.values()),
    )
    return versioned(found)


def stand(ledger: BatchLedger) -> Ledger:
    """What a release says of the ledger that it stands on."""
    return Ledger(ledger.length(), ledger.size, _hex(ledger.root()))


def unchanged(
    index: Index,
    segments: Path,
    previous: Manifest | None,
    now: Manifest,
    sealed: Mapping[str, SealedDays],
) -> bool:
    """Whether a release of `now` would be the one before: the same blocks, rows and labels.

    A correction of sealed rows shows in the ledger. Those of no sealed day are compared row by
    row: read again they may be others in the same number.
    """
    bare = previous and replace(previous, tables={}, figures=None, proofs=(), unproven=0)
    if previous is None or bare is None or previous.unproven or versioned(bare) != now:
        return False
    sources = {"block": blocks(index, union(sealed.values()))}
    for name, days in sealed.items():
        for table, schema in index.datasets()[name].tables.items():
            sources[f"{name}_{table}"] = events(index, name, table, schema, days)
    if sources.keys() != {name for name, table in previous.tables.items() if table.role == "rows"}:
        return False
    for name, source in sources.items():
        old = previous.tables[name].unsealed
        if old is not None and segment.fault(segments / old.file, old):
            return False
        told = iter(()) if old is None else segment.read(segments, old)
        if not _same(iter(source.unsealed()), told, source.schema):
            return False
    return True


def _same(
    ours: Iterator[pa.RecordBatch], theirs: Iterator[pa.RecordBatch], schema: pa.Schema
) -> bool:
    """Whether two streams hold the same rows, however they are cut."""
    one, other = _next(ours, schema), _next(theirs, schema)
    while one is not None and other is not None:
        rows = min(len(one), len(other))
        if not one.slice(0, rows).equals(other.slice(0, rows)):
            return False
        one = one.slice(rows) if len(one) > rows else _next(ours, schema)
        other = other.slice(rows) if len(other) > rows else _next(theirs, schema)
    return one is None and other is None


def _next(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> pa.Table | None:
    """The next rows, in the schema they are published in; None if there are no more."""
    batch = next((batch for batch in batches if batch.num_rows), None)
    return None if batch is None else pa.Table.from_batches([batch]).cast(schema)


def _final(index: Index) -> Block:
    """The newest block we have that the chain calls final."""
    final = index.finalized
    if final is None:
        raise NotCollected("no final block is known yet", hint="run `psephos sync` first")
    return _block(index, final.number) or Block(final.number, _hex(final.hash), 0)


def _block(index: Index, upto: int) -> Block | None:
    found = index.query(BLOCK, [upto])
    return Block(found[0][0], _hex(found[0][1]), found[0][2]) if found else None


def _dataset(index: Index, dataset: DatasetSettings, sealed: SealedDays) -> Dataset:
    registered, spans = index.datasets()[dataset.name], index.spans(dataset.name)
    for first, last in joined(sealed.blocks.values()):
        if missing := gaps(spans, first, last):
            raise IndexBroken(
                f"the index lacks blocks {missing[0][0]:,} to {missing[0][1]:,} of {dataset.name}, "
                "which are sealed",
                hint="run `psephos sync` until it has them again, or restore a newer index",
            )
    error, message = index.quarantined().get(dataset.name, ("", ""))
    return Dataset(
        registered.id.hex(),
        tuple(_hex(contract) for contract in dataset.contracts),
        dataset.sources,
        registered.first,
        dataset.decimals,
        dataset.symbol,
        dict(dataset.links or {}),
        piece.runs(sealed.blocks),
        tuple((span.first, span.last, span.level) for span in spans),  # type: ignore[misc]
        f"{error}: {message}" if error else "",
        _samples(index, dataset.name) or msgspec.UNSET,
    )


def _samples(index: Index, name: str) -> tuple[Sampled, ...]:
    """What samples of a dataset showed, those of one seed together."""
    found = index.query(
        "SELECT min(first), max(last), sum(drawn)::UBIGINT, sum(clean)::UBIGINT, seed_number,"
        " seed_hash FROM sample WHERE dataset = ? AND drawn > 0 GROUP BY seed_number, seed_hash"
        " ORDER BY 1, 2, seed_number, seed_hash",
        [name],
    )
    return tuple(
        Sampled(first, last, drawn, clean, seed, _hex(hash_))
        for first, last, drawn, clean, seed, hash_ in found
    )


def _hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()
