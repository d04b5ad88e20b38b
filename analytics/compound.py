"""Games of several bodies: checks and balances, exactly.

A player has a weight in each body (most have it in one). A body *agrees* when those in favour have
its quota or more. Something passes in one of several *ways*, each a set of bodies that must all
agree. A body that may only *block*, with the weight b of its whole W, agrees as soon as less than b
is left to be against: quota W − b + 1 (`standing_aside`).

The same bodies can be counted twice: as the rules read, every seat a player; and merged by whoever
appoints them (`merged`), since seats that one hand fills are one player.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from analytics.arguments import listed, of_kind
from analytics.games import Game
from analytics.power import Power
from psephos.errors import DataError

Vector = tuple[int, ...]

MOST_STATES = 200_000
"""Combined sums of all bodies that exact counting goes through at most."""


@dataclass(frozen=True, slots=True)
class Compound:
    """players: each one's weights, by body; quotas: of the bodies; ways: sets of bodies.

    `DataError` names the player or the body whose value is wrong: a negative weight, a quota above
    what the body's members have together, a way without bodies.
    """

    players: tuple[Vector, ...]
    quotas: Vector
    ways: tuple[frozenset[int], ...]

    def __post_init__(self) -> None:
        listed(self.quotas, "the quotas of the bodies")
        for place, way in enumerate(listed(self.ways, "the ways to pass"), start=1):
            of_kind(way, frozenset, f"way {place}")
        for place, vector in enumerate(listed(self.players, "the players"), start=1):
            if len(listed(vector, f"the weights of player {place}")) != len(self.quotas):
                raise DataError(
                    f"player {place} has weights in {len(vector)} of {self.bodies} bodies"
                )
        for body in range(self.bodies):
            try:
                self.body(body)
            except DataError as error:
                raise DataError(f"body {body + 1}: {error.message}", hint=error.hint) from None
        known = range(self.bodies)
        if not self.ways or any(not way or not way <= set(known) for way in self.ways):
            raise DataError(f"a way to pass needs bodies, of the {self.bodies} that there are")

    @property
    def bodies(self) -> int:
        """How many bodies there are."""
        return len(self.quotas)

    def body(self, number: int) -> Game:
        """One body as a game of all players."""
        return Game(tuple(vector[number] for vector in self.players), self.quotas[number])

    def reached(self, sums: Sequence[int]) -> frozenset[int]:
        """The bodies that agree when these are the weights in favour."""
        return frozenset(b for b, quota in enumerate(self.quotas) if sums[b] >= quota)

    def passes(self, agreeing: frozenset[int]) -> bool:
        """Whether it passes when these bodies agree."""
        return any(way <= agreeing for way in self.ways)

    def wins(self, coalition: Iterable[int]) -> bool:
        """Whether these players pass it together, counted from 0."""
        chosen = [self.players[player] for player in set(coalition)]
        return self.passes(self.reached([sum(v[b] for v in chosen) for b in range(self.bodies)]))


def standing_aside(members: Game) -> Game:
    """The game of those who must not be against: the quota of `members` is what blocks."""
    return Game(members.weights, members.total - members.quota + 1)


def merged(of: Compound, owners: Sequence[str]) -> tuple[Compound, tuple[str, ...]]:
    """The game in which all players of one owner are one, and its owners in order of appearance."""
    together: dict[str, list[int]] = {}
    if len(listed(owners, "the owners")) != len(of.players):
        raise DataError(f"{len(owners)} owners of {len(of.players)} players: give one for each")
    for owner, vector in zip(owners, of.players, strict=True):
        sums = together.setdefault(owner, [0] * of.bodies)
        for body, weight in enumerate(vector):
            sums[body] += weight
    players = tuple(tuple(sums) for sums in together.values())
    return Compound(players, of.quotas, of.ways), tuple(together)


def compound_power(of: Compound) -> Power:
    """Every exact index of a game of several bodies.

    Coalitions are counted by their sum in each body, up to its quota, and by size. `DataError`
    if there are too many combined sums: then `analytics.compound_rounded` is for it.
    """
    n = len(of_kind(of, Compound, "the game").players)
    shift = n + 1
    chance = [Fraction(factorial(s) * factorial(n - s - 1), factorial(n)) for s in range(n)]
    by_vector: dict[Vector, tuple[int, Fraction]] = {}
    for player, vector in enumerate(of.players):
        if vector not in by_vector:
            rest = of.players[:player] + of.players[player + 1 :]
            packed = _turned(of, _states(of, rest, shift), vector)
            sizes = [packed >> (shift * size) & ((1 << shift) - 1) for size in range(n)]
            pairs = zip(chance, sizes, strict=True)
            by_vector[vector] = sum(sizes), sum((c * k for c, k in pairs if k), Fraction(0))
    every = _states(of, of.players, 0)
    return Power(
        tuple(by_vector[vector][0] for vector in of.players),
        sum(count for state, count in every.items() if of.passes(of.reached(state))),
        tuple(by_vector[vector][1] for vector in of.players),
    )


def _states(of: Compound, players: Iterable[Vector], shift: int) -> Mapping[Vector, int]:
    """Coalitions by their sums, each no higher than its quota; one of s counts 2^(shift·s)."""
    found: dict[Vector, int] = {(0,) * of.bodies: 1}
    for vector in players:
        for state, count in list(found.items()) if any(vector) else []:
            more = _joined(of, state, vector)
            if more != state:
                found[more] = found.get(more, 0) + (count << shift)
            else:
                found[state] += count << shift
        if not any(vector):
            found = {state: count + (count << shift) for state, count in found.items()}
        if len(found) > MOST_STATES:
            raise DataError(
                f"more than {MOST_STATES} combined sums of {of.bodies} bodies",
                hint="round the weights of the largest body",
            )
    return found


def _joined(of: Compound, state: Vector, vector: Vector) -> Vector:
    return tuple(min(s + w, q) for s, w, q in zip(state, vector, of.quotas, strict=True))


def _turned(of: Compound, states: Mapping[Vector, int], vector: Vector) -> int:
    """The coalitions that a player of this vector turns from losing to winning."""
    return sum(
        count
        for state, count in states.items()
        if not of.passes(of.reached(state)) and of.passes(of.reached(_joined(of, state, vector)))
    )


def minimal_ways(of: Compound) -> Iterator[frozenset[int]]:
    """The ways that contain no other way."""
    for way in dict.fromkeys(of.ways):
        if not any(other < way for other in of.ways):
            yield way
