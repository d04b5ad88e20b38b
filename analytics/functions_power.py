"""What is asked of power beside its concentration, told as measures are: delegation, alignment,
users, capture, the scorecard."""

from fractions import Fraction

from analytics.alignment import bloc_entropy, bloc_grid, lost_votes
from analytics.capture import bribe, by_issuer, cost, fleeting, fresh, to_reach, to_win
from analytics.delegation import Delegations, churn, one_level, single_source, transitive
from analytics.scorecard import Component, score, scored
from analytics.telling import EXAMPLES, tell
from analytics.threshold import ONE_THIRD, Threshold
from analytics.users import recount, use_share

ERC20VOTES = "OpenZeppelin, ERC20Votes; EIP-5805"
BLOCS = "A. Austgen et al., DAO Decentralization: Voting-Bloc Entropy, arXiv 2311.03530"
CAPTURE = "V. Buterin, Governance, Part 2: Plutocracy Is Still Bad, 2018"


def tell_all() -> None:
    """Enter all of them, with an example each."""
    _tell_delegation()
    _tell_capture()
    _tell_use()
    EXAMPLES.update(_EXAMPLES)


def _tell_delegation() -> None:
    tell(
        one_level, "Legal power", "p_j = Σ_{i delegates to j} x_i",
        r"p_j = \sum_{i\to j} x_i", "[0, Σ x]", "amounts",
        "who never delegated: what it holds has no vote", ERC20VOTES,
    )  # fmt: skip
    tell(
        transitive, "Influence", "amounts at the end of every chain of delegation",
        r"p_j = \sum_{i \to \dots \to j} x_i,\ j \text{ an end}", "[0, Σ x]", "amounts",
        "circles: what flows into one is stranded", "liquid democracy: B. Ford, 2002",
    )  # fmt: skip
    tell(
        single_source, "Delegates of one other", "max_{i≠j} x_i / p_j > τ",
        r"\frac{\max_{i\ne j,\, i\to j} x_i}{p_j} > \tau", "(τ, 1]", "share",
        "the threshold; who holds through several addresses", ERC20VOTES,
    )  # fmt: skip
    tell(
        churn, "Churn of delegation", "(moved + joined + left) / all that was delegated",
        r"\frac{m + j + \ell}{m + j + \ell + s}", "[0, 1]", "share", "the time between both blocks",
        ERC20VOTES,
    )  # fmt: skip
    tell(
        bloc_entropy, "Voting-bloc entropy", "−Σ p_B log₂ p_B over blocs that vote alike",
        r"-\sum_B p_B \log_2 p_B", "[0, log₂ n]", "bits",
        "the threshold of agreement: look at a grid of them", BLOCS,
    )  # fmt: skip
    tell(
        bloc_grid, "Voting-bloc entropy over thresholds", "−Σ p_B log₂ p_B at each threshold",
        r"\theta \mapsto -\sum_{B\in\mathcal B_\theta} p_B \log_2 p_B", "[0, log₂ n] each", "bits",
        "which thresholds: the entropy rises with them", BLOCS,
    )  # fmt: skip
    tell(
        lost_votes, "Power that was not used", "Σ (power − cast) / Σ power",
        r"\frac{\sum_i (w_i - c_i)}{\sum_i w_i}", "[0, 1]", "share",
        "the timepoint: power is that of the vote's own snapshot", ERC20VOTES,
    )  # fmt: skip


def _tell_capture() -> None:
    tell(
        to_reach, "To reach a share", "min a : own + a > τ W, or τ (W + a)",
        r"\min\{a : o + a > \tau W\}\ \text{bought},\quad \min\{a : o + a > \tau(W + a)\}"
        r"\ \text{added}", "0 … W, or beyond", "smallest unit",
        "whether it is bought from those who have it, or added", CAPTURE,
    )  # fmt: skip
    tell(
        to_win, "To win a vote", "max(⌊t W⌋ + 1, quorum)",
        r"\max\big(\lfloor t\,W\rfloor + 1,\ Q\big)", "quorum …", "smallest unit",
        "the turnout of honest voters that is expected", CAPTURE,
    )  # fmt: skip
    tell(
        bribe, "Least bribe", "r · need", r"r \cdot q \le \sum_{i\in S} r\, w_i,\ w(S)\ge q",
        "[0, ∞)", "as the rate", "what a voter loses a unit if the vote passes",
        "T. Groseclose, J. Snyder, Buying Supermajorities, APSR 90, 1996",
    )  # fmt: skip
    tell(
        cost, "Cost on an order book", "Σ price · amount, cheapest first",
        r"\sum_k p_k\,\min(a_k,\ \text{rest})", "[0, ∞)", "as the prices",
        "depth: beyond the book there is no price", "an order book",
    )  # fmt: skip
    tell(
        fresh, "Power that came shortly before", "Σ max(now − before, 0) / Σ now",
        r"\frac{\sum_i \max(w_i - w'_i, 0)}{\sum_i w_i}", "[0, 1]", "share",
        "how long before is shortly", CAPTURE,
    )  # fmt: skip
    tell(
        fleeting, "Power that came and went", "Σ max(min(now − before, now − after), 0) / Σ now",
        r"\frac{\sum_i \max(\min(w_i(t)-w_i(t-d),\ w_i(t)-w_i(t+d)),0)}{\sum_i w_i(t)}", "[0, 1]",
        "share", "the days before and after; who sells by chance looks like who borrowed",
        "the vote on Beanstalk's BIP-18, April 2022, passed by borrowed power",
    )  # fmt: skip
    tell(
        by_issuer, "Staking power by issuer", "Σ_{tokens of an issuer} w_t x_t / Σ w_t x_t",
        r"\frac{\sum_{t\in I} w_t x_t}{\sum_t w_t x_t}", "[0, 1]", "share",
        "who is held to be the issuer of a wrapped asset", "SNIP-31",
    )  # fmt: skip


