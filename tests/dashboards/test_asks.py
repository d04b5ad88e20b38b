"""A page is done when its three main questions, at its top, are answered on the sample."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import html

from dashboards.app import PAGES, shown
from dashboards.asks import questions
from dashboards.cards import card, numbers
from dashboards.remember import Memory
from dashboards.view import Pin, pin
from psephos.results.positions import positions
from psephos.results.voting.proposals import proposals
from psephos.settings import Settings
from psephos.store.homes import chains

SHORTEST = 60
"""Letters that an answer has at least; its footer does not count."""
UNFILLED = {("sample", "/stake")}
"""Pages of which a chain has nothing: nobody stakes on the L1 of the sample."""


def test_every_page_asks_three_questions() -> None:
    for entry in PAGES:
        assert len(entry.asks) == 3, entry.home
        assert all(words.endswith("?") and names for words, names in entry.asks), entry.home


def test_a_question_leads_to_the_card_that_answers_it_or_says_that_none_does() -> None:
    body = [
        html.Div(),
        card("a", "", "", name="settlement-core"),
        card("b", "", "", html.Footer(id="rows")),
        numbers(),
    ]
    asks = (("Where?", "nothing settlement-"), ("Who?", "rows numbers"), ("Why?", "nothing"))
    found: Any = questions(asks, body)
    listed = [one.children for one in found.children.children]
    assert [getattr(one, "href", "") for one in listed] == ["#at-settlement-core", "#at-rows", ""]
    assert listed[2] == "Why? Not told by this release."
    assert questions(asks, [html.Div()]) is None


@pytest.fixture(scope="module")
def home(starknet_sample: Settings) -> Path:
    return starknet_sample.releases.parent


@pytest.mark.long
@pytest.mark.parametrize("chain", ["sample", "starknet_sample"])
def test_every_question_of_every_page_is_answered_on_the_sample(home: Path, chain: str) -> None:
    (place,) = (
        found for one in chains(home).values() if (found := pin(one)).release.chain.name == chain
    )
    for path in every_path(place):
        known = f"{path}{'&' if '?' in path else '?'}release={place.id}"
        tree, title, missing = shown(home, *known.replace("?", " ?").split(" "), Memory(1))
        assert (missing, title) != (0, "psephos"), path
        if (chain, path) in UNFILLED:
            continue
        listed = [one for one in parts(tree) if one["props"].get("className") == "asks"]
        assert len(listed) == 1, path
        links = [one["props"]["href"] for one in parts(listed) if one["type"] == "A"]
        assert len(links) == 3, (path, [words(one) for one in parts(listed) if one["type"] == "Li"])
        for link in links:
            (answer,) = (one for one in parts(tree) if one["props"].get("id") == link[1:])
            assert answers(answer), (path, link, words(answer))


def every_path(place: Pin) -> list[str]:
    """The pages of the navigation, and one of each that is reached from others."""
    release = place.release
    power = positions(release, "power")
    one = max(proposals(release), key=lambda found: found.tally.voters)
    paths = sorted({entry.home for entry in PAGES if entry.name} - {"/address"})
    top, table = f"0x{power.holders[0].hex()}", f"{power.dataset}_delegate_changed"
    paths += [
        f"/votes/{one.dataset}/0x{one.number:x}", f"/delegates/{top}", f"/address?a={top}",
        f"/rows/{table}", "/method/gini",
        f"/evidence?dataset={power.dataset}&kind=power&measure=nakamoto_one_half",
        *(f"/studies?kind={kind}" for kind in ("users", "capture", "sensitivity", "time")),
    ]  # fmt: skip
    if "staking" in release.datasets:
        paths.append(f"/stake/0x{positions(release, 'stake').holders[0].hex()}")
    return paths


def parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every component of a page, from its top down."""
    if isinstance(tree, dict) and "props" in tree:
        yield tree
        yield from parts(tree["props"].get("children"))
    elif isinstance(tree, list):
        for one in tree:
            yield from parts(one)


def words(tree: Any) -> str:
    """What is read in a component, without the footer of a card."""
    if isinstance(tree, list):
        return " ".join(words(one) for one in tree)
    if isinstance(tree, dict):
        return "" if tree.get("type") == "Footer" else words(tree.get("props", {}).get("children"))
    return "" if tree is None else str(tree)


def answers(card: dict[str, Any]) -> bool:
    """Whether a card says something, and does not say that it cannot."""
    every = list(parts(card))
    if any(one["props"].get("className") == "undefined" for one in every):
        return False
    rows = [one["props"]["rowData"] for one in every if "rowData" in one["props"]]
    offered = any("data-offered" in one["props"] for one in every)
    return offered or (all(rows) and (len(words(card)) >= SHORTEST or bool(rows)))
