"""Flows between two columns: as high as they are large, none of them lost, none over another."""

from itertools import pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.results.shown.flows import NOBODY, Flow, ends
from psephos.results.shown.sankey import BANDS, GAP, THICK, sankey

NAMES = st.sampled_from(("foundation", "team", "investor", "no label"))
ENDS = st.sampled_from((*"abcde", NOBODY))
flowing = st.dictionaries(st.tuples(NAMES, ENDS), st.integers(1, 10**28), min_size=1).map(
    lambda found: tuple(Flow(*key, amount) for key, amount in found.items())
)


def parts(found: tuple[Flow, ...]):
    """Bands and nodes of what is drawn: (trace, ...)."""
    data = sankey(found, 18, "STRK")["data"]
    return [one for one in data if "meta" in one], [one for one in data if "meta" not in one]


@given(flowing)
def test_every_flow_is_a_band_with_its_exact_amount(found: tuple[Flow, ...]) -> None:
    bands, nodes = parts(found)
    assert [tuple(one["meta"][:2]) for one in bands] == [(one.source, one.target) for one in found]
    left, right = ends(found)
    assert [one["name"] for one in nodes] == [*left, *right]
    picture = sankey(found, 18, "STRK")
    assert len(go.Figure(picture).data) == len(found) + len(left) + len(right)
    assert [note["text"] for note in picture["layout"]["annotations"]] == [*left, *right]


@given(flowing)
def test_bands_fill_their_nodes_and_are_as_high_as_they_are_large(found: tuple[Flow, ...]) -> None:
    bands, nodes = parts(found)
    whole = sum(flow.amount for flow in found)
    left, right = ends(found)
    room = 1 - GAP * (max(len(left), len(right)) - 1)
    for at, names in ((0, left), (1, right)):
        for name in names:
            node = next(one for one in nodes[at * len(left) :] if one["name"] == name)
            spans = []
            for flow, band in zip(found, bands, strict=True):
                if (flow.source, flow.target)[at] != name:
                    continue
                steps = len(band["x"]) // 2
                high = band["y"][0 if at == 0 else steps - 1]
                low = band["y"][-1 if at == 0 else steps]
                assert high - low == pytest.approx(room * flow.amount / whole, abs=1e-12)
                spans.append((low, high))
            spans.sort(key=sum)  # by their middles: a band may be thinner than a float can tell
            assert spans[0][0] == pytest.approx(node["y"][0], abs=1e-9)
            assert spans[-1][1] == pytest.approx(node["y"][2], abs=1e-9)
            for before, after in pairwise(spans):
                assert before[1] == pytest.approx(after[0], abs=1e-9)


@given(flowing)
def test_nodes_stand_apart_within_the_picture(found: tuple[Flow, ...]) -> None:
    _, nodes = parts(found)
    left, _ = ends(found)
    for column in (nodes[: len(left)], nodes[len(left) :]):
        spans = sorted((one["y"][0], one["y"][2]) for one in column)
        assert spans[0][0] >= -1e-9
        assert spans[-1][1] <= 1 + 1e-9
        for before, after in pairwise(spans):
            assert after[0] - before[1] == pytest.approx(GAP, abs=1e-9)


def test_colours_say_the_foundation_and_nobody() -> None:
    """1 STRK of the foundation, 3 of a team to nobody, 2 to a delegate."""
    one = 10**18
    found = (
        Flow("team", NOBODY, 3 * one),
        Flow("team", "a", 2 * one),
        Flow("foundation", "a", one),
    )
    bands, nodes = parts(found)
    assert [band["fillcolor"] for band in bands] == [BANDS[k] for k in ("nobody", "sea", "founder")]
    assert bands[0]["text"] == "team to nobody<br>3 STRK"
    assert [node["name"] for node in nodes] == ["team", "foundation", "a", NOBODY]
    assert nodes[0]["x"] == [0, THICK, THICK, 0]


def test_names_from_a_chain_are_text() -> None:
    found = (Flow("team", "<b>a</b>&<a href='x'>", 5),)
    picture = sankey(found, 0, "")
    told = [one["name"] for one in picture["data"]] + [one["text"] for one in picture["data"]]
    told += [note["text"] for note in picture["layout"]["annotations"]]
    assert all("<b>" not in words and "<a" not in words for words in told)


def test_nothing_flows_where_nothing_is_held() -> None:
    assert sankey((), 18, "STRK")["data"] == []
