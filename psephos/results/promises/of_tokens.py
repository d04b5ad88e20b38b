"""Rules about tokens: how many unlock each month, and how much the foundation delegates to whom."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from psephos.results import reading
from psephos.results.economy.grants import Grant, grants
from psephos.results.kinds import tells
from psephos.results.positions import SOURCES
from psephos.results.power import delegations
from psephos.results.promises.of_stakes import matched_stakes
from psephos.results.promises.promise import (
    Judged,
    Question,
    Result,
    Row,
    missing,
    seconds,
)
from psephos.results.shown.text import address
from psephos.results.shown.wording import tokens

if TYPE_CHECKING:
    from psephos.store.reader import Dataset

DAY = 86_400


def unlock_calendar(of: Question, steps: tuple[dict[str, Any], ...]) -> Judged:
    """Each month no more unlocks than the step that holds then says, from its first day on.

    What unlocks is what all grants vest from the end of that day a month earlier to its end, by
    their own terms. A month whose day is not over is open.
    """
    there = reading.datasets(of.release, *SOURCES["locked"])
    if not there:
        return missing("no dataset of this release has grants")
    entries = [reading.dataset(of.release, name) for name in there]
    known = [grant for name in there for grant in grants(of.release, name, of.block)]
    rows = []
    for step in steps:
        at: date = step["first"]
        while at <= step["last"]:
            if of.version.since <= at and (of.version.until is None or at < of.version.until):
                rows.append(_unlocked(of, known, at, step["tokens"], entries[0]))
            at = _month(at, 1)
    uses = tuple((name, "locked") for name in there)
    return (
        Judged(tuple(rows), uses)
        if rows
        else missing("no day of its calendar lies in the days for which these words hold")
    )


def _unlocked(of: Question, known: Sequence[Grant], at: date, most: int, entry: "Dataset") -> Row:
    """What unlocks in the month that ends with a day."""
    end, before = seconds(at) + DAY, seconds(_month(at, -1)) + DAY
    new = sum(one.vested(end) - one.vested(before) for one in known)
    fine = new <= most * 10**entry.decimals
    result = Result.OPEN if end > of.now else Result.KEPT if fine else Result.BROKEN
    told = f"{tokens(new, entry.decimals)} {entry.symbol}".strip()
    return Row(f"unlock of {at}", told, f"at most {tokens(most, 0)}", result, None, end)


def matched_delegation(of: Question, most: int, role: str) -> Judged:
    """Those with this role delegate to nobody more than it has from others, and at most so many
    whole tokens. One row a delegate, as of the block. Where stakes are collected they are meant,
    else voting power."""
    if staking := reading.datasets(of.release, "starknet_staking"):
        return matched_stakes(of, most, role, staking[0])
    there = reading.datasets(of.release, *SOURCES["power"])
    ours = of.entities.with_role(role, block=of.block)
    if not there:
        return missing("no dataset of this release has delegations")
    if not ours:
        return missing(f"no address is declared to be of the {role} on this chain")
    rows: list[Row] = []
    for name in there:
        entry = reading.dataset(of.release, name)
        if not tells("balance", entry.sources) or reading.backfill(entry, of.block):
            return missing(f"what each delegator of {name} holds is not known")
        given: dict[bytes, int] = {}
        own: dict[bytes, int] = {}
        edges = delegations(of.release, dataset=name, block=of.block)
        for delegator, delegate, amount in edges.select("delegator", "delegate", "amount").rows():
            part = given if delegator in ours else own
            part[delegate] = part.get(delegate, 0) + int(amount)
        limit = most * 10**entry.decimals
        for delegate, amount in sorted(given.items(), key=lambda one: (-one[1], one[0])):
            if delegate in ours or not amount:
                continue
            allowed = min(own.get(delegate, 0), limit)
            shown = tokens(amount, entry.decimals), tokens(allowed, entry.decimals)
            result = Result.KEPT if amount <= allowed else Result.BROKEN
            what = f"{name}: {address(delegate)}"
            told = f"{shown[0]} {entry.symbol} delegated by the {role}"
            asked = f"at most {shown[1]}: as much as all others, and no more than {tokens(most, 0)}"
            rows.append(Row(what, told, asked, result, of.block, of.now))
    uses = tuple((name, kind) for name in there for kind in ("delegation", "balance"))
    declared = (f"entities with the role {role}, set {of.entities.id[:16]}",)
    if not rows:
        return Judged(why=f"the {role} delegates to nobody", uses=uses, declared=declared)
    return Judged(tuple(rows), uses, declared)


def _month(at: date, more: int) -> date:
    """The same day in another month; months are counted from year 0."""
    months = at.year * 12 + at.month - 1 + more
    return date(months // 12, months % 12 + 1, at.day)
