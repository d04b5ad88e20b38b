"""Proven days in the ledger, and a month as the sum of them: no day is left out unsaid."""

import copy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from psephos.batch.header import date_of
from psephos.batch.history import CONTESTED, Entry
from psephos.batch.seal import ROOT_ADDED
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence.history import history_of
from psephos.evidence.verify import verify_release
from psephos.publish.proven_days import record
from psephos.results.proofs.kept import check_kept
from psephos.results.proofs.period import asked_days, left_out, period
from psephos.results.proofs.provable_batch import provable_batch, with_root
from psephos.results.proofs.proving import Question, proven
from tests.publish.conftest import House

TABLE = "vote_cast"


@pytest.fixture(scope="module")
def built(month: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, str, list[str]]:
    """A house, a month of votes, and two of its days that are proven and recorded."""
    made = copy.deepcopy(month)
    made.folder = tmp_path_factory.mktemp("days")
    shutil.copytree(month.folder, made.folder, dirs_exist_ok=True)
    made.release()
    with made.read() as release:
        history = history_of(release)
        held = [history.at(i).header for _, i in sorted(history.latest.items())]
    months: dict[str, list[str]] = {}
    for header in held:
        if (header.dataset, header.table) == ("gov", TABLE) and header.rows:
            months.setdefault(str(header.date)[:7], []).append(str(header.date))
    name, days = max(months.items(), key=lambda item: len(item[1]))
    for day in days[:2]:
        prove(made, day)
    made.release()
    return made, name, days


def prove(house: House, day: str) -> int:
    with house.read() as release:
        header, table = provable_batch(release, f"gov/{day}/{TABLE}", "weight")
    data, found = proven(table, Question(["total"]), "standard")
    rooted = with_root(header, table)
    with house.open() as (_, ledger):
        first = record(ledger, house.settings.releases, rooted, data, found.combination.id)
        assert record(ledger, house.settings.releases, rooted, data, found.combination.id) == 0
        assert ledger.at(ledger.latest[header.key]).reason == ROOT_ADDED
        other = replace(rooted, prover_root=b"o" * 32)
        with pytest.raises(VerificationFailed, match="second root of other columns"):
            record(ledger, house.settings.releases, other, data, found.combination.id)
    return first


@pytest.fixture
def house(built: tuple[House, str, list[str]], tmp_path: Path) -> House:
    shutil.copytree(built[0].folder, tmp_path, dirs_exist_ok=True)
    made = copy.deepcopy(built[0])
    made.folder = tmp_path
    return made


def test_a_month_is_the_sum_of_its_proven_days_and_says_which_have_no_proof(
    built: tuple[House, str, list[str]],
) -> None:
    house, month, days = built
    with house.read() as release:
        found = period(release, f"gov/{month}/{TABLE}")
        assert "2 tables" in check_kept(release)
        weights = release.sql(
            f"SELECT b.timestamp // 86400 AS day, sum(weight) AS weight FROM gov_{TABLE} v "
            "JOIN block b ON b.number = v.block_number GROUP BY day"
        ).rows()
    told = {str(date_of(day)): int(weight) for day, weight in weights}
    assert found.days == tuple(days[:2])
    assert found.unproven == tuple(days[2:])
    assert found.sums["total"] == sum(told[day] for day in days[:2])
    assert found.sums["count"] == found.rows
    assert "sealed, not proven" in left_out(found)
    assert not found.whole
    assert not set(found.empty) & told.keys(), "a day without rows is sealed as one"
    every = (*found.days, *found.empty, *found.unproven, *found.superseded, *found.missing)
    assert len(every) == len(set(every)) in (28, 29, 30, 31)
    assert {c.status for c in verify_release(house.settings.releases)} == {"passed"}


def test_one_proven_day_is_whole(built: tuple[House, str, list[str]]) -> None:
    house, _, days = built
    with house.read() as release:
        found = period(release, f"gov/{days[0]}/{TABLE}")
    assert (found.whole, found.days, left_out(found)) == (True, (days[0],), "")


def corrected(house: House, day: str, kind: str) -> None:
    with house.open() as (_, ledger):
        key = next(
            k for k in ledger.latest if k[:2] == ("gov", TABLE) and str(date_of(k[2])) == day
        )
        held = ledger.latest[key]
        old = ledger.at(held).header
        new = old if kind == CONTESTED else replace(old, row_root=b"n" * 32, prover_root=None)
        ledger.append(Entry(new, held, "a final block changed", kind))
    house.live(1)
    house.sync()


def test_a_day_corrected_after_it_was_proven_is_not_added_and_is_said(
    house: House, built: tuple[House, str, list[str]]
) -> None:
    _, month, days = built
    corrected(house, days[0], "sealed")
    house.release()
    with house.read() as release:
        found = period(release, f"gov/{month}/{TABLE}")
        assert release.manifest.proofs, "the other day's is carried on"
    assert (found.days, found.superseded) == ((days[1],), (days[0],))
    assert f"one day corrected after they were proven: {days[0]}" in left_out(found)


def test_a_contested_day_fails_its_period(
    house: House, built: tuple[House, str, list[str]]
) -> None:
    _, month, days = built
    corrected(house, days[0], CONTESTED)
    house.release()
    with house.read() as release, pytest.raises(VerificationFailed, match="is contested"):
        period(release, f"gov/{month}/{TABLE}")


@pytest.mark.parametrize("name", ["gov", "gov/2026/t", "gov/2026-13/t", "gov/x/t", "gov/2026-6/t"])
def test_a_name_that_is_no_period_is_a_wrong_command(name: str) -> None:
    with pytest.raises(CommandError):
        asked_days(name)


def test_december_ends_with_its_last_day() -> None:
    first, last = asked_days("gov/2024-12/t")[2]
    assert (str(date_of(first)), str(date_of(last))) == ("2024-12-01", "2024-12-31")
    first, last = asked_days("gov/2024-02/t")[2]
    assert str(date_of(last)) == "2024-02-29"
