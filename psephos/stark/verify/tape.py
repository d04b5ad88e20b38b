"""A statement as data: operations over two rows, and what must hold of their registers.

The bytes, and what makes them well formed, are section 6 of docs/method/prover-format.md. A
statement's id is the hash of the bytes, so nothing of it is open to whoever sends a proof.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from psephos.stark.verify.field import P
from psephos.stark.verify.hash import digest
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused

DATA, DATA_NEXT, OWN, OWN_NEXT, CONSTANT, PUBLIC, ADD, SUB, MUL = range(9)
EVERY, TRANSITION, FIRST, LAST = range(4)
KINDS = ("every", "transition", "first", "last")
CODES, ROWS = 28, 22
"""Codes of data columns there are; log₂ of the most rows."""

T = TypeVar("T")


class Constraint(NamedTuple):
    kind: int
    register: int
    label: str


class Interaction(NamedTuple):
    bus: int
    numerator: int
    members: tuple[int, ...]


class Sum(NamedTuple):
    register: int
    public: bool
    target: int
    label: str


class Public(NamedTuple):
    name: str
    type: int
    elements: tuple[tuple[int, int], ...]
    """Bits and shift of each element: the value is Σ element·2^shift."""


class Term(NamedTuple):
    factor: int
    publics: tuple[tuple[int, int], ...]


class Relation(NamedTuple):
    at_least: bool
    label: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Tape:
    """One statement; `operations` are (opcode, first operand, second operand)."""

    id: bytes
    name: str
    most: int
    required: tuple[bytes, ...]
    own: int
    operations: tuple[tuple[int, int, int], ...]
    constraints: tuple[Constraint, ...]
    interactions: tuple[Interaction, ...]
    sums: tuple[Sum, ...]
    publics: tuple[Public, ...]
    relations: tuple[Relation, ...]

    @property
    def elements(self) -> int:
        """How many field elements its publics have."""
        return sum(len(public.elements) for public in self.publics)


def read_tape(data: bytes) -> Tape:
    """A tape from its bytes; Refused as "statement" or "encoding" unless it is well formed."""
    r = Reader(data, "a tape")
    if r.take(9) != b"PSEPHOST\1":
        raise Refused("statement", "these bytes are no tape of version 1")
    tape = Tape(
        digest(b"pstark-I", data),
        r.name_of(),
        r.number(1),
        _each(r, 1, lambda: r.take(32)),
        r.number(2),
        _each(r, 2, lambda: _operation(r)),
        _each(r, 2, lambda: Constraint(r.number(1), r.number(2), r.name_of())),
        _each(
            r, 2, lambda: Interaction(r.number(2), r.number(2), _each(r, 1, lambda: r.number(2)))
        ),
        _each(r, 2, lambda: Sum(r.number(2), not _flag(r), r.number(8), r.name_of())),
        _each(r, 1, lambda: Public(r.name_of(), r.number(1), _each(r, 1, lambda: _part(r)))),
        _each(r, 1, lambda: Relation(_flag(r), r.name_of(), _each(r, 1, lambda: _term(r)))),
    )
    r.end()
    return tape


def _each(r: Reader, size: int, read: Callable[[], T]) -> tuple[T, ...]:
    """A count of `size` bytes, then that many."""
    return tuple([read() for _ in range(r.number(size))])


def _operation(r: Reader) -> tuple[int, int, int]:
    code = r.number(1)
    if code > MUL:
        raise Refused("statement", f"a tape has the operation {code}")
    if code == CONSTANT:
        (value,) = r.elements(1)
        return code, value, 0
    return code, r.number(2), r.number(2) if code >= ADD else 0


def _flag(r: Reader) -> bool:
    flag = r.number(1)
    if flag > 1:
        raise Refused("statement", f"a tape has a kind {flag} that is neither 0 nor 1")
    return bool(flag)


def _part(r: Reader) -> tuple[int, int]:
    bits, shift = r.number(1), r.number(2)
    if not 1 <= bits <= 64:
        raise Refused("statement", f"a tape has a public element of {bits} bits")
    return bits, shift


def _term(r: Reader) -> Term:
    sign = -1 if _flag(r) else 1
    return Term(sign * r.number(8), _each(r, 1, lambda: (r.number(1), r.number(1))))


def largest(bits: int) -> int:
    """The first number that a public element of so many bits cannot be."""
    return min(1 << bits, P)
