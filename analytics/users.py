"""Holders against users: how much is held by those who use a system, and votes by use.

A *user* paid a fee, deployed, or validated in a window; who is one, the caller says. Of some
holders it cannot be known (a pool holds for unknown many, a contract pays no fee), so a share is an
interval: from none of them using to all of them.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

from analytics.arguments import several, table
from analytics.measure import population
from analytics.whole import whole
from psephos.errors import DataError

Holder = TypeVar("Holder", bound=Hashable)
Side = Literal["for", "against", "tie"]


@dataclass(frozen=True, slots=True)
class UseShare:
    """The share that users hold: at least `low`, and `high` if all unknown ones use, too.

    users, unknown: how many holders of more than nothing are each
    """

    low: Fraction
    high: Fraction
    users: int
    unknown: int


def use_share(
    held: Mapping[Holder, int], users: Collection[Holder], unknown: Collection[Holder] = ()
) -> UseShare | None:
    """The share of all amounts that users hold, as an interval. Exact.

    A holder in both collections is a user: what is known goes first. Undefined (None) where
    nobody holds anything; a negative amount raises `DataError`.
    """
    population(table(held, "what is held").values())
    users, unknown = several(users, "the users"), several(unknown, "the unknown")
    whole = sum(held.values())
    if not whole:
        return None
    some = {who for who in held if held[who] and who in users}
    open_ = {who for who in held if held[who] and who in unknown} - some
    part = sum(held[who] for who in some)
    more = sum(held[who] for who in open_)
    return UseShare(Fraction(part, whole), Fraction(part + more, whole), len(some), len(open_))


@dataclass(frozen=True, slots=True)
class Recount:
    """A vote counted by other weights: sums of both sides, abstentions, and who is ahead."""

    for_: int
    against: int
    abstain: int
    side: Side


def recount(
    votes: Mapping[Holder, str], weights: Mapping[Holder, int], *, missing: int = 0
) -> Recount:
    """The votes with these weights; who has none counts `missing`.

    With 1 for each active address it is one vote a head, with fees paid a vote by use. The side
    says who is ahead, not whether a quorum of another unit was reached. A choice that is not for,
    against or abstain raises `DataError`, as does a negative weight.
    """
    sums = {"for": 0, "against": 0, "abstain": 0}
    table(weights, "the weights by voter")
    whole(missing, "the weight of who has none")
    for voter, choice in table(votes, "the votes by voter").items():
        weight = weights.get(voter, missing)
        if choice not in sums:
            raise DataError(f"voter {_named(voter)} chose {choice!r}", hint="for, against, abstain")
        sums[choice] += whole(weight, f"the weight of voter {_named(voter)}")
    lead = sums["for"] - sums["against"]
    side: Side = "for" if lead > 0 else "against" if lead < 0 else "tie"
    return Recount(sums["for"], sums["against"], sums["abstain"], side)


def _named(who: Hashable) -> str:
    return f"0x{who.hex()}" if isinstance(who, bytes) else str(who)
