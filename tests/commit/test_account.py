"""Accounts and slots proven against a state root: what they are, or that they are not."""

import json
from pathlib import Path
from typing import Any

import pytest
from rlp import encode

from psephos.commit.account import NO_CODE, NOBODY, Account, account_at, number, slot_at, string
from psephos.commit.keccak import keccak
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import VerificationFailed
from tests.commit.tries import Told, build, proof


def octets(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def real(folder: Path, name: str) -> tuple[bytes, Any]:
    """The state root of mainnet block 21925176, and an answer to eth_getProof at it."""
    here = folder / "ethereum/helios/tests/testdata/rpc"
    root = json.loads((here / "block.json").read_text())["stateRoot"]
    return octets(root), json.loads((here / (name + ".json")).read_text())


@pytest.mark.parametrize("name", ["proof", "block_miner_proof"])
def test_a_real_account_and_its_slots_are_proven(real_data: Path, name: str) -> None:
    root, told = real(real_data, name)
    nodes = [octets(node) for node in told["accountProof"]]
    found = account_at(root, octets(told["address"]), nodes)
    assert found == Account(
        int(told["nonce"], 16),
        int(told["balance"], 16),
        octets(told["storageHash"]),
        octets(told["codeHash"]),
    )
    for slot in told["storageProof"]:
        way = [octets(node) for node in slot["proof"]]
        assert slot_at(found.storage_root, octets(slot["key"]), way) == int(slot["value"], 16)


def test_every_flipped_bit_of_the_end_of_a_real_proof_is_refused(real_data: Path) -> None:
    root, told = real(real_data, "proof")
    nodes = [octets(node) for node in told["accountProof"]]
    address = octets(told["address"])
    for n, node in enumerate(nodes[-3:], len(nodes) - 3):
        for i in range(8 * len(node)):
            altered = bytearray(node)
            altered[i // 8] ^= 1 << i % 8
            with pytest.raises(VerificationFailed):
                account_at(root, address, [*nodes[:n], bytes(altered), *nodes[n + 1 :]])


def test_a_real_proof_without_its_last_node_is_not_absence(real_data: Path) -> None:
    root, told = real(real_data, "proof")
    nodes = [octets(node) for node in told["accountProof"]]
    for size in range(len(nodes)):
        with pytest.raises(VerificationFailed):
            account_at(root, octets(told["address"]), nodes[:size])


def state(accounts: dict[bytes, bytes], asked: bytes) -> tuple[bytes, list[bytes]]:
    return proof(build({keccak(k).hex(): v for k, v in accounts.items()}), keccak(asked).hex())


PEOPLE = {bytes([i]) * 20: encode([i, 10**i, EMPTY_ROOT, NO_CODE]) for i in range(1, 30)}


def test_an_account_that_is_not_there_is_none_and_one_that_is_has_its_members() -> None:
    for address in PEOPLE:
        root, nodes = state(PEOPLE, address)
        assert account_at(root, address, nodes) == Account(
            address[0], 10 ** address[0], EMPTY_ROOT, NO_CODE
        )
    for i in range(40, 80):
        address = bytes([i]) * 20
        root, nodes = state(PEOPLE, address)
        assert account_at(root, address, nodes) is None
    assert account_at(EMPTY_ROOT, bytes(20), []) is None
    assert Account(0, 0, EMPTY_ROOT, NO_CODE) == NOBODY


def test_slots_that_are_not_there_are_zero_and_an_empty_storage_has_none() -> None:
    slots = {i.to_bytes(32, "big"): encode((i + 1) ** 9) for i in range(40)}
    for i in (*range(40), 41, 99, 2**255):
        slot = i.to_bytes(32, "big")
        root, nodes = state(slots, slot)
        assert slot_at(root, slot, nodes) == ((i + 1) ** 9 if i < 40 else 0)
    assert slot_at(EMPTY_ROOT, bytes(32), []) == 0


def test_small_values_stand_inside_their_parents_and_are_proven() -> None:
    pairs = {"00": b"\x01", "01": b"\x02", "1f": b"\x03"}
    root, nodes = proof(build(pairs), "01")
    assert len(nodes) == 1
    from psephos.commit.proof import value_at

    assert value_at(root, b"\x01", nodes) == b"\x02"
    assert value_at(root, b"\x02", nodes) is None
    assert Told().encoded(build(pairs)) == nodes[0]


WRONG = {
    "three members": [1, 2, EMPTY_ROOT],
    "five members": [1, 2, EMPTY_ROOT, NO_CODE, 0],
    "a short root": [1, 2, EMPTY_ROOT[:31], NO_CODE],
    "a long code hash": [1, 2, EMPTY_ROOT, NO_CODE + b"\0"],
    "a list inside": [1, [2], EMPTY_ROOT, NO_CODE],
    "a nonce of nine bytes": [2**64, 2, EMPTY_ROOT, NO_CODE],
    "a balance of 33 bytes": [1, 2**256, EMPTY_ROOT, NO_CODE],
    "a leading zero": [b"\0\1", 2, EMPTY_ROOT, NO_CODE],
}


@pytest.mark.parametrize("what", WRONG)
def test_an_account_that_cannot_be_is_refused_under_right_hashes(what: str) -> None:
    address = bytes([1]) * 20
    root, nodes = state(PEOPLE | {address: encode(WRONG[what])}, address)
    with pytest.raises(VerificationFailed):
        account_at(root, address, nodes)


@pytest.mark.parametrize(
    "value",
    [
        b"\x80",
        b"\x00",
        b"\x81\x05",
        b"\x82\x00\x01",
        b"\xa1" + b"\x01" * 33,
        b"\xc1\x05",
        b"\x05\x05",
        b"\xb8\x01\x01",
        b"\x82\x01",
    ],
)
def test_a_slot_that_cannot_be_is_refused_under_right_hashes(value: bytes) -> None:
    root, nodes = state({bytes(32): value}, bytes(32))
    with pytest.raises(VerificationFailed):
        slot_at(root, bytes(32), nodes)


def test_strings_and_numbers_have_one_encoding() -> None:
    assert string(b"\x05") == b"\x05"
    assert string(b"\x80") == b""
    assert string(b"\x82ab") == b"ab"
    for wrong in (b"", b"\x81\x05", b"\x82a", b"\x82abc", b"\xb8\x38" + b"a" * 56):
        with pytest.raises(VerificationFailed):
            string(wrong)
    assert number(b"", 8) == 0
    for content in (b"\0", b"\0\1", b"\1" * 9, [], None):
        with pytest.raises(VerificationFailed):
            number(content, 8)
