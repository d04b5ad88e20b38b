"""The STARK curve, in exact Python: y² = x³ + x + BETA over the felts, of prime ORDER.

An affine point is a pair (x, y). Sums run in Jacobian coordinates (X, Y, Z), where
x = X/Z² and y = Y/Z³, so that a sum of many points costs one inversion, at its end;
None is the point at infinity. Source: StarkWare, "STARK curve"; formulas: Explicit-Formulas
Database, `madd` and `dbl-2007-bl` reduced to a = 1. Not constant-time: nothing here is secret.
"""

from psephos.commit.starknet.felt import PRIME

Point = tuple[int, int]
Jacobian = tuple[int, int, int]

BETA = 0x6F21413EFBE40DE150E596D72F7A8C5609AD26C15C915C1F4CDFCB99CEE9E89
ORDER = 0x800000000000010FFFFFFFFFFFFFFFFB781126DCAE7B2321E66A241ADC64D2F
GENERATOR: Point = (
    0x1EF15C18599971B7BECED415A40F0C7DEACFD9B0D1819E03D723D8BC943CFCA,
    0x5668060AA49730B7BE4801DF46EC62DE53ECD11ABE43A32873000C36E8DC1F,
)


def on_curve(point: Point) -> bool:
    """Whether both coordinates are felts and satisfy the equation."""
    x, y = point
    return 0 <= x < PRIME and 0 <= y < PRIME and (y * y - x * x * x - x - BETA) % PRIME == 0


def add(total: Jacobian | None, point: Point) -> Jacobian | None:
    """total + point."""
    x2, y2 = point
    if total is None:
        return x2, y2, 1
    x1, y1, z1 = total
    zz = z1 * z1 % PRIME
    h = (x2 * zz - x1) % PRIME
    r = (y2 * zz % PRIME * z1 - y1) % PRIME
    if h == 0:
        return double(total) if r == 0 else None
    hh = h * h % PRIME
    hhh = h * hh % PRIME
    v = x1 * hh % PRIME
    x3 = (r * r - hhh - 2 * v) % PRIME
    return x3, (r * (v - x3) - y1 * hhh) % PRIME, z1 * h % PRIME


def double(total: Jacobian | None) -> Jacobian | None:
    """2 · total. The order is odd, so no point but infinity is its own inverse."""
    if total is None:
        return None
    x, y, z = total
    yy = y * y % PRIME
    s = 4 * x * yy % PRIME
    m = (3 * x * x + pow(z, 4, PRIME)) % PRIME
    x3 = (m * m - 2 * s) % PRIME
    return x3, (m * (s - x3) - 8 * yy * yy) % PRIME, 2 * y * z % PRIME


def affine(total: Jacobian) -> Point:
    """The pair (x, y) of a point that is not infinity."""
    x, y, z = total
    inverse = pow(z, -1, PRIME)
    square = inverse * inverse % PRIME
    return x * square % PRIME, y * square % PRIME * inverse % PRIME


def multiply(scalar: int, point: Point) -> Jacobian | None:
    """scalar · point, for scalar ≥ 0."""
    total: Jacobian | None = None
    for bit in bin(scalar)[2:]:
        total = double(total)
        if bit == "1":
            total = add(total, point)
    return total
