"""`psephos release`: publish sealed batches, the tail, positions and figures for readers."""

from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.house import kept
from psephos.commands.sync import plain
from psephos.configuration import load


def run(
    keep: Annotated[int, typer.Option(min=1, help="How many releases to keep.")] = 8,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Publish what is sealed, by one rename. No node is asked."""
    from psephos.publish.release import release

    settings = load(config)
    with kept(settings) as (index, ledger):
        report = release(index, ledger, settings.releases, settings, keep=keep)
    return Answer(plain(report), str(report))
