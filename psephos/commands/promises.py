"""`psephos promises`: what was said, and what became of it by the tables of a release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.control import Block, Id, Releases
from psephos.commands.declared import folder
from psephos.commands.places import releases_folder
from psephos.errors import CommandError
from psephos.store.reader import Release

if TYPE_CHECKING:
    from psephos.results.promises.judge import Verdict

ROWS = 12
"""So many rows of a version are printed; `--json` has all."""


def run(
    due: Annotated[
        bool, typer.Option("--due", help="Only what has a day it is due, and is not decided.")
    ] = False,
    promise: Annotated[str | None, typer.Option(help="Only this promise.")] = None,
    block: Block = None,
    releases: Releases = None,
    release: Id = None,
    promises: Annotated[
        Path | None, typer.Option(help="Folder of promise files [default: psephos's own].")
    ] = None,
    json: Json = False,
) -> Answer:
    """Say of every promise whether it is kept, broken, open or not checkable, with the rows.

    A changed promise shows all its versions, each judged by what happened while it held.
    """
    from psephos.results.labels.entities import entities
    from psephos.results.promises.files import promises as of_folder
    from psephos.results.promises.judge import judge, told

    found = of_folder(folder(promises, "promises"))
    if promise is not None and promise not in {one.name for one in found}:
        raise CommandError(
            f"there is no promise {promise[:60]!r}",
            hint=f"there are {', '.join(one.name for one in found)}",
        )
    found = tuple(one for one in found if promise in (None, one.name))
    with Release.open(releases_folder(releases), release) as opened:
        verdicts = judge(opened, found, block, entities(opened.chain.id))
        if due:
            verdicts = sorted(
                (one for one in verdicts if one.open_and_due),
                key=lambda one: str(one.version.due),
            )
        payload = {"release": opened.id, "promises": [told(one) for one in verdicts]}
    return Answer(payload, text(verdicts) or "nothing is due")


def text(verdicts: "list[Verdict]") -> str:
    """Each promise with its versions, their results, and the first rows, broken ones first."""
    from psephos.results.shown.text import one_line

    lines: list[str] = []
    last = None
    for one in verdicts:
        if one.promise.name != last:
            lines += ["", f"{one.promise.title}  ({one.promise.name}, by {one.promise.by})"]
            last = one.promise.name
        version = one.version
        until = f" until {version.until}" if version.until else ""
        due = f", due {version.due}" if version.due else ""
        why = f": {one.judged.why}" if one.judged.why else ""
        lines.append(f"  {str(one.result).upper()}{why}")
        lines.append(f"    “{version.words}”")
        lines.append(f"    since {version.since}{until}{due} · source: {version.source}")
        order = sorted(one.judged.rows, key=lambda row: row.result != "broken")
        for row in order[:ROWS]:
            line = f"{row.result}: {row.what}: {row.found} (asked: {row.asked})"
            lines.append(f"      {one_line(line)}")
        if len(order) > ROWS:
            lines.append(f"      and {len(order) - ROWS} rows more: --json has them")
    return "\n".join(lines).strip("\n")
