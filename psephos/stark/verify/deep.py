"""The DEEP composition: one function that is of low degree only if all told values are true."""

from collections.abc import Iterable, Sequence
from operator import mul as times

from psephos.stark.verify.field import Element, add, inv, lift, mul, sub


class Deep:
    """P(x) = Σ c_v (f_v(x) − v) / (x − z_v), over the values v told at two points.

    `told` are the values at each point; the first `base` of them are of columns over the field,
    the others of columns over F, which stand in leaves as d numbers each.
    """

    def __init__(
        self,
        points: tuple[Element, Element],
        told: tuple[Sequence[Element], Sequence[Element]],
        coefficients: Sequence[Element],
        base: int,
    ) -> None:
        self.groups = []
        start = 0
        for point, values in zip(points, told, strict=True):
            own = coefficients[start : start + len(values)]
            start += len(values)
            due = lift(0, len(point))
            for c, value in zip(own, values, strict=True):
                due = add(due, mul(c, value))
            self.groups.append((point, due, _weights(own, base)))

    def at(self, x: int, row: Sequence[int]) -> Element:
        """P(x) from the numbers that stand in the leaves at x: data, own, auxiliary, quotient."""
        found: Element | None = None
        for point, due, weights in self.groups:
            top = tuple([sum(map(times, w, row)) - c for w, c in zip(weights, due, strict=True)])
            part = mul(top, inv(sub(lift(x, len(point)), point)))
            found = part if found is None else add(found, part)
        assert found is not None
        return found


def _weights(coefficients: Sequence[Element], base: int) -> list[list[int]]:
    """For each component of a sum Σ c·f, what each number in the leaves is multiplied by.

    A number that is the component j of an element counts as x^j.
    """
    whole: list[Element] = list(coefficients[:base])
    for c in coefficients[base:]:
        whole += _turned(c)
    return [list(component) for component in zip(*whole, strict=True)]


def _turned(c: Element) -> Iterable[Element]:
    """c, c·x, … c·x^(d−1)."""
    x = tuple([int(i == 1) for i in range(len(c))])
    found = [c]
    while len(found) < len(c):
        found.append(mul(found[-1], x))
    return found
