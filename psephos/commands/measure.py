"""`psephos measure`: the figures of a release at a block, or every measure of any table."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from psephos.commands.console import Answer, Json, one_line
from psephos.commands.control import Owners
from psephos.commands.declared import Currency, PriceFile, price_table
from psephos.commands.measure_explain import Explain, explain_answer
from psephos.commands.measure_kind import UNPUBLISHED, of_kind
from psephos.commands.measure_study import (
    Beside,
    Hidden,
    Sensitivity,
    other,
    study_answer,
    with_number,
)
from psephos.commands.measure_table import (
    Above,
    Group,
    Holder,
    Table,
    Thresholds,
    Unit,
    Weight,
    table_answer,
)
from psephos.commands.places import releases_folder
from psephos.errors import CommandError, PsephosError, TableError
from psephos.results.bases import OF_BASES
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, Figure, figures
from psephos.results.labels.owners import OFF, chosen
from psephos.results.positions import SOURCES
from psephos.results.studies import BESIDE, PRICED, STUDIES
from psephos.store.homes import chains
from psephos.store.reader import Release


def run(
    table: Table = None,
    weight: Weight = None,
    group: Group = None,
    above: Above = None,
    threshold: Thresholds = None,
    holder: Holder = None,
    unit: Unit = None,
    explain: Explain = None,
    kind: Annotated[
        str | None,
        typer.Option(help="Positions: balance, power, stake, vote, proposal; or a study: fees, …"),
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="Dataset of the positions.")] = None,
    block: Annotated[
        int | None, typer.Option(min=0, help="As of this block [default: final].")
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="Only this measure; repeatable.")
    ] = None,
    entities: Owners = "off",
    prices: PriceFile = None,
    currency: Currency = None,
    sensitivity: Sensitivity = False,
    hidden: Hidden = None,
    beside: Beside = None,
    releases: Annotated[Path | None, typer.Option(help="Folder of the releases.")] = None,
    release: Annotated[str | None, typer.Option(help="Id of a release [default: current].")] = None,
    json: Json = False,
) -> Answer:
    """Print figures with their evidence, measure a table of your own, or explain a measure."""
    if explain is not None:
        return explain_answer(explain)
    if table is not None:
        of_one({"--block": block, "--kind": kind, "--dataset": dataset})
        return table_answer(table, weight, group, above, threshold, holder, unit)
    if weight or group or above or threshold or holder or unit:
        raise CommandError(
            "--weight, --group, --above, --threshold, --holder and --unit belong to --table",
            hint="name the table: psephos measure --table FILE --weight COLUMN",
        )
    known_kind(kind)
    of = None
    if sensitivity and kind not in STUDIES:
        of, kind = kind, "sensitivity"
    of_kinds("--prices and --currency belong", bool(prices or currency), kind, PRICED)
    of_kinds("--beside belongs", beside is not None, kind, BESIDE)
    if (sensitivity or hidden is not None) and kind != "sensitivity":
        told = "--sensitivity and --hidden are of positions, not of a study"
        raise CommandError(told, hint="--kind sensitivity --hidden 1000")

    def answer(opened: Release) -> Answer:
        if kind in STUDIES:
            asked: dict[str, Any] = {"dataset": dataset, "block": block, "kind": of}
            asked |= {"hidden": hidden, "prices": price_table(prices, currency)}
            with other(beside) as asked["beside"]:
                return study_answer(opened, kind, measure or [], entities, **asked)
        return figures_answer(opened, kind, dataset, block, measure or [], entities)

    return of_each(releases_folder(releases), release, block, answer)


def of_one(asked: Mapping[str, object]) -> None:
    """A table is a file of the reader's own: what is of a release is not asked of it."""
    for option, value in asked.items():
        if value is not None:
            raise CommandError(
                f"{option} is of a release, and --table names a file", hint="ask for one of both"
            )


