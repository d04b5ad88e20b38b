"""Promises: each that is shipped, kept once and broken once on a chain by hand; strict files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.errors import ConfigurationError
from psephos.results.labels.entities import Entities, Entity
from psephos.results.promises.files import promises, read
from psephos.results.promises.judge import judge, told
from psephos.results.promises.promise import Result
from psephos.results.promises.registry import RULES
from psephos.results.shipped import shipped
from psephos.store.reader import Release, Span
from tests.results.house import House, address, word

SHIPPED = {one.name: one for one in promises()}
TOKEN = 10**18
FOUNDATION = Entities.labelled(1, {address(50): Entity("Foundation", "foundation", "made up")})


def at(text: str) -> int:
    """Seconds of a day, or of a day and an hour."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def dated(*keep: str, **days: str) -> House:
    """A house of the token and these datasets, whose block n (b3, b7 …) has the time of a day."""
    house = House()
    house.watched = {name: house.watched[name] for name in ("dao", *keep)}
    house.times = {int(name[1:]): at(day) for name, day in days.items()}
    return house


def vote(end: str) -> House:
    house = dated(
        "gov", b1="2026-01-01", b2="2026-01-10", b3="2026-01-12", b9=end, b10="2026-03-01"
    )
    house.propose(2, 7, 3, 9)
    return house


def unlock(amount: int) -> House:
    house = dated("grant", b1="2024-03-15", b2="2027-04-20")  # after the last month of the calendar
    start, end = at("2024-03-16"), at("2024-04-16")
    row = {"start": start, "cliff": start, "finish": end, "amount": amount * TOKEN}
    house.emit("grant", "grant_created", 1, beneficiary=address(1), **row)
    return house


def delegated(by_foundation: int) -> House:
    house = dated(b1="2026-01-01", b9="2026-01-02")
    for who, amount in ((50, by_foundation), (2, 3_000)):
        house.transfer(1, bytes(20), address(who), amount * TOKEN)
        row = {"delegator": address(who), "from_delegate": bytes(20), "to_delegate": address(3)}
        house.emit("dao", "delegate_changed", 2, **row)
    house.power(2, address(3), (by_foundation + 3_000) * TOKEN)
    return house


def fees(*payments: tuple[int, int, int]) -> House:
    """(gas used, fee, producer), a payment a block number of its own if the producer differs."""
    house = dated(b1="2023-12-10", b9="2024-02-01")
    house.watched["fees"] = Watched("fees", 1, (bytes([9]) * 20,), ("fees",), 1)
    for gas, paid, producer in payments:
        row = {"payer": address(1), "target": address(2), "priority_fee": 0, "blob_fee": 0}
        row |= {"gas_used": gas, "base_fee_burned": paid}
        house.emit("fees", "fee_transaction", 1, **row)
        row = {"coinbase": address(producer), "transactions": 1, "gas_used": gas}
        row |= {"base_fee_burned": paid, "priority_fee": 0, "blob_gas_used": 0, "blob_fee": 0}
        house.emit("fees", "fee_block", 1, **row)
    return house


def changed(vote_ends: str) -> House:
    house = dated(
        "gov", b1="2024-01-01", b3="2024-01-02", b9=vote_ends, b20="2024-03-01", b30="2025-01-01"
    )
    house.watched["core"] = Watched("core", 1, (bytes([8]) * 20,), ("starknet_core",), 1)
    house.transfer(1, bytes(20), address(1), 100)
    house.power(1, address(1), 100)
    house.quorum(1, 4)
    house.propose(1, 7, 3, 9)
    house.vote(5, 7, 1, 1, 100)
    row = {"changed_by": address(4), "old_program_hash": word(1), "new_program_hash": word(2)}
    house.emit("core", "program_hash_changed", 20, **row)
    return house


def seats(threshold: int, removed: int = 0) -> House:
    house = dated(b1="2025-03-02", b5="2025-04-01", b9="2025-05-01")
    house.watched["safe"] = Watched("safe", 1, (bytes([7]) * 20,), ("safe",), 1)
    row = {"initiator": address(1), "initializer": bytes(20), "fallback_handler": bytes(20)}
    owners = [address(n) for n in range(1, 13)]
    house.emit("safe", "safe_setup", 1, owners=owners, threshold=word(threshold), **row)
    for n in range(1, removed + 1):
        house.emit("safe", "owner_removed", 5, owner=address(n))
    return house


def waited(until: str) -> House:
    house = dated("lock", b1="2025-04-01", b5=until, b9="2025-06-01")
    row = {"id": word(5), "call_index": word(0), "target": address(2), "call_value": word(0)}
    row["call_data"] = b""
    house.emit("lock", "call_scheduled", 1, predecessor=word(0), delay=word(0), **row)
    house.emit("lock", "call_executed", 5, **row)
    return house


