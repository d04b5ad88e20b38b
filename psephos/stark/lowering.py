"""Arithmetic over columns as expressions: each made once, constants folded.

A column is named by its place, 8·group + lane, in this row or in the next; or it is a lane of the
domain's own eight columns. An operation is (what, a, b); `program` gives operations registers.
"""

from collections.abc import Sequence

from psephos.stark.field import GENERATOR, Element, P

LOAD, NEXT, POINT, ADD, SUB, MUL, ADDC, SUBC, MULC, STORE, FUSED = range(11)

Node = int
"""A constant as -1 - index, or the number of an operation."""
Wide = tuple[Node, ...]
"""An extension element: a node for each coefficient."""


class Lowering:
    """Expressions over columns, each made once, constants folded."""

    def __init__(self, degree: int = 2) -> None:
        self.degree = degree
        self._made: dict[tuple[int, int, int], Node] = {}
        self.operations: list[tuple[int, int, int]] = []
        self.constants: list[int] = []
        self._known: dict[int, Node] = {}
        self.zero, self.one = self.constant(0), self.constant(1)

    def constant(self, number: int) -> Node:
        number %= P
        if number not in self._known:
            self.constants.append(number)
            self._known[number] = -len(self.constants)
        return self._known[number]

    def value(self, node: Node) -> int:
        """The number of a constant."""
        return self.constants[-1 - node]

    def column(self, slot: int, *, later: bool = False) -> Node:
        """Column 8·group + lane in this row, or in the next."""
        return self._make(NEXT if later else LOAD, slot, 0)

    def point(self, lane: int) -> Node:
        """A lane of the domain's own columns."""
        return self._make(POINT, lane, 0)

    def add(self, a: Node, b: Node) -> Node:
        if a < 0 and b < 0:
            return self.constant(self.value(a) + self.value(b))
        if a < 0:
            a, b = b, a
        if b < 0:
            return a if self.value(b) == 0 else self._make(ADDC, a, b)
        return self._make(ADD, min(a, b), max(a, b))

    def sub(self, a: Node, b: Node) -> Node:
        if b < 0:
            return self.add(a, self.constant(-self.value(b)))
        return self._make(SUBC, b, a) if a < 0 else self._make(SUB, a, b)

    def mul(self, a: Node, b: Node) -> Node:
        if a < 0 and b < 0:
            return self.constant(self.value(a) * self.value(b))
        if a < 0:
            a, b = b, a
        if b < 0:
            if self.value(b) in (0, 1):
                return b if self.value(b) == 0 else a
            return self._make(MULC, a, b)
        return self._make(MUL, min(a, b), max(a, b))

    def _make(self, op: int, a: int, b: int) -> Node:
        key = (op, a, b)
        if key not in self._made:
            self._made[key] = len(self.operations)
            self.operations.append(key)
        return self._made[key]

    def wide(self, element: Element) -> Wide:
        return tuple(self.constant(x) for x in element)

    def lift(self, node: Node) -> Wide:
        return (node, *[self.zero] * (self.degree - 1))

    def add_wide(self, a: Wide, b: Wide) -> Wide:
        return tuple(map(self.add, a, b))

    def sub_wide(self, a: Wide, b: Wide) -> Wide:
        return tuple(map(self.sub, a, b))

    def scale_wide(self, a: Wide, node: Node) -> Wide:
        return tuple(self.mul(x, node) for x in a)

    def mul_wide(self, a: Wide, b: Wide) -> Wide:
        out = [self.zero] * self.degree
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                part = self.mul(x, y)
                if i + j >= self.degree:
                    part = self.mul(part, self.constant(GENERATOR))
                out[(i + j) % self.degree] = self.add(out[(i + j) % self.degree], part)
        return tuple(out)

    def conjugate(self, a: Wide) -> Wide:
        """See `field.conjugate`."""
        if self.degree == 2:
            return a[0], self.sub(self.zero, a[1])
        x, y, z = a
        seven = self.constant(GENERATOR)
        return (
            self.sub(self.mul(x, x), self.mul(seven, self.mul(y, z))),
            self.sub(self.mul(seven, self.mul(z, z)), self.mul(x, y)),
            self.sub(self.mul(y, y), self.mul(x, z)),
        )


def accumulate(lowering: Lowering, parts: Sequence[tuple[Wide, Node]]) -> Wide:
    """Σ element · node, all of them."""
    total = lowering.lift(lowering.zero)
    for element, node in parts:
        total = lowering.add_wide(total, lowering.scale_wide(element, node))
    return total
