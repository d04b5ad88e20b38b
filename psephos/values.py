"""Single values of `psephos.toml`: a reader returns the one right kind or says what it must be."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from psephos.settings import VARIABLE

Family = Literal["ethereum", "starknet"]
"""The chains we know: those whose blocks are read and recomputed alike."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
PRIME = 2**251 + 17 * 2**192 + 1
"""Starknet's field: its addresses, hashes and chain ids are below."""


def text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text in quotes")
    return value


def name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("must be a name of a-z, 0-9 and _, beginning with a letter")
    return value


def natural(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


def positive(value: Any) -> int:
    if natural(value) == 0:
        raise ValueError("must be a whole number, 1 or more")
    return int(value)


def seconds(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 3600:
        raise ValueError("must be a number of seconds, above 0 and at most 3600")
    return float(value)


def fixed_bytes(length: int) -> Callable[[Any], bytes]:
    def read(value: Any) -> bytes:
        if not isinstance(value, str) or not re.fullmatch(rf"0x[0-9a-fA-F]{{{2 * length}}}", value):
            raise ValueError(f"must be 0x and {2 * length} hexadecimal digits")
        return bytes.fromhex(value[2:])

    return read


def names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of names")
    return tuple(name(v) for v in value)


def addresses(value: Any) -> tuple[bytes, ...]:
    return listed(value, fixed_bytes(20))


def felts(value: Any) -> tuple[bytes, ...]:
    """Addresses of Starknet."""
    return listed(value, felt)


def listed(value: Any, read: Callable[[Any], bytes]) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of addresses")
    found = tuple(read(v) for v in value)
    if len(set(found)) != len(found):
        raise ValueError("names an address twice")
    return found


def felt(value: Any) -> bytes:
    """A felt as 32 bytes; leading zeros may be left out."""
    if not isinstance(value, str) or not re.fullmatch(r"0x[0-9a-fA-F]{1,64}", value):
        raise ValueError("must be 0x and 1 to 64 hexadecimal digits")
    if int(value, 16) >= PRIME:
        raise ValueError("must be a felt of Starknet, which is below its prime")
    return int(value, 16).to_bytes(32, "big")


def chain_id(value: Any) -> int:
    """A chain id of Starknet: the text it spells (`SN_MAIN`), or its felt."""
    if isinstance(value, str) and re.fullmatch(r"[!-~]{1,31}", value):
        if value.startswith("0x"):
            return int.from_bytes(felt(value), "big")
        return int.from_bytes(value.encode("ascii"), "big")
    raise ValueError('must be a text such as "SN_MAIN", "SN_SEPOLIA", or its felt 0x…')


def family(value: Any) -> Family:
    if value == "starknet":
        return "starknet"
    if value == "ethereum":
        return "ethereum"
    raise ValueError('must be "ethereum" or "starknet"')


def links(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise ValueError("must be a table of texts")
    return value


def url(value: Any) -> str:
    """The address, with `${NAME}` read from the environment where it has that variable."""
    full = VARIABLE.sub(lambda found: os.environ.get(found[1], found[0]), text(value))
    if not (re.match(r"(https?://|replay:)", full) or VARIABLE.match(full)):
        raise ValueError("must begin with http://, https:// or replay:")
    return full


def table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of texts")
    return tuple(text(v) for v in value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
