"""Weighted games: who votes with which weight, and how much of it decides.

A coalition wins when its weights add up to the quota or more. A rule written as a share, with a
declared > or ≥, becomes a whole quota by `quota_of`; nothing here is compared in floats.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import listed, of_kind
from analytics.threshold import Threshold
from analytics.whole import moment, positive
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Game:
    """Weights of the voters in their own order, and the least weight that wins.

    Weights are whole and not negative; a voter of weight 0 is a dummy. The quota lies in
    1 … Σ weights: below it everybody's absence would decide, above it nothing could. Anything
    else raises `DataError` that names the value and the voter's place, counted from 1.
    """

    weights: tuple[int, ...]
    quota: int

    def __post_init__(self) -> None:
        for place, weight in enumerate(listed(self.weights, "the weights"), start=1):
            if moment(weight, f"the weight of voter {place}") < 0:
                raise DataError(
                    f"voter {place} has a negative weight: {weight}",
                    hint="a weight is a share of a whole: 0 or more",
                )
        if not 1 <= moment(self.quota, "the quota") <= self.total:
            raise DataError(
                f"a quota of {self.quota} is not within 1 and the sum of the weights, {self.total}",
                hint="the quota is of other voters, or of another unit",
            )

    @property
    def total(self) -> int:
        """The sum of all weights."""
        return sum(self.weights)

    def __len__(self) -> int:
        return len(self.weights)

    def wins(self, coalition: Iterable[int]) -> bool:
        """Whether the voters with these numbers, counted from 0, win together."""
        return sum(self.weights[voter] for voter in set(coalition)) >= self.quota


def game(weights: Iterable[int], quota: int | Threshold, *, total: int | None = None) -> Game:
    """The game of these weights with a quota, or with a share of their sum.

    total: what the weights are said to add up to; `DataError` if they do not.
    """
    given = enumerate(listed(weights, "the weights"), start=1)
    held = tuple(moment(weight, f"the weight of voter {place}") for place, weight in given)
    whole = sum(held)
    if total is not None and total != whole:
        raise DataError(
            f"the weights add up to {whole}, not to the {total} they were declared to be",
            hint="a voter is missing, or counted twice",
        )
    return Game(held, quota_of(quota, whole) if isinstance(quota, Threshold) else quota)


def quota_of(threshold: Threshold, whole: int) -> int:
    """The least whole amount that meets a threshold of `whole`: ⌊s·W⌋ + 1 for >, ⌈s·W⌉ for ≥."""
    of_kind(threshold, Threshold, "the threshold")
    least, rest = divmod(threshold.share.numerator * whole, threshold.share.denominator)
    return least + 1 if threshold.strict or rest else least


def dual(of: Game) -> Game:
    """The game in which a coalition wins when it can block in this one: quota W − q + 1."""
    return Game(of.weights, of.total - of.quota + 1)


@dataclass(frozen=True, slots=True)
class Rounded:
    """A game whose weights were rounded to a smaller total, and what that can have moved.

    game:    the rounded game
    square:  Σ e², e the difference of a rounded weight and the exact scaled one
    slack:   how far the rounded quota lies above the exact scaled one
    """

    game: Game
    square: Fraction
    slack: Fraction


def rounded(of: Game, total: int) -> Rounded:
    """The game with weights that add up to `total`, by largest remainder; itself if it is smaller.

    Every weight is off by less than 1 and all errors add up to 0, so equal weights may come to
    differ by one. The quota is rounded up.
    """
    positive(total, "the total to round to")
    if of_kind(of, Game, "the game").total <= total:
        return Rounded(of, Fraction(0), Fraction(0))
    whole = of.total
    parts = [divmod(weight * total, whole) for weight in of.weights]
    missing = total - sum(part for part, _ in parts)
    order = sorted(range(len(parts)), key=lambda voter: (-parts[voter][1], voter))
    up = set(order[:missing])
    weights = tuple(part + (voter in up) for voter, (part, _) in enumerate(parts))
    square = sum(
        (whole - rest if voter in up else rest) ** 2 for voter, (_, rest) in enumerate(parts)
    )
    quota = -(-of.quota * total // whole)
    return Rounded(
        Game(weights, quota),
        Fraction(square, whole * whole),
        quota - Fraction(of.quota * total, whole),
    )


def distinct(weights: Sequence[int]) -> list[tuple[int, int]]:
    """(weight, how many voters have it) of the weights above 0, lightest first."""
    found: dict[int, int] = {}
    for weight in weights:
        if weight:
            found[weight] = found.get(weight, 0) + 1
    return sorted(found.items())
