"""What was ever issued: by transfers, mint manager and schedule; and L2 against its escrow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.dataset import Dataset
from psephos.evidence.check import Check
from psephos.results.conservation.crossing import Across
from psephos.results.conservation.invariant_checks import guard
from psephos.results.conservation.issued import backed, issued
from psephos.results.economy.schedules import schedule
from psephos.settings import DatasetSettings
from psephos.store.index import Index
from tests.results.house import word
from tests.results.test_crossing import CORE, lay

STRK, MANAGER, ESCROW, WHO = (bytes([n]) * 20 for n in (0xCA, 0xCB, 0xCE, 1))
ALLOTTED = 10**28
"""Ten thousand million of 18 decimals. Source: docs.starknet.io, STRK distribution."""
TOKEN = Dataset("strk", 1, (STRK,), ("erc20",), 0)
MINTS = Dataset("mints", 1, (MANAGER,), ("mint_manager",), 0)
ABOVE = Dataset("strk", int.from_bytes(b"SN_MAIN", "big"), (word(7),), ("starknet_erc20",), 0)


def named(name: str, source: str, contract: bytes, **links: str) -> DatasetSettings:
    return DatasetSettings(name, (source,), (contract,), 0, links=links)


BELOW = (
    named("strk", "erc20", STRK, schedule="starknet"), named("mints", "mint_manager", MANAGER)
)  # fmt: skip
LINKED = (named("strk", "starknet_erc20", word(7), escrow=f"0x{ESCROW.hex()}"),)
Told = tuple[str, int, dict[str, Any]]


def moved(block: int, sender: bytes, to: bytes, amount: int) -> Told:
    return "transfer", block, {"sender": sender, "recipient": to, "amount": amount}


def minted(block: int, amount: int) -> Told:
    return "mint_processed", block, {"token": STRK, "account": WHO, "amount": amount}


NONE = bytes(20)
FIRST = moved(1, NONE, WHO, ALLOTTED)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "below.duckdb") as found:
        yield found


def laid(index: Index, token: list[Told], mints: list[Told]) -> Check:
    lay(index, TOKEN, token)
    with index.writing() as db:
        db.execute("DELETE FROM block")
    lay(index, MINTS, mints)
    index.note_seal(1, bytes(32), {"strk": 9, "mints": 9})
    return issued(index, (TOKEN, MINTS), BELOW)["strk"]


def test_the_schedule_that_mainnet_names_allots_ten_thousand_million() -> None:
    assert schedule("starknet").total == ALLOTTED


def test_all_that_there_is_was_allotted_or_minted(index: Index) -> None:
    token = [FIRST, moved(4, NONE, WHO, 7), moved(5, WHO, NONE, 3), moved(6, WHO, ESCROW, 9)]
    found = laid(index, token, [minted(4, 7)])
    assert (found.status, found.name) == ("passed", "all was allotted or minted"), found.why
    assert found.why == f"{ALLOTTED + 4} at block 9: {ALLOTTED} allotted, 7 minted, 3 burned"
    assert index.quarantined() == {}


@pytest.mark.parametrize(
    ("token", "mints"),
    [
        ([moved(4, NONE, WHO, 8)], [minted(4, 7)]),  # a transfer was altered
        ([moved(4, NONE, WHO, 7), moved(4, NONE, WHO, 7)], [minted(4, 7)]),  # and doubled
        ([moved(4, NONE, WHO, 7)], []),  # a mint was left out, or was not the manager's
        ([], [minted(4, 7)]),
    ],
)
def test_a_mint_that_one_side_does_not_know_stops_the_token(
    index: Index, token: list[Told], mints: list[Told]
) -> None:
    allowed: Told = ("minting_allowance_set", 2, {"token": STRK, "account": WHO})
    found = laid(index, [FIRST, *token], [allowed, *mints])
    assert found.status == "failed"
    assert "not so that strk was allotted or minted" in found.why
    assert "newest: block " in found.why
    assert index.quarantined().keys() == {"strk"}


def test_the_rows_that_no_mint_explains_are_named_one_by_one(index: Index) -> None:
    lay(index, TOKEN, [moved(4, NONE, WHO, 7), moved(6, NONE, WHO, 5)])
    with index.writing() as db:
        db.execute("DELETE FROM block")
    lay(index, MINTS, [minted(4, 7)])
    index.note_seal(1, bytes(32), {"strk": 9, "mints": 9})
    (broken,) = (one for one in guard(index, (TOKEN, MINTS)) if one.count)
    assert (broken.invariant.name, broken.dataset) == ("mints are told", "strk")
    assert [row[0] for row in broken.rows] == [6]
    assert index.quarantined().keys() == {"strk"}


def test_a_token_that_was_not_read_from_the_first_on_is_said_not_to_be_compared(
    index: Index,
) -> None:
    found = laid(index, [moved(4, WHO, ESCROW, 7)], [minted(4, 7)])
    assert found.status == "not_possible"
    assert index.quarantined() == {}


def above(
    tmp_path: Path, index: Index, there: list[Told], here: list[Told], last: int = 9
) -> tuple[Check, dict[str, tuple[str, str]]]:
    lay(index, TOKEN, here, last)
    with Index.open(tmp_path / "above.duckdb") as upper:
        lay(upper, ABOVE, there)
        found = backed(upper, (ABOVE,), LINKED, Across(index, (TOKEN,), CORE))["strk"]
        return found, dict(upper.quarantined())


def on_l2(block: int, amount: int, burn: bool = False) -> Told:
    ends = (word(1), bytes(32)) if burn else (bytes(32), word(1))
    return moved(block, *ends, amount)


def test_what_is_on_l2_lies_in_escrow_and_the_rest_is_under_way(
    tmp_path: Path, index: Index
) -> None:
    here = [FIRST, moved(2, WHO, ESCROW, 100), moved(7, ESCROW, WHO, 10)]
    found, stopped = above(tmp_path, index, [on_l2(4, 90), on_l2(5, 10, burn=True)], here)
    assert (found.status, found.name) == ("passed", "supply is in escrow")
    assert found.why == "80 at block 9, 90 in escrow: 10 are under way"
    assert stopped == {}


def test_more_on_l2_than_lies_in_escrow_stops_l2s_token_and_names_what_created_it(
    tmp_path: Path, index: Index
) -> None:
    here = [FIRST, moved(2, WHO, ESCROW, 100)]
    found, stopped = above(tmp_path, index, [on_l2(4, 90), on_l2(6, 11)], here)
    assert found.status == "failed"
    assert "101 at block 9, and 0xcece" in found.why
    assert "newest: block 6, transaction 0, log 1 creates 11" in found.why
    assert stopped.keys() == {"strk"}
    assert index.quarantined() == {}


def test_both_sides_are_compared_at_one_moment(tmp_path: Path, index: Index) -> None:
    """What L2 created after the last block that was read of L1 waits."""
    here = [FIRST, moved(2, WHO, ESCROW, 100)]
    found, _ = above(tmp_path, index, [on_l2(4, 90), on_l2(8, 50)], here, last=6)
    assert found.why == "90 at block 6, 100 in escrow: 10 are under way"


def test_an_escrow_that_no_token_of_l1_knows_is_said_not_to_be_compared(
    tmp_path: Path, index: Index
) -> None:
    found, stopped = above(tmp_path, index, [on_l2(4, 90)], [FIRST])
    assert found.status == "not_possible"
    assert stopped == {}
