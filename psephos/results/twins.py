"""Fast twins of the changes of `analytics.whatif`: they cost whom a change touches, not who holds.

Each takes the power of every delegate as it is, heaviest first, which `delegation_graph` has held
against the delegations already, and goes only to those whom the change touches: to whoever is
beyond a cap, or to the delegates of those who abstain. The functions of `analytics` stay the
definition; a test holds these equal to them.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction

from analytics import whatif
from analytics.delegation import Delegations

Power = Mapping[bytes, int]
Graph = Delegations[bytes]


def cap(power: Power, share: Fraction) -> dict[bytes, int]:
    """Nobody has more than this share of the power before; `power` lies heaviest first."""
    most, after = _most(power, share), dict(power)
    for who, amount in power.items():
        if amount <= most:
            break
        after[who] = most
    return _some(after) if not most else after


def delegate_cap(power: Power, of: Graph, share: Fraction) -> dict[bytes, int]:
    """Nobody has more than this share of the power before from others; its own counts whole."""
    most, after = _most(power, share), dict(power)
    for who, amount in power.items():
        if amount <= most:
            break
        own = of.amount(who) if of.to.get(who) == who else 0
        after[who] = own + min(amount - own, most)
    return _some(after) if not most else after


def abstaining(power: Power, of: Graph, who: Collection[bytes]) -> dict[bytes, int]:
    """Without what these hold and delegate, and without what others delegate to them."""
    after = without(power, of, who)
    for one in who:
        after.pop(one, None)
    return after


def spread(power: Power, of: Graph, who: Collection[bytes]) -> dict[bytes, int]:
    """What these delegate, in equal parts among all delegates that others gave power to.

    Odd units go to the largest; of equal ones to whom the delegations name first.
    """
    rest = without(power, of, who)
    if not rest:
        return whatif.spread(of, who)  # which says what is wrong
    part, odd = divmod(sum(power.values()) - sum(rest.values()), len(rest))
    ranked = sorted(rest, key=rest.__getitem__, reverse=True)
    if odd and rest[ranked[odd - 1]] == rest[ranked[odd]]:
        gone = set(who)
        named = dict.fromkeys(to for holder, to in of.to.items() if holder not in gone)
        order = {delegate: place for place, delegate in enumerate(named)}
        ranked.sort(key=lambda one: (-rest[one], order[one]))
    largest = set(ranked[:odd])
    return {one: amount + part + (one in largest) for one, amount in rest.items()}


def without(power: Power, of: Graph, who: Collection[bytes]) -> dict[bytes, int]:
    """The power of those who have any, once these delegate nothing."""
    after = dict(power)
    for one in who:
        if (delegate := of.to.get(one)) is None:
            continue
        left = after.get(delegate, 0) - of.amount(one)
        if left:
            after[delegate] = left
        else:
            after.pop(delegate, None)
    return after


def _most(power: Power, share: Fraction) -> int:
    return share.numerator * sum(power.values()) // share.denominator


def _some(power: Power) -> dict[bytes, int]:
    return {who: amount for who, amount in power.items() if amount}
