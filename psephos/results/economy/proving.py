"""What proving cost on L1, estimated: proofs of several chains are sent together, and no event says
which part is whose.

    Σ over days of what transactions to the verifier's contracts paid · share of that day

The sum is what the index sees of all customers together; the share is declared (`data/proving`), as
an interval, so the estimate is one, too. It is kept apart from what state updates themselves paid
(`psephos.results.economy.settlement`), which is exact. Nothing is estimated where the dataset of
fees does not watch every contract that proofs are sent to, or a day has no declared share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psephos import configuration
from psephos.configuration import Reader, text
from psephos.errors import ConfigurationError
from psephos.results import exactly, reading
from psephos.results.economy.settlement import DAY
from psephos.results.labels import fields
from psephos.results.shipped import shipped
from psephos.values import natural

if TYPE_CHECKING:
    from psephos.store.reader import Release

PLACES = 12
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """Of days from `since` to before `until`, between which shares of 1 Starknet's part lay."""

    since: date
    until: date
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Verifier:
    """Where proofs of several customers are sent, and which part was Starknet's, by source."""

    chain: int
    title: str
    day: str
    contracts: tuple[bytes, ...]
    source: str
    shares: tuple[Share, ...]
    assumed: tuple[str, ...] = ()

    def share(self, on: date) -> Share | None:
        """The share of a day; None where nothing is declared of it."""
        return next((one for one in self.shares if one.since <= on < one.until), None)


@dataclass(frozen=True, slots=True)
class Proving:
    """Of a window: what all customers' proofs paid, in the smallest unit, and Starknet's part.

    watched: how many of the verifier's contracts the dataset of fees watches; low, high: None where
    they are not all watched, or a day has no declared share (then `why` says which)
    """

    verifier: Verifier
    fees: str
    watched: int
    seen: int
    low: int | None = None
    high: int | None = None
    why: str = ""


def verifier(chain: int, where: Path | None = None) -> Verifier | None:
    """The verifier of a chain; None where no file tells of one. `ConfigurationError` for a file
    that is not of the layout, with its line and key."""
    for file in sorted((shipped("proving") if where is None else where).glob("*.toml")):
        found = _parsed(*configuration.read(file))
        if found.chain == chain:
            return found
    return None


def proving(release: "Release", first: int, last: int, where: Path | None = None) -> Proving | None:
    """What proving cost in blocks with a timestamp from `first` to before `last`.

    None where no verifier of the chain is declared, or none of its contracts is watched.
    """
    found = verifier(release.chain.id, where)
    names = reading.datasets(release, "fees")
    if found is None or not names:
        return None
    fees = names[0]
    watched = set(found.contracts) & set(reading.dataset(release, fees).contracts)
    if not watched:
        return None
    days = _by_day(release, fees, sorted(watched), first, last)
    seen = sum(days.values())
    if len(watched) < len(found.contracts):
        why = f"{fees} watches {len(watched)} of {len(found.contracts)} contracts of the verifier"
        return Proving(found, fees, len(watched), seen, why=why)
    low = high = Fraction(0)
    for day, paid in sorted(days.items()):
        share = found.share(exactly.day_of(day))
        if share is None:
            why = f"no share is declared of {exactly.day_of(day)}"
            return Proving(found, fees, len(watched), seen, why=why)
        low, high = low + paid * share.low, high + paid * share.high
    return Proving(found, fees, len(watched), seen, int(low), -int(-high // 1))


def _by_day(
    release: "Release", fees: str, contracts: list[bytes], first: int, last: int
) -> dict[int, int]:
    """What transactions to these contracts paid, by the first second of the day (UTC)."""
    query = f"""
        SELECT timestamp // {DAY} * {DAY} AS day,
            sum(paid.base_fee_burned + paid.priority_fee + paid.blob_fee)
        FROM "{fees}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number
        WHERE timestamp >= ? AND timestamp < ? AND target IN (SELECT unnest(?::BLOB[]))
        GROUP BY day"""
    rows = reading.rows(release, query, (first, last, contracts))
    return {int(day): int(amount) for day, amount in rows}


def _parsed(source: configuration.Source, content: Mapping[str, Any]) -> Verifier:
    top = Reader(source, "", content)
    shares = [(table, _share(table)) for table in top.tables("share")]
    found = Verifier(
        top.take("chain", natural),
        top.take("title", text),
        top.take("date", fields.day),
        tuple(top.take("verifiers", fields.addresses)),
        top.take("source", text),
        tuple(share for _, share in shares),
        top.take("assumed", _texts, NOTHING),
    )
    top.done()
    for (_, one), (table, other) in pairwise(shares):
        if other.since < one.until:
            raise table.error("since", f"is {other.since}, before the share above it ends")
    return found


def _share(table: Reader) -> Share:
    since, until = (date.fromisoformat(table.take(key, fields.day)) for key in ("since", "until"))
    low, high = (table.take(key, _part) for key in ("low", "high"))
    table.done()
    if until <= since:
        raise table.error("until", f"is {until}, not after `since`, {since}")
    if low > high:
        raise table.error("high", "is less than `low`")
    return Share(since, until, low, high)


def _part(value: Any) -> Fraction:
    try:
        found = exactly.amount(PLACES)(value)
    except (ValueError, ConfigurationError) as error:
        raise ValueError("must be a text such as '0.25', from 0 to 1") from error
    if found > 10**PLACES:
        raise ValueError("must be at most 1")
    return Fraction(found, 10**PLACES)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(text(one) for one in value)
