"""Capture: what it would take to decide alone, over time, and what came shortly before a vote.

In tokens: the release holds no prices, and an order book ends where it matters. Expected honest
turnout is the median, of the delegated power, of all votes whose snapshot is before the block.
"""

from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from analytics import ONE_HALF, ONE_THIRD, TWO_THIRDS
from analytics.capture import Winning, bribe, by_issuer, fresh, to_reach, to_win
from psephos.results import reading
from psephos.results.positions import Positions, positions
from psephos.results.shown.wording import percent, tokens
from psephos.results.stakes import issuers_of, powers_of
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import GOVERNORS, rules
from psephos.results.voting.snapshots import snapshots

if TYPE_CHECKING:
    from psephos.store.reader import Release

POINTS = 12
WEEK = 7 * 86_400
TITLE = "What capture would take"
LEVELS = ((ONE_THIRD, "a third"), (ONE_HALF, "half"), (TWO_THIRDS, "two thirds"))


def study(of: Subject) -> Study:
    """Power to reach shares and to win a vote, now and over time; bribes; fresh power; issuers."""
    held = positions(of.release, "power", dataset=of.dataset, block=of.block)
    if held.undefined or not held.amounts:
        why = held.undefined or "nobody has voting power"
        return Study("capture", TITLE, of.dataset, of.block, why=why)
    decided = _decided(of)
    values = Values(
        of,
        "capture",
        f"every delegate of {of.dataset} at the end of block {of.block}, by address",
        len(held),
        [(of.dataset, "power")],
    )
    unit = (held.decimals, held.symbol)
    for threshold, words in LEVELS:
        for how in ("bought", "added"):
            values.tell(
                f"to_reach_{words.replace(' ', '_')}_{how}", f"More than {words}, {how}",
                to_reach(threshold, held.total, how="bought" if how == "bought" else "added"),
                "smallest unit", f"min a : a > τ W ({how}), τ {threshold}", amount_of=unit,
            )  # fmt: skip
    _winning(of, values, held, decided)
    table = _fresh(of, values, decided)
    _issuers(of, values)
    tables = (_over_time(of, decided), table)
    return Study("capture", TITLE, of.dataset, of.block, tuple(values.found), tables)


def turnout(decided: list[Proposal], upto: int) -> Fraction | None:
    """The median turnout of delegated power of the votes whose snapshot is before a block."""
    shares = [
        one.turnout.delegated
        for one in decided
        if one.turnout.delegated is not None and one.at_snapshot and one.at_snapshot.block < upto
    ]
    return median(shares) if shares else None


def _decided(of: Subject) -> list[Proposal]:
    found = proposals(of.release, of.block)
    return [
        one
        for one in found
        if rules(of.release, one.dataset).token == of.dataset and one.state and not one.state.open
    ]


def quorum(release: "Release", token: str, block: int) -> tuple[int | None, tuple[str, ...]]:
    """The highest quorum of the token's governors at a block, and their names."""
    highest: int | None = None
    names = []
    for name in reading.datasets(release, *GOVERNORS):
        by = rules(release, name)
        if by.token != token:
            continue
        names.append(name)
        found = snapshots(release, by, [block])[block].quorum
        highest = found if highest is None else max(highest, found or 0)
    return highest, tuple(names)


def _won(of: Subject, held: Positions, decided: list[Proposal], block: int) -> Winning | None:
    expected = turnout(decided, block)
    needed, _ = quorum(of.release, of.dataset, block)
    if expected is None or needed is None or held.undefined:
        return None
    return to_win(held.total, expected, needed)


def _winning(of: Subject, values: Values, held: Positions, decided: list[Proposal]) -> None:
    """To win the next vote against all honest voters who come, and to bribe those who could."""
    expected = turnout(decided, of.block)
    needed, names = quorum(of.release, of.dataset, of.block)
    uses = [(name, kind) for name in names for kind in ("proposal", "vote", "quorum")]
    why = "no vote was decided, or the quorum is not known"
    values.tell(
        "expected_turnout", "Expected honest turnout of delegated power", expected, "share",
        "median over decided votes of cast / delegated", why="no vote was decided", uses=uses,
    )  # fmt: skip
    for how in ("added", "bought"):
        found = None
        if expected is not None and needed is not None:
            way = "added" if how == "added" else "bought"
            found = to_win(held.total, expected, needed, how=way)  # type: ignore[arg-type]
        values.tell(
            f"to_win_{how}", f"To win a vote at that turnout, {how}",
            None if found is None else found.needs, "smallest unit",
            f"max(turnout against, quorum), {how}; bound by {found.bound if found else '?'}",
            why=why, uses=uses, amount_of=(held.decimals, held.symbol),
        )  # fmt: skip
    if expected is None or needed is None:
        return
    need = to_win(held.total, expected, needed, how="bought").needs
    cheapest = bribe(held.amounts, need, Fraction(1))
    values.tell(
        "bribe_least", "Least weight that must be bribed", None if cheapest is None else need,
        "smallest unit", "need · r, r = 1 token a token: multiply by what a voter loses a token",
        uses=uses, amount_of=(held.decimals, held.symbol),
    )  # fmt: skip
    values.tell(
        "bribe_voters", "Fewest voters who have it",
        None if cheapest is None else cheapest.voters, "voters", "min |S| : Σ w ≥ need", uses=uses,
    )  # fmt: skip


