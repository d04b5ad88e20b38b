"""The signature chart: a row of pebbles, largest first, that answers who could decide alone.

Area is weight. Filled are those of the smallest coalition beyond the threshold; a dashed line
stands where it is crossed; the foundation's pebbles have a colour of their own. The row is plain
HTML drawn by the browser's own arithmetic: one length, `--unit`, is the diameter of the largest
pebble, as large as lets the coalition and the words beside its line fit. A phone shows fewer
pebbles, and text has its own size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from dash import html
from dash.development.base_component import Component

from analytics import ONE_HALF, coalition
from dashboards.cards import aria
from psephos.results.labels.foundation import mostly
from psephos.results.positions import HOLDERS, Positions
from psephos.results.shown.text import address, named, number, one_line
from psephos.results.shown.wording import counted, percent, plural, tokens

SHOWN = 64
SMALLEST = 0.05
"""Of the largest diameter: what would be drawn smaller is left out."""


@dataclass(frozen=True, slots=True)
class Pebble:
    """One holder: diameter as a share of the largest, and what is said of it."""

    size: float
    filled: bool
    founder: bool
    words: str


def row(held: Positions, founders: Mapping[bytes, int], size: int) -> list[Pebble]:
    """The pebbles to draw, the `size` largest of them filled.

    founders: of each holder's amount, how much is the foundation's; a pebble most of which is has
    its colour.
    """
    largest = held.amounts[0] if held.amounts else 1
    drawn = []
    for rank, (holder, amount) in enumerate(zip(held.holders[:SHOWN], held.amounts, strict=False)):
        diameter = sqrt(Fraction(amount, largest))
        if diameter < SMALLEST and rank >= size:
            break
        founder = mostly(founders.get(holder, 0), amount)
        drawn.append(Pebble(max(diameter, 0.02), rank < size, founder, label(held, rank)))
    return drawn


def label(held: Positions, rank: int) -> str:
    """Who it is, how much, and which share of the whole."""
    owner = held.owners[rank]
    who = named(owner) if owner else address(held.holders[rank])
    amount = tokens(held.amounts[rank], held.decimals)
    share = percent(Fraction(held.amounts[rank], held.total))
    return one_line(f"{who}: {amount} {held.symbol}, {share}")


def pebbles(
    held: Positions,
    founders: Mapping[bytes, int],
    *,
    size: int | None = None,
    beyond: str = "more than half",
    noun: str = "",
) -> Component:
    """The row, with the line's words: `beyond` above it, the numbers of both sides below.

    size: how many are filled, as a figure says it; none given: the smallest coalition beyond half.
    """
    size = size or coalition(held.amounts, ONE_HALF) or 0
    drawn = row(held, founders, size)
    one = noun or HOLDERS[held.kind]
    inside = [pebble for pebble in drawn if pebble.filled]
    others = len(held) - size
    marks: list[Component] = [mark(pebble) for pebble in drawn]
    if len(inside) == size:
        marks.insert(size, line(beyond, f"{number_of(others, one)}"))
    style = {
        "--sum": f"{sum(p.size for p in inside) + 0.2:.3f}",
        "--count": str(len(inside)),
    }
    hold = "holds" if size == 1 else "hold"
    whole = f"{counted(size, one, capital=True)} of {len(held)} {hold} {beyond}"
    return html.Div(
        [
            html.Div(
                html.Div(marks, className="pebble-row", style=style),
                className="pebbles",
                role="img",
                **aria(whole),
            ),
            html.P(
                [html.B(number_of(size, one)), rest(len(inside), size)], className="pebble-count"
            ),
            legend(drawn),
        ]
    )


def number_of(count: int, one: str) -> str:
    """`7 delegates`, in digits."""
    return f"{number(count)} {plural(one)[count != 1]}"


def rest(drawn: int, size: int) -> str:
    return f", the {drawn} largest of them drawn" if drawn < size else ""


def mark(pebble: Pebble) -> Component:
    """One pebble; its words appear when it is pointed at."""
    name = "pebble" + " full" * pebble.filled + " founder" * pebble.founder
    return html.I(className=name, title=pebble.words, style={"--size": f"{pebble.size:.3f}"})


def line(beyond: str, others: str) -> Component:
    """The dashed line where the threshold is crossed."""
    return html.Span(
        [html.Span(beyond, className="above"), html.Span(f"{others} more", className="below")],
        className="pebble-line",
    )


def legend(drawn: Sequence[Pebble]) -> Component:
    """What the fillings mean, only of what is drawn."""
    entries = [("full", "in the coalition")]
    if any(pebble.founder for pebble in drawn):
        entries.append(("full founder", "mostly delegated by the foundation (declared)"))
    if any(not pebble.filled for pebble in drawn):
        entries.append(("", "others"))
    return html.Ul(
        [html.Li([html.I(className=f"dot {name}".strip()), words]) for name, words in entries],
        className="legend",
    )
