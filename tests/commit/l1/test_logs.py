"""Logs of settlements: their shapes, their tie to a header, and the walk to every L2 block."""

import contextlib
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from psephos.commit.header import header_rlp, parse_header
from psephos.commit.keccak import keccak
from psephos.commit.l1.inclusion import ReceiptProof, proven_logs, receipt_proof
from psephos.commit.l1.logs import SIGNATURES, ExchangeUpdate, Fact, StateUpdate, read_log
from psephos.commit.proof import value_at
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.starknet.felt import PRIME
from psephos.commit.trie import ordered_proof, ordered_root
from psephos.errors import PsephosError, VerificationFailed
from tests.simulated.settlement import header, log, receipts

CORE = bytes.fromhex("c662c410c0ecf747543f5ba90660f6abebd9c8c4")
UPDATE, EARLY, FACT, FIRST, BATCHED, ROLLUP, PERPETUAL = SIGNATURES
TOPICS = {
    UPDATE: "d342ddf7a308dec111745b00315c14b7efb2bdae570a6856e088ed0c65a3576c",
    EARLY: "e8012213bb931d3efa0a954cfb0d7b75f2a5e2358ba5f7d3edfb0154f6e7a568",
    FACT: "9866f8ddfe70bb512b2f2b28b49d4017c43f7ba775f1a20c61c13eea8cdac111",
    FIRST: "b7560d2f1cae2b53717521c889299a8c0ec2c47aa3db336ec460446b213b0df0",
    BATCHED: "d606ef105963a7e789d927c1d21df5111915b832996b92648138f59eb9763a20",
    ROLLUP: "54fe7a67f8957a96919a0d1b81eeb25ea8c06f96ad528671da17a4a840040664",
    PERPETUAL: "2672b53d25204094519f7b0fba8d2b5cd0cc1e426f49554c89461cdb9dcec08f",
}
"""Published topics: l2beat's discovery of the core contract; StarkEx's contracts on Etherscan."""


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def read(signature: str, *numbers: int):
    return read_log([keccak(signature.encode())], words(*numbers))


def test_every_shape_has_its_published_topic() -> None:
    assert {s: keccak(s.encode()).hex() for s in SIGNATURES} == TOPICS


def test_every_shape_is_read() -> None:
    assert read(UPDATE, 1, 2, 3) == StateUpdate(1, 2, 3)
    assert read(EARLY, 1, 2) == StateUpdate(1, 2, None)
    assert read(FACT, 7) == Fact(words(7))
    assert read(FIRST, 1, 2, 3) == ExchangeUpdate(1, None, 2, None, 3)
    assert read(BATCHED, 1, 2, 3, 4) == ExchangeUpdate(1, 2, 3, None, 4)
    assert read(ROLLUP, 1, 2, 3, 4, 5) == ExchangeUpdate(1, 2, 3, 4, 5)
    assert read(PERPETUAL, 1, 2) == ExchangeUpdate(1, 2, None, None, None)
    assert read_log([keccak(b"Other()")], b"") is None
    assert read_log([], words(1, 2, 3)) is None


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_log_of_another_length_or_with_an_indexed_member_is_refused(signature: str) -> None:
    topic, size = keccak(signature.encode()), len(SIGNATURES[signature])
    data = words(*range(size))
    read_log([topic], data)
    for topics, told in (
        ([topic], data[:-1]),
        ([topic], data + b"\0"),
        ([topic], data + bytes(32)),
        ([topic], data[32:]),
        ([topic], b""),
        ([topic, bytes(32)], data),
        ([topic, bytes(32)], data[32:]),
    ):
        with pytest.raises(VerificationFailed):
            read_log(topics, told)


def test_p9_roots_and_hashes_are_felts_and_a_block_is_no_negative_one() -> None:
    for told in ((PRIME, 2, 3), (1, 2**256 - 1, 3), (1, 2**64, 3), (1, 2, PRIME)):
        with pytest.raises(VerificationFailed, match="out of range"):
            read(UPDATE, *told)
    with pytest.raises(VerificationFailed, match="out of range"):
        read(ROLLUP, 1, 2, 3, PRIME, 5)
    assert read(ROLLUP, 2**255, 2**255, 3, 4, 5)


OTHER = log(b"\2" * 20, "Other(uint256)", 9)
SETTLED = log(CORE, UPDATE, 11, 110, 44)


