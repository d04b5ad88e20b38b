"""Coalitions of a game of several bodies: who passes, who blocks, who must agree, exactly.

Players are numbers, counted from 0. A way is taken by the fewest who reach the quotas of all its
bodies; to block, one body of every way must be kept from agreeing, so blocking is passing in the
*dual* game: quotas W − q + 1, and as ways the smallest sets of bodies that meet every way.

The players of a way are put in chains, in which each weighs at least as much as the next in every
body: then the first of a chain are its best, and only how many of each chain is to be tried. The
number taken of the longest chain follows from the others'.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, product
from math import prod

from analytics.arguments import of_kind
from analytics.compound import Compound, Vector
from psephos.errors import DataError

MOST_TRIED = 200_000
"""How many combinations of chains are tried for a way at most; and of bodies for the dual game."""


def fewest_passing(of: Compound) -> tuple[int, ...]:
    """The fewest players who pass together, in the order of the game; of several one such set.

    min |S| : some way has Σ_{i∈S} w_{i,b} ≥ q_b for each of its bodies b.

    `DataError` where too many combinations would have to be tried.
    """
    of_kind(of, Compound, "the game")
    return min((_of_way(of, sorted(way)) for way in of.ways), key=len)


def fewest_blocking(of: Compound) -> tuple[int, ...]:
    """The fewest players without whom the others cannot pass, in the order of the game.

    min |S| : no way has Σ_{i∉S} w_{i,b} ≥ q_b in all of its bodies b. Of several such sets one; it
    is `fewest_passing` of the dual game. `DataError` where too many combinations would be tried.
    """
    return fewest_passing(dual(of))


def dual(of: Compound) -> Compound:
    """The game in which a coalition passes when it can block in this one."""
    of_kind(of, Compound, "the game")
    quotas = tuple(of.body(b).total - quota + 1 for b, quota in enumerate(of.quotas))
    if prod(len(way) for way in of.ways) > MOST_TRIED:
        raise DataError(f"{len(of.ways)} ways to pass: too many to say who blocks them all")
    meeting = {frozenset(one) for one in product(*of.ways)}
    least = [one for one in meeting if not any(other < one for other in meeting)]
    return Compound(of.players, quotas, tuple(sorted(least, key=sorted)))


def needed_by_all(of: Compound) -> tuple[int, ...]:
    """Veto players: those without whom all others together do not pass, in the order of the game.

    Each of them blocks alone. There is none where every player can be done without.
    """
    of_kind(of, Compound, "the game")
    sums = [of.body(body).total for body in range(of.bodies)]
    return tuple(
        player
        for player, vector in enumerate(of.players)
        if not of.passes(of.reached([s - w for s, w in zip(sums, vector, strict=True)]))
    )


def decides_alone(of: Compound) -> int | None:
    """The player who passes alone and without whom nobody passes; None if there is none."""
    return next((player for player in needed_by_all(of) if of.wins([player])), None)


def _of_way(of: Compound, way: Sequence[int]) -> tuple[int, ...]:
    """The fewest players who make all bodies of a way agree."""
    needs = [of.quotas[body] for body in way]
    weights = {
        player: tuple(vector[body] for body in way) for player, vector in enumerate(of.players)
    }
    chains = _chains({player: vector for player, vector in weights.items() if any(vector)})
    *rest, longest = sorted(chains, key=len)
    if prod(len(chain) + 1 for chain in rest) > MOST_TRIED:
        raise DataError(
            f"more than {MOST_TRIED} combinations of players in several bodies",
            hint="merge players, or ask about fewer bodies",
        )
    sums = [_sums([weights[player] for player in chain], len(way)) for chain in (*rest, longest)]
    best: tuple[int, ...] | None = None
    for counts in product(*(range(len(chain) + 1) for chain in rest)):
        left = [
            need - sum(one[place][count] for one, count in zip(sums, counts, strict=False))
            for place, need in enumerate(needs)
        ]
        more = max(bisect_left(sums[-1][place], need) for place, need in enumerate(left))
        if more <= len(longest) and (best is None or sum(counts) + more < sum(best)):
            best = (*counts, more)
    if best is None:
        raise AssertionError("all together reach every quota")
    taken = zip((*rest, longest), best, strict=True)
    return tuple(sorted(player for chain, count in taken for player in chain[:count]))


def _chains(weights: dict[int, Vector]) -> list[list[int]]:
    """Players in as few chains as come of taking the heaviest first."""
    chains: list[list[int]] = []
    for player in sorted(weights, key=lambda one: (*(-w for w in weights[one]), one)):
        for chain in chains:
            above = weights[chain[-1]]
            if all(a >= w for a, w in zip(above, weights[player], strict=True)):
                chain.append(player)
                break
        else:
            chains.append([player])
    return chains


def _sums(vectors: Sequence[Vector], bodies: int) -> list[list[int]]:
    """By body, what the first 0, 1, … of a chain weigh together."""
    return [list(accumulate((v[body] for v in vectors), initial=0)) for body in range(bodies)]