def _fresh(of: Subject, values: Values, decided: list[Proposal]) -> Listing:
    """Of each vote: power that delegates had not a week before the snapshot, and if it decided."""
    rows: list[tuple[str | int | None, ...]] = []
    shares = []
    turned = 0
    for one in decided:
        if one.at_snapshot is None:
            continue
        time = reading.timestamp(of.release, one.at_snapshot.block)
        before = None if time is None else reading.block_at(of.release, time - WEEK)
        if before is None or before < reading.dataset(of.release, of.dataset).first:
            rows.append((one.title, None, None, "the release does not reach back so far"))
            continue
        now, then = (_power(of.release, of.dataset, at) for at in (one.at_snapshot.block, before))
        found = fresh(now, then)
        if found.share is None:
            continue
        lead = abs(one.tally.for_ - one.tally.against)
        enough = found.amount >= lead
        turned += enough
        shares.append(found.share)
        most = percent(Fraction(found.who[0][1], sum(now.values()))) if found.who else "0 %"
        said = "as much as the lead, or more" if enough else "less than the lead"
        rows.append((one.title, percent(found.share), most, said))
    uses = [(name, "proposal") for name in reading.datasets(of.release, *GOVERNORS)]
    values.tell(
        "fresh_most", "Most power that came in the week before a snapshot",
        max(shares) if shares else None, "share", "max over votes of Σ max(now − before, 0) / Σ",
        why="no vote has a week before it in this release", uses=uses,
    )  # fmt: skip
    values.tell(
        "fresh_enough", "Votes whose lead was not more than such power",
        Fraction(turned, len(shares)) if shares else None, "share",
        "votes with |for − against| ≤ fresh power / votes",
        why="no vote has a week before it in this release", uses=uses,
    )  # fmt: skip
    columns = ("proposal", "fresh power", "of one delegate", "which is")
    return Listing("fresh", "Power of the week before the snapshot", columns, tuple(rows))


def _power(release: "Release", token: str, block: int) -> dict[bytes, int]:
    held = positions(release, "power", dataset=token, block=block)
    return dict(zip(held.holders, held.amounts, strict=True))


def _over_time(of: Subject, decided: list[Proposal]) -> Listing:
    """What it took at several blocks, up to this one."""
    from psephos.results.history import spaced

    first = reading.dataset(of.release, of.dataset).first
    rows = []
    for block in spaced(first, of.block, POINTS):
        held = positions(of.release, "power", dataset=of.dataset, block=block)
        reach = [to_reach(level, held.total) if held.total else None for level, _ in LEVELS]
        won = _won(of, held, decided, block) if held.total else None
        cells = [*reach, None if won is None else won.needs]
        shown = [None if cell is None else tokens(cell, held.decimals) for cell in cells]
        bound = None if won is None else won.bound
        rows.append((block, *shown, bound))
    columns = ("block", "more than a third", "half", "two thirds", "to win a vote", "bound by")
    return Listing("over_time", "What it took, in tokens", columns, tuple(rows))


def _issuers(of: Subject, values: Values) -> None:
    """The share of staking power in assets that others issue, where stakes are collected."""
    amounts, weights, name = powers_of(of.release, of.block)
    found = None
    if amounts:
        known, sources = issuers_of(of.release.chain.id)
        known = {token: known.get(token, f"unknown (0x{token.hex()[:10]}…)") for token in amounts}
        found = by_issuer(amounts, weights, known)
        for issuer, share in (found or {}).items():
            values.tell(
                "power_by_issuer", f"Staking power in assets of {issuer}", share, "share",
                "Σ w x of an issuer's tokens / Σ w x", declared=sources,
                uses=[(name, "stake")], population=f"all stakes of {name} at block {of.block}",
            )  # fmt: skip
    if not found:
        values.tell(
            "power_by_issuer", "Staking power in assets of others", None, "share",
            "Σ w x of an issuer's tokens / Σ w x", why="no stakes were collected",
        )  # fmt: skip
