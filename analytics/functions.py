"""What takes more than a list of amounts: orders, thresholds, names, seeds. Told as measures are.

`FUNCTIONS` is for pages and for `psephos measure --explain`; `ALIASES` are names under which the
field knows a measure that is here under another.
"""

from fractions import Fraction

from analytics import functions_economy, functions_games, functions_power
from analytics.bootstrap import bootstrap, nakamoto_range
from analytics.concentration import SRINIVASAN, coalition
from analytics.deciders import (
    EDI,
    most_unequal_subsystem,
    smallest_coalition,
    tau,
    weakest_subsystem,
)
from analytics.diversity import HILL, RENYI, hill, renyi
from analytics.inequality import lorenz
from analytics.intervals import (
    merging,
    over_labels,
    over_populations,
    over_thresholds,
    pooled_coalition,
    pooled_gini,
    pooled_hhi,
    pooled_split,
)
from analytics.measure import MEASURES
from analytics.merger import GUIDELINES, merger_band, merger_change, presumed_harmful
from analytics.tail import power_law
from analytics.tail_counts import power_law_counts
from analytics.telling import EXAMPLES, FUNCTIONS, OPTIONS, tell
from analytics.threshold import ONE_HALF, Threshold
from analytics.welfare import ATKINSON, COWELL, atkinson, generalised_entropy
from analytics.windows import breaks, sliding, time_weighted

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
    bootstrap, "Bootstrap interval of a sample", "quantiles of the measure of events drawn anew",
    r"\theta^*_b = \theta(x^*_b),\quad x^*_b\sim\mathrm{Multinomial}\Big(N,\frac xN\Big)",
    "low … high", "as the measure", "whether the data are a sample at all; the seed, a little",
    "B. Efron, Better Bootstrap Confidence Intervals, Journal of the ASA 82, 1987",
)  # fmt: skip
tell(
    nakamoto_range, "Range of a sampled coefficient", "all C that no binomial test rejects",
    r"\{C : P(X\le k_C)\ge\alpha \wedge P(X\ge k_C)\ge\alpha\},\ X\sim B(N,\tfrac12)", "1 … n",
    "holders", "the number of blocks in the window", "arXiv 2403.13736",
)  # fmt: skip
tell(
    merging, "Range over mergers of unknown holders", "nobody … the largest are one",
    r"\Big[\min_{w\in W_m}\theta(w),\ \max_{w\in W_m}\theta(w)\Big]", "low … high",
    "as the measure", "who counts as known, and the budget of mergers",
    "majorisation: A. Marshall, I. Olkin, Inequalities, 1979",
)  # fmt: skip
tell(
    pooled_hhi, "HHI over all owners of a pool", "dust … all to the largest",
    r"\Big[\frac{\sum x_i^2 + P}{T^2},\ \frac{\sum x_i^2 + 2x_{(1)}P + P^2}{T^2}\Big]",
    "low … high", "index", "what is held in pools",
    "majorisation: A. Marshall, I. Olkin, Inequalities, 1979",
)  # fmt: skip
tell(
    pooled_coalition, "Who is needed over all owners of a pool", "all to the largest … dust",
    r"\Big[N(x_{(1)}+P,\dots),\ N(x,1,\dots,1)\Big]", "low … high", "holders",
    "what is held in pools", "majorisation: A. Marshall, I. Olkin, Inequalities, 1979",
)  # fmt: skip
tell(
    pooled_gini, "Gini over all splits of a pool", "equal parts … all but one unit each to one",
    r"\Big[G\Big(x,\frac Ph,\dots\Big),\ G(x,P-h+1,1,\dots)\Big]", "low … high", "index",
    "the declared number of hidden owners",
    "majorisation: A. Marshall, I. Olkin, Inequalities, 1979",
)  # fmt: skip
tell(
    pooled_split, "Range over all splits of a pool", "equal parts … all but one unit each to one",
    r"\Big[\theta\Big(x,\frac Ph,\dots\Big),\ \theta(x,P-h+1,1,\dots)\Big]", "low … high",
    "as the measure", "the declared number of hidden owners",
    "majorisation: A. Marshall, I. Olkin, Inequalities, 1979",
)  # fmt: skip
tell(
    over_thresholds, "Who is needed over thresholds", "min |S| : Σ_{i∈S} x_i > τ Σ x, for each τ",
    r"\tau \mapsto \min\Big\{|S| : \sum_{i\in S}x_i > \tau\sum_j x_j\Big\}", "1 … n",
    "holders", "the threshold that was chosen", "arXiv 2501.18279",
)  # fmt: skip
tell(
    over_populations, "A measure over populations", "the measure of who holds more than each limit",
    r"\ell \mapsto \theta(\{x_i : x_i > \ell\})", "as the measure", "as the measure",
    "how much dust is counted", "arXiv 2501.18279",
)  # fmt: skip
tell(
    over_labels, "Range over sets of labels", "least and greatest over the sets",
    r"\Big[\min_L\theta(x_L),\ \max_L\theta(x_L)\Big]", "low … high", "as the measure",
    "which sets of labels are believed possible", "arXiv 2501.18279",
)  # fmt: skip
tell(
    time_weighted, "Time-weighted stake", "Σ_b x_i(b) / number of blocks",
    r"\bar x_i = \frac{1}{B}\sum_{b} x_i(b)", "[0, ∞)", "amount · blocks",
    "the range of blocks; gaps are an error", "a mean over blocks",
)  # fmt: skip
tell(
    sliding, "Sliding window", "sums over days, with a stated population",
    r"x_i(d) = \sum_{t=d}^{d+\ell-1} x_i(t)", "windows", "as the days",
    "its length, and who counts without having done anything",
    "consensus-decentralization, docs/metrics.md; arXiv 2501.18279",
)  # fmt: skip
tell(
    breaks, "Breaks of a series", "max_t |Σ_{i≤t} Σ_{j>t} sgn(x_i − x_j)|",
    r"K = \max_t\Big|\sum_{i\le t}\sum_{j>t}\mathrm{sgn}(x_i-x_j)\Big|", "places in the series",
    "place", "dependence of days: the true p is greater",
    "A. N. Pettitt, Applied Statistics 28, 1979",
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
    "bootstrap": ((7, 4, 3, 2), MEASURES["hhi"].of),
    "sliding": ([{"a": 3}, {"b": 2}, {"a": 1, "b": 1}], 2),
    "nakamoto_range": ((7, 4, 3, 2, 1, 1),),
    "merging": (MEASURES["nakamoto_one_half"], (6, 5), (5, 4, 4), 1),
    "pooled_hhi": ((40,), 60),
    "pooled_coalition": ((40,), 60, ONE_HALF),
    "pooled_gini": ((40, 10), 50, 5),
    "pooled_split": (MEASURES["theil"], (40, 10), 50, 5),
    "over_thresholds": ((5, 3, 1, 1), [ONE_HALF, Threshold.parse(">=4/5")]),
    "over_populations": ((5, 3, 1, 1), [0, 1], MEASURES["gini"]),
    "over_labels": (
        {"a": 5, "b": 3, "c": 1, "d": 1},
        {"nobody": {}, "one house": {"b": "x", "c": "x", "d": "x"}},
        MEASURES["hhi"],
    ),
    "time_weighted": ({"a": [(0, 10)], "b": [(0, 0), (12, 30)]}, 10, 12, [(0, 12)]),
    "breaks": ([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6],),
}

OPTIONS |= {"bootstrap": {"seed": 1, "resamples": 100}, "sliding": {"rule": "neighbours"}}

functions_economy.tell_all()
functions_power.tell_all()
functions_games.tell_all()
