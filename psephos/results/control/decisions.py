"""Dossiers of decisions: `data/decisions/*.toml`, strictly. Layout: `data/decisions/README.md`.

A dossier is what was published about a decision (proposal, forum, vetting report, announcement),
each with its address, its day and, where the text could be had, a name of its content; and the
steps on a chain that belong to it. A matter that never came to a vote is one too: `vote = "none"`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from re import fullmatch
from typing import Any

from psephos.configuration import Reader, text
from psephos.errors import ConfigurationError, DataError
from psephos.results import dated
from psephos.results.control.content import checked

KINDS = ("proposal", "forum", "report", "announcement")
NONE = "none"
BYTES = r"0x([0-9a-fA-F]{2})*|(?!0x).*"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that was published; `content` names its text, or `unread` says why it does not.

    agrees: whether the text kept beside the file has that name; None where no text is kept
    """

    kind: str
    title: str
    url: str
    day: date
    content: str
    unread: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a dataset that belongs to a decision: an event table, and what its columns say."""

    title: str
    dataset: str
    table: str
    where: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Decision:
    """A dossier. vote: the dataset and id of its proposal, "elsewhere: …", or "none"."""

    name: str
    title: str
    chains: tuple[int, ...]
    matter: str
    vote: str
    documents: tuple[Document, ...]
    steps: tuple[Step, ...]

    @property
    def since(self) -> date:
        """The day of the first thing that was published."""
        return min(one.day for one in self.documents)


def decisions(where: Path | None = None) -> tuple[Decision, ...]:
    """Every dossier of a folder (`data/decisions` if none is given), by name."""
    found = [read(file) for file in dated.files("decisions", where)]
    for place, one in enumerate(found):
        if one.name in [other.name for other in found[:place]]:
            raise ConfigurationError(f"two dossiers are called {one.name}")
    return tuple(found)


def read(file: Path) -> Decision:
    """One dossier; texts that it keeps lie beside it."""
    top = dated.opened(file, "decisions")
    documents = tuple(_document(table, file.parent) for table in top.tables("document"))
    steps = tuple(_step(table) for table in top.tables("step"))
    found = Decision(
        top.take("decision", _name),
        top.take("title", text),
        top.take("chains", _chains),
        top.take("matter", text),
        top.take("vote", _vote),
        documents,
        steps,
    )
    top.done()
    if not documents:
        raise top.error("document", "is missing: a dossier rests on something published")
    return found


def _document(table: Reader, folder: Path) -> Document:
    content = table.take("content", text, "-").removeprefix("-")
    kept = table.take("text", text, "-").removeprefix("-")
    unread = "" if content else table.take("unread", text)
    agrees = None
    if kept and not content:
        raise table.error("text", "is kept, so `content` must name what it should be")
    if kept:
        try:
            agrees = checked((folder / Path(kept).name).read_bytes(), content)
        except (OSError, DataError) as error:
            raise table.error("text", f"cannot be checked: {error}") from None
    found = Document(
        table.take("kind", _kind),
        table.take("title", text),
        table.take("url", _url),
        table.take("day", _day),
        content,
        unread,
        agrees,
    )
    table.done()
    return found


def _step(table: Reader) -> Step:
    found = Step(
        table.take("title", text),
        table.take("dataset", _name),
        table.take("table", _table),
        table.take("where", _where, {}),
    )
    table.done()
    return found


def _name(value: Any) -> str:
    if not isinstance(value, str) or not fullmatch(r"[a-z][a-z0-9_-]{0,60}", value):
        raise ValueError("must be a name of a-z, 0-9, _ and -, beginning with a letter")
    return value


def _table(value: Any) -> str:
    if not isinstance(value, str) or not fullmatch(r"[a-z][a-z0-9_]{0,60}", value):
        raise ValueError("must be a table's name of a-z, 0-9 and _")
    return value


def _kind(value: Any) -> str:
    if value not in KINDS:
        raise ValueError(f"is {value!r}: must be one of {', '.join(KINDS)}")
    return str(value)


def _vote(value: Any) -> str:
    told = str(value)
    if told == NONE or told.startswith("elsewhere: ") or fullmatch(r"[a-z0-9_]+/\w+", told):
        return told
    raise ValueError('must be "DATASET/ID", "elsewhere: …" with its source, or "none"')


def _url(value: Any) -> str:
    if not isinstance(value, str) or not fullmatch(r"(https://|data/)\S+", value):
        raise ValueError("must be where it can be read: https://… or data/…")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, such as 2024-09-10")
    return value


def _chains(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int and one > 0 for one in value):
        raise ValueError("must be a list of chain ids")
    return tuple(value)


def _where(value: Any) -> Mapping[str, str | int]:
    if not isinstance(value, dict) or not all(fullmatch("[a-z][a-z0-9_]*", key) for key in value):
        raise ValueError("must be a table of columns and what they say")
    for one in value.values():
        if not (type(one) is int or (isinstance(one, str) and fullmatch(BYTES, one))):
            raise ValueError("must give each column a text (0x… for bytes) or a whole number")
    return value
