"""Capture: what it takes to get a share of stake, to win a vote, or to bribe those who could.

Everything is in whole tokens' smallest units; with prices a cost is a sum over an order book
(`cost`). Two ways to a share: *bought* from those who have it, so that the whole stays, or *added*
to it (staked or delegated anew), so that the whole grows:

    bought   min a : own + a > τ W            added   min a : own + a > τ (W + a)

Amounts that are negative, shares outside (0, 1) and prices that do not rise raise `DataError` with
the value.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Literal, TypeVar, get_args

from analytics.arguments import of_kind, one_of, rows, table
from analytics.measure import population
from analytics.threshold import Threshold
from analytics.whole import least_zero
from analytics.whole import share as exact_share
from analytics.whole import whole as exact_amount
from psephos.errors import DataError

Key = TypeVar("Key", bound=Hashable)
How = Literal["bought", "added"]


def to_reach(threshold: Threshold, whole: int, *, own: int = 0, how: How = "bought") -> int | None:
    """The least amount that brings a holder of `own` to a share of `whole`; 0 if it has it.

    Exact. `whole` holds `own`. None where no amount is enough (all of it is not more than 1).
    """
    of_kind(threshold, Threshold, "the threshold")
    one_of(how, get_args(How), "how it is had")
    exact_amount(own, "own")
    if exact_amount(whole, "the whole") < own:
        raise DataError(f"own {own} is more than the whole, {whole}")
    share = threshold.share
    if threshold.met(own, whole) and own:
        return 0
    p, q = share.numerator, share.denominator
    if how == "added":
        if p >= q:
            return None
        # own + a > p (W + a) / q  <=>  a (q − p) > p W − q own
        lack = p * whole - q * own
        least = lack // (q - p) + 1 if threshold.strict else -(-lack // (q - p))
    else:
        lack = p * whole - q * own
        least = lack // q + 1 if threshold.strict else -(-lack // q)
        if own + least > whole:
            return None
    return max(least, 0 if own else 1)


@dataclass(frozen=True, slots=True)
class Winning:
    """What an attacker needs to win a vote, and what decides it: `quorum` or `majority`."""

    needs: int
    bound: Literal["quorum", "majority"]
    against: int


def to_win(
    power: int, turnout: Fraction, quorum: int, *, how: How = "added", helped: int = 0
) -> Winning:
    """The least power that wins a vote if honest voters come with `turnout` and all vote against.

    `added` power (borrowed, or delegated anew) meets turnout · power against it; `bought` power is
    taken from those who would have come, too: turnout · (power − a). The quorum counts the
    attacker's own votes, as one that counts only votes for does. `helped`: what others vote for.
    """
    one_of(how, get_args(How), "how it is had")
    exact_amount(power, "the power")
    exact_amount(quorum, "the quorum")
    exact_amount(helped, "what others vote for")
    exact_share(turnout, "the turnout")
    come = turnout.numerator * power
    whole = turnout.denominator if how == "added" else turnout.denominator + turnout.numerator
    lead = come - turnout.denominator * helped
    majority = max(lead // whole + 1, 0)
    needs = max(majority, quorum - helped, 0)
    rest = power if how == "added" else max(power - needs, 0)
    against = turnout.numerator * rest // turnout.denominator
    return Winning(needs, "majority" if majority >= quorum - helped else "quorum", against)


@dataclass(frozen=True, slots=True)
class Bribe:
    """Whom it takes, what they weigh, and the least that must be paid.

    voters, weight: the fewest who have `need` together; least: rate · need, since whoever is paid
    by weight is paid for `need` at least; paid: rate · weight, what those fewest are paid
    """

    voters: int
    weight: int
    least: Fraction
    paid: Fraction


def bribe(weights: Iterable[int], need: int, rate: Fraction) -> Bribe | None:
    """A lower bound of a bribe by weight: what voters lose a unit (`rate`) times what is needed.

    No coalition that has `need` can be had for less, if nobody sells below its own loss. None
    where all together have less than `need`, or nothing is needed.
    """
    least_zero(rate, "the rate")  # nobody pays to be bribed
    held = population(weights)
    if exact_amount(need, "the need") == 0 or sum(held) < need:
        return None
    for size, weight in enumerate(accumulate(held), start=1):
        if weight >= need:
            return Bribe(size, weight, rate * need, rate * weight)
    raise AssertionError("all together have what is needed")


def cost(amount: int, ladder: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    """What an amount costs on a ladder of (price, amount there is), cheapest first.

    None where the ladder holds less than the amount: beyond its depth a price is a guess. Prices
    that fall, or are negative, raise `DataError` with their place.
    """
    left, paid, before = exact_amount(amount, "the amount"), Fraction(0), Fraction(0)
    for place, (price, there) in enumerate(rows(ladder, 2, "the ladder")):
        if least_zero(price, f"the price of step {place}") < before:
            raise DataError(f"step {place} of the ladder: {there} at {price} after {before}")
        exact_amount(there, f"the depth of step {place}")
        taken = min(left, there)
        paid, left, before = paid + price * taken, left - taken, price
    return None if left else paid


@dataclass(frozen=True, slots=True)
class Fresh:
    """Power that came shortly before a snapshot: its sum, its share of all, and whose it is."""

    amount: int
    share: Fraction | None
    who: tuple[tuple[Hashable, int], ...]


def fresh(now: Mapping[Key, int], before: Mapping[Key, int]) -> Fresh:
    """What each has at a snapshot beyond what it had some time before, most first.

    It was bought, borrowed or delegated in between; lending cannot be told from buying here. None
    of nothing.
    """
    population(table(now, "the power at the snapshot").values())
    population(table(before, "the power at another time").values())
    more = [(who, amount - before.get(who, 0)) for who, amount in now.items()]
    found = sorted((one for one in more if one[1] > 0), key=lambda one: -one[1])
    whole, new = sum(now.values()), sum(amount for _, amount in found)
    return Fresh(new, Fraction(new, whole) if whole else None, tuple(found))


def fleeting(before: Mapping[Key, int], now: Mapping[Key, int], after: Mapping[Key, int]) -> Fresh:
    """What each has at a snapshot beyond what it had some time before *and* has some time after.

    As borrowed power is: min(now − before, now − after) where both are above 0, most first. Who
    sold by chance looks the same. Never more than `fresh`.
    """
    gone = dict(fresh(now, after).who)
    come = fresh(now, before)
    found = [(who, min(amount, gone[who])) for who, amount in come.who if who in gone]
    found.sort(key=lambda one: -one[1])
    whole, new = sum(now.values()), sum(amount for _, amount in found)
    return Fresh(new, Fraction(new, whole) if whole else None, tuple(found))


def by_issuer(
    amounts: Mapping[Key, int], weights: Mapping[Key, Fraction], issuers: Mapping[Key, str]
) -> dict[str, Fraction] | None:
    """The share of staking power in assets of each issuer, largest first; None of no power.

    amounts: staked, by token; weights: power of one unit of each token; issuers: who can freeze,
    dilute or redeem it. A token without weight or issuer raises `DataError`: it must not vanish.
    """
    population(table(amounts, "the amounts by token").values())
    table(weights, "the weights by token")
    table(issuers, "the issuers by token")
    power: dict[str, Fraction] = {}
    for token, amount in amounts.items():
        if token not in weights or token not in issuers:
            what = "weight" if token not in weights else "issuer"
            raise DataError(f"token {_named(token)} has no {what}", hint="declare it with a source")
        least_zero(weights[token], f"the weight of token {_named(token)}")
        issuer = issuers[token]
        power[issuer] = power.get(issuer, Fraction(0)) + weights[token] * amount
    whole = sum(power.values())
    if not whole:
        return None
    return {who: part / whole for who, part in sorted(power.items(), key=lambda one: -one[1])}


def _named(key: Hashable) -> str:
    return f"0x{key.hex()}" if isinstance(key, bytes) else str(key)
