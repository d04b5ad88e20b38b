"""What goes out, W14 to W24 of the project's reference on reliability, 4: the attack of each case.

One test for each, called after it; W25 is in tests/test_parts.py. What holds the same law elsewhere
is listed in `LAWS` of tests/dashboards/test_hardening.py.
"""

import io
import json
import logging
import pickle
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

import psephos as ps
from dashboards import lists
from dashboards.app import create
from dashboards.download import safe, written
from dashboards.pebbles import label
from dashboards.tables import REASON
from psephos.commands import release as releasing
from psephos.commands import serve, sync
from psephos.commands.console import execute
from psephos.errors import NodeError
from psephos.results.positions import Positions
from psephos.results.shown.cards import Chart, Held
from psephos.results.shown.drawing import bars, curve, lorenz_curve, steps
from psephos.results.shown.pictures import concentration, flows, pebbles
from psephos.results.shown.text import UNSEEN, display, named
from psephos.results.voting.proposals import proposals
from psephos.stark.verify import Accept, Refused, accepted
from psephos.store.reader import Release
from tests.chain.test_transport import ask
from tests.dashboards.conftest import HOSTILE
from tests.dashboards.test_forms import held
from tests.dashboards.test_site import PAGES, shown
from tests.simulated.chain import SimulatedChain
from tests.simulated.house import publish
from tests.simulated.lies import LIES
from tests.simulated.life import live
from tests.simulated.proxy import Proxy
from tests.stark.both import verify

SCRIPT, LINK, MARKDOWN = HOSTILE[:3]
OURS = re.compile(r"<br>|<extra></extra>|</?b>")
"""What a chart of ours says to plotly in HTML."""


@pytest.fixture(scope="module")
def voted(releases: Path) -> dict[str, str]:
    """The pages of the proposals by their titles' first word, and of the list of them."""
    with Release.open(releases) as release:
        return {one.title: f"/votes/{one.dataset}/0x{one.number:x}" for one in proposals(release)}


def trees(site: FlaskClient, paths: Any) -> Iterator[tuple[str, Any]]:
    for path in paths:
        yield path, json.loads(shown(site, path)[0])


