"""How a chain lives: each figure from rows laid by hand."""

from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.commit.starknet.felt import keccak_250
from psephos.commit.starknet.hashes import EXACT
from psephos.commit.starknet.transaction import Transaction, transaction_hashes
from psephos.errors import ConfigurationError
from psephos.results.economy.settlement import updates
from psephos.results.life.blocks import gaps, missed_slots, settling, stalls
from psephos.results.life.change import levels, upgrades
from psephos.results.life.election import binomial_interval, elected
from psephos.results.life.exchanges import exchanges
from psephos.results.life.messages import handled, messages, sent
from psephos.results.life.services import SERVICES, UNKNOWN, services
from psephos.results.studies import study
from psephos.store.reader import Span
from tests.results.house import House, address, word

DAY = 86_400
BEGAN = 20_000 * DAY


def seconds(block: int) -> int:
    """A block every ten minutes; before block 160 nothing comes for three hours."""
    return BEGAN + block * 600 + (block >= 160) * 3 * 3600


@pytest.fixture
def house() -> House:
    house = House()
    house.watched = {
        "fees": Watched("fees", 1, (word(0x57),), ("starknet_fees",), 1),
        "core": Watched("core", 1, (address(7),), ("starknet_core",), 1),
        "attest": Watched("attest", 1, (word(8),), ("starknet_attestation",), 1),
        "strk": Watched("strk", 1, (word(0x57),), ("starknet_erc20",), 1),
        "rules": Watched("rules", 1, (word(9),), ("starknet_upgrades",), 1),
    }
    house.times = {block: seconds(block) for block in range(451)}
    for block in range(1, 451):
        house.emit("fees", "fee_block", block, sequencer=word(5), transactions=1)
    for block, payer, called, kind in (
        (20, 1, 7, 0),
        (160, 1, 7, 0),
        (170, 2, 7, 1),
        (180, 3, 8, 0),
    ):
        row = {"kind": kind, "payer": word(payer), "called": word(called), "reverted": False}
        house.emit("fees", "fee_transaction", block, in_fri=True, amount=10, **row)
    for block, covers in ((150, 140), (200, 190), (300, 290)):
        house.emit("core", "state_update", block, global_root=word(1), l2_block_number=word(covers),
                   l2_block_hash=word(2))  # fmt: skip
    for nonce, ends in ((1, {"consumed": 250}), (2, {}), (3, {"canceled": 260})):
        row = {"from_address": address(1), "to_address": word(2), "selector": word(3)}
        row |= {"payload": [word(4), word(nonce)], "nonce": word(nonce)}
        house.emit("core", "message_to_l2", 200 + nonce, **row, fee=1)
        for what, block in ends.items():
            table = "message_canceled" if what == "canceled" else "message_to_l2_consumed"
            house.emit("core", table, block, **row)
    for staker, epochs in ((1, (5, 6, 7, 8)), (2, (6, 8))):
        for epoch in epochs:
            house.emit(
                "attest", "staker_attestation", 200 + epoch, staker=word(staker), epoch=epoch
            )
    put = {"class_hash": word(0xC), "initializer": None, "initializer_data": None, "final": False}
    house.emit("rules", "implementation_added", 118, **put)
    house.emit("rules", "implementation_replaced", 244, **put)
    house.emit("rules", "implementation_replaced", 245, **(put | {"class_hash": word(0xD)}))
    return house


