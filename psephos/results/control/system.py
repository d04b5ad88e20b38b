"""Who controls a system at a block: bodies by themselves, and all of them as one game.

The game is counted twice: as the rules read, with every seat a player; and with the seats that one
hand fills merged into one player, who may hold voting power under a declared label, too. A body
that token holders appoint follows its holders there.
"""

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from analytics.compound import Compound, compound_power, merged, standing_aside
from analytics.compound_rounded import compound_banzhaf, compound_shapley
from analytics.games import Game, quota_of
from analytics.power import EXACT, cost, power
from analytics.power_rounded import (
    Indices,
    banzhaf_rounded,
    normalised,
    shapley_rounded,
)
from analytics.rules import System, Way
from psephos.results.control.bodies import Electorate
from psephos.results.control.joint import Joint, joint

if TYPE_CHECKING:
    from psephos.results.labels.entities import Entities

BANZHAF_TOTAL, SHAPLEY_TOTAL = 1_000_000, 100_000


@dataclass(frozen=True, slots=True)
class Player:
    """One player's indices: raw and normalised Banzhaf, and Shapley-Shubik."""

    name: str
    weight: int
    banzhaf: float
    normalised: float | None
    shapley: float


@dataclass(frozen=True, slots=True)
class Powers:
    """The players of a game in its order, and how sure their indices are.

    exact: counted in whole numbers. Else `rounded` are the totals that weights were rounded to for
    Banzhaf and Shapley-Shubik, and `resolution` bounds what that moved any index (raw Banzhaf)
    """

    players: tuple[Player, ...]
    exact: bool
    rounded: tuple[int, int] | None
    resolution: tuple[float, float]
    error: float


