"""A table as the columns that are proven about: docs/method/prover-format.md, section 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.errors import DataError
from psephos.stark.columns import (
    ABSTAIN,
    AGAINST,
    CHOICE_BIT,
    FOR,
    ID,
    ID_BIT,
    ID_LIMBS,
    LEAST_LOG_ROWS,
    LIMBS,
    MOST_LOG_ROWS,
    REAL,
    WEIGHT,
    layout_codes,
)
from psephos.stark.ntt import Array
from psephos.stark.presets import STANDARD, Preset

_TO_BYTES: Any = int.to_bytes
MOST_SCALE = 38


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in their own order: `weights` are ints from 0 to 2^128 - 1.

    `choices` are 0 against, 1 for, 2 abstain, 3 did not vote; `ids` are ints below 2^256.
    `row_root` is the root of the sealed table's row tree, or 32 zero bytes; `scale` the decimal
    places that weights were multiplied by.
    """

    weights: Sequence[int]
    choices: Sequence[int] | None = None
    ids: Sequence[int] | None = None
    row_root: bytes = bytes(32)
    scale: int = 0

    @property
    def layout(self) -> int:
        choice = CHOICE_BIT if self.choices is not None else 0
        return choice | (ID_BIT if self.ids is not None else 0)

    @property
    def log_rows(self) -> int:
        """The least k with all rows in 2^k, and at least 16."""
        return max(LEAST_LOG_ROWS, (len(self.weights) - 1).bit_length())

    def columns(self, log_rows: int | None = None) -> dict[int, Array]:
        """The data columns by code, in as few rows as may be or in 2^log_rows.

        DataError for what does not fit them, naming the row.
        """
        count = len(self.weights)
        if not 1 <= count <= 1 << MOST_LOG_ROWS:
            raise DataError(f"a table of {count} rows: a proof is of 1 to {1 << MOST_LOG_ROWS}")
        if len(self.row_root) != 32 or not 0 <= self.scale <= MOST_SCALE:
            raise DataError("a row root has 32 bytes, a scale is 0 to 38")
        size = 1 << (self.log_rows if log_rows is None else log_rows)
        real = np.zeros(size, np.uint64)
        real[:count] = 1
        columns = {REAL: real}
        columns |= _limbs(self.weights, LIMBS, WEIGHT, size, "weight")
        if self.choices is not None:
            columns |= _choices(self.choices, count, size)
        if self.ids is not None:
            if len(self.ids) != count:
                raise DataError(f"{len(self.ids)} ids of {count} rows")
            columns |= _limbs(self.ids, ID_LIMBS, ID, size, "id")
        return columns

    def ordered(self, log_rows: int | None = None) -> list[Array]:
        """The data columns in the order of their codes."""
        columns = self.columns(log_rows)
        return [columns[code] for code in layout_codes(self.layout)]


def _limbs(values: Sequence[int], limbs: int, code: int, size: int, what: str) -> dict[int, Array]:
    data = np.zeros((size, limbs), "<u2")
    data[: len(values)] = _wide(values, 2 * limbs, what).view("<u2")
    return {code + k: data[:, k].astype(np.uint64) for k in range(limbs)}


def _wide(values: Sequence[int], width: int, what: str) -> NDArray[np.uint8]:
    """Ints as rows of little-endian bytes."""
    try:
        if not set(map(type, values)) <= {int}:
            raise OverflowError
        data = b"".join(map(_TO_BYTES, values, repeat(width), repeat("little")))
    except OverflowError:
        data = b"".join(_bytes(value, width, what, i) for i, value in enumerate(values))
    return np.frombuffer(data, np.uint8).reshape(-1, width)


def _bytes(value: object, width: int, what: str, row: int) -> bytes:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise DataError(f"{what} in row {row} is no whole number")
    if not 0 <= value < 1 << 8 * width:
        raise DataError(f"{what} in row {row} is negative, or has more than {8 * width} bits")
    return int(value).to_bytes(width, "little")


def _choices(choices: Sequence[int], count: int, size: int) -> dict[int, Array]:
    given = np.asarray(choices)
    if given.shape != (count,) or given.dtype.kind not in "iu":
        raise DataError(f"choices are one whole number a row, of {count} rows")
    wrong = np.flatnonzero((given < 0) | (given > 3))
    if len(wrong):
        raise DataError(f"choice in row {wrong[0]} is none of 0, 1, 2, 3")
    found = {}
    for value, code in enumerate((AGAINST, FOR, ABSTAIN)):
        found[code] = np.zeros(size, np.uint64)
        found[code][:count] = given == value
    return found


def low_degree_root(table: Table, preset: Preset = STANDARD) -> bytes:
    """The second root of a batch header: a commitment to the table's columns as polynomials."""
    from psephos.stark.prove.commit import committed

    root = committed(table.ordered(), table.log_rows, preset.blowup).root
    return root_record(table.layout, table.log_rows, preset.log_blowup, root)


def root_record(layout: int, k: int, log_blowup: int, root: bytes) -> bytes:
    """docs/method/prover-format.md, section 5."""
    data = bytes((1, layout, k, log_blowup)) + root
    return blake2s(data, person=b"pstark-R").digest()
