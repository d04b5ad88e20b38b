"""What pages ask about who controls a system, remembered by view and rules."""

from functools import lru_cache

from analytics.rules import System
from dashboards.view import View
from psephos.results.control.bodies import Electorate, day_of, usual_system
from psephos.results.control.rule_files import system, systems
from psephos.results.control.system import Whole
from psephos.results.control.told import Control
from psephos.results.control.told import control as controlled


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