def nodes(tree: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The properties of each component of a kind, in a page."""
    if isinstance(tree, list):
        for one in tree:
            yield from nodes(one, kind)
    elif isinstance(tree, dict):
        if tree.get("type") == kind:
            yield tree["props"]
        for one in tree.values():
            yield from nodes(one, kind)


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list | dict):
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from strings(one)


def test_w14_a_script_in_a_title_is_text_on_page_hover_csv_notebook_and_export(
    site: FlaskClient, releases: Path, voted: dict[str, str], tmp_path: Path
) -> None:
    title, path = next(one for one in voted.items() if "<script>" in one[0])
    (page,) = (tree for _, tree in trees(site, [path]))
    heads = [one.get("children") for one in nodes(page, "H1")]
    assert title in heads, "as a child of React's, which writes text and never HTML"
    shell = site.get(path, follow_redirects=True)
    assert "<script>document" not in shell.text
    (listed,) = (tree for _, tree in trees(site, ["/votes"]))
    hovers = list(strings([one["figure"] for one in nodes(listed, "Graph")]))
    assert any("&lt;script&gt;" in one for one in hovers)
    assert not any("<script" in one or "<img" in one for one in hovers)
    answer = site.get("/csv/proposals")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("text/csv", "nosniff")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with ps.open(releases) as r:
        hostile = next(one for one in r.proposals if one.title == title)
        frame = r.sql("SELECT description FROM gov_proposal_created")
        told = frame._repr_html_() + r.figures.proposal("turnout_heads", hostile)._repr_html_()
    assert "<script" not in told
    assert "<script" in unescape(told)
    drawn = bars(["2026-01-01"], [1.0], title)
    picture = {**drawn, "config": {}, "layout": drawn["layout"] | {"title": {"text": title}}}
    exported = Chart(picture).save(tmp_path / "chart.html").read_text("utf-8")
    assert "<script>document.title" not in exported


def test_w15_no_chart_has_a_link_that_is_not_ours(site: FlaskClient, voted: Any) -> None:
    """Over all charts of all pages; then each form with hostile words in each place for words."""
    found = []
    for path, page in trees(site, [*PAGES, *voted.values(), "/?compare=100"]):
        for one in nodes(page, "Graph"):
            found += [(path, text) for text in strings(one["figure"])]
    assert any("&lt;" in text for _, text in found), "titles are in a chart"
    positions = held([5, 3, 1])
    worded = type(positions)(
        *(LINK if name == "symbol" else getattr(positions, name) for name in positions.__slots__)
    )
    forms = [
        steps([(1, 1, 1), (2, 2, 2)], LINK, whole=True), bars(["2026-01-01"], [1.0], LINK),
        curve(worded, 1, LINK), lorenz_curve(worded, LINK), pebbles(worded), concentration(worded),
        flows([], LINK, 18, LINK),
    ]  # fmt: skip
    found += [("form", text) for text in strings(forms)]
    assert [(path, text) for path, text in found if "<" in OURS.sub("", text)] == []


def test_w16_no_text_of_the_chain_becomes_a_link(site: FlaskClient, voted: Any) -> None:
    """Every address on every page is of this site, of a declared source, or of a part of it."""
    said = False
    for path, page in trees(site, [*PAGES, *voted.values()]):
        text = json.dumps(page)
        said |= "javascript:document" in text
        for kind in ("A", "Link", "NavLink", "Anchor"):
            for one in nodes(page, kind):
                href = str(one.get("href", ""))
                assert re.match(r"[/#]($|[^/])", href), (path, href)
        assert '"dangerously' not in text
        assert not list(nodes(page, "Markdown"))
    assert said, "one voter wrote it"


def test_w17_what_deceives_the_eye_is_spelled_and_the_address_stands_beside(
    site: FlaskClient, voted: dict[str, str]
) -> None:
    for path, page in trees(site, [*PAGES, *voted.values()]):
        assert [one for one in strings(page) if UNSEEN.search(one)] == [], path
        for grid in nodes(page, "AgGrid"):
            for row in grid["rowData"]:
                if row.get("owner"):
                    assert any(str(cell).startswith("0x") for cell in row.values()), row
    assert "⟨U+202E⟩tsniaga" in json.dumps(
        [page for _, page in trees(site, voted.values())], ensure_ascii=False
    )
    assert display("a\0b\u200b") == "a⟨U+0000⟩b⟨U+200B⟩"
    assert named("St\u0430rkWare") == "St\u0430rkWare ⟨lookalike U+0430⟩"
    assert display(bytes.fromhex("61626300").decode()) == "abc⟨U+0000⟩"


def test_w17_a_name_that_passes_for_another_says_so_wherever_it_is_shown(site: FlaskClient) -> None:
    """On a pebble, in a table of a study, in a chart and a table of a notebook."""
    name, told = "St\u0430rkWare", "⟨lookalike U+0430⟩"
    mine = Positions("power", "strk", 5, (b"\x01" * 20,), (7,), (name,), symbol="STRK")
    assert told in label(mine, 0)
    assert told in lists.text(name)
    assert told in Held(mine)._repr_html_()
    hovers = [one for one in strings(pebbles(mine)) if name in one]
    assert hovers
    assert all(told in one for one in hovers)


def test_w18_a_megabyte_of_reason_is_cut_and_its_length_is_said(tmp_path: Path) -> None:
    history = live(2_000, 1, 30, 500)
    rows = history.rows["gov_vote_cast"]
    history.rows["gov_vote_cast"] = [(*row[:-1], "reason! " * 131_072) for row in rows[:3]]
    history.rows["gov_vote_cast"] += rows[3:]
    publish(tmp_path, history)
    site = create(tmp_path).test_client()
    with Release.open(tmp_path) as release:
        one = next(
            one for one in proposals(release)
            if release.sql("SELECT max(length(reason)) FROM gov_vote_cast WHERE proposal_id = ?",
                           [one.id]).item() == 1_048_576
        )  # fmt: skip
        path = f"/votes/{one.dataset}/0x{one.number:x}"
    text, title = shown(site, path)
    assert title != "psephos"
    assert len(text) < 500_000
    assert "1\u2009048\u2009576 characters" in text
    assert text.count("reason! ") < 4 * (REASON // 8 + 120 // 8 + 2)
    whole = site.get(f"/csv/votes?dataset={one.dataset}&key=0x{one.id.hex()}").text
    assert whole.count("reason! ") >= 131_072, "all of it, to whoever asks for the file"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_w19_no_cell_of_text_runs_and_numbers_and_parquet_are_untouched(
    site: FlaskClient, releases: Path, begins: str
) -> None:
    attack = f"{begins}HYPERLINK(1)"
    assert safe(attack) == f"'{attack}"
    assert b"".join(written([["a", -2, attack]])).count(b"'") == 1
    with Release.open(releases) as release:
        one = max(proposals(release), key=lambda one: one.tally.voters)
    path = f"/api/v1/proposals/{one.dataset}/0x{one.id.hex()}/votes"
    cells = re.split(r'[\r\n]|,(?=")|",', site.get(f"{path}.csv?limit=50000").text)
    assert not [cell for cell in cells if re.match(r'"?[=@]', cell)]
    exact = pq.read_table(io.BytesIO(site.get(f"{path}.parquet?limit=50000").data))
    assert any(str(reason).startswith("=HYPERLINK") for reason in exact["reason"].to_pylist())


def test_w20_every_kind_of_answer_has_the_headers(site: FlaskClient) -> None:
    asked = ("/", "/nothing", "/health", "/verify.html", "/assets/site.js", "/api/v1/figures",
             "/api/v1/nothing", "/feeds/releases.atom", "/csv/proposals", "/csv/no")  # fmt: skip
    for path in asked:
        with site.get(path, follow_redirects=True, base_url="https://figures.example") as answer:
            rules = answer.headers["Content-Security-Policy"]
            found = dict(part.split(" ", 1) for part in rules.split("; "))
            assert found["default-src"] == "'none'", path
            assert set(found["script-src"].split()) - {"'self'"} == set(
                re.findall(r"'sha256-[^']+'", found["script-src"])
            )
            assert found["frame-ancestors"] == found["base-uri"] == found["form-action"] == "'none'"
            assert "unsafe-eval" not in rules
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


URLS = (
    "http://0x7f000001", "http://2130706433", "http://127.1", "http://0", "http://0177.0.0.1",
    "http://[::ffff:127.0.0.1]", "http://169.254.169.254", "http://100.64.0.1", "http://[fd00::1]",
    "file:///etc/passwd",
)  # fmt: skip


def test_w21_the_site_takes_no_address_and_the_collector_follows_no_redirect(
    site: FlaskClient,
) -> None:
    """What an operator configures is the operator's own node, which may stand beside it."""
    for url in URLS:
        for name in ("a", "who", "release", "url", "node", "rpc"):
            text, title = shown(site, "/address", f"?{name}={url}")
            assert title == "psephos"
            assert "root:" not in text
        assert site.get("/api/v1/figures", query_string={"release": url}).status_code == 400
    with (
        Proxy(SimulatedChain(seed=2), LIES["redirect"]) as proxy,
        pytest.raises(NodeError, match="HTTP 302"),
    ):
        ask(proxy.url, attempts=1).head()
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"):
        with pytest.raises(NodeError, match="no http or https address"):
            ask(url, attempts=1).head()


CANARY = "c4n4ry0key0c4n4ry"
CONFIGURATION = f"""\
data = "index"
releases = "releases"
[chain]
name = "simulated"
id = {SimulatedChain.CHAIN}
[[chain.endpoint]]
url = "${{CANARY_RPC}}"
[[dataset]]
name = "token"
sources = ["votes"]
contracts = ["0x{SimulatedChain.TOKEN.hex()}"]
"""


def test_w22_a_key_in_an_address_is_in_no_file_no_log_and_no_page(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Collected, published, served: then every byte that was written is searched."""
    chain, house = SimulatedChain(seed=3, interval=43_200), tmp_path / "house"
    chain.grow(14)
    house.mkdir()
    (tmp_path / "psephos.toml").write_text(
        CONFIGURATION.replace('"index"', '"house/index"').replace('"releases"', '"house/releases"')
    )
    with caplog.at_level(logging.DEBUG), Proxy(chain, path=f"/v3/{CANARY}?key={CANARY}") as proxy:
        monkeypatch.setenv("CANARY_RPC", proxy.url)
        told = ["--json", "--config", str(tmp_path / "psephos.toml")]
        for name, command in (("sync", sync), ("release", releasing)):
            assert execute(name, command.run, told) == 0, capsys.readouterr()
        site = create(house / "releases").test_client()
        said = [site.get(path, follow_redirects=True).text for path in ("/", "/api/v1/status")]
        said += [shown(site, path)[0] for path in PAGES]
        with ps.open(house / "releases") as r:
            said += [repr(r), r.tables()._repr_html_()]
    out, err = capsys.readouterr()
    said += [out, err, caplog.text, *(str(record.args) for record in caplog.records)]
    assert not [text for text in said if CANARY in text]
    files = [path for path in house.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []


def test_w23_nothing_of_debugging_is_served(site: FlaskClient, tmp_path: Path) -> None:
    assert site.application.debug is False
    assert site.application.testing is False
    assert site.get("/_reload-hash").status_code == 404
    shell = site.get("/", follow_redirects=True).text
    told = json.loads(re.search(r'id="_dash-config"[^>]*>(.*?)</script>', shell, re.S)[1])
    assert not told.get("hot_reload")
    assert not told.get("ui")
    assert "dev_tools" not in shell
    process = serve.start(tmp_path, 0)
    process.kill()
    process.wait()
    assert "gunicorn" in process.args


def test_w24_no_file_but_ours_is_taken_for_a_proof() -> None:
    """Nothing is unpickled, and no file of another kind is opened by whoever reads such files."""
    table, sink = pa.table({"a": [1]}), io.BytesIO()
    pq.write_table(table, sink)
    taken: list[str] = []

    class Taken:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return taken.append, ("ran",)

    files = {
        "proof.parquet": sink.getvalue(),
        "proof.duckdb": b"\0" * 8 + b"DUCK" + b"\0" * 4_084,
        "proof.pkl": pickle.dumps(Taken()),
        "proof.ipynb": json.dumps({"cells": [], "nbformat": 4}).encode(),
        "proof.npy": b"\x93NUMPY\x01\x00" + b"\0" * 64,
        "proof.zip": b"PK\x03\x04" + b"\0" * 64,
    }
    for name, data in files.items():
        with pytest.raises(Refused):
            verify(data, Accept(accepted()))
        assert taken == [], name
