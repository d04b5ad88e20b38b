"""What became of the votes of a hub's export: who counts, what each choice got, and how firmly.

    counts     not refused, cast from `start` to `end`, for a choice that there is; of one voter the
               last by the time that was signed, of equal times the greater id (the hub's own rule)
    power      of a choice: Σ power, of all chosen (approval), or by weight (weighted)

Power is the hub's number. Level: *seen*; that a vote is *signed* is a check of its own, and says
who voted and for what, never with how much, nor that no vote was left out. Ballots by rank and by
square roots are listed and not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from analytics import Value, hhi, nakamoto_one_half
from analytics.participation import flip_set, turnout
from psephos.evidence.check import Check, Verdict
from psephos.results.shown.text import one_line
from psephos.results.shown.wording import counted, decimal, percent
from psephos.results.table import exact
from psephos.results.voting.hub import Export, Proposal, Vote
from psephos.results.voting.hub_signed import Judged, judge

SINGLE, SEVERAL = ("single-choice", "basic"), ("approval", "weighted")
LATER = "its voter voted again, later"
LEVEL = "seen: the hub's word; no commitment lists its votes, nobody signed their power"


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote, what was found of it, and why it does not count, or None."""

    vote: Vote
    judged: Judged
    out: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal's result over the votes that count; `why` says why there is none.

    powers    of each choice, in the export's smallest unit; `winner` its place, None of a tie
    flip      fewest winning voters whose change of side turns it, where each vote has one choice
    turnout   of the declared base
    """

    proposal: Proposal
    judged: Judged
    voters: int = 0
    power: int = 0
    signed: int = 0
    powers: tuple[Fraction, ...] = ()
    winner: int | None = None
    flip: int | None = None
    half: Value = None
    concentration: Value = None
    turnout: Fraction | None = None
    why: str | None = None


def verify_votes(found: Export, base: Fraction | None = None) -> tuple[Verdict, list[Outcome]]:
    """The checks of an export, its rows as facts, and the outcome of each proposal.

    base: what could have been cast, declared, in whole tokens; `DataError` where more was cast.
    """
    proposals = {one.id: (one, judge(one)) for one in found.proposals}
    cast = _counted([(vote, judge(vote)) for vote in found.votes], proposals)
    outcomes = [_outcome(*of, cast, found.decimals, base) for of in proposals.values()]
    rows = [judged for _, judged in proposals.values()]
    signed = all(row.signed for row in [*rows, *(one.judged for one in cast)])
    checks = (
        _rows("proposals", rows),
        _rows("votes", [one.judged for one in cast]),
        _within(cast),
        _all_there(found),
    )
    facts = {
        "level": LEVEL,
        "proposals": [_told(one, found.decimals) for one in outcomes],
        "votes": [_vote(one, found.decimals) for one in cast],
    }
    return Verdict(checks, bool(cast) and signed, facts), outcomes


def _counted(
    rows: list[tuple[Vote, Judged]], proposals: Mapping[str, tuple[Proposal, Judged]]
) -> list[Cast]:
    found = [Cast(vote, judged, _out(vote, judged, proposals)) for vote, judged in rows]
    last: dict[tuple[str, str], int] = {}
    for at, one in enumerate(found):
        key = (one.vote.proposal, one.vote.voter.lower())
        if one.out is None:
            before = last.setdefault(key, at)
            if _place(found[before].vote) < _place(one.vote):
                last[key] = at
    kept = set(last.values())
    return [
        Cast(one.vote, one.judged, LATER) if one.out is None and at not in kept else one
        for at, one in enumerate(found)
    ]


def _place(vote: Vote) -> tuple[int, str]:
    return vote.created, vote.id.lower()


def _out(
    vote: Vote, judged: Judged, proposals: Mapping[str, tuple[Proposal, Judged]]
) -> str | None:
    """Why a vote does not count, whatever others its voter cast."""
    if judged.refused:
        return judged.words
    if vote.proposal not in proposals:
        return "its proposal is not in the export"
    of = proposals[vote.proposal][0]
    if vote.space.lower() != of.space.lower():
        return "its proposal is of another space"
    if not of.start <= vote.created <= of.end:
        return "it was cast outside the time of voting"
    if of.kind in SINGLE + SEVERAL and _parts(of.kind, vote.choice, len(of.choices)) is None:
        return "there is no such choice"
    return None


def _parts(kind: str, choice: Any, many: int) -> list[tuple[int, Fraction]] | None:
    """Places of choices from 0 and the share of the vote each gets; None for no such choice."""
    whole = Fraction(1)
    if kind in SINGLE:
        picked = [(choice, whole)]
    elif kind == "approval" and isinstance(choice, list) and choice:
        picked = [(one, whole) for one in choice]
    elif kind == "weighted" and isinstance(choice, dict) and choice:
        picked = [(int(one) if one.isdecimal() else one, _weight(w)) for one, w in choice.items()]
    else:
        return None
    sum_ = sum((weight for _, weight in picked), Fraction(0)) if kind == "weighted" else whole
    places = [one for one, _ in picked]
    good = all(type(one) is int and 1 <= one <= many for one in places)
    if not good or len(set(places)) < len(places) or sum_ <= 0 or any(w < 0 for _, w in picked):
        return None
    return [(one - 1, weight / sum_) for one, weight in picked]


def _weight(written: Any) -> Fraction:
    """A weight as it is written; −1 for what is none."""
    read = exact(written) if type(written) in (int, str) else None
    return Fraction(-1) if read is None else Fraction(read[0], 10 ** read[1])


def _outcome(
    of: Proposal, judged: Judged, cast: list[Cast], decimals: int, base: Fraction | None
) -> Outcome:
    mine = [one for one in cast if one.out is None and one.vote.proposal == of.id]
    held = [one.vote.power for one in mine]
    if judged.refused:
        return Outcome(of, judged, why=judged.words)
    found = Outcome(
        of, judged, len(mine), sum(held), sum(one.vote.power for one in mine if one.judged.signed),
        half=nakamoto_one_half(held), concentration=hhi(held),
        turnout=None if base is None else
        turnout(sum(held) * base.denominator, base.numerator * 10**decimals),
    )  # fmt: skip
    if of.kind not in SINGLE + SEVERAL:
        return replace(found, why=f"ballots of kind {one_line(of.kind[:40])} are not counted here")
    powers = [Fraction(0)] * len(of.choices)
    for one in mine:
        for place, share in _parts(of.kind, one.vote.choice, len(powers)) or ():
            powers[place] += share * one.vote.power
    most = max(powers)
    winner = powers.index(most) if powers.count(most) == 1 else None
    flip = None
    if winner is not None and of.kind in SINGLE:
        won = [one.vote.power for one in mine if one.vote.choice == winner + 1]
        second = max((x for place, x in enumerate(powers) if place != winner), default=Fraction(0))
        flip = flip_set(won, int(second))
    why = None if winner is not None else "no choice has more than every other"
    return replace(found, powers=tuple(powers), winner=winner, flip=flip, why=why)


def _rows(name: str, rows: list[Judged]) -> Check:
    """How many rows are signed, seen and refused; the first that is not signed, and why."""
    signed = sum(one.signed for one in rows)
    refused = sum(one.refused for one in rows)
    told = f"{signed} signed, {len(rows) - signed - refused} seen, {refused} refused"
    first = next((at for at, one in enumerate(rows) if one.refused), None)
    if first is None:
        first = next((at for at, one in enumerate(rows) if not one.signed), None)
    if first is not None:
        told += f"; {name}[{first}] {rows[first].words}"
    status = "failed" if refused else "passed" if first is None else "not_possible"
    return Check(name, status, told)  # type: ignore[arg-type]


def _within(cast: list[Cast]) -> Check:
    """Votes for what can be chosen, in time; those replaced by a later one are no fault."""
    out = [(at, one.out) for at, one in enumerate(cast) if one.out and not one.judged.refused]
    faults = [one for one in out if one[1] != LATER]
    if faults:
        why = f"{len(faults)} do not count; votes[{faults[0][0]}]: {faults[0][1]}"
        return Check("in time, of its choices", "failed", why)
    replaced = counted(len(out), "vote")
    return Check("in time, of its choices", "passed", f"{replaced} replaced by later ones")


def _all_there(found: Export) -> Check:
    """As many votes as the hub says there are: all that can be known of votes left out."""
    name = "as many as the hub says"
    told = [one for one in found.proposals if one.votes is not None]
    for one in told:
        there = len({v.voter.lower() for v in found.votes if v.proposal == one.id})
        if there < (one.votes or 0):
            return Check(name, "failed", f"{there} voters of {one.votes}: the export is not whole")
    if len(told) < len(found.proposals) or not told:
        return Check(name, "not_possible", "the export does not say how many votes there are")
    return Check(name, "passed", "")


def _told(of: Outcome, decimals: int) -> dict[str, Any]:
    """An outcome as JSON; powers in whole tokens, exactly."""
    scale = 10**decimals
    winner = None if of.winner is None else of.proposal.choices[of.winner]
    return {
        "id": of.proposal.id, "title": of.proposal.title, "type": of.proposal.kind,
        "row": of.judged.words, "content": of.judged.content.why,
        "choices": list(of.proposal.choices), "powers": [str(x / scale) for x in of.powers],
        "voters": of.voters, "power": str(Fraction(of.power, scale)),
        "signed_power": str(Fraction(of.signed, scale)), "winner": winner,
        "flip_set": of.flip, "nakamoto_one_half": of.half,
        "hhi": None if of.concentration is None else float(of.concentration),
        "turnout": None if of.turnout is None else float(of.turnout), "undefined": of.why,
    }  # fmt: skip


def _vote(of: Cast, decimals: int) -> dict[str, Any]:
    return {
        "id": of.vote.id, "proposal": of.vote.proposal, "voter": of.vote.voter,
        "choice": of.vote.choice, "power": str(Fraction(of.vote.power, 10**decimals)),
        "created": of.vote.created, "row": of.judged.words, "content": of.judged.content.why,
        "left_out": of.out,
    }  # fmt: skip


def lines(of: Outcome, decimals: int) -> list[str]:
    """An outcome for people: what each choice got, and how firmly."""
    scale = 10**decimals
    found = [f"{one_line(of.proposal.title or of.proposal.id)}: {of.judged.words}"]
    if of.why:
        found.append(f"  undefined: {of.why}")
    whole = sum(of.powers, Fraction(0))
    for choice, power in zip(of.proposal.choices, of.powers, strict=False):
        share = f" ({percent(power / whole)})" if whole else ""
        found.append(f"  {one_line(choice)}: {decimal(power / scale, 2)}{share}")
    if of.voters:
        signed = percent(Fraction(of.signed, of.power)) if of.power else "undefined"
        found.append(f"  {counted(of.voters, 'voter')}, {signed} of the power by signed votes")
        found.append(
            f"  {counted(int(of.half or 0), 'voter')} held more than half of what was cast"
        )
    if of.flip is not None:
        found.append(f"  {counted(of.flip, 'voter')} by changing sides could have turned it")
    if of.turnout is not None:
        found.append(f"  turnout: {percent(of.turnout)} of the declared base")
    return found
