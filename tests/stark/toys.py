"""Two small statements over tables of 32 rows, written by hand: all that tapes can say, in little.

`rows` says that weights are small and real rows come first; `sum`, which requires it, adds up.
Both stand for what the large statements do with tables of 2^16 rows.
"""

from dataclasses import dataclass, field
from typing import Any

from psephos.stark.verify.tape import (
    ADD,
    CONSTANT,
    DATA,
    DATA_NEXT,
    EVERY,
    FIRST,
    LAST,
    MUL,
    OWN,
    OWN_NEXT,
    PUBLIC,
    SUB,
    TRANSITION,
    Tape,
)
from psephos.stark.verify.wellformed import check_tape
from tests.stark.both import read_tape
from tests.stark.forger import Forger

BUS = 9


def name(text: str) -> bytes:
    return bytes((len(text),)) + text.encode("ascii")


def two(number: int) -> bytes:
    return number.to_bytes(2, "little")


def eight(number: int) -> bytes:
    return number.to_bytes(8, "little")


@dataclass
class Writer:
    """Writes a tape, part by part; `op` gives the register it defines."""

    name: str
    most: int = 22
    required: list[bytes] = field(default_factory=list)
    own: int = 0
    operations: list[bytes] = field(default_factory=list)
    constraints: list[bytes] = field(default_factory=list)
    interactions: list[bytes] = field(default_factory=list)
    sums: list[bytes] = field(default_factory=list)
    publics: list[bytes] = field(default_factory=list)
    relations: list[bytes] = field(default_factory=list)

    def op(self, code: int, a: int, b: int = 0) -> int:
        operands = eight(a) if code == CONSTANT else two(a) + (two(b) if code >= ADD else b"")
        self.operations.append(bytes((code,)) + operands)
        return len(self.operations) - 1

    def rule(self, kind: int, register: int, label: str) -> None:
        self.constraints.append(bytes((kind,)) + two(register) + name(label))

    def look(self, numerator: int, *members: int, bus: int = BUS) -> None:
        width = bytes((len(members),))
        self.interactions.append(two(bus) + two(numerator) + width + b"".join(map(two, members)))

    def sum(self, register: int, target: int, label: str, *, constant: bool = False) -> None:
        self.sums.append(two(register) + bytes((constant,)) + eight(target) + name(label))

    def public(self, label: str, *parts: tuple[int, int]) -> None:
        packed = b"".join(bytes((bits,)) + two(shift) for bits, shift in parts)
        self.publics.append(name(label) + bytes((0, len(parts))) + packed)

    def relation(
        self, kind: int, label: str, *terms: tuple[int, int, list[tuple[int, int]]]
    ) -> None:
        packed = b"".join(
            bytes((sign,)) + eight(c) + bytes((len(f),)) + bytes(x for pair in f for x in pair)
            for sign, c, f in terms
        )
        self.relations.append(bytes((kind,)) + name(label) + bytes((len(terms),)) + packed)

    def to_bytes(self) -> bytes:
        small = [bytes((len(self.required),)), *self.required, two(self.own)]
        for parts in (self.operations, self.constraints, self.interactions, self.sums):
            small += [two(len(parts)), *parts]
        for parts in (self.publics, self.relations):
            small += [bytes((len(parts),)), *parts]
        return b"PSEPHOST\1" + name(self.name) + bytes((self.most,)) + b"".join(small)

    def tape(self) -> Tape:
        found = read_tape(self.to_bytes())
        check_tape(found)
        return found


def rows_writer(k: int = 5) -> Writer:
    """`real` is 0 or 1 and never rises, weights are below 2^k; the number of real rows."""
    w = Writer("rows", own=2)
    real, after, weight = w.op(DATA, 0), w.op(DATA_NEXT, 0), w.op(DATA, 1)
    one, table, table_after, times = (
        w.op(CONSTANT, 1),
        w.op(OWN, 0),
        w.op(OWN_NEXT, 0),
        w.op(OWN, 1),
    )
    w.rule(EVERY, w.op(MUL, real, w.op(SUB, one, real)), "real is 0 or 1")
    w.rule(TRANSITION, w.op(MUL, after, w.op(SUB, one, real)), "no real row after padding")
    w.rule(EVERY, w.op(MUL, w.op(SUB, one, real), weight), "padding has no weight")
    w.rule(FIRST, table, "the table begins at 0")
    w.rule(LAST, w.op(SUB, table, w.op(CONSTANT, 2**k - 1)), "the table ends")
    w.rule(TRANSITION, w.op(SUB, w.op(SUB, table_after, table), one), "the table counts")
    w.look(one, weight)
    w.look(w.op(SUB, w.op(CONSTANT, 0), times), table)
    w.sum(real, 0, "count")
    w.sum(w.op(SUB, one, one), 0, "nothing", constant=True)
    w.public("count", (22, 0))
    return w


def sum_writer(rows: Tape) -> Writer:
    """Σ weight and Σ weight², one public of two parts, and a public that is added to each row."""
    w = Writer("sum", required=[rows.id], own=1)
    weight, own = w.op(DATA, 1), w.op(OWN, 0)
    square = w.op(MUL, weight, weight)
    w.rule(EVERY, w.op(SUB, own, w.op(ADD, weight, w.op(PUBLIC, 2))), "own is weight and offset")
    w.look(w.op(CONSTANT, 1), own, weight, bus=11)
    w.look(w.op(SUB, w.op(CONSTANT, 0), w.op(CONSTANT, 1)), own, weight, bus=11)
    w.look(w.op(CONSTANT, 0), own)
    w.sum(weight, 0, "total")
    w.sum(square, 1, "squares")
    w.public("total", (40, 0))
    w.public("squares", (64, 0))
    w.public("offset", (16, 0))
    w.relation(1, "the square of the total is at least the squares",
               (0, 1, [(0, 0), (0, 0)]), (1, 1, [(0, 1)]))  # fmt: skip
    w.relation(1, "no more than 31 for each", (0, 31, [(1, 0)]), (1, 1, [(0, 0)]))
    w.relation(0, "the offset is 7", (0, 1, [(0, 2)]), (1, 7, []))
    return w


ROWS = rows_writer().tape()
SUM = sum_writer(ROWS).tape()
KNOWN = {tape.id: tape for tape in (ROWS, SUM)}
WEIGHTS = [5, 0, 31, 7, 7, 1, 30, 2, 3, 3, 3, 18]


def table(
    maker: type[Forger] = Forger, weights: list[int] = WEIGHTS, k: int = 5, **options: Any
) -> Forger:
    """A prover of both statements over these weights, honest columns filled in."""
    rows, n = (ROWS if k == 5 else rows_writer(k).tape()), 1 << k
    tapes = [rows, SUM if k == 5 else sum_writer(rows).tape()]
    padded = weights + [0] * (n - len(weights))
    data = {code: [0] * n for code in range(9)}
    data[0] = [1] * len(weights) + [0] * (n - len(weights))
    data[1] = padded
    times = [padded.count(value) for value in range(n)]
    own = [list(range(n)), times, [w + 7 for w in padded]]
    publics = [len(weights), sum(weights), sum(w * w for w in weights), 7]
    return maker(tapes, k, data, own, publics, **options)
