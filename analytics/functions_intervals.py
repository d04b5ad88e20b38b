"""How sure a figure is, told as measures are: samples, worlds of owners, choices, and time."""

from analytics.bootstrap import bootstrap, nakamoto_range
from analytics.intervals import (
    merging,
    over_labels,
    over_populations,
    over_ranks,
    over_thresholds,
    pooled_coalition,
    pooled_gini,
    pooled_hhi,
    pooled_split,
    pooled_top_share,
)
from analytics.measure import MEASURES
from analytics.merging_uneven import merging_uneven
from analytics.telling import EXAMPLES, OPTIONS, tell
from analytics.threshold import ONE_HALF, Threshold
from analytics.windows import breaks, over_lengths, sliding, time_weighted

MAJORISATION = "majorisation: A. Marshall, I. Olkin, Inequalities, 1979"


def tell_all() -> None:
    """Enter all of them, with an example each."""
    _tell_samples()
    _tell_owners()
    _tell_choices()
    _tell_time()
    EXAMPLES.update(_EXAMPLES)
    OPTIONS["bootstrap"] = {"seed": 1, "resamples": 100}
    OPTIONS["sliding"] = {"rule": "neighbours"}


def _tell_samples() -> None:
    tell(
        bootstrap, "Bootstrap interval of a sample",
        "quantiles of the measure of events drawn anew",
        r"\theta^*_b = \theta(x^*_b),\quad x^*_b\sim\mathrm{Multinomial}\Big(N,\frac xN\Big)",
        "low … high", "as the measure", "whether the data are a sample at all; the seed, a little",
        "B. Efron, Better Bootstrap Confidence Intervals, Journal of the ASA 82, 1987",
    )  # fmt: skip
    tell(
        nakamoto_range, "Range of a sampled coefficient", "all C that no binomial test rejects",
        r"\{C : P(X\le k_C)\ge\alpha \wedge P(X\ge k_C)\ge\alpha\},\ X\sim B(N,\tfrac12)", "1 … n",
        "holders", "the number of blocks in the window", "arXiv 2403.13736",
    )  # fmt: skip


def _tell_owners() -> None:
    tell(
        merging, "Range over mergers of unknown holders", "nobody … the largest are one",
        r"\Big[\min_{w\in W_m}\theta(w),\ \max_{w\in W_m}\theta(w)\Big]", "low … high",
        "as the measure", "who counts as known, and the budget of mergers",
        MAJORISATION,
    )  # fmt: skip
    tell(
        merging_uneven, "Inequality over mergers of unknown holders",
        "a bound with n − m counted … max over j ≤ m of the worst of j mergers",
        r"\Big[\min_{j\le m}\theta_{N-j}(x),\ \max_{j\le m}\theta(w_j)\Big]", "low … high",
        "as the measure", "who counts as known, and the budget of mergers: fewer are counted then",
        MAJORISATION,
    )  # fmt: skip
    tell(
        pooled_hhi, "HHI over all owners of a pool", "dust … all to the largest",
        r"\Big[\frac{\sum x_i^2 + P}{T^2},\ \frac{\sum x_i^2 + 2x_{(1)}P + P^2}{T^2}\Big]",
        "low … high", "index", "what is held in pools",
        MAJORISATION,
    )  # fmt: skip
    tell(
        pooled_top_share, "Share of the largest over all owners of a pool",
        "dust … all to the largest",
        r"\Big[C_k(x, 1, \dots, 1),\ C_k(x_{(1)}+P,\dots)\Big]", "low … high", "share",
        "what is held in pools", MAJORISATION,
    )  # fmt: skip
    tell(
        pooled_coalition, "Who is needed over all owners of a pool", "all to the largest … dust",
        r"\Big[N(x_{(1)}+P,\dots),\ N(x,1,\dots,1)\Big]", "low … high", "holders",
        "what is held in pools", MAJORISATION,
    )  # fmt: skip
    tell(
        pooled_gini, "Gini over all splits of a pool", "equal parts … all but one unit each to one",
        r"\Big[G\Big(x,\frac Ph,\dots\Big),\ G(x,P-h+1,1,\dots)\Big]", "low … high", "index",
        "the declared number of hidden owners",
        MAJORISATION,
    )  # fmt: skip
    tell(
        pooled_split, "Range over all splits of a pool",
        "equal parts … all but one unit each to one",
        r"\Big[\theta\Big(x,\frac Ph,\dots\Big),\ \theta(x,P-h+1,1,\dots)\Big]", "low … high",
        "as the measure", "the declared number of hidden owners",
        MAJORISATION,
    )  # fmt: skip


