"""The workbench: tab completion, exactness, nothing to change, and text that stays text."""

import re
import shutil
import string
from collections.abc import Iterator
from decimal import Context
from fractions import Fraction
from html import unescape
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest

import psephos as ps
from psephos.chain.dataset import Dataset as Watched
from psephos.errors import CommandError, NoRelease, NotCollected, TableError
from psephos.results.bases import OF_BASES
from psephos.results.evidence import Evidence
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, Figure
from psephos.results.positions import Positions
from psephos.results.shown.cards import MIME, Card, Held, hexed
from psephos.results.shown.explain import LATEX
from psephos.settings import Settings
from psephos.workbench import Workbench
from tests.results.house import House
from tests.simulated.house import make_release


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    make_release(folder, rows=2000, days=20)
    return folder


@pytest.fixture(scope="module")
def r(folder: Path) -> Iterator[Workbench]:
    with ps.open(folder) as bench:
        yield bench


def test_opening_nothing_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PSEPHOS_RELEASES", raising=False)
    monkeypatch.delenv("PSEPHOS_CONFIG", raising=False)
    with pytest.raises(NoRelease) as caught:
        ps.open()
    assert "psephos demo" in caught.value.hint
    with pytest.raises(NoRelease):
        ps.open(tmp_path / "nowhere")


def test_a_folder_above_is_found_and_the_environment_goes_first(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PSEPHOS_CONFIG", raising=False)
    monkeypatch.setenv("PSEPHOS_RELEASES", str(folder))
    monkeypatch.chdir(tmp_path)
    with ps.open() as bench:
        assert bench.release.folder == folder
    monkeypatch.delenv("PSEPHOS_RELEASES")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "releases").symlink_to(folder)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with ps.open() as bench:
        assert bench.release.folder == folder


def test_a_block_after_the_head_is_refused_and_lets_go_of_the_release(folder: Path) -> None:
    with pytest.raises(NotCollected, match="it ends at block"):
        ps.open(folder, block=10**9)


def test_tab_shows_the_positions_and_figures_there_are(r: Workbench) -> None:
    assert {"balance", "power", "locked", "vote"} <= set(dir(r.positions))
    assert {"nakamoto_one_half", "gini", "balance", "locked"} <= set(dir(r.figures))
    assert "gini" in dir(r.figures.balance)
    assert "power" not in dir(r.figures.balance)
    for name in dir(r.figures):
        assert getattr(r.figures, name) is not None
    with pytest.raises(AttributeError, match="there are: "):
        r.figures.moon  # noqa: B018
    with pytest.raises(AttributeError, match="there are: "):
        r.positions.moon  # noqa: B018


def test_figures_are_exact_and_the_same_from_rows(r: Workbench) -> None:
    assert isinstance(r.figures.hhi.value, Fraction)
    again = r.figures("hhi", recompute=True)
    assert again.value == r.figures.hhi.value
    assert "recomputed here" in repr(again)


def test_positions_add_up_to_what_sql_says(r: Workbench) -> None:
    whole = r.sql("SELECT sum(new_votes - old_votes) AS t FROM strk_delegate_votes_changed "
                  "WHERE block_number <= $block")["t"][0]  # fmt: skip
    assert int(whole) == r.positions.power.total
    frame = r.positions.power.frame
    assert frame.schema["amount_strk"] == pl.Decimal(38, 18)
    told = [int(amount.scaleb(18, Context(prec=60))) for amount in frame["amount_strk"]]
    assert told == list(r.positions.power.amounts)


