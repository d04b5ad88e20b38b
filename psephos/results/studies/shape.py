"""A study: several figures of one subject at a block, and the tables they were read from.

A study's figures are figures like all others, with their question's id and their evidence. They
are computed when somebody asks and not published with a release. `Values` writes them: what all
figures of a study have in common is said once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analytics import Value
from psephos.results import exactly, reading
from psephos.results.economy.prices import Prices
from psephos.results.evidence import evidence
from psephos.results.figure import Figure, Interval, asked
from psephos.results.labels.entities import Entities
from psephos.results.shown.wording import decimal, tokens, worded

if TYPE_CHECKING:
    from psephos.store.reader import Release

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of a study; cells are texts, whole numbers, or nothing where it is undefined."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Study:
    """Figures and tables of one subject; `why` says why there are none, or is None."""

    kind: str
    title: str
    dataset: str
    block: int
    figures: tuple[Figure, ...] = ()
    tables: tuple[Listing, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a study is asked of: a dataset of a release at a block, with what is declared.

    kind: the kind of position, where a study is of any; hidden: how many owners a pool is declared
    to have; beside: the release of the other chain, where an L2 and its L1 are told together
    """

    release: "Release"
    dataset: str
    block: int
    entities: Entities
    prices: Prices | None = None
    kind: str = ""
    hidden: int | None = None
    beside: "Release | None" = None


@dataclass(slots=True)
class Values:
    """Writes the figures of a study.

    uses:     (dataset, kind) that every figure rests on; `declared` what every one declares
    """

    of: Subject
    kind: str
    population: str
    count: int
    uses: Sequence[tuple[str, str]]
    declared: tuple[str, ...] = ()
    found: list[Figure] = field(default_factory=list)

    def tell(
        self,
        measure: str,
        title: str,
        value: Value,
        unit: str,
        definition: str,
        *,
        why: str | None = None,
        interval: Interval | None = None,
        uses: Sequence[tuple[str, str]] = (),
        declared: tuple[str, ...] = (),
        population: str = "",
        amount_of: tuple[int, str] | None = None,
        text: str = "",
    ) -> None:
        """Add a figure; `why` is the reason of an undefined value, `amount_of` the decimals and
        symbol of an amount of tokens, `text` the value in other words than the usual. An undefined
        figure keeps only an interval of what is *unknown*: that is bounded without a value."""
        bounded = interval is not None and interval.kind == "unknown"
        if amount_of is not None and value is not None:
            text, unit = tokens(int(value), amount_of[0]), amount_of[1] or unit
        else:
            text = text or worded(measure, value, unit, 0)
        self.found.append(
            asked(
                self.of.release,
                measure=measure,
                title=title,
                value=value,
                text=text,
                unit=unit,
                block=self.of.block,
                kind=self.kind,
                dataset=self.of.dataset,
                key=None,
                count=self.count,
                population=population or self.population,
                definition=definition,
                entities="",
                evidence=evidence(
                    self.of.release,
                    (*self.uses, *uses),
                    self.of.block,
                    declared=(*self.declared, *declared),
                ),
                undefined=(why or "there is nothing to measure") if value is None else None,
                provisional=self.of.block > self.of.release.final,
                interval=interval if value is not None or bounded else None,
            )
        )

    def tell_cost(
        self,
        measure: str,
        title: str,
        amount: int | None,
        definition: str,
        *,
        token: tuple[int, str],
        uses: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Add what an amount costs at the declared price of the block's day; nothing without one.

        `token` is its decimals and symbol. The price, its day and its source are declared.
        """
        if self.of.prices is None:
            return
        now = reading.timestamp(self.of.release, self.of.block)
        found = None
        if amount is not None and now is not None:
            day = exactly.day_of(now)
            found = self.of.prices.cost(amount, token[1], token[0], day)
        value, price = found or (None, None)
        self.tell(
            f"{measure}_cost", f"{title}, at the price of the day", value, self.of.prices.currency,
            f"({definition}) · price, without slippage", uses=uses,
            why=f"{self.of.prices.name} has no price of {token[1] or 'the token'} up to that day",
            declared=(price.words,) if price else (),
            text="" if value is None else decimal(value, 2),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Maker:
    """How a study is made: of a dataset with a kind of position (none: any), by a function.

    sources: instead of a kind of position, the sources of which its dataset has one
    """

    title: str
    of: str
    make: Callable[[Subject], Study]
    sources: tuple[str, ...] = ()


def told(of: Study) -> dict[str, Any]:
    """A study's tables as plain JSON; its figures are told as all figures are."""
    return {
        "kind": of.kind,
        "title": of.title,
        "dataset": of.dataset,
        "block": of.block,
        "undefined": of.why,
        "tables": [
            {
                "name": one.name,
                "title": one.title,
                "columns": list(one.columns),
                "rows": [list(row) for row in one.rows],
            }
            for one in of.tables
        ],
    }
