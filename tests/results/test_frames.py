"""Tables of studies as frames: numbers are numbers, units stand in names, SQL needs no quotes."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import psephos as ps
from psephos.errors import PsephosError
from psephos.results.shown.frames import amounts, column, frame, name
from psephos.results.studies import STUDIES
from psephos.results.studies.shape import Listing
from psephos.results.supposed import capped
from psephos.settings import Settings

THIN = "\u2009"


@pytest.mark.parametrize(
    ("head", "cells", "named", "values"),
    [
        ("power", [f"750{THIN}000{THIN}000", None, "0"], "power_strk", [750_000_000, None, 0]),
        ("largest source", ["25.0 %", "100.0 %"], "largest_source_percent",
         [Decimal("25.0"), Decimal("100.0")]),
        ("fees, ETH", ["0.5", "0.074385"], "fees_eth", [Decimal("0.5"), Decimal("0.074385")]),
        ("day", ["2026-08-07"], "day", [date(2026, 8, 7)]),
        ("in it", ["yes", "no", None], "in_it", [True, False, None]),
        ("p", ["4.9e-13", "0.01"], "p", [4.9e-13, 0.01]),
        ("of the delegate's power", ["−1 %"], "of_the_delegates_power_percent", [-1]),
        ("delegators", [4, None], "delegators", [4, None]),
        ("found", ["3", "100.0 %"], "found", ["3", "100.0 %"]),
        ("proposal", ["2026", "7"], "proposal", ["2026", "7"]),
        ("declared owner", [None], "declared_owner", [None]),
        ("10,000 or more", [1], "n_10000_or_more", [1]),
        ("from", [19], "first", [19]),
        ("whole", ["9" * 20, "1"], "whole", [Decimal("9" * 20), Decimal(1)]),
    ],
)  # fmt: skip
def test_a_column_is_what_all_of_its_cells_are(
    head: str, cells: list[str | int | None], named: str, values: list[object]
) -> None:
    found = frame(Listing("delegates", "", (head,), tuple((cell,) for cell in cells)), "STRK")
    assert found.columns == [named]
    assert found[named].to_list() == values


@given(st.lists(st.integers(-(10**20), 10**20), min_size=1, max_size=5), st.integers(0, 6))
def test_every_digit_that_is_shown_is_in_the_frame(numbers: list[int], places: int) -> None:
    exact = [Decimal(one).scaleb(-places) for one in numbers]
    shown = [f"{one:,.{places}f}".replace(",", THIN).replace("-", "−") for one in exact]
    assert [Decimal(one) for one in column("x", shown).to_list()] == exact


@pytest.mark.parametrize(
    ("symbol", "decimals", "named", "values"),
    [
        ("STRK", 18, "weight_strk", [Decimal("1.5"), Decimal(0)]),
        ("W.BTC", 8, "weight_w_btc", [Decimal(15_000_000_000), Decimal(0)]),
        ("", 18, "weight_smallest_unit", [Decimal(15 * 10**17), Decimal(0)]),
    ],
)
def test_an_amount_is_exact_in_the_token_that_its_column_names(
    symbol: str, decimals: int, named: str, values: list[Decimal]
) -> None:
    found = amounts("weight", [15 * 10**17, 0], decimals, symbol)
    assert (found.name, found.to_list()) == (named, values)


def test_frames_of_votes_control_and_what_ifs_name_their_units(sample: Settings) -> None:
    with ps.open(sample.releases) as r:
        control = r.control()
        for body, frame in control.powers.items():
            weight = next(name for name in frame.columns if name.startswith("weight_"))
            found = control.control.powers[body]
            assert found is not None
            scale = 10**18 if weight == "weight_strk" else 1
            assert [int(one * scale) for one in frame[weight]] == [p.weight for p in found.players]
        supposed = r.what_if(capped(Fraction(1, 50), "1/50"))
        assert supposed.measures.columns == ["measure", "before", "after", "unit"]
        assert all(supposed.measures["unit"])
        cast = r.votes(r.proposals[0])
        told = r.sql("SELECT sum(weight) AS n FROM governor_vote_cast WHERE proposal_id = unhex(?)",
                     (r.proposals[0].id.hex(),))  # fmt: skip
        assert int(cast["weight_strk"].sum() * 10**18) == int(told["n"][0])


@given(st.lists(st.none() | st.text(max_size=8) | st.integers(0, 9), max_size=5))
def test_no_cell_is_refused_and_none_is_lost(cells: list[str | int | None]) -> None:
    found = column("x", cells)
    assert [one is None for one in found] == [cell is None for cell in cells]


@given(st.text(min_size=1, max_size=20), st.sampled_from(["", "percent", "vSTRK"]))
def test_a_name_is_plain(head: str, unit: str) -> None:
    assert re.fullmatch(r"[a-z0-9_]*", name(head, unit))


def frames(releases: Path, chain: str | None) -> list[tuple[str, pl.DataFrame]]:
    found = []
    with ps.open(releases, chain=chain) as r:
        for study in STUDIES:
            try:
                found += [(study, one) for one in r.study(study).tables.values()]
            except PsephosError:  # of several tokens, or of none
                continue
    return found


def plainly_named(found: list[tuple[str, pl.DataFrame]]) -> None:
    query = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    reserved = {word for (word,) in duckdb.execute(query).fetchall()}
    for study, one in found:
        for told in one.columns:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", told), (study, told)
            assert told not in reserved, (study, told)
        for told in one.select(pl.col(pl.String)):
            # One decimal point at most: a protocol's version, 0.13.2, is a name.
            ends = {re.sub(r"^[\d\u2009]+(\.\d+)?", "", cell) for cell in told if cell}
            assert ends not in ({""}, {" %"}), (study, told.name)


@pytest.mark.long
@pytest.mark.parametrize("chain", [None, "starknet"])
def test_every_table_of_the_samples_studies_is_typed_and_plainly_named(
    starknet_sample: Settings, chain: str | None
) -> None:
    found = frames(starknet_sample.releases.parent, chain)
    assert len(found) > 25
    plainly_named(found)


@pytest.mark.long
@pytest.mark.parametrize("chain", [None, "starknet"])
def test_every_query_of_a_studys_explanations_can_be_asked_as_it_stands(
    starknet_sample: Settings, chain: str | None
) -> None:
    asked = set()
    with ps.open(starknet_sample.releases.parent, chain=chain) as r:
        for study in STUDIES:
            try:
                cards = r.study(study).figures.values()
            except PsephosError:  # of several tokens, or of none
                continue
            asked |= {query for card in cards for query in card.explain().sql}
        assert len(asked) > 10
        for query in sorted(asked):
            assert "block_number" in r.sql(query).columns, query
