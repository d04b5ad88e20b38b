"""Charts on a page: how one is shown, and the form that only the site draws.

The forms that notebooks draw too are in `psephos.results.shown.drawing`. `chart` is the only
place where a `dcc.Graph` is made; tests hold every form valid by `go.Figure(form)`.
"""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from psephos.results.shown.drawing import LIGHT, PARTS, Picture, axis, layout
from psephos.results.voting.proposals import Proposal

CONFIG: Any = {
    "showSendToCloud": False,
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
    "doubleClick": False,
}


def chart(picture: Picture, words: str, *, form: str, height: int = 300) -> Component:
    """A picture on the page. `words` say for a screen reader what it shows."""
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
        ]
    )


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
