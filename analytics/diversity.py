"""How spread the whole is: entropies and Hill numbers, which are not rational."""

from collections.abc import Sequence
from fractions import Fraction
from math import exp, expm1, fsum, inf, log, log1p, log2

from analytics.arguments import brief, double, real
from analytics.measure import REFERENCE, Amounts, Value, measure, population, with_empty
from psephos.errors import DataError

RENYI = "A. Rényi, On Measures of Entropy and Information, 1961"
HILL = "M. O. Hill, Diversity and Evenness, Ecology 54, 1973"


def log_ratio(part: int, whole: int) -> float:
    """ln(part / whole) of positive integers of any size, good to a few ulp, also near one.

    Near one the difference is taken in integers, before anything is rounded: a holder of all but
    10⁻¹⁸ of a token has a small entropy, not none. A ratio that no float can hold is the
    difference of two logarithms.
    """
    try:
        ratio = part / whole
    except OverflowError:
        return log(part) - log(whole)
    if ratio > 0.5:
        return log1p((part - whole) / whole)
    return log(ratio) if ratio > 1e-300 else log(part) - log(whole)


@measure(
    title="Shannon entropy",
    formula="−Σ p_i log₂ p_i,  p_i = x_i / Σ x",
    latex=r"-\sum_i p_i\log_2 p_i",
    domain="[0, log₂ n]",
    unit="bits",
    direction="low",
    sensitive="the number of holders, small ones included",
    reference="C. E. Shannon, A Mathematical Theory of Communication, 1948",
    bounds=lambda n: (0, log2(n)),
)
def shannon(amounts: Amounts) -> Value:
    """The bits it takes to name the holder of a unit drawn at random.

    0 for a single holder, log₂ n for n equal ones; one bit more means twice as many holders to
    the eye. Shares and their logarithms are rounded once each and added without further loss.
    Undefined for no holders.
    """
    return _shannon_nats(amounts) / log(2) if amounts else None


def _shannon_nats(amounts: Amounts) -> float:
    whole = sum(amounts)
    return max(0.0, fsum(x / whole * -log_ratio(x, whole) for x in amounts))


@measure(
    title="Evenness (Pielou)",
    formula="H / log₂ n",
    latex=r"\frac{-\sum_i p_i\log_2 p_i}{\log_2 n}",
    domain="[0, 1]",
    unit="index",
    direction="low",
    sensitive="who is counted: n is everybody who holds more than nothing",
    reference="E. C. Pielou, The Measurement of Diversity, Journal of Theoretical Biology 13, 1966",
    bounds=lambda n: (0, 1),
    least=2,
    into=REFERENCE,
)
def pielou(amounts: Amounts, *, empty: int = 0) -> Value:
    """The entropy as a share of what it is among as many equal holders.

    1 for equal holders, towards 0 when one of them has nearly all. `empty` holders of nothing are
    counted in n where that is declared. Undefined for one that is counted (some packages say 0,
    others 1) and for no holders.
    """
    n = with_empty(amounts, empty)
    if not amounts or n < 2:
        return None
    equal = not empty and amounts[0] == amounts[-1]
    return 1.0 if equal else min(_shannon_nats(amounts) / log(n), 1.0)


def renyi(amounts: Sequence[int], order: float | Fraction) -> float | None:
    """Rényi's entropy of any order α ≥ 0 in bits: log₂(Σ p^α) / (1 − α).

    α = 0 is log₂ n of those who hold something, α → 1 Shannon's entropy, α = 2 the collision
    entropy, α = ∞ (`math.inf`) the min-entropy −log₂ max p. It falls with α. Near α = 1 the sum is
    taken as one plus what it lacks, else relative to the largest share, so neither cancels nor
    underflows. Undefined for no holders; an order below 0, NaN, or one that is finite but beyond a
    double, raises `DataError`.
    """
    if real(order, "the order") < 0:
        raise DataError(f"an entropy of order {brief(order)[:40]}: the order is 0 or more")
    held = population(amounts)
    if not held:
        return None
    return max(0.0, _renyi_nats(held, order)) / log(2)


