"""The mathematics: what there is.

Pure functions of whole amounts. No file, no network, no clock: whoever asks brings the numbers,
and gets integers or fractions back wherever the value is rational. `MEASURES` is the table of the
measures of a position that a release publishes, `REFERENCE` that of all the others, `ALL` both;
`PARTICIPATION` the table of what is measured of a vote.
"""

from analytics.concentration import (
    coalition,
    concentration_curve,
    effective_number,
    hall_tideman,
    hhi,
    nakamoto_one_half,
    nakamoto_one_third,
    nakamoto_two_thirds,
    top_share,
)
from analytics.deciders import (
    Coalition,
    Uneven,
    Weakest,
    most_unequal_subsystem,
    smallest_coalition,
    tau,
    weakest_subsystem,
)
from analytics.diversity import hill, hill_1, min_entropy, pielou, renyi, renyi_2, shannon
from analytics.holders import holdings
from analytics.inequality import gini, gini_unbiased, hoover, lorenz
from analytics.measure import MEASURES, REFERENCE, Amounts, Measure, Value, population
from analytics.merger import (
    GUIDELINES,
    hhi_normalised,
    hhi_points,
    merger_band,
    merger_change,
    presumed_harmful,
)
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
from analytics.welfare import atkinson, ge_2, generalised_entropy, theil, theil_l

ALL: dict[str, Measure] = MEASURES | REFERENCE
"""Every measure of a position, by name."""

__all__ = [
    "ALL",
    "GUIDELINES",
    "MEASURES",
    "ONE_HALF",
    "ONE_THIRD",
    "PARTICIPATION",
    "REFERENCE",
    "TWO_THIRDS",
    "Amounts",
    "Coalition",
    "Measure",
    "Threshold",
    "Turnout",
    "Uneven",
    "Value",
    "Weakest",
    "atkinson",
    "coalition",
    "concentration_curve",
    "effective_number",
    "flip_set",
    "ge_2",
    "generalised_entropy",
    "gini",
    "gini_unbiased",
    "hall_tideman",
    "hhi",
    "hhi_normalised",
    "hhi_points",
    "hill",
    "hill_1",
    "holdings",
    "hoover",
    "lorenz",
    "merger_band",
    "merger_change",
    "min_entropy",
    "most_unequal_subsystem",
    "nakamoto_one_half",
    "nakamoto_one_third",
    "nakamoto_two_thirds",
    "pielou",
    "population",
    "presumed_harmful",
    "quorum_reach",
    "quorum_robustness",
    "renyi",
    "renyi_2",
    "shannon",
    "smallest_coalition",
    "tau",
    "theil",
    "theil_l",
    "top_share",
    "turnout",
    "turnouts",
    "weakest_subsystem",
]
