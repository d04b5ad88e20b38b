"""Text from the chain is shown as text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.results.shown.text import (
    UNSEEN,
    address,
    display,
    named,
    number,
    one_line,
    title,
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain — ünïcode ψῆφος 投票", "plain — ünïcode ψῆφος 投票"),
        ("line\n\ttab", "line\n\ttab"),
        ("\x1b[2J\x00", "⟨U+001B⟩[2J⟨U+0000⟩"),
        ("for\u202esti", "for⟨U+202E⟩sti"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("pay\u200bpal\ufeff", "pay⟨U+200B⟩pal⟨U+FEFF⟩"),
        ("\U000e0041tag", "⟨U+E0041⟩tag"),
        ("\r\nnew", "⟨U+000D⟩\nnew"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_cannot_be_seen_is_spelled(raw: str, shown: str) -> None:
    assert display(raw) == shown


def test_marks_stacked_on_a_letter_are_cut() -> None:
    assert display("Z" + "\u0301" * 100) == "Z" + "\u0301" * 4 + "…"


@given(st.text())
def test_shown_text_holds_nothing_that_cannot_be_seen(raw: str) -> None:
    assert UNSEEN.search(display(raw)) is None
    assert display(display(raw)) == display(raw)
    assert "\n" not in one_line(raw)


def test_shown_text_may_stand_in_xml() -> None:
    """Each character of XML 1.0 (production 2 of the recommendation), and no other."""
    every = map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
    shown = "".join(map(display, every))
    assert re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", shown) is None


@given(st.text(), st.integers(1, 40))
def test_a_cut_text_is_no_longer_than_asked(raw: str, longest: int) -> None:
    assert len(display(raw, longest)) <= longest


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("# Fund it\n\nBecause.", "Fund it"),
        ("\n\n**Fund** it", "Fund** it"),
        ("", "(no description)"),
        ("###\n \n", "(no description)"),
        ("x" * 500, "x" * 119 + "…"),
        ("a\u202eb", "a⟨U+202E⟩b"),
    ],
)
def test_a_title_is_the_first_line_that_says_something(description: str, shown: str) -> None:
    assert title(description) == shown


def test_numbers_and_addresses() -> None:
    assert number(24_000_000) == "24\u2009000\u2009000"
    assert address(b"\xab" * 20) == "0x" + "ab" * 20


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("StarkWare", "StarkWare"),
        ("Ælfric & Søn, №3", "Ælfric & Søn, №3"),
        ("Фонд Старкнет", "Фонд Старкнет"),
        ("投票 pool", "投票 pool"),
        ("St\u0430rkWare", "St\u0430rkWare ⟨lookalike U+0430⟩"),
        ("\u0430\u0440\u0435", "\u0430\u0440\u0435 ⟨lookalike U+0430, U+0435, U+0440⟩"),
        ("\u039f\u039a pool", "\u039f\u039a pool ⟨lookalike U+039A, U+039F⟩"),
        ("pay\u202elap", "pay⟨U+202E⟩lap"),
    ],
)  # fmt: skip
def test_letters_of_a_name_that_pass_for_others_are_named(name: str, shown: str) -> None:
    assert named(name) == shown