def _renyi_nats(held: Amounts, order: float | Fraction) -> float:
    whole = sum(held)
    if order == 0:
        return log(len(held))
    if order == inf:
        return -log_ratio(held[0], whole)
    alpha, past = double(order, "the order"), float(order - 1)
    if not past:
        return _shannon_nats(held)
    if abs(past) * -log_ratio(held[-1], whole) < 1:
        logs = [log_ratio(x, whole) for x in held]
        lacks = fsum(x / whole * expm1(past * ln) for x, ln in zip(held, logs, strict=True))
        return -log1p(lacks) / past
    others = fsum(exp(alpha * log_ratio(x, held[0])) for x in held[1:])
    return -(alpha / past * log_ratio(held[0], whole) + log1p(others) / past)


@measure(
    title="Collision entropy (Rényi, order 2)",
    formula="−log₂ Σ p_i²",
    latex=r"-\log_2\sum_i p_i^2",
    domain="[0, log₂ n]",
    unit="bits",
    direction="low",
    sensitive="the largest holders",
    reference=RENYI,
    bounds=lambda n: (0, log2(n)),
    into=REFERENCE,
)
def renyi_2(amounts: Amounts) -> Value:
    """The bits of the chance that two units drawn at random have one holder: log₂ of 1 / HHI.

    0 for a single holder, log₂ n for n equal ones. The HHI is exact, its logarithm rounded once.
    Undefined for no holders.
    """
    if not amounts:
        return None
    squares = sum(x * x for x in amounts)
    return max(0.0, -log_ratio(squares, sum(amounts) ** 2)) / log(2)


@measure(
    title="Min-entropy (Rényi, order ∞)",
    formula="−log₂ max p_i",
    latex=r"-\log_2\max_i p_i",
    domain="[0, log₂ n]",
    unit="bits",
    direction="low",
    sensitive="nothing but the largest and the whole",
    reference=RENYI,
    bounds=lambda n: (0, log2(n)),
    into=REFERENCE,
)
def min_entropy(amounts: Amounts) -> Value:
    """The bits of the share of the largest holder: what the best guess at a unit's holder leaves.

    0 for a single holder, log₂ n for n equal ones; the least of all entropies. Undefined for no
    holders.
    """
    return -log_ratio(amounts[0], sum(amounts)) / log(2) + 0.0 if amounts else None


def hill(amounts: Sequence[int], order: float | Fraction) -> int | Fraction | float | None:
    """The Hill number of order q ≥ 0: how many equal holders would be as diverse.

    (Σ p^q)^{1/(1−q)} = 2^{Rényi entropy of order q}. q = 0 is n and exact, q = 2 the inverse HHI
    and exact, q = ∞ (`math.inf`) the inverse share of the largest and exact; others are floats.
    It falls with q. Undefined for no holders; an order below 0, or NaN, raises `DataError`.
    """
    held = population(amounts)
    nats = renyi(held, order)
    if nats is None:
        return None
    whole = sum(held)
    if order == 0:
        return len(held)
    if order == 2:
        return Fraction(whole**2, sum(x * x for x in held))
    return Fraction(whole, held[0]) if order == inf else exp(_renyi_nats(held, order))


@measure(
    title="Hill number of order 1",
    formula="exp(−Σ p_i ln p_i) = 2^H",
    latex=r"\exp\Big(-\sum_i p_i\ln p_i\Big)",
    domain="[1, n]",
    unit="holders",
    direction="low",
    sensitive="the number of holders, small ones included",
    reference=HILL,
    bounds=lambda n: (1, n),
    into=REFERENCE,
)
def hill_1(amounts: Amounts) -> Value:
    """How many equal holders would have the same entropy.

    1 for a single holder, n for n equal ones; never below the effective number, which is the Hill
    number of order 2. Undefined for no holders.
    """
    return exp(_shannon_nats(amounts)) if amounts else None
