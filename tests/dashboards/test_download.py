"""Files hold what is shown, every row of it and every digit, and run nothing."""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboards.download import TABLES, exact, safe, written
from psephos.results.positions import positions
from psephos.results.voting.proposals import proposals
from psephos.store.reader import Release


def rows(site: FlaskClient, href: str) -> list[dict[str, str]]:
    answer = site.get(href)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="psephos-')
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("kind", ["power", "balance"])
def test_positions_are_exact_to_the_smallest_unit(
    site: FlaskClient, releases: Path, kind: str
) -> None:
    with Release.open(releases) as release:
        held = positions(release, kind, dataset="strk")
    found = rows(site, f"/csv/positions?kind={kind}&dataset=strk")
    assert [int(row["amount"]) for row in found] == list(held.amounts)
    assert [row[next(iter(row.keys() - {*row} | {list(row)[1]}))] for row in found] == [
        f"0x{holder.hex()}" for holder in held.holders
    ]


def test_votes_and_proposals_are_whole(site: FlaskClient, releases: Path) -> None:
    with Release.open(releases) as release:
        known = proposals(release)
    found = rows(site, "/csv/proposals")
    assert [row["proposal"] for row in found] == [f"0x{one.id.hex()}" for one in known]
    assert [int(row["for"]) for row in found] == [one.tally.for_ for one in known]
    cast = rows(site, f"/csv/votes?dataset=gov&key=0x{known[-1].id.hex()}")
    sides = {"for": known[-1].tally.for_, "against": known[-1].tally.against}
    for side, amount in sides.items():
        assert sum(int(row["weight"]) for row in cast if row["support"] == side) == amount


def test_every_kind_of_file_can_be_had(site: FlaskClient, releases: Path) -> None:
    tried = set()
    with Release.open(releases) as release:
        holder = f"0x{positions(release, 'power').holders[0].hex()}"
    for href in (
        "/csv/history?kind=power&dataset=strk&measure=hhi",
        "/csv/measures?kind=balance",
        "/csv/grants",
        "/csv/control",
        "/csv/study?kind=delegation&dataset=strk",
        "/csv/study?kind=delegation&dataset=strk&measure=delegates",
        "/csv/flows",
        "/csv/locked",
        "/csv/supply",
        "/csv/promises",
        "/csv/whatif?change=cap&share=2",
        f"/csv/holder?a={holder}",
        f"/csv/cast?a={holder}",
        "/csv/standing",
    ):
        assert rows(site, href)
        tried.add(href.partition("?")[0].removeprefix("/csv/"))
    assert set(TABLES) == tried | {"positions", "proposals", "votes", "updates", "duties"}


def test_numbers_of_a_study_are_numbers_with_their_unit_in_the_head(site: FlaskClient) -> None:
    found = rows(site, "/csv/study?kind=delegation&dataset=strk&measure=delegates")
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", head) for head in found[0])
    numbers = [head for head in found[0] if head.endswith(("_strk", "_percent"))]
    assert len(numbers) >= 2
    for row in found:
        assert all(re.fullmatch(r"-?\d+(\.\d+)?|", row[head]) for head in numbers), row


@pytest.mark.parametrize(
    "href",
    [
        "/csv/positions",
        "/csv/positions?kind=vote&dataset=gov",
        "/csv/positions?kind=secret",
        "/csv/positions?kind=power&dataset=gov",
        "/csv/positions?kind=power&block=999999999",
        "/csv/positions?kind=power&release=00000000",
        "/csv/votes?dataset=gov",
        "/csv/votes?dataset=gov&key=0x" + "0" * 64,
        "/csv/votes?dataset=gov&key=0x00",
        "/csv/history?kind=power&measure=shannon",
        "/csv/measures?kind=vote",
        "/csv/study?kind=secret&dataset=strk",
        "/csv/study?kind=delegation&dataset=strk&measure=secret",
        "/csv/secret",
    ],
)
def test_a_file_there_is_none_of_is_not_found(site: FlaskClient, href: str) -> None:
    answer = site.get(href)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "/tmp" not in answer.text


@given(st.text(max_size=30))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    found = safe(text)
    assert str(found).removeprefix("'") == text or found == text
    assert not str(found).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(st.text(max_size=20), min_size=2, max_size=4))
def test_a_row_is_read_back_as_it_was(texts: list[str]) -> None:
    (line,) = written([texts])
    assert next(csv.reader(io.StringIO(line.decode(), newline=""))) == [safe(one) for one in texts]


def test_what_other_programs_divide_at_stands_in_quotes() -> None:
    (line,) = written([["a;=1+1", "b\t=2", "plain", None, 3]])
    assert line == b'"a;=1+1","b\t=2",plain,,3\r\n'
    for wide in "\uff1d\uff0b\uff0d\uff20":
        assert safe(f" {wide}1+1") == f"' {wide}1+1"


def test_numbers_are_left_alone() -> None:
    assert safe(-5) == -5
    assert b"'=HYPERLINK" in b"".join(written([["=HYPERLINK(1)", -5]]))
    assert b",-5" in b"".join(written([["a", -5]]))


def test_shares_are_rounded_once() -> None:
    assert exact(Fraction(1, 3)) == "0.333333333333"
    assert exact(Fraction(1)) == "1.000000000000"
    assert exact(None) == ""
