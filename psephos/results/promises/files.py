"""Promise files: `data/promises/*.toml`, strictly. Every complaint names file, line and key.

Layout: `data/promises/README.md`.
"""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from psephos import configuration
from psephos.configuration import Reader, Source, text
from psephos.errors import ConfigurationError
from psephos.results import exactly
from psephos.results.promises.promise import Promise, Version
from psephos.results.promises.registry import RULES
from psephos.results.shipped import shipped


def promises(where: Path | None = None) -> tuple[Promise, ...]:
    """Every promise of a folder (`data/promises` if none is given), by file name."""
    folder = shipped("promises") if where is None else where
    found = [(file, read(file)) for file in sorted(folder.glob("*.toml"))]
    seen: dict[str, str] = {}
    for file, promise in found:
        if promise.name in seen:
            raise ConfigurationError(
                f"{file.name}: `promise` is {promise.name!r}, as in {seen[promise.name]}",
                hint="write a changed promise as another [[version]] of the same file",
            )
        seen[promise.name] = file.name
    return tuple(promise for _, promise in found)


def read(file: Path) -> Promise:
    """One promise file."""
    source, raw = configuration.read(file)
    return parsed(source, raw)


def parsed(source: Source, raw: Mapping[str, Any]) -> Promise:
    """The parsed file, every field checked, and its versions against each other."""
    top = Reader(source, "", raw)
    tables = top.tables("version")
    if not tables:
        raise top.error("version", "is missing: a promise has words")
    versions = tuple(_version(source, table) for table in tables)
    for (before, _), (after, table) in pairwise(versions):
        if before.until is None or after.since < before.until:
            raise table.error("since", "lies within the version before: end that with `until`")
    found = Promise(
        top.take("promise", exactly.label),
        top.take("title", text),
        top.take("by", text),
        top.take("chains", _chains),
        tuple(version for version, _ in versions),
    )
    top.done()
    return found


def _version(source: Source, table: Reader) -> tuple[Version, Reader]:
    rule, given = _rule(source, table)
    found = Version(
        table.take("words", text),
        table.take("source", text),
        table.take("since", exactly.day),
        table.take("until", exactly.day) if "until" in table.left else None,
        table.take("due", exactly.day) if "due" in table.left else None,
        table.take("assumed", exactly.texts, ()),
        rule,
        given,
    )
    table.done()
    if found.until is not None and found.until <= found.since:
        raise table.error("until", f"is {found.until}, not after `since`, {found.since}")
    if found.due is not None and found.due < found.since:
        raise table.error("due", f"is {found.due}, before `since`, {found.since}")
    return found, table


def _rule(source: Source, version: Reader) -> tuple[str, dict[str, Any]]:
    """The rule's name and its parameters."""
    if not isinstance(version.left.get("rule"), dict):
        raise version.error("rule", "is missing: write a table [version.rule]")
    table = Reader(source, "version.rule", version.left.pop("rule"), version.nth)
    name = table.take("name", text)
    if name not in RULES:
        raise table.error("name", f"is {name!r}: there are {', '.join(RULES)}")
    rule = RULES[name]
    given = {key: table.take(key, read) for key, read in rule.required.items()}
    for key, (read, default) in rule.optional.items():
        given[key] = table.take(key, read) if key in table.left else default
    table.done()
    return name, given


def _chains(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of chain ids")
    if not all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in value):
        raise ValueError("must be a list of whole numbers above 0")
    return tuple(value)
