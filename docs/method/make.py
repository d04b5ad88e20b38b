"""Writes the page of each measure from what the measure says of itself.

Run `python docs/method/make.py` after a measure was changed or added; a test holds pages and code
equal. What is said there is said once, in the docstring and the table entry beside the function.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from analytics import ALL, MEASURES, PARTICIPATION, REFERENCE, Measure  # noqa: E402
from analytics.edges import OF_HOLDERS, counts_holders, edges, written  # noqa: E402
from analytics.functions import EXAMPLES, FUNCTIONS, OPTIONS  # noqa: E402
from analytics.measure import WHO_COUNTS  # noqa: E402
from analytics.telling import answered, argument, called, numbers  # noqa: E402


def pages() -> dict[str, str]:
    """The text of each page, by file name."""
    written = {
        f"{name}.md": page(entry) for name, entry in (ALL | PARTICIPATION | FUNCTIONS).items()
    }
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
    lines += ["", "The reference, computed when asked for: `psephos measure --table`.", ""]
    lines += ["| measure | domain | unit |", "|---|---|---|", *map(row, REFERENCE.values())]
    lines += ["", "With an order, a threshold, names or a seed:", ""]
    lines += ["| function | domain | unit |", "|---|---|---|", *map(row, FUNCTIONS.values())]
    lines += ["", "Of a vote:", "", "| measure | domain | unit |", "|---|---|---|"]
    return "\n".join([*lines, *map(row, PARTICIPATION.values()), ""])


def row(entry: Measure) -> str:
    return f"| [{entry.title}]({entry.name}.md) | {entry.domain} | {entry.unit} |"


def page(entry: Measure) -> str:
    """One measure: formula, meaning, domain, who counts, its edges, an example and its source."""
    lines = [f"# {entry.title}", "", f"`{entry.name}` = {entry.formula}", ""]
    lines += ["$$", entry.latex, "$$", "", entry.definition, ""]
    lines += [f"- **Domain**: {entry.domain}; unit: {entry.unit}. Undefined is no number, never 0."]
    lines += [f"- **Few hold much** at its {entry.direction} end."] if entry.bounds else []
    lines += [f"- **Sensitive to** {entry.sensitive}."]
    lines += [f"- **Who counts**: {WHO_COUNTS}"] if counts_holders(entry) else []
    module = entry.of.__module__
    listed = f'`analytics.ALL["{entry.name}"].of`, in `{module}`'
    lines += [f"- **Function**: {listed if entry.bounds else f'`{module}.{entry.name}`'}."]
    lines += [f"- **Source**: {entry.reference}.", ""]
    if entry.name in EXAMPLES:
        lines += shown(entry)
    if counts_holders(entry):
        lines += at_edges(entry)
    return "\n".join(lines + (pictured(entry) if entry.bounds else []))


def shown(entry: Measure) -> list[str]:
    """A function's worked example, and a picture of what it is given and what it answers."""
    lines = ["```text", *called(entry), "```", ""]
    given = numbers([*EXAMPLES[entry.name], *OPTIONS.get(entry.name, {}).values()])
    bars = [*drawn("given", given), *drawn("answered", numbers(answered(entry)))]
    return [*lines, "```text", *bars, "```", ""] if bars else lines


def drawn(what: str, found: list[tuple[str, float]], most: int = 12) -> list[str]:
    """A bar for each of the first numbers; those of one list are drawn to one scale."""
    some = found[:most]
    groups = [name.partition(" ")[0] for name, _ in some]
    scale = {
        group: max(abs(x) for of, (_, x) in zip(groups, some, strict=True) if of == group)
        for group in groups
    }
    width = max((len(name) for name, _ in some), default=0)
    return [
        f"{what if not place else '':<8}  {name:<{width}}  "
        f"{'█' * round(30 * abs(value) / scale[group]) if scale[group] >= 1e-12 else '':<30}  "
        f"{argument(float(f'{value:.6g}'))}"
        for place, (group, (name, value)) in enumerate(zip(groups, some, strict=True))
    ]


def at_edges(entry: Measure) -> list[str]:
    """Its values for a few lists of holders, worked out by the measure itself."""
    value = "value, all else as above" if OF_HOLDERS.get(entry.name) else "value"
    lines = [f"| holders of | {value} |", "|---|---|"]
    return [*lines, *(f"| {case} | {written(found)} |" for case, found in edges(entry)), ""]


def pictured(entry: Measure) -> list[str]:
    """A picture of a measure of positions."""
    words = "One of ten holders has more and more, the nine others share the rest:"
    return [words, "", "```text", *picture(entry), "```", ""]


def picture(entry: Measure) -> list[str]:
    """A bar for each share of the largest of ten, from an equal one to nearly all."""
    assert entry.bounds is not None
    shares = (10, 19, 28, 37, 46, 55, 64, 73, 82, 91, 99)
    found = [float(entry.of([share * 9, *[100 - share] * 9]) or 0) for share in shares]
    most = max(found)
    return [
        f"{share:>3} %  {'█' * round(40 * value / most) if most else '':<40}  {value:.4g}"
        for share, value in zip(shares, found, strict=True)
    ]


def main() -> None:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
