"""`psephos measure`: the figures of a release at a block, or every measure of any table."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.measure_table import Above, Group, Table, Thresholds, Weight, table_answer
from psephos.commands.places import releases_folder
from psephos.errors import CommandError


def run(
    table: Table = None,
    weight: Weight = None,
    group: Group = None,
    above: Above = None,
    threshold: Thresholds = None,
    kind: Annotated[
        str | None, typer.Option(help="Positions to measure: balance, power, vote, locked.")
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="Dataset of the positions.")] = None,
    block: Annotated[int | None, typer.Option(help="As of this block [default: final].")] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="Only this measure; repeatable.")
    ] = None,
    releases: Annotated[Path | None, typer.Option(help="Folder of the releases.")] = None,
    release: Annotated[str | None, typer.Option(help="Id of a release [default: current].")] = None,
    json: Json = False,
) -> Answer:
    """Print figures with their evidence, or measure a table of your own."""
    if table is not None:
        return table_answer(table, weight, group, above, threshold)
    if weight or group or above or threshold:
        raise CommandError(
            "--weight, --group, --above and --threshold belong to --table",
            hint="name the table: psephos measure --table FILE --weight COLUMN",
        )
    from psephos.store.reader import Release

    with Release.open(releases_folder(releases), release) as opened:
        return figures_answer(opened, kind, dataset, block, measure)


def figures_answer(
    release: Any, kind: str | None, dataset: str | None, block: int | None, only: list[str] | None
) -> Answer:
    from analytics import MEASURES
    from psephos.results.figures import figures

    for name in only or ():
        if name not in MEASURES:
            raise CommandError(
                f"there is no measure {name!r}", hint=f"there are {', '.join(MEASURES)}"
            )
    found = [
        figure
        for figure in figures(release, block=block)
        if (not kind or figure.kind == kind)
        and (not dataset or figure.dataset == dataset)
        and (not only or figure.measure in only)
    ]
    if not found:
        raise CommandError(
            "no figure of this release is of that kind and dataset",
            hint="`psephos measure --json` lists them all",
        )
    payload = {"release": release.id, "figures": [row(figure) for figure in found]}
    return Answer(payload, text(found))


def row(figure: Any) -> dict[str, Any]:
    """A figure as JSON: the exact value as text where it is rational, evidence beside it."""
    evidence = figure.evidence
    value = figure.value
    return {
        "id": figure.id,
        "measure": figure.measure,
        "kind": figure.kind,
        "dataset": figure.dataset,
        "block": figure.block,
        "value": float(value) if isinstance(value, Fraction) else value,
        "exact": f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else None,
        "population": figure.population,
        "evidence": {
            "level": str(evidence.level),
            "first": evidence.first,
            "last": evidence.last,
            "blocks": evidence.blocks,
            "blocks_complete": evidence.blocks_complete,
            "recomputed": evidence.recomputed,
            "proven": evidence.proven,
        },
    }


def text(found: list[Any]) -> str:
    lines = []
    heading = None
    for figure in found:
        title = f"{figure.dataset} · {figure.kind} · block {figure.block:,}"
        if title != heading:
            evidence = figure.evidence
            proven = "proven" if evidence.proven else "not proven"
            lines += ["", title, f"  {evidence.level}, {proven}, {figure.population}"]
            heading = title
        lines.append(f"  {figure.measure:<22} {figure.text}")
    return "\n".join(lines).strip("\n")
