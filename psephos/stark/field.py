"""The field of 2^64 - 2^32 + 1 elements and its extensions, in exact Python.

An element of the extension of degree d is a tuple of d ints, the coefficient of 1 first, modulo
x^d - 7. These are the few scalars of a proof (challenges, values at a point); columns are
arrays and go through compiled code (`lanes`, `columns`).
"""

P = 2**64 - 2**32 + 1
GENERATOR = 7
"""Generates the whole group, so it has neither a square nor a cube root: x^2 - 7 and x^3 - 7
are irreducible."""
TWO_ADICITY = 32

Element = tuple[int, ...]


def root(log_order: int) -> int:
    """The root of unity of order 2^log_order that docs/method/prover-format.md names."""
    return pow(GENERATOR, (P - 1) >> log_order, P)


def inverse(a: int) -> int:
    """1 / a; ZeroDivisionError for 0."""
    if not a % P:
        raise ZeroDivisionError("zero has no inverse")
    return pow(a, P - 2, P)


def powers(base: int, count: int) -> list[int]:
    """1, base, base², …"""
    found, value = [], 1
    for _ in range(count):
        found.append(value)
        value = value * base % P
    return found


def lift(a: int, degree: int) -> Element:
    """The element a of the base field, in the extension."""
    return (a % P, *[0] * (degree - 1))


def add(a: Element, b: Element) -> Element:
    return tuple((x + y) % P for x, y in zip(a, b, strict=True))


def subtract(a: Element, b: Element) -> Element:
    return tuple((x - y) % P for x, y in zip(a, b, strict=True))


def scale(a: Element, factor: int) -> Element:
    return tuple(x * factor % P for x in a)


def multiply(a: Element, b: Element) -> Element:
    """a·b modulo x^d - 7."""
    degree = len(a)
    out = [0] * degree
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[(i + j) % degree] += x * y * (GENERATOR if i + j >= degree else 1)
    return tuple(x % P for x in out)


def power(a: Element, exponent: int) -> Element:
    """a to a non-negative power."""
    out, square = lift(1, len(a)), a
    while exponent:
        if exponent & 1:
            out = multiply(out, square)
        square, exponent = multiply(square, square), exponent >> 1
    return out


def conjugate(a: Element) -> Element:
    """What a is multiplied by to give its norm, an element of the base field."""
    if len(a) == 2:
        return a[0], -a[1] % P
    x, y, z = a
    return (
        (x * x - GENERATOR * y * z) % P,
        (GENERATOR * z * z - x * y) % P,
        (y * y - x * z) % P,
    )


def reciprocal(a: Element) -> Element:
    """1 / a; ZeroDivisionError for 0."""
    other = conjugate(a)
    return scale(other, inverse(multiply(a, other)[0]))
