"""Declared files: read in one way, and no two of a name on one day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from psephos.errors import CommandError, ConfigurationError
from psephos.reader import Reader, Source
from psephos.results import dated
from psephos.results.control.decisions import decisions
from psephos.results.control.rule_files import systems
from psephos.results.economy.backtest import backtests
from psephos.results.economy.scenarios import read as scenario
from psephos.results.economy.schedules import schedules
from psephos.results.labels.entities import entities
from psephos.results.promises.files import promises
from psephos.results.shipped import shipped
from psephos.results.stakes import assets

LOADERS: dict[str, Callable[[Path], object]] = {
    "assets": lambda folder: assets(1, folder),
    "backtest": backtests,
    "decisions": decisions,
    "entities": lambda folder: entities(1, folder),
    "promises": promises,
    "rules": systems,
    "scenarios": lambda folder: scenario(folder / "x.toml"),
    "schedules": schedules,
}
JUNK = {
    "nothing": b"",
    "another file's key": b"whatever = 1\n",
    "binary": bytes(range(256)),
    "half a table": b"[[x",
    "a mark of byte order": "\ufefftitle = 'x'\n".encode(),
    "a key twice": b"a = 1\na = 2\n",
    "lists without end": b"a = " + b"[" * 5000 + b"]" * 5000,
    "thousands of digits": b"a = " + b"9" * 5000 + b"\n",
    "infinity": b"title = inf\n",
}


@pytest.mark.parametrize("kind", LOADERS)
@pytest.mark.parametrize("junk", [*JUNK, "a folder"])
def test_what_is_no_such_file_is_said_in_one_line_that_names_it(
    tmp_path: Path, kind: str, junk: str
) -> None:
    file = tmp_path / "x.toml"
    if junk in JUNK:
        file.write_bytes(JUNK[junk])
    else:
        file.mkdir()
    with pytest.raises(ConfigurationError) as raised:
        LOADERS[kind](tmp_path)
    assert raised.value.message.startswith("x.toml")
    assert raised.value.message.isprintable()
    assert raised.value.hint


@pytest.mark.parametrize("kind", LOADERS)
def test_every_kind_of_file_has_a_page_that_tells_its_layout(kind: str) -> None:
    assert "source" in (shipped(kind) / "README.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Held:
    name: str
    since: date
    until: date | None


FIRST, LATER, LAST = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)


def test_of_one_name_the_one_that_holds_on_the_day_is_meant() -> None:
    old, new = Held("a", FIRST, LATER), Held("a", LATER, None)
    found = dated.by_name([("two", new), ("one", old)], "rule")
    assert found == {"a": (old, new)}
    days = (FIRST, date(2024, 12, 31), LATER, None)
    assert [dated.on_day(found, "a", day, "rule") for day in days] == [old, old, new, new]
    with pytest.raises(CommandError, match="no rule file of a holds on 2023-12-31"):
        dated.on_day(found, "a", date(2023, 12, 31), "rule")
    with pytest.raises(CommandError, match="there is no rule file of 'b'"):
        dated.on_day(found, "b", None, "rule")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Held("a", FIRST, None), Held("a", LATER, LAST)),
        (Held("a", FIRST, LAST), Held("a", LATER, None)),
        (Held("a", FIRST, LATER), Held("a", FIRST, LATER)),
    ],
)
def test_two_of_a_name_never_hold_on_one_day(one: Held, other: Held) -> None:
    for both in ((one, other), (other, one)):
        with pytest.raises(ConfigurationError, match=r"^two: `since` lies within"):
            dated.by_name(zip(("one", "two"), both, strict=True), "rule")


def test_a_declared_file_quotes_a_wrong_value_and_a_configuration_never_does() -> None:
    def refuse(_: object) -> None:
        raise ValueError("must be an address")

    for layout, said in (("data/x", "must be an address, not 'key-canary'"), ("", "an address")):
        table = Reader(Source("x.toml", "url = 'key-canary'", layout), "", {"url": "key-canary"})
        with pytest.raises(ConfigurationError) as raised:
            table.take("url", refuse)
        assert raised.value.message.endswith(said)
