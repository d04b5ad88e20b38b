"""Control of a system as plain JSON, and as text: the same facts for scripts and for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analytics.rules import System
from psephos.results import reading
from psephos.results.control.bodies import (
    Abilities,
    Electorate,
    abilities,
    electorates,
    uses,
)
from psephos.results.control.system import Powers, Whole, body_powers, whole
from psephos.results.control.votes import Told, votes_told
from psephos.results.control.votes import told as vote
from psephos.results.evidence import Evidence, evidence
from psephos.results.labels.entities import Entities
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted, tokens

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Control:
    """Everything about who controls a system at a block."""

    system: System
    block: int
    bodies: dict[str, Electorate]
    able: dict[str, Abilities]
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
    return Control(
        system,
        block,
        held,
        {name: abilities(one) for name, one in held.items()},
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
                "to": way.to,
                "title": way.title,
                "matter": way.matter,
                "agree": list(way.agree),
                "unless": list(way.unless),
                "delay_hours": way.delay_hours,
            }
            for way in rules.ways
        ],
        "bodies": [_body(of, name, top) for name in of.bodies],
        "games": [
            {
                "matter": one.matter,
                "undefined": one.why,
                "as_read": _powers(one.as_read, top),
                "merged": _powers(one.merged, top),
                "owners": list(one.owners),
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


def _body(of: Control, name: str, top: int) -> dict[str, Any]:
    one, able = of.bodies[name], of.able[name]
    body = one.body
    need, alone = one.need, one.need_alone
    return {
        "name": name,
        "title": body.title,
        "kind": body.kind,
        "dataset": one.held.dataset if one.held else None,
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


def text(of: Control, top: int) -> str:
    """What people read: each body, then the game of all of them."""
    rules = of.system
    lines = [f"{rules.title} · {rules.status} since {rules.since} · block {number(of.block)}"]
    rests = of.evidence.words if of.evidence.columns else "declared: rests on no block"
    lines += [f"  {rests}", f"  source: {rules.source}"]
    lines += [f"  assumed: {words}" for words in rules.assumed]
    for name, one in of.bodies.items():
        lines += ["", f"{one.body.title}"]
        lines += [f"  {words}" for words in _of_body(one, of.able[name])]
        lines += _of_powers(of.powers[name], "", top)
    for act in ("propose", "halt"):
        for way in rules.to(act):
            lines += ["", f"To {act}: {way.title} ({' and '.join(way.agree)})"]
    for game in of.wholes:
        title = f"To pass{' ' + game.matter if game.matter else ''}"
        lines += ["", title]
        for way in rules.to("pass", game.matter):
            stopped = f", unless {' or '.join(way.unless)}" if way.unless else ""
            lines.append(f"  {way.title}: {' and '.join(way.agree)}{stopped}")
        if game.why:
            lines.append(f"  {game.why}")
        lines += _of_powers(game.as_read, "as the rules read", top)
        lines += _of_powers(game.merged, "with seats merged by who appoints them", top)
    lines += _of_votes(of)
    return "\n".join(line if line.isprintable() else one_line(line) for line in lines)


def _of_votes(of: Control) -> list[str]:
    """How each vote came out, and how many could have turned it."""
    if not of.votes:
        return []
    lines = [
        "",
        "Votes: who could have turned them by changing sides; alone; and the quorum by absence",
    ]
    for one in of.votes:
        said = {True: "passed", False: "failed", None: one.why or "unknown"}[one.passed]
        numbers = (one.flip, one.switching, one.robustness)
        shown = "  ".join("—" if n is None else number(n) for n in numbers)
        lines.append(f"  {said:<8} {shown:<12} {one.proposal.title}")
    return lines


def _of_body(one: Electorate, able: Abilities) -> list[str]:
    if one.why:
        return [f"undefined: {one.why}"]
    decimals = one.held.decimals if one.held else 0
    seats = "seat" if one.power == 1 else "seats"
    what = one.held.symbol if one.held else seats
    members = f"{counted(len(one.weights), 'member')} with {tokens(one.power, decimals)} {what}"
    lines = [f"{members}; threshold {one.body.threshold} of {one.body.base}"]
    if one.quorum:
        where = f" ({', '.join(one.from_chain)})" if one.from_chain else ""
        lines.append(f"quorum {tokens(one.quorum, decimals)} {what}{where}")
    lines.append(
        f"fewest who pass against everybody else: {_many(able.passing)}; "
        f"if nobody else comes: {_many(able.passing_alone)}; who block: {_many(able.blocking)}"
    )
    if able.vetoes:
        lines.append(f"{number(len(able.vetoes))} can block alone")
    if able.dictator is not None:
        lines.append(f"{one.names[able.dictator]} decides alone")
    if one.propose is not None:
        lines.append(
            f"may propose alone: {number(able.proposing_alone or 0)}; fewest together: "
            f"{_many(able.proposing)}"
        )
    return lines


def _many(voters: Sequence[int] | None) -> str:
    return "nobody could" if voters is None else number(len(voters))


def _of_powers(of: Powers | None, title: str, top: int) -> list[str]:
    if of is None:
        return []
    sure = "exact" if of.exact else f"weights rounded: within {max(of.resolution):.2g}"
    lines = [f"  power {title + ' ' if title else ''}({sure}): share of swings, Shapley-Shubik"]
    for one in sorted(of.players, key=lambda player: -player.shapley)[:top]:
        swings = "—" if one.normalised is None else f"{one.normalised:.4f}"
        lines.append(f"    {one.name:<44} {swings}  {one.shapley:.4f}")
    return lines
