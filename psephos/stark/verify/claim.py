"""What a proof claims to be: its first bytes, read before anything else is believed."""

from dataclasses import dataclass

from psephos.stark.verify.hash import SIZE, digest
from psephos.stark.verify.presets import PRESETS, Preset
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused

PROOF_MAGIC = b"PSEPHOSP"
VERSIONS = 1, 2
"""About one table, and about several."""

LEAST_ROWS, MOST_ROWS = 3, 22
"""log₂ of the fewest and the most rows."""

STATEMENTS, TABLES, SCALE = (16, 32), 16, 38
"""Most statements of version 1 and 2, most tables, most decimal places."""

LIMIT = 1 << 22
"""Longest proof read, in bytes: ten times the longest that the presets give."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Preset, rows, tables and statements of a proof; `data` are its bytes.

    A table is its layout and row root; a statement its id and the number of its table.
    """

    preset: Preset
    log_rows: int
    scale: int
    tables: tuple[tuple[int, bytes], ...]
    statements: tuple[tuple[int, bytes], ...]
    data: bytes

    @property
    def layout(self) -> int:
        """The first table's."""
        return self.tables[0][0]

    @property
    def row_root(self) -> bytes:
        """The first table's."""
        return self.tables[0][1]

    def low_degree_root(self, data_root: bytes, table: int = 0) -> bytes:
        """What a batch header has as its prover's root, of the table under `data_root`."""
        shape = bytes((1, self.tables[table][0], self.log_rows, self.preset.blowup))
        assert len(data_root) == SIZE
        return digest(b"pstark-R", shape + data_root)


def read_claim(reader: Reader) -> Claim:
    """Refused as "encoding" unless this is a claim that this version knows."""
    if len(reader.data) > LIMIT:
        raise Refused("encoding", f"a proof of {len(reader.data)} bytes, at most {LIMIT} are read")
    if reader.take(8) != PROOF_MAGIC:
        raise Refused("encoding", "these bytes are no proof")
    version = reader.number(1)
    if version not in VERSIONS:
        raise Refused("encoding", f"a proof of version {version}, not 1 or 2")
    preset = PRESETS.get(reader.number(1))
    if preset is None:
        raise Refused("encoding", "the preset of the proof is not in the list")
    log_rows = reader.number(1)
    if not LEAST_ROWS <= log_rows <= MOST_ROWS or preset.queries > 1 << (log_rows + preset.blowup):
        raise Refused("encoding", f"a table of 2^{log_rows} rows cannot be proven so")
    scale, tables, about = _one(reader) if version == 1 else _several(reader)
    if scale > SCALE:
        raise Refused("encoding", f"a scale of {scale} cannot be")
    statements = _statements(reader, STATEMENTS[version - 1], about)
    if {table for table, _ in statements} != set(range(len(tables))):
        raise Refused("encoding", "a statement about no table, or a table without a statement")
    data = reader.data[: reader.at]
    return Claim(preset, log_rows, scale, tables, statements, data)


Tables = tuple[tuple[int, bytes], ...]


def _one(reader: Reader) -> tuple[int, Tables, bool]:
    layout, scale = reader.number(1), reader.number(1)
    return scale, ((layout, reader.take(32)),), False


def _several(reader: Reader) -> tuple[int, Tables, bool]:
    scale, count = reader.number(1), reader.number(1)
    if not 2 <= count <= TABLES:
        raise Refused("encoding", f"a proof of version 2 about {count} tables")
    return scale, tuple([(reader.number(1), reader.take(32)) for _ in range(count)]), True


def _statements(reader: Reader, most: int, about: bool) -> Tables:
    """The table and the id of each; where there is one table, all are about it."""
    count = reader.number(1)
    if not 1 <= count <= most:
        raise Refused("encoding", f"{count} statements, a proof has 1 to {most}")
    return tuple([(reader.number(1) if about else 0, reader.take(32)) for _ in range(count)])
