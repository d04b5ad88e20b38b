"""Who could have decided a vote otherwise: by changing sides, or by coming.

The outcome is asked of the governor's own rule (`psephos.results.voting.rules.succeeded`), quorum
included, for every size of coalition: the largest voters first, since no other choice of as many
moves more.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psephos.results.positions import positions
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import Rules, Tally, rules, succeeded
from psephos.results.voting.votes import votes

if TYPE_CHECKING:
    from psephos.store.reader import Release

Voter = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Flip:
    """Who could flip a proposal. Amounts in the token's smallest unit.

    voters   the fewest winning voters whose change of side turns the outcome, largest first;
             None if all of them together could not
    absent   the fewest delegates who had power, did not vote and could have turned it;
             None if all of them together could not, or their power was not asked or is not known
    margin   votes for less votes against, without sign
    short    counted votes missing to the quorum
    uncast   power at the snapshot that was not cast; None if it was not asked or is not known
    """

    passed: bool
    voters: tuple[Voter, ...] | None
    absent: tuple[Voter, ...] | None
    margin: int
    short: int
    uncast: int | None


def flip_set(release: "Release", proposal: Proposal, *, of_absent: bool = True) -> Flip | None:
    """Who could flip a proposal as of its block; None while its outcome cannot be told.

    of_absent: look at those who did not come too, which reads all power at the snapshot.
    """
    by = rules(release, proposal.dataset)
    if proposal.quorum is None or proposal.at_snapshot is None:
        return None
    tally, quorum = proposal.tally, proposal.quorum
    passed = succeeded(tally, quorum, by)

    def turned(changed: Tally) -> bool:
        return succeeded(changed, quorum, by) != passed

    cast = votes(release, proposal.id, proposal.block, dataset=proposal.dataset)
    listed = cast.select("voter", "support", "weight").rows()
    side = "for" if passed else "against"
    winners = [(who, int(weight)) for who, support, weight in listed if support == side]
    came = {who for who, _, _ in listed}
    rest = _absent(release, by, proposal.at_snapshot.block, came) if of_absent else None
    return Flip(
        passed,
        fewest(winners, lambda part: turned(switched(tally, part, passed))),
        None if rest is None else fewest(rest, lambda part: turned(come(tally, part, passed))),
        abs(tally.for_ - tally.against),
        max(quorum - proposal.counted, 0),
        None if rest is None else sum(power for _, power in rest),
    )


def switched(tally: Tally, part: int, passed: bool) -> Tally:
    """The tally if `part` of the winning votes had been cast for the other side."""
    moved = -part if passed else part
    return replace(tally, for_=tally.for_ + moved, against=tally.against - moved)


def come(tally: Tally, part: int, passed: bool) -> Tally:
    """The tally if `part` more had been cast for the losing side."""
    if passed:
        return replace(tally, against=tally.against + part)
    return replace(tally, for_=tally.for_ + part)


def fewest(voters: Sequence[Voter], turned: Callable[[int], bool]) -> tuple[Voter, ...] | None:
    """The fewest voters whose weight together turns the outcome; None if all are too few."""
    ordered = sorted((voter for voter in voters if voter[1]), key=lambda v: (-v[1], v[0]))
    part = 0
    for size, (_, weight) in enumerate(ordered, start=1):
        part += weight
        if turned(part):
            return tuple(ordered[:size])
    return None


def _absent(
    release: "Release", by: Rules, snapshot: int, came: Collection[bytes]
) -> list[Voter] | None:
    """Delegates with power at the snapshot who did not vote; None if power is not known."""
    if by.token is None:
        return None
    held = positions(release, "power", dataset=by.token, block=snapshot)
    if held.undefined is not None:
        return None
    return [one for one in zip(held.holders, held.amounts, strict=True) if one[0] not in came]
