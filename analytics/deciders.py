"""Who decides: coalitions with at least a share, by name; the weakest, and the most unequal, of
several subsystems.

A τ-index of published tables is the fewest who hold *at least* the share τ; the coefficients of
`analytics.concentration` ask for *more than* it. At a tie they differ by one, so both are there
and each says its sign.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import table
from analytics.concentration import coalition
from analytics.holders import holdings
from analytics.inequality import gini
from analytics.measure import REFERENCE, Amounts, Value, measure
from analytics.threshold import Threshold
from analytics.whole import rate
from psephos.errors import DataError

EDI = "Edinburgh Decentralisation Index, docs/metrics.md: τ-decentralization index"


def _enter_tau(name: str, title: str, share: Fraction, sign: str, latex: str) -> None:
    threshold = Threshold(share, strict=False)

    def tau(amounts: Amounts) -> Value:
        return coalition(amounts, threshold)

    tau.__name__ = name
    tau.__doc__ = f"""The fewest holders who together hold at least {sign} of the whole.

    Exactly the share is enough: one less than the coefficient of *more than* {sign} where a
    coalition holds just that. Integers are compared; 0.66 is not two thirds, and a published
    τ = 0.66 is `coalition(amounts, Threshold.parse('>=66/100'))`. Undefined for no holders.
    """
    measure(
        title=title,
        formula=f"min |S| : Σ_{{i∈S}} x_i ≥ {sign} Σ x",
        latex=rf"\min\Big\{{|S| : \sum_{{i\in S}} x_i \ge {latex}\sum_j x_j\Big\}}",
        domain=f"1 … ⌈{sign} n⌉",
        unit="holders",
        direction="low",
        sensitive="who counts as one holder; ties and the sign of the threshold",
        reference=EDI,
        bounds=lambda n: (1, -(-n * share.numerator // share.denominator)),
        into=REFERENCE,
    )(tau)


for _name, _title, _share, _sign, _latex in (
    ("tau_one_third", "τ-index, at least a third", Fraction(1, 3), "⅓", r"\frac13"),
    ("tau_one_half", "τ-index, at least half", Fraction(1, 2), "½", r"\frac12"),
    ("tau_two_thirds", "τ-index, at least two thirds", Fraction(2, 3), "⅔", r"\frac23"),
):
    _enter_tau(_name, _title, _share, _sign, _latex)


def tau(amounts: Iterable[int], share: Fraction | str) -> int | None:
    """The τ-index: the fewest holders with at least `share`; `None` for no holders.

    `share` is a rational in (0, 1], as a `Fraction` or exact text: `"0.66"` is 33/50, not ⅔. A
    float raises `DataError`: 1/3 was rounded before it came here.
    """
    if isinstance(share, str):
        return coalition(amounts, Threshold.parse(f">={share}"))
    return coalition(amounts, Threshold(rate(share, "the share"), strict=False))


@dataclass(frozen=True, slots=True)
class Coalition:
    """A smallest coalition, largest member first, and what it holds together.

    `tied` lists everybody who holds as much as the last member, when not all of them are in:
    any other choice among them decides as well, so a list without them would accuse by the
    order of names.
    """

    members: tuple[tuple[Hashable, int], ...]
    share: Fraction
    tied: tuple[Hashable, ...]


def smallest_coalition(
    holders: Mapping[Hashable, int] | Iterable[tuple[Hashable, int]], threshold: Threshold
) -> Coalition | None:
    """Who the fewest are that together meet `threshold`; `None` when nobody holds anything.

    Among equal amounts the order of the holders' names decides (of their text, if they cannot be
    compared); `tied` says so. A holder who is there twice raises `DataError`.
    """
    held = holdings(holders)
    ordered = sorted(held.items(), key=lambda one: (-one[1], str(one[0])))
    size = coalition(held.values(), threshold)
    if size is None:
        return None
    members = tuple(ordered[:size])
    last = members[-1][1]
    equal = tuple(holder for holder, amount in ordered if amount == last)
    share = Fraction(sum(amount for _, amount in members), sum(held.values()))
    all_in = len(ordered) == size or ordered[size][1] < last
    return Coalition(members, share, () if all_in else equal)


@dataclass(frozen=True, slots=True)
class Weakest:
    """The fewest who decide in one of several subsystems, where that is, and what is not known.

    `size` is `None` while a subsystem is `undefined`: it may be the weakest; `at_most` is the
    least of those that are known.
    """

    size: int | None
    at_most: int | None
    subsystems: tuple[str, ...]
    undefined: tuple[str, ...]


def weakest_subsystem(
    subsystems: Mapping[str, Iterable[int]], threshold: Threshold | Mapping[str, Threshold]
) -> Weakest:
    """min over subsystems of the fewest who meet the threshold there (Srinivasan and Lee, 2017).

    Clients, developers, owners, miners …: whoever controls one of them controls the system, if
    each is essential. `threshold` is one for all or one for each. Without subsystems, undefined.
    """
    table(subsystems, "the subsystems")
    asked = threshold
    if isinstance(asked, Threshold):
        asked = dict.fromkeys(subsystems, asked)
    elif missing := [name for name in subsystems if name not in table(asked, "the thresholds")]:
        raise DataError(f"subsystem {missing[0]!r} has no threshold")
    sizes = {name: coalition(held, asked[name]) for name, held in subsystems.items()}
    known = {name: size for name, size in sizes.items() if size is not None}
    least = min(known.values(), default=None)
    undefined = tuple(name for name, size in sizes.items() if size is None)
    return Weakest(
        size=None if undefined else least,
        at_most=least,
        subsystems=tuple(name for name, size in known.items() if size == least),
        undefined=undefined,
    )


@dataclass(frozen=True, slots=True)
class Uneven:
    """The greatest Gini coefficient of several subsystems, where that is, and what is not known.

    `gini` is `None` while a subsystem is `undefined`: it may be the most unequal; `at_least` is
    the greatest of those that are known.
    """

    gini: Fraction | None
    at_least: Fraction | None
    subsystems: tuple[str, ...]
    undefined: tuple[str, ...]


def most_unequal_subsystem(subsystems: Mapping[str, Iterable[int]]) -> Uneven:
    """max over subsystems of the Gini coefficient there (Srinivasan and Lee, 2017).

    Beside `weakest_subsystem`, and not the same: the most unequal need not be the weakest, since
    few equal holders have no inequality and decide all the same. Exact. Without subsystems,
    undefined.
    """
    table(subsystems, "the subsystems")
    found = {name: gini(held) for name, held in subsystems.items()}
    known = {name: Fraction(value) for name, value in found.items() if value is not None}
    most = max(known.values(), default=None)
    undefined = tuple(name for name, value in found.items() if value is None)
    return Uneven(
        gini=None if undefined else most,
        at_least=most,
        subsystems=tuple(name for name, value in known.items() if value == most),
        undefined=undefined,
    )
