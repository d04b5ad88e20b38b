"""Findings: figures as sentences that a voter understands, each with the figure it says.

A sentence names its base ("of the voting power", "of the supply") and holds only what its figure
says; what is not known has no sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import ONE_HALF, coalition
from psephos.results import reading
from psephos.results.bases import of_base
from psephos.results.figures import Figure, of_positions, of_proposal
from psephos.results.labels.entities import Entities
from psephos.results.positions import HOLDERS, SOURCES, Positions, positions
from psephos.results.shown.wording import counted, percent
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import State

if TYPE_CHECKING:
    from psephos.store.reader import Release

VOTED = (State.DEFEATED, State.SUCCEEDED, State.QUEUED, State.EXECUTED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence without a full stop, one more of context, and the figure they stand on."""

    sentence: str
    context: str
    figure: Figure


def findings(
    release: "Release", block: int | None = None, entities: Entities | None = None
) -> list[Finding]:
    """What is worth a sentence at a block, the most important first."""
    block = reading.the_block(release, block)
    found = [*_power(release, block, entities), *_votes(release, block)]
    return [*found, *_balances(release, block, entities), *_locked(release, block)]


def decide_alone(held: Positions, found: Figure) -> str:
    """`Seven delegates could decide alone`; of voting power only, and only with the quorum.

    found: the figure `decisive` of these positions. Where it is undefined, since the quorum is not
    known or out of reach, it is only said who has more than half.
    """
    if isinstance(found.value, int):
        return f"{counted(found.value, HOLDERS[held.kind], capital=True)} could decide alone"
    half = coalition(held.amounts, ONE_HALF) or 0
    have = "has" if half == 1 else "have"
    who = counted(half, HOLDERS[held.kind], capital=True)
    return f"{who} {have} more than half of the voting power"


def _power(release: "Release", block: int, entities: Entities | None) -> Iterator[Finding]:
    for name in reading.datasets(release, *SOURCES["power"]):
        held = positions(release, "power", dataset=name, block=block, entities=entities)
        if not held.amounts:
            continue
        found = of_base(release, "decisive", held, entities)
        yield Finding(decide_alone(held, found), together(held, found), found)
        part = of_base(release, "delegated_share", held, entities)
        if isinstance(part.value, Fraction):
            yield Finding(
                f"{part.text} of the supply is delegated",
                f"{percent(1 - part.value)} has no vote until it is",
                part,
            )


def together(held: Positions, found: Figure) -> str:
    """What the smallest coalition has, and what the quorum asks beyond half."""
    half = coalition(held.amounts, ONE_HALF) or 0
    size = found.value if isinstance(found.value, int) else half
    share = percent(Fraction(sum(held.amounts[:size]), held.total))
    have = "It has" if size == 1 else "Together they have"
    told = (
        f"{have} {share} of the voting power that is delegated, "
        f"among {counted(len(held), 'delegate')}"
    )
    if found.undefined:
        return f"{told}; whether that decides is not said: {found.undefined}"
    return (
        f"{told}; {counted(half, 'delegate')} would be more than half, but short of the quorum"
        if size > half
        else told
    )


def _balances(release: "Release", block: int, entities: Entities | None) -> Iterator[Finding]:
    for name in reading.datasets(release, *SOURCES["balance"]):
        held = positions(release, "balance", dataset=name, block=block, entities=entities)
        if len(held) > 10:
            top = of_positions(release, "top_10", held, entities)
            yield Finding(
                f"The ten largest holders have {top.text} of the supply",
                f"There are {counted(len(held), 'holder')}",
                top,
            )


def _locked(release: "Release", block: int) -> Iterator[Finding]:
    for name in reading.datasets(release, *SOURCES["locked"]):
        held = positions(release, "locked", dataset=name, block=block)
        part = of_base(release, "locked_share", held)
        if held.amounts and part.value is not None:
            yield Finding(
                f"{part.text} of the supply is still locked",
                f"It unlocks by the clock for {counted(len(held), 'beneficiary')}",
                part,
            )


def _votes(release: "Release", block: int) -> Iterator[Finding]:
    found = [one for one in proposals(release, block) if one.undefined is None]
    voted = [one for one in found if one.state in VOTED and one.turnout.supply is not None]
    if voted:
        yield _turnout(release, voted[0])
    narrow = [one for one in voted if _reach(one) < 1]
    if narrow:
        nearest = max(narrow, key=_reach)
        reach = of_proposal(release, "quorum_reach", nearest)
        missing = 1 - _reach(nearest)
        by = percent(missing) if missing >= Fraction(1, 1000) else "less than 0.1 %"
        yield Finding(
            f"One proposal missed its quorum by {by}", f"“{nearest.title}” was short of it", reach
        )
    flips = [(one, of_proposal(release, "flip_set", one)) for one in voted[:12]]
    decided = [(one, figure) for one, figure in flips if figure.value is not None]
    if decided:
        one, figure = min(decided, key=lambda pair: int(pair[1].value or 0))
        who = counted(int(figure.value or 0), "voter", capital=True)
        yield Finding(
            f"{who} could have turned a proposal", f"“{one.title}”, by changing sides", figure
        )


def _turnout(release: "Release", one: Proposal) -> Finding:
    figure = of_proposal(release, "turnout_supply", one)
    parts = []
    if one.turnout.delegated is not None:
        parts.append(f"{percent(one.turnout.delegated)} of the delegated power")
    if one.turnout.heads is not None:
        parts.append(f"{percent(one.turnout.heads)} of the delegates")
    context = f"That is {' and '.join(parts)}" if parts else f"“{one.title}”"
    return Finding(f"{figure.text} of the supply took part in the last vote", context, figure)


def _reach(one: Proposal) -> Fraction:
    reach = one.quorum_reach
    return Fraction(1) if reach is None else reach
