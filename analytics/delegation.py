"""Who delegates to whom: power one step deep, as tokens count it, and all the way, as people do.

A holder delegates to at most one other. ERC20Votes moves votes one step: if A delegates to B and B
to C, A's amount votes at B and B's at C (`one_level`, the legal power). Whom B follows may follow
C's word, too: `transitive` lets every amount go to the end of its chain. Amounts that run in a
circle end nowhere: they are *stranded*. What nobody delegated has no vote at all.

    Σ held = undelegated + Σ one_level = undelegated + stranded + Σ transitive

Holders are anything hashable; amounts are whole and not negative (`DataError` names the holder).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from analytics.arguments import of_kind, rows, several, table
from analytics.concentration import hhi
from analytics.measure import Value, population
from analytics.threshold import ONE_HALF, Threshold
from analytics.whole import moment
from psephos.errors import DataError

Holder = TypeVar("Holder", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Delegations(Generic[Holder]):
    """What each holder has, and to whom it delegates; who delegates to nobody is not in `to`."""

    held: Mapping[Holder, int]
    to: Mapping[Holder, Holder]

    def __post_init__(self) -> None:
        table(self.to, "the delegations")
        for holder, amount in table(self.held, "what is held").items():
            if moment(amount, f"what {_named(holder)} holds") < 0:
                raise DataError(
                    f"{_named(holder)} holds a negative amount: {amount}",
                    hint="a position below zero means that earlier rows are missing",
                )

    def amount(self, holder: Holder) -> int:
        """What a holder has; 0 for who is not listed."""
        return self.held.get(holder, 0)


@dataclass(frozen=True, slots=True)
class Influence(Generic[Holder]):
    """Power at the end of every chain, what runs in circles, and the circles themselves."""

    power: Mapping[Holder, int]
    stranded: int
    cycles: tuple[tuple[Holder, ...], ...]


def one_level(of: Delegations[Holder]) -> dict[Holder, int]:
    """Each delegate's power as the token counts it: the amounts of those who name it."""
    of_kind(of, Delegations, "the delegations")
    power: dict[Holder, int] = {}
    for holder, delegate in of.to.items():
        power[delegate] = power.get(delegate, 0) + of.amount(holder)
    return power


def transitive(of: Delegations[Holder]) -> Influence[Holder]:
    """Each amount at the end of its chain: with who delegates to itself, or to nobody.

    A circle of two or more has no end: all that flows into it is stranded.
    """
    of_kind(of, Delegations, "the delegations")
    ends, cycles = _ends(of.to)
    power: dict[Holder, int] = {}
    stranded = 0
    for holder in of.to:
        end = ends[holder]
        if end is None:
            stranded += of.amount(holder)
        else:
            power[end[0]] = power.get(end[0], 0) + of.amount(holder)
    return Influence(power, stranded, cycles)


def undelegated(of: Delegations[Holder]) -> int:
    """What nobody delegated: it cannot vote, whoever holds it, until it is delegated."""
    of_kind(of, Delegations, "the delegations")
    return sum(amount for holder, amount in of.held.items() if holder not in of.to)


def self_delegated(of: Delegations[Holder]) -> int:
    """What holders vote with themselves: they named themselves as their own delegates."""
    of_kind(of, Delegations, "the delegations")
    return sum(of.amount(holder) for holder, delegate in of.to.items() if holder == delegate)


