"""A sealed table of a release as a table that can be proven about, in its own order.

Its row root is the batch header's, so the proof names the header's table; its low-degree root is
what the header's second root would be.
"""

from dataclasses import replace
from typing import Any

import pyarrow as pa

from psephos.batch.header import BatchHeader
from psephos.errors import TableError
from psephos.evidence.row import sealed
from psephos.results.proofs.provable import BITS, MOST, Provable
from psephos.results.proofs.proving import table_of
from psephos.store.reader import Release


def provable_batch(
    release: Release, name: str, weight: str, holder: str | None = None, choice: str | None = None
) -> tuple[BatchHeader, Provable]:
    """Header and columns of `DATASET/DAY/TABLE`, after its rows gave its row root.

    weight and choice are columns of whole numbers, holder one of bytes. TableError for a column
    that is missing or of another type, for an empty table, and for choices other than 0, 1, 2.
    """
    header, found, _ = sealed(release, name)
    if not 1 <= len(found) <= MOST:
        raise TableError(f"{name} has {len(found)} rows, a proof is of 1 to {MOST}")
    weights = [int(amount) for amount in _column(found, name, weight, whole=True)]
    choices = ids = None
    if choice is not None:
        choices = [int(said) for said in _column(found, name, choice, whole=True)]
        if strange := next((said for said in choices if said > 2), None):
            raise TableError(f"column {choice!r} of {name} holds the choice {strange}")
    if holder is not None:
        ids = [int.from_bytes(who, "big") for who in _column(found, name, holder, whole=False)]
    scale = release.datasets[header.dataset].decimals
    if max(weights) >> BITS or scale > 38:
        raise TableError(f"column {weight!r} of {name} holds more than {BITS} bits")
    return header, Provable(weights, ids, choices, scale, header.row_root)


def with_root(header: BatchHeader, provable: Provable) -> BatchHeader:
    """The header with its second root, made from the same rows; in a ledger it supersedes the
    first with the reason "root added"."""
    from psephos.stark.prove.table import low_degree_root

    return replace(header, prover_root=low_degree_root(table_of(provable)))


def _column(table: pa.Table, name: str, column: str, *, whole: bool) -> list[Any]:
    if column not in table.column_names:
        raise TableError(f"{name} has no column {column!r}", hint=", ".join(table.column_names))
    kind, values = table.schema.field(column).type, table.column(column)
    fits = (
        pa.types.is_unsigned_integer(kind) or pa.types.is_decimal(kind)
        if whole
        else pa.types.is_fixed_size_binary(kind)
    )
    if not fits or values.null_count:
        raise TableError(
            f"column {column!r} of {name} is {kind}, not {'whole numbers' if whole else 'bytes'}"
        )
    return list(values.to_pylist())
