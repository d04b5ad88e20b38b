"""`psephos verify block FILE`: a Starknet block, recomputed from the file to its own hash."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import File, document
from psephos.commands.verify.verdict import judged


def run(
    file: File,
    state_update: Annotated[
        Path | None, typer.Option(help="The block's state update, for the state diff.")
    ] = None,
    signature: Annotated[Path | None, typer.Option(help="The sequencer's signature.")] = None,
    chain: Annotated[
        str | None, typer.Option(help="Chain id, for example SN_MAIN, where no file tells it.")
    ] = None,
    json: Json = False,
) -> Answer:
    """Recompute a Starknet block: transactions, events, receipts, state diff, hash, signature."""
    from psephos.evidence.starknet_block import verify_starknet_block

    return judged(
        "block",
        lambda: verify_starknet_block(
            document(file),
            document(state_update) if state_update else None,
            document(signature) if signature else None,
            chain=chain,
        ),
    )
