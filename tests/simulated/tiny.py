"""A release of two small tables, as many days long as asked for: what publication is tested on.

Both tables have the same rows, so a reader that mixed two releases would see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from psephos.store.durable import Step, quiet
from psephos.store.manifest import Block, Chain, Dataset, Ledger, Manifest
from psephos.store.release import publication
from psephos.store.stage import Days, Label, stage

SCHEMA = pa.schema(
    [
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("holder", pa.binary(20), nullable=False),
        pa.field("amount", pa.decimal128(38, 0), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
ROWS = 3  # rows of a day; a day has ten blocks


def batch(numbers: Iterable[int], version: str = "") -> pa.RecordBatch:
    """One row a block number; its amount is beyond 64 bits."""
    numbers = list(numbers)
    return pa.RecordBatch.from_arrays(
        [
            pa.array(numbers, pa.uint64()),
            pa.array([number.to_bytes(20, "big") for number in numbers], pa.binary(20)),
            pa.array([10**30 + number for number in numbers], pa.decimal128(38, 0)),
            pa.array([f"é{version}" for _ in numbers], pa.string()),
        ],
        schema=SCHEMA,
    )


@dataclass
class Diary:
    """Rows of days from `first` on; `versions` were corrected. Counts the rows it gives."""

    last: int
    first: int = 0
    versions: dict[int, str] | None = None
    given: int = 0
    schema: pa.Schema = SCHEMA

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        for day in range(max(first, self.first), last + 1):
            self.given += ROWS
            yield batch(range(day * 10, day * 10 + ROWS), (self.versions or {}).get(day, ""))

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        yield batch([(self.last + 1) * 10])


def publish(
    folder: Path, last: int, *, first: int = 0, keep: int = 8, step: Step = quiet,
    versions: dict[int, str] | None = None, ledger: bytes | None = None,
) -> str:  # fmt: skip
    """Publish days `first` to `last`; days of `versions` are corrected in this release."""
    sealed = frozenset(range(first, last + 1))
    history = bytes(range(256)) * (last + 1) if ledger is None else ledger
    with publication(folder, step) as new:
        old = new.previous
        known = {d for a, b in old.datasets["d"].sealed for d in range(a, b + 1)} if old else set()
        days = Days(sealed, (sealed - known) | (sealed & frozenset(versions or ())))
        tables = {
            name: stage(
                new, old.tables.get(name) if old else None, Diary(last, first, versions), days,
                Label("rows", "d"),
            )
            for name in ("d_one", "d_two")
        }  # fmt: skip
        start = old.ledger.bytes if old else 0
        new.ledger(history[start:], start)
        head = Block(last * 10 + 10, "0x" + "ab" * 32, last * 86400)
        dataset = Dataset("0" * 64, (), (), 0, sealed=((first, last),) if sealed else ())
        return new.publish(
            Manifest(
                "0", Chain(1, "tiny"), Block(last * 10 + 9, "0x", last * 86400), head,
                Ledger(len(history), last + 1, ""), {"d": dataset}, tables,
                new.figures(b'[{"value":%d}]' % last),
            ),
            keep,
        )  # fmt: skip
