"""Rows of a block against what its own header counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from psephos.chain.dataset import Dataset
from psephos.commit.starknet.header import MEMBERS
from psephos.results.conservation.counted import counted
from psephos.store.index import Index
from tests.results.house import word
from tests.results.test_crossing import lay

FELTS = int.from_bytes(b"SN_MAIN", "big")
VOTES = Dataset("votes", FELTS, (word(5),), ("starknet_lock",), 0)
FEES = Dataset("fees", FELTS, (word(5),), ("starknet_fees",), 0)
LOCKED = ("locked", 3, {"account": word(1), "amount": 5})


def header(transactions: int, events: int, formula: int = 4) -> bytes:
    """A header of today's shape that counts so many transactions and events, and tells no more."""
    told = {"counts": transactions << 192 | events << 128}
    return bytes([formula]) + b"".join(
        told.get(name, 0).to_bytes(32, "big") for name in MEMBERS[formula]
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "i.duckdb") as found:
        yield found


def head(index: Index, block: int, bytes_: bytes) -> None:
    with index.writing() as db:
        db.execute("UPDATE block SET header = ? WHERE number = ?", [bytes_, block])


def test_as_many_rows_as_events_are_kept_and_one_more_stops_its_dataset(index: Index) -> None:
    lay(index, VOTES, [LOCKED, LOCKED])
    head(index, 3, header(9, 2))
    found = counted(index, (VOTES,))["votes"]
    assert (found.status, found.name) == ("passed", "rows are counted")
    assert found.why == "1 blocks with rows have no more than their headers count"
    head(index, 3, header(9, 1))
    found = counted(index, (VOTES,))["votes"]
    assert found.status == "failed"
    assert "block 3 has 2 rows of events, its header counts 1" in found.why
    assert index.quarantined().keys() == {"votes"}
    assert counted(index, (VOTES,)) == {}


def test_a_block_of_fees_with_other_transactions_than_its_header_stops_its_dataset(
    index: Index,
) -> None:
    lay(index, FEES, [("fee_block", 3, {"transactions": 9})])
    head(index, 3, header(9, 0))
    assert counted(index, (FEES,))["fees"].status == "passed"
    head(index, 3, header(8, 0))
    found = counted(index, (FEES,))["fees"]
    assert "block 3 tells 9 transactions, its header 8" in found.why
    assert index.quarantined().keys() == {"fees"}


def test_a_table_of_two_shapes_is_counted_once(index: Index) -> None:
    """Transfers of Starknet have two layouts and one table."""
    strk = Dataset("strk", FELTS, (word(5),), ("starknet_erc20",), 0)
    lay(index, strk, [("transfer", 3, {"amount": 1})])
    head(index, 3, header(9, 1))
    assert counted(index, (strk,))["strk"].status == "passed"


def test_a_header_that_counts_nothing_is_passed_over_and_said(index: Index) -> None:
    lay(index, VOTES, [LOCKED])
    found = counted(index, (VOTES,))["votes"]
    assert found.why.endswith("; 1 whose headers count nothing, or are not kept")
    assert counted(index, (VOTES,), {"votes": 4})["votes"].why.startswith("0 blocks")
    assert counted(index, (VOTES,), {"other": 0}) == {}
