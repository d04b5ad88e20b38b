"""Spans against the plain truth: a set of blocks, each with its level."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from psephos.store.spans import COMPLETE, SEEN, Span, covered, gaps, joined, with_span, without

LAST = 30


def hash_of(number: int) -> bytes:
    return bytes([number]) * 32


def span(first: int, last: int, level: str = COMPLETE) -> Span:
    return Span(first, last, hash_of(last), level)


pieces = st.lists(
    st.tuples(st.integers(0, LAST), st.integers(0, LAST), st.sampled_from([SEEN, COMPLETE])),
    max_size=12,
).map(lambda found: [span(min(a, b), max(a, b), level) for a, b, level in found])


def told(spans: tuple[Span, ...]) -> dict[int, str]:
    return {n: one.level for one in spans for n in range(one.first, one.last + 1)}


def after(read: list[Span]) -> tuple[Span, ...]:
    spans: tuple[Span, ...] = ()
    for one in read:
        spans = with_span(spans, one, hash_of)
    return spans


@given(read=pieces)
def test_the_newest_reading_of_a_block_counts(read):
    truth = {n: one.level for one in read for n in range(one.first, one.last + 1)}
    assert told(after(read)) == truth


@given(read=pieces)
def test_spans_are_sorted_apart_and_as_few_as_can_be(read):
    spans = after(read)
    for one, other in itertools.pairwise(spans):
        assert one.last < other.first
        assert one.last + 1 < other.first or one.level != other.level
    assert all(one.last_hash == hash_of(one.last) for one in spans)
    assert joined(reversed(spans)) == spans


@given(read=pieces, first=st.integers(0, LAST), last=st.integers(0, LAST))
def test_gaps_are_the_blocks_that_nothing_covers(read, first, last):
    spans = after(read)
    for level in (SEEN, COMPLETE):
        have = {n for n, known in told(spans).items() if level == SEEN or known == COMPLETE}
        missing = {n for a, b in gaps(spans, first, last, level) for n in range(a, b + 1)}
        assert missing == set(range(first, last + 1)) - have
    assert covered(spans, first, last) == (not set(range(first, last + 1)) - told(spans).keys())


@given(read=pieces, first=st.integers(0, LAST), last=st.integers(0, LAST))
def test_what_is_cut_out_is_gone_and_nothing_else(read, first, last):
    spans = after(read)
    left = told(without(spans, first, last, hash_of))
    assert left == {n: level for n, level in told(spans).items() if not first <= n <= last}
