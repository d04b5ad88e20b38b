"""Symbols on which a statement's rules are run once, and the tape that this leaves behind.

    air = Air("total/1", requires=(rows,))
    total = air.public("total", AMOUNT, TOTAL)
    for k in range(8):
        air.sum(f"total {k}", air.now(WEIGHT + k), total[k])

A rule reads the row and the next one (`now`, `after`, `own`, `own_after`), computes with + - *, and
says what is zero. Equal expressions are one register.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.stark.field import P
from psephos.stark.tape import (
    ADD,
    AFTER,
    CONSTANT,
    EVERY,
    FIRST,
    LAST,
    MULTIPLY,
    NOT_NEGATIVE,
    NOW,
    OWN_AFTER,
    OWN_NOW,
    PUBLIC,
    SUBTRACT,
    TRANSITION,
    ZERO,
    Constraint,
    Interaction,
    Public,
    Relation,
    Sum,
    Tape,
    Term,
    faults,
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A register of the tape that `air` writes."""

    air: "Air"
    register: int

    def __add__(self, other: "Symbol | int") -> "Symbol":
        return self.air.operation(ADD, self, other)

    def __sub__(self, other: "Symbol | int") -> "Symbol":
        return self.air.operation(SUBTRACT, self, other)

    def __mul__(self, other: "Symbol | int") -> "Symbol":
        return self.air.operation(MULTIPLY, self, other)

    def __radd__(self, other: int) -> "Symbol":
        return self.air.constant(other) + self

    def __rsub__(self, other: int) -> "Symbol":
        return self.air.constant(other) - self

    def __rmul__(self, other: int) -> "Symbol":
        return self.air.constant(other) * self


class Air:
    """The rules of one statement, written down as they are said."""

    def __init__(self, name: str, *, most: int = 22, requires: Sequence[Tape] = ()) -> None:
        self.name, self.most, self.requires = name, most, tuple(requires)
        self._operations: dict[tuple[int, int, int], int] = {}
        self._own = 0
        self._constraints: list[Constraint] = []
        self._interactions: list[Interaction] = []
        self._sums: list[Sum] = []
        self._publics: list[Public] = []
        self._relations: list[Relation] = []

    def now(self, code: int) -> Symbol:
        """A data column in this row."""
        return self._register(NOW, code)

    def after(self, code: int) -> Symbol:
        """A data column in the next row."""
        return self._register(AFTER, code)

    def column(self) -> tuple[Symbol, Symbol]:
        """A further column of the statement's own: in this row, in the next."""
        index, self._own = self._own, self._own + 1
        return self._register(OWN_NOW, index), self._register(OWN_AFTER, index)

    def columns(self, count: int) -> list[Symbol]:
        """So many further columns of its own, in this row."""
        first, self._own = self._own, self._own + count
        return [self._register(OWN_NOW, first + i) for i in range(count)]

    def constant(self, number: int) -> Symbol:
        return self._register(CONSTANT, number % P)

    def public(self, name: str, kind: int, elements: Sequence[tuple[int, int]]) -> list[Symbol]:
        """The elements of a further public value."""
        first = sum(len(public.elements) for public in self._publics)
        self._publics.append(Public(name, kind, tuple(elements)))
        return [self._register(PUBLIC, first + i) for i in range(len(elements))]

    def every(self, label: str, zero: Symbol) -> None:
        """Zero in every row."""
        self._constraints.append(Constraint(EVERY, zero.register, label))

    def transition(self, label: str, zero: Symbol) -> None:
        """Zero from each row to the next, the last excepted."""
        self._constraints.append(Constraint(TRANSITION, zero.register, label))

    def first(self, label: str, zero: Symbol) -> None:
        """Zero in the first row."""
        self._constraints.append(Constraint(FIRST, zero.register, label))

    def last(self, label: str, zero: Symbol) -> None:
        """Zero in the last row."""
        self._constraints.append(Constraint(LAST, zero.register, label))

    def boolean(self, label: str, value: Symbol) -> None:
        """0 or 1 in every row."""
        self.every(label, value * (value - 1))

    def interact(self, bus: int, numerator: Symbol | int, *members: Symbol) -> None:
        """Take part in a bus `numerator` times with these members."""
        count = self.constant(numerator) if isinstance(numerator, int) else numerator
        registers = tuple(member.register for member in members)
        self._interactions.append(Interaction(bus, count.register, registers))

    def sum(self, label: str, term: Symbol, target: Symbol | int) -> None:
        """Over all rows, `term` adds up to a public element or a constant."""
        if isinstance(target, int):
            self._sums.append(Sum(term.register, True, target % P, label))
            return
        op, index, _ = list(self._operations)[target.register]
        if op != PUBLIC:
            raise ValueError(f"{label}: the target of a sum is a public element or a constant")
        self._sums.append(Sum(term.register, False, index, label))

    def not_negative(self, label: str, *terms: Term) -> None:
        """A sum over public integers is >= 0."""
        self._relations.append(Relation(NOT_NEGATIVE, label, terms))

    def equal_zero(self, label: str, *terms: Term) -> None:
        """A sum over public integers is 0."""
        self._relations.append(Relation(ZERO, label, terms))

    def ref(self, name: str) -> tuple[int, int]:
        """A public of this statement or of a required one, for a `Term`."""
        for whose, publics in enumerate([self._publics, *(t.publics for t in self.requires)]):
            for number, public in enumerate(publics):
                if public.name == name:
                    return whose, number
        raise ValueError(f"no public {name}")

    def operation(self, op: int, a: Symbol, b: Symbol | int) -> Symbol:
        other = self.constant(b) if isinstance(b, int) else b
        return self._register(op, a.register, other.register)

    def tape(self) -> Tape:
        """What was said; ValueError if it is not well formed."""
        made = Tape(
            self.name,
            self.most,
            tuple(required.id for required in self.requires),
            self._own,
            tuple(self._operations),
            tuple(self._constraints),
            tuple(self._interactions),
            tuple(self._sums),
            tuple(self._publics),
            tuple(self._relations),
        )
        found = faults(made)
        if found:
            raise ValueError(f"{self.name}: {'; '.join(found)}")
        return made

    def _register(self, op: int, a: int, b: int = 0) -> Symbol:
        return Symbol(self, self._operations.setdefault((op, a, b), len(self._operations)))
