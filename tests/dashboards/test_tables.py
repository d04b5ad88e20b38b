"""Tables: nothing in them is cut without a way to read it, and a phone heads every number."""

from dashboards.flowing import headed
from dashboards.lists import paged
from dashboards.tables import Column, definition, grid
from psephos.results.studies.shape import Listing

VOTE = "Shorter cycle: half a day of delay, three days of voting"


def test_heads_of_columns_wrap_and_what_is_cut_is_told_when_pointed_at() -> None:
    table = grid([Column("who", "who", 100), Column("owner", "owner", 100)], [], "t")
    assert table.defaultColDef["wrapHeaderText"]
    assert table.defaultColDef["autoHeaderHeight"]
    assert [one["tooltipField"] for one in table.columnDefs] == ["who", "owner"]
    assert definition(Column("holder", "", style="hash"))["tooltipField"] == "holder"
    assert "tooltipField" not in definition(Column("amount", "", style="num", sorts="rank"))


def test_long_words_of_a_listing_wrap_and_short_ones_stay_on_their_line() -> None:
    rows = tuple(("2026-06-15", place, VOTE) for place in range(13))
    found = paged(Listing("t", "", ("day", "block", "vote"), rows)).columnDefs
    assert [bool(one.get("wrapText")) for one in found[2:]] == [False, False, True]
    assert found[4]["cellClass"] == "words"


def test_on_a_phone_the_first_cell_of_a_row_has_its_head_if_it_is_a_number() -> None:
    assert headed("seconds", 0, number=True) == {"data-head": "seconds"}
    assert headed("who", 0) == {}
    assert headed("share", 1) == {"data-head": "share"}
    assert headed("", 1) == {}
