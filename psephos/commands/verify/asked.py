"""What the subjects of `psephos verify` ask for alike: options, a node, a configuration, files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.configuration import find, load
from psephos.errors import CommandError, MalformedAnswer, VerificationFailed

if TYPE_CHECKING:
    from psephos.chain.node import Node
    from psephos.settings import Settings

LARGEST = 128 * 2**20
"""Bytes of a file that is read whole: five times the largest block seen."""

Releases = Annotated[Path | None, typer.Option(help="Folder of the releases.")]
Id = Annotated[str | None, typer.Option(help="Id of a release [default: current].")]
AskNode = Annotated[
    bool, typer.Option("--node", help="Ask the configured nodes for receipts, too.")
]
File = Annotated[Path, typer.Argument(help="The file, as the node's answer or its result.")]


def asked_node(wanted: bool, config: Path | None) -> "Node | None":
    """The configured nodes, if they are to be asked."""
    from psephos.chain.open import open_node

    return open_node(load(config).chain) if wanted else None


def settings_of(config: Path | None) -> "Settings | None":
    """The configuration if there is one: a reader of a release needs none."""
    return load(config) if config or find(None).exists() else None


def check_bits(least: float) -> None:
    """CommandError for what is no number of bits; 0 asks for none."""
    if not least >= 0:
        raise CommandError(f"--least-bits {least:g} is no number of bits", hint="100, or 0 for any")


def contents(file: Path) -> bytes:
    """A file's bytes. CommandError if it cannot be read or is none, as a pipe or a device, which
    might never end; VerificationFailed if it is too large.
    """
    try:
        if file.exists() and not file.is_file():
            raise CommandError(f"cannot read {file}: it is no file", hint="name a file")
        size = file.stat().st_size
        if size > LARGEST:
            raise VerificationFailed(
                f"{file} is {size} bytes, more than any block, proof or blob",
                hint=f"at most {LARGEST} bytes are read",
            )
        return file.read_bytes()
    except OSError as error:
        raise CommandError(
            f"cannot read {file}: {error.strerror}", hint="name a file that is there"
        ) from error


def document(file: Path) -> Any:
    """A file of strict JSON: no name twice, no NaN. What is wrong inside it is exit code 3.

    A whole JSON-RPC answer is taken for its `result`. Null is an answer that nothing is there: a
    file that was given and holds it would else count as one that was not given.
    """
    from psephos.chain.wire.answer import strict_json

    try:
        found = strict_json(contents(file))
    except MalformedAnswer as error:
        raise VerificationFailed(
            f"{file.name}: {error.message}", hint="save the node's answer unchanged"
        ) from error
    if isinstance(found, dict) and "jsonrpc" in found and "result" in found:
        found = found["result"]
    if found is None:
        raise VerificationFailed(
            f"{file.name}: null, where there must be something to verify",
            hint="the node did not have what it was asked for",
        )
    return found
