"""Charts of positions and histories as plain dictionaries: what plotly draws, without plotly.

The forms are few and always the same: a row of pebbles, the concentration curve, a step line. Text
that comes from the chain or from labels is escaped, because plotly reads a little HTML in it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from html import escape
from math import sqrt
from typing import Any

from analytics import ONE_HALF, Threshold, coalition, concentration_curve
from psephos.results.history import Point
from psephos.results.positions import HOLDERS, Positions
from psephos.results.text import address, one_line
from psephos.results.wording import counted, percent, tokens

Picture = dict[str, Any]

INK, SOFT, RULE, SEA, FOUNDER = "#17191d", "#5b6068", "#e4e0d6", "#0b5a8a", "#b4531f"
CONFIG = {"showSendToCloud": False, "displaylogo": False, "responsive": True}
SHOWN = 60
GAP = 0.12


def pebbles(
    held: Positions,
    threshold: Threshold = ONE_HALF,
    *,
    founders: frozenset[bytes] = frozenset(),
    shown: int = SHOWN,
) -> Picture:
    """A pebble a holder, its area the weight, filled up to the smallest coalition.

    founders: holders drawn in the foundation's colour. The largest pebble is 1 high.
    """
    size = coalition(held.amounts, threshold) or 0
    largest = held.amounts[0] if held.amounts else 1
    radii = [sqrt(amount / largest) / 2 for amount in held.amounts[:shown]]
    centres, edge = [], 0.0
    for radius in radii:
        centres.append(edge + radius)
        edge += 2 * radius + GAP
    shapes = [
        _pebble(x, r, FOUNDER if who in founders else INK, filled=rank < size)
        for rank, (x, r, who) in enumerate(zip(centres, radii, held.holders, strict=False))
    ]
    if 0 < size <= len(centres):
        at = centres[size - 1] + radii[size - 1] + GAP / 2
        line = {"color": INK, "width": 1, "dash": "dot"}
        shapes.append({"type": "line", "x0": at, "x1": at, "y0": -0.7, "y1": 0.7, "line": line})
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": centres,
        "y": [0] * len(centres),
        "marker": {"size": 18, "opacity": 0},
        "hovertext": [_label(held, rank) for rank in range(len(centres))],
        "hoverinfo": "text",
    }
    layout = _layout(f"{counted(size, HOLDERS[held.kind], capital=True)} {_meets(threshold, size)}")
    layout |= {"shapes": shapes, "height": 210, "showlegend": False}
    hidden = {"visible": False, "fixedrange": True}
    layout["xaxis"] = hidden | {"range": [-GAP, max(edge, 1)]}
    layout["yaxis"] = hidden | {"scaleanchor": "x", "range": [-0.7, 0.7]}
    return {"data": [trace], "layout": layout, "config": CONFIG}


def concentration(held: Positions, *, shown: int = 2000) -> Picture:
    """Cumulative share by rank on a logarithmic axis, with lines at a third, half, two thirds."""
    points = concentration_curve(held.amounts, range(1, shown + 1))
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": [rank for rank, _ in points],
        "y": [float(share) for _, share in points],
        "line": {"color": SEA, "width": 2},
        "hovertemplate": "the %{x} largest hold %{y:.1%}<extra></extra>",
    }
    size = coalition(held.amounts, ONE_HALF) or 0
    layout = _layout(f"Half of it is with {counted(size, HOLDERS[held.kind])}")
    layout["shapes"] = [
        _level(float(at)) for at in (Fraction(1, 3), Fraction(1, 2), Fraction(2, 3))
    ]
    layout["xaxis"] = _axis(f"{HOLDERS[held.kind]}s by rank, largest first") | {"type": "log"}
    layout["yaxis"] = _axis("share") | {
        "range": [0, 1.02],
        "tickvals": [0, 1 / 3, 1 / 2, 2 / 3, 1],
        "ticktext": ["0", "⅓", "½", "⅔", "all"],
    }
    return {"data": [trace], "layout": layout, "config": CONFIG}


def steps(points: Sequence[Point], title: str, unit: str) -> Picture:
    """A value over time as a step line; what is undefined is a gap."""
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": [_utc(time) if time is not None else block for block, time, _ in points],
        "y": [None if value is None else float(value) for _, _, value in points],
        "customdata": [block for block, _, _ in points],
        "line": {"shape": "hv", "color": SEA, "width": 2},
        "connectgaps": False,
        "hovertemplate": "%{y} at block %{customdata}<extra></extra>",
    }
    layout = _layout(title)
    layout["xaxis"] = _axis("UTC")
    layout["yaxis"] = _axis(unit) | {"rangemode": "tozero"}
    return {"data": [trace], "layout": layout, "config": CONFIG}


def _pebble(x: float, r: float, colour: str, *, filled: bool) -> Picture:
    line = {"color": colour if filled else SOFT, "width": 1}
    fill = colour if filled else "rgba(0,0,0,0)"
    box = {"x0": x - r, "x1": x + r, "y0": -r, "y1": r}
    return {"type": "circle", **box, "line": line, "fillcolor": fill}


def _label(held: Positions, rank: int) -> str:
    who = held.owners[rank] or address(held.holders[rank])
    amount = tokens(held.amounts[rank], held.decimals)
    share = percent(Fraction(held.amounts[rank], held.total))
    return escape(one_line(f"{who}: {amount} {held.symbol}, {share}"))


def _meets(threshold: Threshold, count: int) -> str:
    """What a coalition has, not what it could decide: a picture knows no quorum."""
    much = "more than half" if threshold == ONE_HALF else str(threshold)
    return f"{'has' if count == 1 else 'have'} {much}"


def _level(share: float) -> Picture:
    line = {"color": RULE, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": share, "y1": share,
            "line": line, "layer": "below"}  # fmt: skip


def _layout(title: str) -> Picture:
    return {
        "title": {"text": escape(title), "x": 0.01, "font": {"size": 18}},
        "font": {"family": "Inter, sans-serif", "size": 12, "color": INK},
        "margin": {"l": 60, "r": 20, "t": 48, "b": 44},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "height": 360,
    }


def _axis(title: str) -> Picture:
    return {"title": {"text": escape(title)}, "gridcolor": RULE, "zeroline": False}


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")
