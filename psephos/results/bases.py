"""Figures of positions that stand on more than the positions: the supply, or a quorum.

Their evidence is of everything they rest on, the base's dataset and columns too.

    delegated_share   Σ voting power / total supply
    locked_share      Σ locked grants / total supply of the token that the grants' dataset links
    decisive          min |S| : Σ_{i∈S} x_i > ½ Σ x  and  Σ_{i∈S} x_i ≥ quorum

`decisive` asks the highest quorum of all governors that count this power, as it is at the block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics import ONE_HALF, Measure, Value
from psephos.evidence.anchor import Tie
from psephos.results import reading
from psephos.results.evidence import evidence
from psephos.results.figure import Figure, asked
from psephos.results.labels.entities import Entities
from psephos.results.labels.hypotheses import Worlds, merged
from psephos.results.positions import HOLDERS, SOURCES, TITLES, Positions, positions
from psephos.results.shown.wording import plural, worded
from psephos.results.voting.rules import GOVERNORS, rules
from psephos.results.voting.snapshots import snapshots

if TYPE_CHECKING:
    from psephos.store.reader import Release


def share(part: int, whole: int) -> Value:
    """A part of a whole, exact; undefined of nothing."""
    return Fraction(part, whole) if whole else None


def decisive(amounts: Sequence[int], quorum: int) -> Value:
    """The fewest holders with more than half who reach a quorum too (equal is enough).

    Amounts largest first. Undefined where all of them together miss the quorum.
    """
    whole = sum(amounts)
    for size, part in enumerate(accumulate(amounts), start=1):
        if ONE_HALF.met(part, whole) and part >= quorum:
            return size
    return None


OF_BASES: dict[str, Measure] = {
    entry.name: entry
    for entry in (
        Measure(
            "delegated_share", "Share of the supply that is delegated", "Σ power / supply",
            "[0, 1]", "share", "low", "tokens that nobody can ever delegate", "a ratio", share,
        ),
        Measure(
            "locked_share", "Share of the supply that is locked", "Σ locked / supply",
            "[0, 1]", "share", "high", "which grants are known", "a ratio", share,
        ),
        Measure(
            "decisive", "Fewest who could decide alone",
            "min |S| : Σ_{i∈S} x_i > ½ Σ x and Σ_{i∈S} x_i ≥ quorum", "1 … n", "holders", "low",
            "who counts as one holder; the quorum; that they all vote alike",
            "the Nakamoto coefficient, held to the governor's quorum", decisive,
        ),
    )
}  # fmt: skip

OF_KIND = {"power": ("delegated_share", "decisive"), "locked": ("locked_share",)}
"""The figures of a kind of position that have a base."""


@dataclass(frozen=True, slots=True)
class Base:
    """What positions are held against: an amount, or why there is none, and what it rests on."""

    amount: int | None
    why: str | None
    words: str
    uses: tuple[tuple[str, str], ...] = ()
    declared: tuple[str, ...] = ()


def of_base(
    release: "Release",
    measure: str,
    held: Positions,
    entities: Entities | None = None,
    *,
    recomputed: bool = False,
    ties: Sequence[Tie] | None = None,
    may: Worlds | None = None,
) -> Figure:
    """A figure of positions that were read already, and of their base at the same block.

    may: the worlds over which `decisive` has an interval
    """
    definition = OF_BASES[measure]
    base = _quorum(release, held) if measure == "decisive" else _supply(release, held)
    value: Value = None
    if held.undefined is None and base.amount is not None:
        mass = held.amounts if measure == "decisive" else held.total
        value = definition.of(mass, base.amount)
    over = None
    if measure == "decisive" and may is not None and base.amount is not None:
        over = merged(definition, value, decisive(may.worst, base.amount), may)
    labels = (entities.words,) if held.entities and entities else ()
    by = "declared owner" if held.entities else "address"
    return asked(
        release,
        measure=measure,
        title=definition.title,
        value=value,
        text=worded(measure, value, definition.unit, 0),
        unit=plural(HOLDERS[held.kind])[1] if definition.unit == "holders" else definition.unit,
        block=held.block,
        kind=held.kind,
        dataset=held.dataset,
        key=None,
        count=len(held),
        population=f"{TITLES[held.kind]} of {held.dataset} at the end of block {held.block}, "
        f"by {by}; {base.words}",
        definition=definition.formula,
        entities=held.entities,
        evidence=evidence(
            release,
            [(held.dataset, held.kind), *base.uses],
            held.block,
            declared=(*labels, *base.declared),
            recomputed=recomputed,
            ties=ties,
        ),
        undefined=held.undefined or base.why or (NOBODY[measure] if value is None else None),
        provisional=held.provisional,
        interval=over,
    )


NOBODY = {
    "delegated_share": "there is no supply",
    "locked_share": "there is no supply",
    "decisive": "all of them together miss the quorum, or there is nobody",
}


def _supply(release: "Release", held: Positions) -> Base:
    """The supply of the token whose power or grants these are."""
    links = reading.dataset(release, held.dataset).links
    token = links.get("token") if held.kind == "locked" else held.dataset
    if token is None or token not in reading.datasets(release, *SOURCES["supply"]):
        return Base(None, "no token with a supply is linked", "base: the supply")
    found = positions(release, "supply", dataset=token, block=held.block)
    declared = (f"link token = {token}",) if held.kind == "locked" else ()
    why = found.undefined and f"the supply of {token}: {found.undefined}"
    amount = None if found.undefined else found.total
    return Base(amount, why, f"base: the supply of {token}", ((token, "supply"),), declared)


def _quorum(release: "Release", held: Positions) -> Base:
    """The highest quorum of the governors that count this power; 0 without a governor."""
    highest, uses, declared, names = 0, [], [], []
    for name in reading.datasets(release, *GOVERNORS):
        by = rules(release, name)
        if by.token != held.dataset:
            continue
        names.append(name)
        declared += [
            f"link {k} = {v}" for k, v in sorted(reading.dataset(release, name).links.items())
        ]
        if by.quorum is None:
            uses += [(name, "quorum"), (held.dataset, "supply")]
        quorum = snapshots(release, by, [held.block])[held.block].quorum
        if quorum is None:
            why = f"the quorum of {name} is not known at block {held.block}"
            return Base(None, why, f"quorum of {name}", tuple(uses), tuple(declared))
        highest = max(highest, quorum)
    words = f"quorum of {' and '.join(names)}" if names else "no governor, so no quorum"
    return Base(highest, None, words, tuple(uses), tuple(dict.fromkeys(declared)))
