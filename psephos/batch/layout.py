"""The bytes of a header from the list of its fields: one encoding only, of a fixed order.

| kind | bytes |
|---|---|
| a number n | an unsigned integer of n bytes, big-endian |
| hash | 32 |
| hash? | 00 if absent, else 01 and 32 |
| name | length (1), then as many of a-z, 0-9 and _, beginning with a letter |

Standard library only.
"""

import re
from typing import Any

from psephos.errors import VerificationFailed

Fields = tuple[tuple[str, int | str], ...]
"""Name and kind of each field, in order."""

NAME = re.compile(rb"[a-z][a-z0-9_]{0,99}")
LIMIT = 1024
"""Longest header read, in bytes; the longest batch header has 527."""

LAST_DAY = 2_932_896
"""9999-12-31, counted from 1970-01-01."""


def write(fields: Fields, header: object, what: str) -> bytes:
    """The fields of a header, whose attributes they name; ValueError for what does not fit."""
    return b"".join(_write(name, kind, getattr(header, name), what) for name, kind in fields)


def read(fields: Fields, data: bytes, magic: bytes, version: int, what: str) -> dict[str, object]:
    """The values by name; VerificationFailed unless every byte has its place."""
    if len(data) > LIMIT or data[:8] != magic:
        raise VerificationFailed(f"these bytes are no {what.partition(' ')[2]}")
    if data[8:9] != bytes((version,)):
        raise VerificationFailed(f"{what} of version {data[8:9].hex() or '?'}, not {version}")
    values: dict[str, Any] = {}
    position = 9
    for name, kind in fields:
        values[name], position = _read(data, position, name, kind, what)
    if position != len(data):
        raise VerificationFailed(f"{what} has bytes left over")
    if "day" in values and values["day"] > LAST_DAY:
        raise VerificationFailed(f"day {values['day']} of {what} has no date")
    return values


def _write(name: str, kind: int | str, value: object, what: str) -> bytes:
    match kind, value:
        case int(), int():
            return value.to_bytes(kind, "big")
        case "hash?", None:
            return b"\0"
        case "hash?", bytes() if len(value) == 32:
            return b"\1" + value
        case "hash", bytes() if len(value) == 32:
            return value
        case "name", str() if NAME.fullmatch(value.encode()):
            return bytes((len(value),)) + value.encode()
    raise ValueError(f"{name} of {what} cannot be {value!r}")


def _read(data: bytes, position: int, name: str, kind: int | str, what: str) -> tuple[object, int]:
    if kind == "hash?":
        tag = data[position : position + 1]
        if tag == b"\0":
            return None, position + 1
        if tag != b"\1":
            raise VerificationFailed(f"{name} of {what} is neither there nor absent")
        position, kind = position + 1, "hash"
    size = {"hash": 32}.get(kind) if isinstance(kind, str) else kind
    if size is None:
        size = (data[position : position + 1] or b"\0")[0]
        position += 1
    value = data[position : position + size]
    if len(value) != size or (kind == "name" and not NAME.fullmatch(value)):
        raise VerificationFailed(f"{name} of {what} is cut off or not allowed")
    end = position + size
    if kind == "name":
        return value.decode("ascii"), end
    return (int.from_bytes(value, "big") if isinstance(kind, int) else value), end
