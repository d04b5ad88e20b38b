"""What is asked of a vote and its rules: games and their power, who could have turned it, and what
other rules would make of it; told as measures are."""

from fractions import Fraction

from analytics.alignment import agreed, pivotal
from analytics.coalitions import (
    dictator,
    minimal_winning,
    minimum_blocking,
    minimum_winning,
    veto_players,
)
from analytics.compound import Compound, compound_power
from analytics.compound_coalitions import fewest_blocking, fewest_passing, needed_by_all
from analytics.compound_rounded import compound_banzhaf, compound_shapley
from analytics.delays import soonest
from analytics.delegation import (
    Delegations,
    ghosts,
    given_share,
    self_delegated,
    sources,
    undelegated,
)
from analytics.games import Game
from analytics.participation import turnouts
from analytics.power import power
from analytics.power_rounded import banzhaf_rounded, shapley_rounded
from analytics.rules import Ballot, Body, Way
from analytics.telling import EXAMPLES, OPTIONS, tell
from analytics.threshold import TWO_THIRDS, Threshold
from analytics.whatif import abstaining, cap, delegate_cap, moved, quadratic, spread, square_root

SIMPLE = "A. Taylor, W. Zwicker, Simple Games, 1999"
INDICES = (
    "L. S. Penrose 1946; J. F. Banzhaf 1965; J. S. Coleman 1971; L. S. Shapley, M. Shubik 1954"
)
ERC20VOTES = "OpenZeppelin, ERC20Votes; EIP-5805"
LALLEY = "S. P. Lalley, E. G. Weyl, Quadratic Voting, 2018"


def tell_all() -> None:
    """Enter all of them, with an example each."""
    _tell_games()
    _tell_power()
    _tell_bodies()
    _tell_votes()
    _tell_delegations()
    _tell_changes()
    EXAMPLES.update(_EXAMPLES)
    OPTIONS["turnouts"] = {"supply": 1000, "delegated": 100, "delegates": 5}


def _tell_games() -> None:
    tell(
        minimum_winning, "Fewest who win together", "min k : Σ_{i≤k} w_i ≥ q, heaviest first",
        r"\min\Big\{k : \sum_{i\le k} w_{(i)} \ge q\Big\}", "1 … n", "voters",
        "the quota: of all power, of what was cast, or of the members", SIMPLE,
    )  # fmt: skip
    tell(
        minimum_blocking, "Fewest who block together", "min k : Σ_{i≤k} w_i > Σ w − q",
        r"\min\Big\{k : \sum_{i\le k} w_{(i)} > \sum_i w_i - q\Big\}", "1 … n", "voters",
        "the quota: the higher it is, the fewer can block", SIMPLE,
    )  # fmt: skip
    tell(
        veto_players, "Veto players", "i : Σ w − w_i < q",
        r"\Big\{i : \sum_j w_j - w_i < q\Big\}", "some of n", "voters",
        "the quota, and the largest voter", SIMPLE,
    )  # fmt: skip
    tell(
        dictator, "Who decides alone", "i : w_i ≥ q and Σ w − w_i < q",
        r"i : w_i \ge q \wedge \sum_j w_j - w_i < q", "one of n, or nobody", "voter",
        "low quotas: who weighs as much as the quota need not be the only one who wins", SIMPLE,
    )  # fmt: skip

    tell(
        minimal_winning, "Minimal winning coalitions", "S : Σ_{i∈S} w_i ≥ q and no i of S is spare",
        r"\Big\{S : \sum_{i\in S} w_i \ge q,\ \forall i\in S : \sum_{j\in S} w_j - w_i < q\Big\}",
        "each once", "coalitions", "many voters: their number may double with each of them", SIMPLE,
    )  # fmt: skip


