"""What capture would have taken over time, and what came, and went, around a snapshot."""

from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from analytics import ONE_HALF, ONE_THIRD, TWO_THIRDS
from analytics.capture import Winning, fleeting, fresh, to_reach, to_win
from psephos.results import exactly, reading
from psephos.results.positions import Positions, positions
from psephos.results.shown.wording import decimal, percent, tokens
from psephos.results.stakes import stakes
from psephos.results.staking import DECIMALS, STRK
from psephos.results.studies.shape import Cell, Listing, Subject, Values
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import GOVERNORS, rules
from psephos.results.voting.snapshots import snapshots

if TYPE_CHECKING:
    from psephos.store.reader import Release

POINTS = 12
WEEK = 7 * 86_400
UNIT = (DECIMALS, "STRK")
"""Of what is staked with Starknet's contract."""
LEVELS = ((ONE_THIRD, "a third"), (ONE_HALF, "half"), (TWO_THIRDS, "two thirds"))


def turnout(decided: list[Proposal], upto: int) -> Fraction | None:
    """The median turnout of delegated power of the votes whose snapshot is before a block."""
    shares = [
        one.turnout.delegated
        for one in decided
        if one.turnout.delegated is not None and one.at_snapshot and one.at_snapshot.block < upto
    ]
    return median(shares) if shares else None


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


def fresh_power(of: Subject, values: Values, decided: list[Proposal]) -> Listing:
    """Of each vote: power that delegates had not a week before the snapshot, what of it was gone a
    week after, and whether it decided."""
    rows: list[tuple[str | int | None, ...]] = []
    shares = []
    lent: list[Fraction] = []
    turned = 0
    for one in decided:
        if one.at_snapshot is None:
            continue
        time = reading.timestamp(of.release, one.at_snapshot.block)
        before = None if time is None else reading.block_at(of.release, time - WEEK)
        if before is None or before < reading.dataset(of.release, of.dataset).first:
            rows.append((one.title, None, None, None, "the release does not reach back so far"))
            continue
        now, then = (_power(of.release, of.dataset, at) for at in (one.at_snapshot.block, before))
        found = fresh(now, then)
        if found.share is None:
            continue
        gone = _gone(of, one.at_snapshot.block, then, now)
        lent += [] if gone is None else [gone]
        lead = abs(one.tally.for_ - one.tally.against)
        enough = found.amount >= lead
        turned += enough
        shares.append(found.share)
        most = percent(Fraction(found.who[0][1], sum(now.values()))) if found.who else "0 %"
        said = "as much as the lead, or more" if enough else "less than the lead"
        back = None if gone is None else percent(gone)
        rows.append((one.title, percent(found.share), most, back, said))
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
    values.tell(
        "fleeting_most", "Most power that came in the week before and was gone in the week after",
        max(lent) if lent else None, "share",
        "max over votes of Σ max(min(now − before, now − after), 0) / Σ; borrowed power does so",
        why="no vote has a week before and after it in this release", uses=uses,
    )  # fmt: skip
    columns = ("proposal", "fresh power", "of one delegate", "gone again", "which is")
    return Listing("fresh", "Power of the week before the snapshot", columns, tuple(rows))


def _gone(
    of: Subject, snapshot: int, before: dict[bytes, int], now: dict[bytes, int]
) -> Fraction | None:
    """The share of power that came in the week before and was gone in the week after."""
    time = reading.timestamp(of.release, snapshot)
    last = reading.timestamp(of.release, of.block)
    if time is None or last is None or last < time + WEEK:
        return None
    after = reading.block_at(of.release, time + WEEK)
    return (
        None
        if after is None
        else fleeting(before, now, _power(of.release, of.dataset, after)).share
    )


def _power(release: "Release", token: str, block: int) -> dict[bytes, int]:
    held = positions(release, "power", dataset=token, block=block)
    return dict(zip(held.holders, held.amounts, strict=True))


def over_time(of: Subject, decided: list[Proposal]) -> list[Listing]:
    """What it took at several blocks, up to this one, in tokens and at the prices of their days."""
    from psephos.results.history import spaced

    first = reading.dataset(of.release, of.dataset).first
    rows: list[tuple[Cell, ...]] = []
    priced: list[tuple[Cell, ...]] = []
    for block in spaced(first, of.block, POINTS):
        held = positions(of.release, "power", dataset=of.dataset, block=block)
        reach = [to_reach(level, held.total) if held.total else None for level, _ in LEVELS]
        won = _won(of, held, decided, block) if held.total else None
        cells = [*reach, None if won is None else won.needs]
        shown = [None if cell is None else tokens(cell, held.decimals) for cell in cells]
        rows.append((block, *shown, None if won is None else won.bound))
        priced.append((block, *_costs(of, block, cells, held.decimals, held.symbol)))
    columns = ("block", "more than a third", "half", "two thirds", "to win a vote")
    found = [Listing("over_time", "What it took, in tokens", (*columns, "bound by"), tuple(rows))]
    if of.prices is not None:
        title = f"What it cost, in {of.prices.currency}, without slippage"
        found.append(Listing("cost_over_time", title, (*columns, "price"), tuple(priced)))
    return found


def _costs(
    of: Subject, block: int, amounts: list[int | None], decimals: int, symbol: str
) -> list[str | None]:
    """Amounts at the price of a block's day, and that price; nothing where there is none."""
    now = reading.timestamp(of.release, block)
    if of.prices is None or now is None:
        return [None] * (len(amounts) + 1)
    day = exactly.day_of(now)
    found = [None if x is None else of.prices.cost(x, symbol, decimals, day) for x in amounts]
    known = of.prices.at(symbol, day)
    said = None if known is None else f"{known.text} of {known.day} ({known.source})"
    return [*(None if one is None else decimal(one[0], 2) for one in found), said]


def stake_over_time(of: Subject, name: str, first: int) -> Listing:
    """What reached shares of all STRK staked, own and delegated, at several blocks."""
    from psephos.results.history import spaced

    rows: list[tuple[Cell, ...]] = []
    for block in spaced(first, of.block, POINTS):
        whole = staked(of.release, name, block)
        reach = [to_reach(level, whole, how="added") if whole else None for level, _ in LEVELS]
        shown = [None if cell is None else tokens(cell, DECIMALS) for cell in (whole, *reach)]
        rows.append((block, *shown, *_costs(of, block, reach, *UNIT)[: len(reach)]))
    money = f", in {of.prices.currency}" if of.prices else ""
    columns = ["block", "STRK staked", *(f"more than {words}" for _, words in LEVELS)]
    columns += [f"{words}{money}" for _, words in LEVELS]
    width = len(columns) if of.prices else len(columns) - len(LEVELS)
    told = tuple(row[:width] for row in rows)
    title = "What a share of the stake took, added to it"
    return Listing("stake_over_time", title, tuple(columns[:width]), told)


def staked(release: "Release", name: str, block: int) -> int:
    """All STRK that is staked at a block, own and delegated."""
    found = stakes(release, name, block)
    pools = (amount for (_, token), amount in found.delegated.items() if token == STRK)
    return sum(found.own.values()) + sum(pools)