Case = tuple[Callable[[], House], int]
CASES: dict[str, tuple[Case, Case]] = {
    "vote-open": ((lambda: vote("2026-01-19"), 10), (lambda: vote("2026-01-18"), 10)),
    "text-complete": ((lambda: vote("2026-01-19"), 10), (lambda: vote("2026-01-19"), 10)),
    "text-final": ((lambda: vote("2026-01-19"), 10), (lambda: vote("2026-01-19"), 10)),
    "unlocks": ((lambda: unlock(64_000_000), 2), (lambda: unlock(64_000_001), 2)),
    "foundation-delegates": ((lambda: delegated(3_000), 9), (lambda: delegated(3_001), 9)),
    "equal-price": (
        (lambda: fees((10, 70, 1), (30, 210, 1)), 9),
        (lambda: fees((10, 70, 1), (30, 240, 1)), 9),
    ),
    "services-decentralised": (
        (lambda: fees((10, 70, 1), (30, 210, 2)), 9),
        (lambda: fees((10, 70, 1), (30, 210, 1)), 9),
    ),
    "updates-voted": ((lambda: changed("2024-02-01"), 30), (lambda: changed("2024-03-02"), 30)),
    "council-seats": ((lambda: seats(9), 9), (lambda: seats(9, removed=1), 9)),
    "vetting-week": ((lambda: waited("2025-04-08"), 9), (lambda: waited("2025-04-07T23:59"), 9)),
    "sample-votes": ((lambda: vote("2026-01-13"), 10), (lambda: vote("2026-01-12T23:00"), 10)),
}
FACTS = {"text-complete": ("2025-12-22", "2025-12-23"), "text-final": ("2026-01-05", "2026-01-06")}
"""When a text was there: the vote begins on 12 January 2026."""


def put(name: str, of: Case, day: str = "", chain: int = 1) -> tuple[Result, list[Any]]:
    """The results of every version of a shipped promise on a house, as of a block."""
    promise = replace(SHIPPED[name], chains=(chain,))
    if day:
        fact = {"proposal": word(7), "day": datetime.fromisoformat(day).date(), "source": "s"}
        versions = [replace(v, given={**v.given, "facts": (fact,)}) for v in promise.versions]
        promise = replace(promise, versions=tuple(versions))
    if name == "sample-votes":
        early = [replace(v, since=v.since.replace(year=2020)) for v in promise.versions[:1]]
        promise = replace(promise, versions=tuple(early))
    make, block = of
    found = judge(make().open(block), [promise], block, FOUNDATION)
    results = {one.result for one in found} - {Result.UNKNOWN}
    assert len(results) == 1, [(one.result, one.judged) for one in found]
    return results.pop(), found


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_each_promise_is_kept_by_one_chain_and_broken_by_another(name: str) -> None:
    kept, broken = CASES[name]
    for case, want, day in zip(
        (kept, broken), (Result.KEPT, Result.BROKEN), FACTS.get(name, ("", "")), strict=True
    ):
        result, found = put(name, case, day)
        assert result == want
        rows = [row for one in found for row in one.judged.rows]
        assert any(row.result == want for row in rows)
        assert all(row.found and row.asked and row.what for row in rows)


def test_every_rule_is_used_or_executed_here() -> None:
    used = {version.rule for one in SHIPPED.values() for version in one.versions}
    assert used | {"uncheckable"} == RULES.keys()


def test_a_changed_promise_shows_both_versions_each_judged_while_it_held() -> None:
    house = dated("gov", b1="2023-04-01", b3="2023-04-02", b9="2023-04-08", b20="2026-01-10",
                  b21="2026-01-12", b29="2026-01-18", b30="2026-03-01")  # fmt: skip
    house.propose(1, 7, 3, 9)
    house.propose(20, 8, 21, 29)
    promise = replace(SHIPPED["vote-open"], chains=(1,))
    first, second = judge(house.open(30), [promise])
    assert (first.result, second.result) == (Result.KEPT, Result.BROKEN)  # six days, twice
    assert [len(one.judged.rows) for one in (first, second)] == [1, 1]
    assert (first.holds, second.holds) == (False, True)
    assert told(first)["versions"] == told(second)["versions"] == 2


