"""What a proof claims to be: its first bytes, read before anything else is believed."""

from dataclasses import dataclass

from psephos.stark.verify.hash import SIZE, digest
from psephos.stark.verify.presets import PRESETS, Preset
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused

PROOF_MAGIC, VERSION = b"PSEPHOSP", 1
LEAST_ROWS, MOST_ROWS = 3, 22
"""log₂ of the fewest and the most rows."""

STATEMENTS, SCALE = 16, 38
LIMIT = 1 << 22
"""Longest proof read, in bytes: ten times the longest that the presets give."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Preset, rows, columns and statements of a proof; `data` are its bytes."""

    preset: Preset
    log_rows: int
    layout: int
    scale: int
    row_root: bytes
    ids: tuple[bytes, ...]
    data: bytes

    def low_degree_root(self, data_root: bytes) -> bytes:
        """What a batch header has as its prover's root, of the table under `data_root`."""
        shape = bytes((1, self.layout, self.log_rows, self.preset.blowup))
        assert len(data_root) == SIZE
        return digest(b"pstark-R", shape + data_root)


def read_claim(reader: Reader) -> Claim:
    """Refused as "encoding" unless this is a claim that this version knows."""
    if len(reader.data) > LIMIT:
        raise Refused("encoding", f"a proof of {len(reader.data)} bytes, at most {LIMIT} are read")
    if reader.take(8) != PROOF_MAGIC:
        raise Refused("encoding", "these bytes are no proof")
    version = reader.number(1)
    if version != VERSION:
        raise Refused("encoding", f"a proof of version {version}, not {VERSION}")
    preset = PRESETS.get(reader.number(1))
    if preset is None:
        raise Refused("encoding", "the preset of the proof is not in the list")
    log_rows, layout, scale = reader.number(1), reader.number(1), reader.number(1)
    row_root, count = reader.take(32), reader.number(1)
    if not LEAST_ROWS <= log_rows <= MOST_ROWS or preset.queries > 1 << (log_rows + preset.blowup):
        raise Refused("encoding", f"a table of 2^{log_rows} rows cannot be proven so")
    if scale > SCALE or not 1 <= count <= STATEMENTS:
        raise Refused("encoding", f"a scale of {scale} or {count} statements cannot be")
    ids = tuple([reader.take(32) for _ in range(count)])
    return Claim(preset, log_rows, layout, scale, row_root, ids, reader.data[: reader.at])
