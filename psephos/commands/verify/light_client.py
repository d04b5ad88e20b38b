"""`psephos verify light-client FILES`: finalized headers by the beacon chain's sync committees."""

import time
from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import document
from psephos.commands.verify.verdict import judged


def run(
    files: Annotated[
        list[Path], typer.Argument(help="Bootstrap first, then updates, as the beacon API writes.")
    ],
    checkpoint: Annotated[
        str | None, typer.Option(help="Root of the beacon block that you trust.")
    ] = None,
    refuse_old: Annotated[
        bool, typer.Option("--refuse-old", help="Refuse an old bootstrap instead of warning.")
    ] = False,
    json: Json = False,
) -> Answer:
    """Follow the committees' signatures from a bootstrap to the last finalized header."""
    from psephos.evidence.light_client import verify_light_client

    return judged(
        "light-client",
        lambda: verify_light_client(
            [document(file) for file in files],
            checkpoint,
            now=int(time.time()),
            refuse_old=refuse_old,
        ),
    )
