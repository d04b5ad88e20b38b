"""Power in a weighted game, exactly: how often a voter decides.

Definitions (n voters, weights w, quota q; i *swings* S when S loses and S with i wins):

    Banzhaf          raw β′_i = swings_i / 2^(n−1);  normalised β_i = swings_i / Σ swings
    Coleman          to act: winning / 2^n;  to prevent: swings_i / winning;
                     to initiate: swings_i / losing
    Shapley-Shubik   φ_i = Σ_S |S|! (n − |S| − 1)! / n!  over the S that i swings

These are the definitions executed, in whole numbers: coalitions are counted by sum and by size,
each voter's factor is divided out again, the lighter of a game and its dual is counted. They cost
(distinct weights + n) times the number of sums below the quota: `cost` says it beforehand, and
`analytics.power_rounded` is for what is too large.

Sources: L. S. Penrose 1946; J. F. Banzhaf 1965; J. S. Coleman 1971; L. S. Shapley, M. Shubik
1954; counting by generating functions: S. J. Brams, P. J. Affuso 1976.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from analytics.arguments import of_kind
from analytics.games import Game, distinct, dual

EXACT = 3_000_000
"""The cost up to which a game is small: a few seconds at most."""


@dataclass(frozen=True, slots=True)
class Power:
    """What each voter of a game can do, in the game's order; all exact.

    swings:   coalitions of others that the voter turns from losing to winning
    winning:  winning coalitions of all voters
    shapley:  the Shapley-Shubik index, which adds up to 1
    """

    swings: tuple[int, ...]
    winning: int
    shapley: tuple[Fraction, ...]

    @property
    def banzhaf(self) -> tuple[Fraction, ...]:
        """Raw: the chance to decide when everybody else tosses a coin."""
        whole = 2 ** (len(self.swings) - 1)
        return tuple(Fraction(swings, whole) for swings in self.swings)

    @property
    def normalised(self) -> tuple[Fraction, ...]:
        """Banzhaf's index as shares of all swings, which add up to 1."""
        whole = sum(self.swings)
        return tuple(Fraction(swings, whole) for swings in self.swings)

    @property
    def act(self) -> Fraction:
        """Coleman's power of the body to act: the chance that a toss of coins passes."""
        return Fraction(self.winning, 2 ** len(self.swings))

    @property
    def prevent(self) -> tuple[Fraction, ...]:
        """Coleman's power to prevent: the share of winning coalitions that need the voter."""
        return tuple(Fraction(swings, self.winning) for swings in self.swings)

    @property
    def initiate(self) -> tuple[Fraction | None, ...]:
        """Coleman's power to initiate: the share of losing coalitions that the voter lets win."""
        losing = 2 ** len(self.swings) - self.winning
        return tuple(Fraction(swings, losing) for swings in self.swings)


def power(of: Game) -> Power:
    """Every exact index: `banzhaf`, `normalised`, `shapley`, `act`, `prevent`, `initiate`.

    A voter swings a coalition that loses without it and wins with it; Banzhaf's index is the chance
    of that when all others toss coins, Shapley and Shubik's when voters come in any order. Who
    changes nothing has exactly 0. What a game costs says `cost`; too large ones are rounded.
    """
    of_kind(of, Game, "the game")
    of_kind(of, Game, "the game")
    n = len(of)
    counted = _lighter(of)
    shift = n + 1
    sums = _sums(counted, shift)
    by_weight = {w: _swings(sums, counted.quota, w, shift) for w, _ in distinct(of.weights)}
    sizes = {w: _digits(packed, shift, n) for w, packed in by_weight.items()}
    sizes[0] = [0] * n
    chance = [Fraction(factorial(s) * factorial(n - s - 1), factorial(n)) for s in range(n)]
    swings = {w: sum(counts) for w, counts in sizes.items()}
    shapley = {
        w: sum((c * k for c, k in zip(chance, counts, strict=True) if k), Fraction(0))
        for w, counts in sizes.items()
    }
    below = sum(_digits(sum(sums.values()), shift, n + 1))
    return Power(
        tuple(swings[w] for w in of.weights),
        2**n - below if counted is of else below,
        tuple(shapley[w] for w in of.weights),
    )


def banzhaf(of: Game) -> tuple[tuple[int, ...], int]:
    """(swings of each voter, winning coalitions): exact, without counting by size.

    Reaches further than `power`: the counts are integers of n bits, not of n².
    """
    counted = _lighter(of)
    sums = _sums(counted, 0)
    swings = {w: _swings(sums, counted.quota, w, 0) for w, _ in distinct(of.weights)}
    below = sum(sums.values())
    winning = 2 ** len(of) - below if counted is of else below
    return tuple(swings.get(w, 0) for w in of.weights), winning


def cost(of: Game) -> int:
    """How many additions the exact indices need at most."""
    n = len(of)
    sums = min(_lighter(of).quota, 1 << min(n, 200))
    return sums * (n + len(distinct(of.weights)))


def _lighter(of: Game) -> Game:
    """The game or its dual, whichever has fewer sums below its quota: i swings S in the one just
    when it swings the others' complement in the other."""
    other = dual(of)
    return of if of.quota <= other.quota else other


def _sums(of: Game, shift: int) -> dict[int, int]:
    """Coalitions by their sum, below the quota; one of s voters counts 2^(shift·s).

    With shift = n + 1 the counts by size lie side by side in one integer, and never touch.
    """
    found = {0: 1}
    for weight in sorted(of.weights):
        for together, count in list(found.items()):
            if together + weight < of.quota:
                found[together + weight] = found.get(together + weight, 0) + (count << shift)
    return found


def _swings(sums: dict[int, int], quota: int, weight: int, shift: int) -> int:
    """Coalitions without one voter of this weight, with a sum in quota − weight … quota − 1.

    The voter's factor is divided out: with(k) = without(k) + 2^shift · without(k − weight).
    """
    without: dict[int, int] = {}
    for together in sorted(sums):
        rest = sums[together] - (without.get(together - weight, 0) << shift)
        if rest:
            without[together] = rest
    return sum(count for together, count in without.items() if together >= quota - weight)


def _digits(packed: int, shift: int, count: int) -> list[int]:
    """The counts by size, 0 … count − 1, of a packed number."""
    mask = (1 << shift) - 1
    return [packed >> (shift * size) & mask for size in range(count)]
