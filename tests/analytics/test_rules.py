"""Rules are executed as written: ties, quorums, bodies that agree and bodies that block."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules import (
    Ballot,
    Body,
    Quorum,
    System,
    Way,
    against_all,
    agrees,
    blocks,
    decide,
    if_nobody_comes,
    quorum_of,
)
from analytics.threshold import Threshold
from psephos.errors import DataError

BOTH = frozenset({"for", "abstain"})
HALF = Threshold.parse(">1/2")


def holders(**more: object) -> Body:
    return Body("holders", "Holders", "tokens", HALF, "cast", **more)  # type: ignore[arg-type]


def council(**more: object) -> Body:
    threshold = Threshold.parse(">=9/12")
    return Body("council", "Council", "seats", threshold, "members", members=12, **more)  # type: ignore[arg-type]


def system(*bodies: Body, ways: tuple[Way, ...]) -> System:
    return System("x", "X", "sketch", date(2024, 1, 1), None, "a test", bodies, ways)


def test_a_tie_passes_by_at_least_half_and_not_by_more_than_half() -> None:
    tie = Ballot(5, 5)
    assert not agrees(holders(), tie)
    assert agrees(Body("h", "H", "tokens", Threshold.parse(">=1/2"), "cast"), tie)
    assert agrees(holders(), Ballot(6, 5))
    assert not agrees(Body("h", "H", "tokens", Threshold.parse(">=1/2"), "cast"), Ballot(0, 0))


def test_an_abstention_reaches_a_quorum_only_where_it_counts() -> None:
    """OpenZeppelin counts for + abstain, Bravo the votes for alone."""
    share = Quorum(BOTH, Threshold.parse(">=4/100"), rounds_down=True)
    amount = Quorum(frozenset({"for"}), tokens=Fraction(4))
    vote = Ballot(3, 1, 1, supply=100)
    assert agrees(holders(quorum=share), vote)
    assert not agrees(holders(quorum=amount), vote)
    assert agrees(holders(quorum=amount), Ballot(4, 1, 0, supply=100))
    assert not agrees(holders(quorum=share), Ballot(3, 1, 0, supply=100))


def test_a_contract_that_divides_asks_for_a_wei_less() -> None:
    down = holders(quorum=Quorum(BOTH, Threshold.parse(">=4/100"), rounds_down=True))
    up = holders(quorum=Quorum(BOTH, Threshold.parse(">=4/100")))
    assert quorum_of(down, 99, None) == 3
    assert quorum_of(up, 99, None) == 4


def test_a_threshold_of_the_supply_counts_who_did_not_come() -> None:
    body = Body("h", "H", "tokens", HALF, "supply")
    assert not agrees(body, Ballot(50, 0, supply=100))
    assert agrees(body, Ballot(51, 0, supply=100))
    with pytest.raises(DataError, match="h: its threshold is a share of supply"):
        agrees(body, Ballot(51, 0))


def test_all_of_a_way_must_agree_and_none_may_block() -> None:
    rules = system(
        holders(), council(block=Threshold.parse(">=3/12")),
        ways=(Way("pass", "vote", ("holders",), ("council",)), Way("pass", "fast", ("council",))),
    )  # fmt: skip
    yes = Ballot(6, 5)
    assert decide(rules, {"holders": yes}).way == rules.ways[0]
    assert decide(rules, {"holders": yes, "council": Ballot(0, 2)}).passed
    stopped = decide(rules, {"holders": yes, "council": Ballot(0, 3)})
    assert (stopped.passed, stopped.agreed, stopped.blocked) == (False, ("holders",), ("council",))
    assert decide(rules, {"council": Ballot(9, 3)}).way == rules.ways[1]
    assert not decide(rules, {"council": Ballot(8, 4)}).passed
    assert not decide(rules, {}).passed


def test_more_votes_than_there_are_is_an_error_that_names_the_body() -> None:
    with pytest.raises(DataError, match="council: 13 votes, more than the 12"):
        agrees(council(), Ballot(13))
    with pytest.raises(DataError, match="holders: 11 votes, more than the 10"):
        agrees(holders(), Ballot(6, 5, delegated=10))
    with pytest.raises(DataError, match="holders: -1 votes against"):
        agrees(holders(), Ballot(6, -1))


def test_a_body_of_tokens_blocks_with_a_share_of_all_power() -> None:
    body = holders(block=Threshold.parse(">1/3"))
    assert not blocks(body, Ballot(0, 3, delegated=9))
    assert blocks(body, Ballot(0, 4, delegated=9))
    with pytest.raises(DataError, match="holders: it blocks with a share"):
        blocks(body, Ballot(0, 4))


@given(st.integers(1, 60), st.integers(0, 80), st.sampled_from([">1/2", ">=1/2", ">2/3"]))
def test_what_is_needed_is_just_what_passes(power: int, quorum: int, text: str) -> None:
    body = Body(
        "h", "H", "tokens", Threshold.parse(text), "cast",
        Quorum(BOTH, tokens=Fraction(quorum)) if quorum else None,
    )  # fmt: skip
    for need, ballot in (
        (against_all(body, power), lambda w: Ballot(w, power - w, delegated=power)),
        (if_nobody_comes(body, power), lambda w: Ballot(w, 0, delegated=power)),
    ):
        passing = [weight for weight in range(power + 1) if agrees(body, ballot(weight))]
        assert need == (min(passing) if passing else None)


def test_one_electorate_tells_all_three_turnouts_of_september_2024() -> None:
    """79.65 % of the power, about 14 % of the supply and 0.08 % of the heads are one vote."""
    from analytics.participation import turnouts

    cast = [7965] + [0] * 3
    found = turnouts(cast, supply=56_893, delegated=10_000, delegates=1_250)
    assert found.delegated == Fraction(7965, 10_000)
    assert found.supply is not None
    assert round(float(found.supply), 2) == 0.14
    assert found.heads == Fraction(8, 10_000)
