"""The form of flows between two columns: what leaves on the left arrives on the right.

Drawn from filled lines alone, which the smallest build of plotly has: its own Sankey comes only
with 3.6 MB of other charts, which every reader's browser had to read (decision 344). Nothing is
laid out but two columns, so there is nothing to solve: nodes stand in the order they are given,
and bands leave and arrive in the order of what they lead to, so that none crosses another of its
own node.
"""

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from psephos.results.shown.drawing import LIGHT, Picture, layout
from psephos.results.shown.flows import NOBODY, Flow, ends
from psephos.results.shown.wording import tokens

BANDS = {"sea": "rgba(91,157,196,0.45)", "founder": "rgba(180,83,31,0.45)",
         "nobody": "rgba(185,180,168,0.35)"}  # fmt: skip
"""Colours of bands between nodes: those of their ends, so thin that the ends stay in sight."""

GAP = 0.035
"""Between two nodes of a column, of the height."""
THICK = 0.014
"""A node, of the width."""
STEPS = 24
"""Points on each edge of a band."""
SPAN = tuple[float, float]


def sankey(found: Sequence[Flow], decimals: int, symbol: str) -> Picture:
    """Flows between two columns; the foundation's in its colour, what goes to nobody pale.

    A trace for each band, then one for each node; heights are proportional to amounts, and only
    what is drawn is a float: amounts are told exactly, in `meta` of each band: (from, to, amount).
    """
    left, right = ends(found)
    whole = sum(flow.amount for flow in found)
    sums = [
        {name: sum(flow.amount for flow in found if end(flow) == name) for name in names}
        for names, end in ((left, _source), (right, _target))
    ]
    room = 1 - GAP * (max(len(left), len(right), 1) - 1)
    starts, arrives = (_column(one, whole, room) for one in sums)
    bands = _bands(found, left, right, starts, arrives, whole, room)
    data = [_band(flow, bands[flow], f"{tokens(flow.amount, decimals)} {symbol}".strip())
            for flow in found]  # fmt: skip
    data += [_node(name, starts[name], 0.0, _colour(name, left=True)) for name in left]
    data += [_node(name, arrives[name], 1 - THICK, _colour(name, left=False)) for name in right]
    notes = [_label(name, starts[name], left=True) for name in left]
    notes += [_label(name, arrives[name], left=False) for name in right]
    hidden = {"visible": False, "fixedrange": True}
    return {
        "data": data,
        "layout": layout(
            margin={"l": 4, "r": 4, "t": 8, "b": 8},
            xaxis={**hidden, "range": [0, 1]},
            yaxis={**hidden, "range": [0, 1]},
            annotations=notes,
        ),
    }


def _source(flow: Flow) -> str:
    return flow.source


def _target(flow: Flow) -> str:
    return flow.target


def _column(sums: dict[str, int], whole: int, room: float) -> dict[str, SPAN]:
    """(bottom, top) of every node, from the top down, centred."""
    top = 1 - (1 - room - GAP * (len(sums) - 1)) / 2
    found = {}
    for name, amount in sums.items():
        height = room * float(Fraction(amount, whole))
        found[name] = (top - height, top)
        top -= height + GAP
    return found


def _bands(
    found: Sequence[Flow],
    left: Sequence[str],
    right: Sequence[str],
    starts: dict[str, SPAN],
    arrives: dict[str, SPAN],
    whole: int,
    room: float,
) -> dict[Flow, tuple[SPAN, SPAN]]:
    """Where each band leaves and arrives: (bottom, top) of both of its ends."""
    tops = ({name: span[1] for name, span in starts.items()},
            {name: span[1] for name, span in arrives.items()})  # fmt: skip
    bands: dict[Flow, tuple[SPAN, SPAN]] = {}
    for flow in sorted(found, key=lambda one: (left.index(one.source), right.index(one.target))):
        height = room * float(Fraction(flow.amount, whole))
        spans = []
        for top, name in zip(tops, (flow.source, flow.target), strict=True):
            spans.append((top[name] - height, top[name]))
            top[name] -= height
        bands[flow] = (spans[0], spans[1])
    return bands


def _band(flow: Flow, spans: tuple[SPAN, SPAN], amount: str) -> Picture:
    """A band: its upper edge from left to right, its lower one back."""
    (low, high), (low_there, high_there) = spans
    steps = [step / STEPS for step in range(STEPS + 1)]
    across = [THICK + (1 - 2 * THICK) * step for step in steps]
    eased = [step * step * (3 - 2 * step) for step in steps]
    upper = [high + (high_there - high) * part for part in eased]
    lower = [low + (low_there - low) * part for part in eased]
    kind = (
        "founder" if flow.source == "foundation" else "nobody" if flow.target == NOBODY else "sea"
    )
    words = f"{escape(flow.source)} to {escape(flow.target)}"
    return {
        **_filled([*across, *reversed(across)], [*upper, *reversed(lower)], BANDS[kind]),
        "name": words,
        "text": f"{words}<br>{amount}",
        "meta": [flow.source, flow.target, amount],
    }


def _node(name: str, span: SPAN, x: float, colour: str) -> Picture:
    low, high = span
    box = _filled([x, x + THICK, x + THICK, x], [low, low, high, high], colour)
    return {**box, "name": escape(name), "text": escape(name)}


def _filled(x: list[float], y: list[float], colour: str) -> Picture:
    shape = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself"}
    return {**shape, "x": x, "y": y, "fillcolor": colour, "hoveron": "fills", "hoverinfo": "text"}


def _colour(name: str, *, left: bool) -> str:
    if left:
        return LIGHT["founder"] if name == "foundation" else LIGHT["faint"]
    return LIGHT["rule"] if name == NOBODY else LIGHT["sea"]


def _label(name: str, span: SPAN, *, left: bool) -> Picture:
    side = {"x": THICK, "xanchor": "left", "xshift": 4} if left else {
        "x": 1 - THICK, "xanchor": "right", "xshift": -4}  # fmt: skip
    middle = {"y": sum(span) / 2, "yanchor": "middle", "showarrow": False}
    return {**side, **middle, "text": escape(name), "font": {"size": 12, "color": LIGHT["ink"]}}
