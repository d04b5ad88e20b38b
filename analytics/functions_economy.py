"""What a token's economy is made of, told as measures are: minting, supply, schedules, cohorts."""

from fractions import Fraction

from analytics.bands import bands, drift, ratio_of
from analytics.clusters import clusters
from analytics.cohorts import cohorts
from analytics.minting import (
    apr,
    block_rewards,
    epoch_rewards,
    mint_share,
    real_yield,
    reward_split,
    staker_rewards,
    staking_power,
    yearly_mint,
)
from analytics.revenue import developers_share, fee_cover
from analytics.simulation import Plan, Rates, State, path
from analytics.supply import (
    circulating,
    mean_over_time,
    staking_ratio,
    supply_identity,
    unlock_pressure,
    velocity,
)
from analytics.telling import EXAMPLES, tell
from analytics.unlocks import Linear, Steps, unlock_calendar

CURVE = "starknet-staking, minting_curve.cairo; the vote of September 2024 on staking"
SUPPLIER = "starknet-staking, reward_supplier.cairo"
STAKING = "starknet-staking, staking.cairo; SNIP-31"
BOOKS = "double-entry bookkeeping"


def tell_all() -> None:
    """Enter all of them, with an example each."""
    _tell_minting()
    _tell_supply()
    _tell_schedules()
    EXAMPLES.update(_EXAMPLES)


def _tell_minting() -> None:
    tell(
        yearly_mint, "Minting of a year", "⌊c · ⌊√(stake · supply)⌋ / 10,000⌋",
        r"M = \Big\lfloor \frac{c\,\lfloor\sqrt{\mathrm{stake}\cdot\mathrm{supply}}\rfloor}{10^4}"
        r"\Big\rfloor,\qquad M_\% = \frac{C_\%}{10}\sqrt{S_\%}",
        "0 … c/10,000 of the supply", "smallest unit",
        "the supply that L1 last told, which lags", CURVE,
    )  # fmt: skip
    tell(
        mint_share, "Minting of a year, as a share of the supply", "(c / 10,000) √S",
        r"M = \frac{c}{10^4}\sqrt{S}", "0 … c/10,000", "share",
        "S: of the supply, or of what circulates", CURVE,
    )  # fmt: skip
    tell(
        epoch_rewards, "Rewards of an epoch", "⌊M / ⌊31,536,000 / epoch⌋⌋",
        r"\Big\lfloor \frac{M}{\lfloor 31536000 / e \rfloor}\Big\rfloor", "0 … M",
        "smallest unit", "the length of an epoch, which was changed twice", SUPPLIER,
    )  # fmt: skip
    tell(
        block_rewards, "Rewards of a block", "⌊M · t / (100 · 31,536,000)⌋, 200 ≤ t ≤ 500",
        r"\Big\lfloor \frac{M\,\min(\max(t, 200), 500)}{100\cdot 31536000}\Big\rfloor", "0 … M",
        "smallest unit", "the mean time of a block in the last epoch", SUPPLIER,
    )  # fmt: skip
    tell(
        reward_split, "Rewards of STRK and of Bitcoin stakers", "⌊α R⌋ to Bitcoin, else to STRK",
        r"R_B = \lfloor \alpha R \rfloor,\quad R_S = R - R_B,\quad \alpha = \tfrac14",
        "0 … R each", "smallest unit", "α, which was 0 before Bitcoin could be staked", SUPPLIER,
    )  # fmt: skip
    tell(
        staker_rewards, "Rewards of a staker and its pools",
        "⌊R · own / total⌋ + Σ commissions; pools get the rest of theirs",
        r"\Big\lfloor\frac{R\,s}{S}\Big\rfloor + \sum_p\Big\lfloor\frac{k\,r_p}{10^4}\Big\rfloor,"
        r"\quad r_p = \Big\lfloor\frac{R_t\,x_p}{X_t}\Big\rfloor",
        "0 … R", "smallest unit", "who attested: who did not gets nothing of the epoch", STAKING,
    )  # fmt: skip
    tell(
        staking_power, "Staking power", "⌊7.5·10⁹ · strk / total⌋ + ⌊2.5·10⁹ · btc / total⌋",
        r"\Big\lfloor\frac{7.5\cdot10^9\,s}{S}\Big\rfloor +"
        r"\Big\lfloor\frac{2.5\cdot10^9\,b}{B}\Big\rfloor",
        "0 … 10¹⁰", "of 10¹⁰", "which wrappers of Bitcoin are enabled", STAKING,
    )  # fmt: skip
    tell(
        apr, "Yield of staking", "rewards of a year / stake", r"\frac{R}{S}", "[0, ∞)", "share",
        "that stake and supply stay as they are for a year", CURVE,
    )  # fmt: skip
    tell(
        real_yield, "Real yield", "(1 + APR) / (1 + M) − 1", r"\frac{1+\mathrm{APR}}{1+M}-1",
        "(−1, ∞)", "share", "whether M is of the supply or of what circulates",
        "I. Fisher, The Theory of Interest, 1930",
    )  # fmt: skip


