"""Folding: that a function is, nearly everywhere, a polynomial of low degree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from struct import pack

from psephos.stark.verify.field import GENERATOR, Element, P, inverse, mul, root_of_unity
from psephos.stark.verify.hash import leaf
from psephos.stark.verify.merkle import open_at
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
    omega = root_of_unity(m)
    columns = list(zip(*reversed(last), strict=True))
    for position, value in known.items():
        x = shift * pow(omega, position, P) % P
        if value != tuple([_horner(column, x) for column in columns]):
            raise Refused("degree", f"the last polynomial has another value at place {position}")


def _horner(coefficients: Sequence[int], x: int) -> int:
    """A polynomial's value, the highest coefficient first."""
    value = 0
    for coefficient in coefficients:
        value = (value * x + coefficient) % P
    return value


def _fold(
    reader: Reader, preset: Preset, fold: Layer, known: Mapping[int, Element], m: int, shift: int
) -> dict[int, Element]:
    """Values of the next layer, from the cosets in which values are known."""
    arity, d, leaves = 1 << preset.fold, preset.extension, 1 << (m - preset.fold)
    places = sorted({position % leaves for position in known})
    back, coset = inverse(root_of_unity(m)), inverse(root_of_unity(preset.fold))
    start, half = inverse(shift), inverse(arity)
    betas = [fold.beta]
    while len(betas) < preset.fold:
        betas.append(mul(betas[-1], betas[-1]))
    turns = [pow(coset, t, P) for t in range(arity // 2)]
    digests, found = [], {}
    for place in places:
        values = [known.get(place + t * leaves) for t in range(arity)]
        missing = iter(reader.extension(values.count(None), d))
        whole = [next(missing) if value is None else value for value in values]
        digests.append(leaf(pack(f"<{arity * d}Q", *chain.from_iterable(whole))))
        x = start * pow(back, place, P) % P
        folded = interpolated(whole, [x * turn % P for turn in turns], betas)
        found[place] = tuple([c * half % P for c in folded])
    open_at(reader, fold.root, leaves, places, digests)
    return found


def interpolated(
    values: Sequence[Element], inverses: Sequence[int], betas: Sequence[Element]
) -> Element:
    """The polynomial through a coset's values at β, times their number.

    Half by half: even and odd part of f at x² are f(x) + f(−x) and (f(x) − f(−x))/x, halved.
    `inverses` are 1/x of the first half of the points, `betas` β, β², β⁴ …
    """
    for beta in betas:
        half = len(values) // 2
        folded: list[Element] = []
        for a, b, x in zip(values[:half], values[half:], inverses, strict=False):
            odd = tuple([(u - v) * x for u, v in zip(a, b, strict=True)])
            turned = mul(odd, beta)
            folded.append(tuple([(u + v + w) % P for u, v, w in zip(a, b, turned, strict=True)]))
        inverses = [x * x % P for x in inverses[: half // 2]]
        values = folded
    return values[0]
