"""A blob as a polynomial: from what Ethereum carries to what Starknet wrote, and its value at z.

    blob        4096 numbers below FIELD: element i is p(ω^r(i)), r(i) = i with its 12 bits reversed
    ω           7^((FIELD - 1)/4096), a 4096th root of unity
    p           Σ c_j x^j; the coefficients c are the words that Starknet published
    c           inverse Fourier transform of the blob in natural order

Source: EIP-4844 and consensus-specs, `specs/deneb/polynomial-commitments.md`; Starknet
documentation, "Data availability with EIP-4844".
"""

from collections.abc import Sequence

from psephos.errors import VerificationFailed

FIELD = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""The order of BLS12-381's groups."""

SIZE = 4096
BYTES = 32 * SIZE
ROOT = pow(7, (FIELD - 1) // SIZE, FIELD)


def elements(blob: bytes) -> list[int]:
    """The 4096 numbers of a blob; VerificationFailed for another size, or one not below FIELD."""
    if len(blob) != BYTES:
        raise VerificationFailed(f"a blob has {BYTES} bytes, this one {len(blob)}")
    found = [int.from_bytes(blob[i : i + 32], "big") for i in range(0, BYTES, 32)]
    if max(found) >= FIELD:
        raise VerificationFailed("an element of the blob is not below the field's order")
    return found


def coefficients(values: Sequence[int]) -> list[int]:
    """The coefficients of the polynomial with these 4096 values, in a blob's order.

    Decimation in frequency with the inverse root: the values come bit-reversed, so they are
    taken in pairs of growing distance, and the result is in natural order.
    """
    found = list(values)
    inverse = pow(ROOT, -1, FIELD)
    half = 1
    while half < SIZE:
        root, power = pow(inverse, SIZE // (2 * half), FIELD), 1
        powers = []
        for _ in range(half):
            powers.append(power)
            power = power * root % FIELD
        for start in range(0, SIZE, 2 * half):
            for i, twist in enumerate(powers, start):
                a, b = found[i], found[i + half] * twist % FIELD
                found[i], found[i + half] = (a + b) % FIELD, (a - b) % FIELD
        half *= 2
    scale = pow(SIZE, -1, FIELD)
    return [value * scale % FIELD for value in found]


def evaluate(words: Sequence[int], z: int) -> int:
    """p(z) from the coefficients, by Horner's rule."""
    value = 0
    for word in reversed(words):
        value = (value * z + word) % FIELD
    return value
