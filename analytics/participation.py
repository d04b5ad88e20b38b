"""What is measured of a vote: turnout, quorum, and who could have decided otherwise.

Weights are whole amounts of voting power at the proposal's snapshot. Which votes a quorum counts
(for, against, abstain) is the governor's rule; the caller applies it and brings the sums.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from analytics.arguments import truth
from analytics.measure import Measure, population
from analytics.whole import whole
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Turnout:
    """Turnout on the three bases; each `None` where its base is nothing or not known."""

    supply: Fraction | None
    delegated: Fraction | None
    heads: Fraction | None


def turnout(cast: int, base: int) -> Fraction | None:
    """What was cast, as a share of what could have been.

    Exact. Undefined for an empty base. More cast than the base holds raises `DataError`: then base
    and votes are not of the same block, or, by heads, voters without power were counted.
    """
    whole(cast, "what was cast")
    whole(base, "the base")
    if cast > base:
        raise DataError(
            f"{cast} was cast, more than the {base} that could be",
            hint="take the base at the proposal's snapshot, and count voters with power only",
        )
    return Fraction(cast, base) if base else None


def turnouts(
    weights: Iterable[int], *, supply: int | None, delegated: int | None, delegates: int | None
) -> Turnout:
    """Turnout by supply, by delegated power and by heads; `None` for a base that is not known.

    `weights` are the votes cast, one a voter; who votes without power is no head. `delegates` is
    the number of those who had power at the snapshot. The three belong together: a tenth of the
    supply may be most of what was delegated, and one voter of a thousand.
    """
    cast = population(weights)
    power = sum(cast)
    return Turnout(
        supply=None if supply is None else turnout(power, supply),
        delegated=None if delegated is None else turnout(power, delegated),
        heads=None if delegates is None else turnout(len(cast), delegates),
    )


def quorum_reach(counted: int, quorum: int) -> Fraction | None:
    """The counted votes over the quorum: 1 is just enough, since a quorum is reached, not passed.

    Exact. Undefined where no quorum is asked (0): everything reaches it.
    """
    whole(counted, "the counted votes")
    whole(quorum, "the quorum")
    return Fraction(counted, quorum) if quorum else None


def quorum_robustness(weights: Iterable[int], quorum: int) -> int | None:
    """The fewest counted voters whose absence would have failed the quorum.

    min k : Σ x − Σ_{i≤k} x_i < quorum, largest first. 0 when it failed anyway. Undefined where no
    quorum is asked (0): no absence can fail it. As a share, divide by the number of voters.
    """
    whole(quorum, "the quorum")
    if not quorum:
        return None
    held = population(weights)
    spare = sum(held) - quorum
    return next(k for k, gone in enumerate(accumulate(held, initial=0)) if gone > spare)


def flip_set(winners: Iterable[int], losing: int, *, tie_flips: bool = False) -> int | None:
    """The fewest winning voters whose change of side would have turned the majority.

    min k : 2 Σ_{i≤k} x_i > Σ x − losing, largest first; with `tie_flips` ≥ is enough, as for a
    proposal that passed under a governor that needs more votes for than against. It is about the
    majority only: a quorum that counts only one side is `quorum_robustness`. Undefined when
    nobody voted for the winning side. Winners with less than the losers raise `DataError`.
    """
    truth(tie_flips, "whether a tie flips")
    held = population(winners)
    lead = sum(held) - whole(losing, "what lost")
    if lead < 0:
        raise DataError(f"{sum(held)} cannot have won against {losing}")
    turned = accumulate(held)
    for size, part in enumerate(turned, start=1):
        if 2 * part > lead or (tie_flips and 2 * part == lead):
            return size
    return None


PARTICIPATION: dict[str, Measure] = {
    entry.name: entry
    for entry in (
        Measure(
            name="turnout",
            title="Turnout",
            formula="Σ cast / base",
            latex=r"\frac{\sum_i \mathrm{cast}_i}{\mathrm{base}}",
            domain="[0, 1]",
            unit="share",
            direction="low",
            sensitive="the base: supply, delegated power or heads; publish all three",
            reference="OpenZeppelin, Votes: getPastTotalSupply and getPastVotes at the snapshot",
            of=turnout,
        ),
        Measure(
            name="quorum_reach",
            title="Quorum reach",
            formula="Σ counted / quorum",
            latex=r"\frac{\sum_i \mathrm{counted}_i}{\mathrm{quorum}}",
            domain="[0, ∞)",
            unit="times the quorum",
            direction="low",
            sensitive="which votes the governor counts; the quorum at the snapshot",
            reference="OpenZeppelin, GovernorCountingSimple: quorum ≤ for + abstain",
            of=quorum_reach,
        ),
        Measure(
            name="quorum_robustness",
            title="Quorum robustness",
            formula="min k : Σ x − Σ_{i≤k} x_i < quorum",
            latex=r"\min\Big\{k : \sum_{i>k} x_{(i)} < \mathrm{quorum}\Big\}",
            domain="0 … n",
            unit="voters",
            direction="low",
            sensitive="the largest voters, and how narrowly the quorum was reached",
            reference="blocking coalitions: A. Taylor, W. Zwicker, Simple Games, 1999",
            of=quorum_robustness,
        ),
        Measure(
            name="flip_set",
            title="Flip set",
            formula="min k : 2 Σ_{i≤k} x_i > winning − losing",
            latex=r"\min\Big\{k : 2\sum_{i\le k} x_{(i)} > \mathrm{winning}-\mathrm{losing}\Big\}",
            domain="1 … n",
            unit="voters",
            direction="low",
            sensitive="the lead and the largest winning voters; whether a tie turns the outcome",
            reference="L. Xia, Computing the Margin of Victory for Various Voting Rules, 2012",
            of=flip_set,
        ),
    )
}
"""Every measure of a vote, by name."""
