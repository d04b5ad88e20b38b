"""Positions from events: SQL equals a plain replay, at any cut, and says where it cannot."""

from collections import defaultdict
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.errors import AmountTooLarge, Quarantined
from psephos.results.changes import POSITION, PREVIOUS, kinds, position_changes, touched

ZERO = bytes(20)
TOKEN = b"\xee" * 20
KEYS = "block_number UBIGINT, transaction_index UINTEGER, log_index UINTEGER, contract BLOB"


def address(n: int) -> bytes:
    return n.to_bytes(20, "big")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE t_delegate_votes_changed ({KEYS}, delegate BLOB, "
            "old_votes DECIMAL(38,0), new_votes DECIMAL(38,0))"
        )
        connection.execute(
            f"CREATE TABLE g_vote_cast ({KEYS}, voter BLOB, proposal_id BLOB, support UBIGINT, "
            "weight DECIMAL(38,0), reason VARCHAR)"
        )
        yield connection


Transfer = tuple[int, bytes, bytes, int]


TRANSFER = pa.schema(
    [
        ("block_number", pa.uint64()),
        ("transaction_index", pa.uint32()),
        ("log_index", pa.uint32()),
        ("contract", pa.binary()),
        ("sender", pa.binary()),
        ("recipient", pa.binary()),
        ("amount", pa.decimal128(38, 0)),
    ]
)


