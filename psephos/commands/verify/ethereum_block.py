"""`psephos verify ethereum-block FILE`: header, transactions, withdrawals and receipts."""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import File, document
from psephos.commands.verify.verdict import judged


def run(
    file: File,
    receipts: Annotated[Path | None, typer.Option(help="The receipts of the block.")] = None,
    json: Json = False,
) -> Answer:
    """Recompute an Ethereum block from the node's own block object: all that it gives."""
    from psephos.evidence.ethereum_block import verify_ethereum_block

    return judged(
        "ethereum-block",
        lambda: verify_ethereum_block(document(file), document(receipts) if receipts else None),
    )
