"""The cut of days into pieces: complete, disjoint, and cheap to keep up."""

from hypothesis import given
from hypothesis import strategies as st

from psephos.store.piece import BASE, cut, days, parts, runs

day = st.integers(0, 70_000)


@given(last=day)
def test_pieces_cover_every_day_once_and_in_order(last):
    assert [d for piece in cut(last) for d in range(piece[0], piece[1] + 1)] == list(
        range(last + 1)
    )


@given(last=day)
def test_a_table_has_at_most_fifteen_pieces_of_a_tier(last):
    widths = [b - a + 1 for a, b in cut(last)]
    assert all(widths.count(width) < BASE for width in widths)
    assert all(a % (b - a + 1) == 0 for a, b in cut(last))


@given(last=day)
def test_the_cut_of_a_later_day_only_joins_pieces(last):
    """No piece is ever split, so what is published is never read to be cut smaller."""
    later = set().union(*(range(a, b + 1) for a, b in cut(last + 1)[-1:]))
    kept = [piece for piece in cut(last) if piece[0] not in later]
    assert cut(last + 1)[:-1] == kept


def test_a_day_is_rewritten_at_most_once_a_tier():
    """4,096 days one by one: each day is in a new piece 1 + log16(4096) = 4 times at most."""
    written = dict.fromkeys(range(4096), 0)
    before = set()
    for last in range(4096):
        now = set(cut(last))
        for first, end in now - before:
            for d in range(first, end + 1):
                written[d] += 1
        before = now
    assert max(written.values()) == 4


def test_no_sealed_day_means_no_piece():
    assert cut(-1) == []


@given(found=st.sets(st.integers(0, 200)))
def test_runs_and_days_are_inverse(found):
    assert days(runs(found)) == found
    assert all(b + 1 < c for (_, b), (c, _) in zip(runs(found), runs(found)[1:], strict=False))


@given(
    sealed=st.sets(st.integers(0, 40)),
    fresh=st.sets(st.integers(0, 40)),
    before=st.integers(-1, 40),
)
def test_the_parts_of_a_piece_are_its_sealed_days_that_may_have_rows(sealed, fresh, before):
    """What is known is used unless a day of it is fresh; every fresh sealed day is read."""
    files = cut(before)
    for piece in cut(40):
        found = parts(piece, sealed, fresh, files)
        read = [d for p in found if not p.known for d in range(p.first, p.last + 1)]
        known = [d for p in found if p.known for d in range(p.first, p.last + 1)]
        inside = set(range(piece[0], piece[1] + 1))
        assert len(read + known) == len(set(read + known))
        assert not set(known) & fresh
        assert sealed & fresh & inside <= set(read)
        assert set(read) <= sealed & inside
        assert [p.first for p in found] == sorted(p.first for p in found)
