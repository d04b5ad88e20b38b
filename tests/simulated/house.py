"""A generated release of any size, without a chain: for the site, for results and for benchmarks.

A token with delegation, its governor and some grants live through a few months
(`tests.simulated.life`). Blocks have no headers that hash to anything, so nothing here is
*complete*: its coverage says *seen*.

    release = Release.open(folder, make_release(folder, rows=100_000))
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import psephos
from psephos.chain.dataset import Dataset
from psephos.publish.positions import Subject, known_positions, stage_positions
from psephos.results.changes import kinds
from psephos.store import manifest
from psephos.store.piece import DAY
from psephos.store.reader import Release
from psephos.store.release import Publication, publication
from psephos.store.stage import Days, Label, stage
from tests.simulated.life import START, UNIT, History, Proposal, live

CHAIN = 31337
FINAL = 64  # blocks at the head that are not final
TOKEN, GOVERNOR, GRANTS = (bytes.fromhex(f"{n:02x}" * 20) for n in (0xCA, 0x60, 0x64))
DATASETS = (
    Dataset("strk", CHAIN, (TOKEN,), ("erc20", "votes"), 0),
    Dataset("gov", CHAIN, (GOVERNOR,), ("governor",), 0),
    Dataset("grants", CHAIN, (GRANTS,), ("grant",), 0),
)
SECOND = (
    Dataset("lords", CHAIN, (bytes.fromhex("1d" * 20),), ("erc20", "votes"), 0),
    Dataset("senate", CHAIN, (bytes.fromhex("5e" * 20),), ("governor",), 0),
)
"""A second token and its governor, for `two_lives`."""
LINKS = {
    "gov": {"token": "strk", "clock": "blocknumber"},
    "grants": {"token": "strk"},
    "senate": {"token": "lords", "clock": "blocknumber"},
}
BLOCK = pa.schema(
    [
        pa.field("number", pa.uint64(), nullable=False),
        pa.field("hash", pa.binary(32), nullable=False),
        pa.field("parent", pa.binary(32), nullable=False),
        pa.field("timestamp", pa.uint64(), nullable=False),
        pa.field("header", pa.binary(), nullable=False),
    ]
)


def make_release(
    folder: Path, rows: int = 1_000_000, seed: int = 1, *, days: int = 120,
    blocks: int | None = None, keep: int = 8,
) -> str:  # fmt: skip
    """Publish a generated history of about `rows` event rows in `folder`; the release's id.

    The same arguments give the same id. Positions, blocks and proposals come on top of `rows`.
    """
    history = live(rows, seed, days, blocks or min(max(rows // 50, 600), 50_000))
    return publish(folder, history, keep)


def octets(values: np.ndarray) -> pa.Array:
    """Rows of an (n, width) array of bytes as fixed-size binary."""
    width = values.shape[1]
    data = pa.py_buffer(np.ascontiguousarray(values, dtype=np.uint8).tobytes())
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(values), [None, data])


def amounts(values: list[int] | np.ndarray) -> pa.Array:
    """Exact decimals of so many `UNIT`s."""
    units = pa.array(values, pa.int64()).cast(pa.decimal128(19, 0))
    scale = pa.scalar(Decimal(UNIT), pa.decimal128(11, 0))
    return pc.multiply(units, scale).cast(pa.decimal128(38, 0))


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


VALUES = {
    "voting_delay_set": ("word", "word"),
    "voting_period_set": ("word", "word"),
    "proposal_threshold_set": ("word", "word"),
    "quorum_numerator_updated": ("word", "word"),
    "transfer": ("address", "address", "amount"),
    "delegate_changed": ("address", "address", "address"),
    "delegate_votes_changed": ("address", "amount", "amount"),
    "grant_created": ("address", "amount", "uint", "uint", "uint"),
    "vote_cast": ("address", "id", "uint", "amount", "text"),
    "proposal_queued": ("id", "word"),
    "proposal_executed": ("id",),
    "proposal_canceled": ("id",),
}


class Tables:
    """Arrow tables of a history; addresses and hashes are drawn from its seed."""

    def __init__(self, history: History) -> None:
        random = np.random.default_rng(history.seed + 1)
        self.history = history
        actions = 1 + max((row[3] for rows in history.rows.values() for row in rows), default=0)
        people = np.frombuffer(random.bytes(20 * history.holders), np.uint8).reshape(-1, 20)
        self.people = np.vstack([people, np.zeros((1, 20), np.uint8)])  # the last is index -1
        hashes = np.frombuffer(random.bytes(32 * len(history.times)), np.uint8)
        self.hashes = hashes.reshape(-1, 32)
        self.transactions = np.frombuffer(random.bytes(32 * actions), np.uint8).reshape(-1, 32)

    def address(self, person: int) -> bytes:
        return self.people[person].tobytes()

    def block(self) -> pa.Table:
        count = len(self.history.times)
        parents = np.vstack([np.zeros((1, 32), np.uint8), self.hashes[:-1]])
        return pa.Table.from_arrays(
            [
                pa.array(np.arange(count), pa.uint64()), octets(self.hashes), octets(parents),
                pa.array(self.history.times, pa.uint64()), pa.array([b""] * count, pa.binary()),
            ],
            schema=BLOCK,
        )  # fmt: skip

    def events(self, dataset: Dataset, table: str, schema: pa.Schema) -> pa.Table:
        name = f"{dataset.name}_{table}"
        rows = sorted(self.history.rows.get(name, []), key=lambda row: row[:3])
        if not rows:
            return schema.empty_table()
        block, transaction, log, action, *values = zip(*rows, strict=True)
        where = np.array(block)
        arrays = [
            pa.array(where, pa.uint64()), octets(self.hashes[where]),
            pa.array(transaction, pa.uint32()), pa.array(log, pa.uint32()),
            octets(self.transactions[np.array(action)]),
            octets(np.tile(np.frombuffer(dataset.contracts[0], np.uint8), (len(rows), 1))),
        ]  # fmt: skip
        if table == "proposal_created":
            arrays += self._proposals(values[0], schema)
        else:
            for kind, column in zip(VALUES[table], values, strict=True):
                arrays += self._column(kind, column, schema.field(len(arrays)).type)
        return pa.Table.from_arrays(arrays, schema=schema)

    def _column(self, kind: str, values: Iterable, found: pa.DataType) -> list[pa.Array]:
        values = list(values)
        match kind:
            case "address":
                return [octets(self.people[np.array(values)])]
            case "amount":
                return [amounts(values)]
            case "id":
                return [pa.array([proposal.id for proposal in values], found)]
            case "word":
                return [pa.array([word(value) for value in values], found)]
            case "text":
                return [pa.array(values, found), pa.nulls(len(values), pa.binary())]
            case _:
                return [pa.array(values, found)]

    def _proposals(self, found: Iterable[Proposal], schema: pa.Schema) -> list[pa.Array]:
        columns: dict[str, list] = defaultdict(list)
        for proposal in found:
            given = {
                "proposal_id": proposal.id, "proposer": self.address(1), "targets": [TOKEN],
                "call_values": [word(0)], "signatures": [""], "calldatas": [b""],
                "vote_start": word(proposal.start), "vote_end": word(proposal.end),
                "description": proposal.title,
            }  # fmt: skip
            for name in schema.names[6:]:
                columns[name].append(given.get(name))
        return [pa.array(columns[name], schema.field(name).type) for name in schema.names[6:]]


@dataclass
class Rows:
    """A table as a source of a publication; `ends[d]` is the first row after day `START` + d."""

    schema: pa.Schema
    table: pa.Table
    ends: list[int]

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        start = self.ends[first - START - 1] if first > START else 0
        return self.table.slice(start, self.ends[last - START] - start).to_batches()

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        return self.table.slice(self.ends[-1] if self.ends else 0).to_batches()


def two_lives(rows: int, blocks: int) -> History:
    """Two tokens with a governor each, to be published with `DATASETS + SECOND`."""
    history, other = live(rows, 1, 60, blocks), live(rows, 2, 60, blocks)
    for name, found in other.rows.items():
        home, _, table = name.partition("_")
        if home in ("strk", "gov"):
            history.rows[f"{'lords' if home == 'strk' else 'senate'}_{table}"] = found
    return history


def publish(
    folder: Path, history: History, keep: int = 8, final: int = FINAL,
    datasets: tuple[Dataset, ...] = DATASETS, tables: Tables | None = None,
) -> str:  # fmt: skip
    """Publish a history; days that are whole before the newest final block are sealed. `tables`
    are its rows where they are made otherwise than one by one."""
    tables = tables or Tables(history)
    last = len(history.times) - 1
    newest = max(last - final, 0)
    days = range(START, int(history.times[newest]) // DAY)
    firsts = [int(np.searchsorted(history.times, (day + 1) * DAY)) for day in days]
    sealed = frozenset(days)
    ends = {day: first - 1 for day, first in zip(days, firsts, strict=True)}

    def source(table: pa.Table, number: str) -> Rows:
        blocks = table.column(number).to_numpy()
        return Rows(table.schema, table, np.searchsorted(blocks, firsts).tolist())

    with publication(folder) as new:
        old = new.previous.tables if new.previous else {}
        before = set(new.previous.datasets["strk"].sealed[0]) if new.previous else set()
        fresh = sealed - frozenset(range(min(before), max(before) + 1) if before else ())
        done = Days(sealed, fresh)
        made = {
            "block": stage(new, old.get("block"), source(tables.block(), "number"), done, Label())
        }
        for dataset in datasets:
            for table, schema in dataset.tables().items():
                name = f"{dataset.name}_{table}"
                rows = source(tables.events(dataset, table, schema), "block_number")
                made[name] = stage(new, old.get(name), rows, done, Label("rows", dataset.name))
        whole = _manifest(tables, made, newest, sealed, datasets)
        staged = _with(whole, made | known_positions(new))
        for dataset in datasets:
            for kind in kinds(dataset.sources):
                made |= _positions(new, staged, Subject(kind, dataset.name, last, ends), fresh)
        return new.publish(_with(whole, made), keep)


def _positions(
    new: Publication, staged: manifest.Manifest, subject: Subject, fresh: frozenset[int]
) -> dict[str, manifest.Table]:
    with closing(Release(new.folder, "", staged, None, 1)) as release:
        return stage_positions(new, release, subject, fresh)


def _manifest(
    tables: Tables,
    made: dict[str, manifest.Table],
    final: int,
    sealed: frozenset[int],
    watched: tuple[Dataset, ...],
) -> manifest.Manifest:
    def block(number: int) -> manifest.Block:
        when = int(tables.history.times[number])
        return manifest.Block(number, "0x" + tables.hashes[number].tobytes().hex(), when)

    last = len(tables.history.times) - 1
    days = ((min(sealed), max(sealed)),) if sealed else ()
    datasets = {
        d.name: manifest.Dataset(
            d.id.hex(), tuple("0x" + c.hex() for c in d.contracts), d.sources, d.first, 18, "STRK",
            LINKS.get(d.name, {}), days, ((0, last, "seen"),),
        )
        for d in watched
    }  # fmt: skip
    return manifest.Manifest(
        psephos.__version__, manifest.Chain(CHAIN, "generated"), block(final), block(last),
        manifest.Ledger(0, 0, ""), datasets, made,
    )  # fmt: skip


def _with(found: manifest.Manifest, tables: dict[str, manifest.Table]) -> manifest.Manifest:
    return replace(found, tables=tables)
