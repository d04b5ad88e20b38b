"""Rule files: `data/rules/*.toml` as `analytics.rules.System`, strictly.

Layout: `data/rules/README.md`. Every complaint is a `ConfigurationError` with file, line and key.
A file that contradicts itself is refused, and so are two of one system that hold on one day.
"""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, cast, get_args

from analytics.rules import ACTS, Base, Body, Choice, Kind, Party, Quorum, System, Way
from psephos.configuration import Reader, text
from psephos.results import dated, exactly
from psephos.results.control import fields

STATUS = ("in force", "library", "proposed", "sketch")
CHAIN = ("quorum", "propose", "delay")


def systems(where: Path | None = None) -> dict[str, tuple[System, ...]]:
    """Every system of a folder (`data/rules` if none is given), each oldest version first."""
    found = ((file.name, read(file)) for file in dated.files("rules", where))
    return dated.by_name(found, "rule")


def system(name: str, day: date | None = None, where: Path | None = None) -> System:
    """The rules of a system on a day (none: its newest). `CommandError` names those there are."""
    return dated.on_day(systems(where), name, day, "rule")


def read(file: Path) -> System:
    """One rule file, every field checked, and all of it against itself."""
    top = dated.opened(file, "rules")
    bodies = [(reader, _body(reader)) for reader in top.tables("body")]
    ways = [(reader, _way(reader)) for reader in top.tables("way")]
    parties = [(reader, _party(reader)) for reader in _given(top, "party")]
    found = System(
        top.take("system", exactly.label),
        top.take("title", text),
        top.take("status", exactly.one_of(*STATUS)),
        *dated.validity(top),
        top.take("source", text),
        tuple(body for _, body in bodies),
        tuple(way for _, way in ways),
        top.take("note", text, "-").removeprefix("-"),
        top.take("assumed", exactly.texts, ()),
        top.take("from_chain", fields.several(CHAIN), ()),
        tuple(party for _, party in parties),
    )
    top.done()
    _check_names(bodies)
    _check_ways(top, found, ways)
    _check_bodies(top, found, bodies)
    _check_parties(found, parties)
    return found


def _body(table: Reader) -> Body:
    kind = table.take("kind", exactly.one_of(*get_args(Kind)))
    strict, amount = table.take("propose_tokens", fields.amount, (False, Fraction(-1)))
    body = Body(
        table.take("name", exactly.label),
        table.take("title", text),
        cast(Kind, kind),
        table.take("threshold", fields.threshold),
        cast(Base, table.take("base", exactly.one_of(*get_args(Base)))),
        _quorum(table),
        table.take("block", fields.threshold) if "block" in table.left else None,
        None if amount < 0 else amount,
        strict,
        table.take("members", fields.natural, 0),
        table.take("appointed_by", exactly.label, "-").removeprefix("-"),
        table.take("same_as", exactly.label, "-").removeprefix("-"),
        table.take("removable_by", exactly.label, "-").removeprefix("-"),
        table.take("scope", text, "-").removeprefix("-"),
        table.take("delay_hours", fields.hours) if "delay_hours" in table.left else None,
    )
    if kind == "seats" and not body.members:
        raise table.error("members", "is missing: a body of seats has a number of them")
    if kind == "tokens" and body.members:
        raise table.error("members", "contradicts kind tokens: whoever holds power is a member")
    if (body.base == "members") == (kind == "tokens"):
        raise table.error("base", f"contradicts kind {kind}: {body.base} is no base of it")
    if kind != "tokens" and (body.quorum or body.propose is not None):
        key = "propose_tokens" if body.propose is not None else "quorum_counts"
        raise table.error(key, f"contradicts kind {kind}: only tokens have it")
    table.done()
    return body


def _given(top: Reader, key: str) -> list[Reader]:
    """The tables of a key that may be absent."""
    return top.tables(key) if key in top.left else []


def _party(table: Reader) -> Party:
    """What a source leaves out is unknown, and stays so."""
    party = Party(
        table.take("name", exactly.label),
        table.take("title", text),
        table.take("source", text),
        table.take("within", exactly.label, "-").removeprefix("-"),
        table.take("share", fields.share) if "share" in table.left else None,
        table.take("members", fields.natural, 0),
        table.take("threshold", fields.threshold) if "threshold" in table.left else None,
        table.take("scope", text, "-").removeprefix("-"),
        table.take("delay_hours", fields.hours) if "delay_hours" in table.left else None,
        table.take("appointed_by", exactly.label, "-").removeprefix("-"),
        table.take("removable_by", exactly.label, "-").removeprefix("-"),
        table.take("since", exactly.day) if "since" in table.left else None,
        table.take("until", exactly.day) if "until" in table.left else None,
    )
    table.done()
    if party.since and party.until and party.until <= party.since:
        raise table.error("until", f"is {party.until}, not after `since`, {party.since}")
    return party


