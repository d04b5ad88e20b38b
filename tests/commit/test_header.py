"""Block headers recompute to their hashes, and no other bytes do."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import rlp as library
from hypothesis import given
from hypothesis import strategies as st

from psephos.commit.header import (
    FIELDS,
    FORKS,
    NUMBER,
    header_hash,
    header_rlp,
    parse_header,
)
from psephos.errors import MalformedAnswer, PsephosError, UnknownFork, VerificationFailed

REAL = (
    "execution_specs/block_1.json",
    "execution_specs/block_1234567.json",
    "helios/tests/testdata/rpc/block.json",
    "etl/test_export_blocks_job/block_with_logs/web3_response.eth_getBlockByNumber_0x76250_true.json",
    "etl/test_export_blocks_job/block_without_transactions/web3_response.eth_getBlockByNumber_0x0_true.json",
    "etl/test_export_blocks_job/blocks_with_transactions/web3_response.eth_getBlockByNumber_0xb872_true.json",
    "etl/test_export_blocks_job/blocks_with_transactions/web3_response.eth_getBlockByNumber_0xb873_true.json",
    "etl/test_stream/blocks_1755634_1755635/web3_response.eth_getBlockByNumber_0x1ac9f2_true.json",
    "etl/test_stream/blocks_1755634_1755635/web3_response.eth_getBlockByNumber_0x1ac9f3_true.json",
    "etl/test_stream/blocks_2112234_2112234/web3_response.eth_getBlockByNumber_0x203aea_false.json",
    "etl/test_stream/blocks_508110_508110/web3_response.eth_getBlockByNumber_0x7c0ce_false.json",
)


def block(real_data: Path, name: str) -> dict[str, Any]:
    answer = json.loads((real_data / "ethereum" / name).read_text())
    return answer.get("result", answer)


@pytest.mark.parametrize("name", REAL)
def test_a_real_header_recomputes_to_its_own_hash(real_data: Path, name: str) -> None:
    fields = block(real_data, name)
    encoded = header_rlp(fields)
    assert "0x" + header_hash(encoded).hex() == fields["hash"]
    parsed = parse_header(encoded)
    assert parsed.number == int(fields["number"], 16)
    assert "0x" + parsed.parent.hex() == fields["parentHash"]
    assert parsed.timestamp == int(fields["timestamp"], 16)


def of(member: str, size: int) -> st.SearchStrategy[str]:
    if size == NUMBER:
        return st.integers(0, 2**256 - 1).map(hex)
    length = st.just(size) if size >= 0 else st.integers(0, 60)
    return length.flatmap(lambda n: st.binary(min_size=n, max_size=n)).map(lambda b: "0x" + b.hex())


@st.composite
def headers(draw: st.DrawFn) -> dict[str, str]:
    members = FIELDS[: draw(st.sampled_from(sorted(FORKS)))]
    return {name: draw(of(name, size)) for name, _, size in members}


@given(headers())
def test_a_header_of_every_fork_is_the_rlp_librarys_and_parses_back(fields: dict[str, str]) -> None:
    encoded = header_rlp(fields)
    parsed = parse_header(encoded)
    members = []
    for name, attribute, size in FIELDS:
        value = getattr(parsed, attribute)
        if name not in fields:
            assert value is None
            continue
        told = fields[name]
        assert value == (int(told, 16) if size == NUMBER else bytes.fromhex(told[2:]))
        members.append(value)
    assert library.encode(members) == encoded


FIELDS_OF_PRAGUE = {
    name: "0x1" if size == NUMBER else "0x" + "ab" * max(size, 5) for name, _, size in FIELDS
}


def test_an_unknown_field_of_a_later_fork_cannot_be_recomputed_and_says_so() -> None:
    fields = FIELDS_OF_PRAGUE | {"blockAccessListHash": "0x" + "00" * 32, "hash": "0x" + "11" * 32}
    with pytest.raises(UnknownFork, match="blockAccessListHash"):
        header_rlp(fields)


def test_an_unknown_field_beside_a_header_whose_hash_holds_is_no_obstacle() -> None:
    encoded = header_rlp(FIELDS_OF_PRAGUE)
    fields = FIELDS_OF_PRAGUE | {"author": "0x00", "hash": "0x" + header_hash(encoded).hex()}
    assert header_rlp(fields) == encoded


def test_a_null_field_counts_as_absent() -> None:
    london = {name: FIELDS_OF_PRAGUE[name] for name, _, _ in FIELDS[:16]}
    told = {**london, "withdrawalsRoot": None}
    assert header_rlp(told) == header_rlp(london)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, _, _ in FIELDS if name != "requestsHash"])
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(MalformedAnswer, match=name):
        header_rlp({key: value for key, value in FIELDS_OF_PRAGUE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "1"),
        ("number", "0x"),
        ("number", "0x1_0"),
        ("number", "0x" + "f" * 65),
        ("number", 1),
        ("gasUsed", "0xg"),
        ("parentHash", "0x" + "ab" * 31),
        ("parentHash", "0x" + "ab" * 33),
        ("parentHash", "0x" + "a" * 63),
        ("extraData", "0x a"),
        ("logsBloom", "0x"),
    ],
)
def test_a_malformed_field_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(MalformedAnswer, match=name):
        header_rlp(FIELDS_OF_PRAGUE | {name: value})


def test_one_changed_bit_of_a_header_changes_its_hash_or_is_no_header() -> None:
    encoded = header_rlp(FIELDS_OF_PRAGUE)
    right = header_hash(encoded)
    for bit in range(8 * len(encoded)):
        changed = bytearray(encoded)
        changed[bit // 8] ^= 1 << bit % 8
        assert header_hash(bytes(changed)) != right


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x80",
        b"\xc0",
        b"\xc2\x81\x05",  # a byte below 128 written long
        b"\xf8\x01\x05",  # a short length written long
        b"\xbf" + b"\xff" * 8,  # a length of 2^64
        b"\xc1" * 5000,
        b"\xc1" * 4000,  # nested deeper than any stack
        b"\xf9\x0f\xfd" + b"\xc0" * 4093,
    ],
    ids=lambda data: data[:8].hex() + "…" + str(len(data)),
)
def test_what_is_no_header_is_refused_without_a_foreign_error(encoded: bytes) -> None:
    with pytest.raises(VerificationFailed):
        parse_header(encoded)


def test_bytes_after_a_header_are_refused() -> None:
    with pytest.raises(VerificationFailed):
        parse_header(header_rlp(FIELDS_OF_PRAGUE) + b"\0")


def test_every_truncation_of_a_header_is_refused() -> None:
    encoded = header_rlp(FIELDS_OF_PRAGUE)
    for length in range(len(encoded)):
        with pytest.raises(VerificationFailed):
            parse_header(encoded[:length])


@given(st.binary(max_size=700))
def test_random_bytes_give_a_header_or_our_own_error(data: bytes) -> None:
    with contextlib.suppress(PsephosError):
        parse_header(data)


def test_a_number_with_a_leading_zero_is_refused() -> None:
    members = library.decode(header_rlp(FIELDS_OF_PRAGUE))
    members[8] = b"\0\1"
    with pytest.raises(VerificationFailed, match="number"):
        parse_header(library.encode(members))


def test_a_header_with_more_members_than_any_known_fork_is_an_unknown_fork() -> None:
    members = [*library.decode(header_rlp(FIELDS_OF_PRAGUE)), b"x" * 32]
    with pytest.raises(UnknownFork):
        parse_header(library.encode(members))
