"""What if votes were counted otherwise: voting power after a change of rules or of delegations.

Every change takes what is and returns the power of each voter after it, in whole numbers; who
would have none is left out. Shares are of the power *before* the change, so a cap does not chase
its own effect. Roots keep 64 binary places (`ROOT`): after them power has another unit, and an
amount asked for in tokens, such as a quorum, must be scaled by Σ after / Σ before (`scaled`).

    cap           min(x, ⌊s Σ x⌋)                         of each voter's power
    square_root   √x                                      of each voter's power
    quadratic     Σ √(what each delegator holds)          per delegate
    delegate_cap  own + min(from others, ⌊s Σ x⌋)         per delegate
    abstaining    without what some holders hold or delegate
    spread        what some holders delegate, in equal parts among all other delegates
    moved         what some holders delegate, to one delegate

Sources: L. S. Penrose 1946 (the square root of a constituency); S. P. Lalley, E. G. Weyl,
Quadratic Voting, 2018.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from fractions import Fraction
from math import isqrt
from typing import TypeVar

from analytics.arguments import named, of_kind, several, table
from analytics.delegation import Delegations, one_level
from analytics.measure import population
from analytics.whole import rate
from analytics.whole import whole as exact_amount
from psephos.errors import DataError

Holder = TypeVar("Holder", bound=Hashable)
Power = Mapping[Holder, int]

ROOT = 2**64
"""A root is ⌊√x · 2⁶⁴⌋."""


def root(amount: int) -> int:
    """The square root of an amount, in units of 2⁻⁶⁴ of its own."""
    return isqrt(amount << 128)


def cap(power: Power[Holder], share: Fraction) -> dict[Holder, int]:
    """Nobody votes with more than this share of the power before; what is above it lapses."""
    most = _most(power, share)
    return _some({who: min(amount, most) for who, amount in power.items()})


def square_root(power: Power[Holder]) -> dict[Holder, int]:
    """Everybody votes with the root of its power, also of what was delegated to it."""
    population(table(power, "the power by voter").values())
    return _some({who: root(amount) for who, amount in power.items()})


def quadratic(of: Delegations[Holder]) -> dict[Holder, int]:
    """Every holder has the root of what it holds, and delegates that.

    A delegate of many small holders gains on a delegate of one large one; splitting one's holding
    over addresses gains as well: without identities quadratic voting rewards it.
    """
    of_kind(of, Delegations, "the delegations")
    rooted = {holder: root(amount) for holder, amount in of.held.items()}
    return _some(one_level(Delegations(rooted, of.to)))


def delegate_cap(of: Delegations[Holder], share: Fraction) -> dict[Holder, int]:
    """Nobody votes with more than this share of the power before *of others*; the rest lapses.

    What a delegate holds and delegates to itself is not capped.
    """
    power = one_level(of)
    most = _most(power, share)
    own = {who: of.amount(who) for who in power if of.to.get(who) == who}
    return _some(
        {
            who: own.get(who, 0) + min(amount - own.get(who, 0), most)
            for who, amount in power.items()
        }
    )


def abstaining(of: Delegations[Holder], who: Collection[Holder]) -> dict[Holder, int]:
    """Without what these hold and delegate, and without what others delegate to them."""
    of_kind(of, Delegations, "the delegations")
    gone = several(who, "who abstains")
    held = {holder: 0 if holder in gone else amount for holder, amount in of.held.items()}
    power = one_level(Delegations(held, of.to))
    return _some({delegate: amount for delegate, amount in power.items() if delegate not in gone})


def spread(of: Delegations[Holder], who: Collection[Holder]) -> dict[Holder, int]:
    """What these delegate, in equal parts among all delegates that others gave power to.

    What does not divide goes one unit each to the largest. Power that they gave is taken first,
    so a delegate of theirs alone gets nothing. `DataError` if nobody else delegates.
    """
    of_kind(of, Delegations, "the delegations")
    ours = several(who, "whose power is spread")
    given = sum(of.amount(holder) for holder in of.to if holder in ours)
    rest = _some(one_level(Delegations(of.held, {h: d for h, d in of.to.items() if h not in ours})))
    if not rest:
        raise DataError(
            "nobody else delegates: there is no delegate to spread power among",
            hint="name a delegate to move it to",
        )
    part, odd = divmod(given, len(rest))
    largest = sorted(rest, key=lambda one: -rest[one])[:odd]
    return {one: amount + part + (one in largest) for one, amount in rest.items()}


def moved(of: Delegations[Holder], who: Collection[Holder], to: Holder) -> dict[Holder, int]:
    """What these delegate, all of it to one delegate, whoever it went to before; others stay."""
    of_kind(of, Delegations, "the delegations")
    ours = several(who, "whose power is moved")
    named(to, "the delegate")
    edges = {holder: to if holder in ours else other for holder, other in of.to.items()}
    return _some(one_level(Delegations(of.held, edges)))


def scaled(amount: int, before: Power[Holder], after: Power[Holder]) -> int:
    """An amount in the unit of the power after: the same share of all power, rounded up."""
    population(table(before, "the power before").values())
    population(table(after, "the power after").values())
    exact_amount(amount, "the amount")
    whole = sum(before.values())
    if not whole:
        raise DataError("nobody had power before: nothing can be scaled")
    return -(-amount * sum(after.values()) // whole)


def reweighed(
    cast: Mapping[Holder, int], before: Power[Holder], after: Power[Holder]
) -> dict[Holder, int]:
    """Votes cast, with the power after: who cast a part of its power casts the same part."""
    return {
        voter: weight * after.get(voter, 0) // before[voter] if before.get(voter) else 0
        for voter, weight in cast.items()
    }


def in_turn(
    power: Power[Holder], changes: Collection[Callable[[Power[Holder]], Power[Holder]]]
) -> dict[Holder, int]:
    """The power after one change and then another."""
    found: Power[Holder] = power
    for change in changes:
        found = change(found)
    return dict(found)


def _most(power: Power[Holder], share: Fraction) -> int:
    """The share of all power as a whole amount, rounded down."""
    population(table(power, "the power by voter").values())
    if not 0 < rate(share, "a cap of all power") <= 1:
        raise DataError(
            f"a cap of {share} of all power is none", hint="it is a share: above 0, at most 1"
        )
    return share.numerator * sum(power.values()) // share.denominator


def _some(power: Power[Holder]) -> dict[Holder, int]:
    return {who: amount for who, amount in power.items() if amount}