def told(house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    found = study(house.open(450), "life", dataset="fees")  # type: ignore[arg-type]
    return {o.measure: o.value for o in found.figures}, {t.name: t.rows for t in found.tables}


def test_a_stall_is_ten_times_the_median_and_more_than_a_minute(house: House) -> None:
    value, tables = told(house)
    assert (value["block_time_median"], value["block_time_longest"]) == (600, 3 * 3600 + 600)
    assert (value["stalls"], tables["stalls"]) == (1, ((160, 11_400),))
    assert stalls([(n, 2) for n in range(9)] + [(9, 60)]) == []
    assert stalls([(n, 2) for n in range(9)] + [(9, 61)]) == [(9, 61)]


def test_quantiles_of_gaps_are_lower_ones_and_undefined_of_none() -> None:
    found = gaps(list(range(1, 21)))
    assert found is not None
    assert (found.count, found.median, found.nineteen_of_twenty, found.longest) == (20, 10, 19, 20)
    assert gaps([]) is None


def test_missed_slots_are_told_only_of_a_chain_of_slots() -> None:
    assert missed_slots([(1, 12), (2, 36), (3, 12)]) == (2, 5)
    assert missed_slots([(1, 12), (2, 13)]) is None
    assert missed_slots([(1, 0)]) is None
    assert missed_slots([(1, 3600), (2, 3600), (3, 12)]) is None
    assert missed_slots([]) is None


def test_the_lag_of_a_block_ends_with_the_first_update_that_covers_it(house: House) -> None:
    release: Any = house.open(450)
    found = settling(release, release, "core", BEGAN, BEGAN + 10 * DAY)
    assert found.gaps is not None
    assert found.lag is not None
    assert (found.gaps.count, found.gaps.longest) == (2, 100 * 600)
    # blocks 141 to 190 wait for block 200, blocks 191 to 290 for block 300
    lags = [seconds(200) - seconds(b) for b in range(141, 191)]
    lags += [seconds(300) - seconds(b) for b in range(191, 291)]
    assert found.mean_lag == Fraction(sum(lags), len(lags))
    assert found.lag.longest == max(lags)


def test_each_update_tells_how_long_its_oldest_and_newest_block_waited(house: House) -> None:
    _, tables = told(house)
    waited = [(300, 100, 290, 191, 290), (200, 50, 190, 141, 190)]
    assert [row[1:] for row in tables["lag_core"]] == [
        (at, size, to, seconds(at) - seconds(old), seconds(at) - seconds(new))
        for at, size, to, old, new in waited
    ]


def test_what_l1_tells_rests_on_l1s_rows_and_of_a_release_beside_is_declared(house: House) -> None:
    l2: Any = house.open(450)
    found = study(l2, "life", dataset="fees")
    lag = next(one for one in found.figures if one.measure == "proof_lag_core_longest")
    assert "core_state_update.l2_block_number" in lag.evidence.columns
    found = study(l2, "life", dataset="fees", beside=house.open(450))  # type: ignore[arg-type]
    value = {one.measure: one for one in found.figures}
    lag = value["proof_lag_core_longest"]
    assert "beside this one" in lag.evidence.declared[0]
    assert not any("core" in column for column in lag.evidence.columns)
    upgrades = next(one.rows for one in found.tables if one.name == "upgrades")
    assert len(upgrades) == 4, "those of both chains"


def test_the_lag_is_of_the_l2s_blocks_and_undefined_where_only_l1s_are_known(house: House) -> None:
    house.watched["l1"] = Watched("l1", 1, (address(7),), ("fees",), 1)
    for block in range(1, 451):
        house.emit("l1", "fee_block", block, coinbase=address(1), transactions=1)
    found = study(house.open(450), "life", dataset="l1")  # type: ignore[arg-type]
    value = {one.measure: one for one in found.figures}
    assert value["update_gap_core_median"].value == seconds(200) - seconds(150)
    assert value["proof_lag_core_median"].value is None
    assert "blocks of L1" in str(value["proof_lag_core_median"].undefined)


def test_starkex_has_its_updates_of_every_generation_with_sequence_and_batch(house: House) -> None:
    house.watched["exchange"] = Watched("exchange", 1, (address(6),), ("starkex",), 1)
    roots = {"order_root": word(0xF)}
    laid = (
        (200, "root_update_first", {"vault_root": word(1), **roots}),
        (210, "root_update_batch", {"batch_id": word(5), "vault_root": word(2), **roots}),
        (240, "root_update", {"batch_id": word(6), "validium_vault_root": word(8),
                              "rollup_vault_root": word(3), **roots}),
        (250, "perpetual_update", {"batch_id": word(7)}),
    )  # fmt: skip
    for at, (block, table, row) in enumerate(laid):
        house.emit("exchange", table, block, sequence_number=word(at), **row)
    release: Any = house.open(450)
    found = exchanges(release, "exchange", BEGAN, BEGAN + 10 * DAY, 450)
    assert found.gaps is not None
    assert (found.updates, found.gaps.median, found.gaps.longest) == (4, 6_000, 18_000)
    told_ = [(one.sequence, one.batch, one.vaults, one.orders) for one in found.newest]
    assert told_ == [
        (3, 7, None, None), (2, 6, word(3), word(0xF)), (1, 5, word(2), word(0xF)),
        (0, None, word(1), word(0xF)),
    ]  # fmt: skip
    assert exchanges(release, "exchange", BEGAN, BEGAN + 10 * DAY, 199).updates == 0
    value, tables = told(house)
    assert (value["updates_exchange"], len(tables["starkex"])) == (4, 4)
    assert [one.block for one in updates(release, "exchange", BEGAN, BEGAN + 10 * DAY)] == [
        200, 210, 240, 250
    ]  # fmt: skip


def test_messages_wait_are_consumed_or_taken_back(house: House) -> None:
    release: Any = house.open(450)
    found = messages(release, "core", BEGAN, 450)
    assert found is not None
    assert (found.sent, found.consumed, found.canceled, found.pending) == (3, 1, 1, 1)
    assert found.waits is not None
    assert found.waits.longest == (250 - 201) * 600
    assert found.oldest == (450 - 202) * 600
    before = messages(release, "core", BEGAN, 230)
    assert before is not None
    assert (before.consumed, before.pending) == (0, 3)


def handle(house: House, nonce: int, block: int) -> None:
    """L2 handles a message of the house, by the hash that the readable formula gives."""
    one = Transaction(
        "L1_HANDLER", 0, 0, sender=2, selector=3, calldata=(1, 4, nonce), nonce=nonce
    )  # fmt: skip
    (told,) = transaction_hashes([one], 1, EXACT)
    row = {"kind": 3, "payer": word(0), "called": word(2), "entrypoint": word(3)}
    row |= {"transaction_hash": told.to_bytes(32, "big"), "amount": 0, "in_fri": True}
    house.emit("fees", "fee_transaction", block, reverted=False, **row)


def test_a_message_waits_until_l2_handles_it_and_one_that_nobody_handled_is_said_to(
    house: House,
) -> None:
    """Found by its hash alone; the second is never handled, the third taken back."""
    value, tables = told(house)
    assert value["messages_unhandled_core"] == 1  # the first came back to L1 as consumed
    assert value["message_handled_core_median"] is None
    handle(house, 1, 210)
    handle(house, 9, 220)  # of no message
    value, tables = told(house)
    assert value["message_handled_core_median"] == (210 - 201) * 600
    assert (value["messages_unhandled_core"], value["messages_pending_core"]) == (1, 1)
    assert [row[3:] for row in tables["messages_core"]] == [
        (3, None, None, "cancelled"),
        (2, None, None, "pending"),
        (1, 9 * 600, 49 * 600, "consumed"),
    ]
    release: Any = house.open(450)
    found = sent(release, "core", BEGAN, 450)
    assert found is not None
    assert handled(release, "fees", 209, found) == [None, None, None]
    assert handled(release, "fees", 210, found) == [seconds(210), None, None]
    assert [one.state(time) for one, time in zip(found, (5, 5, 5), strict=True)] == [
        "consumed", "handled", "cancelled",
    ]  # fmt: skip


def test_validators_are_held_against_the_epochs_since_their_first(house: House) -> None:
    value, tables = told(house)
    assert [row[1:3] for row in tables["validators"]] == [(2, 3), (4, 4)]
    assert value["attested_attest"] == Fraction(6, 7)


def test_an_upgrade_that_nobody_announced_is_told_as_one(house: House) -> None:
    value, tables = told(house)
    assert value["upgrades_announced"] == Fraction(1, 2)
    assert [row[3:] for row in tables["upgrades"]] == [(245, None), (244, "1.00")]
    release: Any = house.open(243)
    assert upgrades(release, 243) == []


def test_newcomers_classes_and_contracts_are_counted_in_the_window(house: House) -> None:
    value, tables = told(house)
    assert (value["declared"], value["payers"], value["contracts"]) == (1, 3, 2)
    assert value["entrants"] == Fraction(2, 3)  # one paid on the day before
    assert [row[2] for row in tables["contracts"]] == [2, 1]


def test_who_brings_code_is_counted_by_deployments_and_by_their_fees(house: House) -> None:
    """On the day before the window one, a declared class within it; then three of one deployer."""
    value, _ = told(house)
    assert (value["deployments_half"], value["deployments_hhi"]) == (1, 1)
    deploy = keccak_250(b"deploy_contract")
    for block, payer, entry, reverted in (
        (200, 4, deploy, False), (201, 4, deploy, False), (202, 4, deploy, True),
        (203, 5, keccak_250(b"deployContract"), False), (204, 6, 1, False),
    ):  # fmt: skip
        house.emit("fees", "fee_transaction", block, kind=0, payer=word(payer), called=word(7),
                   entrypoint=word(entry), reverted=reverted, in_fri=True, amount=5)  # fmt: skip
    value, tables = told(house)
    assert [row[2] for row in tables["deployers"]] == [2, 1, 1]
    assert value["deployments_hhi"] == Fraction(2 * 2 + 1 + 1, 16)
    assert value["deploying_hhi"] == Fraction(10**2 + 10**2 + 5**2, 25**2)


def test_use_and_fees_are_held_against_whoever_deployed_what_is_called(house: House) -> None:
    """Called in the window: 7 twice and 8 once. 7 was deployed long before it, 8 and 9 within."""
    value, tables = told(house)
    assert "deployed" not in value, "no event of a deployer was read"
    assert "makers" not in tables
    house.watched["udc"] = Watched("udc", 1, (word(0xDD),), ("starknet_deployer",), 1)
    for block, made, deployer in ((2, 7, 0xA), (170, 8, 0xB), (171, 9, 0xB), (172, 9, 0xC)):
        house.emit("udc", "contract_deployed", block, deployed=word(made), deployer=word(deployer),
                   unique=True, class_hash=word(1), calldata=[], salt=word(0))  # fmt: skip
    value, tables = told(house)
    assert value["deployed"] == 2  # an address is deployed once
    assert (value["made_half"], value["made_hhi"]) == (1, 1)
    assert value["makers_half"] == 1
    assert value["makers_hhi"] == Fraction(2 * 2 + 1, 9)
    assert value["makers_fees_hhi"] == Fraction(20**2 + 10**2, 30**2)
    assert [row[2:4] for row in tables["makers"]] == [(0, 2), (2, 1)]
    assert [row[4] for row in tables["makers"]] == ["0.000000", "0.000000"]


def test_one_builder_of_starknets_headers_is_told_with_what_it_does_not_mean(house: House) -> None:
    found = study(house.open(450), "life", dataset="fees")  # type: ignore[arg-type]
    (half,) = [one for one in found.figures if one.measure == "producers_half"]
    assert half.value == 1
    assert any("one builder" in words for words in half.evidence.declared)


def test_blocks_are_counted_by_the_level_they_were_read_with(house: House) -> None:
    spans = {"fees": (Span(1, 100, "seen"), Span(101, 400, "whole"))}
    release: Any = house.open(450, spans=spans)
    assert levels(release, "fees", 450) == {"seen": 100, "whole": 300, "not read": 50}
    assert levels(release, "fees", 60) == {"seen": 60}


def test_every_known_cell_of_a_service_has_a_source_and_unknown_is_shown(tmp_path: Path) -> None:
    found = {one.name: one for one in services("starknet")}
    assert tuple(found) == SERVICES
    for name in ("sequencing", "proving", "upgrades", "history"):
        assert found[name].company, name
        assert found[name].source, name
        assert found[name].as_of, name
    assert found["data availability"].cells[3] == UNKNOWN
    assert {cell for one in services("nowhere") for cell in one.cells[1:]} == {UNKNOWN}
    for text in (
        '[[service]]\nname = "sequencing"\ncompany = "X"',
        '[[service]]\nname = "cooking"',
        '[[service]]\nname = "sequencing"\nstake = "yes"\nsource = "s"\nas_of = 2025-01-01',
        '[[service]]\nname = "sequencing"\n[[service]]\nname = "sequencing"',
        "[[service",
    ):
        (tmp_path / "one.toml").write_text(f'chain = "x"\n{text}\n')
        with pytest.raises(ConfigurationError):
            services("x", tmp_path)


def test_services_of_mainnet_are_not_told_of_another_chain(house: House) -> None:
    _, tables = told(house)
    assert {cell for row in tables["services"] for cell in row[1:]} == {UNKNOWN}
    assert next(one.company for one in services("starknet_sample") if one.company) != "StarkWare"


def test_chance_reaches_as_far_as_exact_sums_say() -> None:
    """Against sums of whole numbers; 100 blocks at ½ are 40 to 60 (any table of the binomial)."""
    assert binomial_interval(100, 0.5) == (40, 60)
    for events, part in ((1, 2), (7, 3), (50, 10), (200, 7)):
        terms = [comb(events, k) * (part - 1) ** (events - k) for k in range(events + 1)]
        below = [Fraction(sum(terms[: k + 1]), part**events) for k in range(events + 1)]
        low = next(k for k, p in enumerate(below) if p >= Fraction(1, 40))
        high = next(k for k, p in enumerate(below) if p >= Fraction(39, 40))
        assert binomial_interval(events, 1 / part) == (low, high)
    assert (binomial_interval(9, 0.0), binomial_interval(9, 1.0)) == ((0, 0), (9, 9))


def test_a_staker_rewarded_beyond_its_stake_is_found(house: House) -> None:
    house.watched["staking"] = Watched("staking", 1, (word(6),), ("starknet_staking",), 1)
    for staker, stake in ((1, 500), (2, 400), (3, 100)):
        row = {"staker": word(staker), "reward_address": word(9), "operational_address": word(9)}
        house.emit("staking", "new_staker", staker, **row, self_stake=stake)
        told = {"old_self_stake": 0, "new_self_stake": stake}
        house.emit("staking", "stake_own_balance_changed", staker, staker=word(staker), **told)
    release: Any = house.open(450)
    assert elected(release, "staking", BEGAN, BEGAN + 10 * DAY, 450) is None
    house.emit("staking", "consensus_rewards_first_epoch_set", 150, first_epoch=2)
    for block in range(201, 301):  # half of them to 1, as its stake; 2 has none and 3 the rest
        row = {"staker": word(1 if block % 2 else 3), "staker_rewards": 1}
        house.emit("staking", "staker_rewards_updated", block, **row, pools=[], pool_rewards=[])
    release = house.open(450)
    found = elected(release, "staking", BEGAN, BEGAN + 10 * DAY, 450)
    assert found is not None
    assert [(one.blocks, one.fair) for one in found] == [(50, True), (0, False), (50, False)]