def _quorum(table: Reader) -> Quorum | None:
    given = [key for key in ("quorum_share", "quorum_tokens") if key in table.left]
    if len(given) == 2:
        raise table.error("quorum_tokens", "contradicts `quorum_share`: a quorum is one of them")
    about = [key for key in ("quorum_counts", "quorum_base", "quorum_rounds") if key in table.left]
    if not given:
        if about:
            raise table.error(about[0], "is about a quorum, and there is none")
        return None
    counts = table.take("quorum_counts", fields.several(get_args(Choice)))
    if "for" not in counts:
        raise table.error("quorum_counts", "leaves out the votes for: nobody could reach it alone")
    rounds_down = table.take("quorum_rounds", exactly.one_of("up", "down"), "up") == "down"
    counted = frozenset(cast(tuple[Choice, ...], counts))
    if given == ["quorum_tokens"]:
        if "quorum_base" in table.left:
            raise table.error("quorum_base", "contradicts `quorum_tokens`: an amount has no base")
        tokens = Fraction(table.take("quorum_tokens", fields.natural))
        return Quorum(counted, tokens=tokens, rounds_down=rounds_down)
    share = table.take("quorum_share", fields.threshold)
    if share.strict:
        raise table.error("quorum_share", f"is {share}: write >=, for a quorum is reached")
    base = table.take("quorum_base", exactly.one_of("supply", "delegated"))
    return Quorum(counted, share, cast(Any, base), None, rounds_down)


def _way(table: Reader) -> Way:
    way = Way(
        table.take("to", exactly.one_of(*ACTS)),
        table.take("title", text),
        table.take("agree", exactly.labels),
        table.take("unless", exactly.labels, ()),
        table.take("matter", exactly.label, "-").removeprefix("-"),
        table.take("delay_hours", fields.hours, 0),
    )
    table.done()
    return way


def _check_names(bodies: list[tuple[Reader, Body]]) -> None:
    named: set[str] = set()
    for table, body in bodies:
        if body.name in named:
            raise table.error("name", f"is that of an earlier body, {body.name!r}")
        named.add(body.name)


def _check_bodies(top: Reader, found: System, bodies: list[tuple[Reader, Body]]) -> None:
    for table, body in bodies:
        used = any(body.name in (*way.agree, *way.unless) for way in found.ways)
        if not used and body.propose is None:
            raise table.error("name", f"{body.name!r} is in no way: it could decide nothing")
        if body.block and not any(body.name in way.unless for way in found.ways):
            raise table.error("block", "is never used: no way says `unless` this body")
        _check_same(table, found, body)
        seen, by = {body.name}, body.appointed_by
        while by in {one.name for one in found.bodies}:
            if by in seen:
                raise table.error("appointed_by", f"goes in a circle back to {by!r}")
            seen.add(by)
            by = found.body(by).appointed_by
    if not bodies:
        raise top.error("body", "is missing: somebody must decide")


def _check_parties(found: System, parties: list[tuple[Reader, Party]]) -> None:
    named = {body.name for body in found.bodies}
    bodies = set(named)
    for table, party in parties:
        if party.name in named:
            raise table.error("name", f"is that of an earlier body or party, {party.name!r}")
        named.add(party.name)
        if party.within and party.within not in bodies:
            raise table.error("within", f"names {party.within!r}, which is no body of this file")
        if party.share is not None and not party.within:
            raise table.error("share", "is of a body's power, and `within` names no body")


def _check_same(table: Reader, found: System, body: Body) -> None:
    """The body whose members these are exists, has as many seats, and is nobody else's copy."""
    if not body.same_as:
        return
    other = next((one for one in found.bodies if one.name == body.same_as), None)
    if other is None or other is body or other.same_as or body.kind != "seats":
        raise table.error("same_as", f"names {body.same_as!r}, which is no other body of seats")
    if (other.kind, other.members, other.appointed_by) != (
        body.kind,
        body.members,
        body.appointed_by,
    ):
        raise table.error("same_as", f"contradicts {other.name!r}: other members, or appointed")


def _check_ways(top: Reader, found: System, ways: list[tuple[Reader, Way]]) -> None:
    names = {body.name for body in found.bodies}
    asked: set[tuple[Any, ...]] = set()
    for table, way in ways:
        for key, listed in (("agree", way.agree), ("unless", way.unless)):
            for name in listed:
                if name not in names:
                    raise table.error(key, f"names {name!r}, which is no body of this file")
        if both := set(way.agree) & set(way.unless):
            raise table.error("unless", f"contradicts `agree`: {min(both)!r} cannot do both")
        for name in way.unless:
            if found.body(name).block is None:
                raise table.error("unless", f"names {name!r}, which has no `block`")
        question = (way.to, way.matter, frozenset(way.agree), frozenset(way.unless))
        if question in asked:
            raise table.error("agree", "is the same as in an earlier way")
        asked.add(question)
    if not found.to("pass"):
        raise top.error("way", "is missing: nothing could ever pass")
