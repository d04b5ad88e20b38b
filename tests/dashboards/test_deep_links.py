"""An address restores everything that was chosen: a card alone shows what it shows on its page, its
file and its notebook are of the same choices.
"""

import csv
import io
import json
import re
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

import psephos as ps
from dashboards.address import address
from dashboards.answers import ANSWERS
from dashboards.app import create
from dashboards.view import pin, view
from psephos.results.positions import positions
from psephos.settings import Settings
from tests.dashboards.test_figures_shown import shown
from tests.dashboards.test_site import words

pytestmark = pytest.mark.long

CHOSEN = (
    ("/delegates", "block=1200&compare=600&by=owner"),
    ("/holders", "block=1200&by=same-funder"),
    ("/delegation", "block=1500&compare=1200"),
    ("/votes", "block=1200"),
    ("/control", "system=snip-33&block=2000"),
    ("/whatif", "change=cap&share=7.5&threshold=2-3&quorum=7&block=2000"),
    ("/whatif", "change=without&who=foundation"),
    ("/supply", "block=2000&compare=1200"),
    ("/foundation", "block=2000"),
    ("/fees", "block=2000"),
    ("/batches", "dataset=strk&block=2000"),
    ("/status", "block=2000"),
    ("/address", "a=HOLDER&block=2000"),
)
"""Pages with choices that are not the usual ones."""
WHATIF = (
    "change=cap&share=2", "change=delegate-cap&share=2&threshold=3-5", "change=square-root",
    "change=quadratic&quorum=40", "change=without&who=foundation",
    "change=redelegate&who=foundation", "change=none&threshold=2-3",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


@pytest.fixture(scope="module")
def holder(sample: Settings) -> str:
    here = view(pin(sample.releases), "", "")
    return f"0x{positions(here.release, 'power').holders[0].hex()}"


@pytest.mark.parametrize(("path", "search"), CHOSEN)
def test_an_address_restores_a_card_with_everything_that_was_chosen(
    site: FlaskClient, sample: Settings, holder: str, path: str, search: str
) -> None:
    release = pin(sample.releases).id[:16]
    search = f"release={release}&{search.replace('HOLDER', holder)}"
    given = dict(parse_qsl(search))
    text, title = shown(site, path, f"?{search}")
    assert title != "psephos"
    assert shown(site, path, f"?{search}")[0] == text
    embeds = list(dict.fromkeys(re.findall(r'"href": "(/embed/[^"]*)"', text)))
    assert embeds
    for link in embeds:
        kept = dict(parse_qsl(link.partition("?")[2]))
        assert {name: kept.get(name) for name in given} == given, link
        alone = shown(site, *link.replace("?", " ?", 1).split(" "))[0]
        found = cards(json.loads(alone))
        assert len(found) == 1, link
        assert found[0] in cards(json.loads(text)), link
    for link in set(re.findall(r'"href": "(/(?:csv|notebook)[^"]*)"', text)):
        kept = dict(parse_qsl(link.partition("?")[2]))
        assert kept["release"] == release, link
        if "block" in given and "/updates" not in link and "kind=updates" not in link:
            assert kept["block"] == given["block"], link


def cards(tree: Any) -> list[str]:
    """The words of every card: what a reader reads, whatever page it stands on."""
    if isinstance(tree, list):
        return [card for one in tree for card in cards(one)]
    if not isinstance(tree, dict):
        return []
    if tree.get("type") == "Section":
        return [words(json.dumps(unlinked(tree), ensure_ascii=False))]
    return [card for one in tree.values() for card in cards(one)]


def unlinked(tree: Any) -> Any:
    """Without the links of its footer, in whose place a card alone says where it is from."""
    if isinstance(tree, list):
        return [unlinked(one) for one in tree]
    if isinstance(tree, dict):
        return {} if tree.get("type") == "Nav" else {k: unlinked(v) for k, v in tree.items()}
    return tree


def ran(site: FlaskClient, sample: Settings, link: str) -> Any:
    """What the last cell of a notebook says, run on the sample."""
    told = json.loads(site.get(link).text)
    code = [cell["source"] for cell in told["cells"] if cell["cell_type"] == "code"]
    lines = "\n".join(code).replace("None", repr(str(sample.releases)), 1)
    body, _, last = lines.rpartition("\n")
    while last.startswith((" ", ")", "]")):
        body, _, more = body.rpartition("\n")
        last = f"{more}\n{last}"
    scope: dict[str, Any] = {}
    exec(body, scope)
    found = eval(last, scope)
    scope["r"].close()
    return found


@pytest.mark.parametrize("search", WHATIF)
def test_the_notebook_of_a_what_if_says_what_its_page_says(
    site: FlaskClient, sample: Settings, search: str
) -> None:
    """Every measure and every vote, exact: as the page's file has them."""
    text, _ = shown(site, "/whatif", f"?{search}")
    book = next(iter(re.findall(r'"href": "(/notebook[^"]*)"', text)))
    file = next(iter(re.findall(r'"href": "(/csv/whatif[^"]*)"', text)))
    rows = list(csv.DictReader(io.StringIO(site.get(file).text)))
    told = ran(site, sample, book)
    after = {one.name: "" if one.after is None else str(one.after) for one in told.measured}
    of_page = {row["name"]: row["after"] for row in rows if row["what"] == "measure"}
    assert len(of_page) >= 7
    assert {name: after[name] for name in of_page} == of_page
    votes = [row["after"] for row in rows if row["what"] == "vote"]
    said = {True: "passed", False: "failed", None: ""}
    assert [said.get(one["after"], one["after"]) for one in told.votes.to_dicts()] == votes


def test_the_notebooks_of_other_answers_say_what_the_pages_say(
    site: FlaskClient, sample: Settings, holder: str
) -> None:
    release = pin(sample.releases).id[:16]
    with ps.open(sample.releases) as r:
        control = ran(site, sample, f"/notebook?release={release}&kind=control")
        file = list(csv.DictReader(io.StringIO(site.get(f"/csv/control?release={release}").text)))
        powers = control.control.powers
        assert [row["shapley"] for row in file] == [
            repr(one.shapley)
            for found in powers.values() if found
            for one in sorted(found.players, key=lambda player: -player.shapley)
        ]  # fmt: skip
        stands = ran(site, sample, f"/notebook?release={release}&kind=standing").to_dicts()
        file = list(csv.DictReader(io.StringIO(site.get(f"/csv/standing?release={release}").text)))
        assert [str(one["anchored"]) for one in stands] == [row["anchored"] for row in file]
        assert [one["dataset"] for one in stands] == list(r.release.datasets)
        mine = ran(site, sample, f"/notebook?release={release}&kind=holder&a={holder}")
        file = list(csv.DictReader(io.StringIO(
            site.get(f"/csv/holder?release={release}&a={holder}").text)))  # fmt: skip
        amounts = [str(one.amount) for one in mine[: len(file)] if not one.undefined]
        assert amounts == [row["amount"] for row in file if not row["undefined"]]
        shares = [one.share for one in mine[: len(file)] if one.share is not None]
        assert shares == [Fraction(row["share"]) for row in file if row["share"]]
        cast = site.get(f"/csv/cast?release={release}&a={holder}").text
        full = [row for row in csv.DictReader(io.StringIO(cast)) if row["side"]]
        assert [str(one.weight) for one in mine[len(file) :]] == [row["weight"] for row in full]
        days = ran(site, sample, f"/notebook?release={release}&kind=sealed")
        assert len({one.day for one in days}) == 97
        updates = ran(site, sample, f"/notebook?release={release}&kind=updates&dataset=core")
        assert len(updates) == 225
        judged = ran(site, sample, f"/notebook?release={release}&kind=promises")
        assert {str(one.result) for one in judged} >= {"kept", "broken"}


def test_every_answer_refuses_what_it_cannot_ask(site: FlaskClient) -> None:
    """As an address that is no address: with a sentence, never with a fault of the server."""
    for kind in ANSWERS:
        for search in ("", "&change=nothing", "&threshold=1-3", "&dataset=nothing"):
            answer = site.get(f"/notebook?kind={kind}{search}")
            assert answer.status_code in (200, 302, 400, 404), (kind, search, answer.status_code)
    assert address("/notebook", "?kind=holder").kind == "holder"
