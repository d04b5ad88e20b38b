"""FRI: a polynomial's degree, by folding its values over cosets of eight until few are left."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from psephos.stark.field import GENERATOR, Element, P, inverse, root
from psephos.stark.lowering import Lowering, Wide
from psephos.stark.merkle import siblings, tree
from psephos.stark.ntt import Array, bit_reversed, evaluate, interpolate, scaled
from psephos.stark.presets import Preset
from psephos.stark.program import execute, program
from psephos.stark.prove.commit import Oracle
from psephos.stark.prove.domain import geometric, points


@dataclass(frozen=True, slots=True)
class Folded:
    """The layers that were committed, and the last polynomial's coefficients."""

    layers: tuple[Oracle, ...]
    last: list[Element]


def extended(values: Array, k: int, blowup: int) -> Array:
    """Values (degree, rows) over the coset 7·<g>, extended to the domain: (degree, points).

    They are so few columns that several cosets fit into the eight of one transform.
    """
    degree, rows = values.shape
    at_once = 8 // degree
    group = np.zeros((rows, 8), np.uint64)
    for first in range(0, at_once * degree, degree):
        group[:, first : first + degree] = values.T
    flat = group.reshape(-1)
    interpolate(flat)
    omega = root(k + blowup.bit_length() - 1)
    found = np.empty((degree, rows, blowup), np.uint64)
    out = np.empty_like(flat)
    for first in range(0, blowup, at_once):
        ratios = [pow(omega, first + lane // degree, P) for lane in range(8)]
        evaluate(flat, ratios, out)
        lanes = out.reshape(rows, 8)[:, : at_once * degree].reshape(rows, at_once, degree)
        some = min(at_once, blowup - first)
        found[:, :, first : first + some] = lanes[:, :some].transpose(2, 0, 1)
    return found.reshape(degree, -1)


def folded(values: Array, k: int, preset: Preset, challenge: Callable[[bytes], Element]) -> Folded:
    """Fold values (degree, points) over 7·<ω>; `challenge` takes a root and gives β."""
    shift, layers = GENERATOR, []
    for _ in range(preset.layers(k)):
        leaves = _leaves(values, preset.fold)
        width = len(values) << preset.fold
        layer = Oracle(tree(leaves, width), leaves, width)
        layers.append(layer)
        beta = challenge(layer.tree.root)
        values = _fold(leaves, shift, values.shape[1], preset.fold, beta)
        shift, k = pow(shift, 1 << preset.fold, P), k - preset.fold
    return Folded(tuple(layers), _coefficients(values, shift, k))


def _leaves(values: Array, fold: int) -> Array:
    """Leaf j holds the values at j, j + m/a, …: (groups, 1, 8·leaves)."""
    degree, count = values.shape
    arity = 1 << fold
    cosets = values.reshape(degree, arity, count // arity).transpose(1, 0, 2)
    flat = cosets.reshape(arity * degree // 8, 8, count // arity).transpose(0, 2, 1)
    return np.ascontiguousarray(flat).reshape(arity * degree // 8, 1, -1)


def _fold(leaves: Array, shift: int, count: int, fold: int, beta: Element) -> Array:
    """The value at β of the polynomial through each leaf: halves folded with β, β², β⁴."""
    degree, arity = len(beta), 1 << fold
    omega = root(count.bit_length() - 1)
    low = Lowering(degree)
    held: list[Wide] = [
        tuple(low.column(t * degree + i) for i in range(degree)) for t in range(arity)
    ]
    over, factor = low.point(0), low.wide(beta)
    step = inverse(pow(omega, count // arity, P))
    half = low.constant(inverse(2))
    while len(held) > 1:
        size = len(held) // 2
        following = []
        for t in range(size):
            a, b = held[t], held[t + size]
            even = low.scale_wide(low.add_wide(a, b), half)
            turned = low.mul(low.mul(over, low.constant(pow(step, t, P))), half)
            odd = low.scale_wide(low.sub_wide(a, b), turned)
            following.append(low.add_wide(even, low.mul_wide(odd, factor)))
        held, over, factor = following, low.mul(over, over), low.mul_wide(factor, factor)
        step = step * step % P
    inverses = geometric(inverse(shift), inverse(omega), count // arity)
    return execute(program(low, held[0]), points([inverses]), leaves)


def _coefficients(values: Array, shift: int, k: int) -> list[Element]:
    """The 2^k coefficients of the polynomial with these values over shift·<ω>."""
    step = values.shape[1] >> k
    group = points(list(values[:, ::step]))
    interpolate(group)
    natural = scaled(group, inverse(shift)).reshape(-1, 8)[bit_reversed(k)]
    return [tuple(int(x) for x in row[: len(values)]) for row in natural]


def opened(layers: tuple[Oracle, ...], positions: list[int], size: int, fold: int) -> bytes:
    """The openings of all layers: of a leaf, the values whose positions are not known."""
    known, parts = positions, []
    for layer in layers:
        leaves = size >> fold
        indices = sorted({position % leaves for position in known})
        there = set(known)
        width = layer.width // (1 << fold) * 8
        for index in indices:
            leaf = layer.leaf(index)
            for t in range(1 << fold):
                if index + t * leaves not in there:
                    parts.append(leaf[t * width : (t + 1) * width])
        parts += siblings(layer.tree, indices)
        known, size = indices, leaves
    return b"".join(parts)
