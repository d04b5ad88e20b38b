"""Control of a system as text: the facts of its JSON, for people."""

from collections.abc import Sequence

from analytics.rules import Party
from psephos.results.control.bodies import Abilities, Electorate
from psephos.results.control.joint import Joint
from psephos.results.control.speed import Speed
from psephos.results.control.system import Powers
from psephos.results.control.told import Control
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted, percent, tokens


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
        for speed in (one for one in of.speeds if one.way.to == act):
            lines += ["", f"To {act}: {_of_way(speed)}"]
    for game in of.wholes:
        title = f"To pass{' ' + game.matter if game.matter else ''}"
        lines += ["", title]
        ways = [one for one in of.speeds if (one.way.to, one.way.matter) == ("pass", game.matter)]
        lines += [f"  {_of_way(one)}" for one in sorted(ways, key=lambda one: one.hours)]
        if game.why:
            lines.append(f"  {game.why}")
        for title, by, powers in (
            ("as the rules read", game.read_by, game.as_read),
            ("with seats merged by who appoints them", game.merged_by, game.merged),
        ):
            lines += _of_joint(by, title)
            lines += _of_powers(powers, title, top)
    for party in rules.parties:
        lines += ["", f"{party.title} (declared; no way asks them)", *_of_party(party)]
    lines += _of_votes(of)
    return "\n".join(line if line.isprintable() else one_line(line) for line in lines)


def _of_joint(of: Joint | None, title: str) -> list[str]:
    """The fewest of all bodies together, and whose word everybody needs."""
    if of is None:
        return []
    if of.why:
        return [f"  {title}: the fewest cannot be told: {of.why}"]
    lines = [f"  {title}: fewest who pass: {_many(of.passing)}; who block: {_many(of.blocking)}"]
    if of.alone is not None:
        return [*lines, f"    {of.alone} decides alone"]
    return [*lines, f"    {number(len(of.vetoes))} can block alone"] if of.vetoes else lines


def _of_way(of: Speed) -> str:
    """Who must agree, who may stop it, how soon it has an effect, and how few people it takes."""
    way = of.way
    stopped = f", unless {' or '.join(way.unless)}" if way.unless else ""
    few = "" if of.fewest is None else f"; fewest {number(of.fewest)}"
    return f"{way.title} ({' and '.join(way.agree)}{stopped}): {of.words}{few}"


def _of_party(of: Party) -> list[str]:
    """What a source says of them, and what none does."""
    share = f", {percent(of.share)} of its power" if of.share is not None else ""
    within = f"vote within {of.within}{share}; " if of.within else ""
    members = number(of.members) if of.members else "unknown"
    delay = "unknown" if of.delay_hours is None else f"{of.delay_hours} h"
    who, by = of.appointed_by or "unknown", of.removable_by or "unknown"
    return [
        f"  {within}members {members}; threshold {of.threshold or 'unknown'}; delay {delay}",
        f"  since {of.since or 'unknown'}, until {of.until or 'unknown'}",
        f"  appointed by {who}, removable by {by}",
        f"  may decide: {of.scope or 'unknown'}",
        f"  source: {of.source}",
    ]


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
        return [*_declared(one), f"undefined: {one.why}"]
    decimals = one.held.decimals if one.held else 0
    seats = "seat" if one.power == 1 else "seats"
    what = one.held.symbol if one.held else "of weight in consensus" if one.staked else seats
    members = f"{counted(len(one.weights), 'member')} with {tokens(one.power, decimals)} {what}"
    lines = [f"{members}; threshold {one.body.threshold} of {one.body.base}"]
    if one.quorum:
        lines.append(f"quorum {tokens(one.quorum, decimals)} {what}{_told(one, 'quorum')}")
    lines += _declared(one)
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


def _declared(one: Electorate) -> list[str]:
    """What is said of a body beside its votes: scope, delay, who appoints and removes."""
    body, lines = one.body, []
    if body.scope:
        lines.append(f"decides: {body.scope}")
    if body.delay_hours is not None:
        hours = f"{number(body.delay_hours)} hours" if body.delay_hours else "for nothing"
        lines.append(f"what it decides waits {hours}{_told(one, 'delay')}")
    by = [("appointed", body.appointed_by), ("removable", body.removable_by)]
    if hands := [f"{word} by {who}" for word, who in by if who]:
        lines.append(", ".join(hands))
    return lines


def _told(one: Electorate, what: str) -> str:
    """Which datasets told what a deployment set by itself, in brackets."""
    told = [words for words in one.from_chain if words.startswith(what)]
    return f" ({', '.join(told)})" if told else ""


def _many(voters: Sequence[object] | None) -> str:
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
