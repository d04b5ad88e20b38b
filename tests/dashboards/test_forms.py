"""Forms are figures that plotly takes as they are, and pebbles stand where the mathematics says."""

import ast
from fractions import Fraction
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import ONE_HALF, coalition
from dashboards.forms import CONFIG, chart, overlaid
from dashboards.look import ASSETS, GRAPHICS, TEXT, TOKENS
from dashboards.pebbles import SHOWN, pebbles, row
from psephos.results.positions import Positions
from psephos.results.shown.drawing import LIGHT, bars, curve, lorenz_curve, ranks, steps

amounts = st.lists(st.integers(1, 10**37), min_size=1, max_size=300)


def held(found: list[int]) -> Positions:
    ordered = tuple(sorted(found, reverse=True))
    holders = tuple(number.to_bytes(20, "big") for number in range(1, len(found) + 1))
    return Positions("power", "strk", 7, holders, ordered, (None,) * len(found), symbol="STRK")


@settings(deadline=None, max_examples=30)
@given(amounts)
def test_every_form_is_a_valid_figure(found: list[int]) -> None:
    positions = held(found)
    size = coalition(found, ONE_HALF) or 0
    points = [(n, 1_700_000_000 + n, None if n == 1 else n) for n in range(4)]
    drawn = [curve(positions, size, "delegates"), lorenz_curve(positions, "holders")]
    both = [overlaid(one, one, ("block 7", "block 1")) for one in drawn]
    assert [len(two["data"]) - len(one["data"]) for one, two in zip(drawn, both, strict=True)] == [
        1, 1,
    ]  # fmt: skip
    for picture in (
        *drawn,
        *both,
        steps(points, "delegates", whole=True),
        steps([], "delegates", whole=False),
    ):
        assert len(go.Figure(picture).data) == len(picture["data"])
        assert chart(picture, "words", form="curve").children[1].children == "words"


@settings(deadline=None, max_examples=30)
@given(amounts)
def test_pebbles_are_filled_up_to_the_smallest_coalition(found: list[int]) -> None:
    positions = held(found)
    size = coalition(found, ONE_HALF) or 0
    drawn = row(positions, {}, size)
    assert sum(pebble.filled for pebble in drawn) == min(size, SHOWN)
    inside = sum(positions.amounts[:size])
    assert 2 * inside > sum(found) >= 2 * (inside - positions.amounts[size - 1])
    ratio = Fraction(positions.amounts[len(drawn) - 1], positions.amounts[0])
    assert drawn[0].size == 1
    assert drawn[-1].size == pytest.approx(max(float(ratio) ** 0.5, 0.02), abs=1e-9)


def test_the_line_stands_after_the_coalition_and_only_if_all_of_it_is_drawn() -> None:
    few = pebbles(held([5, 3, 1, 1]), {}).children[0].children.children
    assert [getattr(mark, "className", "") for mark in few] == [
        "pebble full", "pebble full", "pebble-line", "pebble", "pebble",
    ]  # fmt: skip
    many = pebbles(held([1] * 300), {}).children[0].children.children
    assert "pebble-line" not in [mark.className for mark in many]


def test_a_pebble_is_the_foundations_when_most_of_it_is() -> None:
    positions = held([10, 10, 10])
    drawn = row(positions, {positions.holders[0]: 6, positions.holders[1]: 5}, 2)
    assert [pebble.founder for pebble in drawn] == [True, False, False]


def test_days_under_an_axis_of_time_keep_clear_of_its_zero() -> None:
    """Half a line of 12 px: the first day stands under the axis' lowest number."""
    for picture in (steps([(1, 0, 1), (2, 86_400, 2)], "days", whole=True),
                    bars(["2026-01-01"], [1.0], "rows")):  # fmt: skip
        axis = picture["layout"]["xaxis"]
        assert axis["ticklabelstandoff"] > axis["tickfont"]["size"] / 2
        assert picture["layout"]["margin"]["b"] >= 52
        go.Figure(picture)


def test_text_of_the_chain_is_escaped_where_plotly_reads_html() -> None:
    picture = steps([(1, 1, 1)], "<a href='https://evil.example'>claim</a>", whole=True)
    assert "<a" not in str(picture["data"][0]["hovertemplate"])


@given(st.integers(1, 10**7))
def test_ranks_of_a_curve_hold_both_ends_and_stay_few(count: int) -> None:
    found = ranks(count)
    assert (found[0], found[-1]) == (1, count)
    assert len(found) <= 262
    assert found == sorted(set(found))


def test_no_chart_sends_anything_anywhere() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displaylogo"] is False


def test_a_graph_is_made_in_one_place_and_html_is_never_let_in() -> None:
    made, dangerous = [], []
    for file in sorted(ASSETS.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("Graph", "Markdown"):
                made.append((Path(file).name, node.attr))
            if isinstance(node, ast.keyword) and node.arg and "dangerously" in node.arg:
                dangerous.append(file.name)
    assert made == [("forms.py", "Graph")]
    assert dangerous == []


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (GRAPHICS, 3.0)])
def test_every_pair_of_colours_can_be_told_apart(
    scheme: str, pairs: tuple[tuple[str, str], ...], least: float
) -> None:
    colours = TOKENS[scheme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


def test_both_schemes_name_the_same_colours() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


def test_the_contrast_formula_gives_the_published_value() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.48, abs=0.01)  # WCAG G18


def test_charts_are_drawn_in_the_colours_of_the_style_sheet() -> None:
    assert LIGHT.items() <= TOKENS["light"].items()
