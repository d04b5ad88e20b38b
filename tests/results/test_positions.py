"""Positions at a block: who holds how much, from changes, checkpoints and rows alike."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.errors import NotCollected, TableError
from psephos.results.economy.grants import Grant, accounts, unlocks
from psephos.results.history import held_at, history
from psephos.results.labels.entities import Entities, Entity
from psephos.results.positions import derived, positions, supply
from psephos.store.reader import Span
from tests.results.house import ZERO, House, address, time
from tests.results.test_changes import Transfer, histories, replay


def a_house() -> House:
    house = House()
    house.transfer(1, ZERO, address(1), 100)
    house.transfer(5, address(1), address(2), 40)
    house.transfer(9, address(2), ZERO, 40)
    return house


def test_positions_are_those_at_the_end_of_the_block() -> None:
    release = a_house().open(20)
    held = [positions(release, "balance", block=block) for block in (0, 1, 5, 9)]
    assert [one.amounts for one in held] == [(), (100,), (60, 40), (60,)]
    assert held[2].holders == (address(1), address(2))
    assert [supply(release, "dao", block) for block in (0, 1, 5, 9)] == [0, 100, 100, 60]


@settings(max_examples=5, deadline=None)
@given(transfers=histories())
def test_positions_of_a_release_equal_a_plain_replay(transfers: list[Transfer]) -> None:
    house = House()
    for transfer in transfers:
        house.transfer(*transfer)
    last = max((t[0] for t in transfers), default=1)
    release = house.open(last)
    for block in {1, last // 2, last}:
        found = positions(release, "balance", block=block)
        plain = replay(transfers, block)
        assert dict(zip(found.holders, found.amounts, strict=True)) == plain
        assert list(found.amounts) == sorted(plain.values(), reverse=True)
        assert derived(release, "balance", block=block) == found
    blocks = sorted({1, last // 3, last})
    for block, amounts in held_at(release, "balance", "dao", blocks):
        assert sorted(amounts) == sorted(replay(transfers, block).values())
    release.close()


def test_a_checkpoint_and_the_changes_since_are_all_that_is_read() -> None:
    release = a_house().open(20)
    before = positions(release, "balance", block=20)
    then = positions(release, "balance", block=6)
    schema = release.con.sql("SELECT * FROM checkpoint").to_arrow_table().schema
    row = {"kind": "balance", "dataset": "dao", "key": None, "block_number": 6, "amount": 60,
           "transaction_index": 0, "log_index": 0}  # fmt: skip
    other = row | {"holder": address(2), "amount": 40}
    rows = [row | {"holder": address(1)}, other]
    release.con.unregister("checkpoint")
    release.con.register("checkpoint", pa.Table.from_pylist(rows, schema=schema))
    changes = release.con.sql("SELECT * FROM position").to_arrow_table().to_pylist()
    late = [change for change in changes if change["block_number"] > 6]
    schema = release.con.sql("SELECT * FROM position").to_arrow_table().schema
    release.con.unregister("position")
    release.con.register("position", pa.Table.from_pylist(late, schema=schema))
    assert positions(release, "balance", block=20) == before
    assert positions(release, "balance", block=6) == then


def test_equal_holders_stand_in_the_order_of_their_addresses() -> None:
    house = House()
    for who in (3, 1, 2):
        house.transfer(1, ZERO, address(who), 7)
    assert positions(house.open(5), "balance").holders == (address(1), address(2), address(3))


def test_positions_are_undefined_until_their_dataset_is_complete_from_its_first_block() -> None:
    spans = {"dao": (Span(1, 3, "complete"), Span(6, 20, "complete"))}
    release = a_house().open(20, spans=spans)
    assert positions(release, "balance", block=3).amounts == (100,)
    late = positions(release, "balance", block=4)
    assert (late.amounts, late.undefined) == ((), "backfill at block 4")
    assert supply(release, "dao", 10) is None


def test_a_stopped_dataset_says_why() -> None:
    release = a_house().open(20)
    broken = replace(release.datasets["dao"], stopped="Quarantined: it lies")
    release.datasets["dao"] = broken
    assert positions(release, "balance").undefined is None
    release.positions -= {("balance", "dao")}
    assert positions(release, "balance").undefined == "stopped: Quarantined: it lies"
    assert positions(release, "power").undefined is None


def test_a_position_is_of_one_contract() -> None:
    release = a_house().open(20)
    two = (address(8), address(9))
    release.datasets["dao"] = replace(release.datasets["dao"], contracts=two)
    found = positions(release, "balance")
    assert found.undefined == "dataset dao watches 2 contracts: a position is of one"


def test_past_the_head_is_an_error_and_past_the_final_block_provisional() -> None:
    release = a_house().open(8, 20)
    assert not positions(release, "balance").provisional
    assert positions(release, "balance", block=9).provisional
    with pytest.raises(NotCollected, match="ends at block 20"):
        positions(release, "balance", block=21)
    with pytest.raises(TableError, match="there is no block -1") as found:
        positions(release, "balance", block=-1)
    assert "counted from 0" in found.value.hint


@pytest.mark.parametrize(
    ("kind", "dataset", "message"),
    [
        ("moon", None, "no kind of position 'moon'"),
        ("balance", "gov", "dataset 'gov' has no token balance"),
        ("balance", "none", "no dataset 'none'"),
        ("vote", "gov", "votes cast are of one proposal"),
    ],
)
def test_what_is_not_there_is_named(kind: str, dataset: str | None, message: str) -> None:
    with pytest.raises(TableError, match=message):
        positions(a_house().open(20), kind, dataset=dataset)


def test_an_owner_holds_what_its_addresses_hold_from_the_block_it_is_declared() -> None:
    owner = Entity("Foundation", "foundation", "its site", since=5)
    labels = Entities.labelled(1, {address(1): owner, address(2): owner})
    release = a_house().open(20)
    early = positions(release, "balance", block=4, entities=labels)
    assert early.owners == (None,)
    late = positions(release, "balance", block=5, entities=labels)
    assert (late.holders, late.amounts, late.owners) == ((address(1),), (100,), ("Foundation",))


def test_a_grant_vests_by_the_clock_and_nothing_before_its_cliff() -> None:
    grant = Grant(address(1), 1000, start=100, cliff=150, finish=200)
    assert [grant.vested(t) for t in (0, 100, 149, 150, 151, 199, 200, 10**9)] == [
        0, 0, 0, 500, 510, 990, 1000, 1000,
    ]  # fmt: skip
    assert Grant(address(1), 7, start=100, cliff=100, finish=100).vested(100) == 7


@given(
    amount=st.integers(0, 10**30),
    start=st.integers(0, 10**6),
    parts=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    times=st.lists(st.integers(0, 4 * 10**6), min_size=2, max_size=8),
)
def test_vesting_never_goes_back_and_never_exceeds_the_grant(amount, start, parts, times) -> None:
    grant = Grant(address(1), amount, start, start + min(parts), start + max(parts))
    vested = [grant.vested(t) for t in sorted(times)]
    assert vested == sorted(vested)
    assert all(0 <= part <= amount for part in vested)


def test_locked_is_what_has_neither_vested_nor_been_released() -> None:
    house = House()
    row = {"beneficiary": address(1), "start": time(0), "cliff": time(0), "finish": time(100)}
    house.emit("grant", "grant_created", 10, amount=1000, **row)
    house.emit("grant", "grant_created", 20, amount=500, **row)
    house.emit("grant", "grant_released", 30, beneficiary=address(1), amount=250)
    release = house.open(100)
    assert positions(release, "locked", block=15).amounts == (850,)
    assert positions(release, "locked", block=50).amounts == (750,)
    found = accounts(release, "grant", 50)
    assert found is not None
    assert (found[0].releasable, found[0].released) == (500, 250)
    assert positions(release, "locked", block=100).amounts == ()
    assert unlocks(release, "grant", [time(0), time(50), time(100)]) == [0, 750, 1500]
    house.emit("grant", "grant_released", 60, beneficiary=address(1), amount=800)
    ahead = house.open(100)
    assert positions(ahead, "locked", block=65).amounts == (450,)
    for block in (5, 15, 50, 59, 60, 65, 80, 100):
        last = history(ahead, "total", "locked", last=block, points=3)[-1]
        assert last[2] == positions(ahead, "locked", block=block).total
    by_block = dict(held_at(release, "locked", "grant", [15, 50, 100]))
    assert by_block == {15: [850], 50: [750], 100: []}
