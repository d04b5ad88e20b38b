"""The field of p = 2^64 − 2^32 + 1 elements, and its extensions F = field[x] / (x^d − 7).

An element is an int from 0 to p − 1; an element of F a tuple of d of them, d = 2 or 3, that of 1
first. 7 generates the field's units, so x² − 7 and x³ − 7 have no factors.
"""

from collections.abc import Sequence

P = (1 << 64) - (1 << 32) + 1
GENERATOR = 7
ORDER = 32
"""log₂ of the order of the largest group of roots of unity that is a power of two."""

Element = tuple[int, ...]


def root_of_unity(log_order: int) -> int:
    """7^((p−1)/2^m), of order 2^m."""
    return pow(GENERATOR, (P - 1) >> log_order, P)


def inverse(a: int) -> int:
    """1/a; ValueError for 0."""
    return pow(a, -1, P)


def lift(a: int, d: int) -> Element:
    """A field element as one of F."""
    return (a, *(0,) * (d - 1))


def add(a: Element, b: Element) -> Element:
    """The sum; two components are worth a line."""
    if len(a) == 2:
        return (a[0] + b[0]) % P, (a[1] + b[1]) % P
    return tuple([(x + y) % P for x, y in zip(a, b, strict=True)])


def sub(a: Element, b: Element) -> Element:
    if len(a) == 2:
        return (a[0] - b[0]) % P, (a[1] - b[1]) % P
    return tuple([(x - y) % P for x, y in zip(a, b, strict=True)])


def scale(a: Element, b: int) -> Element:
    return tuple([x * b % P for x in a])


def mul(a: Element, b: Element) -> Element:
    """The product modulo x^d − 7."""
    if len(a) == 2:
        a0, a1 = a
        b0, b1 = b
        return (a0 * b0 + 7 * a1 * b1) % P, (a0 * b1 + a1 * b0) % P
    a0, a1, a2 = a
    b0, b1, b2 = b
    return (
        (a0 * b0 + 7 * (a1 * b2 + a2 * b1)) % P,
        (a0 * b1 + a1 * b0 + 7 * a2 * b2) % P,
        (a0 * b2 + a1 * b1 + a2 * b0) % P,
    )


def inv(a: Element) -> Element:
    """1/a by its norm; ValueError for 0."""
    if len(a) == 2:
        norm = inverse((a[0] * a[0] - 7 * a[1] * a[1]) % P)
        return a[0] * norm % P, -a[1] * norm % P
    a0, a1, a2 = a
    t = (a0 * a0 - 7 * a1 * a2, 7 * a2 * a2 - a0 * a1, a1 * a1 - a0 * a2)
    norm = inverse((a0 * t[0] + 7 * (a2 * t[1] + a1 * t[2])) % P)
    return tuple([x * norm % P for x in t])


def inv_all(elements: Sequence[Element]) -> list[Element]:
    """1/a of each, at the price of one inverse and three products each; ValueError for a 0."""
    before, product = [], lift(1, len(elements[0]))
    for a in elements:
        before.append(product)
        product = mul(product, a)
    back, found = inv(product), []
    for a, product in zip(reversed(elements), reversed(before), strict=True):
        found.append(mul(back, product))
        back = mul(back, a)
    return found[::-1]


def power(a: Element, exponent: int) -> Element:
    """a^exponent by squaring, exponent ≥ 0."""
    found = lift(1, len(a))
    while exponent:
        if exponent & 1:
            found = mul(found, a)
        a, exponent = mul(a, a), exponent >> 1
    return found


def turned(a: Element) -> list[Element]:
    """a, a·x, … a·x^(d−1): what each component of another element is multiplied by."""
    x = tuple([int(i == 1) for i in range(len(a))])
    found = [a]
    while len(found) < len(a):
        found.append(mul(found[-1], x))
    return found
