"""Several statements in one proof: which fit together, and the shapes that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

from psephos.stark.security import Security, Shape, security_bits
from psephos.stark.verify.field import P
from psephos.stark.verify.hash import SIZE, digest
from psephos.stark.verify.presets import Preset
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.tape import DATA, DATA_NEXT, Tape

MOST = 4096
"""Most own columns, interactions and sums of a combination."""

GROUPS = {1: range(9, 12), 2: range(12, 28)}
"""Codes of the columns that each bit of a layout adds to 0 … 8."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Statements in order, with the table of each, where its own columns and publics begin.

    `codes` are those of each table's columns.
    """

    tapes: tuple[Tape, ...]
    about: tuple[int, ...]
    codes: tuple[tuple[int, ...], ...]
    log_rows: int
    own_at: tuple[int, ...]
    public_at: tuple[int, ...]
    own: int
    elements: int
    buses: tuple[int, ...]
    interactions: int
    sums: int
    constraints: int

    @property
    def id(self) -> bytes:
        count, tables = len(self.tapes), len(self.codes)
        if tables == 1:
            return digest(b"pstark-C", bytes((count,)) + b"".join(tape.id for tape in self.tapes))
        pairs = zip(self.about, self.tapes, strict=True)
        each = b"".join(bytes((table,)) + tape.id for table, tape in pairs)
        return digest(b"pstark-C", bytes((0, tables, count)) + each)

    @property
    def data(self) -> int:
        """How many data columns there are in all tables."""
        return sum(map(len, self.codes))

    @property
    def auxiliary(self) -> int:
        """Auxiliary columns: a helper for two interactions, and the accumulator."""
        return (self.interactions + 1) // 2 + 1 if self.interactions or self.sums else 0

    def security(self, preset: Preset, regime: str | None = None) -> Security:
        """Proven bits of a proof of this, from tapes, rows and preset alone."""
        widths = [len(i.members) for tape in self.tapes for i in tape.interactions]
        shape = Shape(
            1 << self.log_rows,
            1 << preset.blowup,
            preset.queries,
            preset.grinding,
            log2(P) * preset.extension,
            1 << preset.fold,
            lookups=self.interactions,
            members=sum(width + 2 for width in widths),
            totals=max(self.sums, 1),
            digest=SIZE,
        )
        return security_bits(shape, regime)


def combine(
    ids: Sequence[tuple[int, bytes]],
    known: Mapping[bytes, Tape],
    log_rows: int,
    layouts: Sequence[int],
) -> Combination:
    """Statements by table and id, tables by layout; Refused as "statement" if they do not fit."""
    codes = [_codes(layout) for layout in layouts]
    tapes: list[Tape] = []
    before: set[tuple[int, bytes]] = set()
    own_at, public_at = [0], [0]
    widths: dict[int, int] = {}
    for table, id_ in ids:
        tape = known.get(id_)
        if tape is None:
            raise Refused("statement", f"the statement {id_.hex()[:16]}… is not an accepted one")
        missing = [other for other in tape.required if (table, other) not in before]
        if missing:
            raise Refused("statement", f"{tape.name} requires {missing[0].hex()[:16]}… before it")
        _fits(tape, codes[table], log_rows, widths)
        before.add((table, id_))
        tapes.append(tape)
        own_at.append(own_at[-1] + tape.own)
        public_at.append(public_at[-1] + tape.elements)
    interactions = sum(len(tape.interactions) for tape in tapes)
    sums = sum(len(tape.sums) for tape in tapes)
    constraints = sum(len(tape.constraints) for tape in tapes)
    found = Combination(
        tuple(tapes), tuple([table for table, _ in ids]), tuple(codes), log_rows,
        tuple(own_at[:-1]), tuple(public_at[:-1]), own_at[-1], public_at[-1],
        tuple(sorted(widths)), interactions, sums, constraints,
    )  # fmt: skip
    if max(found.own, interactions, sums) > MOST or constraints + found.auxiliary > 0xFFFF:
        raise Refused("statement", "more columns, interactions or sums than a proof may have")
    if interactions << log_rows >= P:
        raise Refused("statement", "so many lookups that multiplicities could wrap around")
    return found


def _codes(layout: int) -> tuple[int, ...]:
    """The codes of a table's columns."""
    if layout & ~sum(GROUPS):
        raise Refused("statement", f"a table of layout {layout} is not known")
    more = [code for bit, group in GROUPS.items() if layout & bit for code in group]
    return (*range(9), *more)


def _fits(tape: Tape, codes: Sequence[int], log_rows: int, widths: dict[int, int]) -> None:
    if log_rows > tape.most:
        raise Refused("statement", f"{tape.name} is sound for 2^{tape.most} rows, not 2^{log_rows}")
    used = {a for code, a, _ in tape.operations if code in (DATA, DATA_NEXT)}
    if not used <= set(codes):
        raise Refused("statement", f"{tape.name} reads columns that the table does not have")
    for bus, _, members in tape.interactions:
        if widths.setdefault(bus, len(members)) != len(members):
            raise Refused("statement", f"{tape.name} uses bus {bus} with another width")
