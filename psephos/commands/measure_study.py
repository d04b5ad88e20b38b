"""`psephos measure --kind STUDY`: the figures of a subject, and the tables behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from psephos.commands.console import Answer, one_line
from psephos.errors import CommandError
from psephos.results.figure import Figure
from psephos.results.labels.entities import entities
from psephos.results.labels.owners import OFF, chosen
from psephos.results.studies import study
from psephos.results.studies.shape import Listing, Study, told
from psephos.store.reader import Release

Sensitivity = Annotated[
    bool,
    typer.Option(
        "--sensitivity", help="What each figure would be by other labels, thresholds, windows."
    ),
]
Hidden = Annotated[
    int | None,
    typer.Option(min=1, help="How many owners exchanges and pools have: Gini and Theil over them."),
]


Beside = Annotated[
    Path | None,
    typer.Option(help="Releases of the L1 beside an L2's: cost, lag and messages of its updates."),
]


@contextmanager
def other(folder: Path | None) -> Iterator[Release | None]:
    """The current release of another folder, open; None without one."""
    if folder is None:
        yield None
        return
    if not folder.is_dir():
        raise CommandError(f"--beside {folder}: there is no such folder", hint="name the L1's")
    with Release.open(folder) as found:
        yield found


def study_answer(
    release: Release, name: str, only: list[str], by: str = OFF, **asked: Any
) -> Answer:
    """A study's figures (only these, if some are named) and tables, with their evidence.

    `asked` is what `study` takes. Labels are those of the set that is chosen; without one, the
    usual declared ones.
    """
    owners = chosen(release, by, asked.get("block"))
    labels = entities(release.chain.id) if owners is None else owners
    found = study(release, name, entities=labels, **asked)
    if missing := [one for one in only if one not in {one.measure for one in found.figures}]:
        there = ", ".join(one.measure for one in found.figures) or found.why or "nothing"
        raise CommandError(
            f"the study {name} has no figure {missing[0]!r}", hint=f"there are {there}"
        )
    figures = [one for one in found.figures if not only or one.measure in only]
    payload = {
        "release": release.id,
        "figures": [with_number(figure) for figure in figures],
        "study": told(found),
    }
    return Answer(payload, text(found, figures))


def with_number(figure: Figure) -> dict[str, Any]:
    """A figure as JSON: a number to compute with as `value`, the exact one as `value_text`."""
    told = figure.json()
    number = figure.value
    told["value_text"] = told["value"]
    told["value"] = float(number) if isinstance(number, Fraction) else number
    told["evidence"]["recomputed"] = figure.evidence.recomputed
    return told


def text(of: Study, figures: list[Figure]) -> str:
    lines = [f"{of.title} · {of.dataset} · block {of.block:,}"]
    if of.why:
        return f"{lines[0]}\n  undefined: {one_line(of.why)}"
    if figures:
        under = min(figures, key=lambda one: one.evidence.complete).evidence
        lines += [f"  {one_line(under.words)}", f"  {one_line(figures[0].population)}"]
    width = max((len(one.title) for one in figures), default=0)
    for one in figures:
        why = f" ({one.undefined})" if one.undefined else ""
        over = f"  ({one.interval.text} {one.interval.words})" if one.interval else ""
        lines.append(f"  {one.title:<{width}}  {one.said}{why}{over}")
    for table in of.tables:
        lines += ["", *_table(table)]
    return "\n".join(lines)


def _table(of: Listing) -> list[str]:
    """A table in columns as wide as their cells."""
    cells = [["—" if cell is None else one_line(str(cell)) for cell in row] for row in of.rows]
    rows = [list(of.columns), *cells]
    widths = [max(len(row[place]) for row in rows) for place in range(len(of.columns))]
    lines = [f"  {of.title}"]
    for row in rows:
        shown = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        lines.append("    " + "  ".join(shown).rstrip())
    return lines
