"""What takes more than a list of amounts: orders, thresholds, names, seeds. Told as measures are.

`FUNCTIONS` is for pages and for `psephos measure --explain`; `ALIASES` are names under which the
field knows a measure that is here under another.
"""

from collections.abc import Callable
from typing import Any

from analytics.concentration import SRINIVASAN, coalition
from analytics.deciders import EDI, smallest_coalition, tau, weakest_subsystem
from analytics.diversity import HILL, RENYI, hill, renyi
from analytics.inequality import lorenz
from analytics.measure import Measure
from analytics.merger import GUIDELINES, merger_band, merger_change, presumed_harmful
from analytics.welfare import ATKINSON, COWELL, atkinson, generalised_entropy

ALIASES = {
    "max_power_ratio": "top_1", "berger_parker": "top_1", "cr1": "top_1", "cr3": "top_3",
    "cr5": "top_5", "cr10": "top_10", "simpson": "hhi", "inverse_simpson": "effective_number",
    "theil_t": "theil", "mean_log_deviation": "theil_l", "mld": "theil_l", "pietra": "hoover",
    "robin_hood": "hoover", "entropy": "shannon", "perplexity": "hill_1", "evenness": "pielou",
    "hti": "hall_tideman", "nakamoto": "nakamoto_one_half", "collision_entropy": "renyi_2",
}  # fmt: skip
"""Other names of a measure."""

FUNCTIONS: dict[str, Measure] = {}
"""Functions that are no measure of amounts alone, by name."""


def tell(
    of: Callable[..., Any],
    title: str,
    formula: str,
    latex: str,
    domain: str,
    unit: str,
    sensitive: str,
    reference: str,
) -> None:
    """Enter a function into `FUNCTIONS` under its own name."""
    FUNCTIONS[of.__name__] = Measure(
        name=of.__name__, title=title, formula=formula, domain=domain, unit=unit, direction="high",
        sensitive=sensitive, reference=reference, of=of, latex=latex,
    )  # fmt: skip


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
    "[0, ∞)", "index", "the order: great ones look at the rich, small ones at the poor", COWELL,
)  # fmt: skip
tell(
    atkinson, "Atkinson index", "1 − ((1/n) Σ (x_i/μ)^{1−ε})^{1/(1−ε)}",
    r"1-\Big(\frac1n\sum_i\Big(\frac{x_i}{\mu}\Big)^{1-\varepsilon}\Big)^{\frac{1}{1-\varepsilon}}",
    "[0, 1)", "share", "small holders, the more the greater ε is", ATKINSON,
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
