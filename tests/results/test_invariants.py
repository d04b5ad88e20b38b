"""Invariants of stored rows: each kept once and broken once; on a simulated chain all are kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.commands import check, sync_told
from psephos.results.conservation.counted import counted
from psephos.results.conservation.invariant_checks import guard, invariants
from psephos.results.conservation.invariants import INVARIANTS, Invariant
from psephos.settings import Endpoint
from psephos.store.index import Index
from tests.chain.test_starknet import SEPOLIA, Trusting
from tests.results.house import House, word
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import ETHER, SPACE, STAKING, TOKEN, VSTRK, WRAPPED
from tests.simulated.starknet_seeds import dataset
from tests.simulated.starknet_view import View

A, B = word(1), word(2)
SHORT = [bytes(19) + bytes([n]) for n in range(10)]
Told = tuple[str, int, dict[str, Any]]


def stake(block: int, old: int, new: int) -> Told:
    row = {"staker": A, "token": B, "old_delegated_stake": old, "new_delegated_stake": new}
    return "stake_delegated_balance_changed", block, row


def own(block: int, old: int, new: int) -> Told:
    row = {"staker": A, "old_self_stake": old, "new_self_stake": new}
    return "stake_own_balance_changed", block, row


def member(block: int, old: int, new: int) -> Told:
    row = {"pool_member": A, "old_delegated_stake": old, "new_delegated_stake": new}
    return "pool_member_balance_changed", block, row


def fee(block: int, paid: int, received: int, fri: bool = True, version: int = 3) -> Told:
    row = {"amount": paid, "transferred": received, "in_fri": fri, "version": version}
    return "fee_transaction", block, row


def of_block(block: int, count: int, wei: int, fri: int) -> Told:
    return "fee_block", block, {"transactions": count, "fees_in_wei": wei, "fees_in_fri": fri}


def within(block: int, table: str, amount: int) -> Told:
    return table, block, {"base_fee_burned": amount, "priority_fee": 0, "blob_fee": 0}


def votes(block: int, old: int, new: int) -> Told:
    row = {"delegate": SHORT[1], "old_votes": old, "new_votes": new}
    return "delegate_votes_changed", block, row


def cast(block: int, voter: int) -> Told:
    return "vote_cast", block, {"proposal_id": word(7), "voter": SHORT[voter]}


def ended(block: int) -> Told:
    return "proposal_executed", block, {"proposal_id": word(7)}


def call(table: str, block: int, delay: int | None = None) -> Told:
    row = {"id": word(5), "call_index": word(0)}
    return table, block, row if delay is None else row | {"delay": word(delay)}


def update(block: int, settled: int) -> Told:
    return "state_update", block, {"l2_block_number": word(settled)}


def message(table: str, block: int, nonce: int) -> Told:
    return table, block, {"nonce": word(nonce)}


POOL = ("new_delegation_pool", 1, {"staker": A, "pool": bytes([9]) * 32, "token": B})
MINT = ("mint_processed", 3, {"token": SHORT[8], "account": SHORT[1], "amount": 50})
MOVED = ("transfer", 3, {"sender": bytes(20), "recipient": SHORT[1], "amount": 50})
CASES: dict[str, tuple[Sequence[Told], Sequence[Told], Sequence[Told]]] = {
    # its rows that keep it, rows of a second dataset, and rows that break it together with them
    "votes follow": ((votes(1, 0, 5), votes(2, 5, 9)), (), (votes(3, 8, 9),)),
    "own stakes follow": (
        (
            (
                "stake_own_balance_changed",
                1,
                {"staker": A, "old_self_stake": 3, "new_self_stake": 5},
            ),
        ),
        (),
        (
            (
                "stake_own_balance_changed",
                2,
                {"staker": A, "old_self_stake": 4, "new_self_stake": 0},
            ),
        ),
    ),
    "delegated stakes follow": ((stake(1, 7, 9), stake(2, 9, 0)), (), (stake(3, 1, 2),)),
    "members follow": ((member(1, 0, 5), member(2, 5, 2)), (), (member(3, 5, 6),)),
    "pools add up": ((POOL, stake(2, 0, 5)), (member(2, 0, 5),), (stake(3, 5, 6),)),
    "one vote each": ((cast(1, 1), cast(1, 2)), (), (cast(2, 1),)),
    "no vote after the end": ((cast(1, 1), ended(2)), (), (cast(3, 2),)),
    "executed once": ((cast(1, 1), ended(2)), (), (ended(4),)),
    "delays pass": (
        (call("call_scheduled", 1, 24), call("call_executed", 3)),  # a block is twelve seconds
        (),
        (call("call_scheduled", 4, 25), call("call_executed", 6)),
    ),
    "fees arrive": (
        # of the first versions a fee may have moved without an event
        (fee(1, 5, 5), fee(1, 5, 0, fri=False, version=1), fee(1, 0, 0)),
        (),
        (fee(2, 5, 4),),
    ),
    "fees add up": (
        (of_block(1, 2, 3, 5), fee(1, 5, 5), fee(1, 3, 3, fri=False), of_block(2, 0, 0, 0)),
        (),
        (of_block(3, 1, 0, 6), fee(3, 5, 5)),
    ),
    "fees are within": (
        (within(1, "fee_block", 9), within(1, "fee_transaction", 9), within(2, "fee_block", 1)),
        (),
        (within(3, "fee_block", 8), within(3, "fee_transaction", 9)),
    ),
    "mints are allowed": ((MINT,), (MOVED,), (("mint_processed", 4, {**MINT[2], "amount": 51}),)),
    "mints are told": ((MOVED,), (MINT,), (("transfer", 4, {**MOVED[2], "amount": 51}),)),
    "updates go on": ((update(1, 5), update(2, 9)), (), (update(3, 9),)),
    "messages arrive once": (
        (message("message_to_l2_consumed", 1, 1), message("message_canceled", 2, 2)),
        (),
        (message("message_canceled", 3, 1),),
    ),
}


def asked(one: Invariant, first: Sequence[Told], other: Sequence[Told]) -> list[tuple[Any, ...]]:
    """What the SELECT of an invariant finds in rows by hand, of blocks 1 to 10."""
    house = House()
    house.watched = {}
    for name, source, rows in (("own", one.sources[0], first), ("other", one.other, other)):
        if not source:
            continue
        size = 20 if source in ("votes", "governor", "timelock", "fees", "mint_manager", "erc20",
                                "starknet_core") else 32  # fmt: skip
        contract = SHORT[8] if source == "erc20" else bytes([9]) * size
        house.watched[name] = Dataset(name, 1, (contract,), (source,), 0)
        for table, block, row in rows:
            house.emit(name, table, block, **row)
    con = duckdb.connect(config={"threads": 1})
    times = "SELECT range AS number, 12 * range AS timestamp FROM range(11)"
    con.execute(f"CREATE TABLE block AS {times}")
    for name, watched in house.watched.items():
        for table, schema in watched.tables().items():
            full = [{c: row.get(c) for c in schema.names} for row in house.rows[f"{name}_{table}"]]
            con.register(f"{name}_{table}", pa.Table.from_pylist(full, schema=schema))
    query = one.broken.format(name="own", other="other", first=1, last=10)
    return con.execute(query).fetchall()


REFERENCE = {
    # what must hold: the functions that look, and the file whose tests keep and break it
    "fees to the sequencer = fees paid": ("guard", "test_invariants"),
    "rows = the header's count": ("counted", "test_counted"),
    "stakes = the contract's total": ("totalled", "test_tallied"),
    "members = delegated": ("guard", "test_invariants"),
    "votes = the contract's tally": ("tallied", "test_tallied"),
    "updates name L2's blocks": ("crossed_of", "test_crossing"),
    "supply = allotted + minted": ("issued", "test_issued"),
    "handlers were sent": ("crossed_of", "test_crossing"),
}


@pytest.mark.parametrize("what", REFERENCE)
def test_what_must_hold_is_looked_at_after_each_sealing_and_by_check(what: str) -> None:
    function, file = REFERENCE[what]
    for command in (check, sync_told):
        assert function in Path(str(command.__file__)).read_text("utf-8"), what
    tests = (Path(__file__).parent / f"{file}.py").read_text("utf-8")
    assert "fail" in tests or "broken" in tests, what


@pytest.mark.parametrize("one", INVARIANTS, ids=lambda one: one.name)
def test_each_invariant_is_kept_by_some_rows_and_broken_by_others(one: Invariant) -> None:
    kept, other, more = CASES[one.name]
    assert asked(one, kept, other) == []
    found = asked(one, (*kept, *more), other)
    assert len(found) == 1
    assert found[0][0] == more[-1][1]  # the block of what is wrong
    assert found[0][3]


@pytest.mark.parametrize("one", INVARIANTS, ids=lambda one: one.name)
def test_no_invariant_is_broken_where_a_dataset_begins_in_the_middle(one: Invariant) -> None:
    """The second half of what keeps it, without what went before."""
    kept, other, _ = CASES[one.name]
    last = [row for row in kept if row[1] > 1] or list(kept)
    assert asked(one, last, other) == []


def test_a_fee_of_version_3_that_nobody_received_is_broken() -> None:
    (one,) = (one for one in INVARIANTS if one.name == "fees arrive")
    ((block, *_, what),) = asked(one, (fee(1, 5, 5), fee(2, 5, 0)), ())
    assert (block, what) == (2, "paid 5, received 0")


@pytest.fixture(scope="module")
def grown() -> StarknetChain:
    made = StarknetChain(seed=7, upgrades=(15, 30, 45), interval=8_000, lag=8)
    made.grow(70)
    return made


@pytest.fixture
def index(tmp_path: Path, grown: StarknetChain) -> Iterator[tuple[Index, list[Dataset], Any, Any]]:
    """The simulated chain collected and sealed, with every pool there ever was."""
    pools = sorted({pool for block in grown.blocks for pool in block.books.pool.values()})
    datasets = [
        dataset("strk", "starknet_erc20", TOKEN),
        dataset("tokens", "starknet_erc20", ETHER, WRAPPED),
        dataset("staking", "starknet_staking", STAKING),
        dataset("pools", "starknet_pool", *pools),
        dataset("votes", "starknet_votes", VSTRK),
        dataset("space", "snapshot_x_space", SPACE),
        dataset("fees", "starknet_fees", TOKEN),
    ]
    with (
        Index.open(tmp_path / "i.duckdb", chain_id=SEPOLIA, genesis=None) as made,
        Ledger.open(tmp_path / "l.bin") as ledger,
        Server(View(grown)) as server,
    ):
        node = Trusting([Endpoint(server.url, "simulated", rate=100_000)])
        sync(node, made, datasets, ledger=ledger, pause=lambda _: None)
        yield made, datasets, node, ledger


def test_a_simulated_chain_of_every_generation_keeps_all_and_a_lost_row_stops_its_dataset(
    index: tuple[Index, list[Dataset], Any, Any],
) -> None:
    stored, datasets, _, _ = index
    found = invariants(stored, datasets)
    assert {one.invariant.name for one in found} >= {
        "votes follow", "delegated stakes follow", "members follow", "pools add up",
        "one vote each", "executed once", "fees arrive", "fees add up",
    }  # fmt: skip
    assert [one.words for one in found if one.count] == []
    assert {one.status for one in counted(stored, datasets).values()} == {"passed"}
    with stored.writing() as db:
        lost = (
            "SELECT block_number, transaction_index, log_index FROM staking_{} ORDER BY ALL LIMIT 1"
        )
        table = "stake_delegated_balance_changed"
        (at,) = db.execute(lost.format(table)).fetchall()
        db.execute(
            f"UPDATE staking_{table} SET new_delegated_stake = new_delegated_stake + 1 "
            "WHERE (block_number, transaction_index, log_index) = (?, ?, ?)", at,
        )  # fmt: skip
    broken = [one for one in guard(stored, datasets) if one.count]
    assert {one.dataset for one in broken} == {"staking"}
    assert any("block " in one.words and "transaction " in one.words for one in broken)
    stopped = stored.quarantined()
    assert stopped.keys() == {"staking"}
    assert "invariant: not so that" in stopped["staking"][1]
    assert all(one.dataset != "staking" for one in invariants(stored, datasets))  # others go on
