"""A token's economy: by hand on a small chain, and on the sample with its evidence."""

from fractions import Fraction
from typing import Any

from analytics.cohorts import Cell
from psephos.chain.dataset import Dataset as Watched
from psephos.results.economy import token as economy
from psephos.results.economy.fees import fees_paid
from psephos.results.labels.entities import Entities, Entity, entities
from psephos.results.studies import study
from psephos.store.reader import Release
from tests.results.house import GENESIS, ZERO, House, Opened, address

DAY = 86_400
MIDNIGHT = -(-GENESIS // DAY) * DAY
A, B, FUND, OUT = map(address, (1, 2, 3, 4))
LABELS = Entities.labelled(1, {FUND: Entity("Fund", "foundation", "a test")})


def played(final: int = 60) -> Opened:
    """One block an hour from a midnight on: 2½ days to block 60."""
    house = House()
    house.times = {n: MIDNIGHT + 3600 * (n - 1) for n in range(101)}
    house.transfer(1, ZERO, A, 1000)
    house.transfer(2, A, B, 100)  # day 0
    house.transfer(26, B, FUND, 40)  # day 1
    house.transfer(27, B, OUT, 60)  # and B holds nothing
    house.transfer(28, FUND, A, 10)
    house.transfer(30, OUT, ZERO, 50)  # burned
    house.transfer(50, A, B, 5)  # B begins anew, on the day of the block
    grant = {"beneficiary": A, "amount": 200, "start": MIDNIGHT, "cliff": MIDNIGHT}
    house.emit("grant", "grant_created", 3, **grant, finish=MIDNIGHT + 100 * 3600)
    return house.open(final)


def asked(release: Opened) -> Any:
    return release


def test_books_balance_on_every_block() -> None:
    release = asked(played())
    for block in (1, 2, 27, 30, 60):
        found = economy.books(release, "dao", block)
        assert found is not None
        assert found.missing == 0
    assert (found.minted, found.burned, found.held) == (1000, 50, 950)


def test_a_lost_row_is_missing_in_the_books() -> None:
    """What the chain burned and no row tells is held by nobody: here it is the other way around."""
    release = asked(played())
    release.con.execute("CREATE TABLE kept AS SELECT * FROM dao_transfer WHERE block_number <> 30")
    release.con.execute("CREATE OR REPLACE VIEW dao_transfer AS SELECT * FROM kept")
    found = economy.books(release, "dao", 60)
    assert found is not None
    assert found.missing == 50


def test_what_circulates_is_neither_locked_nor_the_foundations() -> None:
    found = economy.floating(asked(played()), "dao", 60, LABELS)
    assert found is not None
    assert found.outside == {"locked": 200 - 200 * 59 // 100, "foundation": 30, "treasury": 0}
    assert found.circulating == 950 - 82 - 30


def test_velocity_is_of_full_days_without_minting_and_burning() -> None:
    """Days 0 and 1: 100 + 40 + 60 + 10 moved; the supply was 1,000, then 950."""
    found = economy.turnover(asked(played()), "dao", 60, 30)
    assert found is not None
    assert (found.days, found.volume) == (2, 210)
    mean = Fraction(1000 * 29 + 950 * 19, 48)
    assert (found.mean, found.velocity) == (mean, 210 / mean)
    assert economy.volumes(asked(played()), "dao", 60, 1) == {MIDNIGHT + DAY: 110}
    assert economy.turnover(asked(played(20)), "dao", 20, 30) is None


def test_pressure_is_what_grants_unlock_next() -> None:
    found = economy.pressure(asked(played()), "dao", 60, 1, LABELS)
    assert found is not None
    unlocks = 200 * 83 // 100 - 200 * 59 // 100
    assert found.of_circulating == Fraction(unlocks, 838)
    assert found.of_daily_volume == Fraction(unlocks) / Fraction(100 + 110, 2)
    periods = economy.coming(asked(played()), "dao", 60, [MIDNIGHT, MIDNIGHT + 400 * 3600])
    assert periods is not None
    assert periods[0].amount == 200


def test_who_held_nothing_between_two_blocks_is_young_again() -> None:
    release = asked(played())
    assert economy.since(release, "dao", 60) == {A: 1, B: 50, FUND: 26, OUT: 27}
    found = economy.holders_by_age(release, "dao", 60, ages=(1, 2), sizes=())
    assert found is not None
    # B holds 5 for ten hours; the fund and OUT for 34 and 33 hours; A for 59
    assert found.cells == ((Cell(1, 5),), (Cell(2, 40),), (Cell(1, 905),))
    joined = Entities.labelled(1, {who: Entity("One", "team", "a test") for who in (A, B)})
    by_owner = economy.holders_by_age(release, "dao", 60, (1, 2), (), joined)
    assert by_owner is not None
    assert by_owner.cells == ((Cell(0, 0),), (Cell(2, 40),), (Cell(1, 910),))


def test_what_was_not_read_is_undefined_and_never_zero() -> None:
    from psephos.store.reader import Span

    house = House()
    house.transfer(1, ZERO, A, 1000)
    release = asked(house.open(60, spans={"dao": (Span(1, 20, "complete"),)}))
    assert economy.books(release, "dao", 60) is None
    assert economy.floating(release, "dao", 60, LABELS) is None
    assert economy.volumes(release, "dao", 60, 30) is None
    assert economy.holders_by_age(release, "dao", 60) is None
    found = study(release, "economy", dataset="dao", block=60)
    assert found.figures == ()
    assert found.why == "backfill at block 21"


def test_a_schedule_that_a_dataset_links_is_shown_as_declared() -> None:
    """STRK's: 10 groups of 100 %, and 127 million by the 15th of each month from April 2025 on."""
    house = House({"dao": {"schedule": "starknet"}, "grant": {"token": "dao"}})
    house.times = {n: 1_780_272_000 + n for n in range(11)}  # 1 June 2026
    house.transfer(1, ZERO, A, 1000)
    found = study(asked(house.open(10)), "economy", dataset="dao", block=10)
    tables = {table.name: table for table in found.tables}
    assert len(tables["allocation"].rows) == 9
    assert "docs.starknet.io" in tables["allocation"].title
    first = [str(cell).replace("\u2009", "") for cell in tables["schedule"].rows[0]]
    # 3,816 − 768 − 15 · 127 million are locked after June 2026
    assert first == ["2026-07-01", "127000000", "1143000000"]


def test_fees_of_starknet_are_those_paid_in_fri() -> None:
    """Two full days; what was paid in wei has no common unit with them, and is left out."""
    house = House()
    house.watched["paid"] = Watched("paid", 1, (b"\x07" * 32,), ("starknet_fees",), 1)
    house.times = {n: MIDNIGHT + 3600 * (n - 1) for n in range(61)}
    for block, amount, in_fri in ((2, 100, True), (3, 7, False), (26, 40, True), (50, 9, True)):
        house.emit("paid", "fee_transaction", block, amount=amount, in_fri=in_fri)
    assert fees_paid(asked(house.open(60)), 60, "day") == [100, 40]
    assert fees_paid(asked(house.open(60)), 60, "week") == []


def test_the_sample_has_an_economy_with_evidence(sample_release: Release) -> None:
    found = study(sample_release, "economy", entities=entities(31337))
    values = {figure.measure: figure for figure in found.figures}
    assert values["supply_missing"].value == 0
    assert values["minted"].value == 10_026 * 10**24
    assert values["burned"].value == 10**24
    assert values["circulating"].evidence.level == "anchored"
    assert any(text.startswith("entities") for text in values["circulating"].evidence.declared)
    assert 0 < values["velocity"].value < 1  # type: ignore[operator]
    assert values["fee_cover_fees"].value is None
    assert "a price is needed" in (values["fee_cover_fees"].undefined or "")
    unlocks, cohorts = found.tables
    assert unlocks.rows[-1][-1] == "0", "every grant of the sample ends"
    people = sum(int(cell) for row in cohorts.rows for cell in row[1:-2])  # type: ignore[arg-type]
    assert people == values["minted"].count


def test_fees_are_by_full_period_before_the_day(sample_release: Release) -> None:
    block = sample_release.final
    days = fees_paid(sample_release, block, "day")
    weeks = fees_paid(sample_release, block, "week")
    assert len(days) == 97
    assert len(weeks) == 13
    assert weeks[-1] == sum(days[-7:]) > 0
    assert fees_paid(sample_release, 10, "day") == []
    query = "SELECT sum(base_fee_burned + priority_fee + blob_fee) FROM fees_fee_transaction"
    whole = int(sample_release.sql(query).item())
    assert sum(days) <= whole
