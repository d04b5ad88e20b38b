"""Who holds how much, at any block: of everybody, and of one address."""

from collections.abc import Sequence
from fractions import Fraction

from dashboards import queries as ask
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.resources.figures import proposal_key
from dashboards.api.table import Column, Row, Table, listed
from psephos.errors import TableError
from psephos.results import reading
from psephos.results.evidence import evidence
from psephos.results.positions import SOURCES, TITLES, Positions
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import one_line

OF_ONE = tuple(kind for kind in SOURCES if kind not in ("vote", "supply", "delegated"))


def everybody(asked: Asked) -> Table:
    """Positions of a kind, largest first."""
    kind, view = asked.words["kind"], asked.view
    if kind not in SOURCES:
        raise TableError("there is no such kind of position", hint=", ".join(SOURCES))
    name = ask.dataset_of(view, kind, asked.given.get("dataset", ""))
    held = ask.held(view, kind, name, proposal_key(asked) if kind == "vote" else None)
    whole = held.total

    def part(offset: int, limit: int) -> Sequence[Row]:
        rows = range(offset, min(offset + limit, len(held)))
        return [_row(held, at, whole) for at in rows]

    return Table(
        (
            Column("rank", "whole", "Largest first; equal ones by address."),
            Column("address", "text", "Who; of an owner with several, the largest of them."),
            Column("owner", "text", "The declared owner; null if none is."),
            Column("amount", "amount", "How much, in the token's smallest unit."),
            Column("share", "share", "Of all together."),
        ),
        len(held),
        part,
        evidence(view.release, [(name, kind)], view.block),
        f"/api/v1/figures/{kind}/holders",
        held.decimals,
        held.symbol,
        held.undefined,
    )


def _row(held: Positions, at: int, whole: int) -> Row:
    owner = held.owners[at]
    return (
        at + 1, hexed(held.holders[at]), None if owner is None else one_line(owner),
        held.amounts[at], Fraction(held.amounts[at], whole),
    )  # fmt: skip


def somebody(asked: Asked) -> Table:
    """Everything one address holds at a block, also where that is nothing."""
    view, who = asked.view, bytes.fromhex(asked.words["address"][2:])
    rows: list[Row] = []
    uses = []
    for kind in OF_ONE:
        for name in reading.datasets(view.release, *SOURCES[kind]):
            held = ask.held(view, kind, name)
            uses.append((name, kind))
            amount = None if held.undefined else held.of(who)
            share = Fraction(amount, held.total) if amount is not None and held.total else None
            rank = held.holders.index(who) + 1 if amount else None
            rows.append(
                (TITLES[kind], kind, name, amount, held.decimals, held.symbol, share, rank,
                 len(held), held.undefined)
            )  # fmt: skip
    return listed(
        (
            Column("title", "text", "What it is."),
            Column("kind", "text", "The kind of position."),
            Column("dataset", "text", "The dataset."),
            Column("amount", "amount", "How much; 0 is a fact and null is not known."),
            Column("decimals", "whole", "Its decimals."),
            Column("symbol", "text", "Its token."),
            Column("share", "share", "Of all together."),
            Column("rank", "whole", "Its place, largest first; null for who holds nothing."),
            Column("of", "whole", "How many hold something."),
            Column("undefined", "text", "Why it is not known; null if it is."),
        ),
        rows,
        rests=evidence(view.release, uses, view.block) if uses else None,
    )


RESOURCES = (
    Resource("/positions/{kind}", "Positions", "Who holds how much at a block, largest first.",
             everybody, ("block", "by", "dataset", "key")),
    Resource("/addresses/{address}", "Address", "What one address holds at a block.", somebody,
             ("block",)),
)  # fmt: skip
