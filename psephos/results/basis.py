"""What changes of counting are tried on: power, delegations and votes, read once for many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics import MEASURES, Value
from analytics.delegation import Delegations
from analytics.rules import System
from analytics.threshold import Threshold
from psephos.errors import TableError
from psephos.results.control.bodies import Electorate, electorates
from psephos.results.labels.entities import Entities
from psephos.results.positions import positions
from psephos.results.power import delegation_graph, delegation_graphs
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
    name:       of a `count` that takes no number of the reader's: what it gave is kept
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
    name: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Voting power at one block, heaviest first, and the delegations that made it, read once for
    many changes; `known` is the power after changes that have a name."""

    release: "Release"
    dataset: str
    block: int
    power: Power
    found: list[Graph] = field(default_factory=list)
    known: dict[str, Power] = field(default_factory=dict)

    def after(self, change: Change) -> Power:
        """The power after a change; the delegations are read when one asks for them."""
        if change.count is None:
            return self.power
        if change.name in self.known:
            return self.known[change.name]
        graph: Graph = self.graph() if change.graph else Delegations({}, {})
        after = change.count(self.power, graph)
        if change.name:
            self.known[change.name] = after
        return after

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
    """What changes are tried on: the body that votes with tokens at a block, and its votes.

    entities: by whom the body's power is added up, None by nobody; changes act on addresses, as a
    contract would, and what they leave is added up after them
    """

    body: Electorate
    counted: Counted
    votes: tuple[Vote, ...]
    entities: Entities | None = None
    measured: dict[str, Value] = field(default_factory=dict)

    def now(self, name: str) -> Value:
        """A measure of the power as it is, computed once."""
        if name not in self.measured:
            self.measured[name] = MEASURES[name].of(self.body.weights)
        return self.measured[name]

    def read(self, change: Change) -> None:
        """Read the delegations of every block at once, if a change is the first to ask for them."""
        every = [self.counted, *(vote.counted for vote in self.votes if vote.counted)]
        missing = {one.block: one for one in every if change.graph and not one.found}
        if not missing:
            return
        graphs = delegation_graphs(
            self.counted.release, self.counted.dataset,
            {block: missing[block].power for block in sorted(missing)},
        )  # fmt: skip
        for one in every:
            if not one.found:
                one.found.append(graphs[one.block])


def base(
    release: "Release",
    system: System,
    block: int,
    dataset: str | None = None,
    entities: Entities | None = None,
) -> Base:
    """Everything that a change is tried on, read once. Raises `TableError` for undefined power."""
    one = _body(release, system, block, dataset, entities)
    assert one.held is not None
    token = one.held.dataset
    decided = (
        _vote(release, each, token)
        for each in proposals(release, block)
        if rules(release, each.dataset).token == token and each.state and not each.state.open
    )
    return Base(one, counted(release, token, block), tuple(decided), entities)


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


def _body(
    release: "Release", system: System, block: int, dataset: str | None, entities: Entities | None
) -> Electorate:
    """The first body of token holders, with its members."""
    for one in electorates(release, system, block, dataset, entities).values():
        if one.body.kind == "tokens":
            if one.why:
                raise TableError(f"{one.body.name}: {one.why}")
            return one
    raise TableError(f"no body of {system.name} votes with tokens: there is nothing to count")
