"""What a notebook shows: a figure as a card, positions as a frame, a chart. All text is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from psephos.results.figures import Figure
from psephos.results.labels.entities import Entities
from psephos.results.positions import HOLDERS, TITLES, Positions
from psephos.results.shown.drawing import Picture
from psephos.results.shown.explain import Explanation, pebbles
from psephos.results.shown.frames import amounts, frame
from psephos.results.shown.pictures import CONFIG
from psephos.results.shown.text import address, named, number, one_line
from psephos.results.shown.wording import counted, percent, tokens
from psephos.results.studies.shape import Study
from psephos.store.reader import Release

MIME = "application/vnd.plotly.v1+json"
UNTOUCHED = "class='mathjax_ignore tex2jax_ignore'"
SHOWN = 12


def hexed(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with its columns of bytes as `0x…` text."""
    columns = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    texts = [("0x" + pl.col(name).bin.encode("hex")).alias(name) for name in columns]
    return frame.with_columns(texts)


@dataclass(frozen=True, slots=True)
class Card:
    """A figure: its value, and everything that stands under it."""

    figure: Figure

    @property
    def value(self) -> int | Fraction | float | None:
        """Exact where it is rational; None where it is undefined."""
        return self.figure.value

    def explain(self) -> Explanation:
        """Formula, population and evidence."""
        return Explanation(self.figure)

    def __repr__(self) -> str:
        figure = self.figure
        return f"{figure.title}: {figure.said} ({_footer(figure)})"

    def _repr_html_(self) -> str:
        figure = self.figure
        beside = figure.said.removeprefix(figure.text)
        return (
            f"<div {UNTOUCHED} style='font-family:Inter,sans-serif;border:1px solid #e4e0d6;"
            "border-radius:10px;padding:16px 20px;max-width:44em;color:#17191d;background:#fff'>"
            f"<div style='font-size:13px;color:#5b6068'>{escape(figure.title)}</div>"
            f"<div style='font-family:Newsreader,serif;font-size:34px'>{escape(figure.text)}"
            f"<span style='font-size:18px;color:#5b6068'>{escape(beside)}</span></div>"
            f"<div style='font-size:13px;color:#5b6068'>{escape(figure.population)}</div>"
            "<div style='font-size:12px;border-top:1px solid #e4e0d6;margin-top:10px;"
            f"padding-top:8px'>{escape(_footer(figure))}</div></div>"
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Positions with their frame; everything `psephos.results.positions.Positions` has.

    `release` and `labels` are those they were read from, for `ps.figure`.
    """

    positions: Positions
    release: Release | None = None
    labels: Entities | None = None

    def __len__(self) -> int:
        return len(self.positions)

    def __getattr__(self, name: str) -> Any:
        if name in Held.__slots__:  # not set yet: a copy is being made
            raise AttributeError(name)
        return getattr(self.positions, name)

    @property
    def frame(self) -> pl.DataFrame:
        """rank, holder, owner, `amount_strk` (exact, in the token that the column names), share (a
        float, for reading). Where the token is not known it is `amount_smallest_unit`.
        """
        held = self.positions
        whole = held.total or 1
        amount = amounts("amount", held.amounts, held.decimals, held.symbol)
        return pl.DataFrame(
            {
                "rank": range(1, len(held) + 1),
                HOLDERS[held.kind]: [address(holder) for holder in held.holders],
                "owner": list(held.owners),
                amount.name: amount,
                "share": [one / whole for one in held.amounts],
            },
            schema={
                "rank": pl.Int64,
                HOLDERS[held.kind]: pl.String,
                "owner": pl.String,
                amount.name: amount.dtype,
                "share": pl.Float64,
            },
        )

    def __repr__(self) -> str:
        held = self.positions
        if held.undefined:
            return f"{TITLES[held.kind]} of {held.dataset}: undefined, {held.undefined}"
        who = counted(len(held), HOLDERS[held.kind])
        return (
            f"{TITLES[held.kind]} of {held.dataset} at block {number(held.block)}: {who}, "
            f"{tokens(held.total, held.decimals)} {held.symbol}".rstrip()
        )

    def _repr_html_(self) -> str:
        held = self.positions
        rows = "".join(
            f"<tr><td>{rank}</td><td style='text-align:left'><code>{address(holder)}</code></td>"
            f"<td style='text-align:left'>{escape(named(owner or ''))}</td>"
            f"<td>{tokens(amount, held.decimals)}</td>"
            f"<td>{percent(Fraction(amount, held.total))}</td></tr>"
            for rank, (holder, amount, owner) in enumerate(
                zip(held.holders[:SHOWN], held.amounts, held.owners, strict=False), start=1
            )
        )
        head = f"<tr><th></th><th>{HOLDERS[held.kind]}</th><th>owner (declared)</th><th>"
        head += f"{escape(one_line(held.symbol))}</th><th>share</th></tr>"
        return f"<p {UNTOUCHED}>{escape(repr(self))}</p><table {UNTOUCHED}>{head}{rows}</table>"


@dataclass(frozen=True, slots=True)
class Studied:
    """A study: its figures by name as cards, its tables by name as frames; `symbol` is that of
    its dataset's token."""

    study: Study
    symbol: str = ""

    @property
    def figures(self) -> dict[str, Card]:
        return {figure.measure: Card(figure) for figure in self.study.figures}

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Typed frames with units in the names of their columns: `psephos.results.shown.frames`."""
        return {one.name: frame(one, self.symbol) for one in self.study.tables}

    def __repr__(self) -> str:
        of = self.study
        head = f"{of.title} of {of.dataset} at block {number(of.block)}"
        if of.why:
            return f"{head}: undefined, {of.why}"
        return "\n".join([head, *(f"  {card!r}" for card in self.figures.values())])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'>{escape(one.title)}</td><td>{escape(one.text)}</td>"
            f"<td style='text-align:left'>{escape(one.unit)}</td></tr>"
            for one in self.study.figures
        )
        head = f"<p {UNTOUCHED}>{escape(repr(self).splitlines()[0])}</p>"
        return f"{head}<table {UNTOUCHED}>{rows}</table>"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. JupyterLab draws it with the plotly that is installed; nothing is fetched."""

    picture: Picture

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> Mapping[str, Picture | str]:
        return {MIME: {**self.picture, "config": CONFIG}, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"chart: {self.picture['layout']['title']['text']}"

    def figure(self) -> Any:
        """The plotly figure, to be changed as one likes."""
        import plotly.graph_objects as go

        return go.Figure(data=self.picture["data"], layout=self.picture["layout"])

    def save(self, path: Path | str) -> Path:
        """Write a page that stands alone, plotly included, and opens without a network."""
        file = Path(path)
        file.write_text(
            self.figure().to_html(include_plotlyjs=True, full_html=True, config=CONFIG), "utf-8"
        )
        return file


def _footer(figure: Figure) -> str:
    under = figure.evidence
    blocks = f"blocks {number(under.first)} – {number(under.last)}"
    parts = [f"{pebbles(under.level)} {under.words}", blocks, f"release {under.release[:8]}"]
    if figure.undefined:
        parts.insert(0, figure.undefined)
    if figure.provisional:
        parts.insert(0, "provisional, may change")
    return " · ".join(parts)
