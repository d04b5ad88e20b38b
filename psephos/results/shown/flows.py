"""Flows of voting power between two columns: from kinds of holders to delegates, or to nobody.

What a Sankey draws; and what changed hands between two blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.delegation import Churn, churn
from psephos.results.labels.entities import Entities
from psephos.results.power import delegation_graph
from psephos.results.shown.text import named

if TYPE_CHECKING:
    from psephos.store.reader import Release

MOST = 8
"""Delegates that are drawn each for itself; the others are drawn as one."""
NOBODY, OTHERS, UNKNOWN = "nobody", "other delegates", "no label"


@dataclass(frozen=True, slots=True)
class Flow:
    """`amount` of the smallest unit from one kind of holder to one delegate."""

    source: str
    target: str
    amount: int


def flows(release: "Release", dataset: str, block: int, labels: Entities) -> tuple[Flow, ...]:
    """What every role of holders delegates to the largest delegates, to others, and to nobody.

    A holder's role is declared; a delegate is named by its label, else by its address. Largest
    first. Raises what `delegation_graph` raises.
    """
    graph = delegation_graph(release, dataset, block)
    power: dict[bytes, int] = {}
    for holder, delegate in graph.to.items():
        power[delegate] = power.get(delegate, 0) + graph.amount(holder)
    largest = set(sorted(power, key=lambda one: (-power[one], one))[:MOST])
    found: dict[tuple[str, str], int] = {}
    for holder, amount in graph.held.items():
        owner = labels.of(holder, block)
        to = graph.to.get(holder)
        named = NOBODY if to is None else _named(to, labels, block) if to in largest else OTHERS
        key = (owner.role if owner else UNKNOWN, named)
        found[key] = found.get(key, 0) + amount
    return tuple(
        Flow(*key, amount)
        for key, amount in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        if amount
    )


def moved(release: "Release", dataset: str, before: int, after: int) -> Churn:
    """What was delegated otherwise at the later of two blocks."""
    first, second = (delegation_graph(release, dataset, block) for block in (before, after))
    return churn(first, second)


def ends(found: Sequence[Flow]) -> tuple[list[str], list[str]]:
    """The nodes of both columns, each by its sum, largest first; nobody last."""
    columns = []
    for side in ("source", "target"):
        sums: dict[str, int] = {}
        for flow in found:
            name = getattr(flow, side)
            sums[name] = sums.get(name, 0) + flow.amount
        columns.append(sorted(sums, key=lambda name: (name in (NOBODY, UNKNOWN), -sums[name])))
    return columns[0], columns[1]


def _named(who: bytes, labels: Entities, block: int) -> str:
    owner = labels.of(who, block)
    return named(owner.name) if owner else f"0x{who.hex()[:4]}…{who.hex()[-4:]}"
