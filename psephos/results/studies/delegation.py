"""Delegation: what is delegated to whom, one step deep and all the way, and what never votes."""

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import nakamoto_one_half
from analytics.delegation import (
    Delegations,
    churn,
    ghosts,
    given_by,
    one_level,
    self_delegated,
    single_source,
    sources,
    transitive,
    undelegated,
)
from psephos.errors import TableError
from psephos.results import reading
from psephos.results.power import delegation_graph
from psephos.results.shown.text import address
from psephos.results.shown.wording import percent, tokens
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.voting.rules import GOVERNORS, rules

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAYS = 30
"""Churn is between the block and the newest one that is so many days older."""
SHOWN = 20
TITLE = "Who delegates to whom"


def study(of: Subject) -> Study:
    """Shares of undelegated, self-delegated, ghost and single-source power, influence, churn."""
    try:
        now = delegation_graph(of.release, of.dataset, of.block)
    except TableError as error:
        return Study("delegation", TITLE, of.dataset, of.block, why=error.message)
    entry = reading.dataset(of.release, of.dataset)
    values = Values(
        of,
        "delegation",
        f"every holder of {of.dataset} at the end of block {of.block}, by address",
        len(now.held),
        [(of.dataset, "balance"), (of.dataset, "delegation")],
    )
    _sums(values, now)
    _depth(values, now)
    _ghosts(of, values, now)
    _foundation(of, values, now)
    _churn(of, values, now)
    table = _table(of, now, entry.decimals)
    return Study("delegation", TITLE, of.dataset, of.block, tuple(values.found), (table,))


def part(some: int, whole: int) -> Fraction | None:
    """A share; None of nothing."""
    return Fraction(some, whole) if whole else None


def voted(release: "Release", token: str, block: int) -> frozenset[bytes] | None:
    """Everybody who ever voted with a token up to a block; None without a governor."""
    names = [n for n in reading.datasets(release, *GOVERNORS) if rules(release, n).token == token]
    if not names:
        return None
    who: set[bytes] = set()
    for name in names:
        for table in ("vote_cast", "vote_cast_with_params"):
            if reading.has(release, f"{name}_{table}"):
                query = f'SELECT DISTINCT voter FROM "{name}_{table}" WHERE block_number <= ?'
                who |= {bytes(voter) for (voter,) in reading.rows(release, query, (block,))}
    return frozenset(who)


def _sums(values: Values, now: Delegations[bytes]) -> None:
    """What has no vote, and what holders vote with themselves."""
    power = one_level(now)
    held, delegated = sum(now.held.values()), sum(power.values())
    values.tell(
        "undelegated", "Held, and delegated to nobody", part(undelegated(now), held), "share",
        "Σ held by who delegates to nobody / Σ held",
    )  # fmt: skip
    values.tell(
        "self_delegated", "Delegated to oneself", part(self_delegated(now), delegated), "share",
        "Σ held by who delegates to itself / Σ delegated",
    )  # fmt: skip
    single = single_source(now)
    values.tell(
        "single_source", "Power of delegates who hang on one other",
        part(sum(power[who] for who in single), delegated), "share",
        "Σ power of delegates of whom one other gave more than half / Σ delegated",
    )  # fmt: skip


def _depth(values: Values, now: Delegations[bytes]) -> None:
    """The legal power beside the influence at the end of every chain."""
    legal, all_the_way = one_level(now), transitive(now)
    delegated = sum(legal.values())
    values.tell(
        "legal_half", "Delegates with more than half, as the token counts",
        nakamoto_one_half(legal.values()), "delegates", "min |S| : Σ one_level > ½",
    )  # fmt: skip
    values.tell(
        "influence_half", "Delegates with more than half, all the way",
        nakamoto_one_half(all_the_way.power.values()), "delegates", "min |S| : Σ transitive > ½",
    )  # fmt: skip
    values.tell(
        "stranded", "Delegated in circles", part(all_the_way.stranded, delegated), "share",
        "Σ amounts whose chain ends in a circle / Σ delegated",
    )  # fmt: skip
    values.tell("circles", "Circles", len(all_the_way.cycles), "circles", "chains without an end")


def _ghosts(of: Subject, values: Values, now: Delegations[bytes]) -> None:
    """Power of those who never voted."""
    came = voted(of.release, of.dataset, of.block)
    power = one_level(now)
    asleep = None if came is None else sum(ghosts(power, came).values())
    names = reading.datasets(of.release, *GOVERNORS)
    values.tell(
        "ghost", "Power of delegates who never voted",
        None if asleep is None else part(asleep, sum(power.values())), "share",
        "Σ power of who never voted up to the block / Σ delegated",
        why="no governor of this token was collected" if came is None else None,
        uses=[(name, "vote") for name in names if came is not None],
    )  # fmt: skip


def _foundation(of: Subject, values: Values, now: Delegations[bytes]) -> None:
    """What the foundation gave, by the declared labels."""
    ours = of.entities.with_role("foundation", block=of.block)
    given = sum(given_by(now, ours).values())
    values.tell(
        "foundation_share", "Delegated by the foundation",
        part(given, sum(one_level(now).values())) if ours else None, "share",
        "Σ delegated by addresses labelled foundation / Σ delegated",
        why="nobody is labelled foundation on this chain" if not ours else None,
        declared=(f"entities {of.entities.id[:16]}",) if ours else (),
    )  # fmt: skip


def _churn(of: Subject, values: Values, now: Delegations[bytes]) -> None:
    """What changed hands in a month."""
    time = reading.timestamp(of.release, of.block)
    before = None if time is None else reading.block_at(of.release, time - DAYS * 86_400)
    first = reading.dataset(of.release, of.dataset).first
    known = before is not None and before >= first
    share = (
        churn(delegation_graph(of.release, of.dataset, before or 0), now).share if known else None
    )
    values.tell(
        "churn", f"Delegated otherwise than {DAYS} days before", share, "share",
        f"moved + joined + left / all, between block {before} and {of.block}",
        why="the release does not reach back so far" if not known else None,
    )  # fmt: skip


def _table(of: Subject, now: Delegations[bytes], decimals: int) -> Listing:
    """The delegates with most power, and where it comes from."""
    legal, influence = one_level(now), transitive(now).power
    parts = sources(now)
    came = voted(of.release, of.dataset, of.block)
    rows = []
    for who in sorted(parts, key=lambda one: (-legal[one], one))[:SHOWN]:
        found = parts[who]
        rows.append(
            (
                address(who),
                tokens(found.power, decimals),
                tokens(influence.get(who, 0), decimals),
                found.delegators,
                percent(found.largest),
                None if came is None else "yes" if who in came else "never",
            )
        )
    columns = ("delegate", "power", "all the way", "delegators", "largest source", "voted")
    return Listing("delegates", f"The {len(rows)} largest delegates", columns, tuple(rows))
