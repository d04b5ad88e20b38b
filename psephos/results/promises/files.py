"""Promise files: `data/promises/*.toml`, strictly. Every complaint names file, line and key.

Layout: `data/promises/README.md`.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

from psephos.configuration import Reader, text
from psephos.errors import ConfigurationError
from psephos.results import dated, exactly
from psephos.results.promises.promise import Promise, Version
from psephos.results.promises.registry import RULES


def promises(where: Path | None = None) -> tuple[Promise, ...]:
    """Every promise of a folder (`data/promises` if none is given), by file name."""
    found = [(file, read(file)) for file in dated.files("promises", where)]
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
    """One promise file, every field checked, and its versions against each other."""
    top = dated.opened(file, "promises")
    tables = top.tables("version")
    if not tables:
        raise top.error("version", "is missing: a promise has words")
    versions = tuple(_version(table) for table in tables)
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


def _version(table: Reader) -> tuple[Version, Reader]:
    rule, given = _rule(table)
    found = Version(
        table.take("words", text),
        table.take("source", text),
        *dated.validity(table),
        table.take("due", exactly.day) if "due" in table.left else None,
        table.take("assumed", exactly.texts, ()),
        rule,
        given,
    )
    table.done()
    if found.due is None and RULES[rule].due:
        raise table.error("due", f"is missing: rule {rule} looks at the days before it")
    if found.due is not None and found.due < found.since:
        raise table.error("due", f"is {found.due}, before `since`, {found.since}")
    return found, table


def _rule(version: Reader) -> tuple[str, dict[str, Any]]:
    """The rule's name and its parameters."""
    if not isinstance(version.left.get("rule"), dict):
        raise version.error("rule", "is missing: write a table [version.rule]")
    table = Reader(version.source, "version.rule", version.left.pop("rule"), version.nth)
    name = table.take("name", text)
    if name not in RULES:
        raise table.error("name", f"is {name!r}: there are {', '.join(RULES)}")
    rule = RULES[name]
    given = {key: table.take(key, read) for key, read in rule.required.items()}
    for key, (read, default) in rule.optional.items():
        given[key] = table.take(key, read) if key in table.left else default
    table.done()
    if found := rule.impossible(given):
        raise table.error(*found)
    return name, given


def _chains(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of chain ids")
    if not all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in value):
        raise ValueError("must be a list of whole numbers above 0")
    return tuple(value)
