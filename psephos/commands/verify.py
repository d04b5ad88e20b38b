"""`psephos verify batch DATASET/DAY | release | ledger`: every check again, each with its status.

Exit 0 if every check passed; 3 if one failed; 4 if none failed and one was not possible.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.places import releases_folder
from psephos.configuration import find, load
from psephos.errors import CommandError, NotCollected, PsephosError, VerificationFailed
from psephos.evidence.check import Check

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
        bool, typer.Option("--node", help="Ask the configured nodes for what a release lacks.")
    ] = False,
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
    folder = releases_folder(releases, config)
    checks = checked(subject, name, folder, release, config, ask=node)
    return answer(subject, name or "", checks)


def checked(
    subject: str, name: str | None, folder: Path, id: str | None, config: Path | None, *, ask: bool
) -> list[Check]:
    """The checks of the subject, in the order in which one rests on the other."""
    from psephos.evidence import verify
    from psephos.store.reader import Release

    if subject == "release":
        return whole_release(folder, name or id)
    if subject == "ledger":
        return list(verify.verify_ledger(folder, settings_of(config)))
    settings = settings_of(config)
    node = None
    if ask:
        from psephos.chain.open import open_node

        node = open_node(load(config).chain)
    checkpoints = settings.chain.checkpoints if settings else ()
    with Release.open(folder, id) as opened:
        return list(verify.verify_batch(opened, name or "", node=node, checkpoints=checkpoints))


def whole_release(folder: Path, id: str | None) -> list[Check]:
    """Files, ledger, rows and blocks; then, if those hold, positions and figures made again."""
    from psephos.evidence.verify import verify_release
    from psephos.publish.recompute import recomputed
    from psephos.store.reader import Release

    checks = verify_release(folder, id)
    if any(check.status == "failed" for check in checks):
        return checks
    with Release.open(folder, id) as release:
        return [*checks, *recomputed(release)]


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
        "verified": not failed and not open_,
        "checks": [asdict(check) for check in checks],
    }
    return Answer(payload, text(checks), exit_code=error.exit_code if error else 0, error=error)


def text(checks: list[Check]) -> str:
    return "\n".join(
        f"{MARKS[check.status]} {check.name}" + (f": {check.why}" if check.why else "")
        for check in checks
    )
