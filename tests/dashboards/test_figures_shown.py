"""What a card carries: the same figure as everywhere, how it was at another block, itself alone,
and the notebook that computes it.
"""

import json
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

import psephos as ps
from dashboards.app import create
from dashboards.notebook import asked
from dashboards.pages import EMBED
from dashboards.studied import again, studied
from dashboards.view import pin, view
from psephos.results.economy.settlement import UPDATES
from psephos.results.positions import positions
from psephos.results.shown.drawing import lorenz_curve
from psephos.results.studies import STUDIES
from psephos.settings import Settings
from tests.dashboards import test_site

STARKEX = tuple(f"exchange_{name}" for name in UPDATES)
STUDIED = {
    "/delegation": "delegation", "/supply": "economy", "/foundation": "foundation", "/fees": "fees",
}  # fmt: skip


def shown(site: FlaskClient, path: str, search: str = "") -> tuple[str, str]:
    """A page as JSON with every character as itself and no space that does not break; its title."""
    text, title = test_site.shown(site, path, search)
    plain = json.dumps(json.loads(text), ensure_ascii=False)
    return plain.replace("\u202f", "\u2009").replace("\xa0", " "), title


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


@pytest.fixture(scope="module")
def here(sample: Settings):
    return view(pin(sample.releases), "", "")


@pytest.mark.parametrize("path", STUDIED)
def test_a_page_a_notebook_and_the_command_say_the_same(
    site: FlaskClient, sample: Settings, path: str
) -> None:
    """To the last digit: the exact value on the page of its evidence is the notebook's."""
    text, title = shown(site, path)
    assert title != "psephos"
    links = sorted(set(re.findall(r'"href": "(/evidence\?[^"]*)"', text)))
    assert links
    with ps.open(sample.releases) as r:
        for link in links[:6]:
            told, _ = shown(site, "/evidence", f"?{link.split('?', 1)[1]}")
            given = dict(pair.split("=") for pair in link.split("?", 1)[1].split("&"))
            card = r.study(given["kind"], dataset=given["dataset"]).figures[given["measure"]]
            assert card.figure.text in text
            assert card.figure.id in told
            if card.value is not None:
                assert str(card.value)[:57] in told


def test_every_card_with_a_name_can_be_framed_alone(site: FlaskClient) -> None:
    text, _ = shown(site, "/delegation")
    links = re.findall(r'"href": "(/embed/[^"]*)"', text)
    assert len(links) >= 3
    for link in links:
        answer = site.get(link)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        path, _, search = link.partition("?")
        alone, title = shown(site, path, f"?{search}")
        assert title.endswith("· psephos")
        assert alone.count('"Section"') == 1
        assert '"Header"' not in alone
    assert "no such card" in shown(site, f"{EMBED}/delegation", "?card=nothing")[0]
    assert "frame-ancestors 'none'" in site.get("/delegation?release=0").headers[
        "Content-Security-Policy"
    ]  # fmt: skip


def test_a_card_of_positions_leads_to_itself_counted_the_other_way(site: FlaskClient) -> None:
    for by, word, other in (("", "by owner", "owner"), ("owner", "by address", "")):
        text, _ = shown(site, "/delegates", f"?by={by}")
        switches = re.findall(rf'"children": "{word}", "href": "([^"]*)"', text)
        assert len(switches) >= 4
        assert all(("by=owner" in href) == bool(other) for href in switches)
        assert all(href.startswith("/delegates?") for href in switches)


def test_curves_of_two_blocks_lie_over_each_other(site: FlaskClient, here) -> None:
    text, _ = shown(site, "/delegates", "?compare=1200")
    assert text.count("dashed: at block 1\u2009200") == 2
    power = positions(here.release, "power", dataset="strk", block=1200)
    whole = lorenz_curve(power, "delegates")["data"][-1]["y"]
    assert json.dumps(whole) in text
    assert "dashed" not in shown(site, "/delegates")[0]
    first = here.release.datasets["strk"].first
    assert f"nobody had anything at block {first}" in shown(
        site, "/delegates", f"?compare={first}"
    )[0].replace("\u2009", "")  # fmt: skip


def test_the_file_of_state_updates_has_each_that_the_contract_told(site: FlaskClient, here) -> None:
    """Rows of the contract's own event, counted by themselves."""
    for core, tables in (("core", ("core_state_update",)), ("exchange", STARKEX)):
        told = 0
        for table in tables:
            if table in here.release.tables():
                query = f'SELECT count(*) AS n FROM "{table}" WHERE block_number <= ?'
                told += here.release.sql(query, (here.block,))["n"][0]
        lines = site.get(f"/csv/updates?dataset={core}&release={here.release.id[:16]}").text
        assert len(lines.splitlines()) == told + 1 > 10
    assert site.get(f"/csv/updates?dataset=strk&release={here.release.id[:16]}").status_code == 404
    text, _ = shown(site, "/batches")
    assert "Starknet settled" in text
    assert "StarkEx settled" in text


def test_a_figure_is_compared_with_the_same_one_at_another_block(site: FlaskClient, here) -> None:
    there = replace(here, block=1200)
    text, _ = shown(site, "/delegation", "?compare=1200")
    figures = {one.measure: one for one in studied(here, "delegation", "strk").figures}
    was = again(there, figures["undelegated"])
    assert was is not None
    assert was.block == 1200
    assert was.value != figures["undelegated"].value
    assert was.text == figures["undelegated"].text, "a difference that rounding hides is told"
    assert "from a little" in text
    assert "at block 1\u2009200" in text
    assert again(here, figures["undelegated"]) is None
    ghost = again(there, figures["ghost"])
    assert ghost is not None
    assert ghost.text != figures["ghost"].text
    assert f"from {ghost.text}" in text
    assert "after this release" in shown(site, "/delegation", "?compare=99999999")[0]


def test_the_notebook_of_a_figure_computes_it(site: FlaskClient, sample: Settings, here) -> None:
    text, _ = shown(site, "/delegates")
    link = next(iter(re.findall(r'"href": "(/notebook\?[^"]*)"', text)))
    told = json.loads(site.get(link).text)
    assert told["nbformat"] == 4
    code = [cell["source"] for cell in told["cells"] if cell["cell_type"] == "code"]
    scope: dict[str, object] = {}
    exec(code[0].replace("None", repr(str(sample.releases)), 1) + "\n" + "\n".join(code[1:]), scope)
    card = scope["card"]
    assert card.figure.text in text
    scope["r"].close()


def test_every_kind_of_figure_has_lines_that_ask_for_it(here) -> None:
    from dashboards.address import Address

    for kind in STUDIES:
        lines = asked(Address(kind=kind, dataset="strk", measure="x"))
        assert compile(lines, kind, "exec").co_names[:2] == ("r", "study")
    for kind, key in (("power", ""), ("vote", "0x" + "0" * 64), ("proposal", "0x" + "0" * 64)):
        name = "turnout_supply" if kind == "proposal" else "hhi"
        lines = asked(Address(kind=kind, dataset="gov", measure=name, key=key))
        assert "card" in compile(lines, kind, "exec").co_names
