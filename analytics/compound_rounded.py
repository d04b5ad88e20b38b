"""Games of several bodies, one of them of thousands: token holders beside a council.

The body with most members is the crowd; whoever has a weight in another body is a seat (it may
have weight in the crowd, too: a foundation that appoints a council and delegates). At a chance t
that anyone is in favour, the seats' combined sums are gone through one by one, and the crowd's sum
is that of `analytics.power_rounded`. Banzhaf is t = ½, Shapley-Shubik the integral over t.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.arguments import of_kind
from analytics.coalitions import heaviest_dummy
from analytics.compound import Compound, Vector
from analytics.games import Game, Rounded, distinct, rounded
from analytics.power_rounded import (
    FEW,
    NEGLIGIBLE,
    TINIEST,
    Floats,
    Indices,
    Sums,
    bands_of,
    integral,
    polynomial,
    sums,
)

Chances = dict[Vector, float]


@dataclass(frozen=True, slots=True)
class Crowded:
    """A compound game with the crowd's weights rounded.

    game:   with rounded weights in body `crowd`
    seats:  players with a weight elsewhere, by their number; `many`: all others
    """

    game: Compound
    crowd: int
    seats: tuple[int, ...]
    many: tuple[int, ...]
    by: Rounded


def crowded(of: Compound, total: int) -> Crowded:
    """The game with its largest body rounded to `total`."""
    of_kind(of, Compound, "the game")
    sizes = [sum(vector[body] > 0 for vector in of.players) for body in range(of.bodies)]
    crowd = max(range(of.bodies), key=lambda body: sizes[body])
    by = rounded(of.body(crowd), total)
    players = tuple(
        (*vector[:crowd], weight, *vector[crowd + 1 :])
        for vector, weight in zip(of.players, by.game.weights, strict=True)
    )
    quotas = (*of.quotas[:crowd], by.game.quota, *of.quotas[crowd + 1 :])
    numbers = range(len(players))
    elsewhere = {n for n in numbers if any(w for b, w in enumerate(players[n]) if b != crowd)}
    return Crowded(
        Compound(players, quotas, of.ways),
        crowd,
        tuple(sorted(elsewhere)),
        tuple(n for n in numbers if n not in elsewhere),
        by,
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """The game at one chance t: the crowd's sums, counted from whichever end is the nearer."""

    of: Crowded
    t: float
    whole: int
    found: Sums

    def swing(self, need: int, weight: int) -> float:
        """The chance that one of the crowd turns its sum from below `need` to it."""
        return max(self.found.swing(self._limit(need), weight), 0.0)

    def reach(self, need: int) -> float:
        """The chance that the crowd's sum is `need` or more."""
        if need <= 0:
            return 1.0
        if need > self.whole:
            return 0.0
        below = self.found.between(0, self._limit(need))
        return below if self.t > 0.5 else 1.0 - below

    def near(self, need: int, half: int) -> float:
        limit = self._limit(need)
        return self.found.between(limit - half - 1, limit + half + 1)

    def _limit(self, need: int) -> int:
        return self.whole - need + 1 if self.t > 0.5 else need


def compound_banzhaf(of: Compound, total: int = 1_000_000) -> Indices:
    """The raw Banzhaf index of every player, the largest body rounded to `total`.

    β'_i is the chance that i turns the outcome when every player is for it by a fair coin; exactly
    0 for who never does. `resolution` bounds what rounding the weights moved, and is 0 where
    nothing was rounded; `error` is the arithmetic's.
    """
    game = crowded(of, total)
    values = _at(game, 0.5, TINIEST)
    return Indices(_listed(game, values), game.by.game.total, 1e-9, min(1.0, float(values[-1])))


def compound_shapley(of: Compound, total: int = 100_000) -> Indices:
    """The Shapley-Shubik index of every player, the largest body rounded to `total`.

    φ_i = ∫₀¹ Pr_t(i turns the outcome) dt, each player being for it with chance t: its place in a
    random order. They add up to 1; exactly 0 for who never turns anything. `resolution` bounds what
    rounding the weights moved; `error` is what the last step changed.
    """
    game = crowded(of, total)
    many = [voters for _, voters in _groups(game)] + [1] * len(game.seats)

    def settled(before: Floats, now: Floats) -> float:
        whole = float(np.array(many) @ now[:-1])
        return max(float(abs(now - before)[:-1].max()), abs(whole - 1.0))

    def at(t: float) -> Floats:
        return _at(game, t, NEGLIGIBLE)

    if len(of.players) <= FEW:
        values, error = polynomial(at, len(of.players), settled)
    else:
        values, error = integral(at, 0.0, 1.0, settled)
    return Indices(_listed(game, values), game.by.game.total, error, min(1.0, float(values[-1])))


