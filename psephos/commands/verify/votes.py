"""`psephos verify votes FILE`: votes of a Snapshot hub: signatures, ids, contents, and outcomes."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import LARGEST, File, contents
from psephos.commands.verify.verdict import judged
from psephos.errors import CommandError

if TYPE_CHECKING:
    from psephos.evidence.check import Verdict

Base = Annotated[
    str | None, typer.Option(help="What could have been cast, in whole tokens: for turnout.")
]


def run(file: File, base: Base = None, json: Json = False) -> Answer:
    """Check an export of proposals and votes with what was signed, and count them again."""
    from psephos.results.voting.hub import export
    from psephos.results.voting.hub_outcome import lines, verify_votes

    declared, told = _base(base), list[str]()

    def verify() -> "Verdict":
        found = export(contents(file, LARGEST))
        verdict, outcomes = verify_votes(found, declared)
        told.extend(line for one in outcomes for line in lines(one, found.decimals))
        return verdict

    answer = judged("votes", verify)
    return replace(answer, text="\n".join([answer.text, *told]))


def _base(text: str | None) -> Fraction | None:
    from psephos.results.table import exact

    if text is None:
        return None
    read = exact(text)
    if read is None or read[0] <= 0:
        raise CommandError(
            f"--base {text[:40]!r} is no amount of tokens", hint="digits, as in --base 5000000000"
        )
    return Fraction(read[0], 10 ** read[1])
