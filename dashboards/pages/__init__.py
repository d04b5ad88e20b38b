"""The pages, one file a page. A page's module has

PATH    a regular expression of the whole path; its named groups are the page's own words
GROUP   where it stands in the navigation, one of `GROUPS`
NAME    its name there, or "" for a page that is reached from others
ORDER   its place there
ASKS    its three main questions, each with the names of the cards that answer it
page    (At) -> Page
AHEAD   optional: further searches of it, such as "change=quadratic", whose first answer takes long;
        they are made with the page as soon as a release is current (`dashboards.ahead`)

and is found by being here. A page that stands in the navigation has a path that is plain text up
to its first bracket.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.address import Address
from dashboards.asks import Ask
from dashboards.view import View

GROUPS = ("Overview", "Governance", "Token", "Chain", "Check")
"""The first row of the navigation; the second has the pages of the group a reader is in."""
EMBED = "/embed"
"""Before the path of a page: one card of it alone, which other sites may frame."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a reader is: the address, what it is a view of, and the words in its path.

    other: the same view at the block that is compared with; None where none is chosen
    """

    address: Address
    view: View
    words: Mapping[str, str]
    other: View | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title in the browser, and what is on it."""

    title: str
    body: list[Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the register has it."""

    path: re.Pattern[str]
    name: str
    order: int
    page: Callable[[At], Page]
    group: str
    asks: tuple[Ask, ...]
    ahead: tuple[str, ...] = ("",)

    @property
    def home(self) -> str:
        """The shortest path that is this page's: where the navigation leads."""
        return self.path.pattern.split("(")[0]


def register() -> tuple[Entry, ...]:
    """Every page of this folder, in the order of the navigation."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        there = importlib.import_module(f"{__name__}.{module.name}")
        path = re.compile(there.PATH, re.ASCII)
        ahead = ("", *getattr(there, "AHEAD", ()))
        found.append(
            Entry(path, there.NAME, there.ORDER, there.page, there.GROUP, there.ASKS, ahead)
        )
    return tuple(sorted(found, key=lambda entry: entry.order))


def page_path(path: str) -> str:
    """The path of the page that an address is of, embedded or not."""
    return (path.removeprefix(EMBED) if path.startswith(f"{EMBED}/") else path).rstrip("/") or "/"


def find(pages: tuple[Entry, ...], path: str) -> tuple[Entry, Mapping[str, str]] | None:
    """The page of a path, with the words in it."""
    for entry in pages:
        if match := entry.path.fullmatch(path):
            return entry, {name: word or "" for name, word in match.groupdict().items()}
    return None
