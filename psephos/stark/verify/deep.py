"""The DEEP composition: one function that is of low degree only if all told values are true."""

from collections.abc import Sequence

from psephos.stark.verify.field import Element, add, inv_all, lift, mul, sub, turned
from psephos.stark.verify.packed import packed, weighed


class Deep:
    """P(x) = Σ c_v (f_v(x) − v) / (x − z_v), over the values v told at one point or more.

    `told` are the values at each point; the first `base` of them are of columns over the field,
    the others of columns over F, which stand in leaves as d numbers each.
    """

    def __init__(
        self,
        points: Sequence[Element],
        told: Sequence[Sequence[Element]],
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

    def at(self, places: Sequence[int], rows: Sequence[Sequence[int]]) -> list[Element]:
        """P at each place x, from the numbers that stand in the leaves there."""
        d = len(self.groups[0][0])
        below = [sub(lift(x, d), point) for point, _, _ in self.groups for x in places]
        inverses = iter(inv_all(below))
        found = [lift(0, d)] * len(places)
        columns = [packed(column) for column in zip(*rows, strict=True)]
        for _, due, weights in self.groups:
            tops = zip(*[weighed(w, columns, len(places)) for w in weights], strict=True)
            for i, top in enumerate(tops):
                found[i] = add(found[i], mul(sub(top, due), next(inverses)))
        return found


def _weights(coefficients: Sequence[Element], base: int) -> list[list[int]]:
    """For each component of a sum Σ c·f, what each number in the leaves is multiplied by.

    A number that is the component j of an element counts as x^j.
    """
    whole: list[Element] = list(coefficients[:base])
    for c in coefficients[base:]:
        whole += turned(c)
    return [list(component) for component in zip(*whole, strict=True)]
