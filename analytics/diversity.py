"""How spread the whole is: entropy, the one kind of measure that is not rational."""

from math import fsum, log, log1p, log2

from analytics.measure import Amounts, Value, measure


def log_ratio(part: int, whole: int) -> float:
    """ln(part / whole) of positive integers of any size, good to a few ulp, also near one.

    Near one the difference is taken in integers, before anything is rounded: a holder of all but
    10⁻¹⁸ of a token has a small entropy, not none. A ratio that no float can tell from zero gives
    0.0: what it is multiplied with is as small.
    """
    ratio = part / whole
    if ratio > 0.5:
        return log1p((part - whole) / whole)
    return log(ratio) if ratio else 0.0


@measure(
    title="Shannon entropy",
    formula="−Σ p_i log₂ p_i,  p_i = x_i / Σ x",
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
    if not amounts:
        return None
    whole = sum(amounts)
    nats = fsum(x / whole * -log_ratio(x, whole) for x in amounts)
    return max(nats, 0.0) / log(2)
