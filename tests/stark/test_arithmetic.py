"""The prover's compiled parts, each held against exact Python or the standard library."""

from hashlib import blake2s
from random import Random

import numpy as np
import pytest

from psephos.stark import field, grind, merkle, ntt
from psephos.stark.field import P
from psephos.stark.lowering import Lowering
from psephos.stark.ntt import bit_reversed
from psephos.stark.program import execute, program
from psephos.stark.prove import deep, domain, fri
from psephos.stark.transcript import Transcript
from psephos.stark.verify import field as exact

EDGES = (0, 1, 2, P - 1, P - 2, 2**32, 2**32 - 1, 2**63, 2**63 + 1, P - 2**32, P - 2**32 + 1)


def drawn(seed: int, count: int) -> list[int]:
    """Numbers of the field, a half of them where carries happen."""
    random = Random(seed)
    return [random.choice([random.choice(EDGES), random.randrange(P)]) for _ in range(count)]


def array(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint64)


def test_sums_differences_and_products_are_those_of_integers():
    a, b = drawn(1, 4096), drawn(2, 4096)
    a[: len(EDGES) ** 2] = [x for x in EDGES for _ in EDGES]
    b[: len(EDGES) ** 2] = list(EDGES) * len(EDGES)
    low = Lowering()
    x, y = low.point(0), low.point(1)
    seven = low.constant(P - 7)
    outputs = [low.add(x, y), low.sub(x, y), low.mul(x, y), low.sub(seven, x), low.mul(x, seven)]
    found = execute(program(low, [*outputs, low.one]), domain.points([array(a), array(b)]))
    pairs = list(zip(a, b, strict=True))
    assert found[0].tolist() == [(x + y) % P for x, y in pairs]
    assert found[1].tolist() == [(x - y) % P for x, y in pairs]
    assert found[2].tolist() == [x * y % P for x, y in pairs]
    assert found[3].tolist() == [(-7 - x) % P for x in a]
    assert found[4].tolist() == [-7 * x % P for x in a]
    assert set(found[5].tolist()) == {1}


@pytest.mark.parametrize("k", [2, 3, 7])
def test_a_transform_is_evaluation_of_the_polynomial(k):
    rows, shift = 1 << k, 7
    values = array(drawn(k, 8 * rows))
    coefficients, out = values.copy(), np.empty_like(values)
    ntt.interpolate(coefficients)
    ntt.evaluate(coefficients, shift, out)
    g = field.root(k)
    natural = coefficients.reshape(rows, 8)[bit_reversed(k)]
    for column in (0, 7):
        told = [int(x) for x in natural[:, column]]
        for row in (0, 1, rows - 1):
            for start, found in ((1, values), (shift, out)):
                x = start * pow(g, row, P) % P
                right = sum(c * pow(x, i, P) for i, c in enumerate(told)) % P
                assert right == int(found.reshape(rows, 8)[row, column])


@pytest.mark.parametrize(
    ("width", "cosets", "rows"), [(12, 4, 8), (8, 1, 64), (3, 4, 16), (20, 8, 32)]
)
def test_trees_are_those_of_hashlib(width, cosets, rows):
    groups = -(-width // 8)
    values = np.zeros((groups, cosets, rows, 8), np.uint64)
    for column in range(width):
        numbers = array(drawn(column, cosets * rows)).reshape(cosets, rows)
        values[column // 8, :, :, column % 8] = numbers
    made = merkle.tree(values.reshape(groups, cosets, 8 * rows), width)

    def leaf(position: int) -> bytes:
        row, coset = divmod(position, cosets)
        data = values[:, coset, row].reshape(-1)[:width].tobytes()
        return blake2s(data, digest_size=28, person=b"pstark-L").digest()

    level = [leaf(i) for i in range(rows * cosets)]
    while len(level) > 1:
        pairs = (level[i] + level[i + 1] for i in range(0, len(level), 2))
        level = [blake2s(pair, digest_size=28, person=b"pstark-N").digest() for pair in pairs]
    assert level[0] == made.root


def test_the_nonce_found_is_the_lowest():
    state = bytes(range(32))

    def zeros(number: int) -> bool:
        data = state + number.to_bytes(8, "little")
        return blake2s(data, person=b"pstark-G").digest()[0] == 0

    assert grind.nonce(state, 8) == next(i for i in range(1 << 20) if zeros(i))


def test_inverses_are_inverses():
    values = [x or 1 for x in drawn(3, 8 * 1000)]
    found = array(values)
    domain.inverted(found)
    assert {a * int(b) % P for a, b in zip(values, found, strict=True)} == {1}


@pytest.mark.parametrize("degree", [2, 3])
def test_values_outside_the_domain_are_those_of_the_polynomials(degree):
    k, point = 5, tuple(drawn(9, degree))
    values = array(drawn(4, 8 << k))
    coefficients = values.copy()
    ntt.interpolate(coefficients)
    found = deep.columns_at(coefficients.reshape(1, -1), point)
    natural = coefficients.reshape(-1, 8)[bit_reversed(k)]
    for column in (0, 5):
        total = field.lift(0, degree)
        for i, c in enumerate(natural[:, column]):
            total = field.add(total, field.scale(field.power(point, i), int(c)))
        assert found[column] == total


@pytest.mark.parametrize("degree", [2, 3])
def test_extensions_of_prover_and_verifier_are_one(degree):
    for seed in range(20):
        a, b = tuple(drawn(seed, degree)), tuple(drawn(100 + seed, degree))
        assert field.multiply(a, b) == exact.mul(a, b)
        if any(a):
            assert field.multiply(a, field.reciprocal(a)) == field.lift(1, degree)
            assert field.reciprocal(a) == exact.inv(a)


@pytest.mark.parametrize("degree", [2, 3])
def test_folding_by_eight_is_the_polynomial_at_the_challenge(degree):
    """Of a polynomial with known coefficients: Σ β^s f_s(x^8), f_s its every eighth coefficient."""
    k, beta = 5, tuple(drawn(11, degree))
    natural = [tuple(drawn(i, degree)) for i in range(1 << k)]
    shift, omega = 7, field.root(k + 2)
    x = [shift * pow(omega, j, P) % P for j in range(4 << k)]
    values = [_at(natural, point) for point in x]
    leaves = fri._leaves(np.array(values, np.uint64).T.copy(), 3)
    found = fri._fold(leaves, shift, 4 << k, 3, beta).T.tolist()
    folded = [_at(natural[8 * i : 8 * i + 8], beta) for i in range(1 << k - 3)]
    for j in (0, 1, len(found) - 1):
        assert tuple(found[j]) == _at(folded, pow(x[j], 8, P))


def _at(coefficients: list[tuple[int, ...]], point: int | tuple[int, ...]) -> tuple[int, ...]:
    degree = len(coefficients[0])
    base = field.lift(point, degree) if isinstance(point, int) else point
    total = field.lift(0, degree)
    for c in reversed(coefficients):
        total = field.add(field.multiply(total, base), c)
    return total


def test_drawing_changes_the_state_and_depends_on_all_that_was_said():
    said = Transcript()
    before = said.state
    first = said.elements("a", 1, 2)
    assert said.state != before
    assert said.elements("a", 1, 2) != first
    positions = Transcript().positions("p", 20, 32)
    assert positions == sorted(set(positions))
    assert len(positions) == 20
