"""Control of a system at a block, and as plain JSON; as text in `psephos.results.control.words`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.rules import Party, System
from psephos.results import reading
from psephos.results.control import joint
from psephos.results.control.bodies import (
    Abilities,
    Electorate,
    abilities,
    electorates,
    uses,
)
from psephos.results.control.speed import Speed, speeds
from psephos.results.control.system import Powers, Whole, body_powers, whole
from psephos.results.control.votes import Told, votes_told
from psephos.results.control.votes import told as vote
from psephos.results.evidence import Evidence, evidence
from psephos.results.labels.entities import Entities

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Control:
    """Everything about who controls a system at a block."""

    system: System
    block: int
    bodies: dict[str, Electorate]
    able: dict[str, Abilities]
    speeds: tuple[Speed, ...]
    powers: dict[str, Powers | None]
    wholes: tuple[Whole, ...]
    votes: tuple[Told, ...]
    evidence: Evidence


def control(
    release: "Release",
    system: System,
    *,
    block: int | None = None,
    dataset: str | None = None,
    entities: Entities | None = None,
) -> Control:
    """Who can pass, block, propose and halt by the rules of `system`, at a block of a release."""
    block = reading.the_block(release, block)
    held = electorates(release, system, block, dataset)
    voted = next(
        (votes_told(release, o, block, o.unit) for o in held.values() if o.body.kind == "tokens"),
        [],
    )
    of_votes = [(one.proposal.dataset, kind) for one in voted for kind in ("proposal", "vote")]
    labels = (entities.words,) if entities and entities.owners else ()
    declared = (f"rules {system.name} since {system.since}", *labels)
    able = {name: abilities(one) for name, one in held.items()}
    return Control(
        system,
        block,
        held,
        able,
        speeds(system, held, able),
        {name: body_powers(one) for name, one in held.items()},
        tuple(whole(system, matter, held, entities, block) for matter in system.matters),
        tuple(voted),
        evidence(release, [*uses(list(held.values())), *of_votes], block, declared=declared),
    )


def told(of: Control, top: int) -> dict[str, Any]:
    """JSON: amounts as text, in smallest units; at most `top` members are listed by name."""
    rules = of.system
    return {
        "block": of.block,
        "system": {
            "name": rules.name,
            "title": rules.title,
            "status": rules.status,
            "since": str(rules.since),
            "until": rules.until and str(rules.until),
            "source": rules.source,
            "note": rules.note,
            "assumed": list(rules.assumed),
        },
        "ways": [
            {
                "to": one.way.to,
                "title": one.way.title,
                "matter": one.way.matter,
                "agree": list(one.way.agree),
                "unless": list(one.way.unless),
                "delay_hours": one.way.delay_hours,
                "not_before_hours": one.hours,
                "delays_told": one.sure,
                "fewest": one.fewest,
            }
            for one in of.speeds
        ],
        "bodies": [_body(of, name, top) for name in of.bodies],
        "parties": [_party(one) for one in rules.parties],
        "games": [
            {
                "matter": one.matter,
                "undefined": one.why,
                "as_read": _powers(one.as_read, top),
                "merged": _powers(one.merged, top),
                "owners": list(one.owners),
                "coalitions": {
                    "as_read": joint.told(one.read_by, top),
                    "merged": joint.told(one.merged_by, top),
                },
            }
            for one in of.wholes
        ],
        "votes": [vote(one) for one in of.votes],
        "evidence": under(of.evidence),
    }


def under(of: Evidence) -> dict[str, Any]:
    """The evidence block, as figures have it."""
    return {
        "level": of.level,
        "first": of.first,
        "last": of.last,
        "blocks": of.blocks,
        "complete": of.complete,
        "columns": list(of.columns),
        "declared": list(of.declared),
        "proven": of.proven,
        "recomputed": of.recomputed,
    }


def _party(one: Party) -> dict[str, Any]:
    """What is known of those whom no way asks; None is unknown."""
    days = (one.since, one.until)
    since, until = (None if day is None else str(day) for day in days)
    return {
        "name": one.name,
        "title": one.title,
        "within": one.within or None,
        "share": None if one.share is None else str(one.share),
        "members": one.members or None,
        "threshold": None if one.threshold is None else str(one.threshold),
        "scope": one.scope or None,
        "delay_hours": one.delay_hours,
        "appointed_by": one.appointed_by or None,
        "removable_by": one.removable_by or None,
        "since": since,
        "until": until,
        "source": one.source,
    }


def _body(of: Control, name: str, top: int) -> dict[str, Any]:
    one, able = of.bodies[name], of.able[name]
    body = one.body
    need, alone = one.need, one.need_alone
    return {
        "name": name,
        "title": body.title,
        "kind": body.kind,
        "dataset": one.held.dataset if one.held else one.staked or None,
        "undefined": one.why,
        "members": len(one.weights),
        "power": str(one.power),
        "threshold": str(body.threshold),
        "base": body.base,
        "quorum": str(one.quorum),
        "from_chain": list(one.from_chain),
        "appointed_by": body.appointed_by,
        "removable_by": body.removable_by,
        "scope": body.scope,
        "delay_hours": body.delay_hours,
        "pass": {
            "against_everybody": _coalition(one, able.passing, need, top),
            "if_nobody_else_comes": _coalition(one, able.passing_alone, alone, top),
        },
        "block": _coalition(
            one, able.blocking, None if need is None else one.power - need + 1, top
        ),
        "veto_players": [one.names[voter] for voter in able.vetoes[:top]],
        "dictator": None if able.dictator is None else one.names[able.dictator],
        "propose": None
        if one.propose is None
        else {
            "needs": str(one.propose),
            "alone": able.proposing_alone,
            "fewest": None if able.proposing is None else len(able.proposing),
        },
        "indices": _powers(of.powers[name], top),
    }


def _coalition(
    of: Electorate, voters: Sequence[int] | None, need: int | None, top: int
) -> dict[str, Any] | None:
    if voters is None:
        return None
    return {
        "needs": str(need),
        "fewest": len(voters),
        "has": str(sum(of.weights[voter] for voter in voters)),
        "who": [of.names[voter] for voter in voters[:top]],
    }


def _powers(of: Powers | None, top: int) -> dict[str, Any] | None:
    if of is None:
        return None
    order = sorted(range(len(of.players)), key=lambda n: (-of.players[n].shapley, n))
    return {
        "exact": of.exact,
        "rounded_to": of.rounded and {"banzhaf": of.rounded[0], "shapley": of.rounded[1]},
        "resolution": {"banzhaf": of.resolution[0], "shapley": of.resolution[1]},
        "error": of.error,
        "players": len(of.players),
        "largest": [
            {
                "name": of.players[n].name,
                "weight": str(of.players[n].weight),
                "banzhaf": of.players[n].banzhaf,
                "banzhaf_normalised": of.players[n].normalised,
                "shapley": of.players[n].shapley,
            }
            for n in order[:top]
        ],
    }
