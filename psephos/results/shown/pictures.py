"""Charts as a notebook shows them: the forms of `psephos.results.shown.drawing`, with a title.

The row of pebbles is drawn here, since a page draws its own in HTML. What is drawn is what plotly
takes, without plotly. Text from the chain or from labels is escaped, because plotly reads a little
HTML in it.
"""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from math import sqrt

from analytics import ONE_HALF, Threshold, coalition
from psephos.results.history import Point
from psephos.results.positions import HOLDERS, Positions
from psephos.results.shown import drawing
from psephos.results.shown.drawing import LIGHT, Picture
from psephos.results.shown.flows import Flow
from psephos.results.shown.sankey import sankey
from psephos.results.shown.text import address, named, one_line
from psephos.results.shown.wording import counted, percent, plural, tokens

INK, SOFT, SHEET, FOUNDER = (LIGHT[name] for name in ("ink", "soft", "sheet", "founder"))
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


def concentration(held: Positions) -> Picture:
    """Cumulative share by rank on a logarithmic axis; where half is passed is named."""
    size = coalition(held.amounts, ONE_HALF) or 0
    noun = plural(HOLDERS[held.kind])[1]
    title = f"Half of it is with {counted(size, HOLDERS[held.kind])}"
    return _titled(drawing.curve(held, size, noun), title)


def steps(points: Sequence[Point], title: str, unit: str) -> Picture:
    """A value over time as a step line; what is undefined is a gap."""
    whole = all(value is None or isinstance(value, int) for _, _, value in points)
    return _titled(drawing.steps(points, unit, whole=whole), title)


def bars(names: Sequence[str], values: Sequence[float], title: str, unit: str) -> Picture:
    """One bar a name, such as a validator or a month."""
    trace = {
        "type": "bar",
        "x": [escape(one_line(name)) for name in names],
        "y": list(values),
        "marker": {"color": LIGHT["sea"]},
        "hovertemplate": f"%{{x}}<br>%{{y}} {escape(unit)}<extra></extra>",
    }
    layout = drawing.layout(
        xaxis=drawing.axis(type="category", showgrid=False, automargin=True),
        yaxis=drawing.axis(unit, rangemode="tozero"),
    )
    return _titled({"data": [trace], "layout": layout}, title)


def band(
    days: Sequence[str],
    low: Sequence[float | None],
    middle: Sequence[float | None],
    high: Sequence[float | None],
    title: str,
) -> Picture:
    """A line over time, and the band in which most of it lies."""
    edge = {"type": "scatter", "mode": "lines", "x": list(days), "line": {"width": 0}}
    line = {"color": LIGHT["sea"], "width": 2}
    traces = [
        edge | {"y": list(low), "hoverinfo": "skip"},
        edge | {"y": list(high), "fill": "tonexty", "fillcolor": LIGHT["sea-3"]},
        edge | {"y": list(middle), "line": line},
    ]
    layout = drawing.layout(xaxis=drawing.axis(type="date", showgrid=False), yaxis=drawing.axis())
    return _titled({"data": traces, "layout": layout}, title)


def flows(found: Sequence[Flow], title: str, decimals: int, symbol: str) -> Picture:
    """From whom votes come, and to whom they go."""
    form = sankey(found, decimals, symbol)
    layout = form["layout"] | {"title": _layout(title)["title"], "height": 460}
    return {"data": form["data"], "layout": layout | {"margin": {"t": 48}}, "config": CONFIG}


def _pebble(x: float, r: float, colour: str, *, filled: bool) -> Picture:
    line = {"color": colour if filled else SOFT, "width": 1}
    fill = colour if filled else "rgba(0,0,0,0)"
    box = {"x0": x - r, "x1": x + r, "y0": -r, "y1": r}
    return {"type": "circle", **box, "line": line, "fillcolor": fill}


def _label(held: Positions, rank: int) -> str:
    owner = held.owners[rank]
    who = named(owner) if owner else address(held.holders[rank])
    amount = tokens(held.amounts[rank], held.decimals)
    share = percent(Fraction(held.amounts[rank], held.total))
    return escape(one_line(f"{who}: {amount} {held.symbol}, {share}"))


def _meets(threshold: Threshold, count: int) -> str:
    """What a coalition has, not what it could decide: a picture knows no quorum."""
    much = "more than half" if threshold == ONE_HALF else str(threshold)
    return f"{'has' if count == 1 else 'have'} {much}"


def _titled(form: Picture, title: str) -> Picture:
    """A form as a notebook shows it: with its title, on its own ground, to be zoomed."""
    layout = form["layout"] | _layout(title) | {"dragmode": "zoom"}
    for name in ("xaxis", "yaxis"):
        layout[name] = layout[name] | {"fixedrange": False}
    return {"data": form["data"], "layout": layout, "config": CONFIG}


def _layout(title: str) -> Picture:
    return {
        "title": {"text": escape(title), "x": 0.01, "font": {"size": 18}},
        "font": {"family": "Inter, sans-serif", "size": 12, "color": INK},
        "margin": {"l": 60, "r": 20, "t": 48, "b": 44},
        "paper_bgcolor": SHEET,
        "plot_bgcolor": SHEET,
        "height": 360,
        "showlegend": False,
    }
