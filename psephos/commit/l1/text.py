"""The files in which program outputs, blobs, commitments and proofs are passed on: plain text.

    words   one number a line (or parted by commas or spaces), decimal or `0x…`; `[`, `]` and
            quotation marks of a JSON list are passed over
    bytes   hexadecimal digits, with `0x` or without; white space is passed over; or the bytes
            themselves, where a file has exactly their number

Strict in everything else: VerificationFailed. The size is looked at before anything is read.
"""

import re
from binascii import unhexlify

from psephos.errors import VerificationFailed

LONGEST = 2**23
"""Bytes of a file of words."""

MOST_WORDS = 2**16

_WORD = re.compile(r"0|[1-9][0-9]{0,77}|0x[0-9a-fA-F]{1,64}")
_BETWEEN = re.compile(r"[\s,\[\]\"]+")


def words(content: bytes) -> list[int]:
    """The numbers in a file, each below 2^256."""
    if len(content) > LONGEST:
        raise VerificationFailed(f"a program output of {len(content)} bytes of text")
    pieces = _BETWEEN.split(_ascii(content, "program output"), maxsplit=MOST_WORDS + 2)
    parts = [part for part in pieces if part]
    if not 0 < len(parts) <= MOST_WORDS:
        raise VerificationFailed(f"a program output of {len(parts)} words")
    found = []
    for number, part in enumerate(parts):
        if not _WORD.fullmatch(part):
            raise VerificationFailed(f"word {number} of the program output is {part[:40]!r}")
        found.append(int(part, 16) if part.startswith("0x") else int(part))
    return found


def octets(content: bytes, size: int, name: str) -> bytes:
    """Exactly `size` bytes from a file of hexadecimal text, or from the bytes themselves."""
    if len(content) == size:
        return content
    if len(content) > 4 * size + 1024:
        raise VerificationFailed(f"the {name} has {len(content)} bytes of text, too many")
    text = "".join(_ascii(content, name).split())
    try:
        data = unhexlify(text.removeprefix("0x"))
    except ValueError as error:
        raise VerificationFailed(f"the {name} is no hexadecimal text") from error
    if len(data) != size:
        raise VerificationFailed(f"the {name} has {len(data)} bytes, not {size}")
    return data


def _ascii(content: bytes, name: str) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise VerificationFailed(f"the {name} is no plain text") from error
