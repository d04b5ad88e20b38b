"""What takes more than a list of amounts: orders, thresholds, names, seeds. Told as measures are.

`FUNCTIONS` is for pages and for `psephos measure --explain`; `ALIASES` are names under which the
field knows a measure that is here under another.
"""

from fractions import Fraction

from analytics import functions_economy, functions_games, functions_intervals, functions_power
from analytics.concentration import (
    ADELMAN,
    SRINIVASAN,
    coalition,
    concentration_curve,
    top_share,
)
from analytics.deciders import (
    EDI,
    most_unequal_subsystem,
    smallest_coalition,
    tau,
    weakest_subsystem,
)
from analytics.diversity import HILL, RENYI, hill, renyi
from analytics.holders import holdings
from analytics.inequality import lorenz
from analytics.merger import GUIDELINES, merger_band, merger_change, presumed_harmful
from analytics.tail import power_law
from analytics.tail_counts import power_law_counts
from analytics.telling import EXAMPLES, FUNCTIONS, OPTIONS, tell
from analytics.threshold import ONE_HALF, Threshold
from analytics.welfare import ATKINSON, COWELL, atkinson, generalised_entropy

__all__ = ["ALIASES", "EXAMPLES", "FUNCTIONS", "OPTIONS", "tell"]

ALIASES = {
    "max_power_ratio": "top_1", "berger_parker": "top_1", "cr1": "top_1", "cr3": "top_3",
    "cr5": "top_5", "cr10": "top_10", "simpson": "hhi", "inverse_simpson": "effective_number",
    "theil_t": "theil", "mean_log_deviation": "theil_l", "mld": "theil_l", "pietra": "hoover",
    "robin_hood": "hoover", "entropy": "shannon", "perplexity": "hill_1", "evenness": "pielou",
    "hti": "hall_tideman", "nakamoto": "nakamoto_one_half", "collision_entropy": "renyi_2",
    "zipf": "power_law_counts", "zeta": "power_law_counts", "pareto": "power_law",
}  # fmt: skip
"""Other names of a measure."""

