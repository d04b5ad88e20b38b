"""Figures of a sample of events: blocks, payments or votes, with what resampling says of them.

Another month of the same system would give others. The interval is a bootstrap's, told with its
bias: who did nothing cannot be drawn, so Gini and entropy of a small sample are too low.
"""

from collections.abc import Sequence
from fractions import Fraction

from analytics import ALL, Measure, nakamoto_one_half
from analytics.bootstrap import bootstrap, nakamoto_range
from psephos.results.figure import Interval
from psephos.results.shown.wording import decimal
from psephos.results.studies.shape import Values

SEED, RESAMPLES = 1, 500
SAMPLE = 20_000
"""At most so many events are drawn anew: with more, an interval is narrower than it is read."""
WORK = 5_000_000
"""At most so many counts are looked at for an interval: resamples, and each entity left out."""
MEASURED = ("hhi", "gini", "shannon")


def sampled(
    values: Values, who: str, what: str, counts: Sequence[int], uses: Sequence[tuple[str, str]]
) -> None:
    """Concentration of events (`what`) by those who made them (`who`), and who has half of them."""
    events = sum(counts)
    why = f"no {what} are told of in the window"
    for name in MEASURED:
        entry = ALL[name]
        values.tell(
            f"{who}_{name}", f"{entry.title} of {what} by {who}", entry.of(counts), entry.unit,
            f"{entry.formula}, x a {who[:-1]}'s {what}", why=why,
            interval=_resampled(entry, what, counts), uses=uses,
        )  # fmt: skip
    both = nakamoto_range(counts) if 0 < events <= SAMPLE else None
    inside = None
    if both is not None:
        text = f"{both[0]} to {both[1]}"
        inside = Interval("sampled", *both, text, f"that {events} {what} do not rule out at 5 %")
    values.tell(
        f"{who}_half", f"{who.capitalize()} with more than half of {what}",
        nakamoto_one_half(counts), who, f"min |S| : Σ {what} > ½", why=why, interval=inside,
        uses=uses,
    )  # fmt: skip


def _resampled(entry: Measure, what: str, counts: Sequence[int]) -> Interval | None:
    """A bootstrap interval with its bias; none of nothing, nor of more than is worth drawing."""
    events, n = sum(counts), len(counts)
    if not 0 < events <= SAMPLE or n * (RESAMPLES + n) > WORK:
        return None
    found = bootstrap(counts, entry.of, seed=SEED, resamples=RESAMPLES)
    if found is None:
        return None
    low, high, bias = (
        decimal(Fraction(x).limit_denominator(10**12), 4)
        for x in (found.low, found.high, found.bias)
    )
    words = f"in 95 % of {RESAMPLES} resamples of {events} {what} (seed {SEED}; bias {bias}"
    if found.corrected:
        ends = (decimal(Fraction(x).limit_denominator(10**12), 4) for x in found.corrected)
        words += f"; corrected for it {' to '.join(ends)}"
    return Interval("bootstrap", found.low, found.high, f"{low} to {high}", f"{words})")
