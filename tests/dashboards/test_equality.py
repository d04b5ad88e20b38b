"""The law of equality: a figure has the same id, value, text, unit, interval and level on its page,
in the API, from the command and in a notebook; and no page has a key number without a figure
under it.

The figures are those that the pages of the sample lead to, on both of its chains and at an earlier
block of one, and every one that was published, by address and by declared owner.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
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
from psephos.commands.measure_kind import UNPUBLISHED
from psephos.results.figures import Figure
from psephos.results.positions import SOURCES, positions
from psephos.results.shown.text import display
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
    for one in (found := proposals(of.release, of.block))[:1] + found[-1:]:
        yield f"/votes/{one.dataset}/0x{one.number:x}"
    for kind, path in (("power", "/delegates"), ("stake", "/stake")):
        if any(set(SOURCES[kind]) & set(one.sources) for one in of.release.datasets.values()):
            yield f"{path}/0x{positions(of.release, kind, block=of.block).holders[0].hex()}"


SHOWN = {"sample": ("sample", ""), "starknet": ("starknet_sample", ""),
         "earlier": ("sample", "1500")}  # fmt: skip
"""Which chain is shown, and at which block; without one at the newest final one."""


@pytest.fixture(scope="module", params=SHOWN)
def chain(request: pytest.FixtureRequest, starknet_sample: Settings) -> Chain:
    home = starknet_sample.releases.parent
    site = create(home).test_client()
    name, block = SHOWN[request.param]
    place = {pin(p).release.chain.name: p for p in chains(home).values()}[name]
    here = view(pin(home, pin(place).id), block, "")
    paths = [*sorted({entry.home for entry in PAGES if entry.name}), *details(here)]
    search = f"?release={here.pin.id[:16]}" + (f"&block={block}" if block else "")
    return Chain(site, place, here, {path: shown(site, path, search)[0] for path in paths})


@pytest.fixture(scope="module")
def figures(chain: Chain) -> dict[Address, tuple[Figure, set[str]]]:
    """Every question that a page leads to the evidence of, its figure, and the pages that do."""
    found: dict[Address, tuple[Figure, set[str]]] = {}
    for page, text in chain.pages.items():
        for link in set(re.findall(r'"href": "/evidence(\?[^"]*)"', text)):
            where = address("/evidence", link)
            if not where.measure:
                continue  # what every header leads to
            at = At(where, view(pin(chain.view.pin.home, where.release), where.block, where.by), {})
            figure = found[where][0] if where in found else asked(at)
            found.setdefault(where, (figure, set()))[1].add(page)
    return found


SAME = ("id", "text", "unit", "block", "population", "definition", "undefined", "provisional")


def same(figure: Figure, told: Mapping[str, Any]) -> None:
    """Id, exact value, text, unit, interval and level are the figure's; so is how it is defined."""
    own = figure.json()
    assert told.get("value_text", told["value"]) == own["value"]
    assert [told[name] for name in SAME] == [own[name] for name in SAME]
    assert ends(told) == ends(own)
    level = told["level"] if "level" in told else told["evidence"]["level"]
    assert level == own["evidence"]["level"]


