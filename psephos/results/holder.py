"""One address: everything a release tells of it at a block.

What it holds of every kind, whom it delegates to and who delegates to it, each vote beside the
power it had at the vote's snapshot, and the offices and grants that may be a conflict. An address
is not a person: what is declared of its owner stands beside it and is no fact of the chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.economy.grants import Account, accounts
from psephos.results.kinds import tells
from psephos.results.labels.entities import Entities
from psephos.results.positions import SOURCES, positions
from psephos.results.power import delegations
from psephos.results.promises.of_chain import council_states
from psephos.results.shown.wording import tokens
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import rules
from psephos.results.voting.votes import votes

if TYPE_CHECKING:
    from psephos.store.reader import Release

HELD = tuple(kind for kind in SOURCES if kind not in ("vote", "locked", "supply", "delegated"))
"""Kinds of position that one address can have."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What it has of one kind: its rank among `holders`, and its share of the whole.

    rank 0: it has none, which is told by the complete list of those who have
    """

    kind: str
    dataset: str
    amount: int
    rank: int
    holders: int
    share: Fraction | None
    decimals: int
    symbol: str
    undefined: str | None


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote: its weight, and the power the voter had at the snapshot.

    full: whether it counted in full; None where the power then cannot be told
    """

    proposal: Proposal
    support: str
    weight: int
    power: int | None
    reason: str

    @property
    def full(self) -> bool | None:
        return None if self.power is None else self.weight == self.power


@dataclass(frozen=True, slots=True)
class Link:
    """A delegation: of which token, from or to whom, how much, since which block."""

    dataset: str
    other: bytes
    amount: int
    since: int


def holdings(release: "Release", who: bytes, block: int) -> tuple[Holding, ...]:
    """Every kind of position that could be its, also those it has nothing of."""
    found = []
    for kind in HELD:
        for name in reading.datasets(release, *SOURCES[kind]):
            held = positions(release, kind, dataset=name, block=block)
            rank = held.holders.index(who) + 1 if who in held.holders else 0
            amount = held.amounts[rank - 1] if rank else 0
            found.append(
                Holding(
                    kind,
                    name,
                    amount,
                    rank,
                    len(held),
                    Fraction(amount, held.total) if held.total else None,
                    held.decimals,
                    held.symbol,
                    held.undefined,
                )
            )
    return tuple(found)


def cast(release: "Release", who: bytes, block: int, found: Sequence[Proposal]) -> tuple[Cast, ...]:
    """Each vote it cast up to a block on these proposals, beside its power at the snapshot."""
    mine: list[Cast] = []
    for one in found:
        listed = votes(release, one.id, block, dataset=one.dataset)
        rows = listed.select("voter", "support", "weight", "reason").rows()
        for voter, support, weight, reason in rows:
            if bytes(voter) == who:
                power = power_at(release, one, who)
                mine.append(Cast(one, support, int(weight), power, reason))
    return tuple(mine)


def power_at(release: "Release", of: Proposal, who: bytes) -> int | None:
    """Its voting power at a proposal's snapshot; None where that cannot be told."""
    token = rules(release, of.dataset).token
    if token is None or of.at_snapshot is None:
        return None
    held = positions(release, "power", dataset=token, block=of.at_snapshot.block)
    if held.undefined:
        return None
    return dict(zip(held.holders, held.amounts, strict=True)).get(who, 0)


def missed(
    release: "Release", who: bytes, found: Sequence[Proposal], mine: Sequence[Cast]
) -> tuple[Proposal, ...]:
    """Votes that are over and that it did not take part in, although it had power."""
    voted = {(one.proposal.dataset, one.proposal.id) for one in mine}
    return tuple(
        one
        for one in found
        if one.state is not None
        and not one.state.open
        and (one.dataset, one.id) not in voted
        and (power_at(release, one, who) or 0) > 0
    )


def given(release: "Release", who: bytes, block: int) -> tuple[Link, ...]:
    """To whom it delegates, of every token that can be delegated."""
    return tuple(to for delegator, _, to, _ in _links(release, block) if delegator == who)


def received(release: "Release", who: bytes, block: int) -> tuple[Link, ...]:
    """Who delegates to it and how much, the largest first."""
    return tuple(by for _, delegate, _, by in _links(release, block) if delegate == who)


def _links(release: "Release", block: int) -> list[tuple[bytes, bytes, Link, Link]]:
    """(delegator, delegate, the link as each of them sees it) of every token."""
    found = []
    for name in reading.datasets(release, *SOURCES["power"]):
        entry = reading.dataset(release, name)
        if reading.backfill(entry, block) or not tells("balance", entry.sources):
            continue
        edges = delegations(release, dataset=name, block=block)
        for delegator, delegate, amount, since in edges.rows():
            links = (
                Link(name, bytes(delegate), int(amount), int(since)),
                Link(name, bytes(delegator), int(amount), int(since)),
            )
            found.append((bytes(delegator), bytes(delegate), *links))
    return found


@dataclass(frozen=True, slots=True)
class Conflict:
    """An office or an interest of an address beside its vote; `declared` where a label says so."""

    what: str
    told: str
    declared: bool = False


def conflicts(release: "Release", who: bytes, block: int, labels: Entities) -> tuple[Conflict, ...]:
    """Grantee, council member, validator, and what the owner is declared to be."""
    found = [
        Conflict("grantee", _promised(release, name, grant))
        for name, grant in grants_of(release, who, block)
    ]
    found += [
        Conflict("council member", f"an owner of {name}") for name in seats(release, who, block)
    ]
    for name in reading.datasets(release, *SOURCES.get("stake", ())):
        held = positions(release, "stake", dataset=name, block=block)
        if who in held.holders:
            found.append(Conflict("validator", f"stakes with {name}"))
    owner = labels.of(who, block)
    if owner is not None and owner.role != "delegate":
        found.append(Conflict(owner.role, f"{owner.name}: {owner.source}", declared=True))
    return tuple(found)


def _promised(release: "Release", name: str, of: Account) -> str:
    entry = reading.dataset(release, name)
    told = [tokens(amount, entry.decimals) for amount in (of.amount, of.locked)]
    return f"{told[0]} {entry.symbol} promised, {told[1]} still locked ({name})"


def grants_of(release: "Release", who: bytes, block: int) -> list[tuple[str, Account]]:
    """Its grants by dataset."""
    return [
        (name, one)
        for name in reading.datasets(release, *SOURCES["locked"])
        for one in accounts(release, name, block) or ()
        if one.beneficiary == who
    ]


def seats(release: "Release", who: bytes, block: int) -> tuple[str, ...]:
    """The councils (safes) it is an owner of at a block."""
    states = {
        name: council_states(release, name, block) for name in reading.datasets(release, "safe")
    }
    return tuple(name for name, told in states.items() if told and who in told[-1][1])
