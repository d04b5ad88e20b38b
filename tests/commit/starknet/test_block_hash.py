"""Block hashes equal published values and those of real headers; versions are a table."""

from typing import Any

import pytest

from psephos.commit.starknet.block import Block, Price, Receipt, Told
from psephos.commit.starknet.block_hash import Commitments, block_felts
from psephos.commit.starknet.hashes import EXACT
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shape_rpc import read_block
from psephos.commit.starknet.transaction import Transaction
from psephos.commit.starknet.versions import (
    BEFORE_0_7,
    CHAINS,
    FROM_0_7,
    MAINNET,
    SEQUENCERS,
    VERSIONS,
    eras,
)
from psephos.errors import UnknownFork
from tests.commit.starknet.headers import REAL
from tests.commit.starknet.published import PUBLISHED
from tests.commit.starknet.test_commitments import DIFF, RECEIPT

PUBLISHED_HASHES = {
    "0.13.2": 0xE248D6CE583F8FA48D1D401D4BEB9CECED3733E38D8EACB0D8D3669A7D901C,
    "0.13.4": 0x3D6174623C812F5DC03FA3FAA07C42C06FD90AD425629EE5F39E149DF65C3CA,
}
"""Of the block below: starkware-libs/sequencer `block_hash_calculator_test.rs`."""


def small(version: str | None, **changes: Any) -> Block:
    receipt = Receipt(1, *(getattr(RECEIPT, name) for name in Receipt.__slots__[1:7]))
    fields: dict[str, Any] = {
        "number": 1,
        "hash": PUBLISHED_HASHES.get(version or "", 1),
        "parent": 11,
        "root": 2,
        "timestamp": 4,
        "sequencer": 3,
        "version": version,
        "l1_gas": Price(7, 6),
        "l1_data_gas": Price(9, 10),
        "l2_gas": Price(12, 11),
        "blob": True,
        "transactions": (Transaction("INVOKE", 3, 1, signature=(2, 3)),),
        "receipts": (receipt,),
    }
    return Block(**{**fields, **changes})


@pytest.mark.parametrize("version", PUBLISHED_HASHES)
def test_a_block_has_its_published_hash(version: str) -> None:
    found = recompute(small(version), DIFF, None, EXACT)
    assert found.hash == PUBLISHED_HASHES[version]


@pytest.mark.parametrize("header", REAL, ids=lambda h: f"{h['starknet_version']}")
def test_a_real_header_recomputes_alone(header: dict[str, Any]) -> None:
    found = recompute(read_block(Part(header, "")), None, None, EXACT)
    assert found.hash == int(header["block_hash"], 16)


def test_every_version_with_commitments_in_its_header_is_held_by_a_real_header() -> None:
    held = {header["starknet_version"] for header in REAL}
    assert held == {v for v, (era, _) in VERSIONS.items() if era.kind == "poseidon"}


@pytest.mark.parametrize("version", ["0.13.5", "0.13.6", "0.14.3", "0.15.0", "1.0.0", "", "x" * 99])
def test_a_version_that_no_real_block_was_recomputed_of_is_not_possible(version: str) -> None:
    with pytest.raises(UnknownFork, match="never recomputed"):
        recompute(small(version), DIFF, MAINNET, EXACT)


def test_l2_gas_prices_are_bound_since_0_13_4_only() -> None:
    dearer = Price(13, 11)
    for version, bound in (("0.13.2", False), ("0.13.4", True)):
        found = recompute(small(version, l2_gas=dearer), DIFF, None, EXACT)
        assert (found.hash != PUBLISHED_HASHES[version]) is bound


def test_without_a_version_the_number_decides_on_mainnet_and_other_chains_are_refused() -> None:
    assert [era.name for era in eras(None, 832, MAINNET)] == ["before 0.7"]
    assert [era.name for era in eras(None, 833, MAINNET)] == ["0.7"]
    for chain in (None, CHAINS["SN_SEPOLIA"], 7):
        with pytest.raises(UnknownFork, match="without a version"):
            eras(None, 1, chain)


def test_what_is_neither_given_nor_told_is_not_possible_with_its_reason() -> None:
    found = recompute(small("0.13.4"), None, None, EXACT)
    assert found.hash is None
    assert found.reason == "what commits to the state diff is neither given nor told by the header"
    alone = small("0.13.4", transactions=None, told=Told(transactions=5))
    assert "number of transactions" in recompute(alone, DIFF, None, EXACT).reason
    assert "L2 gas" in recompute(small("0.13.4", l2_gas=None), DIFF, None, EXACT).reason


def test_before_0_13_2_commitments_of_the_header_are_never_taken() -> None:
    told = Told(transactions=1, events=2, transaction_count=1, event_count=0)
    block = small("0.13.1", transactions=None, receipts=None, told=told)
    assert "needs its transactions" in recompute(block, None, None, PUBLISHED).reason


def test_an_open_block_has_no_hash() -> None:
    with pytest.raises(UnknownFork, match="still open"):
        recompute(small("0.14.1", hash=None, root=None), DIFF, None, EXACT)


def of_old(number: int, parent: int, root: int, timestamp: int, sequencer: int | None) -> Block:
    return Block(number, 0, parent, root, timestamp, sequencer, None, None, None, None, None)


def test_a_real_block_before_0_7_has_its_hash() -> None:
    """mainnet 832: starkware-libs/sequencer `papyrus_common/resources/deprecated_block_hash_v0`."""
    block = of_old(
        832,
        0x43E4033E5C881610A6D6AFF2EE84EB9AE703EA7E5412ED19B285852D5C3812B,
        0x3810B7805897AFF09B3BBA1D41FE2EB21A3853D98553794928684D1089F25CF,
        1643150436,
        None,
    )
    told = Commitments(0x53191054B8ACC338D6624212707AC73EC274150A032AC34FC2A5F22F0FF8104, 31, 0, 0)
    for hashes in (EXACT, PUBLISHED):
        felts = block_felts(block, told, BEFORE_0_7, sequencer=0, chain=MAINNET)
        (found,) = hashes.nested("pedersen", [felts])
        assert found == 0x2E8508C8488ACCA8CC1141AFA714BB3C74A44B2AB47AF60A117C8B85A599874


@pytest.mark.parametrize("sequencer", [0, SEQUENCERS[MAINNET][1]])
def test_a_real_block_of_0_7_has_its_hash_and_binds_its_sequencer(sequencer: int) -> None:
    """mainnet 867: `papyrus_common/resources/deprecated_block_hash_v1`; 0 was hashed."""
    block = of_old(
        867,
        0x4AC38F03E70F1E2BA65357AC3B2D0E9380AA7F1669D9A7BA6B9086FF6EF3BF6,
        0x46A99896768700C5848DBC53A6048E554884EA6B0E881BA2F9A3D4E3096FEB6,
        1643463800,
        None,
    )
    told = Commitments(
        0x71B80FD924EC690BEE7C0BFE7C60C2E222D97E00B8EC5F8CC9CB9DAD096DD9D,
        44,
        0x58795269651AEA99E230F442A90BA2CF240F19A50B7E50BC36FC35BC7E29CFB,
        1,
    )
    felts = block_felts(block, told, FROM_0_7, sequencer=sequencer, chain=None)
    (found,) = PUBLISHED.nested("pedersen", [felts])
    own = 0x671849E624ED7F8CB038AA9A18AF6028E14345CDCEE5CFB7E08B86072298CE5
    assert (found == own) is (sequencer == 0)
