"""Who could flip a vote, against trying every set of voters."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.results.voting.flips import come, fewest, flip_set, switched
from psephos.results.voting.proposals import proposal
from psephos.results.voting.rules import ABSTAIN, FOR, Rules, Tally, succeeded
from tests.results.house import House, word
from tests.results.test_proposals import a_house

OPENZEPPELIN = Rules("gov", "dao", None, False, frozenset({FOR, ABSTAIN}), None, 100, None)
COMPOUND = Rules("gov", "dao", None, False, frozenset({FOR}), 1, 100, None)
WEIGHTS = st.lists(st.integers(1, 12), max_size=5)


@settings(max_examples=100)
@given(
    rules=st.sampled_from([OPENZEPPELIN, COMPOUND]),
    for_=WEIGHTS,
    against=WEIGHTS,
    abstain=st.integers(0, 12),
    quorum=st.integers(0, 40),
)
def test_no_smaller_set_of_winners_turns_the_outcome(rules, for_, against, abstain, quorum) -> None:
    tally = Tally(sum(against), sum(for_), abstain, len(for_) + len(against))
    passed = succeeded(tally, quorum, rules)
    winners = [(bytes([i]), w) for i, w in enumerate(for_ if passed else against)]

    def turned(part: int) -> bool:
        return succeeded(switched(tally, part, passed), quorum, rules) != passed

    sizes = [
        size
        for size in range(1, len(winners) + 1)
        if any(turned(sum(w for _, w in some)) for some in combinations(winners, size))
    ]
    found = fewest(winners, turned)
    assert (len(found) if found else None) == (min(sizes) if sizes else None)


@given(
    rules=st.sampled_from([OPENZEPPELIN, COMPOUND]),
    tally=st.builds(Tally, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)),
    quorum=st.integers(0, 100),
    parts=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_more_who_come_never_turn_it_back(rules, tally, quorum, parts) -> None:
    passed = succeeded(tally, quorum, rules)
    less, more = sorted(parts)
    turned = [succeeded(come(tally, p, passed), quorum, rules) != passed for p in (less, more)]
    assert turned[0] <= turned[1]


def flip_of(house: House, block: int = 50):
    release = house.open(100)
    found = proposal(release, word(7), block)
    assert found is not None
    return flip_set(release, found)


def test_a_tie_is_enough_to_defeat_and_not_to_pass() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    flip = flip_of(house)
    assert flip is not None
    assert flip.passed
    assert [weight for _, weight in flip.voters or ()] == [300]
    assert flip.uncast == 300
    assert [weight for _, weight in flip.absent or ()] == [200, 100]


def test_a_quorum_missed_by_a_hair_could_have_been_turned_by_who_did_not_come() -> None:
    house = a_house()
    house.quorum(11, 31)
    house.propose(11, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    flip = flip_of(house)
    assert flip is not None
    assert (flip.passed, flip.short, flip.voters) == (False, 10, None)
    assert [weight for _, weight in flip.absent or ()] == [200]


def test_before_its_snapshot_nobody_could_flip_a_vote() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    assert flip_of(house, 11) is None