def _tell_supply() -> None:
    tell(
        supply_identity, "Supply identity", "minted − burned = Σ held",
        r"\sum\mathrm{minted}-\sum\mathrm{burned}=\sum_i x_i", "missing = 0", "smallest unit",
        "missing rows; tokens that pay interest without telling", BOOKS,
    )  # fmt: skip
    tell(
        circulating, "Circulating supply", "supply − Σ outside",
        r"\mathrm{supply}-\sum_k \mathrm{outside}_k", "0 … supply", "smallest unit",
        "the declared list of what does not circulate", "a declaration: no list is official",
    )  # fmt: skip
    tell(
        staking_ratio, "Staking ratio", "stake / supply",
        r"S = \frac{\mathrm{stake}}{\mathrm{base}}", "[0, 1]", "share",
        "the base: total supply, or what circulates", CURVE,
    )  # fmt: skip
    tell(
        mean_over_time, "Mean over time", "Σ amount · time / Σ time",
        r"\bar x = \frac{1}{t_1-t_0}\int_{t_0}^{t_1}x(t)\,dt", "[0, ∞)", "amount",
        "the window", "a mean weighted by time",
    )  # fmt: skip
    tell(
        velocity, "Velocity", "volume / mean supply", r"V = \frac{\sum\mathrm{volume}}{\bar{x}}",
        "[0, ∞)", "times in the window", "transfers to oneself and through exchanges",
        "I. Fisher, The Purchasing Power of Money, 1911",
    )  # fmt: skip
    tell(
        fee_cover, "Fees against issuance and cost", "fees / issuance, fees / cost, fees − cost",
        r"\frac{F}{M},\quad\frac{F}{K},\quad F-K", "[0, ∞)", "share",
        "prices, where fees and costs are in different tokens", BOOKS,
    )  # fmt: skip
    tell(
        developers_share, "Developers' share", "⌊8 % F⌋ by weight 0.055 storage + 2 steps; ⌊2 % F⌋",
        r"a_i=\Big\lfloor\lfloor 0.08F\rfloor\frac{w_i}{\sum_j w_j}\Big\rfloor,\quad "
        r"w_i = 0.055\,f^{\mathrm{storage}}_i+2f^{\mathrm{steps}}_i",
        "0 … 10 % of fees", "smallest unit", "which contracts are one application",
        "the Devonomics pilot of Starknet, blocks 1 to 448,500",
    )  # fmt: skip