def test_another_block_is_another_answer_of_the_same_release(r: Workbench) -> None:
    early = r.at(r.release.final // 4)
    assert early.positions.power.block == r.release.final // 4
    assert early.release is r.release


@pytest.mark.parametrize(
    "query",
    [
        "DROP VIEW position",
        "INSERT INTO position VALUES (1)",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY position TO 'x.csv'",
        "ATTACH 'x.duckdb'",
        "SELECT * FROM nowhere",
        "SELEC",
    ],
)
def test_sql_reads_this_release_and_nothing_else(r: Workbench, query: str) -> None:
    with pytest.raises(CommandError):
        r.sql(query)


def test_bytes_are_shown_as_hex_and_kept_raw_on_request(r: Workbench) -> None:
    query = "SELECT holder, hash FROM position, block ORDER BY holder, hash LIMIT 1"
    shown, raw = r.sql(query), r.sql(query, raw=True)
    assert shown["holder"][0] == "0x" + raw["holder"][0].hex()
    assert shown["hash"][0] == "0x" + raw["hash"][0].hex()


def test_a_changed_byte_is_found(sample: Settings, tmp_path: Path) -> None:
    with ps.open(sample.releases) as sound:
        assert set(sound.verify()["status"]) <= {"passed", "not_possible"}
    copy = tmp_path / "copy"
    shutil.copytree(sample.releases, copy)
    segment = max((copy / "segments").iterdir(), key=lambda file: file.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.chmod(0o644)
    segment.write_bytes(content)
    with ps.open(copy) as forged:
        failed = forged.verify().filter(pl.col("status") == "failed")
    assert segment.name in " ".join(failed["why"])


def test_every_figure_has_its_formula_in_text_and_in_latex() -> None:
    assert set(LATEX) == {*OF_POSITIONS, *OF_PROPOSALS, *OF_BASES}


def test_an_explanation_names_formula_population_blocks_and_level(r: Workbench) -> None:
    text = str(r.figures.nakamoto_one_half.explain())
    for part in ("min |S|", "every delegate", "●○○ seen", "not proven", r.release.id):
        assert part in text
    html = r.figures.nakamoto_one_half.explain()._repr_html_()
    assert r"\tfrac{1}{2}" in html
    assert "$$" in r.figures.gini.explain()._repr_markdown_()


def test_an_explanation_asks_for_the_rows_that_a_figure_rests_on(r: Workbench) -> None:
    """Each of its queries can be asked as it stands, and gives the columns of the evidence."""
    names = ("power", "balance")
    for card in (*(getattr(r.figures, name).gini for name in names), *_of_votes(r)):
        columns = card.figure.evidence.columns
        asked = card.explain().sql
        assert len(asked) == len({column.partition(".")[0] for column in columns}) >= 1
        found = [r.sql(query) for query in asked]
        assert sum(map(len, found)) > 0
        told = [name for frame in found for name in frame.columns if name != "block_number"]
        assert sorted(told) == sorted(column.partition(".")[2] for column in columns)
        assert all(max(frame["block_number"], default=0) <= card.figure.block for frame in found)
        assert all(query in str(card.explain()) for query in asked)


def _of_votes(r: Workbench) -> list[Card]:
    return [r.figures.proposal("turnout_supply", one) for one in r.proposals[:1]]


def test_a_chart_is_drawn_without_a_network(r: Workbench, tmp_path: Path) -> None:
    for chart in (r.chart.pebbles(), r.chart.concentration(), r.chart.history(points=5)):
        bundle = chart._repr_mimebundle_()
        assert bundle[MIME]["config"]["showSendToCloud"] is False
        assert bundle[MIME]["config"]["displaylogo"] is False
        go.Figure(data=chart.picture["data"], layout=chart.picture["layout"])
        assert "text/html" not in bundle
    page = r.chart.concentration().save(tmp_path / "page.html").read_text("utf-8")
    assert 'src="http' not in page
    assert '"showSendToCloud": false' in page


UNTOUCHED = '<span class="mathjax_ignore tex2jax_ignore">'
HOSTILE = "<img src=x onerror=alert(1)>\u202e$x$"


def test_no_text_reaches_html_unescaped() -> None:
    held = Positions("power", "strk", 5, (b"\x01" * 20,), (7,), (HOSTILE,), symbol=HOSTILE)
    under = Evidence("seen", 0, 5, 6, 0, (HOSTILE,), (HOSTILE,), "r")
    figure = Figure(
        "id", "gini", HOSTILE, None, HOSTILE, HOSTILE, 5, "power", "strk", None, 1, HOSTILE,
        HOSTILE, "", under, HOSTILE,
    )  # fmt: skip
    shown = Held(held)._repr_html_() + Card(figure)._repr_html_()
    shown += Card(figure).explain()._repr_html_()
    assert "<img" not in shown
    assert "<img" in unescape(shown)
    assert "mathjax_ignore" in shown


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "[here](javascript:alert(1))",
        "![x](https://example.org/pixel.png)",
        "`` ` `` | *bold* $x$",
        "https://example.org www.example.org <a@example.org>",
        "one\n\n# two",
    ],
)
def test_what_a_manifest_declares_is_shown_and_never_rendered(payload: str) -> None:
    under = Evidence("seen", 0, 5, 6, 0, (payload,), (payload,), "r", anchor=payload)
    figure = Figure(
        "id", "gini", payload, None, payload, payload, 5, "power", "strk", None, 1, payload,
        payload, "", under, payload,
    )  # fmt: skip
    told = Card(figure).explain()
    markdown = told._repr_markdown_().replace(f"$${told.latex}$$", "")
    text = markdown.replace(UNTOUCHED, "").replace("</span>", "")
    ours = text.replace("**", "").replace("|---|---|", "").replace("|", "")
    assert not set(re.sub(r"&#\d+;", "", ours)) & set(string.punctuation)
    assert payload.replace("\n", " ") in unescape(text)
    html = told._repr_html_() + Card(figure)._repr_html_()
    assert not re.search(r"<(script|a|img)\b", html)


