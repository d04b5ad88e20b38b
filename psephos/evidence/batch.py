"""One batch of a release, from its headers down to the chain."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa

from psephos.batch.header import BatchHeader, day_named
from psephos.batch.history import History
from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence import receipts
from psephos.evidence.anchor import nearest, tie
from psephos.evidence.blocks import Recomputed, audible, closed, recomputed
from psephos.evidence.check import Check, NotPossible, attempt, keep
from psephos.evidence.history import check_included, history_of
from psephos.evidence.level import Level, bound_level, columns, wholly
from psephos.evidence.rows import check_places, check_rows, definition, read
from psephos.settings import Checkpoint
from psephos.store.reader import Release

Blocks = dict[int, Recomputed]
"""Recomputed blocks by number."""


def verify_batch(
    release: Release,
    name: str,
    node: Node | None = None,
    *,
    checkpoints: Sequence[Checkpoint] = (),
) -> list[Check]:
    """Check one batch, `DATASET/DAY`: its headers, rows, blocks, receipts and anchor.

    ledger      its bytes are the history whose root the manifest names
    inclusion   the batch's headers are in it and hold; contested is failed
    definition  contracts and event shapes hash to the dataset's id; every table is sealed
    rows T      the rows of each table give its header's row root
    blocks      the block headers hash from the batch's parent to its last block, all of that day
    places      rows name these blocks' hashes and only watched contracts
    bloom       blocks whose bloom excludes the events have no rows
    receipts    the other blocks' receipts, from `node`, give exactly these rows
    columns     what binds each column
    anchor      only if checkpoints are declared: the batch leads to one

    A check that rests on one that did not pass is left out. CommandError if there is no such
    batch.
    """
    dataset_name, day = _named(name)
    checks: list[Check] = []
    history = keep(checks, "ledger", partial(history_of, release), _size)
    if history is None:
        return checks
    batches = _batches(history, dataset_name, day)
    if not batches:
        raise CommandError(
            f"there is no batch {name} in release {release.id[:16]}",
            hint="it is not sealed yet, or has no blocks; `psephos status` lists what is sealed",
        )
    checks.append(attempt("inclusion", partial(check_included, history, batches)))
    dataset = keep(
        checks, "definition", partial(definition, release, dataset_name), partial(_whole, batches)
    )
    if dataset is not None:
        checks += [attempt(f"rows {b.table}", partial(_rows, release, dataset, b)) for b in batches]
    blocks = keep(
        checks, "blocks", partial(_blocks, release, batches[0]), partial(_closed, release, batches)
    )
    rows = _all_rows(release, dataset, batches) if dataset is not None else None
    if dataset is not None and blocks is not None and rows is not None:
        checks += _against_blocks(dataset, batches[0], blocks, node, rows)
        whole = wholly(release.datasets[dataset.name].spans, batches[0].first, batches[0].last)
        checks.append(Check("columns", "passed", _bound(dataset, whole)))
    checks += _anchored(release, batches[0], checkpoints)
    return checks


def _named(name: str) -> tuple[str, int]:
    dataset, slash, day = name.partition("/")
    try:
        if not slash:
            raise ValueError(name)
        return dataset, day_named(day)
    except ValueError as error:
        raise CommandError(
            f"{name!r} names no batch", hint="a batch is DATASET/DAY, like strk/2024-02-20"
        ) from error


def _size(history: History) -> str:
    return f"{history.size} entries, root 0x{history.root().hex()}"


def _batches(history: History, dataset: str, day: int) -> list[BatchHeader]:
    """The headers that hold of one batch, by table."""
    held = sorted(
        (key, i) for key, i in history.latest.items() if (key[0], key[2]) == (dataset, day)
    )
    return [history.at(i).header for _, i in held]


def _whole(batches: Sequence[BatchHeader], dataset: Dataset) -> str:
    """That every table of the dataset is sealed, over the same blocks."""
    sealed = {batch.table for batch in batches}
    if missing := sorted(set(dataset.tables()) ^ sealed):
        raise VerificationFailed(f"tables that are not sealed, or not known: {', '.join(missing)}")
    if len({(b.first, b.last, b.parent, b.last_hash) for b in batches}) > 1:
        raise VerificationFailed("the tables of the batch are sealed over different blocks")
    return f"dataset {dataset.id.hex()[:16]}…, {len(sealed)} tables"


def _rows(release: Release, dataset: Dataset, batch: BatchHeader) -> str:
    ((_, wrong),) = check_rows(release, dataset, batch.table, [batch])
    if wrong:
        raise VerificationFailed(wrong)
    return f"{batch.rows} rows give 0x{batch.row_root.hex()[:16]}…"


def _blocks(release: Release, batch: BatchHeader) -> Blocks:
    """The batch's blocks, and the ones beside it that close its day."""
    first, last = max(batch.first - 1, 0), batch.last + 1
    return {block.number: block for block in recomputed(release, first, last)}


