"""What pages ask about positions, remembered by view and arguments; votes are in `voting`."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import polars as pl

from analytics import Value
from dashboards.view import Pin, View, labels, when
from psephos.errors import CommandError, TableError
from psephos.results import reading
from psephos.results.bases import OF_BASES, of_base
from psephos.results.economy.grants import Account, accounts
from psephos.results.figures import Figure, figure, of_positions
from psephos.results.history import Point, histories
from psephos.results.kinds import tells
from psephos.results.labels.entities import Entities
from psephos.results.labels.foundation import given
from psephos.results.labels.hypotheses import Worlds, worlds
from psephos.results.positions import SOURCES, Positions, positions
from psephos.results.power import delegations
from psephos.results.staking import STRK

MONTH = 30 * 24 * 3600
HISTORY = ("nakamoto_one_half", "nakamoto_one_third", "hhi", "effective_number", "gini")
FEW = 12
"""Views of positions that are kept: those of ten thousand holders take megabytes each."""


def there_are(of: View, kind: str) -> tuple[str, ...]:
    """The datasets that have this kind of position; the token that is staked stands before the one
    that votes, and that one before all others.
    """
    there = reading.datasets(of.release, *SOURCES[kind])
    stakes = reading.datasets(of.release, *SOURCES["stake"])

    def rank(name: str) -> int:
        entry = of.release.datasets[name]
        if stakes and STRK in entry.contracts:
            return 0
        return 1 if tells("power", entry.sources) else 2

    return tuple(sorted(there, key=rank))


def dataset_of(of: View, kind: str, name: str) -> str:
    """The dataset asked for, or the first that has this kind; `TableError` if there is none."""
    there = there_are(of, kind)
    if name and name not in there:
        raise CommandError("there is no such dataset on this page", hint=", ".join(there))
    if not there:
        raise TableError("this release has no such positions", hint="collect a dataset of them")
    return name or there[0]


def beside(of: View, kind: str, name: str) -> str | None:
    """The same dataset if it has this kind of position too, or the first that has."""
    there = there_are(of, kind)
    return name if name in there else first_of(of, kind)


def locks_of(of: View, token: str) -> list[str]:
    """The datasets of grants of a token; those that name none are listed with every token."""
    links = {name: reading.dataset(of.release, name).links for name in
             reading.datasets(of.release, *SOURCES["locked"])}  # fmt: skip
    return [name for name, found in links.items() if found.get("token", token) == token]


def first_of(of: View, kind: str) -> str | None:
    """The first dataset that has this kind of position, or None."""
    there = there_are(of, kind)
    return there[0] if there else None


def owners(of: View, kind: str) -> Entities | None:
    """Whose addresses are counted as one; nobody's where votes are: each was cast by an address."""
    return None if kind == "vote" else of.entities


@lru_cache(maxsize=FEW)
def held(of: View, kind: str, name: str, key: bytes | None = None) -> Positions:
    """Positions at the view's block."""
    by = owners(of, kind)
    return positions(of.release, kind, dataset=name, block=of.block, key=key, entities=by)


@lru_cache(maxsize=256)
def measured(of: View, measure: str, kind: str, name: str, key: bytes | None = None) -> Figure:
    """A figure of positions, some of them held against a base (`psephos.results.bases`).

    `key` names the proposal of votes cast.
    """
    made = of_base if measure in OF_BASES else of_positions
    may = _worlds(of, kind, name, key)
    return made(of.release, measure, held(of, kind, name, key), owners(of, kind), may=may)


@lru_cache(maxsize=FEW)
def _worlds(of: View, kind: str, name: str, key: bytes | None) -> Worlds | None:
    """Over what a figure of these positions has an interval."""
    return worlds(held(of, kind, name, key), owners(of, kind))


@lru_cache(maxsize=32)
def from_foundation(of: View, name: str) -> dict[bytes, int]:
    """Of each delegate's power, how much is the foundation's; empty where none is declared."""
    return given(of.release, held(of, "power", name), labels(of.release.chain.id))


@lru_cache(maxsize=32)
def delegators(of: View, name: str) -> dict[bytes, int]:
    """How many addresses that hold something delegate to each delegate."""
    if reading.backfill(reading.dataset(of.release, name), of.block):
        return {}
    edges = delegations(of.release, dataset=name, block=of.block).filter(pl.col("amount") > 0)
    return dict(edges.group_by("delegate").len().sort("delegate").rows())


@lru_cache(maxsize=16)
def grants_of(of: View, name: str) -> list[Account] | None:
    """What each beneficiary was promised, has vested and has taken; None where undefined."""
    return accounts(of.release, name, of.block)


@lru_cache(maxsize=16)
def walked(pinned: Pin, kind: str, name: str) -> dict[str, list[Point]]:
    """Measures over the whole life of a release, at the same blocks whoever asks."""
    return histories(pinned.release, HISTORY, kind, dataset=name, points=120)


def history(of: View, measure: str, kind: str, name: str) -> list[Point]:
    """A measure up to the view's block, which is the last point."""
    earlier = [point for point in walked(of.pin, kind, name)[measure] if point[0] < of.block]
    by_address = View(of.pin, of.block, False)
    now = measured(by_address, measure, kind, name).value
    return [*earlier, (of.block, when(of.pin, of.block), now)]


def former(points: Sequence[Point], seconds: int = MONTH) -> Value:
    """The value so many seconds before the last point; None if it was not defined then."""
    last = points[-1][1] if points else None
    if last is None:
        return None
    before = [value for _, time, value in points if time is not None and time <= last - seconds]
    return before[-1] if before else None


@lru_cache(maxsize=16)
def recomputed(of: View, measure: str, kind: str, name: str, key: bytes | None) -> Figure:
    """A figure whose positions were computed from event rows here and compared with the published.

    `VerificationFailed` if they are others.
    """
    by = owners(of, kind)
    return figure(
        of.release, measure, kind, dataset=name, block=of.block, key=key, entities=by,
        recompute=True,
    )  # fmt: skip


@lru_cache(maxsize=4)
def published(pinned: Pin) -> frozenset[str]:
    """The ids of the figures that came with a release, and can be verified by them."""
    return frozenset(one["id"] for one in pinned.release.figures())


@lru_cache(maxsize=16)
def row_counts(pinned: Pin, tables: tuple[str, ...], block: int) -> dict[str, int]:
    """How many rows of each table a figure at a block is computed from."""
    count = 'SELECT count(*) FROM "{}" WHERE block_number <= ?'
    there = [table for table in tables if reading.has(pinned.release, table)]
    return {
        table: int(reading.rows(pinned.release, count.format(table), (block,))[0][0])
        for table in there
    }


def share(part: int, of: int | None) -> Fraction | None:
    """A part of a whole; None where there is none."""
    return Fraction(part, of) if of else None
