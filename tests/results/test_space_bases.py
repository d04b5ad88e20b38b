"""What could have been cast in a Snapshot X space, where its strategies count more than a token.

Starknet's own space counts vSTRK, and what L1 says of STRK there: turnout of the one token that is
collected would be a wrong number, and more than was cast no reason to tell nothing at all.
"""

from fractions import Fraction
from typing import Any

import pytest

from analytics.participation import Turnout
from psephos.chain.dataset import Dataset as Watched
from psephos.results.control.bodies import electorates
from psephos.results.control.rule_files import system
from psephos.results.control.votes import votes_told
from psephos.results.figures import of_proposal
from psephos.results.voting.proposals import State, proposals
from tests.results.house import House, time, word

A, B = word(5), word(0xE)


def space(strategies: int, cast: dict[bytes, int]) -> Any:
    """A space whose voters hold 100 and 50 delegated vSTRK, and one proposal that passed."""
    house = House({"space": {"token": "vstrk", "quorum": "50", "counted": "for"}})
    house.watched = {
        "vstrk": Watched("vstrk", 1, (word(1),), ("starknet_erc20", "starknet_votes"), 1),
        "space": Watched("space", 1, (word(2),), ("snapshot_x_space",), 1),
    }
    for who, held in ((A, 100), (B, 50)):
        house.emit("vstrk", "transfer", 1, sender=word(0), recipient=who, amount=held)
        house.emit("vstrk", "delegate_votes_changed", 2, delegate=who, old_votes=0, new_votes=held)
    ends = {"start_timestamp": time(5), "min_end_timestamp": time(8), "max_end_timestamp": time(8)}
    house.emit(
        "space", "proposal_created", 4, proposal_id=word(1), author_kind=0, author=word(9), **ends,
        finalization_status=0, execution_payload_hash=word(0), execution_strategy=word(7),
        proposal_author_kind=0, proposal_author=word(9), metadata_uri="ipfs://x", payload=[],
        active_voting_strategies=word(strategies),
    )  # fmt: skip
    for who, weight in cast.items():
        house.emit("space", "vote_cast", 6, proposal_id=word(1), voter_kind=0, voter=who,
                   support=1, weight=weight, metadata_uri="")  # fmt: skip
    return house.open(10)


@pytest.mark.parametrize(
    ("strategies", "cast", "why"),
    [
        (0b11, {A: 60}, "2 voting strategies count, and one token is linked"),
        (0b11, {A: 100, B: 500}, "2 voting strategies count, and one token is linked"),
        (1, {A: 100, B: 500}, "its voting strategy counts more than the linked token's"),
        (1, {A: 40, B: 20, word(7): 1}, "its voting strategy counts more than the linked token's"),
    ],
)
def test_a_turnout_without_its_base_is_undefined_and_the_vote_is_told(
    strategies: int, cast: dict[bytes, int], why: str
) -> None:
    release = space(strategies, cast)
    (one,) = proposals(release, 10)
    assert one.state is State.SUCCEEDED
    assert one.tally.for_ == sum(cast.values())
    for measure in ("turnout_supply", "turnout_delegated", "turnout_heads"):
        figure = of_proposal(release, measure, one)
        assert figure.value is None
        assert why in str(figure.undefined)
    assert of_proposal(release, "quorum_reach", one).value is not None


def test_one_strategy_of_the_linked_token_has_all_three_turnouts() -> None:
    release = space(1, {A: 60})
    (one,) = proposals(release, 10)
    assert one.baseless is None
    assert one.turnout == Turnout(Fraction(60, 150), Fraction(60, 150), Fraction(1, 2))


@pytest.mark.parametrize(
    ("cast", "unused"), [({A: 60}, Fraction(90, 150)), ({A: 10, B: 51}, None), ({A: 101}, None)]
)
def test_votes_lost_are_told_only_of_power_that_is_known(
    cast: dict[bytes, int], unused: Fraction | None
) -> None:
    """B cast 51 of its 50: something else than the token counts, and nobody knows how much."""
    release = space(1, cast)
    body = electorates(release, system("snapshot-x"), 10)["holders"]
    (told,) = votes_told(release, body, 10, 10**18)
    assert told.unused == unused
