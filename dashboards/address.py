"""The address of a page is everything a reader chose: page, release, block, switches.

    /delegates?release=716b2e6e35db1fb3&block=2336&by=owner

A page is a pure function of its address, so an address can be sent to somebody who then sees the
same page. Every parameter has a form here, and what is not of it is refused before anything is
asked of a release.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from psephos.errors import CommandError

LONGEST = 600
FORMS: dict[str, tuple[str, str]] = {
    "release": (r"[0-9a-f]{8,64}", "a release is named by 8 to 64 hexadecimal digits"),
    "block": (r"0|[1-9][0-9]{0,14}", "a block is a whole number"),
    "by": (
        r"address|owner(\.[a-z][a-z0-9-]{0,40})?|same-[a-z]{1,20}",
        "positions are by address or by owner, owner.SET, or a hypothesis such as same-funder",
    ),
    "dataset": (r"[a-z][a-z0-9_]{0,62}", "a dataset's name has small letters, digits and _"),
    "kind": (r"[a-z]{1,20}", "a kind of position is one word"),
    "measure": (r"[a-z][a-z0-9_]{0,40}", "a measure's name has small letters, digits and _"),
    "system": (r"[a-z][a-z0-9-]{0,40}", "a system of rules has small letters, digits and -"),
    "key": (r"0x[0-9a-f]{64}", "a proposal is named by 0x and 64 hexadecimal digits"),
    "compare": (r"0|[1-9][0-9]{0,14}", "the block to compare with is a whole number"),
    "card": (r"[a-z][a-z0-9-]{0,60}", "a card's name has small letters, digits and -"),
    "a": (r"0x[0-9a-fA-F]{1,64}", "an address is 0x and up to 64 hexadecimal digits"),
    "change": (r"[a-z][a-z-]{0,20}", "a change of counting is one word"),
    "share": (r"100|[1-9]?[0-9](\.[0-9])?", "a share is a percentage from 0 to 100"),
    "threshold": (r"[1-9][0-9]?-[1-9][0-9]?", "a threshold is a ratio such as 2-3"),
    "quorum": (r"100|[1-9]?[0-9]", "a quorum is a percentage from 0 to 100"),
    "who": (r"[a-z][a-z-]{0,20}|0x[0-9a-f]{40,64}", "who abstains is a role or an address"),
}
"""What each parameter may be, and what is said where it is not."""


@dataclass(frozen=True, slots=True)
class Address:
    """A page and what was chosen on it; an empty text is the page's own choice."""

    path: str = "/"
    release: str = ""
    block: str = ""
    by: str = ""
    dataset: str = ""
    kind: str = ""
    measure: str = ""
    system: str = ""
    key: str = ""
    compare: str = ""
    card: str = ""
    a: str = ""
    change: str = ""
    share: str = ""
    threshold: str = ""
    quorum: str = ""
    who: str = ""

    def href(self, path: str | None = None, **changes: str) -> str:
        """The address as text, at another page or with other choices.

        Going to another page keeps release, both blocks and `by`, and drops the choices of this
        one.
        """
        there = self if path is None else replace(self.pin, path=path)
        there = replace(there, **changes)
        given = {f.name: getattr(there, f.name) for f in fields(there) if f.name != "path"}
        query = urlencode({name: value for name, value in given.items() if value})
        return quote(there.path) + (f"?{query}" if query else "")

    @property
    def pin(self) -> "Address":
        """What every page has in common: release, block, what it is compared with, and `by`."""
        return Address(self.path, self.release, self.block, self.by, compare=self.compare)


def address(path: Any, search: Any) -> Address:
    """The address of a path and a query; `CommandError` says what is wrong with it."""
    if not isinstance(path, str) or not isinstance(search, str):
        raise CommandError("the address is no text")
    if len(path) + len(search) > LONGEST:
        raise CommandError("the address is too long", hint="start again from the Overview")
    try:
        given = parse_qsl(
            search.removeprefix("?"), keep_blank_values=True, strict_parsing=bool(search.strip("?"))
        )
    except ValueError:
        raise CommandError("the address is not understood", hint=_HINT) from None
    return Address(path or "/", **_checked(given))


def _checked(given: list[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in given:
        if name not in FORMS:
            raise CommandError("the address has a part that no page knows", hint=_HINT)
        if name in found:
            raise CommandError(f"the address says {name} twice", hint=_HINT)
        if value and not re.fullmatch(FORMS[name][0], value, re.ASCII):
            raise CommandError(f"the address is not understood: {FORMS[name][1]}", hint=_HINT)
        found[name] = value
    return found


_HINT = "start again from the Overview"
