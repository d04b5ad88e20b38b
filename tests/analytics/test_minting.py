"""Starknet's curve and rewards: worked values, and laws that hold for any stake."""

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.minting import (
    YEAR,
    Paid,
    Split,
    apr,
    block_rewards,
    epoch_rewards,
    mint_share,
    real_yield,
    reward_split,
    staker_rewards,
    staking_power,
    yearly_mint,
)
from psephos.errors import DataError

STRK = 10**18
STAKE, SUPPLY = 10**9 * STRK, 10_400_000_000 * STRK
AMOUNTS = st.integers(0, 10**29)


@pytest.mark.parametrize(
    ("c", "strk"),
    # worked by the formula of minting_curve.cairo: stake 1.0e9, supply 10.4e9
    [(160, "51598449.59"), (213, "68690436.02"), (400, "128996123.97")],
)
def test_the_curve_mints_what_was_worked_out(c: int, strk: str) -> None:
    found = Fraction(yearly_mint(STAKE, SUPPLY, c), STRK)
    assert round(found, 2) == Fraction(strk)


def test_the_curve_is_exact_to_the_fri() -> None:
    root = isqrt(STAKE * SUPPLY)
    assert root**2 <= STAKE * SUPPLY < (root + 1) ** 2
    by_60_digits = 51_598_449_589_110_717_775_146_324
    assert yearly_mint(STAKE, SUPPLY, 160) == by_60_digits
    assert yearly_mint(0, SUPPLY, 160) == yearly_mint(STAKE, SUPPLY, 0) == 0
    assert yearly_mint(2**127, 2**128 - 1, 500) == 500 * isqrt(2**127 * (2**128 - 1)) // 10_000


def test_an_epoch_and_its_split_are_those_worked_out() -> None:
    """One hour at C = 4 %: 14,725.585 STRK, of which Bitcoin 3,681.396 and STRK 11,044.189."""
    whole = epoch_rewards(yearly_mint(STAKE, SUPPLY, 400), 3600)
    split = reward_split(whole)
    told = [round(Fraction(x, STRK), 3) for x in (whole, split.btc, split.strk)]
    assert told == [Fraction("14725.585"), Fraction("3681.396"), Fraction("11044.189")]


