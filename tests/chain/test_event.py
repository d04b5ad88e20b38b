"""Declared shapes: what they say, and which declarations are refused."""

from dataclasses import replace

import duckdb
import pytest

from psephos.chain.declared import check
from psephos.chain.event import KEY_BOUND, KEY_COLUMNS, Column, EventType, schema, topic0
from psephos.chain.events import ETHEREUM
from psephos.chain.kinds import ARROW
from psephos.errors import ConfigurationError
from psephos.store.shape import sql_type

EVENTS = [event for source in ETHEREUM.values() for event in source.events]
TRANSFER = ETHEREUM["erc20"].events[0]
FREE = EventType("Noted", "noted", (Column("note", "string", "text"),))


@pytest.mark.parametrize(
    ("signature", "topic"),
    [  # EIP-20 and EIP-5805 as printed by block explorers; IGovernor interface of OpenZeppelin
        (
            "Transfer(address,address,uint256)",
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
        ),
        (
            "DelegateVotesChanged(address,uint256,uint256)",
            "dec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724",
        ),
        (
            "VoteCast(address,uint256,uint8,uint256,string)",
            "b8e138887d0aa13bab447e82de9d5c1777041ecd21ca36ba824ff1e6c07ddda4",
        ),
        (
            "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)",
            "7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0",
        ),
        (
            "RoleGranted(bytes32,address,address)",
            "2f8788117e7eff1d82e926ec794901d17c78024a50270940304540a733656f0d",
        ),
        ("AddedOwner(address)", "9465fa0c962cc76958e6373a993326400c1c94f8be2fe3a952adfa7f60b2ea26"),
    ],
)
def test_topic0_is_the_hash_that_the_chain_knows_an_event_by(signature: str, topic: str) -> None:
    assert topic in {topic0(e).hex() for e in EVENTS if e.signature == signature}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e.table}-{e.topics}")
def test_a_table_begins_with_the_key_and_follows_the_event(event: EventType) -> None:
    names = schema(event).names
    assert tuple(names[:6]) == KEY_COLUMNS
    assert [name for name in names[6:] if not name.endswith("_raw")] == [
        column.name for column in event.columns
    ]
    nullable = {field.name for field in schema(event) if field.nullable}
    assert nullable == {
        f"{column.name}_raw" for column in event.columns if column.kind in ("text", "text[]")
    }


def test_every_key_column_says_which_commitment_binds_it() -> None:
    assert all(tuple(bound) == KEY_COLUMNS for bound in KEY_BOUND.values())
    assert KEY_BOUND["ethereum"]["transaction_hash"] == "transaction", (
        "no receipt holds its transaction's hash"
    )


@pytest.mark.parametrize("kind", ARROW)
def test_duckdb_takes_every_kind_as_declared(kind: str) -> None:
    con = duckdb.connect()
    con.execute(f"create table t (x {sql_type(ARROW[kind])} not null)")  # type: ignore[index]
    (row,) = con.execute("describe t").fetchall()
    assert row[1] == sql_type(ARROW[kind])  # type: ignore[index]


@pytest.mark.parametrize("column", [c for e in EVENTS for c in e.columns], ids=lambda c: c.name)
def test_no_column_is_called_like_a_word_of_sql(column: Column) -> None:
    duckdb.connect().execute(f"create table t ({column.name} int); select {column.name} from t")


def test_shapes_told_apart_by_their_topics_may_stand_together() -> None:
    unindexed = replace(
        TRANSFER, columns=tuple(replace(column, indexed=False) for column in TRANSFER.columns)
    )
    check([TRANSFER, unindexed])


def test_two_shapes_that_could_both_read_one_log_are_refused() -> None:
    sender, recipient, amount = TRANSFER.columns
    one = replace(TRANSFER, columns=(sender, replace(recipient, indexed=False), amount))
    other = replace(TRANSFER, columns=(replace(sender, indexed=False), recipient, amount))
    with pytest.raises(ConfigurationError, match="overlap: both have 2 topics"):
        check([one, other])
    check([replace(one, until=99), replace(other, since=100)])
    with pytest.raises(ConfigurationError, match="overlap"):
        check([replace(one, until=100), replace(other, since=100)])
    check([replace(one, contracts=(b"a" * 20,)), replace(other, contracts=(b"b" * 20,))])
    with pytest.raises(ConfigurationError, match="overlap"):
        check([replace(one, contracts=(b"a" * 20,)), other])


def test_one_table_has_one_layout() -> None:
    other = EventType("Moved", "transfer", TRANSFER.columns[:2])
    with pytest.raises(ConfigurationError, match="`transfer` have different columns"):
        check([TRANSFER, other])


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (Column("x", "uint128", "word"), "a uint128 is no word"),
        (Column("x", "uint72", "uint"), "a uint72 is no uint"),
        (Column("x", "int256", "amount"), "a int256 is no amount"),
        (Column("x", "bool", "amount"), "a bool is no amount"),
        (Column("x", "string", "text", indexed=True), "an indexed string is only a hash"),
        (Column("note", "string", "text"), "has a column twice"),
        (Column("note_raw", "bytes", "bytes"), "has a column twice"),
        (Column("log_index", "uint8", "uint"), "has a column twice"),
    ],
)
def test_a_column_that_cannot_be_is_refused(column: Column, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        check([replace(FREE, columns=(*FREE.columns, column))])


def test_more_than_three_indexed_members_are_refused() -> None:
    columns = tuple(Column(name, "address", "address", indexed=True) for name in "abcd")
    with pytest.raises(ConfigurationError, match="at most three"):
        check([EventType("Four", "four", columns)])