def _tell_power() -> None:
    tell(
        power, "Power in a game", "Banzhaf: swings_i / 2^(n−1); Shapley–Shubik: mean over orders",
        r"\beta'_i = \frac{|\{S : i \text{ swings } S\}|}{2^{n-1}},\qquad"
        r" \varphi_i = \sum_{S : i \text{ swings } S} \frac{|S|!\,(n-|S|-1)!}{n!}",
        "[0, 1]; Σ φ = 1", "chance", "the quota; a share of the weight is no share of the power",
        INDICES,
    )  # fmt: skip
    tell(
        banzhaf_rounded, "Banzhaf's index of thousands", "Pr(q − w_i ≤ Σ_{j≠i} w_j < q), t = ½",
        r"\beta'_i = \Pr_{1/2}\Big(q - w_i \le \sum_{j\in S\setminus i} w_j < q\Big)", "[0, 1]",
        "chance", "the total that weights are rounded to: `resolution` bounds what it moved",
        f"{INDICES}; W. Hoeffding 1963",
    )  # fmt: skip
    tell(
        shapley_rounded, "Shapley and Shubik's index of thousands", "∫₀¹ Pr_t(i swings) dt",
        r"\varphi_i = \int_0^1 \Pr_t(i \text{ swings})\,dt", "[0, 1]; Σ φ = 1", "chance",
        "the total that weights are rounded to: `resolution` bounds what it moved",
        "G. Owen, Multilinear Extensions of Games, 1972; W. Hoeffding 1963",
    )  # fmt: skip
    tell(
        compound_power, "Power over several bodies", "as above; all bodies of a way must agree",
        r"v(S) = 1 \iff \exists\, W : \forall b\in W : \sum_{i\in S} w_{i,b} \ge q_b",
        "[0, 1]; Σ φ = 1", "chance", "whether seats that one hand fills are one player",
        f"{INDICES}; L. S. Shapley, Compound Simple Games, 1962",
    )  # fmt: skip


def _tell_bodies() -> None:
    tell(
        compound_banzhaf, "Banzhaf's index of several bodies, one of thousands",
        "Pr(i turns the outcome), every player for or against by a coin",
        r"\beta'_i = \sum_{s}\Pr_{1/2}(s)\,\Pr_{1/2}(i \text{ swings} \mid \text{seats } s)",
        "[0, 1]", "chance",
        "the total that the largest body is rounded to: `resolution` bounds what it moved",
        f"{INDICES}; L. S. Shapley, Compound Simple Games, 1962",
    )  # fmt: skip
    tell(
        compound_shapley, "Shapley and Shubik's index of several bodies, one of thousands",
        "∫₀¹ Pr_t(i turns the outcome) dt", r"\varphi_i = \int_0^1 \Pr_t(i \text{ swings})\,dt",
        "[0, 1]; Σ φ = 1", "chance",
        "the total that the largest body is rounded to: `resolution` bounds what it moved",
        "G. Owen, Multilinear Extensions of Games, 1972",
    )  # fmt: skip
    tell(
        fewest_passing, "Fewest who pass in several bodies",
        "min |S| : some way has Σ_{i∈S} w_{i,b} ≥ q_b in each of its bodies b",
        r"\min\Big\{|S| : \exists\,W\ \forall b\in W : \sum_{i\in S} w_{i,b} \ge q_b\Big\}",
        "1 … n", "players", "whether seats that one hand fills are one player", SIMPLE,
    )  # fmt: skip
    tell(
        fewest_blocking, "Fewest who block in several bodies",
        "min |S| : without S no way has its quotas",
        r"\min\Big\{|S| : \forall\,W\ \exists\,b\in W : \sum_{i\notin S} w_{i,b} < q_b\Big\}",
        "1 … n", "players", "the quotas: the higher they are, the fewer can block", SIMPLE,
    )  # fmt: skip
    tell(
        needed_by_all, "Veto players of several bodies", "i : all others together do not pass",
        r"\Big\{i : \forall\,W\ \exists\,b\in W : \sum_{j\ne i} w_{j,b} < q_b\Big\}", "some of n",
        "players", "the ways: who is needed in one need not be in another", SIMPLE,
    )  # fmt: skip
    tell(
        soonest, "How soon it has an effect", "max over bodies of their delays + the way's own",
        r"\max_{b\in W} d_b + d_W", "[0, ∞)", "hours",
        "delays that no source says: then it is a lower bound", "the rule file's own sources",
    )  # fmt: skip


