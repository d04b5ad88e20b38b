"""Rules of a system: its bodies, what each needs to agree, and the ways in which things pass.

Data only, and pure functions that execute them on votes. Files with such rules are read by
`psephos.results.control.rule_files`.

A body is *tokens* (voting power), *stake* (of its heaviest members), or *seats* (one vote each).
It agrees when the votes for meet its threshold of its base, and its quorum is reached:

    base "cast"       for + against: an abstention is no vote cast on the matter
    base "supply"     the total supply          base "delegated"  all voting power
    base "members"    all seats, or the stake of all members

A body may be asked to agree, or only allowed to block: then it blocks when the votes against meet
its `block` threshold of its members (tokens: of all voting power).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from analytics.games import quota_of
from analytics.threshold import Threshold
from analytics.whole import moment
from psephos.errors import DataError

Choice = Literal["for", "against", "abstain"]
CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")
Base = Literal["cast", "supply", "delegated", "members"]
Kind = Literal["tokens", "stake", "seats"]
ACTS = ("pass", "propose", "halt")


@dataclass(frozen=True, slots=True)
class Quorum:
    """What must have been cast: a share of a base, or a fixed amount in whole tokens.

    counts: the votes that count into it; rounds_down: a share of the base is rounded down to a
    whole unit, as contracts divide
    """

    counts: frozenset[Choice]
    share: Threshold | None = None
    base: Literal["supply", "delegated"] = "supply"
    tokens: Fraction | None = None
    rounds_down: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """Those who decide together.

    propose:       voting power that may propose, in whole tokens; `propose_strict`: more than it
    members:       how many seats; of a stake, how many of the heaviest (0: all)
    appointed_by:  the body, or somebody outside, who appoints its members
    same_as:       the body whose members these are, asked with another threshold
    removable_by:  who may remove its members; empty where no source says so
    scope:         what it may decide, in words
    delay_hours:   how long what it decides waits; 0: at once; None: no source says
    """

    name: str
    title: str
    kind: Kind
    threshold: Threshold
    base: Base
    quorum: Quorum | None = None
    block: Threshold | None = None
    propose: Fraction | None = None
    propose_strict: bool = False
    members: int = 0
    appointed_by: str = ""
    same_as: str = ""
    removable_by: str = ""
    scope: str = ""
    delay_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Those whom no way asks: they vote within a body, or by a rule that no source tells.

    within, share:  the body in which they vote, and how much of its power; members: 0 is unknown
    """

    name: str
    title: str
    source: str
    within: str = ""
    share: Fraction | None = None
    members: int = 0
    threshold: Threshold | None = None
    scope: str = ""
    delay_hours: int | None = None
    appointed_by: str = ""
    removable_by: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an act: all of `agree` must agree, and none of `unless` may block.

    delay_hours: what is waited after all have agreed, on top of the bodies' own delays
    """

    to: str
    title: str
    agree: tuple[str, ...]
    unless: tuple[str, ...] = ()
    matter: str = ""
    delay_hours: int = 0


@dataclass(frozen=True, slots=True)
class System:
    """The rules of a system, with validity and source.

    assumed:     what the source does not say and the file had to
    from_chain:  what a deployment sets by itself: `quorum`, `propose`, `delay`; the file has what
                 is usual
    """

    name: str
    title: str
    status: str
    since: date
    until: date | None
    source: str
    bodies: tuple[Body, ...]
    ways: tuple[Way, ...]
    note: str = ""
    assumed: tuple[str, ...] = ()
    from_chain: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()

    def body(self, name: str) -> Body:
        """The body of this name."""
        return next(body for body in self.bodies if body.name == name)

    def whose(self, name: str) -> str:
        """The body whose members a body's are: another one's, or its own."""
        return self.body(name).same_as or name

    def to(self, act: str, matter: str | None = None) -> tuple[Way, ...]:
        """The ways to an act, of one matter or of all."""
        return tuple(w for w in self.ways if w.to == act and matter in (None, w.matter))

    @property
    def matters(self) -> tuple[str, ...]:
        """What is passed on, in the file's order."""
        return tuple(dict.fromkeys(way.matter for way in self.to("pass")))

    def valid(self, day: date) -> bool:
        """Whether the rules hold on a day; the last day is not one of them."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Ballot:
    """Votes of one body, in smallest units or seats; bases as of the vote, None: not known."""

    for_: int = 0
    against: int = 0
    abstain: int = 0
    supply: int | None = None
    delegated: int | None = None

    def counted(self, counts: Iterable[Choice]) -> int:
        """The votes of these choices."""
        parts = {"for": self.for_, "against": self.against, "abstain": self.abstain}
        return sum(parts[choice] for choice in set(counts))


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a vote: the first way that passes, or None; who agreed, and who blocked."""

    way: Way | None
    agreed: tuple[str, ...]
    blocked: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.way is not None


