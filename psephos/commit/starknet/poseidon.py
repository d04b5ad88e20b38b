"""The Poseidon hash, in exact Python (compiled twins: `compiled`).

The Hades permutation of three felts, 4 full rounds, 83 partial, 4 full:

    full round r     x_i ← (x_i + k_{r,i})³ for every i           then x ← M·x
    partial round r  x_i ← x_i + k_{r,i},  x_2 ← x_2³ only        then x ← M·x
    M                ((3, 1, 1), (1, -1, 1), (1, 1, -2))
    k_{r,i}          sha256("Hades" ‖ decimal 3r + i) mod PRIME

The published rule of the constants is computed, not copied: the first is
0x6861759ea556a2339dd92f9562a30b9e58e2ad98109ae4780b7fd8eac77fe6f. Source: StarkWare,
starkware-industries/poseidon (`poseidon3.txt`); Starknet documentation, "Poseidon hash".
    poseidon_pair(1, 2)     = 0x5d44a3decb2b2e0cc71071f7b802f45dd792d064f0fc7316c46514f70f9891a
    poseidon_many([1, 2])   = 0x371cb6995ea5e7effcd2e174de264b5b407027a75a231a70c2c8d196107f0e7
"""

from collections.abc import Sequence
from hashlib import sha256

from psephos.commit.starknet.felt import PRIME, check_felts

State = tuple[int, int, int]

FULL_ROUNDS = 8
PARTIAL_ROUNDS = 83
ROUNDS = FULL_ROUNDS + PARTIAL_ROUNDS


def _constant(number: int) -> int:
    return int.from_bytes(sha256(b"Hades%d" % number).digest(), "big") % PRIME


CONSTANTS: tuple[State, ...] = tuple(
    (_constant(3 * r), _constant(3 * r + 1), _constant(3 * r + 2)) for r in range(ROUNDS)
)


def hades(state: State) -> State:
    """The permutation of three felts."""
    x, y, z = state
    for r, (kx, ky, kz) in enumerate(CONSTANTS):
        x, y, z = x + kx, y + ky, pow(z + kz, 3, PRIME)
        if r < FULL_ROUNDS // 2 or r >= ROUNDS - FULL_ROUNDS // 2:
            x, y = pow(x, 3, PRIME), pow(y, 3, PRIME)
        total = x + y + z
        x, y, z = (total + 2 * x) % PRIME, (total - 2 * y) % PRIME, (total - 3 * z) % PRIME
    return x, y, z


def poseidon_single(value: int) -> int:
    """The hash of one felt: hades(value, 0, 1), its first."""
    check_felts(value)
    return hades((value, 0, 1))[0]


def poseidon_pair(a: int, b: int) -> int:
    """The hash of two felts, as nodes of tries use it: hades(a, b, 2), its first."""
    check_felts(a, b)
    return hades((a, b, 2))[0]


def poseidon_many(values: Sequence[int]) -> int:
    """The hash of any number of felts: a sponge that takes in two felts a permutation.

    A 1 follows the last felt, and a 0 where that leaves an odd number; the first felt of the
    last state is the hash. Of [a, b] it is therefore not poseidon_pair(a, b).
    """
    check_felts(*values)
    padded = [*values, 1, 0] if len(values) % 2 == 0 else [*values, 1]
    state = (0, 0, 0)
    for i in range(0, len(padded), 2):
        state = hades((state[0] + padded[i], state[1] + padded[i + 1], state[2]))
    return state[0]