tell(
    coalition, "Smallest coalition at any threshold", "min |S| : Σ_{i∈S} x_i > τ Σ x, or ≥",
    r"\min\Big\{|S| : \sum_{i\in S}x_i \gtrless \tau\sum_j x_j\Big\}", "1 … n", "holders",
    "who counts as one holder; ties and the sign of the threshold", SRINIVASAN,
)  # fmt: skip
tell(
    smallest_coalition, "Smallest coalition by name", "its members, their share, and who ties",
    r"\arg\min\Big\{|S| : \sum_{i\in S}x_i \gtrless \tau\sum_j x_j\Big\}", "1 … n", "holders",
    "ties: any choice among the tied decides as well", SRINIVASAN,
)  # fmt: skip
tell(
    tau, "τ-index", "min |S| : Σ_{i∈S} x_i ≥ τ Σ x",
    r"\min\Big\{|S| : \sum_{i\in S}x_i \ge \tau\sum_j x_j\Big\}", "1 … ⌈τ n⌉", "holders",
    "ties; decimals: 0.66 is not two thirds", EDI,
)  # fmt: skip
tell(
    weakest_subsystem, "Weakest subsystem", "min over subsystems of the smallest coalition",
    r"\min_k\ \min\Big\{|S| : \sum_{i\in S}x^{(k)}_i > \tau\sum_j x^{(k)}_j\Big\}", "1 … n",
    "holders", "which subsystems are held to be essential", SRINIVASAN,
)  # fmt: skip
tell(
    most_unequal_subsystem, "Most unequal subsystem", "max over subsystems of the Gini coefficient",
    r"\max_k\ \frac{\sum_i\sum_j|x^{(k)}_i-x^{(k)}_j|}{2n_k\sum_i x^{(k)}_i}", "[0, 1)", "index",
    "which subsystems are held to be essential; who is counted in each", SRINIVASAN,
)  # fmt: skip
tell(
    renyi, "Rényi entropy of any order", "log₂(Σ p_i^α) / (1 − α)",
    r"\frac{1}{1-\alpha}\log_2\sum_i p_i^\alpha", "[0, log₂ n]", "bits",
    "the order: small ones count holders, great ones see only the largest", RENYI,
)  # fmt: skip
tell(
    hill, "Hill number of any order", "(Σ p_i^q)^{1/(1−q)}",
    r"\Big(\sum_i p_i^q\Big)^{\frac{1}{1-q}}", "[1, n]", "holders",
    "the order: small ones count holders, great ones see only the largest", HILL,
)  # fmt: skip
tell(
    generalised_entropy, "Generalised entropy", "((1/n) Σ (x_i/μ)^α − 1) / (α (α − 1))",
    r"\frac{1}{\alpha(\alpha-1)}\Big(\frac1n\sum_i\Big(\frac{x_i}{\mu}\Big)^\alpha-1\Big)",
    "[0, ∞); ∞ for α ≤ 0 where a holder of nothing is counted", "index",
    "the order, −1,000 to 1,000: great ones look at the rich, small ones at the poor", COWELL,
)  # fmt: skip
tell(
    atkinson, "Atkinson index", "1 − ((1/n) Σ (x_i/μ)^{1−ε})^{1/(1−ε)}",
    r"1-\Big(\frac1n\sum_i\Big(\frac{x_i}{\mu}\Big)^{1-\varepsilon}\Big)^{\frac{1}{1-\varepsilon}}",
    "[0, 1); 1 for ε ≥ 1 where a holder of nothing is counted", "share",
    "small holders, the more the greater ε is", ATKINSON,
)  # fmt: skip
tell(
    lorenz, "Lorenz curve", "(k/n, Σ of the k smallest / Σ x)",
    r"L\Big(\frac kn\Big) = \frac{\sum_{i\le k}x_{(i)}}{\sum_i x_i},\ x_{(1)}\le x_{(2)}\le\dots",
    "(0, 0) to (1, 1)", "points", "who is counted",
    "M. O. Lorenz, Methods of Measuring the Concentration of Wealth, 1905",
)  # fmt: skip
tell(
    merger_band, "Bands of the merger guidelines", "2010: 1,500 and 2,500; 2023: 1,000 and 1,800",
    r"\mathrm{HHI} > 1800\ (2023),\quad \mathrm{HHI} > 2500\ (2010)", "(0, 10,000]", "points",
    "the edition", "; ".join(edition.source for edition in GUIDELINES.values()),
)  # fmt: skip
tell(
    merger_change, "What a merger adds to the HHI", "10,000 · 2 p_a p_b",
    r"2\cdot 10^4\,p_a\,p_b", "(0, 5,000]", "points", "the two who merge", GUIDELINES[2010].source,
)  # fmt: skip
tell(
    presumed_harmful, "Presumption against a merger", "HHI after and ΔHHI above limits",
    r"\mathrm{HHI}+\Delta > h \wedge \Delta > d", "yes or no", "verdict", "the edition",
    "; ".join(edition.source for edition in GUIDELINES.values()),
)  # fmt: skip
tell(
    power_law, "Power law of the tail", "α = 1 + n / Σ ln(x_i / x_min), x_i ≥ x_min",
    r"\hat\alpha = 1 + \frac{n}{\sum_{x_i\ge x_{\min}}\ln(x_i/x_{\min})}", "(1, ∞)", "exponent",
    "where the tail begins; publish n, the distance and p with it",
    "A. Clauset, C. R. Shalizi, M. E. J. Newman, SIAM Review 51, 2009",
)  # fmt: skip
tell(
    power_law_counts, "Power law of the tail of counts",
    "α : −ζ′(α, x_min) / ζ(α, x_min) = mean ln x, x ≥ x_min",
    r"-\frac{\zeta'(\hat\alpha, x_{\min})}{\zeta(\hat\alpha, x_{\min})}"
    r" = \frac1n\sum_{x_i\ge x_{\min}}\ln x_i", "(1, ∞)", "exponent",
    "where the tail begins; publish n, the distance and p with it",
    "A. Clauset, C. R. Shalizi, M. E. J. Newman, SIAM Review 51, 2009, §3.1 and appendix B",
)  # fmt: skip
tell(
    top_share, "Share of the largest", "Σ_{i≤k} x_i / Σ x, largest first",
    r"\sum_{i=1}^{k} p_{(i)},\quad p_{(1)}\ge p_{(2)}\ge\dots", "[min(k, n)/n, 1]", "share",
    "nothing but the k largest and the whole", ADELMAN,
)  # fmt: skip
tell(
    concentration_curve, "Concentration curve", "(k, Σ of the k largest / Σ x)",
    r"C(k) = \sum_{i=1}^{k} p_{(i)},\quad p_{(1)}\ge p_{(2)}\ge\dots", "(0, 0) to (n, 1)", "points",
    "the largest: it begins with them, where the Lorenz curve ends", ADELMAN,
)  # fmt: skip
tell(
    holdings, "Holders by name", "{holder: x_i}, x_i > 0, each once and in one unit",
    r"\{(i, x_i) : x_i > 0\}", "each holder once", "smallest unit",
    "who is one holder: add up first what belongs to one", "the population rule of this project",
)  # fmt: skip

EXAMPLES |= {
    "coalition": ((5, 3, 1, 1), Threshold.parse(">=1/2")),
    "smallest_coalition": ({"a": 5, "b": 2, "c": 2, "d": 1}, ONE_HALF),
    "tau": ((3, 2, 1), "2/3"),
    "weakest_subsystem": ({"clients": (58, 30, 12), "owners": (1,) * 10}, ONE_HALF),
    "most_unequal_subsystem": ({"clients": (58, 30, 12), "owners": (1,) * 10},),
    "renyi": ((5, 3, 1, 1), 2),
    "hill": ((5, 3, 1, 1), 2),
    "generalised_entropy": ((5, 3, 1, 1), 2),
    "atkinson": ((5, 3, 1, 1), Fraction(1, 2)),
    "lorenz": ((5, 3, 1, 1), (0, 2, 4)),
    "merger_band": (2000, 2023),
    "merger_change": ((30, 30, 20, 20), 20, 20),
    "presumed_harmful": ((30, 30, 20, 20), 20, 20, 2023),
    "power_law": ((4, 2, 1), 1),
    "power_law_counts": ((7, 4, 2, 2, 1, 1, 1), 1),
    "top_share": ((5, 3, 1, 1), 2),
    "concentration_curve": ((5, 3, 1, 1), (0, 1, 2, 4)),
    "holdings": ([("a", 5), ("b", 3), ("c", 0)], ["fri", "fri", "fri"]),
}

functions_intervals.tell_all()
functions_economy.tell_all()
functions_power.tell_all()
functions_games.tell_all()
