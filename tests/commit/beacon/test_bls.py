"""Aggregated signatures: against a published vector, and with every kind of bad point."""

import pytest
from py_arkworks_bls12381 import G1Point

from psephos.commit.beacon.bls import fast_aggregate_verify
from tests.simulated.beacon import public_key, sign

MESSAGE = bytes(32)
FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)
NOTHING = b"\xc0" + bytes(47)


def outside() -> bytes:
    """A point of the curve that is not in the subgroup of prime order."""
    x = next(x for x in range(1, 100) if pow(x**3 + 4, (FIELD - 1) // 2, FIELD) == 1)
    data = bytes([0x80 | x.to_bytes(48, "big")[0]]) + x.to_bytes(48, "big")[1:]
    assert not G1Point.from_compressed_bytes_unchecked(data).is_in_subgroup()
    return data


def test_a_published_signature_is_made_and_verified() -> None:
    """ethereum/bls12-381-tests, `sign/sign_case_84d45c9c7cca6b92`."""
    secret = 0x263DBD792F5B1BE47ED85F8938C0F29586AF0D3AC7B977F21C278FE1462040E3
    signature = bytes.fromhex(
        "b6ed936746e01f8ecf281f020953fbf1f01debd5657c4a383940b020b26507f6076334f91e2366c96e9ab279"
        "fb5158090352ea1c5b0c9274504f4f0e7053af24802e51e4568d164fe986834f41e55c8e850ce1f98458c0cf"
        "c9ab380b55285a55"
    )
    assert sign(secret, MESSAGE) == signature
    assert fast_aggregate_verify([public_key(secret)], MESSAGE, signature)


def test_the_signature_of_a_set_is_of_that_set_alone() -> None:
    keys = [public_key(i) for i in range(1, 6)]
    signature = sign(sum(range(1, 6)), MESSAGE)
    assert fast_aggregate_verify(keys, MESSAGE, signature)
    assert fast_aggregate_verify(keys[::-1], MESSAGE, signature)
    assert not fast_aggregate_verify(keys[:-1], MESSAGE, signature)
    assert not fast_aggregate_verify([*keys, keys[0]], MESSAGE, signature)
    assert not fast_aggregate_verify(keys, b"\1" + bytes(31), signature)
    assert not fast_aggregate_verify([], MESSAGE, signature)
    assert not fast_aggregate_verify([], MESSAGE, b"\xc0" + bytes(95))


BAD_KEYS = {
    "the identity": NOTHING,
    "not in the subgroup": outside(),
    "not on the curve": b"\x80" + bytes(46) + b"\1",
    "beyond the field": bytes([0x80 | (FIELD >> 376)]) + (FIELD + 4).to_bytes(48, "big")[1:],
    "not compressed": bytes(48),
    "too short": public_key(1)[:47],
    "too long": public_key(1) + b"\0",
    "empty": b"",
    "all ones": b"\xff" * 48,
}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_a_key_that_is_no_key_verifies_nothing(name: str) -> None:
    assert not fast_aggregate_verify([public_key(1), BAD_KEYS[name]], MESSAGE, sign(1, MESSAGE))
    assert not fast_aggregate_verify([BAD_KEYS[name]], MESSAGE, b"\xc0" + bytes(95))


@pytest.mark.parametrize(
    "signature", [b"", bytes(96), b"\xff" * 96, b"\xc0" + bytes(94) + b"\1", b"\xe0" + bytes(95)]
)
def test_a_signature_that_is_no_point_is_refused(signature: bytes) -> None:
    assert not fast_aggregate_verify([public_key(1)], MESSAGE, signature)


def test_a_signature_has_one_encoding() -> None:
    """The identity is the signature of keys that cancel out; only its canonical bytes are it."""
    order = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
    keys = [public_key(5), public_key(order - 5)]
    assert fast_aggregate_verify(keys, MESSAGE, b"\xc0" + bytes(95))
    assert not fast_aggregate_verify(keys, MESSAGE, b"\xc0" + bytes(94) + b"\1")
    assert not fast_aggregate_verify(keys, MESSAGE, b"\xff" * 96)
