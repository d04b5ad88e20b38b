"""`psephos verify batch DATASET/DAY`: a sealed day against rows, blocks, ledger and receipts."""

from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.trust import trusting
from psephos.commands.verify.asked import AskNode, Id, Releases, asked_node, settings_of
from psephos.commands.verify.verdict import answer


def run(
    name: Annotated[str, typer.Argument(help="DATASET/DAY, for example strk/2026-06-01.")],
    releases: Releases = None,
    release: Id = None,
    node: AskNode = False,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Check a sealed day against its commitments."""
    from psephos.evidence.verify import verify_batch
    from psephos.store.reader import Release

    settings = settings_of(config)
    checkpoints = trusting(settings)[0].chain.checkpoints if settings else ()
    asked = asked_node(node, config)
    with Release.open(releases_folder(releases, config), release) as opened:
        checks = verify_batch(opened, name, node=asked, checkpoints=checkpoints)
    return answer("batch", name, list(checks))
