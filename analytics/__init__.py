"""The mathematics: what there is.

Pure functions of whole amounts. No file, no network, no clock: whoever asks brings the numbers,
and gets integers or fractions back wherever the value is rational. `MEASURES` is the table of all
measures of a position; `PARTICIPATION` the table of what is measured of a vote.
"""

from analytics.concentration import (
    coalition,
    concentration_curve,
    effective_number,
    hhi,
    nakamoto_one_half,
    nakamoto_one_third,
    nakamoto_two_thirds,
    top_share,
)
from analytics.diversity import shannon
from analytics.inequality import gini, lorenz, theil
from analytics.measure import MEASURES, Amounts, Measure, Value, population
from analytics.participation import (
    PARTICIPATION,
    Turnout,
    flip_set,
    quorum_reach,
    quorum_robustness,
    turnout,
    turnouts,
)
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold

__all__ = [
    "MEASURES",
    "ONE_HALF",
    "ONE_THIRD",
    "PARTICIPATION",
    "TWO_THIRDS",
    "Amounts",
    "Measure",
    "Threshold",
    "Turnout",
    "Value",
    "coalition",
    "concentration_curve",
    "effective_number",
    "flip_set",
    "gini",
    "hhi",
    "lorenz",
    "nakamoto_one_half",
    "nakamoto_one_third",
    "nakamoto_two_thirds",
    "population",
    "quorum_reach",
    "quorum_robustness",
    "shannon",
    "theil",
    "top_share",
    "turnout",
    "turnouts",
]