def _tell_votes() -> None:
    tell(
        turnouts, "Turnout on three bases", "Σ cast / supply, / delegated, voters / delegates",
        r"\frac{\sum c_i}{\text{supply}},\quad \frac{\sum c_i}{\text{delegated}},\quad"
        r" \frac{|\{i : c_i > 0\}|}{\text{delegates}}", "[0, 1] each", "share",
        "the base: the same vote may be 80 % of one and 0.1 % of another", ERC20VOTES,
    )  # fmt: skip
    tell(
        pivotal, "Pivotal voters", "i : the outcome turns without i, or with i on the other side",
        r"\{i : v(N\setminus i) \ne v(N)\},\quad \{i : v(N^{i\to\overline{i}}) \ne v(N)\}",
        "some of n", "voters", "the rule: quorums make who abstains pivotal, too", SIMPLE,
    )  # fmt: skip
    tell(
        agreed, "Agreement of two voters", "votes cast alike / votes both cast",
        r"\frac{|\{p : c_i(p) = c_j(p)\}|}{|\{p : i, j \text{ voted on } p\}|}", "[0, 1]", "share",
        "how many proposals both voted on",
        "A. Austgen et al., DAO Decentralization: Voting-Bloc Entropy, arXiv 2311.03530",
    )  # fmt: skip


def _tell_delegations() -> None:
    tell(
        undelegated, "Not delegated", "Σ x_i of who delegates to nobody",
        r"\sum_{i \not\to} x_i", "0 … Σ x", "smallest unit",
        "tokens in contracts and exchanges, which nobody can delegate", ERC20VOTES,
    )  # fmt: skip
    tell(
        self_delegated, "Delegated to oneself", "Σ x_i of who delegates to itself",
        r"\sum_{i \to i} x_i", "0 … Σ x", "smallest unit",
        "one person with two addresses delegates to another", ERC20VOTES,
    )  # fmt: skip
    tell(
        ghosts, "Ghost power", "Σ p_j of delegates who never voted",
        r"\sum_{j \notin V} p_j", "0 … Σ p", "smallest unit",
        "how long votes were looked at", ERC20VOTES,
    )  # fmt: skip
    tell(
        sources, "Where a delegate's power comes from", "max x_i / p_j, Σ (x_i / p_j)²",
        r"\frac{\max_{i\to j} x_i}{p_j},\quad \sum_{i\to j}\Big(\frac{x_i}{p_j}\Big)^2", "(0, 1]",
        "share", "who holds through several addresses", ERC20VOTES,
    )  # fmt: skip
    tell(
        given_share, "Share that some delegated", "Σ_{i of them} x_i / Σ p",
        r"\frac{\sum_{i\in F,\ i\to} x_i}{\sum_j p_j}", "[0, 1]", "share",
        "which addresses are held to be the foundation's", ERC20VOTES,
    )  # fmt: skip


