"""All bodies together: the fewest who pass and block, and whose word is needed by everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.compound import Compound
from analytics.compound_coalitions import (
    decides_alone,
    fewest_blocking,
    fewest_passing,
    needed_by_all,
)
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Joint:
    """Coalitions of a game of several bodies, by name, in the game's order.

    passing:  the fewest who pass it against everybody else; None where they cannot be told
    blocking: the fewest against whom nobody passes it, by any way
    vetoes:   without whom all others together do not pass it
    alone:    who decides alone, if somebody does
    why:      why the fewest cannot be told, or None
    """

    passing: tuple[str, ...] | None
    blocking: tuple[str, ...] | None
    vetoes: tuple[str, ...]
    alone: str | None
    why: str | None = None


def joint(of: Compound, names: Sequence[str]) -> Joint:
    """The coalitions of a game; too many combinations leave the fewest untold, with the reason."""
    vetoes, alone = tuple(names[n] for n in needed_by_all(of)), decides_alone(of)
    only = None if alone is None else names[alone]
    try:
        passing, blocking = fewest_passing(of), fewest_blocking(of)
    except DataError as error:
        return Joint(None, None, vetoes, only, error.message)
    return Joint(tuple(names[n] for n in passing), tuple(names[n] for n in blocking), vetoes, only)


def told(of: Joint | None, top: int) -> dict[str, Any] | None:
    """As JSON: how many, and at most `top` of them by name."""
    if of is None:
        return None
    return {
        "pass": _some(of.passing, top),
        "block": _some(of.blocking, top),
        "veto_players": list(of.vetoes[:top]),
        "dictator": of.alone,
        "undefined": of.why,
    }


def _some(who: tuple[str, ...] | None, top: int) -> dict[str, Any] | None:
    return None if who is None else {"fewest": len(who), "who": list(who[:top])}
