"""Writes the page of each measure from what the measure says of itself.

Run `python docs/method/make.py` after a measure was changed or added; a test holds pages and code
equal. What is said there is said once, in the docstring and the table entry beside the function.
"""

import sys
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from analytics import MEASURES, PARTICIPATION, Measure, Value  # noqa: E402
from analytics.measure import WHO_COUNTS  # noqa: E402

EXAMPLE = (5, 3, 1, 1)


def pages() -> dict[str, str]:
    """The text of each page, by file name."""
    written = {f"{name}.md": page(entry) for name, entry in (MEASURES | PARTICIPATION).items()}
    return {"measures.md": contents(), **written}


def contents() -> str:
    """The list of all measures."""
    lines = ["# Measures", "", "Of a position: who holds how much of something at a block.", ""]
    lines += [
        WHO_COUNTS,
        "",
        "| measure | domain | unit |",
        "|---|---|---|",
        *map(row, MEASURES.values()),
    ]
    lines += ["", "Of a vote:", "", "| measure | domain | unit |", "|---|---|---|"]
    return "\n".join([*lines, *map(row, PARTICIPATION.values()), ""])


def row(entry: Measure) -> str:
    return f"| [{entry.title}]({entry.name}.md) | {entry.domain} | {entry.unit} |"


def page(entry: Measure) -> str:
    """One measure: formula, meaning, domain, who counts, an example and its source."""
    lines = [f"# {entry.title}", "", f"`{entry.name}` = {entry.formula}", "", entry.definition, ""]
    lines += [f"- **Domain**: {entry.domain}; unit: {entry.unit}. Undefined is no number, never 0."]
    lines += [f"- **Few hold much** at its {entry.direction} end."] if entry.bounds else []
    lines += [f"- **Sensitive to** {entry.sensitive}."]
    lines += (
        [f"- **Who counts**: {WHO_COUNTS}", f"- **Example**: {example(entry)}"]
        if entry.bounds
        else []
    )
    return "\n".join([*lines, f"- **Source**: {entry.reference}.", ""])


def example(entry: Measure) -> str:
    """The value for a few holders, worked out by the measure itself."""
    held = ", ".join(map(str, EXAMPLE[:-1]))
    return f"holders of {held} and {EXAMPLE[-1]} give {written(entry.of(EXAMPLE))}."


def written(value: Value) -> str:
    """A fraction with its decimals, anything else as a number."""
    if isinstance(value, Fraction) and value.denominator > 1:
        return f"{value} ({float(value):.6g})"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def main() -> None:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