def ghosts(power: Mapping[Holder, int], voted: Collection[Holder]) -> dict[Holder, int]:
    """The power of delegates who never voted, in whatever range `voted` was collected."""
    population(table(power, "the power by delegate").values())
    came = several(voted, "who voted")
    return {who: amount for who, amount in power.items() if amount and who not in came}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a delegate's power comes from: its largest source's share, and the HHI of all."""

    power: int
    delegators: int
    largest: Fraction
    hhi: Value


def sources(of: Delegations[Holder]) -> dict[Holder, Sources]:
    """Of each delegate with power: how much of it hangs on one delegator."""
    of_kind(of, Delegations, "the delegations")
    parts: dict[Holder, list[int]] = {}
    for holder, delegate in of.to.items():
        if of.amount(holder):
            parts.setdefault(delegate, []).append(of.amount(holder))
    return {
        who: Sources(sum(some), len(some), Fraction(max(some), sum(some)), hhi(some))
        for who, some in parts.items()
    }


def single_source(
    of: Delegations[Holder], threshold: Threshold = ONE_HALF
) -> dict[Holder, Fraction]:
    """Delegates of whose power one *other* delegator gave more than half (or `threshold`).

    Whoever delegates to itself depends on nobody, so its own amount counts in the whole only.
    """
    power = one_level(of)
    of_kind(threshold, Threshold, "the threshold")
    largest: dict[Holder, int] = {}
    for holder, delegate in of.to.items():
        if holder != delegate:
            largest[delegate] = max(largest.get(delegate, 0), of.amount(holder))
    return {
        who: Fraction(part, power[who])
        for who, part in largest.items()
        if part and threshold.met(part, power[who])
    }


def given_by(of: Delegations[Holder], givers: Collection[Holder]) -> dict[Holder, int]:
    """What these holders delegated, by delegate: a foundation's share of each delegate."""
    of_kind(of, Delegations, "the delegations")
    ours = several(givers, "who delegated")
    found: dict[Holder, int] = {}
    for holder, delegate in of.to.items():
        if holder in ours and of.amount(holder):
            found[delegate] = found.get(delegate, 0) + of.amount(holder)
    return found


def given_share(of: Delegations[Holder], givers: Collection[Holder]) -> Fraction | None:
    """The share of all delegated power that these holders delegated; None if nothing is."""
    whole = sum(one_level(of).values())
    return Fraction(sum(given_by(of, givers).values()), whole) if whole else None


@dataclass(frozen=True, slots=True)
class Churn:
    """What changed hands between two blocks, of what was held at both (the less of the two).

    moved:     from one delegate to another       joined: from nobody to a delegate
    left:      from a delegate to nobody          stayed: with the same delegate
    holders:   who did any of the first three
    """

    moved: int
    joined: int
    left: int
    stayed: int
    holders: int

    @property
    def share(self) -> Fraction | None:
        """Moved, joined and left, of all that was delegated at either block; None of nothing."""
        changed = self.moved + self.joined + self.left
        return Fraction(changed, changed + self.stayed) if changed + self.stayed else None


def churn(before: Delegations[Holder], after: Delegations[Holder]) -> Churn:
    """What was delegated otherwise at the later block. A transfer is no churn: of each holder the
    lesser of both amounts counts."""
    of_kind(before, Delegations, "the delegations before")
    of_kind(after, Delegations, "the delegations after")
    sums = {"moved": 0, "joined": 0, "left": 0, "stayed": 0}
    holders = 0
    for holder in before.to.keys() | after.to.keys():
        kept = min(before.amount(holder), after.amount(holder))
        old, new = before.to.get(holder), after.to.get(holder)
        what = (
            "stayed"
            if old == new
            else "joined"
            if old is None
            else "left"
            if new is None
            else "moved"
        )
        sums[what] += kept
        holders += what != "stayed" and kept > 0
    return Churn(**sums, holders=holders)


End = tuple[Holder] | None


def _ends(
    to: Mapping[Holder, Holder],
) -> tuple[dict[Holder, End[Holder]], tuple[tuple[Holder, ...], ...]]:
    """Where each chain ends (None: in a circle), and every circle once, from where it was met."""
    ends: dict[Holder, End[Holder]] = {}
    cycles: list[tuple[Holder, ...]] = []
    for start in to:
        path: list[Holder] = []
        place: dict[Holder, int] = {}
        at = start
        while at not in ends and at not in place and at in to and to[at] != at:
            place[at] = len(path)
            path.append(at)
            at = to[at]
        end: End[Holder]
        if at in ends:
            end = ends[at]
        elif at in place:
            cycles.append(tuple(path[place[at] :]))
            end = None
        else:
            end = (at,)
            ends[at] = end
        for holder in path:
            ends[holder] = end
    return ends, tuple(cycles)


def _named(holder: Hashable) -> str:
    return f"0x{holder.hex()}" if isinstance(holder, bytes) else str(holder)


def edges(pairs: Iterable[tuple[Holder, Holder]]) -> dict[Holder, Holder]:
    """Delegations from (delegator, delegate) pairs; `DataError` names who delegates twice."""
    found: dict[Holder, Holder] = {}
    for holder, delegate in rows(pairs, 2, "the delegations"):
        if found.setdefault(holder, delegate) != delegate:
            raise DataError(
                f"{_named(holder)} delegates to two: "
                f"{_named(found[holder])} and {_named(delegate)}",
                hint="take the last delegation of each at one block",
            )
    return found
