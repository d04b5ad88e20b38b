"""A statement as data: docs/method/prover-format.md, section 6.

A tape is made by running a statement's rules once on symbols (`air`). Its bytes are the statement;
their hash is its id.
"""

from dataclasses import dataclass
from hashlib import blake2s

from psephos.stark.field import P
from psephos.stark.transcript import named

NOW, AFTER, OWN_NOW, OWN_AFTER, CONSTANT, PUBLIC, ADD, SUBTRACT, MULTIPLY = range(9)
EVERY, TRANSITION, FIRST, LAST = range(4)
KINDS = ("every row", "transition", "first row", "last row")
NUMBER, AMOUNT, SQUARE, FLAG, SHARE = range(5)
ZERO, NOT_NEGATIVE = range(2)

MOST_DEGREE = {EVERY: 3, TRANSITION: 3, FIRST: 2, LAST: 2}
MOST_ROWS = 22


@dataclass(frozen=True, slots=True)
class Constraint:
    """The register is zero in the rows of its kind."""

    kind: int
    register: int
    label: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """numerator / (β - fingerprint of the members), summed over all rows, cancels on each bus."""

    bus: int
    numerator: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The register summed over all rows is the target: a public element, or a constant."""

    register: int
    constant: bool
    target: int
    label: str


@dataclass(frozen=True, slots=True)
class Public:
    """An exact integer Σ element·2^shift; elements are (bits, shift)."""

    name: str
    kind: int
    elements: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient · product of publics, each (whose, number); whose 0 is the statement itself."""

    coefficient: int
    factors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """The sum of terms is zero, or not negative."""

    kind: int
    label: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Tape:
    """All that a statement says; operations are (opcode, a, b), b 0 where there is none."""

    name: str
    most: int
    requires: tuple[bytes, ...]
    own: int
    operations: tuple[tuple[int, int, int], ...]
    constraints: tuple[Constraint, ...]
    interactions: tuple[Interaction, ...]
    sums: tuple[Sum, ...]
    publics: tuple[Public, ...]
    relations: tuple[Relation, ...]

    @property
    def id(self) -> bytes:
        return blake2s(self.to_bytes(), person=b"pstark-I").digest()

    @property
    def elements(self) -> int:
        """How many public elements there are."""
        return sum(len(public.elements) for public in self.publics)

    @property
    def codes(self) -> frozenset[int]:
        """The codes of the data columns that are read."""
        return frozenset(a for op, a, _ in self.operations if op in (NOW, AFTER))

    def to_bytes(self) -> bytes:
        parts = [b"PSEPHOST\1", named(self.name), _u(self.most, 1)]
        parts += [_u(len(self.requires), 1), *self.requires, _u(self.own, 2)]
        parts += _listed(2, [_operation(*operation) for operation in self.operations])
        parts += _listed(
            2, [_u(c.kind, 1) + _u(c.register, 2) + named(c.label) for c in self.constraints]
        )
        parts += _listed(2, [_interaction(i) for i in self.interactions])
        parts += _listed(2, [_sum(s) for s in self.sums])
        parts += _listed(1, [_public(p) for p in self.publics])
        parts += _listed(1, [_relation(r) for r in self.relations])
        return b"".join(parts)


def degrees(operations: tuple[tuple[int, int, int], ...]) -> list[int]:
    """The degree of each register in the columns."""
    found: list[int] = []
    for op, a, b in operations:
        if op <= OWN_AFTER:
            found.append(1)
        elif op <= PUBLIC:
            found.append(0)
        else:
            found.append(found[a] + found[b] if op == MULTIPLY else max(found[a], found[b]))
    return found


def faults(tape: Tape) -> list[str]:
    """Why the tape is not well formed; empty if it is."""
    degree = degrees(tape.operations)
    later = _reads_next(tape.operations)
    found = [
        f"{c.label}: degree {degree[c.register]} in {KINDS[c.kind]}"
        for c in tape.constraints
        if degree[c.register] > MOST_DEGREE[c.kind]
    ]
    for i in tape.interactions:
        registers = (i.numerator, *i.members)
        if max(degree[r] for r in registers) > 1 or any(later[r] for r in registers):
            found.append(f"bus {i.bus}: a fraction that is not of one row and linear")
    sums = [s for s in tape.sums if degree[s.register] > 3 or later[s.register]]
    found += [f"{s.label}: not of one row, or of degree over 3" for s in sums]
    if tape.most > MOST_ROWS:
        found.append(f"{tape.most} is more than {MOST_ROWS}")
    return found


def _reads_next(operations: tuple[tuple[int, int, int], ...]) -> list[bool]:
    found: list[bool] = []
    for op, a, b in operations:
        found.append(op in (AFTER, OWN_AFTER) or (op >= ADD and (found[a] or found[b])))
    return found


def _u(number: int, size: int) -> bytes:
    return number.to_bytes(size, "little")


def _listed(size: int, parts: list[bytes]) -> list[bytes]:
    return [_u(len(parts), size), *parts]


def _operation(op: int, a: int, b: int) -> bytes:
    if op == CONSTANT:
        if not 0 <= a < P:
            raise ValueError(f"{a} is no constant")
        return _u(op, 1) + _u(a, 8)
    return _u(op, 1) + _u(a, 2) + (_u(b, 2) if op >= ADD else b"")


def _interaction(i: Interaction) -> bytes:
    members = b"".join(_u(m, 2) for m in i.members)
    return _u(i.bus, 2) + _u(i.numerator, 2) + _u(len(i.members), 1) + members


def _sum(s: Sum) -> bytes:
    return _u(s.register, 2) + _u(int(s.constant), 1) + _u(s.target, 8) + named(s.label)


def _public(p: Public) -> bytes:
    elements = b"".join(_u(bits, 1) + _u(shift, 2) for bits, shift in p.elements)
    return named(p.name) + _u(p.kind, 1) + _u(len(p.elements), 1) + elements


def _relation(r: Relation) -> bytes:
    terms = b"".join(
        _u(int(t.coefficient < 0), 1)
        + _u(abs(t.coefficient), 8)
        + _u(len(t.factors), 1)
        + b"".join(_u(whose, 1) + _u(number, 1) for whose, number in t.factors)
        for t in r.terms
    )
    return _u(r.kind, 1) + named(r.label) + _u(len(r.terms), 1) + terms
