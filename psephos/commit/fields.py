"""Numbers and bytes in the JSON of a node: one strict reading of `0x…` (EIP-1474).

A number is `0x` and 1 to 64 hexadecimal digits; bytes are `0x` and an even number of digits.
Python's own readers are laxer (`int("0x1_0", 16)`, `bytes.fromhex("0 0")`); a pattern stands
before the one, and `unhexlify`, which is strict, is used for the other.
"""

import re
from binascii import unhexlify

from psephos.errors import MalformedAnswer

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")


def quantity(value: object, name: str) -> int:
    """The number in field `name`; MalformedAnswer if it is none."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise MalformedAnswer(f"{name} is no hexadecimal number: {_shown(value)}")
    return int(value, 16)


def octets(value: object, name: str, size: int | None = None) -> bytes:
    """The bytes in field `name`, exactly `size` of them if given; MalformedAnswer if not."""
    if not isinstance(value, str) or value[:2] != "0x":
        raise MalformedAnswer(f"{name} is no hexadecimal bytes: {_shown(value)}")
    if size is not None and len(value) > 4 * size + 64:
        raise MalformedAnswer(f"{name} has {len(value) // 2 - 1} bytes, not {size}")
    try:
        data = unhexlify(value[2:])
    except ValueError as error:
        raise MalformedAnswer(f"{name} is no hexadecimal bytes: {_shown(value)}") from error
    if size is not None and len(data) != size:
        raise MalformedAnswer(f"{name} has {len(data)} bytes, not {size}")
    return data


def _shown(value: object) -> str:
    """A value short enough for a one-line message: a node may send a megabyte, or a number of
    more digits than Python writes, or lists so deep that they cannot be written."""
    if isinstance(value, str):
        return repr(value if len(value) <= 38 else value[:37] + "…")
    return repr(value) if value is None or isinstance(value, bool) else type(value).__name__