def test_an_epoch_that_does_not_divide_a_year_rounds_their_number_down() -> None:
    assert epoch_rewards(10**6, YEAR // 2 - 1) == 10**6 // 2
    assert epoch_rewards(10**6, YEAR) == 10**6


def test_a_block_pays_by_its_mean_time_within_bounds() -> None:
    yearly = 100 * YEAR
    assert block_rewards(yearly, 300) == 300
    assert block_rewards(yearly, 1) == 200
    assert block_rewards(yearly, 10**6) == 500


def test_power_in_consensus_is_that_worked_out() -> None:
    """50M of 1000M STRK and 10 of 1000 BTC: 400,000,000 of 10^10, 4 %."""
    found = staking_power(50 * 10**24, 10**27, 10 * STRK, 1000 * STRK, 1)
    assert found == 400_000_000
    assert staking_power(50 * 10**24, 10**27, 10 * STRK, 1000 * STRK, 0) == 0
    assert staking_power(0, 0, 1, 1, 1) is None
    assert staking_power(10**27, 10**27, 0, 0, 1) == 7_500_000_000


def test_yields_are_those_published() -> None:
    """S = 7.353 % of 2,743,505,868: M = 0.4339 %, APR 5.90 % (statcoin by Voyager, C = 1.6 %)."""
    stake, base = 201_737_217_135, 2_743_505_868_000
    assert round(Fraction(stake, base), 5) == Fraction("0.07353")
    minted = mint_share(160, Fraction(stake, base))
    assert round(minted, 6) == 0.004339
    yearly = yearly_mint(stake * 10**15, base * 10**15, 160)
    nominal = apr(yearly, stake * 10**15)
    assert nominal is not None
    assert round(float(nominal), 4) == 0.0590
    assert float(real_yield(nominal, Fraction(yearly, base * 10**15))) == pytest.approx(
        (1 + float(nominal)) / (1 + minted) - 1, rel=1e-12
    )
    assert apr(1, 0) is None
    assert real_yield(Fraction(1, 10), Fraction(1, 10)) == 0


@given(AMOUNTS, AMOUNTS, st.integers(0, 500))
@settings(max_examples=30)
def test_the_curve_is_the_formula_but_for_its_rounding(a: int, b: int, c: int) -> None:
    stake, supply = sorted((a, b))
    minted = yearly_mint(stake, supply, c)
    assert (10_000 * minted) ** 2 <= c * c * stake * supply
    assert 10_000 * (minted + 1) + c > c * isqrt(stake * supply)
    if supply:
        share = mint_share(c, Fraction(stake, supply))
        assert minted <= share * supply * (1 + 1e-9) + 1


@given(AMOUNTS, st.fractions(0, 1))
@settings(max_examples=30)
def test_a_split_gives_away_all_of_it_and_bitcoin_never_too_much(
    rewards: int, btc: Fraction
) -> None:
    split = reward_split(rewards, btc)
    assert split.strk + split.btc == rewards
    assert split.btc <= rewards * btc < split.btc + 1
    assert reward_split(rewards, Fraction(0)) == Split(rewards, 0)


@given(
    st.integers(0, 10**24),
    st.lists(st.tuples(st.integers(0, 10**27), st.integers(0, 10**27)), min_size=1, max_size=5),
    st.integers(0, 10_000),
)
@settings(max_examples=30)
def test_stakers_never_get_more_than_there_is(
    rewards: int, stakers: list[tuple[int, int]], commission: int
) -> None:
    total = sum(own + pool for own, pool in stakers)
    paid = [
        staker_rewards(rewards, own, [(rewards, pool, total)], total, commission)
        for own, pool in stakers
    ]
    if not total:
        assert paid == [None] * len(stakers)
        return
    given_away = sum(one.staker + sum(one.pools) for one in paid if one)
    assert rewards - 2 * len(stakers) < given_away <= rewards or not rewards
    assert staker_rewards(100, 1, [(100, 1, 4), (7, 1, 0)], 4, 5_000) == Paid(25 + 12, (13, 0))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: yearly_mint(-1, 2, 160), "stake is negative: -1"),
        (lambda: yearly_mint(float("nan"), 2, 160), "stake is no whole number: 'nan'"),
        (lambda: yearly_mint(1, float("inf"), 160), "supply is no whole number: 'inf'"),
        (lambda: yearly_mint(3, 2, 160), "stake 3 is more than the supply, 2"),
        (lambda: yearly_mint(1, 2, 10_001), "c is 10001"),
        (lambda: yearly_mint(1, True, 1), "supply is no whole number"),
        (lambda: epoch_rewards(1, 0), "seconds of an epoch is 0"),
        (lambda: epoch_rewards(1, YEAR + 1), "longer than a year"),
        (lambda: reward_split(1, Fraction(3, 2)), "share of Bitcoin is no share"),
        (lambda: reward_split(1, 0.25), "share of Bitcoin is no exact number: '0.25'"),
        (lambda: staker_rewards(1, 5, [], 4, 0), "own stake is 5, more than the total, 4"),
        (lambda: staker_rewards(1, 1, [(1, 9, 4)], 4, 0), "stake of pool 0 is 9"),
        (lambda: staker_rewards(1, 1, [], 4, 10_001), "commission is 10001"),
        (lambda: real_yield(Fraction(-2), Fraction(0)), "a yield of -2"),
        (lambda: real_yield(0.1, Fraction(0)), "yield is no exact number"),
    ],
)
def test_what_cannot_be_is_named(ask, says: str) -> None:
    with pytest.raises(DataError) as caught:
        ask()
    assert says in caught.value.message
