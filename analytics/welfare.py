"""Inequality as what is lost: generalised entropies (Theil T and L) and Atkinson's index.

With r_i = x_i / μ, the amounts over their mean. Everybody who holds more than nothing is counted;
`empty` declares holders of nothing who are counted beside them. Where the value is a power of
exact sums it is exact; logarithms and roots are rounded once each and added without further loss.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import exp, expm1, fsum, inf, log, log1p

from analytics.arguments import brief, double, real
from analytics.diversity import log_ratio
from analytics.measure import REFERENCE, Amounts, Value, measure, population, with_empty
from psephos.errors import DataError

THEIL = "H. Theil, Economics and Information Theory, 1967"
COWELL = "F. A. Cowell, Measuring Inequality, 1977; A. F. Shorrocks, Econometrica 48, 1980"
FARTHEST = 1000
"""Orders of an entropy beyond ±1,000 see nothing but one holder, and no double holds them."""
ATKINSON = "A. B. Atkinson, On the Measurement of Inequality, Journal of Economic Theory 2, 1970"


@measure(
    title="Theil index",
    formula="(1/n) Σ (x_i/μ) ln(x_i/μ) = ln n − H ln 2,  μ = Σ x / n, H in bits",
    latex=r"\frac1n\sum_i\frac{x_i}{\mu}\ln\frac{x_i}{\mu} = \ln n - H\ln 2",
    domain="[0, ln n]",
    unit="nats",
    direction="high",
    sensitive="the number of holders and the largest of them",
    reference=THEIL,
    bounds=lambda n: (0, log(n)),
)
def theil(amounts: Amounts, *, empty: int = 0) -> Value:
    """Theil's T: what the entropy lacks to that of equal holders.

    0 for equal holders and for a single one, towards ln n when one of n holds nearly all.
    Empty addresses are not counted, here as elsewhere; a source that counts them in n gives a
    greater value. Undefined for no holders.
    """
    n, whole = with_empty(amounts, empty), sum(amounts)
    if not amounts:
        return None
    return max(0.0, fsum(x / whole * log_ratio(n * x, whole) for x in amounts))


@measure(
    title="Theil L (mean log deviation)",
    formula="−(1/n) Σ ln(x_i/μ)",
    latex=r"-\frac1n\sum_i\ln\frac{x_i}{\mu}",
    domain="[0, ∞); ∞ where a holder of nothing is counted",
    unit="nats",
    direction="high",
    sensitive="the smallest holders: one wei counts as much as a fortune",
    reference=THEIL,
    bounds=lambda n: (0, inf if n > 1 else 0),
    into=REFERENCE,
)
def theil_l(amounts: Amounts, *, empty: int = 0) -> Value:
    """The mean of the logarithms of how far below the mean each holder is.

    0 for equal holders and for a single one; without bound as somebody holds next to nothing, and
    ∞ once a holder of nothing is declared to be counted. Undefined for no holders.
    """
    n, whole = with_empty(amounts, empty), sum(amounts)
    if not amounts:
        return None
    return inf if empty else max(0.0, -fsum(log_ratio(n * x, whole) for x in amounts) / n)


def generalised_entropy(
    amounts: Sequence[int], order: int | Fraction | float, *, empty: int = 0
) -> Value:
    """GE(α) = (mean(r^α) − 1) / (α (α − 1)); Theil L at α = 0, Theil T at α = 1.

    A greater α looks at the rich, a smaller one at the poor. Exact for whole α ≥ 2 (GE(2) is half
    the squared coefficient of variation); a float elsewhere, near 0 and 1 without cancellation.
    ∞ for α ≤ 0 when holders of nothing are counted. Undefined for no holders. An order that is not
    within −1,000 and 1,000, or whose entropy is beyond a double, raises `DataError`.
    """
    if not -FARTHEST <= real(order, "the order") <= FARTHEST:
        raise DataError(
            f"an entropy of order {brief(order)[:40]}: the order is a finite number, "
            f"from −{FARTHEST:,} to {FARTHEST:,}"
        )
    held = population(amounts)
    n, whole = with_empty(held, empty), sum(held)
    if not held:
        return None
    if not float(order - 1):
        return theil(held, empty=empty)
    if not float(order):
        return theil_l(held, empty=empty)
    if order == int(order) and order >= 2:
        alpha = int(order)
        mean = Fraction(n ** (alpha - 1) * sum(x**alpha for x in held), whole**alpha)
        return (mean - 1) / (alpha * (alpha - 1))
    if empty and order < 0:
        return inf
    try:
        found = _entropy(held, order, n, empty)
    except OverflowError:
        found = inf
    if found == inf:
        raise DataError(
            f"the entropy of order {brief(order)[:40]} is beyond what a double holds",
            hint="take an order nearer to 1; whole ones from 2 on are exact",
        )
    return found


def _entropy(held: Amounts, order: int | Fraction | float, n: int, empty: int) -> float:
    whole = sum(held)
    logs = [log_ratio(n * x, whole) for x in held]
    past, alpha = float(order - 1), float(order)
    if alpha > 0.5:  # Σ r = n, so mean(r^α) − 1 = mean(r (r^(α−1) − 1)): holders of nothing add 0
        total = fsum(n * x / whole * expm1(past * ln) for x, ln in zip(held, logs, strict=True))
    else:
        total = fsum(expm1(alpha * ln) for ln in logs) - empty
    return max(0.0, total / n / (alpha * past))


@measure(
    title="Generalised entropy of order 2",
    formula="½ ((1/n) Σ (x_i/μ)² − 1) = ½ (n · HHI − 1)",
    latex=r"\frac12\Big(\frac1n\sum_i\frac{x_i^2}{\mu^2}-1\Big)",
    domain="[0, (n − 1)/2]",
    unit="index",
    direction="high",
    sensitive="the largest holders",
    reference=COWELL,
    bounds=lambda n: (0, Fraction(n - 1, 2)),
    into=REFERENCE,
)
def ge_2(amounts: Amounts, *, empty: int = 0) -> Value:
    """Half the squared coefficient of variation.

    0 for equal holders and for a single one. Exact. Undefined for no holders.
    """
    return generalised_entropy(amounts, 2, empty=empty)


def atkinson(amounts: Sequence[int], aversion: int | Fraction | float, *, empty: int = 0) -> Value:
    """A(ε) = 1 − mean(r^(1−ε))^(1/(1−ε)); at ε = 1, 1 − the geometric mean of r.

    The share of the whole that could be given away without loss if all held the same, to somebody
    with aversion ε ≥ 0 to inequality; 0 for ε = 0. A float: even where it is rational (ε = 2, the
    harmonic mean), its denominator is the product of all amounts, so it is 1.0 where less than
    2⁻⁵³ is left. For ε ≥ 1 it is 1 once a holder of nothing is counted. Undefined for no holders; ε
    below 0, not finite or beyond a double raises `DataError`.
    """
    if not 0 <= real(aversion, "the aversion") < inf:
        raise DataError(f"an aversion of {brief(aversion)[:40]}: it is a finite number, 0 or more")
    double(aversion, "the aversion")
    power = -float(aversion - 1)
    held = population(amounts)
    n, whole = with_empty(held, empty), sum(held)
    if not held:
        return None
    if not aversion:
        return 0
    if empty and aversion >= 1:
        return 1.0
    logs = [log_ratio(n * x, whole) for x in held]
    if not power:
        return max(0.0, -expm1(fsum(logs) / n))
    return max(0.0, -expm1(_log_mean(logs, power, n, empty)))


def _log_mean(logs: list[float], power: float, n: int, empty: int) -> float:
    """ln of the power mean of n numbers with these logarithms and of `empty` zeros."""
    most = logs[0] if power > 0 else logs[-1]  # of r^power; the logarithms fall
    spread = abs(power) * (logs[0] - logs[-1])
    if spread < 1 and abs(power * most) < 1 and empty <= len(logs):
        return log1p((fsum(expm1(power * ln) for ln in logs) - empty) / n) / power
    total = fsum(exp(power * (ln - most)) for ln in logs)
    return most + (log(total) - log(n)) / power


def _enter_atkinson(name: str, text: str, aversion: int | Fraction, *, formula: str) -> None:
    def index(amounts: Amounts, *, empty: int = 0) -> Value:
        return atkinson(amounts, aversion, empty=empty)

    index.__name__, index.__doc__ = name, atkinson.__doc__
    plain = float(aversion)
    measure(
        title=f"Atkinson index, ε = {text}",
        formula=formula,
        latex=r"1-\Big(\prod_i\frac{x_i}{\mu}\Big)^{1/n}"
        if aversion == 1
        else rf"1-\Big(\frac1n\sum_i(x_i/\mu)^{{{1 - plain:g}}}\Big)^{{{1 / (1 - plain):g}}}",
        domain="[0, 1 − 1/n]" if aversion < 1 else "[0, 1); 1 where a holder of nothing is counted",
        unit="share",
        direction="high",
        sensitive="small holders, the more the greater ε is",
        reference=ATKINSON,
        bounds=lambda n: (0, 1 - 1 / n if aversion < 1 else float(n > 1)),
        into=REFERENCE,
    )(index)


for _name, _text, _aversion, _formula in (
    ("atkinson_half", "½", Fraction(1, 2), "1 − ((1/n) Σ √(x_i/μ))²"),
    ("atkinson_1", "1", 1, "1 − (Π x_i/μ)^{1/n}"),
    ("atkinson_2", "2", 2, "1 − 1 / ((1/n) Σ μ/x_i)"),
):
    _enter_atkinson(_name, _text, _aversion, formula=_formula)
