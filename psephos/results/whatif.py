"""What if votes were counted otherwise: the same measures and the same votes, before and after.

One change of counting (a cap, roots, a delegate cap, somebody abstaining, delegations moved) and
changes of threshold and quorum act on the voting power of a release at a block, and on every vote
at its own snapshot. Changes are of `analytics.whatif`, rules of a rule file.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Counted:
    """Voting power at one block, and the delegations that made it, read once for many changes."""

    release: "Release"
    dataset: str
    block: int
    power: Power
    found: list[Graph] = field(default_factory=list)

    def after(self, change: Change) -> Power:
        """The power after a change; the delegations are read when one asks for them."""
        if change.count is None:
            return self.power
        if not change.graph:
            return change.count(self.power, Delegations({}, {}))
        return change.count(self.power, self.graph())

    def graph(self) -> Graph:
        """The delegations, read at the first call. Raises what `delegation_graph` raises."""
        if not self.found:
            self.found.append(delegation_graph(self.release, self.dataset, self.block))
        return self.found[0]


@dataclass(frozen=True, slots=True)
class Vote:
    """A decided vote with the power at its snapshot, or why it cannot be recounted."""

    proposal: Proposal
    cast: tuple[tuple[bytes, str, int], ...] = ()
    counted: Counted | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What changes are tried on: the body that votes with tokens at a block, and its votes."""

    body: Electorate
    counted: Counted
    votes: tuple[Vote, ...]


def base(release: "Release", system: System, block: int, dataset: str | None = None) -> Base:
    """Everything that a change is tried on, read once. Raises `TableError` for undefined power."""
    one = _body(release, system, block, dataset)
    assert one.held is not None
    token = one.held.dataset
    decided = (
        _vote(release, each, token)
        for each in proposals(release, block)
        if rules(release, each.dataset).token == token and each.state and not each.state.open
    )
    return Base(one, counted(release, token, block), tuple(decided))


def counted(release: "Release", dataset: str, block: int) -> Counted:
    """Voting power at a block; `TableError` where it is undefined."""
    held = positions(release, "power", dataset=dataset, block=block)
    if held.undefined:
        raise TableError(f"voting power at block {block} is undefined: {held.undefined}")
    return Counted(release, dataset, block, dict(zip(held.holders, held.amounts, strict=True)))


def _vote(release: "Release", of: Proposal, token: str) -> Vote:
    """A vote as it can be recounted."""
    if of.at_snapshot is None or of.quorum is None:
        return Vote(of, why=of.undefined or "its snapshot or quorum is not known")
    listed = votes(release, of.id, of.block, dataset=of.dataset)
    cast = tuple((v, s, int(w)) for v, s, w in listed.select("voter", "support", "weight").rows())
    if any(support == "fractional" for _, support, _ in cast):
        return Vote(of, why="it holds fractional votes")
    return Vote(of, cast, counted(release, token, of.at_snapshot.block))


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
    one = of.body
    other = _after(one, change, of.counted.power, of.counted.after(change))
    found = [
        Compared(name, entry.title, entry.of(one.weights), entry.of(other.weights))
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
    return [_outcome(of.body, change, vote) for vote in of.votes]


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


def _coalitions(one: Electorate, other: Electorate, indices: bool) -> list[Compared]:
    """Sizes of the smallest coalitions, and the largest power indices."""
    titles = {
        "pass": "Fewest who pass against everybody else",
        "pass_alone": "Fewest who pass if nobody else comes",
        "block": "Fewest who block",
        "banzhaf_most": "Largest share of swings (Banzhaf)",
        "shapley_most": "Largest Shapley-Shubik index",
    }
    both = zip(titles.items(), _sizes(one, indices), _sizes(other, indices), strict=False)
    return [Compared(name, title, old, new) for (name, title), old, new in both]


def _sizes(of: Electorate, indices: bool) -> tuple[Value, ...]:
    """The fewest who pass, pass alone and block; then, where asked for, the largest indices."""
    able = abilities(of)
    fewest = (able.passing, able.passing_alone, able.blocking)
    sizes = tuple(None if some is None else len(some) for some in fewest)
    if not indices:
        return sizes
    powers = body_powers(of)
    if powers is None:
        return (*sizes, None, None)
    shares = [one.normalised for one in powers.players if one.normalised is not None]
    return (*sizes, max(shares, default=None), max(one.shapley for one in powers.players))


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
