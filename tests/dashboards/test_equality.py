"""The law of equality: a figure has the same id, value and text on its page, in the API, from the
command and in a notebook; and no page has a key number without a figure under it.

The figures are those that the pages of the sample lead to, on both of its chains.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

import psephos as ps
from dashboards.address import Address, address
from dashboards.app import PAGES, create
from dashboards.chains import beside
from dashboards.notebook import asked as lines
from dashboards.pages import At
from dashboards.pages.evidence import asked
from dashboards.studied import BESIDE
from dashboards.view import View, pin, view
from psephos.commands.measure import run as measure
from psephos.results.figures import Figure
from psephos.results.positions import SOURCES, positions
from psephos.results.studies import STUDIES
from psephos.results.voting.proposals import proposals
from psephos.settings import Settings
from psephos.store.homes import chains
from tests.dashboards.test_figures_shown import shown

pytestmark = pytest.mark.long

NO_FIGURE = {
    "/batches": "blocks, rows and entries counted in the ledger, which `verify ledger` recounts",
    "/status": "heights and gaps of the release, which /api/v1/status and `status` tell",
    "/stake/": "what one validator has and earned: rows; shares of all are measures of the list",
    "/delegates/": "what one address has and did: rows, not a measure of all; a witness shows them",
}
"""Pages with key numbers that no figure stands behind, and why."""

LINK = r'"children": "(evidence|CSV|embed|notebook|PNG)"'
EVERY_CARD = {"evidence", "CSV", "PNG", "embed", "notebook"}
WHOLE = ({"evidence"}, "it is of blocks or sealed days, which are the evidence of figures")
SAID = (EVERY_CARD, "words and commands, or what this server saw: no row of the chain under it")
WITHOUT = {
    ("/batches", r"^Most happened|settled|newest batches|stand$"): WHOLE,
    ("/batches", r"yourself$|^State updates on L1|settled (once|never)"): SAID,
    ("/", r"^(Every|Some) block"): WHOLE,
    ("/", r"^What changed"): SAID,
    ("/status", r"^(Every|Some) block|one by one$"): WHOLE,
    ("/status", r"^Every file|rolled back|reorganisation|corrected"): SAID,
    ("/foundation", r": (kept|broken|open)$"): (
        {"evidence"},
        "a promise is judged by rows, which the card shows one by one",
    ),
    ("/foundation", r"cannot be judged"): SAID,
    ("/control", r"These are the rules|^(One|No) hand|nobody said"): SAID,
    ("/whatif", r"command line"): SAID,
    ("/delegates/", r"^It is also|No other office|declared to be somebody"): SAID,
    ("/stake/", r"^It is also|No other office|declared to be somebody"): SAID,
    ("/method", ""): SAID,
    ("/data", ""): SAID,
    ("/verify", ""): SAID,
    ("/evidence", ""): SAID,
    ("/life", r"Who performs|^(One|No) hand"): SAID,
}
"""Cards that lack some of it: which, and why."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of the sample, its site, and the text of each of its pages."""

    site: FlaskClient
    folder: Path
    view: View
    pages: Mapping[str, str]


def details(of: View) -> Iterator[str]:
    """Pages that are reached from others: two proposals, the first of delegates and validators."""
    for one in (found := proposals(of.release))[:1] + found[-1:]:
        yield f"/votes/{one.dataset}/0x{one.number:x}"
    for kind, path in (("power", "/delegates"), ("stake", "/stake")):
        if any(set(SOURCES[kind]) & set(one.sources) for one in of.release.datasets.values()):
            yield f"{path}/0x{positions(of.release, kind).holders[0].hex()}"


@pytest.fixture(scope="module", params=["sample", "starknet_sample"])
def chain(request: pytest.FixtureRequest, starknet_sample: Settings) -> Chain:
    home = starknet_sample.releases.parent
    site = create(home).test_client()
    place = {pin(p).release.chain.name: p for p in chains(home).values()}[request.param]
    here = view(pin(home, pin(place).id), "", "")
    paths = [*sorted({entry.home for entry in PAGES if entry.name}), *details(here)]
    search = f"?release={here.pin.id[:16]}"
    return Chain(site, place, here, {path: shown(site, path, search)[0] for path in paths})


@pytest.fixture(scope="module")
def figures(chain: Chain) -> dict[Address, tuple[Figure, set[str]]]:
    """Every question that a page leads to the evidence of, its figure, and the pages that do."""
    found: dict[Address, tuple[Figure, set[str]]] = {}
    for page, text in chain.pages.items():
        for link in set(re.findall(r'"href": "/evidence(\?[^"]*)"', text)):
            where = address("/evidence", link)
            if page == "/evidence" or not where.measure:
                continue  # every published one, by owner too; and what every header leads to
            at = At(where, view(pin(chain.view.pin.home, where.release), "", where.by), {})
            figure = found[where][0] if where in found else asked(at)
            found.setdefault(where, (figure, set()))[1].add(page)
    return found


def same(figure: Figure, told: Mapping[str, Any]) -> None:
    """Id, exact value and text are the figure's."""
    own = figure.json()
    exact = told.get("value_text", told["value"])
    assert (told["id"], exact, told["text"]) == (own["id"], own["value"], own["text"])


def test_pages_lead_to_figures_of_every_kind(figures: Any, chain: Chain) -> None:
    kinds = {at.kind for at in figures}
    wanted = {
        "sample": {"balance", "power", "vote", "proposal", "locked", "delegation", "foundation"},
        "starknet_sample": {"stake", "stakers", "rewards"},
    }[chain.view.release.chain.name]
    assert len(figures) >= 60
    assert kinds >= wanted | {"scorecard", "fees", "life"}, kinds