def ends(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """An interval's ends and words; the API has each in a column of its own."""
    if "interval_low" in told:
        return told["interval_low"], told["interval_high"], told["interval"]
    between = told["interval"] or {}
    return between.get("low"), between.get("high"), between.get("words")


def test_pages_lead_to_figures_of_every_kind(figures: Any, chain: Chain) -> None:
    kinds = {at.kind for at in figures}
    wanted = {
        "sample": {"balance", "power", "vote", "proposal", "locked", "delegation", "foundation"},
        "starknet_sample": {"stake", "stakers", "rewards"},
    }[chain.view.release.chain.name]
    assert len(figures) >= 60
    assert kinds >= wanted | {"scorecard", "fees", "life"}, kinds


def test_every_published_figure_is_among_them_as_it_was_published(
    figures: Any, chain: Chain
) -> None:
    """Also on the page that lists them all, at whichever block that is shown."""
    published = {one["id"]: one for one in chain.view.release.figures()}
    computed = {figure.id: figure for figure, _ in figures.values()}
    assert len(published) > 100
    assert {bool(one["entities"]) for one in published.values()} == {False, True}
    for id, one in published.items():
        same(computed[id], one)
    rows = [row for row in listed(json.loads(chain.pages["/evidence"])) if "value" in row]
    units = [one["unit"] if one["unit"] not in ("share", "index") else ""
             for one in published.values()]  # fmt: skip
    assert [row["value"] for row in rows] == [
        f"{one['text']} {unit}".strip() for one, unit in zip(published.values(), units, strict=True)
    ]


def listed(tree: Any) -> Iterator[dict[str, Any]]:
    """The rows of a page's table that lead to the evidence of a figure."""
    if isinstance(tree, list):
        for one in tree:
            yield from listed(one)
    elif isinstance(tree, dict):
        if str(tree.get("href", "")).startswith("/evidence") and "rank" in tree:
            yield tree
        for one in tree.values():
            yield from listed(one)


def test_the_page_of_every_figures_evidence_says_it_to_the_last_digit(
    figures: Any, chain: Chain
) -> None:
    for at, (figure, _) in figures.items():
        text, _ = shown(chain.site, "/evidence", at.href().removeprefix("/evidence"))
        value = "undefined" if figure.value is None else str(figure.value)
        said = value if len(value) <= 60 else f"{value[:57]}…"
        assert f"exactly {said}" in text, at
        assert f"recomputed for this page: {figure.text}" in text, at
        assert figure.id in text, at


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
            key += f"&by={at.by}" if at.by else ""
            path = f"/figures/{at.kind}/{at.measure}?dataset={at.dataset}&block={figure.block}{key}"
        row = next((one for one in told(path) if one["id"] == figure.id), None)
        assert row is not None, (path, pages)
        same(figure, row)
    with_the_release = {row["id"]: row for row in told("/figures?limit=50000")}
    for figure, _ in figures.values():
        if figure.id in with_the_release:
            same(figure, with_the_release[figure.id])


def test_the_command_says_what_the_pages_say(figures: Any, chain: Chain) -> None:
    """`psephos measure`: once for all that are published, else once for each kind and dataset."""
    l1 = beside(chain.view, "starknet_core")

    @cache
    def told(
        kind: str | None, dataset: str | None, block: int, by: str
    ) -> dict[str, dict[str, Any]]:
        other = l1.pin.folder if l1 is not None and kind in BESIDE else None
        said = measure(kind=kind, dataset=dataset, block=block, measure=[], releases=chain.folder,
                       beside=other, entities="on" if by == "owner" else "off")  # fmt: skip
        return {one["id"]: one for one in said.payload["figures"]}

    for at, (figure, pages) in figures.items():
        alone = at.kind in (*STUDIES, *UNPUBLISHED)
        of = (at.kind, at.dataset) if alone else (None, None)
        row = told(*of, figure.block, at.by).get(figure.id)
        assert row is not None, (at, pages)
        same(figure, row)


def test_a_notebook_says_what_the_pages_say(figures: Any, chain: Chain) -> None:
    """By the lines of the notebook that each figure leads to."""
    other = beside(chain.view, "starknet_core")
    with ps.open(chain.folder) as opened, ps.open((other or chain.view).pin.folder) as l1:

        @cache
        def r(by: str, block: int) -> SimpleNamespace:
            one = (opened.counted("on") if by == "owner" else opened).at(block)
            return SimpleNamespace(release=one.release, block=block, figures=one.figures,
                                   proposals=one.proposals, study=cache(one.study))  # fmt: skip

        for at, (figure, _) in figures.items():
            scope: dict[str, Any] = {"r": r(at.by, figure.block), "l1": l1}
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


def test_a_table_of_a_study_is_the_same_in_its_file_the_api_and_a_notebook(chain: Chain) -> None:
    """Of every card that offers one: the same heads with their units, the same numbers."""
    asked = {
        (at.kind, at.dataset, at.measure)
        for text in chain.pages.values()
        for link in re.findall(r'"href": "/csv/study(\?[^"]*)"', text)
        if (at := address("/csv/study", link)).measure
    }
    assert len(asked) >= 10
    l1 = beside(chain.view, "starknet_core")
    at = chain.view.block
    with ps.open(chain.folder, at) as r, ps.open((l1 or chain.view).pin.folder) as other:
        for kind, dataset, name in sorted(asked):
            more = {"beside": other} if l1 and kind in BESIDE else {}
            frame = r.study(kind, dataset=dataset, **more).tables[name]
            of = f"dataset={dataset}&release={chain.view.pin.id[:16]}&block={chain.view.block}"
            told = chain.site.get(f"/api/v1/studies/{kind}/{name}?limit=50000&{of}")
            file = chain.site.get(f"/csv/study?kind={kind}&measure={name}&{of}")
            heads, *lines = csv.reader(io.StringIO(file.text, newline=""))
            assert heads == frame.columns == [one["name"] for one in told.json["columns"]]
            rows = [[written(cell) for cell in row] for row in frame.rows()]
            assert rows == [[written(cell) for cell in row.values()] for row in told.json["rows"]]
            assert rows == [[cell.removeprefix("'") for cell in line] for line in lines]


def written(cell: Any) -> str:
    """A cell as a file has it."""
    if isinstance(cell, bool | None):
        return {True: "yes", False: "no", None: ""}[cell]
    if isinstance(cell, float):
        cell = Decimal(str(cell))
    return f"{cell:f}" if isinstance(cell, Decimal) else display(str(cell))


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