def _closed(release: Release, batches: Sequence[BatchHeader], blocks: Blocks) -> str:
    first = release.datasets[batches[0].dataset].first
    return closed(blocks, batches[0], first)


def _all_rows(
    release: Release, dataset: Dataset, batches: Sequence[BatchHeader]
) -> dict[str, pa.Table] | None:
    """The rows by table; None where there are so many more than the headers say that they are not
    read: the check of that table's rows has failed for it."""
    schemas = dataset.tables()
    try:
        return {
            one.table: read(
                release,
                f"{dataset.name}_{one.table}",
                schemas[one.table],
                one.first,
                one.last,
                one.rows,
            )
            for one in batches
        }
    except VerificationFailed:
        return None


def _against_blocks(
    dataset: Dataset,
    batch: BatchHeader,
    blocks: Blocks,
    node: Node | None,
    rows: Mapping[str, pa.Table],
) -> Iterator[Check]:
    """Checks of rows against recomputed blocks, then against receipts."""
    inside = [blocks[number] for number in range(batch.first, batch.last + 1)]
    hashes = {block.number: block.hash for block in inside}
    heard = audible(inside, dataset)

    def places() -> str:
        for found in rows.values():
            check_places(found, hashes, dataset.contracts)
        return f"{sum(map(len, rows.values()))} rows of {len(inside)} blocks"

    def bloom() -> str:
        allowed = {block.number for block in heard}
        for table, found in rows.items():
            if wrong := set(found.column("block_number").to_pylist()) - allowed:
                raise VerificationFailed(
                    f"{dataset.name}_{table} has rows of block {min(wrong)}, excluded by its bloom"
                )
        return f"{len(inside) - len(heard)} of {len(inside)} blocks are proven to hold no row"

    def recompute() -> str:
        if not heard:
            return "no block of the batch can hold a row"
        if node is None:
            raise NotPossible(f"{len(heard)} blocks may hold rows, and there is no node to ask")
        return str(receipts.compare(node, dataset, heard, rows))

    yield attempt("places", places)
    yield attempt("bloom", bloom)
    yield attempt("receipts", recompute)


def _bound(dataset: Dataset, whole: bool) -> str:
    """What no recomputed commitment binds, in words; `whole`: transactions were recomputed when
    the blocks were collected."""
    loose = {
        f"{name} ({bound})"
        for shape in dataset.shapes
        for name, bound in columns(shape).items()
        if bound_level(bound, whole=whole) == Level.SEEN
    }
    roots = "header, receipt or transaction" if whole else "header or receipt"
    return f"bound by {roots}, but only seen: {', '.join(sorted(loose)) or 'none'}"


def _anchored(
    release: Release, batch: BatchHeader, checkpoints: Sequence[Checkpoint]
) -> Iterator[Check]:
    """The check of an anchor, if any checkpoint is declared."""
    mark = nearest(checkpoints, batch.last)
    if mark is not None:
        yield attempt("anchor", lambda: tie(release, mark, batch.first).words)
    elif checkpoints:
        top = max(mark.block for mark in checkpoints)
        why = f"no declared checkpoint lies at or after block {batch.last}; the highest is {top}"
        yield Check("anchor", "not_possible", why)
