"""The footer of a figure says what stands under it, and what that rests on."""

from typing import Any

import pytest

from dashboards.foot import NAMED, footer
from psephos.results.evidence import Evidence

LEVELS = ("seen", "complete", "anchored")


def words(component: Any) -> str:
    """All text in a component."""
    if isinstance(component, str):
        return component
    children = getattr(component, "children", component)
    if isinstance(children, list | tuple):
        return " ".join(words(child) for child in children)
    return words(children) if children is not None else ""


def under(level: str | None, anchor: str = "") -> Evidence:
    return Evidence(
        level, 1, 50, 50, 50, ("strk_transfer.amount",), release="ab" * 32, anchor=anchor
    )


def test_what_is_anchored_names_what_it_is_anchored_to() -> None:
    name = "a declared checkpoint at block 50 (source: a newspaper)"
    assert f"to {name}" in words(footer(under("anchored", name), []))
    for level in LEVELS[:2]:
        assert "checkpoint" not in words(footer(under(level), []))


def test_a_name_from_a_stranger_is_short_and_plain_text() -> None:
    said = words(footer(under("anchored", "\u202e<b>" + "long " * 900), []))
    assert "\u202e" not in said
    assert len(said) < NAMED + 120


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_said_in_its_word_and_its_pebbles(level: str) -> None:
    made = footer(under(level), [])
    assert level in words(made)
    stones = made.children[0].children[0].children[0].children
    assert [stone.className for stone in stones].count("on") == LEVELS.index(level) + 1


def test_blocks_that_were_not_read_are_no_level() -> None:
    assert "not read completely" in words(footer(under(None), []))
