"""What the subjects of `psephos verify` ask for alike: options, a node, a configuration, files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.configuration import find, load
from psephos.errors import CommandError, MalformedAnswer, NotVerified, VerificationFailed

if TYPE_CHECKING:
    from psephos.chain.node import Node
    from psephos.settings import Settings

LARGEST = 128 * 2**20
"""Bytes of a file that is read as a table or text, as an export of votes."""

MOST_JSON = 24 * 2**20
"""Bytes of an object in JSON: the hexadecimal text of a block of as much as a chain admits."""

MOST_BYTES = 16 * 2**20
"""Bytes of a proof, a witness, a header, a program output or a blob: forty times the largest."""

MOST_MEMORY = 100 * 10**6
"""Bytes that the objects of a JSON text may take: the text itself says at most how many."""

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


def contents(file: Path, most: int = MOST_BYTES) -> bytes:
    """A file's bytes. CommandError if it cannot be read or is none, as a pipe or a device, which
    might never end; VerificationFailed beyond `most` bytes, of which none is read.
    """
    found = _read(file, most)
    if found is None:
        raise VerificationFailed(f"{file.name} has more than {most} bytes: nothing of its kind has")
    return found


def _read(file: Path, most: int) -> bytes | None:
    try:
        if file.exists() and not file.is_file():
            raise CommandError(f"cannot read {file}: it is no file", hint="name a file")
        if file.stat().st_size > most:
            return None
        with file.open("rb") as opened:
            found = opened.read(most + 1)  # it may have grown since
    except OSError as error:
        raise CommandError(
            f"cannot read {file}: {error.strerror}", hint="name a file that is there"
        ) from error
    return found if len(found) <= most else None


def document(file: Path) -> Any:
    """A file of strict JSON: no name twice, no NaN. What is wrong inside it is exit code 3; what
    is too large to be read here is neither right nor wrong: NotVerified, exit code 4.

    A whole JSON-RPC answer is taken for its `result`. Null is an answer that nothing is there: a
    file that was given and holds it would else count as one that was not given.
    """
    from psephos.chain.wire.answer import object_bytes, strict_json

    body = _read(file, MOST_JSON)
    if body is None or object_bytes(body) > MOST_MEMORY:
        raise NotVerified(
            f"{file.name} is too large to be read here: more than {MOST_JSON} bytes, or than"
            f" {MOST_MEMORY} as objects",
            hint="nothing speaks against it, and nothing for it",
        )
    try:
        found = strict_json(body)
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