def _tell_use() -> None:
    tell(
        use_share, "Held by users", "[Σ users, Σ users and unknown] / Σ x",
        r"\Big[\frac{\sum_{U} x_i}{\sum x_i},\ \frac{\sum_{U\cup ?} x_i}{\sum x_i}\Big]", "[0, 1]",
        "share", "the window, and what counts as use", "StarkWare, decentralization proposal, 2022",
    )  # fmt: skip
    tell(
        recount, "A vote counted otherwise", "Σ weights for, against, abstaining",
        r"\sum_{i: c_i = \text{for}} w_i \gtrless \sum_{i: c_i = \text{against}} w_i",
        "for, against, tie", "side", "one person may have many addresses",
        "StarkWare, decentralization proposal, 2022",
    )  # fmt: skip
    tell(
        scored, "Score of a component", "(value − worst) / (best − worst), cut off at 0 and 1",
        r"s = \min\Big(\max\Big(\frac{x - x_w}{x_b - x_w}, 0\Big), 1\Big),\quad"
        r" x_w\text{ worst},\ x_b\text{ best}", "[0, 1]", "score", "the declared ends of the scale",
        "OECD, Handbook on Constructing Composite Indicators, 2008",
    )  # fmt: skip
    tell(
        score, "Scorecard", "Σ w_i s_i / Σ w_i", r"\frac{\sum_i w_i s_i}{\sum_i w_i}", "[0, 1]",
        "score", "the weights, and the ends of each scale: never read it without its components",
        "OECD, Handbook on Constructing Composite Indicators, 2008",
    )  # fmt: skip


_GRAPH = Delegations({"a": 60, "b": 10, "c": 5}, {"a": "b", "b": "c", "c": "c"})
_EXAMPLES = {
    "one_level": (_GRAPH,),
    "transitive": (_GRAPH,),
    "single_source": (_GRAPH,),
    "churn": (_GRAPH, Delegations({"a": 60, "b": 10, "c": 5}, {"a": "c", "c": "c"})),
    "bloc_entropy": (
        {1: {"a": "for", "b": "for"}, 2: {"a": "against", "b": "against"}},
        {"a": 40, "b": 35, "c": 25},
        Threshold.parse(">=1"),
    ),
    "bloc_grid": (
        {1: {"a": "for", "b": "for"}, 2: {"a": "against", "b": "for"}},
        {"a": 40, "b": 35, "c": 25},
        (Threshold.parse(">=1/2"), Threshold.parse(">1/2")),
    ),
    "lost_votes": ({"a": 40, "b": 35, "c": 25}, {"a": 40, "b": 5}),
    "to_reach": (ONE_THIRD, 90),
    "to_win": (1000, Fraction(1, 10), 400),
    "bribe": ((50, 30, 20), 60, Fraction(1, 10)),
    "cost": (15, ((Fraction(40), 10), (Fraction(50), 10))),
    "fresh": ({"a": 10, "b": 30}, {"a": 10, "b": 5}),
    "fleeting": ({"a": 10, "b": 5}, {"a": 30, "b": 30}, {"a": 30, "b": 5}),
    "by_issuer": (
        {"STRK": 300, "WBTC": 10},
        {"STRK": Fraction(1, 4), "WBTC": Fraction(5, 2)},
        {"STRK": "Starknet", "WBTC": "BitGo"},
    ),
    "use_share": ({"a": 10, "b": 20, "pool": 60}, ("a",), ("pool",)),
    "recount": ({"whale": "for", "a": "against", "b": "against"}, {"whale": 1, "a": 1, "b": 1}),
    "scored": (Component("liveness", "producers", Fraction(11), Fraction(1), Fraction(21)),),
    "score": (
        (
            Component("liveness", "producers", Fraction(11), Fraction(1), Fraction(21)),
            Component("liveness", "gap", None, Fraction(1), Fraction(0)),
        ),
    ),
}