def test_what_lies_ahead_is_open_and_what_is_not_there_is_not_checkable() -> None:
    house = dated("gov", "grant", b1="2026-01-01", b3="2026-01-12", b5="2026-01-13")
    house.propose(1, 7, 3, 9)
    opened = house.open(5)
    by_name = {
        one.promise.name: one
        for one in judge(opened, [replace(p, chains=(1,)) for p in SHIPPED.values()])
        if one.holds
    }
    assert by_name["vote-open"].result == Result.OPEN
    assert by_name["text-final"].result == Result.UNKNOWN
    assert "not declared" in by_name["text-final"].judged.rows[0].found
    assert by_name["equal-price"].judged.why == "no dataset of this release has fees"
    assert by_name["council-seats"].judged.why == "no dataset of this release is a council's Safe"
    assert by_name["unlocks"].result == Result.OPEN
    elsewhere = judge(opened, [SHIPPED["sample-votes"]])
    assert {one.result for one in elsewhere} == {Result.UNKNOWN}
    assert "it is about chain 31337" in (elsewhere[0].judged.why or "")


def test_before_it_is_due_a_promise_is_open_and_after_it_broken() -> None:
    promise = replace(SHIPPED["services-decentralised"], chains=(1,))
    house = fees((10, 70, 1))
    house.times = {1: at("2023-12-10"), 2: at("2023-12-15"), 9: at("2024-02-01")}
    early, late = (judge(house.open(9), [promise], block)[0] for block in (2, 9))
    assert (early.result, late.result) == (Result.OPEN, Result.BROKEN)
    assert early.open_and_due
    assert not late.open_and_due


def test_blocks_that_were_not_read_leave_nothing_to_be_said() -> None:
    spans = {"gov": (Span(1, 4, "complete"), Span(6, 10, "complete"))}
    promise = replace(SHIPPED["vote-open"], chains=(1,))
    found = judge(vote("2026-01-19").open(10, spans=spans), [promise])
    assert {one.result for one in found} == {Result.UNKNOWN}
    assert any(
        "gov was not read completely: backfill at block 5" in str(o.judged.why) for o in found
    )


WHOLE = (shipped("promises") / "vote-open.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("days = 6", "day = 6", "line 12: `version.rule.days` is missing"),
        ("days = 6", "days = -1", "line 14: `version.rule.days` must be a whole number"),
        ("days = 6", "days = true", "line 14: `version.rule.days` must be a whole number"),
        ("hours_less = 1", "hours = 1", "line 24: `version.rule.hours` is not a key"),
        (
            '"voting_period"\ndays = 6',
            '"luck"',
            "line 13: `version.rule.name` is 'luck': there are",
        ),
        ("since = 2025-11-01", "since = 2025-10-31", "line 19: `version.since` lies within"),
        ("until = 2025-11-01", "until = 2023-03-01", "line 10: `version.until` is 2023-03-01"),
        ("chains = [1,", "chains = [true,", "line 4: `chains` must be a list of whole numbers"),
        ('by = "', 'bye = "', "`by` is missing"),
        (
            "since = 2023-03-01",
            "since = 2023-03-01\ndue = 2020-01-01",
            "`version.due` is 2020-01-01",
        ),
        (
            "since = 2023-03-01",
            'since = "March"',
            "line 9: `version.since` is 'March': must be a day",
        ),
        ('promise = "vote-open"', "promise = 7", "line 1: `promise` must be a name"),
        ("[[version]]", "[[versions]]", "is not TOML"),
        ("days = 6", "days = ", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_and_its_line(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    assert old in WHOLE
    file = tmp_path / "wrong.toml"
    file.write_text(WHOLE.replace(old, new, 1 if "version]" not in old else 9), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read(file)
    assert "wrong.toml" in raised.value.message
    assert where in raised.value.message


def test_a_fact_or_a_step_names_its_place(tmp_path: Path) -> None:
    whole = (shipped("promises") / "unlocks.toml").read_text(encoding="utf-8")
    file = tmp_path / "wrong.toml"
    file.write_text(whole.replace("first = 2025-04-15", "first = 2025-04-31".replace("31", "30")))
    with pytest.raises(
        ConfigurationError, match="number 2: `first` must be a day that every month"
    ):
        read(file)
    file.write_text(whole.replace("tokens = 127000000", "token = 127000000"))
    with pytest.raises(ConfigurationError, match="number 2: `token` is not a key"):
        read(file)


def test_two_files_of_one_promise_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"two.toml: `promise` is 'vote-open', as in one.toml"
    ):
        promises(tmp_path)


def test_the_sample_keeps_its_first_words_and_breaks_the_second(sample_release: Release) -> None:
    first, second = judge(sample_release, [SHIPPED["sample-votes"]])
    assert (first.result, second.result) == (Result.KEPT, Result.BROKEN)
    assert {row.result for row in second.judged.rows} == {Result.BROKEN, Result.OPEN}
    assert first.evidence.level == "anchored"
    assert any("promise sample-votes" in words for words in first.evidence.declared)