def test_the_api_says_what_the_pages_say(figures: Any, chain: Chain) -> None:
    @cache
    def told(path: str) -> list[dict[str, Any]]:
        mark = "&" if "?" in path else "?"
        answer = chain.site.get(f"/api/v1{path}{mark}release={chain.view.pin.id[:16]}")
        assert answer.status_code == 200, (path, answer.text)
        rows: list[dict[str, Any]] = answer.json["rows"]
        return rows

    for at, (figure, pages) in figures.items():
        if at.kind in STUDIES:
            path = f"/studies/{at.kind}?dataset={at.dataset}&block={figure.block}"
        elif at.kind == "proposal":
            path = f"/proposals/{at.dataset}/{at.key}/figures/{at.measure}?block={figure.block}"
        else:
            key = f"&key={at.key}" if at.key else ""
            path = f"/figures/{at.kind}/{at.measure}?dataset={at.dataset}&block={figure.block}{key}"
        row = next((one for one in told(path) if one["id"] == figure.id), None)
        assert row is not None, (path, pages)
        same(figure, row)


def test_the_command_says_what_the_pages_say(figures: Any, chain: Chain) -> None:
    """`psephos measure`, once for each kind and dataset."""
    l1 = beside(chain.view, "starknet_core")

    @cache
    def told(kind: str, dataset: str, block: int) -> dict[str, dict[str, Any]]:
        other = l1.pin.folder if l1 is not None and kind in BESIDE else None
        said = measure(kind=kind, dataset=dataset, block=block, measure=[], releases=chain.folder,
                       beside=other)  # fmt: skip
        return {one["id"]: one for one in said.payload["figures"]}

    for at, (figure, pages) in figures.items():
        row = told(at.kind, at.dataset, figure.block).get(figure.id)
        assert row is not None, (at, pages)
        same(figure, row)


def test_a_notebook_says_what_the_pages_say(figures: Any, chain: Chain) -> None:
    """By the lines of the notebook that each figure leads to."""
    other = beside(chain.view, "starknet_core")
    with ps.open(chain.folder) as opened, ps.open((other or chain.view).pin.folder) as l1:
        r = SimpleNamespace(release=opened.release, block=opened.block, figures=opened.figures,
                            proposals=opened.proposals, study=cache(opened.study))  # fmt: skip
        for at, (figure, _) in figures.items():
            scope: dict[str, Any] = {"r": r, "l1": l1}
            exec(lines(at, ", beside=l1" if other and at.kind in BESIDE else ""), scope)
            same(figure, scope["card"].figure.json())


def test_what_a_page_shows_of_a_figure_is_its_text(figures: Any, chain: Chain) -> None:
    """A number that leads to a figure's evidence is that figure's text, to the last digit."""
    texts = {at: figure.text for at, (figure, _) in figures.items()}
    for page, text in chain.pages.items():
        for entry in numbers(json.loads(text)):
            value, link = entry
            if link is None:
                assert any(page.startswith(path) for path in NO_FIGURE), (page, value)
                continue
            assert value == texts[address("/evidence", link.partition("?")[2])], (page, value)


def test_every_card_ends_in_its_evidence_file_picture_and_notebook(chain: Chain) -> None:
    """Or it is named among those that have no figure, with the reason."""
    bare = []
    for page, text in chain.pages.items():
        for one in cards(json.loads(text)):
            title, links = title_of(one), set(re.findall(LINK, json.dumps(one)))
            missing = EVERY_CARD - {word.removesuffix(" of all") for word in links}
            if missing:
                allowed = [has for (where, what), (has, _) in WITHOUT.items()
                           if page.startswith(where) and re.search(what, title)]  # fmt: skip
                if not any(missing <= has for has in allowed):
                    bare.append((page, title, missing))
    assert bare == []


def test_every_file_and_notebook_of_a_card_is_there(chain: Chain) -> None:
    """One of each sort, as most differ by their measure only."""
    sorts: dict[tuple[str, str], str] = {}
    for text in chain.pages.values():
        for link in re.findall(r'"href": "(/(?:csv|notebook)[^"]*)"', text):
            sort = re.search(r"[?&]kind=([a-z_]*)", link)
            sorts[link.partition("?")[0], sort[1] if sort else ""] = link
    assert len(sorts) >= 20
    for link in sorts.values():
        answer = chain.site.get(link)
        assert answer.status_code == 200, (link, answer.text[:300])
        assert len(answer.text.splitlines()) > 1, link


def cards(tree: Any) -> Iterator[dict[str, Any]]:
    """Every card of a page."""
    if isinstance(tree, list):
        for one in tree:
            yield from cards(one)
    elif isinstance(tree, dict):
        if tree.get("type") == "Section":
            yield tree
        for one in tree.values():
            yield from cards(one)


def title_of(card: dict[str, Any]) -> str:
    """The finding of a card."""
    return str(card["props"]["children"][0]["props"]["children"])


def numbers(tree: Any) -> Iterator[tuple[str, str | None]]:
    """The key numbers of a page: what is shown, and the link to its evidence."""
    if isinstance(tree, list):
        for one in tree:
            yield from numbers(one)
    elif isinstance(tree, dict):
        props = tree.get("props", {})
        if props.get("className") == "number":
            told = json.dumps(props["children"], ensure_ascii=False)
            value = re.search(r'"children": "([^"]*)", "className": "value', told)
            link = re.search(r'"href": "(/evidence[^"]*)"', told)
            assert value is not None
            yield value[1], link and link[1]
        else:
            for one in tree.values():
                yield from numbers(one)
