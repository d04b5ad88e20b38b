"""The field of Starknet, and what is turned into one of its elements (a *felt*).

    PRIME = 2^251 + 17·2^192 + 1

A felt is a Python int from 0 to PRIME - 1. Source: Starknet documentation, "Cryptography".
"""

import re
from functools import lru_cache

from psephos.commit.fields import quantity
from psephos.commit.keccak import keccak
from psephos.errors import MalformedAnswer

PRIME = 2**251 + 17 * 2**192 + 1

_FELT = re.compile(r"0x[0-9a-fA-F]{1,64}+").fullmatch
"""The pattern of `quantity`, asked here: felts are most of what is read."""

_MASK_250 = 2**250 - 1


def felt(value: object, name: str = "a felt") -> int:
    """The felt that a node wrote as `0x…` in field `name`.

    One to 64 hexadecimal digits, either case; leading zeros are read, since nodes and gateways
    write them and the number is what is committed. MalformedAnswer for anything else and for
    numbers of PRIME and above: x and x + PRIME are never two names of one felt.
    """
    if not isinstance(value, str):
        raise MalformedAnswer(f"{name} is no felt: {_shown(value)}")
    number = int(value, 16) if _FELT(value) else quantity(value, name)
    if number >= PRIME:
        raise MalformedAnswer(f"{name} is no felt: {number:#x} is not below the prime")
    return number


def selector(value: object, name: str = "a selector") -> int:
    """The felt of an entrypoint or event: of those few are written again and again, and kept."""
    return _kept(value, name) if isinstance(value, str) else felt(value, name)


@lru_cache(maxsize=4096)
def _kept(value: str, name: str) -> int:
    return felt(value, name)


def check_felts(*numbers: object, name: str = "a felt") -> None:
    """MalformedAnswer unless each is an int from 0 to PRIME - 1."""
    for number in numbers:
        if type(number) is not int or not 0 <= number < PRIME:
            raise MalformedAnswer(f"{name} is no felt: {_shown(number)}")


def short_string(text: str) -> int:
    """Up to 31 ASCII characters as one felt, the first the most significant: 'OK' is 0x4f4b.

    MalformedAnswer for longer text or other characters.
    """
    if not text.isascii() or len(text) > 31:
        raise MalformedAnswer(f"no short string (31 ASCII characters at most): {_shown(text)}")
    return int.from_bytes(text.encode("ascii"), "big")


def keccak_250(data: bytes) -> int:
    """The low 250 bits of Keccak-256: selectors of names, addresses of variables, messages."""
    return int.from_bytes(keccak(data), "big") & _MASK_250


def _shown(value: object) -> str:
    """A value short enough for a one-line message."""
    text = f"{value:#x}" if type(value) is int and abs(value).bit_length() <= 260 else ""
    text = text or (repr(value)[:40] if isinstance(value, str) else type(value).__name__)
    return text if len(text) <= 80 else text[:77] + "…"