def _tell_choices() -> None:
    tell(
        over_thresholds, "Who is needed over thresholds",
        "min |S| : Σ_{i∈S} x_i > τ Σ x, for each τ",
        r"\tau \mapsto \min\Big\{|S| : \sum_{i\in S}x_i > \tau\sum_j x_j\Big\}", "1 … n",
        "holders", "the threshold that was chosen", "arXiv 2501.18279",
    )  # fmt: skip
    tell(
        over_populations, "A measure over populations",
        "the measure of who holds more than each limit",
        r"\ell \mapsto \theta(\{x_i : x_i > \ell\})", "as the measure", "as the measure",
        "how much dust is counted", "arXiv 2501.18279",
    )  # fmt: skip
    tell(
        over_ranks, "A measure of the largest only", "the measure of the k largest, for each k",
        r"k \mapsto \theta(x_{(1)}, \dots, x_{(k)}),\quad x_{(1)}\ge x_{(2)}\ge\dots",
        "as the measure", "as the measure",
        "how many are counted: inequality falls as the small are cut off",
        "tokenomics-decentralization, config.yaml: top_limit_value; arXiv 2501.18279",
    )  # fmt: skip
    tell(
        over_labels, "Range over sets of labels", "least and greatest over the sets",
        r"\Big[\min_L\theta(x_L),\ \max_L\theta(x_L)\Big]", "low … high", "as the measure",
        "which sets of labels are believed possible", "arXiv 2501.18279",
    )  # fmt: skip
    tell(
        over_lengths, "A measure over lengths of a window",
        "the measure of the last ℓ days, for each ℓ",
        r"\ell \mapsto \theta\Big(\sum_{t=T-\ell+1}^{T} x(t)\Big)", "as the measure",
        "as the measure",
        "how long a window is looked at", "arXiv 2501.18279",
    )  # fmt: skip


def _tell_time() -> None:
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


_EXAMPLES = {
    "bootstrap": ((7, 4, 3, 2), MEASURES["hhi"].of),
    "sliding": ([{"a": 3}, {"b": 2}, {"a": 1, "b": 1}], 2),
    "nakamoto_range": ((7, 4, 3, 2, 1, 1),),
    "merging": (MEASURES["nakamoto_one_half"], (6, 5), (5, 4, 4), 1),
    "merging_uneven": (MEASURES["gini"], (50, 30), (40, 1), 1),
    "pooled_hhi": ((40,), 60),
    "pooled_coalition": ((40,), 60, ONE_HALF),
    "pooled_gini": ((40, 10), 50, 5),
    "pooled_split": (MEASURES["theil"], (40, 10), 50, 5),
    "over_thresholds": ((5, 3, 1, 1), [ONE_HALF, Threshold.parse(">=4/5")]),
    "over_populations": ((5, 3, 1, 1), [0, 1], MEASURES["gini"]),
    "over_ranks": ((5, 3, 1, 1), (2, 3, 9), MEASURES["gini"]),
    "over_labels": (
        {"a": 5, "b": 3, "c": 1, "d": 1},
        {"nobody": {}, "one house": {"b": "x", "c": "x", "d": "x"}},
        MEASURES["hhi"],
    ),
    "time_weighted": ({"a": [(0, 10)], "b": [(0, 0), (12, 30)]}, 10, 12, [(0, 12)]),
    "breaks": ([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6],),
    "pooled_top_share": ((40, 10), 50, 1),
    "over_lengths": ([{"a": 3}, {"b": 2}, {"a": 1, "b": 1}], (1, 2, 4), MEASURES["hhi"]),
}
