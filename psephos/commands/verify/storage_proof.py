"""`psephos verify storage-proof FILE --root R`: values in a chain's state, or their absence."""

from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.commands.verify.asked import File, document
from psephos.commands.verify.verdict import judged


def run(
    file: File,
    root: Annotated[str, typer.Option(help="State root in the block's header.")],
    contract: Annotated[
        str | None, typer.Option(help="Address of the contract [default: of the request].")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="Storage key; repeatable. None: the account alone.")
    ] = None,
    json: Json = False,
) -> Answer:
    """Check what a node proved of accounts and storage, on Ethereum or Starknet."""
    from psephos.evidence.storage_proof import verify_storage_proof

    return judged(
        "storage-proof",
        lambda: verify_storage_proof(document(file), root, contract, key or []),
    )
