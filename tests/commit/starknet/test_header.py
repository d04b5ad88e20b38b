"""The bytes of a header recompute to the block's hash by themselves, and to no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.header import header_hash, header_rlp
from psephos.commit.starknet.block_hash import Commitments
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.hashes import EXACT
from psephos.commit.starknet.header import MEMBERS, encode, header_hashes, parse
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shape_rpc import read_block
from psephos.commit.starknet.shapes import read_document
from psephos.commit.starknet.versions import BEFORE_0_7, MAINNET
from psephos.commit.told import hashed, of_starknet
from psephos.errors import MalformedAnswer, UnknownFork, VerificationFailed
from tests.commit.signed import block as ethereum_block
from tests.commit.starknet.headers import REAL
from tests.commit.starknet.published import PUBLISHED
from tests.commit.starknet.test_block_hash import of_old


def bytes_of(header: dict[str, Any]) -> bytes:
    return recompute(read_block(Part(header, "")), None, None, EXACT).header


@pytest.mark.parametrize("header", REAL, ids=lambda h: f"{h['starknet_version']}")
def test_stored_bytes_of_a_real_header_have_its_hash_and_what_it_tells(header: Any) -> None:
    (found,) = hashed([bytes_of(header)])
    assert found.hash == int(header["block_hash"], 16).to_bytes(32, "big")
    assert found.number == header["block_number"]
    assert found.timestamp == header["timestamp"]
    assert found.parent == int(header["parent_hash"], 16).to_bytes(32, "big")
    fields = parse(bytes_of(header))
    assert fields.root == int(header["new_root"], 16)
    assert fields.events == int(header["event_commitment"], 16)
    assert fields.receipts == int(header["receipt_commitment"], 16)
    assert fields.event_count == header["event_count"]


def test_headers_of_both_chains_are_told_apart_and_hashed_together() -> None:
    rlp = header_rlp({k: v for k, v in ethereum_block()[0].items() if isinstance(v, str)})
    many = [bytes_of(REAL[0]), rlp, bytes_of(REAL[-1]), rlp]
    assert [of_starknet(one) for one in many] == [True, False, True, False]
    assert [one.hash for one in hashed(many)] == [
        int(REAL[0]["block_hash"], 16).to_bytes(32, "big"),
        header_hash(rlp),
        int(REAL[-1]["block_hash"], 16).to_bytes(32, "big"),
        header_hash(rlp),
    ]


def test_a_real_block_before_0_7_has_its_hash_and_binds_no_time() -> None:
    """mainnet 832: starkware-libs/sequencer `papyrus_common/resources/deprecated_block_hash_v0`."""
    block = of_old(
        832,
        0x43E4033E5C881610A6D6AFF2EE84EB9AE703EA7E5412ED19B285852D5C3812B,
        0x3810B7805897AFF09B3BBA1D41FE2EB21A3853D98553794928684D1089F25CF,
        1643150436,
        None,
    )
    told = Commitments(0x53191054B8ACC338D6624212707AC73EC274150A032AC34FC2A5F22F0FF8104, 31, 0, 0)
    (found,) = hashed([encode(block, told, BEFORE_0_7, sequencer=0, chain=MAINNET)])
    assert found.hash.hex().lstrip("0") == (
        "2e8508c8488acca8cc1141afa714bb3c74a44b2ab47af60a117c8b85a599874"
    )
    assert found.timestamp is None


def test_every_bit_of_a_header_is_bound_by_its_hash() -> None:
    right = bytes_of(REAL[-1])
    own = hashed([right])[0].hash
    for i in range(0, 8 * len(right), 97):
        other = bytearray(right)
        other[i // 8] ^= 1 << i % 8
        try:
            assert hashed([bytes(other)])[0].hash != own
        except (VerificationFailed, UnknownFork, MalformedAnswer):
            continue


def test_bytes_that_are_no_header_are_refused_by_name() -> None:
    right = bytes_of(REAL[-1])
    too_large = right[:1] + PRIME.to_bytes(32, "big") + right[33:]
    for wrong in (b"", right[:-1], right + b"\0", b"\5" + right[1:], b"\1" + right[1:], too_large):
        with pytest.raises(VerificationFailed):
            parse(wrong)
    long = right[:1] + (1 << 64).to_bytes(32, "big") + right[33:]
    with pytest.raises(VerificationFailed, match="64 bits"):
        parse(long)


def test_a_stored_header_is_as_long_as_its_formula() -> None:
    assert [1 + 32 * len(names) for names in MEMBERS.values()] == [193, 289, 481, 545]


def test_stored_bytes_of_real_blocks_of_every_era_have_their_hash(real_data: Path) -> None:
    feeder = real_data / "starknet" / "feeder"
    told = {
        "before 0.7": feeder / "mainnet" / "block" / "1.json",
        "0.7": feeder / "mainnet" / "block" / "7320.json",
        "0.11.1": feeder / "sepolia" / "block" / "0.json",
    }
    for era, path in told.items():
        block = read_document(json.loads(path.read_text())).block
        found = recompute(block, None, MAINNET, PUBLISHED)
        assert found.era.name == era
        assert found.hash == block.hash
        assert header_hashes([parse(found.header)]) == [block.hash.to_bytes(32, "big")]
