"""Batch headers: one encoding, every bit of it bound, nothing else accepted."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.batch.header import BatchHeader, date_of, day_named, day_of
from psephos.batch.layout import LAST_DAY
from psephos.errors import VerificationFailed

HASH = st.binary(min_size=32, max_size=32)
NAME = st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True)
NUMBER = st.integers(0, 2**64 - 1)


@st.composite
def headers(draw: st.DrawFn) -> BatchHeader:
    first, last = sorted((draw(NUMBER), draw(NUMBER)))
    return BatchHeader(
        chain_id=draw(st.integers(0, 2**256 - 1)),
        genesis=draw(st.none() | HASH),
        dataset_id=draw(HASH),
        dataset=draw(NAME),
        table=draw(NAME),
        schema=draw(HASH),
        day=draw(st.integers(0, LAST_DAY)),
        first=first,
        last=last,
        parent=draw(HASH),
        last_hash=draw(HASH),
        rows=draw(NUMBER),
        row_root=draw(HASH),
        prover_root=draw(st.none() | HASH),
    )


def sample(**changes: Any) -> BatchHeader:
    header = BatchHeader(
        1, b"g" * 32, b"i" * 32, "strk", "transfer", b"s" * 32, 19000, 5, 9, b"p" * 32, b"l" * 32,
        3, b"r" * 32,
    )  # fmt: skip
    return replace(header, **changes)


@given(headers())
def test_a_header_reads_back_from_its_bytes(header: BatchHeader) -> None:
    assert BatchHeader.from_bytes(header.to_bytes()) == header


@given(headers(), headers())
def test_two_headers_have_one_id_only_if_they_are_equal(a: BatchHeader, b: BatchHeader) -> None:
    assert (a.id == b.id) == (a == b)


def test_every_field_changes_the_id() -> None:
    other = sample(
        chain_id=2, genesis=None, dataset_id=b"x" * 32, dataset="other", table="other",
        schema=b"x" * 32, day=1, first=4, last=10, parent=b"x" * 32, last_hash=b"x" * 32, rows=4,
        row_root=b"x" * 32, prover_root=b"x" * 32,
    )  # fmt: skip
    ids = {replace(sample(), **{f.name: getattr(other, f.name)}).id for f in fields(BatchHeader)}
    assert len(ids) == len(fields(BatchHeader))
    assert sample().id not in ids


@pytest.mark.parametrize("header", [sample(), sample(prover_root=b"q" * 32), sample(genesis=None)])
def test_every_flipped_bit_makes_another_header_or_none(header: BatchHeader) -> None:
    data = header.to_bytes()
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            other = BatchHeader.from_bytes(bytes(changed))
        except VerificationFailed:
            continue
        assert other != header
        assert other.id != header.id
        assert other.to_bytes() == bytes(changed)


def test_every_truncation_and_every_byte_too_many_is_refused() -> None:
    data = sample().to_bytes()
    for wrong in [*(data[:n] for n in range(len(data))), data + b"\0", data + data, data * 10]:
        with pytest.raises(VerificationFailed):
            BatchHeader.from_bytes(wrong)


@given(st.binary(max_size=600))
def test_random_bytes_are_no_header(data: bytes) -> None:
    with pytest.raises(VerificationFailed):
        BatchHeader.from_bytes(data)


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": "1"},
        {"rows": -1},
        {"rows": 2**64},
        {"dataset": "Strk"},
        {"dataset": ""},
        {"table": "a/b"},
        {"table": "é"},
        {"schema": b"s" * 31},
        {"genesis": b""},
        {"row_root": None},
    ],
    ids=str,
)
def test_a_header_that_cannot_be_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, OverflowError)):
        sample(**change).to_bytes()


def test_a_later_version_says_so() -> None:
    data = bytearray(sample().to_bytes())
    data[8] = 2
    with pytest.raises(VerificationFailed, match="version 02"):
        BatchHeader.from_bytes(bytes(data))


def test_days_are_utc_days_since_1970() -> None:
    assert day_of(0) == day_of(86_399) == 0
    assert day_of(86_400) == 1
    assert day_named("2024-02-20") == day_of(1_708_387_200) == day_of(1_708_473_599)
    assert date_of(day_named("2024-02-29")).isoformat() == "2024-02-29"


@pytest.mark.parametrize("text", ["2024-2-20", "20240220", "2024-02-30", "yesterday", ""])
def test_a_day_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|written|match"):
        day_named(text)
