"""Text of the chain is cut where a reader would cut it, and shown as what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.tables import REASON, clipped


@pytest.mark.parametrize(
    ("one", "why"),
    [
        ("a", "a letter"),
        ("e\u0301", "a letter and its accent"),
        ("\U0001f1ec\U0001f1f7", "a flag"),
        ("\U0001f469\u200d\U0001f4bb", "a joined emoji"),
        ("\U0001f44d\U0001f3fd", "an emoji and its skin tone"),
    ],
    ids=lambda value: value if value.isascii() else "",
)
def test_a_character_is_what_a_reader_sees_as_one(one: str, why: str) -> None:
    assert clipped(one * 5, 5) == one * 5
    assert clipped(one * 6, 5).startswith(one * 5 + "…")
    assert not clipped(one * 6, 5).startswith(one * 6)


@given(st.text(max_size=2_000))
def test_what_is_shown_is_never_much_longer_than_what_may_be(text: str) -> None:
    found = clipped(text, 40)
    assert "\u202e" not in found
    assert "\x00" not in found


def test_a_megabyte_is_cut_at_once_and_its_length_is_said() -> None:
    found = clipped("for " * 250_000)
    assert len(found) < REASON + 60
    assert "1\u2009000\u2009000 characters" in found
    marks = clipped("e" + "\u0301" * 1_000_000)
    assert len(marks) < 60


def test_what_turns_the_reading_direction_is_made_visible() -> None:
    assert clipped("\u202etsniaga") == "⟨U+202E⟩tsniaga"
