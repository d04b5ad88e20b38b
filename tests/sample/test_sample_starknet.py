"""The sample's Starknet: whole, settled by its L1, and as full of life as its README says."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from data.sample import settlement
from data.sample.play import starknet
from data.sample.starknet import cast, messages, votes
from psephos.chain.open import open_node
from psephos.configuration import load
from psephos.results import reading
from psephos.results.labels.entities import entities
from psephos.results.life import messages as life
from psephos.results.positions import positions
from psephos.results.stakes import stakes
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.votes import votes as votes_on
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.simulated.starknet_books import selector
from tests.simulated.starknet_scene import STAKING, TOKEN

pytestmark = pytest.mark.long

FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"
WEI, FRI = False, True


@pytest.fixture(scope="module")
def release(starknet_sample: Settings) -> Iterator[Release]:
    with Release.open(starknet_sample.releases) as found:
        yield found


@pytest.fixture(scope="module")
def l1(sample: Settings) -> Iterator[Release]:
    with Release.open(sample.releases) as found:
        yield found


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_every_block_recomputes_to_its_roots_and_state_diff(release: Release) -> None:
    for dataset in release.datasets.values():
        assert {span.level for span in dataset.spans} == {"whole"}, dataset.name
        assert dataset.spans[-1].last == cast.HEAD


def test_final_is_what_the_last_state_update_that_is_final_on_l1_says(
    release: Release, l1: Release
) -> None:
    query = "SELECT max(l2_block_number) FROM core_state_update WHERE block_number <= ?"
    (told,) = l1.sql(query, [l1.final]).row(0)
    assert int.from_bytes(told, "big") == release.final < release.head


def test_every_state_update_names_the_hash_and_the_time_of_a_block_that_was_before_it(
    release: Release, l1: Release
) -> None:
    updates = l1.sql(
        "SELECT l2_block_number, l2_block_hash, b.timestamp FROM core_state_update u "
        "JOIN block b ON b.number = u.block_number ORDER BY u.block_number"
    ).rows()
    numbers = [int.from_bytes(number, "big") for number, _, _ in updates]
    assert len(numbers) > 200
    assert numbers == sorted(set(numbers))
    hashes = dict(release.sql("SELECT number, hash FROM block").iter_rows())
    times = dict(release.sql("SELECT number, timestamp FROM block").iter_rows())
    for number, (_, hash_, time) in zip(numbers, updates, strict=True):
        assert hashes[number] == hash_
        assert times[number] + 3 * 3600 <= time  # a proof takes its time


def test_messages_of_both_ways_meet_and_one_is_pending_and_one_cancelled(
    release: Release, l1: Release
) -> None:
    def nonces(table: str) -> set[bytes]:
        return {nonce for (nonce,) in l1.sql(f"SELECT nonce FROM core_{table}").iter_rows()}

    sent, consumed = nonces("message_to_l2"), nonces("message_to_l2_consumed")
    assert nonces("message_canceled") == nonces("message_cancellation_started")
    (cancelled,) = nonces("message_canceled")
    assert consumed < sent
    assert cancelled in sent - consumed
    handled = [d for d in messages.deposits() if d.handled is not None]
    (count,) = release.sql("SELECT count(*) FROM bridge_deposit_handled").row(0)
    assert count == len(handled)
    late = {word(d.nonce) for d in handled if d.handled is not None and d.handled > release.final}
    never = {word(d.nonce) for d in messages.deposits() if d.handled is None and not d.cancelled}
    assert len(never) == 1
    assert sent - consumed - late - {cancelled} == never
    found = life.sent(l1, "core", 0, l1.final) or []
    (fees,) = reading.datasets(release, "starknet_fees")
    times = life.handled(release, fees, release.final, found)
    when = dict(release.sql("SELECT number, timestamp FROM block").iter_rows())
    assert {one.transaction.nonce: time for one, time in zip(found, times, strict=True)} == {
        d.nonce: None if d.handled is None or d.handled > release.final else when[d.handled]
        for d in messages.deposits()
        if word(d.nonce) in sent
    }
    told, taken = (
        {
            (sender, tuple(payload))
            for sender, payload in l1.sql(
                f"SELECT from_address, payload FROM core_{table}"
            ).iter_rows()
        }
        for table in ("message_to_l1", "message_to_l1_consumed")
    )
    assert taken == told
    assert len(told) == len(messages.withdrawals())


def test_the_exchange_counts_on_and_its_batches_leave_gaps(l1: Release) -> None:
    rows = l1.sql(
        "SELECT sequence_number, batch_id FROM exchange_root_update ORDER BY block_number"
    ).rows()
    assert [int.from_bytes(s, "big") for s, _ in rows] == list(range(1, len(rows) + 1))
    assert len(rows) > 50


@pytest.mark.parametrize(
    ("generation", "table"),
    [
        ("V1", "staking_new_delegation_pool_early"),
        ("V1", "staking_stake_balance_changed"),
        ("V2", "staking_staker_rewards_updated_early"),
        ("V2", "attestation_staker_attestation"),
        ("BTC", "staking_token_enabled"),
        ("BTC", "staking_stake_delegated_balance_changed"),
        ("V3", "staking_consensus_rewards_first_epoch_set"),
        ("V3", "staking_public_key_set"),
    ],
)
def test_every_generation_of_staking_spoke_when_it_was_in_force(
    release: Release, generation: str, table: str
) -> None:
    starts = {"V1": 0, "V2": cast.V2, "BTC": cast.BTC, "V3": cast.V3}
    (first,) = release.sql(f'SELECT min(block_number) FROM "{table}"').row(0)
    assert first is not None
    assert first >= starts[generation]


def test_two_upgrades_were_voted_on_and_one_was_not(release: Release) -> None:
    replaced = release.sql(
        "SELECT block_number FROM staking_implementation_replaced ORDER BY 1"
    ).to_series()
    executed = release.sql(
        "SELECT block_number FROM governance_proposal_executed ORDER BY 1"
    ).to_series()
    assert list(replaced) == [cast.V2, cast.BTC, cast.V3]
    assert [any(a < e < b for e in executed) for a, b in ((0, 190), (190, 380), (380, 560))] == [
        True, True, False,
    ]  # fmt: skip


def test_proposals_meet_several_fates(release: Release) -> None:
    def ids(table: str) -> set[int]:
        found = release.sql(f"SELECT proposal_id FROM governance_{table}")
        return {int.from_bytes(one, "big") for (one,) in found.iter_rows()}

    fates = {number: vote.fate for number, vote in enumerate(votes.VOTES, 1)}
    assert ids("proposal_created") == fates.keys()
    assert ids("proposal_executed") == {n for n, fate in fates.items() if fate == "executed"}
    assert ids("proposal_cancelled") == {n for n, fate in fates.items() if fate == "cancelled"}
    assert fates.keys() - ids("vote_cast") == {n for n, f in fates.items() if f == "silent"}


def test_fees_are_paid_in_both_units_and_follow_the_formula(release: Release) -> None:
    rows = reading.rows(
        release,
        "SELECT in_fri, amount, transferred, priced, kind FROM fees_fee_transaction",
    )
    paid = [row for row in rows if row[1]]
    assert {row[0] for row in paid} == {WEI, FRI}
    assert all(amount == moved == priced for _, amount, moved, priced, _ in paid)
    assert {row[4] for row in rows} >= {0, 1, 3}  # invoked, declared, handled


def test_relayers_pay_for_others_who_pay_in_other_tokens(release: Release) -> None:
    payers = release.sql(
        "SELECT DISTINCT payer FROM fees_fee_transaction WHERE called = ? AND entrypoint = ?",
        [word(cast.FORWARDER), word(selector("execute"))],
    ).to_series()
    assert set(payers) == {word(one) for one in cast.RELAYERS}
    for token in ("eth", "wbtc"):
        query = f"SELECT count(*) FROM {token}_transfer WHERE recipient = ?"
        assert release.sql(query, [word(cast.FORWARDER)]).row(0)[0] > 10


def test_who_holds_for_many_is_labelled_a_pool(release: Release) -> None:
    labels = entities(release.chain.id)
    for pooled in (cast.LIQUID, cast.PRIVACY):
        owner = labels.of(word(pooled), release.final)
        assert owner is not None
        assert owner.role == "pool"


def test_it_says_that_it_is_a_sample_and_settles_where_it_says(release: Release) -> None:
    settings = load(FOLDER / "starknet.toml")
    assert "sample" in settings.note.lower()
    assert [house.chain.name for house in settings.houses] == ["sample", "starknet_sample"]
    (checkpoint,) = settings.chain.checkpoints
    assert checkpoint.block == release.final
    assert settings.chain.l1 is not None
    assert settings.chain.l1.house is not None
    node = open_node(settings.chain.l1.house.chain)
    assert node.code(settings.chain.l1.contract, settlement.OPEN)


def test_the_script_makes_the_chain_that_was_recorded_and_its_books_are_the_rows(
    release: Release,
) -> None:
    made = starknet()
    hashes = release.sql("SELECT hash FROM block ORDER BY number").to_series()
    assert [word(block.hash) for block in made.blocks] == list(hashes)
    for number in (0, 120, cast.V2, cast.BTC - 1, cast.BTC + 40, cast.V3, 650):
        books = made.blocks[number].books
        found = stakes(release, "staking", number)
        told = {word(who): amount for who, amount in books.own.items() if amount}
        assert dict(found.own) == told, number
        delegated = {
            (word(staker), word(token)): amount
            for staker, token in books.pool
            if (amount := books.delegated(staker, token)) and books.own.get(staker)
        }
        assert dict(found.delegated) == delegated, number
        held = reading.rows(
            release,
            "SELECT sum(CASE WHEN recipient = $who THEN amount ELSE -amount END) FROM "
            "strk_transfer WHERE $who IN (recipient, sender) AND block_number <= $block",
            {"who": word(STAKING), "block": number},
        )
        assert (held[0][0] or 0) == books.held(TOKEN, STAKING), number


def test_every_update_brings_a_fact_that_follows_from_its_output(l1: Release) -> None:
    from psephos.commit.keccak import keccak
    from psephos.commit.l1.fact import calldata_fact
    from psephos.commit.l1.output import read_output

    made = starknet()
    facts = [fact for (fact,) in l1.sql(
        "SELECT transition_fact FROM core_transition_fact ORDER BY block_number"
    ).iter_rows()]  # fmt: skip
    updates = settlement.updates(made)
    assert len(facts) == len(updates)
    for update, fact in list(zip(updates, facts, strict=True))[::20]:
        words, data = settlement.output(made, update), settlement.data_of(made, update)
        hash_ = int.from_bytes(keccak(b"".join(map(word, data))), "big")
        assert calldata_fact(read_output(words), hash_, len(data)) == fact


def test_delegated_stake_is_a_multiple_of_own_stake_as_on_the_real_chain(release: Release) -> None:
    found = stakes(release, "staking", release.final)
    own = sum(found.own.values())
    delegated = sum(a for (_, token), a in found.delegated.items() if token == word(TOKEN))
    assert Fraction(delegated, own) > 2


STATES = {
    "executed": "Executed",
    "rejected": "Defeated",
    "cancelled": "Canceled",
    "silent": "Defeated",
    "open": "Active",
}


def test_proposals_end_as_the_script_wants_them_to(release: Release) -> None:
    found = {one.number: one for one in proposals(release, release.head)}
    for number, vote in enumerate(votes.VOTES, 1):
        assert found[number].state == STATES[vote.fate], vote.title
        assert found[number].description == votes.uri(vote)
        assert found[number].provisional


def test_voting_is_open_in_its_first_second_and_no_more_in_its_last(release: Release) -> None:
    """`start_timestamp` and `max_end_timestamp` are times of blocks here: a day, then six later."""
    vote = votes.VOTES[1]
    days = {0: "Pending", 1: "Active", 5: "Active", 6: "Defeated"}
    for day, state in days.items():
        (one,) = (p for p in proposals(release, vote.block + day * cast.A_DAY) if p.number == 2)
        assert one.state == state, day
    assert proposal_of(release, 2, vote.block + cast.A_DAY - 1).state == "Pending"
    assert proposal_of(release, 2, vote.block + 6 * cast.A_DAY - 1).state == "Active"


def proposal_of(release: Release, number: int, block: int) -> Proposal:
    return next(one for one in proposals(release, block) if one.number == number)


def test_every_vote_has_the_power_that_its_voter_had_when_voting_began(release: Release) -> None:
    cast_votes = 0
    for one in proposals(release, release.head):
        if one.snapshot_block is None:
            continue
        power = positions(release, "power", dataset="vstrk", block=one.snapshot_block)
        rows = votes_on(release, one.id, release.head, dataset="governance")
        for voter, weight in rows.select("voter", "weight").iter_rows():
            assert power.of(voter) == int(weight)
            cast_votes += 1
        assert one.turnout.delegated is None or one.turnout.delegated <= 1
    assert cast_votes > 40
