"""Coalitions of a weighted game: who can win together, who can stop the others, who must agree.

Voters are numbers, counted from 0, in the order of the game's weights; equal weights are taken in
that order, so an answer is the same wherever it is asked.
"""

from collections.abc import Iterator

from analytics.arguments import of_kind
from analytics.games import Game, dual


def minimum_winning(of: Game) -> tuple[int, ...]:
    """The fewest voters who win together, heaviest first.

    min k : Σ_{i≤k} w_i ≥ q, heaviest first; no other choice of as many weighs more.
    """
    of_kind(of, Game, "the game")
    together = 0
    chosen = []
    for voter in _heaviest(of):
        chosen.append(voter)
        together += of.weights[voter]
        if together >= of.quota:
            break
    return tuple(chosen)


def minimum_blocking(of: Game) -> tuple[int, ...]:
    """The fewest voters without whom the others cannot win, heaviest first.

    min k : Σ_{i≤k} w_i > Σ w − q: a winning coalition of the dual game.
    """
    of_kind(of, Game, "the game")
    return minimum_winning(dual(of))


def veto_players(of: Game) -> tuple[int, ...]:
    """Voters without whom nobody wins: Σ w − w_i < q; each of them blocks alone."""
    of_kind(of, Game, "the game")
    spare = of.total - of.quota
    return tuple(voter for voter, weight in enumerate(of.weights) if weight > spare)


def dictator(of: Game) -> int | None:
    """The voter who wins alone and without whom nobody wins; None if there is none.

    Weighing as much as the quota is not enough: of [2, 1, 1] with a quota of 2 the others win too.
    """
    strongest = [voter for voter in veto_players(of) if of.weights[voter] >= of.quota]
    return strongest[0] if strongest else None


def heaviest_dummy(of: Game) -> int:
    """The weight up to which voters change no outcome whatever the others do; 0: nobody's.

    Exact, for totals of up to some millions. A voter of weight w decides something just when the
    others reach a sum in q − w … q − 1, and then so does every heavier one; the sums that can be
    reached are the bits of one integer.
    """
    of_kind(of, Game, "the game")
    weights = sorted({weight for weight in of.weights if weight})
    first, last = 0, len(weights)
    if weights and _decides(of, weights[0]):
        return 0
    while first < last:
        middle = (first + last) // 2
        if _decides(of, weights[middle]):
            last = middle
        else:
            first = middle + 1
    return weights[first - 1] if first else 0


def _decides(of: Game, weight: int) -> bool:
    """Whether the others of one voter of this weight can reach a sum that it turns."""
    others = list(of.weights)
    others.remove(weight)
    below = (1 << of.quota) - 1
    sums = 1
    for other in others:
        sums |= (sums << other) & below
    return bool(sums >> max(of.quota - weight, 0))


def minimal_winning(of: Game) -> Iterator[tuple[int, ...]]:
    """Every winning coalition that no voter can leave without its losing, one after the other.

    There can be exponentially many: take as many as you want with `itertools.islice`.
    """
    of_kind(of, Game, "the game")
    order = [voter for voter in _heaviest(of) if of.weights[voter]]
    rest = [0] * (len(order) + 1)
    for place in range(len(order) - 1, -1, -1):
        rest[place] = rest[place + 1] + of.weights[order[place]]
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, ())]
    while stack:
        place, together, chosen = stack.pop()
        if together >= of.quota:  # lightest member last: if it is needed, all are
            yield chosen
        elif together + rest[place] >= of.quota:
            voter = order[place]
            stack.append((place + 1, together, chosen))
            stack.append((place + 1, together + of.weights[voter], (*chosen, voter)))


def _heaviest(of: Game) -> list[int]:
    return sorted(range(len(of)), key=lambda voter: (-of.weights[voter], voter))