def decide(
    system: System,
    ballots: Mapping[str, Ballot],
    *,
    to: str = "pass",
    matter: str | None = None,
    unit: int = 1,
) -> Decision:
    """The outcome of a vote by a system's rules. A body without a ballot said nothing.

    unit: smallest units of a whole token. `DataError` names the body whose ballot cannot be: more
    votes than members or voting power, a base that is asked for and not known.
    """
    agreed = [
        b.name for b in system.bodies if b.name in ballots and agrees(b, ballots[b.name], unit)
    ]
    against = [b.name for b in system.bodies if b.name in ballots and blocks(b, ballots[b.name])]
    for way in system.to(to, matter):
        if set(way.agree) <= set(agreed) and not set(way.unless) & set(against):
            return Decision(way, tuple(agreed), tuple(against))
    return Decision(None, tuple(agreed), tuple(against))


def agrees(body: Body, ballot: Ballot, unit: int = 1) -> bool:
    """Whether a body agrees: somebody is for it, the quorum is reached, the threshold met."""
    _possible(body, ballot)
    reached = body.quorum is None or ballot.counted(body.quorum.counts) >= quorum_of(
        body, ballot.supply, ballot.delegated, unit
    )
    whole = {
        "cast": ballot.for_ + ballot.against,
        "supply": ballot.supply,
        "delegated": ballot.delegated,
        "members": body.members if body.kind == "seats" else ballot.delegated,
    }[body.base]
    if whole is None:
        raise DataError(f"{body.name}: its threshold is a share of {body.base}, which is not known")
    return reached and ballot.for_ > 0 and body.threshold.met(ballot.for_, whole)


def blocks(body: Body, ballot: Ballot) -> bool:
    """Whether a body that may block does."""
    if body.block is None or not ballot.against:
        return False
    whole = body.members if body.kind == "seats" else ballot.delegated
    if whole is None:
        raise DataError(f"{body.name}: it blocks with a share of its power, which is not known")
    return body.block.met(ballot.against, whole)


def quorum_of(body: Body, supply: int | None, delegated: int | None, unit: int = 1) -> int:
    """The least amount of counted votes, in smallest units; 0 where no quorum is asked."""
    quorum = body.quorum
    if quorum is None:
        return 0
    if quorum.tokens is not None:
        return -int(-quorum.tokens * unit // 1)
    base = supply if quorum.base == "supply" else delegated
    if base is None or quorum.share is None:
        raise DataError(f"{body.name}: its quorum is a share of {quorum.base}, which is not known")
    if quorum.rounds_down:
        return quorum.share.share.numerator * base // quorum.share.share.denominator
    return quota_of(quorum.share, base)


def against_all(body: Body, power: int, supply: int | None = None, unit: int = 1) -> int | None:
    """What those in favour need when everybody else of `power` votes against.

    None where even all of them are too few. Of seats, `power` is their number.
    """
    whole = supply if body.base == "supply" else power
    if whole is None:
        raise DataError(f"{body.name}: its threshold is a share of the supply, which is not known")
    need = max(quota_of(body.threshold, whole), _alone(body, power, supply, unit))
    return need if need <= power else None


def if_nobody_comes(body: Body, power: int, supply: int | None = None, unit: int = 1) -> int | None:
    """What those in favour need when nobody else votes; None where all are too few."""
    if body.base != "cast":
        return against_all(body, power, supply, unit)
    need = _alone(body, power, supply, unit)
    return need if need <= power else None


def _alone(body: Body, power: int, supply: int | None, unit: int) -> int:
    return max(1, quorum_of(body, supply, power, unit))


def _possible(body: Body, ballot: Ballot) -> None:
    parts = {"for": ballot.for_, "against": ballot.against, "abstain": ballot.abstain}
    for choice, votes in parts.items():
        if moment(votes, f"{body.name}: the votes {choice}") < 0:
            raise DataError(f"{body.name}: {votes} votes {choice}: there cannot be fewer than none")
    limit = body.members if body.kind == "seats" else ballot.delegated
    if limit is not None and sum(parts.values()) > limit:
        raise DataError(
            f"{body.name}: {sum(parts.values())} votes, more than the {limit} that there are",
            hint="take the voting power at the vote's own snapshot",
        )