def _groups(of: Crowded) -> list[tuple[int, int]]:
    return distinct([of.game.players[n][of.crowd] for n in of.many])


def _at(of: Crowded, t: float, negligible: float) -> Floats:
    """Swings at t: of each distinct weight of the crowd, of each seat; and what rounding moved."""
    groups = _groups(of)
    whole = sum(weight * voters for weight, voters in groups)
    found = sums(groups, whole + 2, min(t, 1.0 - t), negligible)
    now = Moment(of, t, whole, found)
    seated = [of.game.players[n] for n in of.seats]
    states = _states(of, seated, t)
    open_ = _open(of, states)
    crowd = [
        sum(chance * now.swing(need, weight) for need, chance in open_.items())
        for weight, _ in groups
    ]
    by_vector: dict[Vector, float] = {}
    for n, vector in enumerate(seated):
        if vector not in by_vector:
            rest = _states(of, seated[:n] + seated[n + 1 :], t)
            by_vector[vector] = _seat(now, rest, vector)
    return np.array([*crowd, *(by_vector[vector] for vector in seated), _moved(now, open_)])


def _states(of: Crowded, seated: Sequence[Vector], t: float) -> Chances:
    """The chance of each combined sum of the seats."""
    found: Chances = {(0,) * of.game.bodies: 1.0}
    for vector in seated:
        more: Chances = {}
        for state, chance in found.items():
            joined = tuple(
                min(s + w, q) for s, w, q in zip(state, vector, of.game.quotas, strict=True)
            )
            more[state] = more.get(state, 0.0) + (1.0 - t) * chance
            more[joined] = more.get(joined, 0.0) + t * chance
        found = more
    return found


def _open(of: Crowded, states: Chances) -> dict[int, float]:
    """What the crowd still needs where its word decides, and the chance that it does."""
    found: dict[int, float] = {}
    for state, chance in states.items():
        need = of.game.quotas[of.crowd] - state[of.crowd]
        others = of.game.reached(state) - {of.crowd}
        if need > 0 and of.game.passes(others | {of.crowd}) and not of.game.passes(others):
            found[need] = found.get(need, 0.0) + chance
    return found


def _seat(now: Moment, states: Chances, vector: Vector) -> float:
    """The chance that a seat's word decides."""
    total = 0.0
    for state, chance in states.items():
        joined = tuple(s + w for s, w in zip(state, vector, strict=True))
        total += chance * (_passing(now, joined) - _passing(now, state))
    return total


def _passing(now: Moment, state: Vector) -> float:
    """The chance that it passes, given the seats."""
    of = now.of
    need = of.game.quotas[of.crowd] - state[of.crowd]
    others = of.game.reached(state) - {of.crowd}
    if of.game.passes(others):
        return 1.0
    return now.reach(need) if of.game.passes(others | {of.crowd}) else 0.0


def _moved(now: Moment, needs: dict[int, float]) -> float:
    """Bound on what rounding moved: chance of the whole sum in the band, over min(t, 1 − t)."""
    bands = bands_of(now.of.by)
    bounds = [
        sum(chance * now.near(need, half) for need, chance in needs.items())
        / min(now.t, 1.0 - now.t)
        + beyond
        for half, beyond in bands
    ]
    return min([1.0, *bounds]) if bounds else 0.0


def _listed(of: Crowded, values: Floats) -> Floats:
    """Values by player; exactly 0 for those of the crowd whom nothing depends on."""
    weights = tuple(of.game.players[n][of.crowd] for n in of.many)
    whole = sum(weights)
    needs = [need for need in _open(of, _states(of, _seated(of), 0.5)) if need <= whole]
    nothing = min((heaviest_dummy(Game(weights, need)) for need in needs), default=whole)
    groups = _groups(of)
    by_weight = {weight: float(values[n]) for n, (weight, _) in enumerate(groups)}
    found = np.zeros(len(of.game.players))
    for number, weight in zip(of.many, weights, strict=True):
        found[number] = by_weight[weight] if weight > nothing else 0.0
    for place, number in enumerate(of.seats):
        found[number] = max(float(values[len(groups) + place]), 0.0)
    return found


def _seated(of: Crowded) -> list[Vector]:
    return [of.game.players[n] for n in of.seats]