def block(count: int = 9, at: int = 3):
    """A block of receipts of all types; the one at `at` holds a state update behind another log."""
    told = receipts([[OTHER, SETTLED] if i == at else [OTHER] * (i % 3) for i in range(count)])
    encoded, hash_ = header(20468828, told)
    return encoded, hash_, told


@pytest.mark.parametrize(
    ("count", "at"), [(1, 0), (2, 1), (9, 3), (130, 0), (130, 127), (130, 129)]
)
def test_a_log_is_proven_to_its_header(count: int, at: int) -> None:
    encoded, hash_, told = block(count, at)
    proof = receipt_proof(encoded, told, at)
    found = proven_logs(proof, hash_)
    assert [entry.address for entry in found] == [b"\2" * 20, CORE]
    settled = found[1]
    assert (settled.block, settled.block_hash) == (20468828, hash_)
    assert (settled.transaction, settled.position) == (at, 1)
    assert read_log(settled.topics, settled.data) == StateUpdate(11, 110, 44)


@pytest.mark.parametrize("count", [1, 2, 3, 16, 17, 127, 128, 129, 200, 300])
def test_a_proof_of_every_value_leads_to_the_ordered_root(count: int) -> None:
    for size in (1, 40):
        values = [bytes([1 + i % 255]) * size for i in range(count)]
        root = ordered_root(values)
        for index in {0, 1 % count, count // 2, count - 1}:
            nodes = ordered_proof(values, index)
            assert value_at(root, integer(index), nodes, hashed=False) == values[index]
    with pytest.raises(IndexError):
        ordered_proof([b"a"], 1)


def rejected(proof: ReceiptProof, hash_: bytes) -> None:
    with pytest.raises(PsephosError):
        proven_logs(proof, hash_)


def test_p1_p2_nodes_cannot_be_dropped_added_or_reordered() -> None:
    encoded, hash_, told = block()
    proof = receipt_proof(encoded, told, 3)
    nodes = proof.nodes
    assert len(nodes) > 1
    for lied in (
        nodes[:-1],
        nodes[1:],
        (),
        (*nodes, nodes[-1]),
        (nodes[0], *nodes),
        nodes[::-1],
        (*nodes, b"\x80"),
    ):
        rejected(replace(proof, nodes=lied), hash_)


def test_p3_a_proof_of_one_receipt_is_none_of_another() -> None:
    encoded, hash_, told = block()
    proof = receipt_proof(encoded, told, 3)
    for index in (0, 1, 2, 4, 9, 127, 2**16, 2**64, -1):
        rejected(replace(proof, index=index), hash_)


def test_p13_a_proof_is_of_one_block() -> None:
    encoded, _, told = block()
    other, other_hash, _ = block(count=10)
    proof = receipt_proof(encoded, told, 3)
    rejected(replace(proof, header=other), other_hash)
    rejected(proof, other_hash)
    with pytest.raises(VerificationFailed):
        receipt_proof(other, told, 3)


def test_a_receipt_that_is_not_the_nodes_own_cannot_be_told() -> None:
    encoded, _, told = block()
    lied = [dict(receipt) for receipt in told]
    lied[3]["logs"] = [dict(entry) for entry in lied[3]["logs"]]
    lied[3]["logs"][1]["data"] = "0x" + words(11, 111, 44).hex()
    with pytest.raises(PsephosError):
        receipt_proof(encoded, lied, 3)


def test_no_bit_of_a_proof_can_be_flipped() -> None:
    encoded, hash_, told = block(count=3, at=1)
    proof = receipt_proof(encoded, told, 1)
    for place, piece in enumerate((proof.header, *proof.nodes)):
        for bit in range(8 * len(piece)):
            data = bytearray(piece)
            data[bit // 8] ^= 1 << bit % 8
            lied = bytes(data)
            if place == 0:
                rejected(replace(proof, header=lied), hash_)
            else:
                nodes = list(proof.nodes)
                nodes[place - 1] = lied
                rejected(replace(proof, nodes=tuple(nodes)), hash_)


def tied(value: bytes) -> tuple[ReceiptProof, bytes]:
    """A header that commits to one receipt of any bytes: a lie that hashes right."""
    told = receipts([[]])
    encoded, _ = header(1, told)
    root = parse_header(encoded).receipts_root
    forged = encoded.replace(root, ordered_root([value]))
    return ReceiptProof(forged, 0, tuple(ordered_proof([value], 0))), keccak(forged)


LOG = sequence(string(CORE) + sequence(string(bytes(32))) + string(b""))
HEAD = integer(1) + integer(21000) + string(bytes(256))
FORGED = {
    "no list": b"\x80",
    "empty": b"\xc0",
    "three members": sequence(HEAD),
    "logs that are no list": sequence(HEAD + string(b"")),
    "a log that is no list": sequence(HEAD + sequence(string(b"a"))),
    "a log of two members": sequence(HEAD + sequence(sequence(string(CORE) + sequence(b"")))),
    "an address of 19 bytes": sequence(
        HEAD + sequence(LOG.replace(b"\x94" + CORE, b"\x93" + CORE[1:]))
    ),
    "five topics": sequence(
        HEAD + sequence(sequence(string(CORE) + sequence(string(bytes(32)) * 5) + string(b"")))
    ),
    "a topic of 31 bytes": sequence(
        HEAD + sequence(sequence(string(CORE) + sequence(string(bytes(31))) + string(b"")))
    ),
    "type 5": b"\x05" + sequence(HEAD + sequence(LOG)),
    "type 0 written out": b"\0" + sequence(HEAD + sequence(LOG)),
    "bytes behind it": sequence(HEAD + sequence(LOG)) + b"\0",
    "nested deep": sequence(HEAD + b"\xc1" * 5000 + b"\xc0"),
    "a length that lies": b"\xfb\xff\xff\xff\xff" + bytes(40),
}


@pytest.mark.parametrize("name", FORGED)
def test_p5_p6_a_receipt_that_hashes_right_but_is_none_is_refused(name: str) -> None:
    proof, hash_ = tied(FORGED[name])
    rejected(proof, hash_)


@pytest.mark.parametrize("body", [b"\xc0", b"\1", b"\x80", b"\xc1", LOG, string(bytes(40))])
@pytest.mark.parametrize("place", ["logs", "log", "topics", "receipt", "node"])
def test_p18_a_receipt_of_a_million_members_is_refused_in_time(body: bytes, place: str) -> None:
    many = body * ((2**20 - 2000) // len(body))
    listed = {
        "logs": HEAD + sequence(many),
        "log": HEAD + sequence(sequence(many)),
        "topics": HEAD + sequence(sequence(string(CORE) + sequence(many) + string(b""))),
        "receipt": many,
        "node": b"",
    }[place]
    proof, hash_ = tied(sequence(listed))
    if place == "node":
        node = sequence(many)
        forged = proof.header.replace(parse_header(proof.header).receipts_root, keccak(node))
        proof, hash_ = ReceiptProof(forged, 0, (node,)), keccak(forged)
    began = time.process_time()
    with contextlib.suppress(PsephosError):
        assert proven_logs(proof, hash_)
        assert (place, body) == ("logs", LOG), "only a list of logs is read"
    assert time.process_time() - began < 1


def test_an_honest_receipt_of_that_kind_is_read() -> None:
    proof, hash_ = tied(b"\x03" + sequence(HEAD + sequence(LOG)))
    assert [entry.address for entry in proven_logs(proof, hash_)] == [CORE]


def test_real_receipts_are_proven_to_their_real_header(real_data: Path) -> None:
    """Mainnet block 21925176, 202 receipts of four types."""
    folder = real_data / "ethereum/helios/tests/testdata/rpc"
    told = json.loads((folder / "receipts.json").read_text())
    fields = json.loads((folder / "block.json").read_text())
    encoded, hash_ = header_rlp(fields), bytes.fromhex(fields["hash"][2:])
    for index in (0, 1, 127, 128, 201):
        proof = receipt_proof(encoded, told, index)
        logs = [(log.address, list(log.topics), log.data) for log in proven_logs(proof, hash_)]
        assert logs == [
            (
                bytes.fromhex(log["address"][2:]),
                [bytes.fromhex(topic[2:]) for topic in log["topics"]],
                bytes.fromhex(log["data"][2:]),
            )
            for log in told[index]["logs"]
        ]
    with pytest.raises(VerificationFailed):
        proven_logs(replace(proof, index=200), hash_)
