"""What the fields of a label may hold: each function takes a value of a file and gives it checked,
or raises ValueError with what it must be.
"""

from datetime import date, datetime
from re import fullmatch
from typing import Any

ROLES = {
    "foundation": "the foundation",
    "council": "a body with powers of its own",
    "delegate": "votes for others",
    "programme": "gives tokens away by rules of its own",
    "developer": "core developers",
    "exchange": "a pool: holds for unknown many",
    "pool": "a pool: holds for unknown many",
    "bridge": "a pool: holds for those on the other side",
    "custodian": "a pool: holds for its clients",
    "team": "those who built it",
    "investor": "early investors",
    "treasury": "held for a purpose, by a body",
    "contract": "a contract without an owner",
    "other": "anything else",
}
BELIEFS = ("declared", "believed")
"""Who says so: the owner itself, or somebody else."""


def words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes, and say something")
    return value


def set_name(value: Any) -> str:
    if not isinstance(value, str) or not fullmatch(r"[a-z][a-z0-9-]{0,40}", value):
        raise ValueError("must be a name of a-z, 0-9 and -, beginning with a letter")
    if value in ("on", "off") or value.startswith("same-"):
        raise ValueError(f"is {value!r}, which chooses something else")
    return value


def role(value: Any) -> str:
    if value not in ROLES:
        raise ValueError(f"is {value!r}: must be one of {', '.join(ROLES)}")
    return str(value)


def belief(value: Any) -> str:
    if value not in BELIEFS:
        raise ValueError(f"is {value!r}: must be one of {', '.join(BELIEFS)}")
    return str(value)


def day(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, such as 2024-09-10")
    return value.isoformat()


def addresses(value: Any) -> list[bytes]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of addresses")
    for one in value:
        if not isinstance(one, str) or not fullmatch(r"0x([0-9a-fA-F]{40}|[0-9a-fA-F]{64})", one):
            raise ValueError(f"hold {str(one)[:80]!r}: an address is 0x and 40 or 64 digits")
    return [bytes.fromhex(one[2:]) for one in value]
