"""`psephos verify figure ID | FILE`: a figure, made again from rows that were verified."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json, progress
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import AskNode, Id, Releases, asked_node
from psephos.commands.verify.verdict import judged, object_answer
from psephos.errors import CommandError


def run(
    figure: Annotated[
        str, typer.Argument(help="Id of a figure, its first 8 digits, or an evidence file.")
    ],
    releases: Releases = None,
    release: Id = None,
    node: AskNode = False,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Check everything a figure rests on, and make it again."""
    if _is_file(figure):
        if node or releases or release:
            raise CommandError(
                "an evidence file is verified from itself alone",
                hint="leave --node, --releases and --release out",
            )
        from psephos.publish.evidence_file import verify_evidence

        return judged("figure", lambda: verify_evidence(Path(figure)))
    from psephos.publish.figure import verify_figure

    folder = releases_folder(releases, config)
    with progress("receipts") as report:
        verdict = verify_figure(folder, release, figure, asked_node(node, config), progress=report)
    return object_answer("figure", verdict)


def _is_file(name: str) -> bool:
    """False for what is too long for a name, too: it may be an id that was mistyped."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False
