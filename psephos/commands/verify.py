"""`psephos verify batch DATASET/DAY | release | ledger`: every check again, each with its status.

Exit 0 if every check passed; 3 if one failed; 4 if none failed and one was not possible.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.commands.console import Answer, Json, progress
from psephos.commands.places import releases_folder
from psephos.configuration import find, load
from psephos.errors import CommandError, NotCollected, PsephosError, VerificationFailed
from psephos.evidence.check import Check, verified

if TYPE_CHECKING:
    from psephos.chain.node import Node
    from psephos.settings import ChainSettings

SUBJECTS = ("batch", "release", "ledger")
MARKS = {"passed": "✓", "failed": "×", "not_possible": "–"}


def run(
    subject: Annotated[str, typer.Argument(help="batch, release or ledger.")],
    name: Annotated[
        str | None, typer.Argument(help="DATASET/DAY of a batch, or the id of a release.")
    ] = None,
    releases: Annotated[Path | None, typer.Option(help="Folder of the releases.")] = None,
    release: Annotated[str | None, typer.Option(help="Id of a release [default: current].")] = None,
    node: Annotated[
        bool, typer.Option("--node", help="Ask the configured nodes for receipts, too.")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="Of a release, ask for N blocks only, drawn at random."),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Configuration file.")] = None,
    json: Json = False,
) -> Answer:
    """Check a batch, a release or the ledger against its commitments."""
    if subject not in SUBJECTS:
        raise CommandError(
            f"there is nothing called {subject!r} to verify", hint=f"verify {', '.join(SUBJECTS)}"
        )
    if subject == "batch" and not name:
        raise CommandError(
            "a batch has a name", hint="for example: psephos verify batch strk/2026-06-01"
        )
    if node and subject == "ledger":
        raise CommandError("a ledger is verified without a node", hint="leave --node out")
    if sample is not None and not (node and subject == "release"):
        raise CommandError("--sample is of `verify release --node`", hint="add --node")
    folder = releases_folder(releases, config)
    asked = open_node(load(config).chain) if node else None
    if subject == "release":
        checks = whole_release(folder, name or release, asked, sample)
    else:
        checks = checked(subject, name, folder, release, config, asked)
    return answer(subject, name or "", checks)


def checked(
    subject: str,
    name: str | None,
    folder: Path,
    id: str | None,
    config: Path | None,
    node: "Node | None",
) -> list[Check]:
    """The checks of a batch or of the ledger, in the order in which one rests on the other."""
    from psephos.evidence import verify
    from psephos.store.reader import Release

    settings = settings_of(config)
    if subject == "ledger":
        return list(verify.verify_ledger(folder, settings))
    checkpoints = settings.chain.checkpoints if settings else ()
    with Release.open(folder, id) as opened:
        return list(verify.verify_batch(opened, name or "", node=node, checkpoints=checkpoints))


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


def open_node(settings: "ChainSettings") -> "Node":
    from psephos.chain.open import open_node as opened

    return opened(settings)


def settings_of(config: Path | None) -> Any:
    """The configuration if there is one: a reader of a release needs none."""
    return load(config) if config or find(None).exists() else None


def answer(subject: str, name: str, checks: list[Check]) -> Answer:
    failed = [check for check in checks if check.status == "failed"]
    open_ = [check for check in checks if check.status == "not_possible"]
    error: PsephosError | None = None
    if failed:
        error = VerificationFailed(
            f"{subject} {name}".strip() + f": {failed[0].name}: {failed[0].why}",
            hint="do not publish figures that rest on it; compare with another copy",
        )
    elif open_:
        error = NotCollected(
            f"{len(open_)} check(s) were not possible: {open_[0].name}: {open_[0].why}",
            hint="what was possible passed",
        )
    payload = {
        "subject": subject,
        "verified": verified(checks),
        "checks": [asdict(check) for check in checks],
    }
    return Answer(payload, text(checks), exit_code=error.exit_code if error else 0, error=error)


def text(checks: list[Check]) -> str:
    return "\n".join(
        f"{MARKS[check.status]} {check.name}" + (f": {check.why}" if check.why else "")
        for check in checks
    )
