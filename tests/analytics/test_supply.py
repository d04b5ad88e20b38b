"""Books that balance: supply, calendars, cohorts, fees; each adds up to the last unit."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clusters import Cluster, clusters
from analytics.cohorts import Cell, cohorts
from analytics.revenue import developers_share, fee_cover, priced
from analytics.supply import (
    circulating,
    mean_over_time,
    staking_ratio,
    supply_identity,
    unlock_pressure,
    velocity,
)
from analytics.unlocks import Linear, Steps, cumulative, still_locked, unlock_calendar
from psephos.errors import DataError

WHO = st.integers(0, 6)
AMOUNT = st.integers(0, 10**28)


@given(st.lists(st.tuples(WHO, WHO, AMOUNT), max_size=40))
@settings(max_examples=40)
def test_what_was_minted_less_what_was_burned_is_what_everybody_holds(
    wished: list[tuple[int, int, int]],
) -> None:
    """A ledger played event by event; 0 is the zero address. One lost event is always seen."""
    held: dict[int, int] = {}
    minted = burned = 0
    last = 0
    for sender, recipient, wish in wished:
        amount = wish if sender == 0 else min(wish, held.get(sender, 0))
        minted += amount * (sender == 0)
        burned += amount * (recipient == 0)
        if sender:
            held[sender] = held.get(sender, 0) - amount
        if recipient:
            held[recipient] = held.get(recipient, 0) + amount
        last = amount if (sender == 0) != (recipient == 0) else last
    found = supply_identity(minted, burned, held.values())
    assert found.missing == 0
    assert found.supply == sum(held.values())
    if last:
        assert supply_identity(minted + last, burned, held.values()).missing == last


tranches = st.one_of(
    st.builds(
        lambda group, amount, a, b, c: Linear(group, amount, *sorted((a, b, c))),
        st.sampled_from("ab"), AMOUNT, *[st.integers(0, 1000)] * 3,
    ),
    st.builds(
        lambda group, steps: Steps(group, tuple(sorted(steps.items()))),
        st.sampled_from("ab"), st.dictionaries(st.integers(0, 1000), AMOUNT, max_size=5),
    ),
)  # fmt: skip


@given(st.lists(tranches, max_size=6), st.sets(st.integers(0, 999), max_size=12))
@settings(max_examples=40)
def test_a_calendar_adds_up_to_the_allocation_whatever_its_edges(parts, inner) -> None:  # type: ignore[no-untyped-def]
    whole = sum(part.amount for part in parts)
    found = unlock_calendar(parts, [-1, *sorted(inner), 1000])
    assert sum(period.amount for period in found) == whole
    assert all(amount >= 0 for period in found for amount in period.groups.values())
    for period, done in zip(found, cumulative(found), strict=True):
        assert done == whole - still_locked(parts, period.end)


def test_an_unlock_on_the_edge_belongs_to_the_period_that_ends_there() -> None:
    found = unlock_calendar([Steps("a", ((10, 7),)), Linear("b", 10, 0, 5, 10)], [0, 5, 10, 20])
    assert [period.groups for period in found] == [
        {"a": 0, "b": 5},
        {"a": 7, "b": 5},
        {"a": 0, "b": 0},
    ]


def test_a_grant_of_no_length_is_free_at_once() -> None:
    at_once = Linear("a", 9, 5, 5, 5)
    assert [at_once.free(t) for t in (4, 5)] == [0, 9]


@given(
    st.lists(st.tuples(AMOUNT, st.integers(0, 100)), max_size=30),
    st.sets(st.integers(1, 100), max_size=5),
    st.sets(st.integers(1, 10**28), max_size=5),
)
@settings(max_examples=30)
def test_cohorts_leave_nobody_out_and_count_nobody_twice(held, ages, sizes) -> None:  # type: ignore[no-untyped-def]
    found = cohorts(held, 100, sorted(ages), sorted(sizes))
    assert found.holders == sum(amount > 0 for amount, _ in held)
    assert found.amount == sum(amount for amount, _ in held)
    assert len(found.cells) == len(ages) + 1


def test_a_class_begins_at_its_edge() -> None:
    found = cohorts([(10, 90), (9, 91), (0, 5), (10, 0)], 100, [10], [10])
    assert found.cells == ((Cell(1, 9), Cell(0, 0)), (Cell(0, 0), Cell(2, 20)))


def test_velocity_is_volume_over_the_mean_that_was_there() -> None:
    mean = mean_over_time([(0, 100), (10, 300)], 5, 15)
    assert mean == 200
    assert velocity(50, mean) == Fraction(1, 4)
    assert velocity(50, None) is None
    assert velocity(50, 0) is None
    assert mean_over_time([(0, 1)], 5, 5) is None


def test_circulating_leaves_out_what_is_declared() -> None:
    assert circulating(100, {"locked": 30, "treasury": 20}) == 50
    assert staking_ratio(5, 50) == Fraction(1, 10)
    assert staking_ratio(0, 0) is None


def test_pressure_is_of_what_circulates_and_of_a_median_day() -> None:
    found = unlock_pressure(30, 300, [10, 1000, 20])
    assert (found.of_circulating, found.of_daily_volume) == (Fraction(1, 10), Fraction(3, 2))
    empty = unlock_pressure(30, 0, [])
    assert (empty.of_circulating, empty.of_daily_volume) == (None, None)


def test_fees_are_held_against_issuance_and_cost() -> None:
    found = fee_cover(30, 120, 40, ["fri", "fri", "fri"])
    assert (found.of_issuance, found.of_cost, found.margin) == (Fraction(1, 4), Fraction(3, 4), -10)
    assert fee_cover(1, 0, 0).of_issuance is None
    assert priced(5 * 10**17, 18, Fraction(3)) == Fraction(3, 2)


@given(
    st.integers(0, 10**27),
    st.dictionaries(st.sampled_from("abcd"), st.tuples(AMOUNT, AMOUNT), max_size=4),
)
@settings(max_examples=30)
def test_developers_shares_add_up_to_the_fees(fees: int, uses: dict[str, tuple[int, int]]) -> None:
    found = developers_share(fees, uses)
    assert sum(found.applications.values()) + found.core + found.kept + found.left == fees
    assert sum(found.applications.values()) <= fees * Fraction(8, 100)
    assert found.left >= 0


def test_developers_are_weighed_as_in_the_pilot() -> None:
    """0.055 of fees for storage, 2 of fees for steps: 1,000 and 0 weigh 55, 0 and 10 weigh 20."""
    found = developers_share(10_000, {"a": (1000, 0), "b": (0, 10)})
    assert found.applications == {"a": 800 * 55 // 75, "b": 800 * 20 // 75}
    assert (found.core, found.kept, found.left) == (200, 9_000, 1)


def test_addresses_that_share_a_ground_are_joined_and_a_common_one_joins_nobody() -> None:
    a, b, c, d, e = (bytes([n]) for n in range(5))
    links = [(a, "x"), (b, "x"), (b, "y"), (c, "y"), (d, "z"), *((w, "shop") for w in (a, d, e, c))]
    found = clusters(links, most=3)
    assert found.clusters == (Cluster((a, b, c), ("x", "y")),)
    assert found.common == ("shop",)
    assert len(clusters(links, most=4).clusters[0].members) == 5


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from("uvwx")), max_size=20), st.randoms())
@settings(max_examples=30)
def test_clusters_are_a_partition_that_no_order_changes(links, random) -> None:  # type: ignore[no-untyped-def]
    pairs = [(bytes([who]), ground) for who, ground in links]
    found = clusters(pairs, most=5)
    members = [who for one in found.clusters for who in one.members]
    assert len(members) == len(set(members))
    random.shuffle(pairs)
    assert clusters(pairs, most=5) == found


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: supply_identity(1, 2, []), "burned 2 is more than was minted, 1"),
        (lambda: supply_identity(1, 0, [1, -1]), "amount 1 is negative: -1"),
        (lambda: supply_identity(1, 0, [float("nan")]), "amount 0 is no whole number: 'nan'"),
        (lambda: circulating(10, {"locked": 8, "treasury": 5}), "locked + treasury = 13"),
        (lambda: circulating(10, {"locked": -8}), "locked is negative: -8"),
        (lambda: staking_ratio(3, 2), "stake 3 is more than its base, 2"),
        (lambda: mean_over_time([(5, 1), (5, 2)], 6, 7), "times do not rise"),
        (lambda: mean_over_time([(5, 1)], 4, 7), "nothing is known at 4"),
        (lambda: unlock_pressure(1, 1, [1, -2]), "volume of day 1 is negative: -2"),
        (lambda: Linear("grants", 5, 10, 10, 9), "grants begins at 10 and ends before, at 9"),
        (lambda: Linear("grants", 5, 10, 9, 12), "the cliff of grants, 9, is not between"),
        (lambda: Steps("grants", ((1, 2), (1, 3))), "step 1 of grants is at 1, not after 1"),
        (lambda: Steps("grants", ((1, -2),)), "step 0 of grants is negative: -2"),
        (lambda: unlock_calendar([], [3, 3]), "edge 1 of the calendar is 3, not after 3"),
        (lambda: cohorts([(1, 9)], 8, [], []), "holder 0 holds since 9, which is after 8"),
        (lambda: cohorts([(-1, 0)], 8, [], []), "amount 0 is negative: -1"),
        (lambda: cohorts([], 8, [4, 2], []), "ages: edge 1 is 2, not after 4"),
        (lambda: fee_cover(1, 1, 1, ["fri", "wei", "fri"]), "in 'fri' and issuance in 'wei'"),
        (lambda: priced(1, 18, 0.5), "price is no exact number: '0.5'"),
        (lambda: priced(1, 18, Fraction(-1)), "price is negative: -1"),
        (lambda: developers_share(1, {}, Fraction(9, 10), Fraction(2, 10)), "more than the whole"),
        (lambda: developers_share(1, {"a": (1, -1)}), "step fees of a is negative: -1"),
        (lambda: clusters([], 0), "most that share a ground is 0"),
    ],
)
def test_what_cannot_be_is_named(ask, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError) as caught:
        ask()
    assert says in caught.value.message
