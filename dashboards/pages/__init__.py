"""The pages, one file a page. A page's module has

PATH    a regular expression of the whole path; its named groups are the page's own words
NAME    its name in the navigation, or "" for a page that is reached from others
ORDER   its place there
page    (At) -> Page

and is found by being here.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.address import Address
from dashboards.view import View


@dataclass(frozen=True, slots=True)
class At:
    """Where a reader is: the address, what it is a view of, and the words in its path."""

    address: Address
    view: View
    words: Mapping[str, str]


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


def register() -> tuple[Entry, ...]:
    """Every page of this folder, in the order of the navigation."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        there = importlib.import_module(f"{__name__}.{module.name}")
        path = re.compile(there.PATH, re.ASCII)
        found.append(Entry(path, there.NAME, there.ORDER, there.page))
    return tuple(sorted(found, key=lambda entry: entry.order))


def find(pages: tuple[Entry, ...], path: str) -> tuple[Entry, Mapping[str, str]] | None:
    """The page of a path, with the words in it."""
    for entry in pages:
        if match := entry.path.fullmatch(path):
            return entry, {name: word or "" for name, word in match.groupdict().items()}
    return None
