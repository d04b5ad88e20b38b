"""`psephos release`: publish sealed batches, the tail, positions and figures for readers."""

from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.house import opened
from psephos.commands.sync import plain
from psephos.configuration import load


def run(
    keep: Annotated[int, typer.Option(min=1, help="How many releases to keep.")] = 8,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Publish what is sealed, by one rename."""
    from psephos.publish.release import release

    with opened(load(config)) as house:
        report = release(
            house.index, house.ledger, house.settings.releases, house.settings, keep=keep
        )
    return Answer(plain(report), str(report))
