"""Levels: the lowest over all blocks and columns; anchoring only below a checkpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.chain.event import KEY_COLUMNS, Shape
from psephos.chain.events import SOURCES
from psephos.evidence.anchor import Span, Tie, nearest, raised
from psephos.evidence.level import (
    BINDS,
    Level,
    block_level,
    column_level,
    columns,
    figure_level,
)
from psephos.settings import Checkpoint

LEVELS = st.sampled_from(["seen", "complete", "anchored"])


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Spans in order, sometimes with a gap."""
    found, at = [], 0
    for level in draw(st.lists(LEVELS, max_size=6)):
        at += draw(st.sampled_from([0, 0, 3]))
        last = at + draw(st.integers(0, 9))
        found.append(Span(at, last, level))
        at = last + 1
    return found


@given(spans(), st.integers(0, 40), st.integers(0, 40))
def test_a_range_has_the_lowest_level_of_its_blocks_and_none_if_one_is_missing(
    found: list[Span], a: int, b: int
) -> None:
    first, last = sorted((a, b))
    each = [
        next((Level.named(s.level) for s in found if s.first <= n <= s.last), None)
        for n in range(first, last + 1)
    ]
    wanted = None if None in each else min(level for level in each if level)
    assert block_level(found, first, last) == wanted
    assert block_level(list(reversed(found)), first, last) == wanted


@given(st.lists(st.sampled_from(Level) | st.none()), st.lists(st.sampled_from(Level)))
def test_a_figure_is_never_above_any_block_or_column(
    blocks: list[Level | None], used: list[Level]
) -> None:
    level = figure_level(blocks, used)
    if None in blocks:
        assert level is None
    else:
        assert all(level is not None and level <= other for other in [*blocks, *used])


def test_levels_are_ordered_and_read_back_from_their_words() -> None:
    assert Level.SEEN < Level.COMPLETE < Level.ANCHORED
    assert all(Level.named(str(level)) is level for level in Level)
    with pytest.raises(KeyError):
        Level.named("proven")


SHAPES = [shape for source in SOURCES.values() for shape in source.shapes]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.table)
def test_every_column_declares_what_binds_it(shape: Shape) -> None:
    bounds = columns(shape)
    assert tuple(bounds)[: len(KEY_COLUMNS)] == KEY_COLUMNS
    assert set(bounds.values()) <= set(BINDS)


def test_a_transactions_hash_is_only_seen_and_an_amount_is_as_good_as_its_block() -> None:
    (transfer,) = SOURCES["erc20"].events[:1]
    assert column_level(transfer, ["amount", "block_number"]) == Level.ANCHORED
    assert column_level(transfer, ["amount", "transaction_hash"]) == Level.SEEN


def test_payer_and_price_of_a_fee_are_only_seen() -> None:
    shape = next(s for s in SOURCES["fees"].shapes if s.table == "fee_transaction")
    assert column_level(shape, ["payer"]) == Level.SEEN


def tie(first: int, block: int) -> Tie:
    return Tie(first, Checkpoint(block, bytes(32), "a friend"))


@given(spans(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3))
def test_ties_raise_complete_blocks_at_or_below_their_checkpoint_and_no_others(
    found: list[Span], ranges: list[tuple[int, int]]
) -> None:
    ties = [tie(min(r), max(r)) for r in ranges]
    after = raised(found, ties)
    for before in found:
        for n in range(before.first, before.last + 1):
            (now,) = [s for s in after if s.first <= n <= s.last]
            tied = any(t.first <= n <= t.checkpoint.block for t in ties)
            if before.level == "complete" and tied:
                assert now.level == "anchored"
                assert "a friend" in now.anchor
            else:
                assert now.level == before.level
    covered = [n for s in after for n in range(s.first, s.last + 1)]
    assert covered == [n for s in found for n in range(s.first, s.last + 1)]


def test_only_a_checkpoint_at_or_above_a_block_ties_it() -> None:
    marks = [Checkpoint(n, bytes(32), str(n)) for n in (10, 20, 30)]
    assert nearest(marks, 10) == marks[0]
    assert nearest(marks, 11) == marks[1]
    assert nearest(marks, 31) is None
    assert nearest([], 0) is None
