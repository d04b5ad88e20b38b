"""`psephos evidence FIGURE --out FILE`: everything a figure rests on, in one file for anybody."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json, progress
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import AskNode, Id, Releases, asked_node
from psephos.commands.verify.verdict import object_answer
from psephos.errors import CommandError


def run(
    figure: Annotated[str, typer.Argument(help="Id of a figure, or its first 8 digits.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    releases: Releases = None,
    release: Id = None,
    node: AskNode = False,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Write a file from which anybody can verify a figure offline.

    With --node it holds the receipts too, so that nobody can have left a row out.
    """
    from psephos.publish.evidence_file import NEEDS, write_evidence

    if out.exists():
        raise CommandError(f"{out} is there already", hint="name another file")
    if not out.parent.is_dir():
        raise CommandError(f"there is no folder {out.parent}", hint="make it first")
    folder = releases_folder(releases, config)
    with progress("receipts") as report:
        verdict = write_evidence(
            folder, release, figure, out, asked_node(node, config), progress=report
        )
    found = object_answer("figure", verdict)
    if found.exit_code:
        return found
    payload = {**found.payload, "out": str(out), "bytes": out.stat().st_size, "needs": NEEDS}
    text = f"{out}: {payload['bytes']:,} bytes; verify it with `psephos verify figure {out}`"
    return Answer(payload, text)
