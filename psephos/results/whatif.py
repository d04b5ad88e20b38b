"""What if votes were counted otherwise: the same measures and the same votes, before and after.

One change of counting (a cap, roots, a delegate cap, somebody abstaining, delegations moved) and
changes of threshold and quorum act on the voting power of a release at a block, and on every vote
at its own snapshot. Changes are of `analytics.whatif`, rules of a rule file.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics import MEASURES, Amounts, Value
from analytics.rules import Ballot, Body, Choice, Quorum, System, agrees
from analytics.whatif import reweighed, scaled
from psephos.results.basis import Base, Change, Power, Vote, base
from psephos.results.control.bodies import Electorate
from psephos.results.control.system import body_powers
from psephos.results.positions import Positions, filled
from psephos.results.voting.proposals import Proposal

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure before and after."""

    name: str
    title: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """One vote by the rules before and after; None where it cannot be told, with the reason."""

    proposal: Proposal
    before: bool | None
    after: bool | None
    why: str | None = None


def compared(
    release: "Release", system: System, change: Change, block: int, dataset: str | None = None
) -> list[Compared]:
    """Every measure of voting power, and what coalitions of the first body of tokens could do."""
    return compared_on(base(release, system, block, dataset), change)


def compared_on(
    of: Base, change: Change, names: Collection[str] = MEASURES, *, indices: bool = True
) -> list[Compared]:
    """The same of what was read before; `names` of measures. Power indices take by far the longest
    and can be left out."""
    of.read(change)
    one = of.body
    other = _after(of, change, of.counted.after(change))
    found = [
        Compared(name, entry.title, of.now(name), entry.of(other.weights))
        for name, entry in MEASURES.items()
        if name in names
    ]
    return [
        Compared("holders", "How many", len(one.weights), len(other.weights)),
        *found,
        *_coalitions(one, other, indices),
    ]


def outcomes(
    release: "Release", system: System, change: Change, block: int, dataset: str | None = None
) -> list[Outcome]:
    """Every vote that was decided by the block, newest first, by the rules before and after."""
    return outcomes_on(base(release, system, block, dataset), change)


def outcomes_on(of: Base, change: Change) -> list[Outcome]:
    """The same of what was read before."""
    of.read(change)
    return [_outcome(of.body, change, vote) for vote in of.votes]


def _after(of: Base, change: Change, after: Power) -> Electorate:
    """The body with the power after, added up by the same owners, and the rules after."""
    one, before = of.body, of.counted.power
    supply, quorum = one.supply, one.quorum
    if change.unit:
        quorum = scaled(quorum, before, after)
        supply = None if supply is None else scaled(supply, before, after)
    there = Positions("power", of.counted.dataset, of.counted.block)
    held = filled(there, after, of.entities)
    body = _body_after(one.body, change, quorum, one.unit)
    propose = one.propose
    if change.unit and propose is not None:
        propose = scaled(propose, before, after)
    return replace(
        one,
        body=body,
        names=tuple("0x" + who.hex() for who in held.holders),
        weights=Amounts(held.amounts),
        supply=supply,
        quorum=quorum,
        propose=propose,
    )


def _body_after(body: Body, change: Change, quorum: int, unit: int) -> Body:
    """The body with an amount for a quorum (or the share asked for), and another threshold."""
    if change.threshold is not None:
        body = replace(body, threshold=change.threshold)
    if body.quorum is None and change.quorum is None:
        return body
    counts = body.quorum.counts if body.quorum else frozenset[Choice]({"for"})
    if change.quorum is not None:
        return replace(body, quorum=Quorum(counts, change.quorum, "supply"))
    return replace(body, quorum=Quorum(counts, tokens=Fraction(quorum, unit)))


def _coalitions(one: Electorate, other: Electorate, indices: bool) -> list[Compared]:
    """Sizes of the smallest coalitions, and the largest power indices."""
    titles = {
        "pass": "Fewest who pass against everybody else",
        "pass_alone": "Fewest who pass if nobody else comes",
        "block": "Fewest who block",
        "vetoes": "How many block alone",
        "propose_alone": "How many may propose alone",
        "banzhaf_most": "Largest share of swings (Banzhaf)",
        "shapley_most": "Largest Shapley-Shubik index",
    }
    both = zip(titles.items(), _sizes(one, indices), _sizes(other, indices), strict=False)
    return [Compared(name, title, old, new) for (name, title), old, new in both]


def _sizes(of: Electorate, indices: bool) -> tuple[Value, ...]:
    """The fewest who pass, pass alone and block; how many block and may propose alone (None: the
    body's power proposes nothing); then, where asked for, the largest indices."""
    need = of.need
    block = None if need is None else of.power - need + 1
    propose = None if of.propose is None else max(of.propose, 1)
    alone = tuple(
        None if least is None else sum(1 for weight in of.weights if weight >= least)
        for least in (block, propose)
    )
    fewest = (_fewest(of.weights, least) for least in (need, of.need_alone, block))
    sizes = (*fewest, *alone)
    if not indices:
        return sizes
    powers = body_powers(of)
    if powers is None:
        return (*sizes, None, None)
    shares = [one.normalised for one in powers.players if one.normalised is not None]
    return (*sizes, max(shares, default=None), max(one.shapley for one in powers.players))


def _fewest(weights: tuple[int, ...], least: int | None) -> int | None:
    """How many of these, heaviest first, have so much together; None: all have less."""
    together = accumulate(weights)
    return next((n for n, some in enumerate(together, 1) if least is not None and some >= least),
                None)  # fmt: skip


def _outcome(one: Electorate, change: Change, vote: Vote) -> Outcome:
    """One vote, its votes reweighed with the power at its own snapshot."""
    of, there = vote.proposal, vote.counted
    if there is None or of.at_snapshot is None or of.quorum is None:
        return Outcome(of, None, None, vote.why)
    before, after = there.power, there.after(change)
    body = _body_after(one.body, Change(()), of.quorum, one.unit)
    supply, quorum = of.at_snapshot.supply, of.quorum
    if change.unit:
        quorum = scaled(quorum, before, after)
        supply = None if supply is None else scaled(supply, before, after)
    changed = _body_after(one.body, change, quorum, one.unit)
    sums = {support: {v: w for v, s, w in vote.cast if s == support} for support in _CHOICES}
    moved = {support: reweighed(some, before, after) for support, some in sums.items()}
    return Outcome(
        of,
        agrees(body, _ballot(sums, of.at_snapshot.supply, sum(before.values())), one.unit),
        agrees(changed, _ballot(moved, supply, sum(after.values())), one.unit),
    )


_CHOICES = ("for", "against", "abstain")


def _ballot(sums: Mapping[str, Power], supply: int | None, delegated: int) -> Ballot:
    parts = [sum(sums[choice].values()) for choice in _CHOICES]
    return Ballot(parts[0], parts[1], parts[2], supply, delegated)
