"""One row of a proof's table, shown by opening the committed polynomials at the row's own point.

    link    "PSEPHOSK" ‖ u8 1 ‖ u8 preset ‖ u8 k ‖ u8 layout ‖ u32 row ‖ data root (28)
            values, 8 bytes a data column; layers, last, nonce, openings as in a proof

    preset: the preset's bytes       link: the bytes before the values       row: the values
    deep → one coefficient for each column
    then folding, last, nonce and positions as in section 8 of the format, of
    P(x) = Σ c_j (f_j(x) − v_j) / (x − g^row)

P is of low degree only if the polynomials under the root have these values at the row. A leaf of
the tree would not show it: single leaves of an accepted tree may be wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from psephos.stark.verify.accept import Verified
from psephos.stark.verify.deep import Deep
from psephos.stark.verify.field import GENERATOR, P, lift, root_of_unity
from psephos.stark.verify.fri import Layer, check_folds, last_degree, layers
from psephos.stark.verify.hash import SIZE
from psephos.stark.verify.opening import Tree, opened, work
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.transcript import Transcript

LINK_MAGIC = b"PSEPHOSK\1"


@dataclass(frozen=True, slots=True)
class Linked:
    """A row of the table: its number from 0, and its columns by code."""

    row: int
    columns: Mapping[int, int]

    @property
    def weight(self) -> int:
        return sum(self.columns[1 + i] << 16 * i for i in range(8))

    @property
    def id(self) -> int | None:
        """None where the table has no ids."""
        if 12 not in self.columns:
            return None
        return sum(self.columns[12 + i] << 16 * i for i in range(16))

    @property
    def choice(self) -> int | None:
        """0 against, 1 for, 2 abstain; None where there is none."""
        return next((i for i in range(3) if self.columns.get(9 + i) == 1), None)


def verify_link(data: bytes, proof: Verified) -> Linked:
    """The row of an accepted proof's table that a link shows, or Refused."""
    reader, claim, c = Reader(data, "the link"), proof.claim, proof.combination
    preset, d, k = claim.preset, claim.preset.extension, claim.log_rows
    if reader.take(9) != LINK_MAGIC:
        raise Refused("encoding", "these bytes are no link of a row, version 1")
    shape = reader.take(3)
    row = reader.number(4)
    root = reader.take(SIZE)
    if root not in proof.data_roots:
        raise Refused("header", "the link is about another table than the proof")
    table = proof.data_roots.index(root)
    if shape != bytes((preset.id, k, claim.tables[table][0])):
        raise Refused("header", "the link is about another table than the proof")
    codes = c.codes[table]
    if row >> k:
        raise Refused("encoding", f"the table has no row {row}")
    head, start = data[: reader.at], reader.at
    values = reader.elements(len(codes))
    said = Transcript()
    said.absorb("preset", preset.to_bytes())
    said.absorb("link", head)
    said.absorb("row", data[start : reader.at])
    deep = list(islice(said.elements("deep", d), len(values)))
    folds = []
    for _ in range(layers(k, preset)):
        folded = reader.take(SIZE)
        said.absorb("layer", folded)
        folds.append(Layer(folded, next(said.elements("fold", d))))
    start = reader.at
    last = reader.extension(1 << last_degree(k, preset), d)
    said.absorb("last", data[start : reader.at])
    work(reader, said, preset.grinding)
    m = k + preset.blowup
    positions = said.positions("positions", 1 << m, preset.queries)
    rows = opened(reader, [Tree("data", root, len(values))], positions, m)
    omega = root_of_unity(m)
    places = [GENERATOR * pow(omega, q, P) % P for q in positions]
    point = lift(pow(root_of_unity(k), row, P), d)
    told = [lift(value, d) for value in values]
    found = Deep((point,), (told,), deep, len(values)).at(places, rows)
    check_folds(reader, preset, k, folds, last, dict(zip(positions, found, strict=True)))
    reader.end()
    if values[0] != 1:
        raise Refused("publics", f"row {row} is padding, not a row of the table")
    return Linked(row, dict(zip(codes, values, strict=True)))
