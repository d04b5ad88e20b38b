"""The writers give the one encoding the rlp library reads."""

import pytest
import rlp as library
from hypothesis import given
from hypothesis import strategies as st

from psephos.commit import rlp
from psephos.errors import VerificationFailed


@given(st.one_of(st.binary(max_size=80), st.integers(250, 70000).map(bytes)))
def test_a_string_is_written_as_the_library_writes_it(data: bytes) -> None:
    assert rlp.string(data) == library.encode(data)


@given(st.integers(0, 2**256))
def test_a_number_is_written_as_the_library_writes_it(value: int) -> None:
    assert rlp.integer(value) == library.encode(value)


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_a_list_is_written_as_the_library_writes_it_and_read_back(items: list[bytes]) -> None:
    encoded = rlp.sequence(b"".join(map(rlp.string, items)))
    assert encoded == library.encode(items)
    assert rlp.strings(encoded, limit=4096) == items


def test_a_list_inside_a_list_is_refused() -> None:
    with pytest.raises(VerificationFailed, match="flat"):
        rlp.strings(library.encode([b"a", [b"b"]]), limit=100)


def test_more_bytes_than_allowed_are_refused_before_they_are_read() -> None:
    with pytest.raises(VerificationFailed, match="at most 10"):
        rlp.strings(b"\xc1" * 11, limit=10)


nested = st.recursive(st.binary(max_size=70), lambda inside: st.lists(inside, max_size=5))


@given(st.lists(nested, max_size=6))
def test_members_are_those_that_the_library_reads(items: list[object]) -> None:
    encoded = library.encode(items)
    found = rlp.members(encoded, most=6)
    assert found == [library.encode(item) for item in items]
    for item, member in zip(items, found, strict=True):
        if isinstance(item, bytes):
            assert rlp.content(member) == item
        else:
            assert rlp.members(member, most=5) == [library.encode(inner) for inner in item]


@given(st.one_of(st.binary(max_size=12), st.binary(max_size=80)))
def test_what_the_library_refuses_or_takes_for_another_kind_is_no_list_or_string(
    data: bytes,
) -> None:
    try:
        item = library.decode(data, strict=True)
    except library.exceptions.RLPException:
        item = None
    if not isinstance(item, bytes):
        with pytest.raises(VerificationFailed):
            rlp.content(data)
    else:
        assert rlp.content(data) == item
    if isinstance(item, list):
        assert len(rlp.members(data, most=80)) == len(item)
    elif item is not None:
        with pytest.raises(VerificationFailed):
            rlp.members(data, most=80)


LIARS = ["8105", "b80141", "bfffffffffffffffff", "81", "b8", "f8", "f9ff", "c1", "c2c0", "c18105"]
LIARS += ["f80141", "c0c0", "c181", "8000"]


@pytest.mark.parametrize("text", ["", "b90038" + "00" * 56, "f7" + "01" * 54, *LIARS])
def test_p6_an_encoding_that_lies_or_is_longer_than_needed_is_refused(text: str) -> None:
    data = bytes.fromhex(text)
    with pytest.raises(VerificationFailed):
        list(map(rlp.content, rlp.members(data, most=60)))
    with pytest.raises(VerificationFailed):
        rlp.content(data)


def test_more_members_than_allowed_are_not_counted() -> None:
    assert len(rlp.members(b"\xc3\1\2\3", most=3)) == 3
    with pytest.raises(VerificationFailed, match="more than 2 members"):
        rlp.members(b"\xc3\1\2\3", most=2)
