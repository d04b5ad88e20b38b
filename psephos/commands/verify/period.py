"""`psephos verify period DATASET/MONTH/TABLE`: totals of a month from the proofs of its days."""

from dataclasses import asdict
from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import Id, Releases
from psephos.commands.verify.verdict import judged
from psephos.evidence.check import Check, Verdict


def run(
    name: Annotated[str, typer.Argument(help="DATASET/MONTH/TABLE, as gov/2026-06/vote_cast.")],
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Add up the verified proofs of a table's days, and say which days have none."""
    from psephos.results.proofs.period import left_out, period
    from psephos.store.reader import Release

    def verdict() -> Verdict:
        with Release.open(releases_folder(releases, config), release) as opened:
            found = period(opened, name)
        told = asdict(found)
        sums = {key: str(value) for key, value in told.pop("sums").items()}
        why = f"{len(found.days)} proven days, {len(found.empty)} without rows"
        checks = [Check("days", "passed", why)]
        if not found.whole:
            checks.append(Check("period", "not_possible", left_out(found)))
        facts = {**told, "publics": sums, "data_link": "not checked"}
        return Verdict(tuple(checks), recomputed=found.whole, facts=facts)

    return judged("period", verdict)
