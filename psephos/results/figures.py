"""Figures: measures of positions and of proposals, each with the question it answers.

`ties` are declared checkpoints that blocks were tied to (none given: those the release declares):
with them a figure's evidence may be *anchored*, and names them.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics import MEASURES, PARTICIPATION, Measure
from psephos.errors import TableError, VerificationFailed
from psephos.evidence.anchor import Tie
from psephos.results import reading
from psephos.results.bases import OF_BASES, OF_KIND, of_base
from psephos.results.evidence import evidence
from psephos.results.figure import Figure, asked
from psephos.results.labels.entities import Entities
from psephos.results.labels.hypotheses import Worlds, interval, worlds
from psephos.results.positions import HOLDERS, SOURCES, TITLES, Positions, derived, positions
from psephos.results.shown.wording import plural, worded
from psephos.results.voting.flips import flip_set
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import rules

if TYPE_CHECKING:
    from psephos.store.reader import Release

__all__ = [
    "BASES",
    "CONCENTRATED",
    "COUNTS",
    "OF_BASES",
    "OF_POSITIONS",
    "OF_PROPOSALS",
    "Figure",
    "figure",
    "figures",
    "of_base",
    "of_positions",
    "of_proposal",
]

COUNTS: dict[str, Measure] = {
    entry.name: entry
    for entry in (
        Measure(
            "holders", "How many", "n", "0, 1, …", "holders", "low",
            "dust: who holds next to nothing counts as much as anybody", "a count", len,
        ),
        Measure(
            "total", "Together", "Σ x_i", "0 …", "smallest unit", "high",
            "which addresses are counted", "a sum of integers", sum,
        ),
    )
}  # fmt: skip
"""What is counted of positions beside the measures of concentration; 0 for nobody."""

OF_POSITIONS: dict[str, Measure] = {**COUNTS, **MEASURES}
OF_PROPOSALS: dict[str, str] = {
    "turnout_supply": "turnout",
    "turnout_delegated": "turnout",
    "turnout_heads": "turnout",
    "quorum_reach": "quorum_reach",
    "flip_set": "flip_set",
}
"""Figures of a proposal, and the measure each is an application of."""

CONCENTRATED = ("balance", "power", "locked")
"""The kinds whose concentration is published."""


def figure(
    release: "Release",
    measure: str,
    kind: str,
    *,
    dataset: str | None = None,
    block: int | None = None,
    key: bytes | None = None,
    entities: Entities | None = None,
    recompute: bool = False,
    ties: Sequence[Tie] | None = None,
) -> Figure:
    """One figure: a measure of positions, or of a proposal (`kind` "proposal", its id as `key`).

    recompute: compute the positions from event rows on this machine; `VerificationFailed` if the
    published positions are others.

    Raises `TableError` for a measure, kind or proposal that does not exist.
    """
    if kind == "proposal":
        return _proposal_figure(release, measure, dataset, block, key, ties)
    with_base = OF_KIND.get(kind, ())
    if measure not in OF_POSITIONS and measure not in with_base:
        there = ", ".join((*OF_POSITIONS, *with_base))
        raise TableError(f"no measure {measure!r} of {kind}", hint=f"there are: {there}")
    given: dict[str, Any] = {"dataset": dataset, "block": block, "key": key, "entities": entities}
    held = positions(release, kind, **given)
    if recompute and (found := derived(release, kind, **given)) != held:
        raise VerificationFailed(
            f"positions of {kind} at block {held.block} are not what the rows say: "
            f"{len(held)} published, {len(found)} recomputed",
            hint="run `psephos verify release`; do not rely on this release",
        )
    of = of_base if measure in with_base else of_positions
    may = worlds(held, entities)
    return of(release, measure, held, entities, recomputed=recompute, ties=ties, may=may)


def figures(
    release: "Release",
    block: int | None = None,
    entities: Entities | None = None,
    ties: Sequence[Tie] | None = None,
) -> list[Figure]:
    """Every figure of every dataset at a block; with `entities` those by owner as well."""
    block = reading.the_block(release, block)
    return list(_every(release, block, entities, ties))


def of_positions(
    release: "Release",
    measure: str,
    held: Positions,
    entities: Entities | None = None,
    *,
    recomputed: bool = False,
    ties: Sequence[Tie] | None = None,
    may: Worlds | None = None,
) -> Figure:
    """A measure of positions that were read already; with `may`, its interval over these worlds."""
    asked_of: dict[str, Any] = {"recomputed": recomputed, "ties": ties, "may": may}
    return of_measure(release, OF_POSITIONS[measure], held, entities, **asked_of)


def of_measure(
    release: "Release",
    definition: Measure,
    held: Positions,
    entities: Entities | None = None,
    *,
    recomputed: bool = False,
    ties: Sequence[Tie] | None = None,
    may: Worlds | None = None,
) -> Figure:
    """The same of any definition, also of one that is not in `OF_POSITIONS`."""
    measure = definition.name
    value = None if held.undefined else definition.of(held.amounts)
    labels = (entities.words,) if held.entities and entities else ()
    uses = [(held.dataset, held.kind)]
    under = evidence(release, uses, held.block, declared=labels, recomputed=recomputed, ties=ties)
    whole = definition.unit if measure != "total" else held.symbol or definition.unit
    unit = plural(HOLDERS[held.kind])[1] if definition.unit == "holders" else whole
    return asked(
        release,
        measure=measure,
        title=definition.title,
        value=value,
        text=worded(measure, value, definition.unit, held.decimals),
        unit=unit,
        block=held.block,
        kind=held.kind,
        dataset=held.dataset,
        key=held.key,
        count=len(held),
        population=_population(held),
        definition=definition.formula,
        entities=held.entities,
        evidence=under,
        undefined=held.undefined or ("nobody holds anything" if value is None else None),
        provisional=held.provisional,
        interval=interval(definition, value, may, held.decimals),
    )


def of_proposal(
    release: "Release", measure: str, of: Proposal, ties: Sequence[Tie] | None = None
) -> Figure:
    """A figure of one proposal: turnout on one of three bases, quorum reach, flip set."""
    definition = PARTICIPATION[OF_PROPOSALS[measure]]
    value = None if of.undefined else _of_proposal(release, measure, of)
    links = sorted(reading.dataset(release, of.dataset).links.items())
    declared = tuple(f"link {name} = {value}" for name, value in links)
    return asked(
        release,
        measure=measure,
        title=definition.title,
        value=value,
        text=worded(measure, value, definition.unit, 0),
        unit=definition.unit,
        block=of.block,
        kind="proposal",
        dataset=of.dataset,
        key=of.id,
        count=of.tally.voters,
        population=f"votes cast on proposal {of.number} of {of.dataset} up to block {of.block}",
        definition=f"{definition.formula}; {BASES[measure]}",
        entities="",
        evidence=evidence(
            release, _uses(release, measure, of), of.block, declared=declared, ties=ties
        ),
        undefined=of.undefined or (_why(of, measure) if value is None else None),
        provisional=of.provisional,
    )


def _why(of: Proposal, measure: str) -> str:
    """Why a proposal without a reason of its own has no such figure."""
    told = of.baseless if measure in TURNOUTS else None
    return told or "not decided, or without a base"


BASES: dict[str, str] = {
    "turnout_supply": "base: total supply at the snapshot",
    "turnout_delegated": "base: delegated voting power at the snapshot",
    "turnout_heads": "voters with power, of all delegates with power at the snapshot",
    "quorum_reach": "the votes the governor counts, over the quorum at the snapshot",
    "flip_set": "winning voters whose change of side turns the governor's own outcome",
}


TURNOUTS = {"turnout_supply": "supply", "turnout_delegated": "delegated", "turnout_heads": "power"}
"""The kind of the token's positions that each turnout is of."""


