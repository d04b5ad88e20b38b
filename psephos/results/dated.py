"""Files that people declare, `data/KIND/*.toml`, and what of them holds on a day.

All of them are read in one way: strictly, each complaint a `ConfigurationError` with file, line,
key and value, and with the layout's own page as its hint. What is declared has a source, and holds
from its day `since` until the day before `until`; two of one name never hold on one day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from psephos import configuration
from psephos.configuration import Reader
from psephos.errors import CommandError, ConfigurationError
from psephos.results import exactly
from psephos.results.shipped import shipped


class Dated(Protocol):
    """What a file declares of a name, from one day until another."""

    @property
    def name(self) -> str: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def files(kind: str, where: Path | None = None) -> list[Path]:
    """The files of a folder (`data/KIND` if none is given), by name."""
    return sorted((shipped(kind) if where is None else where).glob("*.toml"))


def opened(file: Path, kind: str) -> Reader:
    """The whole file, to be taken key by key."""
    source, raw = configuration.read(file, f"data/{kind}/README.md")
    return Reader(source, "", raw)


def each(kind: str, where: Path | None = None) -> Iterator[Reader]:
    """Every file of a folder, opened."""
    return (opened(file, kind) for file in files(kind, where))


def validity(table: Reader) -> tuple[date, date | None]:
    """Its `since`, and its `until` if there is one, which is a later day."""
    since = table.take("since", exactly.day)
    until = table.take("until", exactly.day) if "until" in table.left else None
    if until is not None and until <= since:
        raise table.error("until", f"is {until}, not after `since`, {since}")
    return since, until


def valid(one: Dated, on: date) -> bool:
    """Whether it holds on a day."""
    return one.since <= on and (one.until is None or on < one.until)


def by_name(found: Iterable[tuple[str, D]], what: str) -> dict[str, tuple[D, ...]]:
    """(file, what it declares) by its name, each oldest first; `what` is said in a complaint."""
    there: dict[str, list[D]] = {}
    for file, one in found:
        for other in there.setdefault(one.name, []):
            if valid(one, other.since) or valid(other, one.since):
                raise ConfigurationError(
                    f"{file}: `since` lies within another {what} file of {one.name}",
                    hint="end the older file with `until`",
                )
        there[one.name].append(one)
    return {name: tuple(sorted(all_, key=lambda one: one.since)) for name, all_ in there.items()}


def on_day(found: Mapping[str, tuple[D, ...]], name: str, on: date | None, what: str) -> D:
    """What holds of a name on a day (none: its newest); `CommandError` names those there are."""
    if name not in found:
        raise CommandError(
            f"there is no {what} file of {name[:60]!r}",
            hint=f"there are {', '.join(found)}" if found else "its folder has no such file at all",
        )
    held = [one for one in found[name] if on is None or valid(one, on)]
    if not held:
        raise CommandError(
            f"no {what} file of {name} holds on {on}", hint=f"they begin on {found[name][0].since}"
        )
    return held[-1]