def body_powers(of: Electorate) -> Powers | None:
    """The power indices of one body's members; None where nothing can pass in it."""
    need = of.need
    if need is None:
        return None
    game = Game(of.weights, need)
    if cost(game) * len(of.weights) <= EXACT:
        found = power(game)
        listed = zip(
            of.names, of.weights, found.banzhaf, found.normalised, found.shapley, strict=True
        )
        players = tuple(Player(n, w, float(b), float(s), float(p)) for n, w, b, s, p in listed)
        return Powers(players, True, None, (0.0, 0.0), 0.0)
    return _powers(
        of.names,
        of.weights,
        banzhaf_rounded(game, BANZHAF_TOTAL),
        shapley_rounded(game, SHAPLEY_TOTAL),
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """All bodies that pass something, as one game: as the rules read, and merged by appointer.

    why: why the game cannot be told, or None
    owners: players of the merged game who hold more than one seat, or seats and voting power
    read_by, merged_by: the fewest who pass and block, and veto players, of both games
    """

    matter: str
    as_read: Powers | None
    merged: Powers | None
    owners: tuple[str, ...] = ()
    why: str | None = None
    read_by: Joint | None = None
    merged_by: Joint | None = None


def whole(
    system: System, matter: str, held: dict[str, Electorate], labels: "Entities | None", block: int
) -> Whole:
    """The game of everything that passes a matter."""
    ways = system.to("pass", matter)
    asked = {name for way in ways for name in (*way.agree, *way.unless)}
    for name in sorted(asked):
        if why := held[name].why:
            return Whole(matter, None, None, why=f"{name}: {why}")
    if len(asked) == 1:
        return Whole(matter, None, None, why="one body decides: its own indices are the game's")
    read = _game(system, ways, held)
    if read is None:
        return Whole(matter, None, None, why="no way can pass: some body's members are too few")
    names = [n for name in _members(system, ways) for n in held[name].names]
    follow = tuple(_followed(system, way) for way in ways)
    plain = _game(system, follow, held)
    owners: list[str] = []
    if plain is not None:
        people = _members(system, follow)
        owners = [o for name in people for o in _owners(system, held[name], labels, block)]
        plain, hands = merged(plain, owners)
        several = [hand for hand in hands if owners.count(hand) > 1]
    return Whole(
        matter,
        _indices(read, names),
        None if plain is None else _indices(plain, list(hands)),
        tuple(several) if plain is not None else (),
        None,
        joint(read, names),
        None if plain is None else joint(plain, hands),
    )


def _members(system: System, ways: tuple[Way, ...]) -> list[str]:
    """The bodies whose members these ways ask, in the file's order; each member once."""
    asked = {system.whose(name) for way in ways for name in (*way.agree, *way.unless)}
    return [body.name for body in system.bodies if body.name in asked]


def _game(system: System, ways: tuple[Way, ...], held: dict[str, Electorate]) -> Compound | None:
    """The ways as a game of vectors: a dimension for each body that agrees or stands aside."""
    people = _members(system, ways)
    needs = {("agree", name): held[name].need for way in ways for name in way.agree}
    for way in ways:
        for name in way.unless:
            block = held[name].body.block
            if block is not None:
                least = quota_of(block, held[name].power)
                needs["unless", name] = standing_aside(Game(held[name].weights, least)).quota
    possible = [way for way in ways if all(needs["agree", name] is not None for name in way.agree)]
    asked = {key for way in possible for key in _keys(way)}
    keys = [key for key in needs if key in asked]
    if not possible:
        return None
    players = tuple(
        tuple(weight if name == system.whose(body) else 0 for _, body in keys)
        for name in people
        for weight in held[name].weights
    )
    quotas = tuple(needs[key] or 1 for key in keys)
    return Compound(
        players, quotas, tuple(frozenset(keys.index(k) for k in _keys(w)) for w in possible)
    )


def _keys(way: Way) -> list[tuple[str, str]]:
    return [("agree", name) for name in way.agree] + [("unless", name) for name in way.unless]


def _followed(system: System, way: Way) -> Way:
    """The way without bodies that token holders appoint: those follow their holders."""

    def follow(name: str) -> str:
        by = system.body(name).appointed_by
        crowd = by in {b.name for b in system.bodies} and system.body(by).kind != "seats"
        return by if crowd else name

    agree = tuple(dict.fromkeys(follow(name) for name in way.agree))
    return Way(way.to, way.title, agree, way.unless, way.matter, way.delay_hours)


def _owners(system: System, of: Electorate, labels: "Entities | None", block: int) -> list[str]:
    """Whose hand each member's seat is in: its appointer's, its own body's, or its own."""
    if of.body.kind == "seats":
        hand, seen = of.body, {of.body.name}
        by = hand.appointed_by
        while by in {b.name for b in system.bodies} and by not in seen:
            seen.add(by)
            hand, by = system.body(by), system.body(by).appointed_by
        if hand.appointed_by:
            return [hand.appointed_by] * len(of.weights)
        alone = hand is not of.body or hand.members == 1
        return [hand.name] * len(of.weights) if alone else list(of.names)
    single = {one.name for one in system.bodies if one.members == 1}
    roles = {one.appointed_by for one in system.bodies} | single
    holders = of.held.holders if of.held else of.stakers
    hands = []
    for name, holder in zip(of.names, holders, strict=True):
        owner = labels.of(holder, block) if labels else None
        hands.append(owner.role if owner and owner.role in roles else name)
    return hands


def _indices(of: Compound, names: list[str]) -> Powers:
    """The indices of a compound game: exact for few seats, else its largest body rounded."""
    weights = [max(vector) for vector in of.players]
    if prod(quota + 1 for quota in of.quotas) * len(of.players) ** 2 <= EXACT // 100:
        found = compound_power(of)
        listed = zip(names, weights, found.banzhaf, found.normalised, found.shapley, strict=True)
        players = tuple(Player(n, w, float(b), float(s), float(p)) for n, w, b, s, p in listed)
        return Powers(players, True, None, (0.0, 0.0), 0.0)
    return _powers(
        tuple(names),
        tuple(weights),
        compound_banzhaf(of, BANZHAF_TOTAL),
        compound_shapley(of, SHAPLEY_TOTAL),
    )


def _powers(
    names: tuple[str, ...], weights: tuple[int, ...], swings: Indices, shapley: Indices
) -> Powers:
    shares = normalised(swings)
    players = tuple(
        Player(
            name,
            weight,
            float(swings.values[n]),
            None if shares is None else float(shares[n]),
            float(shapley.values[n]),
        )
        for n, (name, weight) in enumerate(zip(names, weights, strict=True))
    )
    return Powers(
        players,
        False,
        (swings.total, shapley.total),
        (swings.resolution, shapley.resolution),
        max(swings.error, shapley.error),
    )