def _tell_schedules() -> None:
    tell(
        unlock_calendar, "Unlock calendar", "Σ free(end) − free(begin), by group",
        r"u_{(b,e]} = \sum_g \big(f_g(e)-f_g(b)\big)", "adds up to the allocation",
        "smallest unit", "the schedule that was declared", "the schedule's own source",
    )  # fmt: skip
    tell(
        unlock_pressure, "Unlock pressure", "unlocks / circulating, and / median daily volume",
        r"\frac{u}{\mathrm{circulating}},\quad\frac{u}{\mathrm{med}\,v}", "[0, ∞)",
        "share; days", "that everything unlocked is sold, which it is not", BOOKS,
    )  # fmt: skip
    tell(
        cohorts, "Cohorts of holders", "holders and amounts by age × size",
        r"c_{a,s} = \Big|\big\{i : t-t_i\in A_a,\ x_i\in S_s\big\}\Big|", "adds up to everybody",
        "holders; amount", "edges of the classes; who moves to a new address is young again",
        "a contingency table",
    )  # fmt: skip
    tell(
        clusters, "Addresses that may be one", "connected parts of shared grounds",
        r"i\sim j \iff \exists g: i,j\in g,\ |g|\le m", "a partition", "addresses",
        "the limit above which a ground is a service", "M. Harrigan, C. Fretter, arXiv 1605.06369",
    )  # fmt: skip
    tell(
        path, "One path of a simulation", "supply' = supply + minted − burned, …",
        r"s_{t+1}=s_t+m_t-b_t,\quad m_t=\Big\lfloor\frac{M(k_t,s_t,c)}{n}\Big\rfloor,\quad "
        r"k_{t+1}=k_t+\lfloor r\,m_t\rfloor+\lfloor k_t(g+\sigma z_t)\rfloor",
        "books that balance", "smallest unit", "every assumption of the scenario",
        "this project; the curve by " + CURVE,
    )  # fmt: skip
    tell(
        bands, "Bands of a simulation", "quantiles and mean over paths of a seed, after each step",
        r"q_p(t) = X_{(\lceil p n\rceil)}(t),\quad X_k(t) \text{ of path } k = 1 \dots n",
        "low … high", "as the quantity", "every assumption of the scenario; the seed, a little",
        "this project",
    )  # fmt: skip
    tell(
        drift, "Growth and spread of a series", "mean and spread of x_{t+1} / x_t − 1",
        r"g=\frac1n\sum_t r_t,\quad \sigma^2=\frac1{n-1}\sum_t(r_t-g)^2", "(−1, ∞)", "per step",
        "that the past goes on", "a sample mean and variance",
    )  # fmt: skip


_UNIT = 10**18
_EXAMPLES = {
    "yearly_mint": (10**9 * _UNIT, 104 * 10**8 * _UNIT, 160),
    "mint_share": (160, Fraction(1, 4)),
    "epoch_rewards": (128_996_123_972_776_794_437_865_811, 3600),
    "block_rewards": (128_996_123_972_776_794_437_865_811, 300),
    "reward_split": (14_725,),
    "staker_rewards": (1_000, 40, [(1_000, 60, 400), (300, 1, 5)], 400, 1_000),
    "staking_power": (50, 1_000, 10, 1_000, 50),
    "apr": (59, 1_000),
    "real_yield": (Fraction(59, 1000), Fraction(4, 1000)),
    "supply_identity": (1_000, 10, [500, 400, 90]),
    "circulating": (1_000, {"locked": 400, "treasury": 100}),
    "staking_ratio": (100, 1_000),
    "mean_over_time": ([(0, 100), (10, 300)], 5, 15),
    "velocity": (50, 200),
    "fee_cover": (30, 120, 40),
    "developers_share": (10_000, {"exchange": (1_000, 0), "game": (0, 10)}),
    "unlock_calendar": (
        [Linear("team", 100, 0, 10, 40), Steps("investors", ((20, 7), (30, 7)))],
        [0, 10, 20, 30, 40],
    ),
    "unlock_pressure": (30, 300, [10, 1_000, 20]),
    "cohorts": ([(500, 90), (9, 10), (40, 0)], 100, [30], [10, 100]),
    "clusters": ([(b"a", "funder"), (b"b", "funder"), (b"c", "other")], 10),
    "path": (
        Plan(State(1_000_000, 100_000, 0, fees=100), 12, (0,), (Rates(400, restake=Fraction(1)),)),
    ),
    "bands": (
        Plan(
            State(1_000_000, 100_000, 0, fees=100),
            12,
            (0, 0),
            (Rates(400, restake=Fraction(1), spread=Fraction(1, 20)),) * 2,
        ),
        1,
        20,
        {"staking ratio": ratio_of},
        (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)),
    ),
    "drift": ([100, 110, 121, 121],),
}
