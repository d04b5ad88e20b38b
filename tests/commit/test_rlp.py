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
