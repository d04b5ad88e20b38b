"""Block signatures: the published ones, and those that a published library makes."""

import json
from pathlib import Path

import pytest
from fast_stark_crypto import get_public_key, sign
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.starknet.curve import ORDER
from psephos.commit.starknet.felt import PRIME, felt
from psephos.commit.starknet.signature import KEYS, signed_message, valid_signature

SEPOLIA_INTEGRATION_35748 = (
    0x1EA2A9CFA3DF5297D58C0A04D09D276BC68D40FE64701305BBE2ED8F417E869,
    0x45161746EECBEAE297F45A1F407AB702310F4E52C5E9350ED6F542FA8E98413,
    0x3E67CFBC5B179BA55A3B687228D8FE40626233F6691B4AABE308FCD6D71DCDB,
)
"""Block hash and signature as the gateway of that network gives them."""
MAINNET_0 = (
    0x47C3637B57C2B079B93C61539950C17E868A28F46CDEF28F88521067F21E943,
    0x6C4A7559B57CADED12AD2275F78C4AC310FF54B2E233D25C9CF4891C251B450,
    0x484A36B518E33198BFE7A29D82842AE092F9181120E1D49B926C651ADF315ED,
    0x7E21090AB0C6C70FA2B73E17E6288DB298DBE191B04BFD1721436530E84861E,
)
"""Block hash, state diff commitment and signature of mainnet's first block."""


def test_published_signatures_verify_under_their_own_key_only() -> None:
    block, commitment, r, s = MAINNET_0
    message = signed_message(block, commitment)
    assert [name for name, key in KEYS.items() if valid_signature(message, r, s, key)] == [
        "mainnet"
    ]
    block, r, s = SEPOLIA_INTEGRATION_35748
    found = [name for name, key in KEYS.items() if valid_signature(block, r, s, key)]
    assert found == ["sepolia-integration"]


def test_every_published_signature_at_hand_verifies(real_data: Path) -> None:
    files = sorted((real_data / "starknet" / "feeder").glob("*/signature/*.json"))
    assert len(files) >= 40
    for file in files:
        answer = json.loads(file.read_text())
        signed = answer.get("signature_input", answer)
        commitment = signed.get("state_diff_commitment")
        message = signed_message(felt(signed["block_hash"]), commitment and felt(commitment))
        r, s = map(felt, answer["signature"])
        assert valid_signature(message, r, s, KEYS[file.parent.parent.name]), file


@settings(max_examples=15)
@given(st.integers(1, 2**251 - 1), st.integers(0, 2**251 - 1))
def test_what_a_published_library_signs_verifies(secret: int, message: int) -> None:
    public = get_public_key(secret)
    r, s = sign(secret, message)
    assert valid_signature(message, r, s, public)
    assert not valid_signature(message ^ 1, r, s, public)


def test_each_changed_bit_is_noticed() -> None:
    """Every thirteenth bit of message, r, s and key: between them it is the same arithmetic."""
    message, r, s = SEPOLIA_INTEGRATION_35748
    good = [message, r, s, KEYS["sepolia-integration"]]
    assert valid_signature(*good)
    for position in range(4):
        for bit in range(0, 252, 13):
            bad = list(good)
            bad[position] ^= 1 << bit
            assert not valid_signature(*bad), (position, bit)


def test_s_and_its_negative_both_sign_and_nothing_else_does() -> None:
    """ECDSA's own malleability: a signature is no identity, the block hash is."""
    message, r, s = SEPOLIA_INTEGRATION_35748
    key = KEYS["sepolia-integration"]
    assert valid_signature(message, r, s, key)
    assert valid_signature(message, r, ORDER - s, key)
    assert not valid_signature(message, r, s + ORDER, key)
    assert not valid_signature(message, r + ORDER, s, key)


@pytest.mark.parametrize(
    ("message", "r", "s", "key"),
    [
        (0, 0, 0, 0),
        (1, 0, 1, KEYS["mainnet"]),
        (1, 1, 0, KEYS["mainnet"]),
        (1, 1, ORDER, KEYS["mainnet"]),
        (2**251, 1, 1, KEYS["mainnet"]),
        (1, 2**251, 1, KEYS["mainnet"]),
        (-1, 1, 1, KEYS["mainnet"]),
        (1, 1, 1, PRIME),
        (1, 1, 1, -1),
        (1, 1, 1, 0),
        (0, 1, 1, 5),
        (1, 2**300, 2**300, 2**300),
    ],
)
def test_numbers_out_of_range_are_no_signature(message: int, r: int, s: int, key: int) -> None:
    assert not valid_signature(message, r, s, key)