def _of_proposal(release: "Release", measure: str, of: Proposal) -> int | Fraction | None:
    match measure:
        case "turnout_supply":
            return of.turnout.supply
        case "turnout_delegated":
            return of.turnout.delegated
        case "turnout_heads":
            return of.turnout.heads
        case "quorum_reach":
            return of.quorum_reach
        case _:
            flip = flip_set(release, of, of_absent=False)
            return len(flip.voters) if flip and flip.voters else None


def _uses(release: "Release", measure: str, of: Proposal) -> list[tuple[str, str]]:
    """What a figure of a proposal rests on: a fixed quorum is declared, and uses no supply."""
    by = rules(release, of.dataset)
    uses = [(of.dataset, "proposal"), (of.dataset, "vote")]
    if measure in TURNOUTS:
        return [*uses, (by.token, TURNOUTS[measure])] if by.token else uses
    if by.quorum is None:
        uses.append((of.dataset, "quorum"))
        uses += [(by.token, "supply")] if by.token else []
    return uses


def _proposal_figure(
    release: "Release",
    measure: str,
    dataset: str | None,
    block: int | None,
    key: bytes | None,
    ties: Sequence[Tie] | None,
) -> Figure:
    if measure not in OF_PROPOSALS:
        raise TableError(
            f"no figure {measure!r} of a proposal", hint=f"there are: {', '.join(OF_PROPOSALS)}"
        )
    found = [one for one in proposals(release, block, dataset=dataset) if one.id == key]
    if not found:
        raise TableError("no such proposal at this block", hint="give its 32 bytes as `key`")
    return of_proposal(release, measure, found[0], ties)


def _every(
    release: "Release", block: int, entities: Entities | None, ties: Sequence[Tie] | None
) -> Iterator[Figure]:
    sets = (None,) if entities is None or not entities.owners else (None, entities)
    for kind in CONCENTRATED:
        for name in reading.datasets(release, *SOURCES[kind]):
            for owners in sets:
                held = positions(release, kind, dataset=name, block=block, entities=owners)
                may = worlds(held, owners)
                for measure in OF_POSITIONS:
                    yield of_positions(release, measure, held, owners, ties=ties, may=may)
                for measure in OF_KIND.get(kind, ()):
                    yield of_base(release, measure, held, owners, ties=ties, may=may)
    for one in proposals(release, block):
        for measure in OF_PROPOSALS:
            yield of_proposal(release, measure, one, ties)


def _population(held: Positions) -> str:
    """Who is counted, in words that are the same for the same question."""
    by = "declared owner" if held.entities else "address"
    of = f" on proposal 0x{held.key.hex()}" if held.key is not None else ""
    return (
        f"every {HOLDERS[held.kind]} with more than nothing ({TITLES[held.kind]}{of}) of "
        f"{held.dataset} at the end of block {held.block}, by {by}"
    )
