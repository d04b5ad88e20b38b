"""The one equation that says that all rules hold: checked at one random point."""

from collections.abc import Iterator, Sequence

from psephos.stark.verify.field import (
    Element,
    add,
    inv,
    inverse,
    lift,
    mul,
    power,
    root_of_unity,
    sub,
)
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.tape import EVERY, FIRST, LAST, TRANSITION


def outside(drawn: Iterator[Element]) -> Element:
    """The first point that is not in the base field: no row, no place of a leaf stands there."""
    return next(point for point in drawn if any(point[1:]))


def check_rules(
    z: Element,
    log_rows: int,
    found: Sequence[tuple[int, Element]],
    coefficients: Sequence[Element],
    quotient: Sequence[Element],
) -> None:
    """Σ a·C/Z = Q₀ + z^N·Q₁ at z, or Refused as "rules"."""
    one, zero = lift(1, len(z)), lift(0, len(z))
    of_kind = {EVERY: zero, TRANSITION: zero, FIRST: zero, LAST: zero}
    for (kind, value), a in zip(found, coefficients, strict=True):
        of_kind[kind] = add(of_kind[kind], mul(a, value))
    last = lift(inverse(root_of_unity(log_rows)), len(z))
    high = power(z, 1 << log_rows)
    inside = mul(of_kind[TRANSITION], sub(z, last))
    left = mul(add(of_kind[EVERY], inside), inv(sub(high, one)))
    left = add(left, mul(of_kind[FIRST], inv(sub(z, one))))
    left = add(left, mul(of_kind[LAST], inv(sub(z, last))))
    if left != add(quotient[0], mul(high, quotient[1])):
        raise Refused("rules", "the statement's rules do not hold at the random point")
