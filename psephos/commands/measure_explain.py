"""`psephos measure --explain NAME`: what a measure is, in the words of its function."""

import difflib
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

import typer

from analytics import ALL, PARTICIPATION, Measure
from analytics.edges import counts_holders, edges, written
from analytics.functions import ALIASES, EXAMPLES, FUNCTIONS
from analytics.measure import WHO_COUNTS
from analytics.telling import called
from psephos.commands.console import Answer
from psephos.errors import CommandError
from psephos.results.bases import OF_BASES
from psephos.results.labels.hypotheses import over_what

Explain = Annotated[
    str | None, typer.Option("--explain", help="Say what this measure is, and stop.")
]


def explain_answer(name: str) -> Answer:
    """Formula, domain, edge cases and source of a measure; `CommandError` if there is none."""
    known = {**ALL, **PARTICIPATION, **OF_BASES, **FUNCTIONS}
    entry = known.get(ALIASES.get(name, name))
    if entry is None:
        near = difflib.get_close_matches(name, [*known, *ALIASES], n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise CommandError(f"there is no measure {name!r}", hint=hint)
    told = explained(entry)
    return Answer(told, text(told))


def explained(entry: Measure) -> dict[str, Any]:
    """The same for scripts: `edges` lists cases with their exact text, number and who is held."""
    whole, counted = entry.bounds is not None, counts_holders(entry)
    return {
        "name": entry.name,
        "title": entry.title,
        "formula": entry.formula,
        "latex": entry.latex,
        "domain": entry.domain,
        "unit": entry.unit,
        "few_hold_much_at": entry.direction if whole else None,
        "sensitive": entry.sensitive,
        "definition": entry.definition,
        "population": WHO_COUNTS if counted else None,
        "defined_from": entry.least if whole else None,
        "edges": [
            {"case": case, "value": number(value), "text": written(value)}
            for case, value in (edges(entry) if counted else ())
        ],
        "interval": over_what(entry),
        "example": called(entry) if entry.name in EXAMPLES else [],
        "function": f"{entry.of.__module__}.{entry.of.__name__}",
        "reference": entry.reference,
    }


def number(value: object) -> float | None:
    """A value for scripts; curves and fits are told in text only."""
    return float(value) if isinstance(value, int | Fraction | float) else None


def text(told: Mapping[str, Any]) -> str:
    lines = [f"{told['title']}  ({told['name']}, {told['unit']})", "", f"  {told['formula']}", ""]
    lines += [told["definition"], "", f"domain        {told['domain']}; undefined is no number"]
    if told["few_hold_much_at"]:
        lines += [f"few hold much at its {told['few_hold_much_at']} end"]
    lines += [f"sensitive to  {told['sensitive']}", f"source        {told['reference']}"]
    lines += [f"function      {told['function']}"]
    if told["interval"]:
        lines += [f"interval      of a published figure: over {told['interval']}"]
    if told["population"]:
        lines += ["", told["population"], ""]
        width = max(len(edge["case"]) for edge in told["edges"])
        lines += [f"  {edge['case']:<{width}}  {edge['text']}" for edge in told["edges"]]
    if told["example"]:
        lines += ["", *(f"  {line}" for line in told["example"])]
    return "\n".join(lines)
