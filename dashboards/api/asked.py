"""What is asked of the API: the parameters there are, each with its form, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dashboards.address import FORMS, LONGEST
from dashboards.view import View
from psephos.errors import CommandError

USUAL, MOST = 1_000, 50_000
"""Rows of an answer, if none or too many are asked for."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: the form of its value, what it means, and an example."""

    form: str
    words: str
    example: str
    whole: bool = False


PARAMETERS: Mapping[str, Parameter] = {
    "release": Parameter(FORMS["release"][0], "A release, by 8 to 64 digits of its id. Without "
                         "it the current one answers.", "716b2e6e"),
    "block": Parameter(FORMS["block"][0], "As of the end of this block. Without it: the newest "
                       "final one.", "2336", whole=True),
    "by": Parameter(FORMS["by"][0], "Holders by address, or by declared owner.", "owner"),
    "dataset": Parameter(FORMS["dataset"][0], "A dataset by name. Without it: the first that has "
                         "what is asked for.", "strk"),
    "kind": Parameter(FORMS["kind"][0], "A kind of position.", "power"),
    "measure": Parameter(FORMS["measure"][0], "A measure by name.", "gini"),
    "key": Parameter(FORMS["key"][0], "A proposal, by its id as 32 bytes.", "0x" + "00" * 32),
    "change": Parameter(FORMS["change"][0], "A change of counting: cap, square-root, quadratic, "
                        "delegate-cap, without, redelegate, or none. Without it: cap.", "without"),
    "share": Parameter(FORMS["share"][0], "Of a cap, in per cent. Without it: 5.", "2.5"),
    "who": Parameter(FORMS["who"][0], "Who abstains, or whose delegations move: a declared role, "
                     "or an address. Without it: foundation.", "foundation"),
    "threshold": Parameter(FORMS["threshold"][0], "More than this ratio is needed.", "2-3"),
    "quorum": Parameter(FORMS["quorum"][0], "A quorum, in per cent of the supply.", "10"),
    "first": Parameter(FORMS["block"][0], "Rows of this block and later.", "1", whole=True),
    "last": Parameter(FORMS["block"][0], "Rows of this block and earlier.", "2336", whole=True),
    "offset": Parameter(r"0|[1-9][0-9]{0,11}", "So many rows are left out.", "0", whole=True),
    "limit": Parameter(r"[1-9][0-9]{0,4}", f"At most so many rows, {MOST:,} at the most; "
                       f"{USUAL:,} without it.", "100", whole=True),
}  # fmt: skip
EVERYWHERE = ("release", "offset", "limit")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the view it is of, the words of its path, and its parameters."""

    view: View
    words: Mapping[str, str]
    given: Mapping[str, str]

    @property
    def offset(self) -> int:
        return int(self.given.get("offset") or 0)

    @property
    def limit(self) -> int:
        return min(int(self.given.get("limit") or USUAL), MOST)

    def whole(self, name: str) -> int | None:
        """A parameter that is a number; None if it was not given."""
        return int(self.given[name]) if self.given.get(name) else None


def parameters(query: str, takes: Sequence[str]) -> dict[str, str]:
    """The parameters of a query; `CommandError` names the one that is wrong."""
    if len(query) > LONGEST:
        raise CommandError("the address is too long", hint=_HINT)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise CommandError("the query is not understood", hint=_HINT) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in takes:
            known = ", ".join(takes)
            raise CommandError("there is no such parameter here", hint=f"there are: {known}")
        if name in found:
            raise CommandError(f"the query says {name} twice", hint=_HINT)
        if not re.fullmatch(PARAMETERS[name].form, value, re.ASCII):
            raise CommandError(f"{name} is not understood", hint=PARAMETERS[name].words)
        found[name] = value
    return found


_HINT = "see /api/v1/openapi.json"