def known_kind(kind: str | None) -> None:
    """A kind of position, or a study; none is all of them."""
    kinds = (*SOURCES, "proposal", *STUDIES)
    if kind is not None and kind not in kinds:
        raise CommandError(f"there is no kind {kind[:60]!r}", hint=f"there are {', '.join(kinds)}")


def of_kinds(what: str, given: bool, kind: str | None, kinds: Sequence[str]) -> None:
    """Some options belong to some kinds only."""
    if given and kind not in kinds:
        raise CommandError(f"{what} to --kind {', '.join(kinds)}", hint=f"add --kind {kinds[0]}")


def of_each(
    folder: Path, release: str | None, block: int | None, answer: Callable[[Release], Answer]
) -> Answer:
    """The answer of a release; of several chains side by side, of each that has one."""
    if release is not None or len(there := chains(folder)) == 1:
        with Release.open(folder, release) as opened:
            return answer(opened)
    if block is not None:
        raise CommandError(
            f"block {block} is one of several chains: {', '.join(there)}",
            hint=f"name the chain: --releases {folder / next(iter(there))}",
        )
    found, refused = [], list[PsephosError]()
    for place in there.values():
        with Release.open(place) as opened:
            try:
                found.append((opened.chain.name, answer(opened)))
            except (CommandError, TableError) as error:
                refused.append(error)
    if not found:
        raise refused[0]
    if len(found) == 1:
        return found[0][1]
    payload = {**found[0][1].payload, "chains": {name: one.payload for name, one in found}}
    return Answer(payload, "\n\n".join(f"{name}\n\n{one.text}" for name, one in found))


def figures_answer(
    release: Release,
    kind: str | None,
    dataset: str | None,
    block: int | None,
    only: list[str],
    by: str = OFF,
) -> Answer:
    """Figures of a kind and dataset (all, if not named), by address or by owner, with evidence."""
    known = {*OF_POSITIONS, *OF_PROPOSALS, *OF_BASES}
    for name in only:
        if name not in known:
            raise CommandError(
                f"there is no measure {name!r}", hint=f"there are {', '.join(sorted(known))}"
            )
    owners = chosen(release, by, block)
    if kind in UNPUBLISHED:
        every = of_kind(release, kind, block, owners)
    else:
        every = figures(release, block, entities=owners)
    found = [
        figure
        for figure in every
        if (not owners or figure.entities or figure.kind in ("proposal", "vote"))
        and (not kind or figure.kind == kind)
        and (not dataset or figure.dataset == dataset)
        and (not only or figure.measure in only)
    ]
    if not found:
        asked = {"kind": kind, "dataset": dataset, "measure": ", ".join(only)}
        said = ", ".join(f"{name} {value[:60]!r}" for name, value in asked.items() if value)
        raise CommandError(
            f"no figure of this release is of {said or 'any owner'}",
            hint="`psephos measure` without options prints them all",
        )
    conflicts = [conflict.words for conflict in owners.conflicts] if owners else []
    payload = {
        "release": release.id,
        "figures": [with_number(figure) for figure in found],
        "entities": owners and {"id": owners.id, "about": owners.words, "conflicts": conflicts},
    }
    told = [f"counted by owner: {one_line(owners.words)}"] if owners else []
    told += [f"  disputed: {one_line(words)}" for words in conflicts]
    return Answer(payload, "\n".join([*told, text(found)]))


def text(found: list[Figure]) -> str:
    lines: list[str] = []
    heading = None
    width = max((len(figure.title) for figure in found), default=0)
    for figure in found:
        title = f"{figure.dataset} · {figure.kind} · block {figure.block:,}"
        if figure.key is not None:
            title += f" · 0x{figure.key.hex()[:8]}…"
        if title != heading:
            lines += ["", title, f"  {figure.evidence.words}", f"  {one_line(figure.population)}"]
            heading = title
        why = f" ({figure.undefined})" if figure.undefined else ""
        over = f"  ({figure.interval.text} {figure.interval.words})" if figure.interval else ""
        lines.append(f"  {figure.title:<{width}}  {figure.text}{why}{over}")
    return "\n".join(lines).strip("\n")
