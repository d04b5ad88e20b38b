"""`psephos verify release [ID]`: files, ledger, rows, blocks, positions and figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.commands.console import Answer, Config, Json, progress
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import AskNode, Id, Releases, asked_node
from psephos.commands.verify.verdict import answer
from psephos.errors import CommandError
from psephos.evidence.check import Check

if TYPE_CHECKING:
    from psephos.chain.node import Node


def run(
    name: Annotated[str | None, typer.Argument(help="Id of a release [default: current].")] = None,
    releases: Releases = None,
    release: Id = None,
    node: AskNode = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask for N blocks only, drawn at random.")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Check a release against its commitments, and make its positions and figures again."""
    if sample is not None and not node:
        raise CommandError("--sample says how many blocks a node is asked for", hint="add --node")
    folder = releases_folder(releases, config)
    checks = whole_release(folder, name or release, asked_node(node, config), sample)
    return answer("release", name or "", checks)


def whole_release(
    folder: Path, id: str | None, node: "Node | None" = None, sample: int | None = None
) -> list[Check]:
    """Files, ledger, rows and blocks; then, if those hold, positions and figures made again.

    With a node the receipts, too: of every sealed block that may hold rows, or of `sample`.
    """
    from psephos.evidence.verify import verify_release
    from psephos.publish.recompute import recomputed
    from psephos.store.reader import Release

    if node is None:
        checks = verify_release(folder, id)
    else:
        with progress("receipts") as report:
            checks = verify_release(folder, id, node, sample=sample, progress=report)
    if any(check.status == "failed" for check in checks):
        return checks
    with Release.open(folder, id) as release:
        return [*checks, *recomputed(release)]