def _tell_changes() -> None:
    unit = "as the power; roots in 2⁻⁶⁴"
    tell(
        cap, "Votes with a cap", "min(p_i, ⌊s Σ p⌋)",
        r"\min\Big(p_i, \Big\lfloor s\sum_j p_j\Big\rfloor\Big)", "0 … s Σ p", unit,
        "how many addresses one person has", LALLEY,
    )  # fmt: skip
    tell(
        square_root, "Votes by the square root", "√p_i", r"\sqrt{p_i}", "0 … √Σ p", unit,
        "how many addresses one person has", "L. S. Penrose 1946",
    )  # fmt: skip
    tell(
        quadratic, "Quadratic votes", "Σ_{i delegates to j} √x_i", r"\sum_{i\to j}\sqrt{x_i}",
        "0 … Σ √x", unit, "how many addresses one person has: splitting pays", LALLEY,
    )  # fmt: skip
    tell(
        delegate_cap, "A cap on what is delegated", "own + min(of others, ⌊s Σ p⌋)",
        r"x_{j\to j} + \min\Big(p_j - x_{j\to j}, \Big\lfloor s\sum_k p_k\Big\rfloor\Big)",
        "0 … Σ p", unit, "what lapses: it is not given to others", ERC20VOTES,
    )  # fmt: skip
    tell(
        abstaining, "Power if some abstain", "p_j without what they hold, and none for them",
        r"\sum_{i\to j,\ i\notin F} x_i,\quad j\notin F", "0 … Σ p", unit,
        "which addresses are held to be the foundation's", ERC20VOTES,
    )  # fmt: skip
    tell(
        spread, "Power if what some delegate were spread", "p′_j + (Σ_{i of them} x_i) / n",
        r"p'_j + \frac1n\sum_{i\in F,\ i\to} x_i", "0 … Σ p", unit,
        "how many delegates others chose", ERC20VOTES,
    )  # fmt: skip
    tell(
        moved, "Power if what some delegate were moved", "all that they delegate to one delegate",
        r"p'_k + \sum_{i\in F,\ i\to} x_i", "0 … Σ p", unit, "the delegate who gets it",
        ERC20VOTES,
    )  # fmt: skip


def more_for(tally: Ballot) -> bool:
    """The rule of the worked example: more for than against, and 50 that came."""
    return tally.for_ > tally.against and tally.counted(("for", "abstain")) >= 50


_GAME = Game((50, 49, 1), 51)
_BODIES = Compound(((2, 0), (1, 0), (0, 1), (0, 1), (0, 1)), (2, 2), (frozenset({0, 1}),))
_VOTES = {"a": 60, "b": 10, "c": 5}
_GRAPH = Delegations(_VOTES | {"d": 25}, {"a": "b", "b": "c", "c": "c"})
_EXAMPLES = {
    "minimum_winning": (_GAME,),
    "minimum_blocking": (_GAME,),
    "veto_players": (_GAME,),
    "dictator": (Game((2, 1, 1), 2),),
    "power": (_GAME,),
    "banzhaf_rounded": (_GAME, 100),
    "shapley_rounded": (_GAME, 100),
    "minimal_winning": (Game((3, 2, 1, 1), 4),),
    "compound_power": (_BODIES,),
    "compound_banzhaf": (_BODIES,),
    "compound_shapley": (_BODIES,),
    "fewest_passing": (_BODIES,),
    "fewest_blocking": (_BODIES,),
    "needed_by_all": (_BODIES,),
    "soonest": (
        Way("upgrade", "the council, after a vote", ("holders", "council"), delay_hours=48),
        {
            "holders": Body(
                "holders", "holders", "tokens", Threshold.parse(">1/2"), "cast", delay_hours=72
            ),
            "council": Body("council", "council", "seats", TWO_THIRDS, "members", members=12),
        },
    ),
    "turnout": (40, 100),
    "quorum_reach": (60, 50),
    "quorum_robustness": ((40, 25, 15), 60),
    "flip_set": ((40, 25), 35),
    "turnouts": ((40, 25, 15),),
    "pivotal": ({"a": ("for", 40), "b": ("against", 35), "c": ("abstain", 25)}, more_for, Ballot()),
    "agreed": (
        {1: {"a": "for", "b": "for"}, 2: {"a": "for", "b": "against"}, 3: {"a": "for"}}, "a", "b",
    ),
    "undelegated": (_GRAPH,),
    "self_delegated": (_GRAPH,),
    "ghosts": ({"b": 60, "c": 15}, ("c",)),
    "sources": (_GRAPH,),
    "given_share": (_GRAPH, ("a",)),
    "cap": (_VOTES, Fraction(1, 5)),
    "square_root": (_VOTES,),
    "quadratic": (_GRAPH,),
    "delegate_cap": (_GRAPH, Fraction(1, 5)),
    "abstaining": (_GRAPH, ("a",)),
    "spread": (_GRAPH, ("a",)),
    "moved": (_GRAPH, ("a",), "c"),
}  # fmt: skip
