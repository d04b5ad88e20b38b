"""`psephos verify state-update`: what Starknet settled on Ethereum, from calldata and blobs."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import contents
from psephos.commands.verify.verdict import judged
from psephos.errors import CommandError

Files = list[Path] | None


def run(
    program_output: Annotated[
        Path | None, typer.Option(help="Words of the program output, as hexadecimal text.")
    ] = None,
    blob: Annotated[Files, typer.Option(help="A blob as hexadecimal text; repeatable.")] = None,
    commitment: Annotated[Files, typer.Option(help="Its commitment; repeatable.")] = None,
    proof: Annotated[Files, typer.Option(help="Its KZG proof; repeatable.")] = None,
    json: Json = False,
) -> Answer:
    """Check a state update: program output, blob, commitment, versioned hash, evaluation, fact."""
    from psephos.evidence.state_update import verify_state_update

    if not program_output and not blob:
        raise CommandError(
            "a state update is its program output, its blobs, or both",
            hint="name --program-output FILE and --blob FILE",
        )
    return judged(
        "state-update",
        lambda: verify_state_update(
            contents(program_output) if program_output else None,
            [contents(file) for file in blob or ()],
            [contents(file) for file in commitment or ()],
            [contents(file) for file in proof or ()],
        ),
    )