def store(con: duckdb.DuckDBPyConnection, transfers: list[Transfer]) -> None:
    rows = [
        dict(zip(TRANSFER.names, (t[0], log // 3, log, TOKEN, *t[1:]), strict=True))
        for log, t in enumerate(transfers)
    ]
    con.register("t_transfer", pa.Table.from_pylist(rows, schema=TRANSFER))


@st.composite
def histories(draw: st.DrawFn) -> list[Transfer]:
    """Transfers that a token can emit: nobody spends what is not there."""
    held: dict[bytes, int] = defaultdict(int)
    made: list[Transfer] = []
    block = 1
    for _ in range(draw(st.integers(0, 30))):
        block += draw(st.integers(0, 2))
        sender = address(draw(st.integers(0, 4)))
        recipient = address(draw(st.integers(0, 4)))
        most = 10**30 if sender == ZERO else held[sender]
        amount = draw(st.integers(0, most))
        held[sender] -= amount
        held[recipient] += amount
        made.append((block, sender, recipient, amount))
    return made


def replay(transfers: list[Transfer], upto: int) -> dict[bytes, int]:
    """Who holds what after block `upto`, one transfer after another."""
    held: dict[bytes, int] = defaultdict(int)
    for block, sender, recipient, amount in transfers:
        if block <= upto:
            held[sender] -= amount
            held[recipient] += amount
    held.pop(ZERO, None)
    return {holder: amount for holder, amount in held.items() if amount}


def held_after(changes: list[pa.Table], upto: int) -> dict[bytes, int]:
    """Who holds what after block `upto`, by the last change of each."""
    held: dict[bytes, int] = {}
    for table in changes:
        for row in table.to_pylist():
            if row["block_number"] <= upto:
                held[row["holder"]] = int(row["amount"])
    return {holder: amount for holder, amount in held.items() if amount}


@settings(max_examples=8, deadline=None)
@given(transfers=histories(), data=st.data())
def test_balances_by_sql_equal_a_plain_replay_at_every_block_and_any_cut(
    transfers: list[Transfer], data: st.DataObject
) -> None:
    last = max((t[0] for t in transfers), default=1)
    cut = data.draw(st.integers(0, last))
    with duckdb.connect() as con:
        store(con, transfers)
        first = position_changes(con, "t", "balance", 0, cut)
        rows = [
            {"key": None, "holder": holder, "amount": amount}
            for holder, amount in held_after([first], cut).items()
        ]
        previous = pa.Table.from_pylist(rows, schema=PREVIOUS)
        second = position_changes(con, "t", "balance", cut, last, previous)
        whole = position_changes(con, "t", "balance", 0, last)
    for block in range(last + 1):
        assert held_after([whole], block) == replay(transfers, block)
    assert pa.concat_tables([first, second]).equals(whole)


def test_the_zero_address_holds_nothing_and_supply_is_mints_less_burns(con) -> None:
    store(con, [(1, ZERO, address(1), 100), (2, address(1), ZERO, 30), (3, ZERO, ZERO, 5)])
    balance = position_changes(con, "t", "balance", 0, 9)
    assert ZERO not in balance.column("holder").to_pylist()
    supply = position_changes(con, "t", "supply", 0, 9).to_pylist()
    assert [(r["block_number"], int(r["amount"])) for r in supply] == [(1, 100), (2, 70), (3, 70)]


def test_a_transfer_to_oneself_changes_nothing(con) -> None:
    store(con, [(1, ZERO, address(1), 100), (2, address(1), address(1), 60)])
    changes = position_changes(con, "t", "balance", 0, 9).to_pylist()
    assert [int(row["amount"]) for row in changes] == [100, 100]


def test_power_is_the_last_word_of_a_block(con) -> None:
    con.execute("""INSERT INTO t_delegate_votes_changed VALUES
        (5,0,0,'a','d',0,7), (5,0,2,'a','d',7,9), (5,1,0,'a','e',0,4), (6,0,0,'a','d',9,0)""")
    changes = position_changes(con, "t", "power", 0, 9)
    assert changes.schema.equals(POSITION)
    found = [(r["block_number"], r["holder"], int(r["amount"])) for r in changes.to_pylist()]
    assert found == [(5, b"d", 9), (5, b"e", 4), (6, b"d", 0)]
    together = position_changes(con, "t", "delegated", 0, 9).to_pylist()
    assert [(r["block_number"], int(r["amount"])) for r in together] == [(5, 13), (6, 4)]


def test_votes_are_kept_by_proposal_without_the_table_a_source_does_not_emit(con) -> None:
    con.execute("""INSERT INTO g_vote_cast VALUES
        (5,0,0,'a','v','p',1,7,''), (6,0,0,'a','v','q',0,7,'')""")
    changes = position_changes(con, "g", "vote", 0, 9).to_pylist()
    assert [(r["key"], r["holder"], int(r["amount"])) for r in changes] == [
        (b"p", b"v", 7),
        (b"q", b"v", 7),
    ]


def test_touched_names_who_moved_in_the_blocks_asked_for(con) -> None:
    store(con, [(1, ZERO, address(1), 9), (2, address(1), address(2), 1), (3, ZERO, address(3), 1)])
    found = touched(con, "t", "balance", 1, 2).column("holder").to_pylist()
    assert sorted(found) == [address(1), address(2)]


def test_a_balance_below_zero_is_said_and_not_published(con) -> None:
    store(con, [(1, ZERO, address(1), 9), (4, address(1), address(2), 10)])
    with pytest.raises(Quarantined, match=r"balance of 0x0{39}1 is -1 at block 4"):
        position_changes(con, "t", "balance", 0, 9)


@pytest.mark.parametrize("second", [1, 10**38 - 1])
def test_a_sum_of_ten_to_the_38_is_refused_and_never_wrapped(con, second) -> None:
    store(con, [(1, ZERO, address(1), 10**38 - 1), (2, ZERO, address(1), second)])
    with pytest.raises(AmountTooLarge, match=r"10\^38"):
        position_changes(con, "t", "balance", 0, 9)


def test_the_largest_amount_passes_unchanged(con) -> None:
    store(con, [(1, ZERO, address(1), 10**38 - 1)])
    changes = position_changes(con, "t", "balance", 0, 9).to_pylist()
    assert int(changes[0]["amount"]) == 10**38 - 1


def test_a_dataset_has_the_kinds_of_its_sources() -> None:
    assert kinds(["erc20", "votes"]) == ("balance", "supply", "power", "delegated")
    assert kinds(["governor_bravo"]) == ("vote",)
    assert kinds(["roles"]) == ()
