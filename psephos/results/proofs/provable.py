"""A file as a table that can be proven about: whole weights, who each row is, what it chose.

Weights are read digit by digit and multiplied by one power of ten, as `measure --table` does, and
must then be below 2^128. Where a column says who a row is, nobody is there twice and the rows
stand in ascending order of their ids, so that the order of the file's lines means nothing, and a
row, or its absence, can be shown (`psephos.batch.roll`).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path

from psephos.batch import roll
from psephos.batch.roll import NO_CHOICE, Row
from psephos.errors import TableError
from psephos.results.cells import Cell, cells
from psephos.results.table import weights_of

BITS, MOST, SCALE = 128, 1 << 22, 38
CHOICES = {"against": 0, "for": 1, "abstain": 2, "none": 3, "0": 0, "1": 1, "2": 2, "3": 3}
"""How choices are written; numbers as governors count them, and 3 of who did not vote."""


@dataclass(frozen=True, slots=True)
class Provable:
    """Rows in the order in which they are proven; `row_root` is 32 zero bytes without ids."""

    weights: list[int]
    ids: list[int] | None
    choices: list[int] | None
    scale: int
    row_root: bytes

    def rows(self) -> list[Row]:
        """Rows of the roll; only where there are ids."""
        assert self.ids is not None
        choices = self.choices or [NO_CHOICE] * len(self.weights)
        return [Row(*parts) for parts in zip(self.ids, self.weights, choices, strict=True)]


def read_provable(
    path: Path, weight: str, holder: str | None = None, choice: str | None = None
) -> Provable:
    """The columns of a CSV or Parquet file; TableError for what cannot be proven about."""
    weights, scale = weights_in(path, weight)
    choices = None if choice is None else choices_of(path, weight, choice)
    if holder is None:
        return Provable(weights, None, choices, scale, bytes(32))
    ids = _ids(path, weight, holder)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    chosen = None if choices is None else [choices[i] for i in order]
    sorted_ = [weights[i] for i in order], [ids[i] for i in order]
    found = Provable(*sorted_, chosen, scale, b"")
    return Provable(*sorted_, chosen, scale, roll.root(found.rows()))


def weights_in(path: Path, weight: str) -> tuple[list[int], int]:
    """A file's column of weights, scaled, and its decimal places; TableError as `read_provable`."""
    weights, scale = weights_of(_at_most(path, cells(path, weight, None)), weight)
    if not weights:
        raise TableError(f"{path.name} has 0 rows, a proof is of 1 to {MOST}")
    if scale > SCALE:
        raise TableError(
            f"column {weight!r} has {scale} decimal places, at most {SCALE} are proven"
        )
    for row, amount in enumerate(weights, 1):
        if amount >> BITS:
            raise TableError(
                f"column {weight!r}, row {row}: over {BITS} bits when scaled by 10^{scale}"
            )
    return weights, scale


def _at_most(path: Path, rows: Iterable[Cell]) -> Iterator[Cell]:
    """The rows, as long as a proof can be of so many: the rest of the file is not read."""
    for row in rows:
        if row[0] > MOST:
            raise TableError(
                f"{path.name} has more than {MOST} rows, the most that a proof is of",
                hint="prove parts of it, each in its own file",
            )
        yield row


def id_of(written: Hashable) -> int:
    """Who a row is, as a number below 2^256: `0x…` in any spelling as it stands, else a hash.

    The hash is BLAKE2s-256 with person "psephosI" over the text in UTF-8, read big-endian. What a
    terminal could not read as text is nobody in a table, and hashed as it came.
    """
    text = written.hex() if isinstance(written, bytes) else str(written)
    text = f"0x{text}" if isinstance(written, bytes) else text.strip()
    digits = text[2:]
    if text[:2].lower() == "0x" and 1 <= len(digits) <= 64 and digits.isascii():
        try:
            return int(digits, 16) if digits.isalnum() else _hashed(text)
        except ValueError:
            return _hashed(text)
    return _hashed(text)


def _hashed(text: str) -> int:
    return int.from_bytes(
        blake2s(text.encode("utf-8", "surrogatepass"), person=b"psephosI").digest(), "big"
    )


def _ids(path: Path, weight: str, holder: str) -> list[int]:
    seen: dict[int, int] = {}
    for row, _, who in cells(path, weight, holder):
        before = seen.setdefault(id_of(who), row)
        if before != row:
            raise TableError(
                f"column {holder!r}, rows {before} and {row}: {str(who)[:60]!r} is there twice",
                hint="add up what belongs to one holder first, or leave out --id",
            )
    return list(seen)


def choices_of(path: Path, weight: str, choice: str) -> list[int]:
    """What each row of a file chose, as a number of `CHOICES`; TableError for what is none."""
    hint = "against, for, abstain, or 0, 1, 2; none or 3 of who did not vote"
    return numbered(path, weight, choice, CHOICES, "choice", hint)


def numbered(
    path: Path, weight: str, column: str, numbers: Mapping[str, int], what: str, hint: str
) -> list[int]:
    """The number that each row's word stands for; TableError names the row of one for none."""
    found = []
    for row, _, said in cells(path, weight, column):
        number = numbers.get(str(said).strip().lower())
        if number is None:
            raise TableError(
                f"column {column!r}, row {row}: {str(said)[:40]!r} is no {what}", hint=hint
            )
        found.append(number)
    return found
