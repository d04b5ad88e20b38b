"""Votes by a rule file: did it pass, how narrowly, and who could have turned it.

Each decided vote of a release is executed again by the first body of token holders, with the
quorum that stood at its own snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.alignment import Lost, lost_votes, pivotal
from analytics.participation import quorum_robustness
from analytics.rules import Ballot, Body, Quorum, agrees
from psephos.results import reading
from psephos.results.control.bodies import Electorate
from psephos.results.positions import positions
from psephos.results.voting.flips import flip_set
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import SPACE, rules
from psephos.results.voting.votes import votes

if TYPE_CHECKING:
    from psephos.store.reader import Release

CHOICES = ("for", "against", "abstain")


@dataclass(frozen=True, slots=True)
class Told:
    """One vote. Amounts in smallest units; None where it cannot be told, with the reason.

    passed      by the rule file          margin    votes for less votes against
    flip        fewest winning voters whose change of side turns it; None: all would be too few
    robustness  fewest counted voters whose absence fails the quorum; None: none is asked
    leaving, switching   voters who alone would have turned it so
    unused      power at the snapshot that was not cast, or only in part, as a share of all
    absent      of it, by who did not come         part    by who cast only a part
    """

    proposal: Proposal
    passed: bool | None = None
    margin: int | None = None
    flip: int | None = None
    robustness: int | None = None
    leaving: int | None = None
    switching: int | None = None
    unused: Fraction | None = None
    absent: int | None = None
    part: int | None = None
    why: str | None = None


def votes_told(release: "Release", one: Electorate, block: int, unit: int) -> list[Told]:
    """Every vote with the token of this body that was decided by the block, newest first."""
    if one.held is None:
        return []
    return [
        _told(release, one.body, each, one.held.dataset, unit)
        for each in proposals(release, block)
        if rules(release, each.dataset).token == one.held.dataset
        and each.state
        and not each.state.open
    ]


def _told(release: "Release", body: Body, of: Proposal, token: str, unit: int) -> Told:
    if of.at_snapshot is None or of.quorum is None:
        return Told(of, why=of.undefined or "its snapshot or quorum is not known")
    listed = votes(release, of.id, of.block, dataset=of.dataset)
    rows = listed.select("voter", "support", "weight").rows()
    lost = None if of.baseless else _lost(release, of, token, rows)
    unused = (None, None, None) if lost is None else (lost.share, lost.absent, lost.part)
    cast = {voter: (support, int(weight)) for voter, support, weight in rows}
    if any(support not in CHOICES for support, _ in cast.values()):
        why = "it holds fractional votes"
        return Told(of, unused=unused[0], absent=unused[1], part=unused[2], why=why)
    if body.quorum is not None:
        counts = body.quorum.counts
        body = replace(body, quorum=Quorum(counts, tokens=Fraction(of.quorum, unit)))
    base = Ballot(supply=of.at_snapshot.supply, delegated=of.at_snapshot.delegated)
    turned = pivotal(cast, lambda ballot: agrees(body, ballot, unit), base)
    ballot = replace(base, for_=of.tally.for_, against=of.tally.against, abstain=of.tally.abstain)
    counted = [w for s, w in cast.values() if body.quorum and s in body.quorum.counts]
    flip = flip_set(release, of, of_absent=False)
    return Told(
        of,
        agrees(body, ballot, unit),
        of.tally.for_ - of.tally.against,
        len(flip.voters) if flip and flip.voters else None,
        quorum_robustness(counted, of.quorum) if body.quorum else None,
        len(turned.by_leaving),
        len(turned.by_switching),
        *unused,
    )


def _lost(
    release: "Release", of: Proposal, token: str, rows: Sequence[tuple[bytes, str, int]]
) -> Lost[bytes] | None:
    """What was not used of the power at the snapshot; None where that is undefined, and where a
    space's strategy counts more than the token. Whoever votes in parts casts several times, and
    all of it counts."""
    assert of.at_snapshot is not None
    held = positions(release, "power", dataset=token, block=of.at_snapshot.block)
    if held.undefined:
        return None
    used: dict[bytes, int] = {}
    for voter, _, weight in rows:
        used[voter] = used.get(voter, 0) + int(weight)
    power = dict(zip(held.holders, held.amounts, strict=True))
    of_space = SPACE in reading.dataset(release, of.dataset).sources
    if of_space and any(weight > power.get(voter, 0) for voter, weight in used.items()):
        return None
    return lost_votes(power, {voter: weight for voter, weight in used.items() if weight})


def told(of: Told) -> dict[str, Any]:
    """One vote as JSON."""
    return {
        "dataset": of.proposal.dataset,
        "proposal": str(of.proposal.number),
        "title": of.proposal.title,
        "passed": of.passed,
        "margin": None if of.margin is None else str(of.margin),
        "flip_set": of.flip,
        "quorum_robustness": of.robustness,
        "pivotal_by_leaving": of.leaving,
        "pivotal_by_switching": of.switching,
        "unused_power": None if of.unused is None else float(of.unused),
        "unused_by_absent": None if of.absent is None else str(of.absent),
        "unused_in_part": None if of.part is None else str(of.part),
        "undefined": of.why,
    }
