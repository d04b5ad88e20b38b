"""Forms of charts, drawn once for site and notebook: concentration curve, step line, Lorenz curve.

A form is a plain dictionary that plotly draws as it is: building `go.Figure` objects costs more
than everything else a page does. It has no title: on a page that is the card's, in a notebook
`psephos.results.shown.pictures` adds it. Text from the chain or from labels is escaped, because
plotly reads a little HTML in it. The colours are the light ones of the site's style sheet.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from html import escape
from math import log10
from typing import Any

from analytics import Value, concentration_curve, lorenz
from psephos.results.history import Point
from psephos.results.positions import Positions
from psephos.results.shown.text import number
from psephos.results.shown.wording import percent

Picture = dict[str, Any]
LIGHT = {
    "ink": "#17191d", "soft": "#5b6068", "faint": "#8a8f97", "rule": "#e4e0d6",
    "sheet": "#ffffff", "sea": "#0b5a8a", "sea-3": "#b9d6e6", "founder": "#b4531f",
}  # fmt: skip
"""Colours by what they are for."""

POINTS = 240
THIRDS: Picture = {"tickvals": [1 / 3, 1 / 2, 2 / 3, 1], "ticktext": ["1/3", "1/2", "2/3", "all"]}
PARTS: Picture = {"tickvals": [0.25, 0.5, 0.75, 1], "ticktext": ["25 %", "50 %", "75 %", "100 %"]}

FONT = {"family": "Inter, sans-serif", "size": 12, "color": LIGHT["soft"]}


DATED = {"l": 44, "r": 16, "t": 14, "b": 52}
"""Margins around an axis of time."""


def layout(**changes: Any) -> Picture:
    """What every chart has in common; no title, since the card's own is the finding."""
    return {
        "font": FONT,
        "margin": {"l": 44, "r": 16, "t": 14, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": "Inter, sans-serif", "size": 12}, "align": "left"},
        "dragmode": False,
        **changes,
    }


def axis(title: str = "", **changes: Any) -> Picture:
    """A quiet axis: hairlines, nothing to drag. `title` is words, not HTML."""
    return {
        "title": {"text": escape(title), "font": {"size": 12}, "standoff": 8},
        "gridcolor": LIGHT["rule"],
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
        "automargin": False,
        "ticks": "",
        "tickfont": {"size": 12},
        **changes,
    }


def dated(title: str) -> Picture:
    """An axis of time; its days keep below the lowest number of the other axis."""
    return axis(title, type="date", showgrid=False, nticks=5, tickformat="%-d %b\n%Y",
                ticklabelstandoff=7)  # fmt: skip


def ranks(count: int, points: int = POINTS) -> list[int]:
    """Up to `points` ranks from 1 to `count`, every one of the first and then evenly by ratio."""
    if count <= points:
        return list(range(1, count + 1))
    ratio = (count / 20) ** (1 / (points - 20))
    later = {round(20 * ratio**step) for step in range(points - 19)}
    return sorted({*range(1, 21), *later, count})


def curve(held: Positions, size: int, noun: str) -> Picture:
    """Cumulative share by rank, log axis; the point where half is passed is named."""
    points = concentration_curve(held.amounts, at=ranks(len(held)))
    shares = [float(share) for _, share in points]
    data: list[Picture] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [rank for rank, _ in points],
            "y": shares,
            "line": {"color": LIGHT["sea"], "width": 2},
            "hovertemplate": f"the %{{x}} largest {escape(noun)}<br>%{{y:.1%}}<extra></extra>",
        }
    ]
    notes = []
    if size:
        share = Fraction(sum(held.amounts[:size]), held.total)
        data.append(_dot(size, float(share)))
        notes.append(_note(size, float(share), f"{size:,} hold {percent(share)}", len(held)))
    return {
        "data": data,
        "layout": layout(
            xaxis=axis(
                f"{noun} by rank, largest first", type="log", showgrid=False, **_decades(len(held))
            ),
            yaxis=axis(range=[0, 1.03], **THIRDS),
            annotations=notes,
        ),
    }  # fmt: skip


