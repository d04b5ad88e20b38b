"""Charts on a page: how one is shown, and the form that only the site draws.

The forms that notebooks draw too are in `psephos.results.shown.drawing`. `chart` is the only
place where a `dcc.Graph` is made; tests hold every form valid by `go.Figure(form)`.
"""

from collections.abc import Sequence
from fractions import Fraction
from html import escape, unescape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from psephos.results.shown.drawing import LIGHT, PARTS, Picture, axis, layout
from psephos.results.shown.text import number
from psephos.results.voting.proposals import Proposal

CONFIG: Any = {
    "showSendToCloud": False,
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
    "doubleClick": False,
}
POINTS = 40
"""Rows of the table beneath a picture."""
AXES = {"xaxis": "x", "yaxis": "value"}


def chart(picture: Picture, words: str, *, form: str, height: int = 300) -> Component:
    """A picture on the page. `words` say for a screen reader what it shows; a table beneath it,
    folded away, has the points it is drawn from."""
    return html.Figure(
        [
            dcc.Graph(
                figure=picture,
                config=CONFIG,
                responsive=True,
                className=f"chart {form}",
                style={"height": height},
            ),
            html.Figcaption(words, className="unseen"),
            told(picture, words),
        ]
    )


def overlaid(now: Picture, was: Picture, words: tuple[str, str]) -> Picture:
    """A curve with the same curve at another block, dashed, on top; `words` name both.

    Both are drawn by one form, whose last line is its curve.
    """
    lines = [[one for one in picture["data"] if one.get("mode") == "lines"][-1]
             for picture in (now, was)]  # fmt: skip
    named = {"name": words[0]}
    dashed = {
        **{key: value for key, value in lines[1].items() if not key.startswith("fill")},
        "line": {"color": LIGHT["soft"], "width": 1.5, "dash": "dash"},
        "name": words[1],
    }
    data = [{**one, **named} if one is lines[0] else one for one in now["data"]]
    return {**now, "data": [*data, dashed]}


def told(picture: Picture, words: str) -> Component | None:
    """The points of a picture as a table; of many, as many as a reader can take in."""
    heads, points = points_of(picture)
    if not points:
        return None
    step = -(-len(points) // POINTS)
    some = [*points[::step], *([points[-1]] if (len(points) - 1) % step else [])]
    more = f" ({len(some)} of {number(len(points))} points; the CSV has all)" if step > 1 else ""
    rows = [html.Tr([html.Td(cell) for cell in row]) for row in some]
    head = html.Thead(html.Tr([html.Th(name) for name in heads]))
    table = html.Table([html.Caption(f"{words}{more}"), head, html.Tbody(rows)], className="plain")
    return html.Details([html.Summary("as a table"), html.Div(table)], className="points")


def points_of(picture: Picture) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(heads, rows) of what is drawn: bands of flows, else x, y and the series' name."""
    rows: list[tuple[str, ...]] = []
    for trace in picture["data"]:
        if "meta" in trace:
            flows = [tuple(one["meta"]) for one in picture["data"] if "meta" in one]
            return ("from", "to", "amount"), flows
        if trace.get("hoverinfo") != "skip":
            name = trace.get("name", "")
            pairs = zip(trace["x"], trace["y"], strict=True)
            rows += [(_cell(x), _cell(y), name) for x, y in pairs]
    title = {axis_: picture["layout"].get(axis_, {}).get("title", {}) for axis_ in AXES}
    heads = [unescape(title[axis_].get("text", "")) or word for axis_, word in AXES.items()]
    if not any(row[2] for row in rows):
        return tuple(heads), [row[:2] for row in rows]
    return (*heads, "of"), rows


def _cell(value: Any) -> str:
    if value is None:
        return "undefined"
    if isinstance(value, float):
        return number(round(value)) if abs(value) >= 10_000 else f"{value:.4g}"
    return str(value)


def turnout_bars(voted: Sequence[Proposal], times: Sequence[str]) -> Picture:
    """Two bars a proposal: turnout of the supply inside turnout of the delegated power."""
    places = list(range(1, len(voted) + 1))
    names = [escape(f"{one.title[:60]}, {time}") for one, time in zip(voted, times, strict=True)]

    def bars(shares: Sequence[Fraction | None], base: str, width: float, colour: str) -> Picture:
        return {
            "type": "bar",
            "x": places,
            "y": [None if share is None else float(share) for share in shares],
            "width": width,
            "name": f"of the {base}",
            "marker": {"color": colour, "line": {"color": LIGHT["sea"], "width": 1}},
            "customdata": names,
            "hovertemplate": f"%{{customdata}}<br>%{{y:.1%}} of the {base}<extra></extra>",
        }

    return {
        "data": [
            bars([one.turnout.delegated for one in voted], "delegated power", 0.7, LIGHT["sheet"]),
            bars([one.turnout.supply for one in voted], "supply", 0.36, LIGHT["sea"]),
        ],
        "layout": layout(
            barmode="overlay",
            xaxis=axis("proposals, oldest first", showgrid=False, dtick=1 + len(voted) // 15),
            yaxis=axis(range=[0, 1.03], **PARTS),
        ),
    }