def test_several_tokens_are_named_by_a_call_that_works() -> None:
    house = House()
    house.watched["other"] = Watched("other", 1, (b"\xe9" * 20,), ("erc20", "votes"), 1)
    house.power(3, b"\x01" * 20, 70)
    row = {"delegate": b"\x02" * 20, "old_votes": 0, "new_votes": 30}
    house.emit("other", "delegate_votes_changed", 4, **row)
    bench = Workbench(house.open(20))
    with pytest.raises(TableError) as caught:
        bench.figures.gini  # noqa: B018
    assert caught.value.hint == (
        'ask r.figures("gini", dataset="dao") or r.figures("gini", dataset="other")'
    )
    assert [bench.figures("total", dataset=name).value for name in ("dao", "other")] == [70, 30]
    assert bench.figures("gini", dataset="other").value == 0
    with pytest.raises(TableError) as caught:
        bench.positions.power  # noqa: B018
    assert 'r.positions("power", dataset="other")' in caught.value.hint
    assert bench.positions("power", dataset="other").total == 30


def test_frames_with_hostile_text_are_escaped_by_polars() -> None:
    frame = hexed(pl.DataFrame({HOSTILE: [HOSTILE]}))
    assert "<img" not in frame._repr_html_()


def test_reasons_are_shown_with_what_is_invisible_spelled(r: Workbench) -> None:
    found = r.votes(r.proposals[-1])
    assert found.schema["voter"] == pl.String
    assert [name for name in found.columns if name.startswith("weight")] == ["weight_strk"]
    assert found["weight_strk"].dtype == pl.Decimal(38, 18)


def test_a_proposal_has_figures_of_its_own(r: Workbench) -> None:
    proposal = next(p for p in r.proposals if p.turnout.supply is not None)
    assert r.figures.proposal("turnout_supply", proposal).value == proposal.turnout.supply
    assert r.positions.vote(proposal).total == proposal.tally.cast


def test_a_chain_beside_others_is_opened_by_what_its_name_begins_with(
    folder: Path, tmp_path: Path
) -> None:
    for name in ("starknet_sample", "sample", "stark"):
        shutil.copytree(folder, tmp_path / name)
    with ps.open(tmp_path, chain="starkn") as one, ps.open(tmp_path, chain="stark") as other:
        assert one.release.folder == tmp_path / "starknet_sample"
        assert other.release.folder == tmp_path / "stark"
    for wrong in ("s", "mainnet"):
        with pytest.raises(NoRelease) as caught:
            ps.open(tmp_path, chain=wrong)
        assert "starknet_sample" in caught.value.hint
