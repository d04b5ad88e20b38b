"""The quotient: all constraints, combined and divided by what vanishes on their rows."""

from collections.abc import Sequence

import numpy as np

from psephos.stark.field import Element, P, inverse, root
from psephos.stark.lowering import Lowering, Node, Wide
from psephos.stark.ntt import Array, interpolate, scaled
from psephos.stark.program import Program, execute, program
from psephos.stark.prove.commit import shifts
from psephos.stark.prove.domain import OVER_FIRST, OVER_LAST, POINT, coset, points
from psephos.stark.prove.lower import Challenges, Scene, constraints
from psephos.stark.tape import EVERY, FIRST, LAST, TRANSITION


def quotient(
    scene: Scene, drawn: Challenges | None, coefficients: Sequence[Element], values: Array
) -> Array:
    """Coefficients of Q_0 and Q_1 as one group of columns, from the extension of all others.

    The quotient has degree below 2N, so two cosets of the domain determine it. Over the coset
    shift·<g> it is R = Q_0 + shift^N·Q_1, which gives both.
    """
    rows = values.shape[2] // 8
    k = rows.bit_length() - 1
    blowup = values.shape[1]
    used = [0, blowup // 2]
    halves: list[Array] = []
    for where in used:
        shift = shifts(k, blowup)[where]
        lanes = coset(k, shift)
        over = inverse(pow(shift, rows, P) - 1)
        made = combined(scene, drawn, coefficients, over)
        halves += list(execute(made, lanes, values, where))
    group, degree = points(halves), scene.degree
    interpolate(group)
    ratios = [inverse(shifts(k, blowup)[where]) for where in used for _ in range(degree)]
    both = scaled(group, ratios + [1] * (8 - 2 * degree))
    return _parts(both, [pow(shifts(k, blowup)[where], rows, P) for where in used], degree)


def divides(
    scene: Scene, drawn: Challenges | None, coefficients: Sequence[Element], values: Array
) -> bool:
    """Whether the quotient that was committed is right on a coset that it was not made from."""
    rows = values.shape[2] // 8
    k = rows.bit_length() - 1
    x = shifts(k, values.shape[1])[1]
    power = pow(x, rows, P)
    lanes = [np.full(8, at, np.uint64) for at in (x, inverse(x - 1), inverse(x - inverse(root(k))))]
    made = combined(scene, drawn, coefficients, inverse(power - 1))
    left = execute(made, points(lanes), values, 1)[:, 0].tolist()
    first = scene.places.slot(scene.places.tree_of_own + 2, 0) // 8
    told = values[first, 1, : 2 * scene.degree].tolist()
    low, high = told[: scene.degree], told[scene.degree :]
    right = [(a + power * b) % P for a, b in zip(low, high, strict=True)]
    return bool(left == right)


def combined(
    scene: Scene, drawn: Challenges | None, coefficients: Sequence[Element], over: int
) -> Program:
    """Σ a·C / Z over a coset, where 1 / (x^N - 1) is `over`."""
    low = Lowering(scene.degree)
    totals: dict[int, Wide] = {}
    found = constraints(low, scene, drawn)
    for (kind, value), factor in zip(found, coefficients, strict=True):
        part = _times(low, value, factor)
        totals[kind] = low.add_wide(totals[kind], part) if kind in totals else part
    last = inverse(root(scene.places.rows.bit_length() - 1))
    by_kind: dict[int, Node] = {
        EVERY: low.constant(over),
        TRANSITION: low.mul(low.sub(low.point(POINT), low.constant(last)), low.constant(over)),
        FIRST: low.point(OVER_FIRST),
        LAST: low.point(OVER_LAST),
    }
    result = low.lift(low.zero)
    for kind, value in totals.items():
        result = low.add_wide(result, low.scale_wide(value, by_kind[kind]))
    return program(low, result)


def _times(low: Lowering, value: Wide, factor: Element) -> Wide:
    return low.mul_wide(low.wide(factor), value)


def _parts(both: Array, powers: list[int], degree: int) -> Array:
    """Q_0 and Q_1 from R = Q_0 + power·Q_1 for two powers, side by side in one group."""
    low = Lowering()
    over = low.constant(inverse(powers[0] - powers[1]))
    first = [low.column(i) for i in range(degree)]
    second = [low.column(degree + i) for i in range(degree)]
    upper = [low.mul(low.sub(a, b), over) for a, b in zip(first, second, strict=True)]
    lower = [
        low.sub(a, low.mul(q, low.constant(powers[0]))) for a, q in zip(first, upper, strict=True)
    ]
    made = program(low, [*lower, *upper])
    return points(list(execute(made, np.zeros_like(both), both.reshape(1, 1, -1))))
