"""Folding: that a function is, nearly everywhere, a polynomial of low degree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import pack

from psephos.stark.verify.field import GENERATOR, Element, P, inverse, mul, root_of_unity, turned
from psephos.stark.verify.hash import leaf
from psephos.stark.verify.merkle import open_at, route
from psephos.stark.verify.presets import Preset
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused


@dataclass(frozen=True, slots=True)
class Layer:
    """One folding: the root of what is folded, and the random β of it."""

    root: bytes
    beta: Element


def layers(log_rows: int, preset: Preset) -> int:
    """How often is folded until at most 2^last coefficients are left."""
    return max(0, -(-(log_rows - preset.last) // preset.fold))


def last_degree(log_rows: int, preset: Preset) -> int:
    """log₂ of the number of coefficients that are sent."""
    return log_rows - preset.fold * layers(log_rows, preset)


def check_folds(
    reader: Reader,
    preset: Preset,
    log_rows: int,
    folds: Sequence[Layer],
    last: Sequence[Element],
    known: Mapping[int, Element],
) -> None:
    """Follow `known`, values by position, through every layer to the last polynomial.

    What cannot be computed is read. Refused as "opening" if values do not lead to a layer's
    root, as "degree" if what was folded is not the last polynomial there.
    """
    m, shift = log_rows + preset.blowup, GENERATOR
    for fold in folds:
        known = _fold(reader, preset, fold, known, m, shift)
        m, shift = m - preset.fold, pow(shift, 1 << preset.fold, P)
    shifts, turns = _powers(shift, len(last)), _powers(root_of_unity(m), 1 << (m - 1))
    columns = [
        evaluated([c * turn % P for c, turn in zip(column, shifts, strict=True)], turns)
        for column in zip(*last, strict=True)
    ]
    for position, value in known.items():
        if value != tuple([column[position] % P for column in columns]):
            raise Refused("degree", f"the last polynomial has another value at place {position}")


def evaluated(coefficients: Sequence[int], turns: Sequence[int]) -> list[int]:
    """A polynomial's values at 1, ω, ω² …, not reduced; `turns` is the first half of these.

    Those of its even and of its odd part at half as many places, put together: a bit more a step.
    """
    if len(coefficients) == 1:
        return list(coefficients) * (2 * len(turns) or 1)
    even = evaluated(coefficients[::2], turns[::2] if len(turns) > 1 else ())
    odd = evaluated(coefficients[1::2], turns[::2] if len(turns) > 1 else ())
    pairs = [(a, b * turn % P) for a, b, turn in zip(even, odd, turns, strict=True)]
    return [a + b for a, b in pairs] + [a - b for a, b in pairs]


def _powers(x: int, count: int) -> list[int]:
    """1, x, x² …"""
    found, power = [], 1
    for _ in range(count):
        found.append(power)
        power = power * x % P
    return found


def _fold(
    reader: Reader, preset: Preset, fold: Layer, known: Mapping[int, Element], m: int, shift: int
) -> dict[int, Element]:
    """Values of the next layer, from the cosets in which values are known."""
    arity, d, leaves = 1 << preset.fold, preset.extension, 1 << (m - preset.fold)
    told: dict[int, list[tuple[int, Element]]] = {}
    for position, value in known.items():
        told.setdefault(position % leaves, []).append((position // leaves, value))
    places = sorted(told)
    cosets, digests = [], []
    for place in places:
        whole = list(reader.elements((arity - len(told[place])) * d))
        for slot, value in sorted(told[place]):
            whole[slot * d : slot * d] = value
        digests.append(leaf(pack(f"<{arity * d}Q", *whole)))
        cosets.append(whole)
    open_at(reader, fold.root, route(leaves, places), digests)
    back, start = inverse(root_of_unity(m)), inverse(shift)
    inverses = [start * pow(back, place, P) % P for place in places]
    return dict(zip(places, interpolated(cosets, inverses, fold.beta), strict=True))


def interpolated(
    cosets: Sequence[Sequence[int]], inverses: Sequence[int], beta: Element
) -> list[Element]:
    """At β, the polynomial through the values of each coset; `inverses` are 1/x of its first point.

    Half by half, all cosets at once: even and odd part of f at x² are (f(x) + f(−x))/2 and
    (f(x) − f(−x))/2x, and f is even + β·odd.
    """
    d = len(beta)
    slots = [list(numbers) for numbers in zip(*cosets, strict=True)]
    arity = len(slots) // d
    turns, half = _powers(inverse(root_of_unity(arity.bit_length() - 1)), arity), inverse(arity)
    while arity > 1:
        arity //= 2
        weights = list(zip(*turned(beta), strict=True))
        folded: list[list[int]] = []
        for t in range(arity):
            low, high = slots[t * d : t * d + d], slots[(t + arity) * d : (t + arity) * d + d]
            points = [x * turns[t] % P for x in inverses]
            odd = [
                [(a - b) * x for a, b, x in zip(*both, points, strict=True)]
                for both in zip(low, high, strict=True)
            ]
            parts = list(zip(*odd, strict=True))
            for both, w in zip(zip(low, high, strict=True), weights, strict=True):
                folded.append(_half(*both, parts, w))
        slots, beta = folded, mul(beta, beta)
        inverses = [x * x % P for x in inverses]
        turns = [x * x % P for x in turns]
    return [tuple([c * half % P for c in value]) for value in zip(*slots, strict=True)]


def _half(
    low: Sequence[int], high: Sequence[int], odd: Sequence[Element], weights: Sequence[int]
) -> list[int]:
    """f(x) + f(−x) + one component of β·odd, for each coset; each degree is worth a line."""
    both = zip(low, high, odd, strict=True)
    if len(weights) == 2:
        v, w = weights
        return [(a + b + p * v + q * w) % P for a, b, (p, q) in both]
    u, v, w = weights
    return [(a + b + o * u + p * v + q * w) % P for a, b, (o, p, q) in both]
