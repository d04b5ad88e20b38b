"""What a figure is, in words: its formula, who is counted, and what stands under it.

Formulas are written twice, as text and as LaTeX, because a terminal shows one and a notebook the
other; a test holds that every measure has both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import punctuation

from analytics import PARTICIPATION, Measure
from psephos.evidence.level import Level
from psephos.results.bases import OF_BASES
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, Figure
from psephos.results.shown.text import display, number

_SHARE = r"\frac{\sum_{i \le %d} x_i}{\sum_i x_i}, \quad x_1 \ge x_2 \ge \dots"
_NAKAMOTO = r"\min \lvert S \rvert : \sum_{i \in S} x_i > \tfrac{%s}{%s} \sum_i x_i"
_TURNOUT = r"\frac{\sum \text{cast}}{\text{%s}}"

LATEX: Mapping[str, str] = {
    "holders": r"n = \lvert \{ i : x_i > 0 \} \rvert",
    "total": r"\sum_i x_i",
    "nakamoto_one_third": _NAKAMOTO % (1, 3),
    "nakamoto_one_half": _NAKAMOTO % (1, 2),
    "nakamoto_two_thirds": _NAKAMOTO % (2, 3),
    "hhi": r"\sum_i p_i^2, \quad p_i = x_i / \sum_j x_j",
    "effective_number": r"\frac{(\sum_i x_i)^2}{\sum_i x_i^2}",
    "top_1": _SHARE % 1,
    "top_3": _SHARE % 3,
    "top_5": _SHARE % 5,
    "top_10": _SHARE % 10,
    "shannon": r"-\sum_i p_i \log_2 p_i, \quad p_i = x_i / \sum_j x_j",
    "gini": r"\frac{\sum_i \sum_j \lvert x_i - x_j \rvert}{2 n \sum_i x_i}",
    "theil": r"\frac{1}{n} \sum_i \frac{x_i}{\mu} \ln \frac{x_i}{\mu}, \quad \mu = \sum_i x_i / n",
    "turnout_supply": _TURNOUT % "supply at the snapshot",
    "turnout_delegated": _TURNOUT % "delegated power at the snapshot",
    "turnout_heads": r"\frac{\text{voters with power}}{\text{delegates with power}}",
    "quorum_reach": r"\frac{\sum \text{counted votes}}{\text{quorum at the snapshot}}",
    "delegated_share": r"\frac{\sum_i x_i}{\text{supply}}",
    "locked_share": r"\frac{\sum_i x_i}{\text{supply}}",
    "decisive": r"\min \lvert S \rvert : \sum_{i \in S} x_i > \tfrac{1}{2} \sum_i x_i, "
    r"\ \sum_{i \in S} x_i \ge \text{quorum}",
    "flip_set": r"\min k : \text{the outcome turns if the } k \text{ largest winners change sides}",
}
COLUMN = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")
"""A column of an event table, as evidence names it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure explained; shown as text in a terminal and as HTML with LaTeX in a notebook."""

    figure: Figure

    @property
    def latex(self) -> str:
        """The formula; of a study's figure in its own words, which are no formula."""
        return LATEX.get(self.figure.measure) or rf"\text{{{self.figure.title}}}"

    @property
    def sql(self) -> tuple[str, ...]:
        """A query for each event table under the figure: its rows, as `r.sql` gives them."""
        found: dict[str, list[str]] = {}
        for column in self.figure.evidence.columns:
            if known := COLUMN.fullmatch(column):
                found.setdefault(known[1], []).append(known[2])
        return tuple(
            f"SELECT block_number, {', '.join(names)} FROM {table} "
            f"WHERE block_number <= {self.figure.block} ORDER BY ALL"
            for table, names in found.items()
        )

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """(word, text) of everything there is to say, in the order of the way down."""
        figure, under = self.figure, self.figure.evidence
        found = [
            ("value", figure.said),
            ("exactly", "undefined" if figure.value is None else str(figure.value)),
            ("formula", figure.definition),
            ("counted", f"{figure.population}; {number(figure.count)} in all"),
            ("sensitive to", _said(figure, "sensitive")),
            ("blocks", f"{number(under.first)} to {number(under.last)}"),
            ("level", f"{pebbles(under.level)} {under.words}"),
            ("columns", ", ".join(under.columns)),
            *(("rows", query) for query in self.sql),
            ("declared", "; ".join(under.declared)),
            ("release", under.release),
            ("figure", figure.id),
            ("reference", _said(figure, "reference")),
        ]
        if figure.interval:
            found.insert(2, ("interval", f"{figure.interval.text} {figure.interval.words}"))
        if figure.undefined:
            found.insert(2, ("undefined", figure.undefined))
        if figure.provisional:
            found.insert(1, ("provisional", "told by blocks that are not final: it may change"))
        return tuple((word, display(text.replace("\n", " "))) for word, text in found if text)

    def __str__(self) -> str:
        width = max(len(word) for word, _ in self.lines)
        body = [f"{word:<{width}}  {text}" for word, text in self.lines]
        return "\n".join([self.figure.title, *body])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        rows = [f"| {word} | {cell(text)} |" for word, text in self.lines]
        head = [f"**{cell(self.figure.title)}**", "", f"$${self.latex}$$", "", "| | |", "|---|---|"]
        return "\n".join([*head, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left;font-weight:600'>{escape(word)}</th>"
            f"<td style='text-align:left' class='mathjax_ignore tex2jax_ignore'>"
            f"{escape(text)}</td></tr>"
            for word, text in self.lines
        )
        return (
            f"<p><strong>{escape(self.figure.title)}</strong></p><p>$${escape(self.latex)}$$</p>"
            f"<table>{rows}</table>"
        )


def pebbles(level: str | None) -> str:
    """The level as three pebbles: ●○○ seen, ●●○ complete, ●●● anchored."""
    filled = Level.named(level) if level else 0
    return "●" * filled + "○" * (3 - filled)


def _said(figure: Figure, what: str) -> str:
    """What the measure says of itself; a study's figure is defined in its own words alone."""
    known: Mapping[str, Measure] = {**OF_POSITIONS, **OF_BASES}
    if figure.kind == "proposal":
        known = {name: PARTICIPATION[of] for name, of in OF_PROPOSALS.items()}
    return str(getattr(known[figure.measure], what)) if figure.measure in known else ""


def cell(text: str) -> str:
    """Text as Markdown shows it and nothing else: no mark-up, no HTML, no link, no formula.

    Every punctuation mark is written as a character reference, which is never mark-up.
    """
    marked = (
        f"&#{ord(mark)};" if mark in punctuation else mark for mark in " ".join(text.split("\n"))
    )
    return f'<span class="mathjax_ignore tex2jax_ignore">{"".join(marked)}</span>'
