"""What pages ask about who controls a system, remembered by view and rules."""

from collections.abc import Sequence
from functools import lru_cache

from analytics.rules import System
from dashboards.view import View
from psephos.results.control.bodies import Electorate, day_of, usual_system
from psephos.results.control.rule_files import system, systems
from psephos.results.control.system import Whole
from psephos.results.control.told import Control
from psephos.results.control.told import control as controlled
from psephos.results.shown.wording import counted


@lru_cache(maxsize=16)
def control(of: View, name: str) -> Control:
    """Who can do what by the rules of a system; "" is the one the release is usually under."""
    release = of.release
    rules = system(name or usual_system(release), day_of(release, of.block))
    return controlled(release, rules, block=of.block, entities=of.entities)


@lru_cache(maxsize=16)
def every_system(of: View) -> tuple[System, ...]:
    """The systems with rules that hold on the block's day, the release's usual one first."""
    day, usual = day_of(of.release, of.block), usual_system(of.release)
    valid = [one for known in systems().values() for one in known if day is None or one.valid(day)]
    newest = {one.name: one for one in valid}
    return tuple(sorted(newest.values(), key=lambda one: (one.name != usual, one.name)))


def deciding(of: Control) -> Electorate | None:
    """The body whose members decide in the headline: the token holders, else the first told."""
    told = [one for one in of.bodies.values() if not one.why]
    holders = [one for one in told if one.body.kind == "tokens"]
    return next(iter(holders or told), None)


def one_hand(of: Whole) -> str:
    """The one player without whom nothing passes and who passes all, once seats are merged."""
    if of.merged is None:
        return ""
    return next((one.name for one in of.merged.players if one.shapley >= 1 - 1e-12), "")


def context(of: Control) -> str:
    """By which rules, and how few carry the vote of the token holders, or stop it."""
    body = deciding(of)
    words = [f"By the rules of {of.system.title}."]
    if body is not None:
        able = of.able[body.body.name]
        if able.passing:
            words.append(f"{some(body, able.passing)} carry its vote.")
        if able.passing_alone:
            words.append(f"{some(body, able.passing_alone)} would if nobody else came.")
        if able.blocking:
            words.append(f"{some(body, able.blocking)} could block it.")
    return " ".join(words)


def able(of: Control) -> str:
    """`Three delegates could pass, four block, two propose alone.`"""
    body = deciding(of)
    if body is None:
        return "Nobody's members can be told here"
    can = of.able[body.body.name]
    fewest = {"pass": can.passing, "block": can.blocking}
    told = [f"{counted(len(found), ' ', ' ').strip()} {act}"
            for act, found in fewest.items() if found]  # fmt: skip
    if can.proposing_alone is not None:
        told.append(f"{counted(can.proposing_alone, ' ', ' ').strip()} propose alone")
    what = "Of the delegates" if body.body.kind == "tokens" else f"Of the {body.body.title}"
    return f"{what} {', '.join(told)}" if told else f"{what} nobody can do anything"


def some(body: Electorate, members: Sequence[int]) -> str:
    """`Seven delegates`."""
    what = "delegate" if body.body.kind == "tokens" else "member"
    return counted(len(members), what, capital=True)
