"""Stakes replayed from events equal the contract's books at every block, over three upgrades."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from psephos.chain.decode import decode
from psephos.chain.events import STARKNET
from psephos.chain.node import FeltLogs
from psephos.errors import DataError, NodeError, VerificationFailed
from psephos.results.changes import PREVIOUS, position_changes
from psephos.results.conservation.staked import check_total
from psephos.results.staking import (
    STRK,
    Difference,
    Epochs,
    Stake,
    attested,
    differences,
    effective,
    epoch_of,
    epochs,
    last_block,
    members,
    pools,
    powers,
    stakes,
    totals,
)
from tests.chain.felt_entries import Entry, entry, logs
from tests.chain.felt_entries import told as told_entries
from tests.results.staking_books import SHAPES, TBTC, WBTC, Contract, read
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_scene import TOKEN, WRAPPED


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def lived(seed: int, blocks: int = 160) -> tuple[Contract, dict[int, Any]]:
    """A contract upgraded three times, and its books after each block."""
    contract, random, books = Contract(), Random(seed), {}
    for number in range(1, blocks + 1):
        contract.generation = 1 + 4 * (number - 1) // blocks
        contract.happens(random)
        held = {
            (staker, token): contract.delegated(staker, token)
            for staker, token in contract.pools
            if contract.delegated(staker, token)
        }
        shares = {key: amount for key, amount in contract.members.items() if amount}
        books[number] = dict(contract.own), held, shares, set(contract.leaving)
    return contract, books


@pytest.mark.parametrize("seed", range(2))
def test_stakes_at_every_block_equal_the_contracts_books_across_all_upgrades(seed: int) -> None:
    contract, books = lived(seed)
    tables = contract.tables()
    for block, (own, held, shares, leaving) in books.items():
        found = stakes(tables, block)
        assert {staker: stake.own for staker, stake in found.items()} == {
            word(staker): amount for staker, amount in own.items()
        }
        assert {
            (s, t): amount for s, one in found.items() for t, amount in one.delegated.items()
        } == {(word(staker), word(token)): amount for (staker, token), amount in held.items()}
        assert {s for s, one in found.items() if one.leaving} == set(map(word, leaving))
        told = members(tables, block)
        assert told == {(word(p), word(m)): amount for (p, m), amount in shares.items()}
        assert differences(found, pools(tables, block), told) == []
        assert totals(found)[STRK] == sum(own.values()) + sum(
            amount for (_, token), amount in held.items() if word(token) == STRK
        )


def test_a_lived_contract_has_every_generation_every_token_and_exits() -> None:
    """Or the law above would say nothing."""
    tables = [lived(seed)[0].tables() for seed in range(3)]
    for name in (
        "stake_balance_changed",
        "stake_own_balance_changed",
        "stake_delegated_balance_changed",
        "new_delegation_pool",
        "new_delegation_pool_early",
        "staker_exit_intent",
        "staker_exit_intent_early",
        "delete_staker",
        "pool_member_exit_intent",
    ):
        assert sum(one[name].num_rows for one in tables) > 2, name


def test_an_exit_leaves_the_total_at_once_and_a_silent_upgrade_changes_nothing() -> None:
    contract = Contract(block=1)
    contract.stake(16, 100)
    contract.open_pool(16, int.from_bytes(STRK, "big"), 500)
    contract.delegate(16, int.from_bytes(STRK, "big"), 7, 40)
    contract.generation, contract.block = 3, 2
    assert totals(stakes(contract.tables())) == {STRK: 140}
    contract.stake(16, 1)
    assert totals(stakes(contract.tables())) == {STRK: 141}, "the pool was told before the upgrade"
    contract.block = 3
    contract.intend(16)
    tables = contract.tables()
    assert totals(stakes(tables, 2)) == {STRK: 141}
    assert totals(stakes(tables, 3)) == {STRK: 0}
    assert sum(members(tables, 3).values()) == 40
    assert differences(stakes(tables, 3), pools(tables, 3), members(tables, 3)) == []


def test_a_pool_whose_members_do_not_sum_is_named_with_both_sums() -> None:
    contract = Contract(block=1)
    contract.stake(16, 100)
    contract.open_pool(16, 5, 500)
    pool = contract.pools[16, 5]
    contract.tell("pool_member_balance_changed", 7, 0, 3, contract=pool)
    tables = contract.tables()
    (found,) = differences(stakes(tables), pools(tables), members(tables))
    assert found == Difference(word(pool), word(16), STRK, 0, 3)


def test_power_is_three_quarters_strk_and_one_bitcoin_of_any_decimals() -> None:
    """The worked example of the proposal: 50 M of 1,000 M STRK and 10 of 1,000 BTC weigh 4 %."""
    wbtc, tbtc = word(WBTC), word(TBTC)
    found = {
        b"a": Stake(10**24, {STRK: 49 * 10**24, wbtc: 10 * 10**8}),
        b"b": Stake(950 * 10**24, {tbtc: 990 * 10**18}),
        b"c": Stake(0, {STRK: 0}, leaving=True),
    }
    decimals = {wbtc: 8, tbtc: 18}
    assert powers(found, decimals) == {b"a": 400_000_000, b"b": 9_600_000_000, b"c": 0}
    assert powers(found, {}) == {b"a": 375_000_000, b"b": 7_125_000_000, b"c": 0}
    with pytest.raises(DataError, match="18 decimals"):
        powers(found, {wbtc: 19})


def changed(block: int, length: int) -> Entry:
    return entry(SHAPES["starknet_staking", "epoch_info_changed"], 3600, length, block=block)  # type: ignore[arg-type]


def test_a_new_length_of_epochs_holds_from_the_next_epoch_on() -> None:
    first = Epochs(100, 0, 10)
    found = epochs(first, read([changed(125, 4), changed(141, 7)]))
    assert found == (first, Epochs(130, 3, 4), Epochs(142, 6, 7))
    told = {number: epoch_of(found, number) for number in (99, 100, 129, 130, 133, 134, 141, 142)}
    assert told == {99: None, 100: 0, 129: 2, 130: 3, 133: 3, 134: 4, 141: 5, 142: 6}
    for block in range(100, 200):
        epoch = epoch_of(found, block)
        assert epoch is not None
        last = last_block(found, epoch)
        assert last is not None
        assert epoch_of(found, last) == epoch
        assert epoch_of(found, last + 1) == epoch + 1
        assert block <= last
    assert last_block(found, -1) is None
    with pytest.raises(DataError, match="changed at block 126"):
        epochs(first, read([changed(125, 4), changed(126, 5)]))


def test_a_balance_acts_so_many_epochs_after_it_was_told() -> None:
    contract = Contract(block=5)
    contract.stake(16, 100)
    contract.block = 25
    contract.stake(16, 1)
    tables, found = contract.tables(), (Epochs(0, 0, 10),)
    for delay, wanted in ((1, [{}, 100, 100, 101]), (2, [{}, {}, 100, 100])):
        told = [effective(tables, found, epoch, delay) for epoch in range(4)]
        assert told == [{word(16): Stake(x)} if x else {} for x in wanted]


def test_attestations_are_counted_against_the_epochs_in_which_a_stake_acted() -> None:
    contract = Contract(block=5)
    contract.stake(16, 100)
    contract.stake(32, 100)
    shape = SHAPES["starknet_attestation", "staker_attestation"]
    for epoch in (2, 3, 3, 9):
        contract.entries.append(entry(shape, 16, epoch, block=epoch * 10 + 5, contract=1))  # type: ignore[arg-type]
    found = attested(contract.tables(), (Epochs(0, 0, 10),), 0, 4, delay=2)
    assert found == {word(16): (2, 3), word(32): (0, 3)}


def test_positions_by_sql_equal_the_replay() -> None:
    """The kinds of position that a release keeps, told piece by piece as days are sealed."""
    contract, books = lived(5)
    con, tables = duckdb.connect(), contract.tables()
    for name, table in tables.items():
        con.register(f"s_{name}", table)
    cuts = [0, 40, 41, 97, len(books)]
    for kind in ("stake", "own_stake", "member_stake"):
        held: dict[bytes, int] = {}
        rows: list[dict[str, Any]] = []
        for after, last in pairwise(cuts):
            before = [{"key": None, "holder": who, "amount": x} for who, x in held.items()]
            found = position_changes(
                con, "s", kind, after, last, pa.Table.from_pylist(before, schema=PREVIOUS)
            ).to_pylist()
            held |= {row["holder"]: int(row["amount"]) for row in found}
            rows += found
        for block in books:
            told = {
                row["holder"]: int(row["amount"]) for row in rows if row["block_number"] <= block
            }
            assert {who: x for who, x in told.items() if x} == replayed(tables, kind, block)


def replayed(tables: Any, kind: str, block: int) -> dict[bytes, int]:
    if kind == "member_stake":
        sums: dict[bytes, int] = {}
        for (_, member), amount in members(tables, block).items():
            sums[member] = sums.get(member, 0) + amount
        return sums
    found = stakes(tables, block)
    amounts = {who: one.own if kind == "own_stake" else one.of(STRK) for who, one in found.items()}
    return {who: amount for who, amount in amounts.items() if amount}


class Answering:
    """A node that answers one question with so many felts."""

    def __init__(self, *felts: int) -> None:
        self.felts = felts

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        # protocol reference: get_total_stake, as starknet-py's get_selector_from_name prints it
        selector = 0x226FFC5DB8F68325947F4C4FCBEA7117624ED26D4A1354693F63DE203C453C8
        assert (data, block) == (word(selector), 97)
        return b"".join(map(word, self.felts))


def test_what_a_contract_says_is_staked_is_what_its_events_add_up_to() -> None:
    contract, books = lived(5)
    own, held, _, _ = books[97]
    strk = int.from_bytes(STRK, "big")
    told = sum(own.values()) + sum(x for (_, token), x in held.items() if token == strk)
    tables, asked = contract.tables(), (bytes(32), 97)
    assert str(told) in check_total(tables, *asked, Answering(told))  # type: ignore[arg-type]
    with pytest.raises(VerificationFailed, match=f"the rows give {told}, the contract has"):
        check_total(tables, *asked, Answering(told + 1))  # type: ignore[arg-type]
    with pytest.raises(NodeError, match="2 felts"):
        check_total(tables, *asked, Answering(told, 0))  # type: ignore[arg-type]


def test_a_simulated_chains_stakes_equal_its_books_across_its_upgrades() -> None:
    """Blocks with right commitments, upgraded V1 → V2 → BTC → V3, read from what a node tells."""
    chain = StarknetChain(seed=7, upgrades=(20, 40, 60), interval=10)
    chain.grow(80)
    tables = decode(STAKING_EVENTS, felt_logs(chain))
    kinds = set()
    for block in chain.blocks[::2]:
        number, books = block.told["block_number"], block.books
        found, shares = stakes(tables, number), members(tables, number)
        own = {word(staker): amount for staker, amount in books.own.items()}
        assert {staker: one.own for staker, one in found.items()} == own
        assert shares == {
            (word(pool), word(member)): amount
            for (pool, member), amount in books.member.items()
            if amount
        }
        for staker, token in books.pool:  # who is leaving has told zeros
            told = 0 if staker in books.exiting else books.delegated(staker, token)
            assert found[word(staker)].delegated.get(word(token), 0) == told
        assert differences(found, pools(tables, number), shares) == []
        kinds |= {token for _, token in books.pool} | ({"exit"} if books.exiting else set())
    assert kinds == {TOKEN, WRAPPED, "exit"}


STAKING_EVENTS = [
    event for source in ("starknet_staking", "starknet_pool") for event in STARKNET[source].events
]


def felt_logs(chain: StarknetChain) -> FeltLogs:
    """Every event of a chain, as columns."""
    entries, transactions = [], []
    for block in chain.blocks:
        for i, one in enumerate(block.told["transactions"]):
            found = told_entries(one["receipt"]["events"], block.told["block_number"])
            entries += found
            transactions += [i] * len(found)
    return replace(logs(entries), transaction=np.array(transactions, np.uint32))
