"""The resources, one file a subject. A subject's module has RESOURCES and is found by being here.

A resource is a path with words in braces, the parameters it takes, and a function from what was
asked to a table. Routing, the OpenAPI document and the tests all read this one list.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from dashboards.api.asked import EVERYWHERE, Asked
from dashboards.api.table import Table

WORDS: Mapping[str, tuple[str, str]] = {
    "kind": (r"[a-z]{1,20}", "power"),
    "study": (r"[a-z]{1,20}", "delegation"),
    "promise": (r"[a-z][a-z0-9-]{0,60}", "vote-open"),
    "measure": (r"[a-z][a-z0-9_]{0,40}", "gini"),
    "dataset": (r"[a-z][a-z0-9_]{0,62}", "governor"),
    "proposal": (r"0x[0-9a-f]{64}", "0x" + "00" * 32),
    "figure": (r"[0-9a-f]{8,64}", "00000000"),
    "system": (r"[a-z][a-z0-9-]{0,40}", "openzeppelin"),
    "listing": (r"[a-z][a-z0-9_]{0,60}", "delegates"),
    "table": (r"[a-z][a-z0-9_]{0,99}", "strk_transfer"),
    "block": (r"0|[1-9][0-9]{0,14}", "680"),
    "address": (r"0x[0-9a-f]{40}(?:[0-9a-f]{24})?", "0x" + "00" * 20),
}
"""The form of each word that may stand in a path, and an example."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A path below /api/v1, what it tells, and how it is answered.

    lasts: whether one release alone decides the answer, so that it may be kept for ever. Which
    releases there are, and what files declare (labels, promises), may change under the same address
    """

    path: str
    title: str
    words: str
    of: Callable[[Asked], Table]
    takes: tuple[str, ...] = ()
    lasts: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        return (*self.takes, *EVERYWHERE)

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression; its groups are the words in braces."""
        text = re.sub(r"\{([a-z]+)\}", lambda m: f"(?P<{m[1]}>{WORDS[m[1]][0]})", self.path)
        return re.compile(text, re.ASCII)


@cache
def resources() -> tuple[tuple[re.Pattern[str], Resource], ...]:
    """Every resource with its pattern, in the order of the files."""
    found: list[Resource] = []
    for module in pkgutil.iter_modules(__path__):
        found += importlib.import_module(f"{__name__}.{module.name}").RESOURCES
    return tuple((one.pattern, one) for one in found)


def find(path: str) -> tuple[Resource, dict[str, str]] | None:
    """The resource of a path below /api/v1, with the words in it."""
    for pattern, resource in resources():
        if match := pattern.fullmatch(path):
            return resource, match.groupdict()
    return None
