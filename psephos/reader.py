"""Reads one table of a TOML file key by key; a complaint names the file, the line and the key."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from psephos.errors import ConfigurationError

T = TypeVar("T")

HEADER = re.compile(r"^\s*\[+\s*([A-Za-z0-9_.]+)\s*\]+")


class Reader:
    """One table of the file: takes keys one by one, and complains about what is left over."""

    def __init__(self, source: "Source", path: str, table: Mapping[str, Any], nth: int = 0) -> None:
        self.source, self.path, self.nth = source, path, nth
        self.left = dict(table)

    def error(self, key: str, why: str, hint: str = "") -> ConfigurationError:
        line = self.source.line(self.path, self.nth, key)
        where = f"{self.source.name}, line {line}" if line else self.source.name
        full = f"{self.path}.{key}" if self.path else key
        return ConfigurationError(f"{where}: `{full}` {why}", hint=hint or self.source.hint)

    def take(self, key: str, read: Callable[[Any], T], default: T | None = None) -> T:
        if key not in self.left:
            if default is None:
                raise self.error(key, "is missing")
            return default
        value = self.left.pop(key)
        try:
            return read(value)
        except ValueError as error:
            raise self.error(key, self.source.quoted(str(error), value)) from None

    def tables(self, key: str) -> list["Reader"]:
        found = self.left.pop(key, [])
        if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
            raise self.error(key, "must be written as [[…]] tables")
        path = f"{self.path}.{key}" if self.path else key
        return [Reader(self.source, path, table, nth) for nth, table in enumerate(found)]

    def done(self) -> None:
        for key in self.left:
            raise self.error(key, "is not a key that psephos knows", hint="check its spelling")


class Source:
    """The text of a file, to find the line of a key.

    `layout` is where the layout of a declared file is written. Nothing in such a file is secret,
    so a complaint quotes the value; of a configuration, which may hold keys, it never does.
    """

    def __init__(self, name: str, text: str, layout: str = "") -> None:
        self.name, self.text, self.layout = name, text, layout

    @property
    def hint(self) -> str:
        """Where to read what must stand in the file."""
        return self.layout and f"the layout is in {self.layout}"

    def quoted(self, why: str, value: Any) -> str:
        """What a value must be, with the value itself where it may be told."""
        return f"{why}, not {shown(value)}" if self.layout and why.startswith("must ") else why

    def line(self, path: str, nth: int, key: str) -> int | None:
        """The line of `key` in the `nth` table called `path`; the table's own line if absent."""
        here, count, header = "", 0, None
        for number, line in enumerate(self.text.splitlines(), 1):
            if found := HEADER.match(line):
                here = found.group(1)
                if here == path:
                    header = number if count == nth else header
                    count += 1
                elif here == f"{path}.{key}".lstrip(".") and (not path or count == nth + 1):
                    return number
            elif (
                here == path
                and (not path or count == nth + 1)
                and re.match(rf"\s*{re.escape(key)}\s*=", line)
            ):
                return number
        return header


def shown(value: Any) -> str:
    """A value of a file on one short line."""
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if isinstance(value, str | list) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
