"""What if votes were counted otherwise: the same measures and the same votes, before and after.

One change of counting (a cap, roots, a delegate cap, somebody abstaining, delegations moved) and
changes of threshold and quorum act on the voting power of a release at a block, and on every vote
at its own snapshot. Changes are of `analytics.whatif`, rules of a rule file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import MEASURES, Value
from analytics.delegation import Delegations
from analytics.rules import Ballot, Body, Choice, Quorum, System, agrees
from analytics.threshold import Threshold
from analytics.whatif import reweighed, scaled
from psephos.errors import TableError
from psephos.results.control.bodies import Electorate, abilities, electorates
from psephos.results.control.system import body_powers
from psephos.results.positions import positions
from psephos.results.power import delegation_graph
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import rules
from psephos.results.voting.votes import votes

if TYPE_CHECKING:
    from psephos.store.reader import Release

Power = Mapping[bytes, int]
Graph = Delegations[bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """How votes are counted otherwise.

    count:      the power after, from the power and the delegations before; None: as it is
    graph:      `count` needs the delegations
    unit:       `count` changes the unit of power, so that quorum and supply follow its sum
    threshold, quorum: others than the rule file's; a quorum is a share of the supply
    declared:   labels that the change rests on
    """

    words: tuple[str, ...]
    count: Callable[[Power, Graph], Power] | None = None
    graph: bool = False
    unit: bool = False
    threshold: Threshold | None = None
    quorum: Threshold | None = None
    declared: tuple[str, ...] = ()


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


def power_after(
    release: "Release", change: Change, dataset: str, block: int
) -> tuple[Power, Power]:
    """(power before, power after) by delegate at a block."""
    held = positions(release, "power", dataset=dataset, block=block)
    if held.undefined:
        raise TableError(f"voting power at block {block} is undefined: {held.undefined}")
    before = dict(zip(held.holders, held.amounts, strict=True))
    if change.count is None:
        return before, before
    graph = delegation_graph(release, dataset, block) if change.graph else Delegations({}, {})
    return before, change.count(before, graph)


def compared(
    release: "Release", system: System, change: Change, block: int, dataset: str | None = None
) -> list[Compared]:
    """Every measure of voting power, and what coalitions of the first body of tokens could do."""
    one = _body(release, system, block, dataset)
    assert one.held is not None
    before, after = power_after(release, change, one.held.dataset, block)
    other = _after(one, change, before, after)
    found = [
        Compared(name, entry.title, entry.of(one.weights), entry.of(other.weights))
        for name, entry in MEASURES.items()
    ]
    return [
        Compared("holders", "How many", len(one.weights), len(other.weights)),
        *found,
        *_coalitions(one, other),
    ]


def outcomes(
    release: "Release", system: System, change: Change, block: int, dataset: str | None = None
) -> list[Outcome]:
    """Every vote that was decided by the block, newest first, by the rules before and after."""
    one = _body(release, system, block, dataset)
    assert one.held is not None
    token = one.held.dataset
    return [
        _outcome(release, one, change, each)
        for each in proposals(release, block)
        if rules(release, each.dataset).token == token and each.state and not each.state.open
    ]


def _body(release: "Release", system: System, block: int, dataset: str | None) -> Electorate:
    """The first body of token holders, with its members."""
    for one in electorates(release, system, block, dataset).values():
        if one.body.kind == "tokens":
            if one.why:
                raise TableError(f"{one.body.name}: {one.why}")
            return one
    raise TableError(f"no body of {system.name} votes with tokens: there is nothing to count")


def _after(one: Electorate, change: Change, before: Power, after: Power) -> Electorate:
    """The body with the power after, and the rules after."""
    supply, quorum = one.supply, one.quorum
    if change.unit:
        quorum = scaled(quorum, before, after)
        supply = None if supply is None else scaled(supply, before, after)
    ordered = sorted(after.items(), key=lambda part: (-part[1], part[0]))
    body = _body_after(one.body, change, quorum, one.unit)
    propose = one.propose
    if change.unit and propose is not None:
        propose = scaled(propose, before, after)
    return replace(
        one,
        body=body,
        names=tuple("0x" + who.hex() for who, _ in ordered),
        weights=tuple(amount for _, amount in ordered),
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


def _coalitions(one: Electorate, other: Electorate) -> list[Compared]:
    """Sizes of the smallest coalitions, and the largest power indices."""

    def sizes(of: Electorate) -> tuple[Value, ...]:
        able, powers = abilities(of), body_powers(of)
        indices: tuple[float | None, ...] = (None, None)
        if powers is not None:
            shares = [one.normalised for one in powers.players if one.normalised is not None]
            indices = (max(shares, default=None), max(one.shapley for one in powers.players))
        return (
            None if able.passing is None else len(able.passing),
            None if able.passing_alone is None else len(able.passing_alone),
            None if able.blocking is None else len(able.blocking),
            *indices,
        )

    titles = {
        "pass": "Fewest who pass against everybody else",
        "pass_alone": "Fewest who pass if nobody else comes",
        "block": "Fewest who block",
        "banzhaf_most": "Largest share of swings (Banzhaf)",
        "shapley_most": "Largest Shapley-Shubik index",
    }
    both = zip(titles.items(), sizes(one), sizes(other), strict=True)
    return [Compared(name, title, old, new) for (name, title), old, new in both]


def _outcome(release: "Release", one: Electorate, change: Change, of: Proposal) -> Outcome:
    """One vote, its votes reweighed with the power at its own snapshot."""
    if of.at_snapshot is None or of.quorum is None or one.held is None:
        return Outcome(of, None, None, of.undefined or "its snapshot or quorum is not known")
    listed = votes(release, of.id, of.block, dataset=of.dataset)
    cast = [(v, s, int(w)) for v, s, w in listed.select("voter", "support", "weight").rows()]
    if any(support == "fractional" for _, support, _ in cast):
        return Outcome(of, None, None, "it holds fractional votes")
    before, after = power_after(release, change, one.held.dataset, of.at_snapshot.block)
    body = _body_after(one.body, Change(()), of.quorum, one.unit)
    supply, quorum = of.at_snapshot.supply, of.quorum
    if change.unit:
        quorum = scaled(quorum, before, after)
        supply = None if supply is None else scaled(supply, before, after)
    changed = _body_after(one.body, change, quorum, one.unit)
    sums = {support: {v: w for v, s, w in cast if s == support} for support in _CHOICES}
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
