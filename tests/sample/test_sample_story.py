"""What the sample says it is, it is: allocation, people, fates and hostile words."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from data.sample.allocation import FINAL, HEAD, MILLION, STRK, SUPPLY
from data.sample.play import FLAGS, play, starknet
from data.sample.proposals import PROPOSALS, REASONS
from psephos.chain.open import open_node
from psephos.chain.replay import ReplayNode
from psephos.configuration import load
from psephos.results.labels.entities import entities
from psephos.results.positions import positions
from psephos.results.voting.proposals import Proposal, proposals
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.anvil.artifact import Artifact
from tests.anvil.chain import Anvil

FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"
DAYS = 120


@pytest.fixture(scope="module")
def node() -> ReplayNode:
    found = open_node(load(FOLDER / "psephos.toml").chain)
    assert isinstance(found, ReplayNode)
    return found


def titled(release: Release, block: int = HEAD) -> dict[str, Proposal]:
    return {p.description.partition("\n")[0][2:]: p for p in proposals(release, block)}


def by_special(release: Release, special: str, block: int = HEAD) -> Proposal:
    (title,) = (p.title for p in PROPOSALS if p.special == special)
    return titled(release, block)[title]


def test_it_is_small_and_short(node: ReplayNode) -> None:
    first, last = node.headers(0, 0)[0], node.headers(HEAD, HEAD)[0]
    assert node.path.stat().st_size < 5_000_000
    assert sum(file.stat().st_size for file in FOLDER.glob("*.xz")) < 10_000_000
    assert 2_000 <= node.head().number <= 3_000
    assert last.timestamp - first.timestamp <= DAYS * 86_400


def test_its_contracts_are_where_its_configuration_says(node: ReplayNode) -> None:
    settings = load(FOLDER / "psephos.toml")
    for dataset in settings.datasets:
        for contract in dataset.contracts:
            assert len(node.code(contract, HEAD)) > 100
            if dataset.first:
                assert node.code(contract, dataset.first - 1) == b""
                assert node.code(contract, dataset.first)
    (checkpoint,) = settings.chain.checkpoints
    assert node.headers(FINAL, FINAL)[0].hash == checkpoint.hash


def test_every_block_recomputes_to_every_root(sample_release: Release) -> None:
    for dataset in sample_release.datasets.values():
        assert {span.level for span in dataset.spans} == {"whole"}
        assert dataset.spans[-1].last == HEAD


def test_the_last_event_is_final_and_something_is_open(sample_release: Release) -> None:
    for table in sample_release.tables():
        if table.startswith(("strk_", "grants_", "governor_", "timelock_", "council_")):
            last = sample_release.sql(f'SELECT max(block_number) FROM "{table}"').item()
            assert last is None or last <= FINAL, table
    one = by_special(sample_release, "open at the head")
    assert (one.state, one.provisional) == ("Active", True)
    assert one.deadline > HEAD
    assert one.tally.voters > 10


def test_it_begins_with_the_published_allocation(sample_release: Release) -> None:
    """Investors 17 %, core contributors 32.9 %, foundation 50.1 %: reference in its README."""
    labels = entities(31337)
    held = positions(sample_release, "balance", dataset="strk", block=30)
    shares: dict[str, int] = {}
    for holder, amount in zip(held.holders, held.amounts, strict=True):
        owner = labels.of(holder, 30)
        assert owner is not None, holder.hex()
        shares[owner.role] = shares.get(owner.role, 0) + amount
    assert held.total == SUPPLY
    assert Fraction(shares.pop("investor"), SUPPLY) == Fraction(17, 100)
    assert Fraction(shares.pop("team"), SUPPLY) == Fraction(329, 1000)
    assert shares.keys() == {"foundation", "treasury", "delegate"}
    assert Fraction(sum(shares.values()), SUPPLY) == Fraction(501, 1000)


def test_hundreds_hold_it_and_power_has_a_heavy_tail(sample_release: Release) -> None:
    holders = positions(sample_release, "balance", dataset="strk", block=FINAL)
    powers = positions(sample_release, "power", dataset="strk", block=FINAL)
    assert 300 <= len(holders) <= 500
    assert len(powers) > 100
    assert sum(powers.amounts[:10]) > powers.total / 2
    assert powers.amounts[len(powers) // 2] < powers.total / 1000


def test_the_foundation_delegates_a_third_of_the_power(sample_release: Release) -> None:
    """About 23 % to a council and 10 % to a pool of delegates, as in the first real vote."""
    first = titled(sample_release)[PROPOSALS[0].title].snapshot
    labels = entities(31337)
    power = positions(sample_release, "power", dataset="strk", block=first)
    balance = positions(sample_release, "balance", dataset="strk", block=first)
    latest = (
        "SELECT delegator, arg_max(to_delegate, (block_number, log_index)) "
        "FROM strk_delegate_changed WHERE block_number <= ? GROUP BY delegator"
    )
    council = pool = 0
    for delegator, to in sample_release.sql(latest, [first]).iter_rows():
        owner, delegate = labels.of(delegator, first), labels.of(to, first)
        if owner is not None and owner.role == "foundation":
            assert delegate is not None
            council += balance.of(delegator) * (delegate.role == "council")
            pool += balance.of(delegator) * (delegate.role == "delegate")
    assert round(100 * Fraction(council, power.total)) == 23
    assert round(100 * Fraction(pool, power.total)) == 10


def test_ghosts_have_power_and_never_vote(sample_release: Release) -> None:
    power = positions(sample_release, "power", dataset="strk", block=FINAL)
    cast = "SELECT DISTINCT voter FROM governor_vote_cast"
    voters = {voter for (voter,) in sample_release.sql(cast).iter_rows()}
    labels = entities(31337)
    ghosts = [
        amount
        for delegate, amount in zip(power.holders, power.amounts, strict=True)
        if delegate not in voters
        and (owner := labels.of(delegate, FINAL)) is not None
        and owner.role == "delegate"
    ]
    assert len(ghosts) >= 3
    assert sum(ghosts) > 100 * MILLION


def test_a_dozen_proposals_meet_every_fate(sample_release: Release) -> None:
    found = titled(sample_release)
    assert {p.title: p.fate for p in PROPOSALS} == {t: p.state for t, p in found.items()}
    assert len(found) == 12


def test_one_is_a_single_token_short_of_its_quorum(sample_release: Release) -> None:
    one = by_special(sample_release, "one token short of the quorum")
    assert one.quorum is not None
    assert one.quorum - one.counted == STRK
    assert one.tally.for_ > one.tally.against
    assert one.state == "Defeated"


def test_one_is_turned_around_after_its_extension(sample_release: Release) -> None:
    special = "flipped after its extension"
    last = by_special(sample_release, special)
    first = by_special(sample_release, special, last.snapshot)
    assert last.extended
    assert last.deadline > first.deadline
    before = by_special(sample_release, special, first.deadline)
    assert before.tally.for_ > before.tally.against, "it would have won"
    assert before.quorum_reached
    assert last.tally.against > last.tally.for_
    assert last.state == "Defeated"


def test_one_is_cancelled_without_an_event_of_the_governor(sample_release: Release) -> None:
    one = by_special(sample_release, "cancelled in the timelock by the council")
    told = sample_release.sql("SELECT proposal_id FROM governor_proposal_canceled")
    assert one.state == "Canceled"
    assert one.id not in set(told["proposal_id"])


def test_hostile_words_arrive_as_they_were_sent(sample_release: Release) -> None:
    """Byte by byte: what no text can hold (no UTF-8, NUL) is kept raw beside the text."""
    rows = sample_release.sql("SELECT reason, reason_raw FROM governor_vote_cast").rows()
    kept = {reason.encode() if raw is None else raw for reason, raw in rows}
    sent = {reason if isinstance(reason, bytes) else reason.encode() for reason in REASONS}
    assert sent <= kept
    assert not any("\0" in reason for reason, _ in rows)
    assert max(map(len, kept)) > 20_000
    assert PROPOSALS[3].title in titled(sample_release)


@pytest.mark.anvil
@pytest.mark.parametrize("until", [100, pytest.param(HEAD, marks=pytest.mark.long)])
def test_the_script_plays_the_chain_that_was_recorded(
    anvil_binary: Path, contracts: Mapping[str, Artifact], node: ReplayNode, until: int
) -> None:
    settled = starknet() if until == HEAD else starknet(10)
    with Anvil.start(anvil_binary, contracts, **FLAGS) as anvil:
        play(anvil, settled, until)
        for header in node.headers(0, until):
            assert anvil.block(header.number)["hash"] == "0x" + header.hash.hex(), header.number


def test_a_published_sample_names_itself_a_sample(sample: Settings) -> None:
    assert "sample" in sample.note.lower()
    assert "sample" in (FOLDER / "README.md").read_text().lower().splitlines()[0]