def steps(points: Sequence[Point], unit: str, *, whole: bool) -> Picture:
    """A value over time as a step line; what is undefined is a gap."""
    size, words = scale(max((value for _, _, value in points if value is not None), default=1))
    unit = f"{words} {unit}".strip()
    known = [float(value) / size for _, _, value in points if value is not None]
    top = max(known, default=1.0)
    whole = whole and size == 1
    data: list[Picture] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [_utc(time) if time is not None else None for _, time, _ in points],
            "y": [None if value is None else float(value) / size for _, _, value in points],
            "customdata": [number(block) for block, _, _ in points],
            "line": {"shape": "hv", "color": LIGHT["sea"], "width": 2},
            "connectgaps": False,
            "hovertemplate": (
                f"%{{y{'' if whole else ':.4f'}}} {escape(unit)}<br>"
                "%{x|%-d %b %Y %H:%M} UTC, block %{customdata}<extra></extra>"
            ),
        }
    ]
    if points and points[-1][2] is not None and points[-1][1] is not None:
        data.append(_dot(_utc(points[-1][1]), float(points[-1][2]) / size))
    return {
        "data": data,
        "layout": layout(
            margin=DATED,
            xaxis=dated("UTC"),
            yaxis=axis(words, range=[0, top * 1.12 or 1], nticks=5,
                       **({"tickformat": ",d"} if whole and top >= 4 else {})),
        ),
    }  # fmt: skip


def scale(largest: Value) -> tuple[int, str]:
    """By what values are divided so that an axis can carry them, and how that is said."""
    for size, words in ((10**9, "billion"), (10**6, "million")):
        if largest is not None and largest >= size:
            return size, words
    return 1, ""


def lorenz_curve(held: Positions, noun: str) -> Picture:
    """Share of the whole by share of holders, poorest first, beside the line of equality."""
    at = sorted({round(len(held) * step / POINTS) for step in range(POINTS + 1)})
    tail = range(max(len(held) - 40, 0), len(held) + 1)
    points = lorenz(held.amounts, at=sorted({*at, *tail}))
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [0, 1],
                "y": [0, 1],
                "line": {"color": LIGHT["faint"], "width": 1, "dash": "dot"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "x": [float(share) for share, _ in points],
                "y": [float(share) for _, share in points],
                "fill": "tonexty",
                "fillcolor": LIGHT["sea-3"],
                "line": {"color": LIGHT["sea"], "width": 2},
                "hovertemplate": (
                    f"the poorest %{{x:.1%}} of {escape(noun)}<br>have %{{y:.2%}}<extra></extra>"
                ),
            },
        ],
        "layout": layout(
            xaxis=axis(f"share of {noun}, poorest first", range=[0, 1.01], showgrid=False, **PARTS),
            yaxis=axis(range=[0, 1.03], **PARTS),
        ),
    }  # fmt: skip


def bars(names: Sequence[str], values: Sequence[float], unit: str, *, over: str = "day") -> Picture:
    """One bar a day: a flow, not a state. `names` are days as ISO text."""
    return {
        "data": [
            {
                "type": "bar",
                "x": list(names),
                "y": list(values),
                "marker": {"color": LIGHT["sea"]},
                "hovertemplate": f"%{{x|%-d %b %Y}}<br>%{{y}} {escape(unit)}<extra></extra>",
            }
        ],
        "layout": layout(
            margin=DATED,
            xaxis=dated(over),
            yaxis=axis(rangemode="tozero", nticks=5),
            bargap=0.25,
        ),
    }


def _dot(x: Any, y: float) -> Picture:
    """The point that the words beside it are about."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {"color": LIGHT["sea"], "size": 9},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _note(rank: int, share: float, words: str, count: int) -> Picture:
    """Words at a point of a curve, on the side where there is room."""
    left = log10(rank) > 0.55 * log10(max(count, 2))
    return {
        "x": log10(rank),
        "y": share,
        "text": f"<b>{escape(words)}</b>",
        "showarrow": False,
        "xanchor": "right" if left else "left",
        "yanchor": "bottom" if left else "top",
        "xshift": -10 if left else 10,
        "yshift": 4 if left else -4,
        "font": {"size": 12, "color": LIGHT["ink"]},
    }


def _decades(count: int) -> Picture:
    """Ticks at 1, 2, 5, 10, 20 … or, for many, at powers of ten."""
    steps_ = (1, 2, 5) if count <= 400 else (1,)
    marks = [m * 10**e for e in range(8) for m in steps_ if m * 10**e <= max(count, 1)]
    return {"tickvals": marks, "ticktext": [number(mark) for mark in marks]}


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")
