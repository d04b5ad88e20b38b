"""Receipts of blocks, kept in a packed file while a node is asked and read from it in its place."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from psephos.chain.node import BlockId, Header, Node, Receipt
from psephos.chain.wire.answer import object_bytes, strict_json
from psephos.errors import LaggingNode, NodeError, VerificationFailed

LINE = 100 * 10**6
"""Bytes that the receipts of one block may take (`object_bytes`)."""
UNPACKING = 64 * 2**20
"""Bytes that the reader of packed receipts may take; they are written with 9 MB."""


class KeptReceipts:
    """A node whose receipts are kept in a file while they are asked for."""

    def __init__(self, node: Node, file: IO[bytes]) -> None:
        self._node = node
        self._file = file

    def identity(self) -> tuple[int, bytes]:
        return self._node.identity()

    def headers(self, first: int, last: int) -> list[Header]:
        return self._node.headers(first, last)

    def receipts(self, block: BlockId) -> list[Receipt]:
        found = self._node.receipts(block)
        line = {"number": block.number, "hash": block.hash.hex(), "receipts": list(found)}
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        return found


class FiledReceipts:
    """Answers with the receipts of such a file, read line by line in the order in which they were
    asked for; whether they are true, the checks find out. VerificationFailed for what is no such
    file, or a line that is no block's."""

    def __init__(self, file: Path, chain: int) -> None:
        self._chain = chain
        self._lines = _lines(file)

    def identity(self) -> tuple[int, bytes]:
        return self._chain, b""

    def headers(self, first: int, last: int) -> list[Header]:
        raise NodeError("the file holds receipts only: rows of every block need a node")

    def receipts(self, block: BlockId) -> list[Receipt]:
        line = next(self._lines, None)
        if line is None:
            raise LaggingNode(f"the file does not hold the receipts of block {block.number}")
        try:
            told = strict_json(line)
            named, found = (told["number"], told["hash"]), list(told["receipts"])
        except (NodeError, KeyError, TypeError) as error:
            raise VerificationFailed("receipts.xz is not what an evidence file holds") from error
        if named != (block.number, block.hash.hex()):
            raise VerificationFailed(f"receipts.xz: another block's where {block.number} is asked")
        return found

    def check_end(self) -> None:
        """VerificationFailed if the file holds more than was asked for."""
        if next(self._lines, None) is not None:
            raise VerificationFailed("receipts.xz holds more than anything asks for")


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a packed file, of which a few are unfolded at a time."""
    unpack, rest = lzma.LZMADecompressor(lzma.FORMAT_XZ, UNPACKING), b""
    try:
        with file.open("rb") as packed:
            while not unpack.eof:
                more = packed.read(2**16) if unpack.needs_input else b""
                if unpack.needs_input and not more:
                    raise EOFError("it is cut off")
                *whole, rest = (rest + unpack.decompress(more, 2**20)).split(b"\n")
                if any(object_bytes(line) > LINE for line in (*whole, rest)):
                    raise EOFError("a line is too long to be a block's")
                yield from whole
            if rest or unpack.unused_data or packed.read(1):
                raise EOFError("something stands behind its end")
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise VerificationFailed(f"receipts.xz cannot be read: {error}") from error
