"""The logs bloom: no false negatives, and the bits of the definition."""

from hypothesis import given
from hypothesis import strategies as st

from psephos.commit.bloom import EMPTY, bloom_has, bloom_of, bloom_union

ADDRESSES = st.binary(min_size=20, max_size=20)
LOGS = st.lists(st.tuples(ADDRESSES, st.lists(st.binary(min_size=32, max_size=32), max_size=4)))


@given(LOGS)
def test_what_was_logged_is_never_excluded(logs: list[tuple[bytes, list[bytes]]]) -> None:
    bloom = bloom_of(logs)
    for address, topics in logs:
        assert bloom_has(bloom, address)
        assert all(bloom_has(bloom, topic) for topic in topics)


@given(LOGS, LOGS)
def test_the_bloom_of_a_block_is_the_union_of_its_receipts(a: list, b: list) -> None:
    assert bloom_of([*a, *b]) == bloom_union([bloom_of(a), bloom_of(b)])


@given(ADDRESSES)
def test_an_empty_bloom_excludes_everything(item: bytes) -> None:
    assert not bloom_has(EMPTY, item)
    assert bloom_of([]) == bloom_union([]) == EMPTY


@given(ADDRESSES)
def test_an_item_sets_at_most_three_bits(item: bytes) -> None:
    assert 1 <= int.from_bytes(bloom_of([(item, [])]), "big").bit_count() <= 3


def test_the_bits_of_a_known_item() -> None:
    """Computed by hand from keccak("") = c5d2 4601 86f7 …: bits 0x5d2, 0x601 and 0x6f7."""
    bloom = int.from_bytes(bloom_of([(b"", [])]), "big")
    assert bloom == 1 << 0x5D2 | 1 << 0x601 | 1 << 0x6F7
