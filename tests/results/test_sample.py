"""What is computed from the sample's events equals the contracts' own recorded answers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_abi import decode, encode
from eth_hash.auto import keccak

from psephos.chain.open import open_node
from psephos.configuration import load
from psephos.results.economy.grants import accounts
from psephos.results.figures import figure, figures
from psephos.results.labels.entities import entities
from psephos.results.positions import derived, positions, supply
from psephos.results.power import unexplained
from psephos.results.voting.flips import flip_set
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import State
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.conftest import ROOT

SAMPLE = ROOT / "data" / "sample"
CHECKED = (9, 40, 170, 300, 344, 700, 800, 1000, 1595, 1640, 2336, 2400)
STATES = tuple(State)
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def release(sample: Settings) -> Iterator[Release]:
    """The sample, every block verified, sealed and published."""
    with Release.open(sample.releases) as found:
        yield found


@pytest.fixture(scope="module")
def ask() -> Ask:
    """`ask(dataset, "f(address)", argument, block=…, returns="uint256")` of the recording."""
    settings = load(SAMPLE / "psephos.toml")
    node = open_node(settings.chain)
    at = {d.name: d.contracts[0] for d in settings.datasets}

    def asked(dataset: str, signature: str, *args: Any, block: int, returns: str) -> Any:
        types = [kind for kind in signature.split("(")[1][:-1].split(",") if kind]
        data = keccak(signature.encode())[:4] + encode(types, args)
        values = decode(returns.split(","), node.call(at[dataset], data, block))
        return values[0] if len(values) == 1 else values

    return asked


@pytest.mark.parametrize("block", CHECKED)
def test_balances_and_power_are_those_of_the_token(release: Release, ask: Ask, block: int) -> None:
    balance = positions(release, "balance", block=block)
    power = positions(release, "power", block=block)
    for held, function in ((balance, "balanceOf(address)"), (power, "getVotes(address)")):
        assert held == derived(release, held.kind, block=block)
        for holder, amount in zip(held.holders, held.amounts, strict=True):
            said = ask("strk", function, holder, block=block, returns="uint256")
            assert said == amount
    whole = ask("strk", "totalSupply()", block=block, returns="uint256")
    assert supply(release, "strk", block) == whole == balance.total
    assert unexplained(release, dataset="strk", block=block) == {}


@pytest.mark.parametrize("block", CHECKED)
def test_proposals_are_those_of_the_governor(release: Release, ask: Ask, block: int) -> None:
    for one in proposals(release, block):
        asked = {"block": block, "returns": "uint256"}
        at = STATES[ask("governor", "state(uint256)", one.number, **asked)]
        votes = ask(
            "governor",
            "proposalVotes(uint256)",
            one.number,
            block=block,
            returns="uint256,uint256,uint256",
        )
        assert one.state == at, one.title
        assert (one.tally.against, one.tally.for_, one.tally.abstain) == votes
        assert one.snapshot == ask("governor", "proposalSnapshot(uint256)", one.number, **asked)
        assert one.deadline == ask("governor", "proposalDeadline(uint256)", one.number, **asked)
        if one.snapshot < block:
            quorum = ask("governor", "quorum(uint256)", one.snapshot, **asked)
            assert one.quorum == quorum


@pytest.mark.parametrize("block", CHECKED)
def test_locked_grants_are_those_of_the_contract(release: Release, ask: Ask, block: int) -> None:
    found = accounts(release, "grants", block)
    assert found is not None
    for one in found:
        who = one.beneficiary
        said = ask("grants", "locked(address)", who, block=block, returns="uint256")
        assert said == one.locked
    locked = positions(release, "locked", block=block)
    assert locked.total == sum(one.locked for one in found)


def test_the_sample_shows_a_vote_of_every_fate(release: Release) -> None:
    found = {one.state for one in proposals(release, release.head)}
    assert found >= {State.ACTIVE, State.CANCELED, State.DEFEATED, State.EXECUTED}


def test_who_could_flip_a_vote_could_indeed(release: Release) -> None:
    for one in proposals(release):
        flip = flip_set(release, one)
        if flip is None or flip.voters is None:
            continue
        weight = sum(power for _, power in flip.voters)
        assert 2 * weight >= flip.margin or one.quorum_reached is False


def test_every_figure_of_the_sample_is_anchored_by_declaration_and_not_proven(
    release: Release,
) -> None:
    for one in figures(release):
        assert one.evidence.level == "anchored", one.title
        assert "block 2336" in " ".join(one.evidence.declared)
        assert one.evidence.complete == one.evidence.blocks
        assert not one.evidence.proven


def test_the_published_figures_are_those_computed_again(release: Release) -> None:
    labels = entities(release.chain.id)
    assert release.figures() == [one.json() for one in figures(release, entities=labels)]
    for kind in ("balance", "power"):
        assert figure(release, "gini", kind, recompute=True).evidence.recomputed
