"""The sequencer's signature of a block: ECDSA over the STARK curve.

    message   the block hash                                             since 0.13.2
              poseidon_many([block hash, state diff commitment])         before
    valid     x(z/s · G + r/s · Q) = r     z message, (r, s) signature, Q the public key

Only the x coordinate of Q is published. Both points with that x are tried, as StarkWare's own
code does; they are each other's negatives, so one key is named. r and z are below 2^251, s is
1 .. ORDER - 1. A valid signature says that the sequencer vouched for the block, nothing about
what the block holds. Source: starkware-libs/cairo-lang `crypto/signature/signature.py`;
keys: `feeder_gateway/get_public_key` of each network.
"""

from collections.abc import Mapping
from types import MappingProxyType

from psephos.commit.starknet.curve import (
    BETA,
    GENERATOR,
    ORDER,
    Jacobian,
    Point,
    add,
    affine,
    multiply,
)
from psephos.commit.starknet.felt import PRIME, check_felts
from psephos.commit.starknet.poseidon import poseidon_many

KEYS: Mapping[str, int] = MappingProxyType(
    {
        "mainnet": 0x48253FF2C3BED7AF18BDE0B611B083B39445959102D4947C51C4DB6AA4F4E58,
        "sepolia": 0x1252B6BCE1351844C677869C6327E80EAE1535755B611C66B8F46E595B40EEA,
        "sepolia-integration": 0x4E4856EB36DBD5F4A7DCA29F7BB5232974EF1FB7EB5B597C58077174C294DA1,
        "goerli2": 0x39249D75A2BED01C773291E2EC64418D04F1B3BA079DA1179E1300B6214FECE,
        "integration": 0x52934BE54CE926B1E715F15DC2542849A97ECFDF829CD0B7384C64EEEB2264E,
    }
)
"""Public keys of sequencers by network. That of goerli2, which ended in 2024, is the one key under
which ten of its published signatures verify; the others are published by the gateways."""

NETWORKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SN_MAIN": ("mainnet",),
        "SN_SEPOLIA": ("sepolia",),
        "SN_INTEGRATION_SEPOLIA": ("sepolia-integration",),
        "SN_GOERLI": ("integration", "goerli2"),
        "SN_GOERLI2": ("goerli2",),
    }
)
"""Networks whose sequencer may have signed a block of the chain with that id. goerli2 used the
id of goerli in its first blocks, the old integration network always."""

_BOUND = 2**251


def signed_message(block_hash: int, state_diff_commitment: int | None = None) -> int:
    """What was signed; before 0.13.2 with the commitment that the signature's answer states."""
    if state_diff_commitment is None:
        check_felts(block_hash)
        return block_hash
    return poseidon_many([block_hash, state_diff_commitment])


def valid_signature(message: int, r: int, s: int, public_key: int) -> bool:
    """Whether (r, s) signs `message` under the public key with that x coordinate.

    False for numbers out of range and for an x that is on no point of the curve.
    """
    if not (0 <= message < _BOUND and 1 <= r < _BOUND and 1 <= s < ORDER):
        return False
    key = _point(public_key)
    inverse = pow(s, -1, ORDER)
    if key is None or inverse >= _BOUND:
        return False
    base = multiply(message * inverse % ORDER, GENERATOR)
    part = multiply(r * inverse % ORDER, key)
    if part is None:
        return False
    x, y = affine(part)
    return any(_x(add(base, (x, side))) == r for side in (y, PRIME - y))


def _x(total: Jacobian | None) -> int | None:
    return None if total is None else affine(total)[0]


def _point(x: int) -> Point | None:
    """A point of the curve with that x, if there is one."""
    if not 0 <= x < PRIME:
        return None
    y = _square_root((x * x * x + x + BETA) % PRIME)
    return None if y is None else (x, y)


def _square_root(square: int) -> int | None:
    """A root of a felt, by Tonelli and Shanks: PRIME - 1 is 2^192 times an odd number."""
    if square == 0:
        return 0
    if pow(square, (PRIME - 1) // 2, PRIME) != 1:
        return None
    odd, twos = (PRIME - 1) >> 192, 192
    generator = pow(3, odd, PRIME)
    found, left = pow(square, (odd + 1) // 2, PRIME), pow(square, odd, PRIME)
    while left != 1:
        power, least = left, 0
        while power != 1:
            power, least = power * power % PRIME, least + 1
        step = pow(generator, 1 << (twos - least - 1), PRIME)
        generator, twos = step * step % PRIME, least
        found, left = found * step % PRIME, left * generator % PRIME
    return found
