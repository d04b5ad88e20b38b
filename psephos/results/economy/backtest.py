"""What the measures of capture would have said of votes that were captured, by published figures.

`data/backtest/*.toml`: a quorum and the attackers' votes with their sources, and each vote with its
day, its source and address, and its sums where they are public; where they are not, the reason why
it is not checkable. What came shortly before a vote (`fresh`, by account) can be held against the
quorum without them. Amounts are whole tokens.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from analytics.capture import Winning, to_win
from psephos.configuration import Reader, text
from psephos.results import dated


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as it was published; sums are None where they were not, for the reason `why`.

    fresh: what accounts held to be one hand's had been delegated in the days before
    """

    proposal: int
    day: date
    asked: int
    outcome: str
    source: str
    url: str
    why: str
    fresh: tuple[int, ...]
    for_: int | None
    against: int | None
    dollars: int | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """Votes of one system, and what its attackers had."""

    title: str
    quorum: int
    quorum_source: str
    attackers: int
    attackers_source: str
    attackers_url: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a vote would have taken.

    alone:   to win against all who came, with nobody's help
    helped:  the same with those votes for it that were not the attackers'
    flip:    more than so many votes had to change sides (half the lead)
    price:   dollars a token, as told; dollars: what `helped` cost at it
    enough:  whether what the attackers had was enough
    """

    vote: Vote
    alone: Winning
    helped: Winning
    flip: Fraction
    price: Fraction | None
    dollars: Fraction | None
    enough: bool


def replayed(of: Backtest) -> tuple[Replayed, ...]:
    """Every vote whose sums are public."""
    found = []
    for one in of.votes:
        if one.for_ is None or one.against is None:
            continue
        others = one.for_ - of.attackers
        alone = to_win(one.against, Fraction(1), of.quorum)
        helped = to_win(one.against, Fraction(1), of.quorum, helped=others)
        price = None if one.dollars is None else Fraction(one.dollars, one.asked)
        found.append(
            Replayed(
                one,
                alone,
                helped,
                Fraction(one.for_ - one.against, 2),
                price,
                None if price is None else price * helped.needs,
                of.attackers >= helped.needs,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Warned:
    """What the power that came before a vote said of it before anybody voted.

    amount, share: all of it, and of the quorum; lacks: what was missing to win alone, if nobody
    came to vote against it
    """

    vote: Vote
    amount: int
    share: Fraction
    lacks: int


def warned(of: Backtest) -> tuple[Warned, ...]:
    """Every vote of which it is public what came before it."""
    return tuple(
        Warned(one, had, Fraction(had, of.quorum), to_win(0, Fraction(0), of.quorum).needs - had)
        for one in of.votes
        if (had := sum(one.fresh)) and had <= of.quorum
    )


def backtests(where: Path | None = None) -> tuple[Backtest, ...]:
    """Every file of a folder (`data/backtest` if none is given), strictly."""
    return tuple(_read(top) for top in dated.each("backtest", where))


def _read(top: Reader) -> Backtest:
    votes = tuple(_vote(table) for table in top.tables("vote"))
    found = Backtest(
        top.take("title", text),
        top.take("quorum", _natural),
        top.take("quorum_source", text),
        top.take("attackers", _natural),
        top.take("attackers_source", text),
        top.take("attackers_url", _url),
        votes,
    )
    top.done()
    for nth, vote in enumerate(votes):
        if vote.for_ is not None and vote.for_ < found.attackers:
            table = Reader(top.source, "vote", {}, nth)
            raise table.error("for", f"is {vote.for_}, less than the attackers' {found.attackers}")
    return found


def _vote(table: Reader) -> Vote:
    for_, against, dollars = (
        table.take(key, _natural) if key in table.left else None
        for key in ("for", "against", "dollars")
    )
    if (for_ is None) != (against is None):
        raise table.error("for", "and `against` belong together: give both, or none")
    why = table.take("not_checkable", text) if for_ is None else ""
    found = Vote(
        table.take("proposal", _natural),
        table.take("day", _day),
        table.take("asked", _natural),
        table.take("outcome", text),
        table.take("source", text),
        table.take("url", _url),
        why,
        table.take("fresh", _naturals, ()),
        for_,
        against,
        dollars,
    )
    table.done()
    return found


def _naturals(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of whole numbers")
    return tuple(map(_natural, value))


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, such as 2024-07-28")
    return value


def _url(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("https://"):
        raise ValueError("must be where the source can be read: https://…")
    return value


def _natural(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value
