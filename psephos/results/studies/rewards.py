"""What staking pays: the minting curve at a block, its split, and the yields that follow.

The curve's supply and cap are those the chain told last (`total_supply_changed`,
`minting_cap_changed`); before either was told, nothing is computed: the values a contract was
deployed with are in no event. Bitcoin's stakers get a quarter once a token other than STRK was
enabled (`token_enabled`), and nothing before. All of a year is as if the block's stake, supply and
cap stayed as they are.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.minting import (
    BTC_SHARE,
    IN_TEN_THOUSAND,
    YEAR,
    apr,
    epoch_rewards,
    real_yield,
    reward_split,
    yearly_mint,
)
from analytics.supply import staking_ratio
from psephos.results import reading
from psephos.results.positions import positions
from psephos.results.shown.wording import tokens
from psephos.results.studies.shape import Listing, Study, Subject, Values

if TYPE_CHECKING:
    from psephos.store.reader import Release

TITLE = "What staking pays"
CURVE = ("starknet_rewards",)
UNTOLD = "the chain told no supply or no cap of the curve up to this block"


@dataclass(frozen=True, slots=True)
class Curve:
    """The minting curve as it was told last: supply in fri, cap in ten-thousandths."""

    dataset: str
    supply: int
    c: int


def curve(release: "Release", block: int) -> Curve | None:
    """The curve at a block; None before the chain told both its numbers, or while blocks miss."""
    for name in reading.datasets(release, *CURVE):
        if reading.backfill(reading.dataset(release, name), block):
            continue
        supply = reading.last(release, f"{name}_total_supply_changed", "new_total_supply", block)
        c = reading.last(release, f"{name}_minting_cap_changed", "new_c", block)
        if supply is not None and c is not None:
            return Curve(name, supply, c)
    return None


def bitcoin(release: "Release", name: str, block: int) -> Fraction:
    """The share of rewards that Bitcoin's stakers get at a block."""
    table = f"{name}_token_enabled"
    if not reading.has(release, table):
        return Fraction(0)
    query = f'SELECT count(*) FROM "{table}" WHERE block_number <= ?'
    return BTC_SHARE if reading.rows(release, query, (block,))[0][0] else Fraction(0)


def study(of: Subject) -> Study:
    """Stake, curve, minting of a year, yield and real yield of STRK stakers."""
    held = positions(of.release, "stake", dataset=of.dataset, block=of.block)
    if held.undefined:
        return Study("rewards", TITLE, of.dataset, of.block, why=held.undefined)
    told = curve(of.release, of.block)
    values = Values(
        of, "rewards", f"every staker of {of.dataset} that is not leaving, at block {of.block}",
        len(held), [(of.dataset, "stake")],
    )  # fmt: skip
    unit = (18, "STRK")
    values.tell("staked", "Staked", held.total, "fri", "Σ own and delegated STRK", amount_of=unit)
    if told is None or held.total > told.supply:
        why = UNTOLD if told is None else "more is staked than the supply that L1 told"
        values.tell("yearly_mint", "Minted in a year", None, "fri", FORMULA, why=why)
        return Study("rewards", TITLE, of.dataset, of.block, tuple(values.found))
    yearly = yearly_mint(held.total, told.supply, told.c)
    split = reward_split(yearly, bitcoin(of.release, of.dataset, of.block))
    nominal, minted = apr(split.strk, held.total), Fraction(yearly, told.supply)
    also = ((told.dataset, "curve"),)
    shares = (
        ("staking_ratio", "Staked, of the supply", staking_ratio(held.total, told.supply),
         "stake / supply as L1 told it"),
        ("inflation_cap", "Cap of the curve", Fraction(told.c, IN_TEN_THOUSAND), "c / 10,000"),
        ("mint_share", "Minted in a year, of the supply", minted, "M / supply"),
        ("apr", "Yield of staking STRK", nominal, "STRK stakers' part of M / stake"),
        ("real_yield", "Real yield", None if nominal is None else real_yield(nominal, minted),
         "(1 + APR) / (1 + M / supply) − 1"),
    )  # fmt: skip
    for name, title, amount in (
        ("yearly_mint", "Minted in a year", yearly),
        ("yearly_strk", "of it, to STRK stakers", split.strk),
        ("yearly_btc", "of it, to Bitcoin stakers", split.btc),
    ):
        values.tell(name, title, amount, "fri", FORMULA, uses=also, amount_of=unit)
    for name, title, value, formula in shares:
        values.tell(name, title, value, "share", formula, uses=also, why="nothing is staked")
    tables = _epoch(of, yearly)
    return Study("rewards", TITLE, of.dataset, of.block, tuple(values.found), tables)


FORMULA = "⌊c · ⌊√(stake · supply)⌋ / 10,000⌋; Bitcoin's quarter rounded down"


def _epoch(of: Subject, yearly: int) -> tuple[Listing, ...]:
    """What one epoch pays by its length, where the chain told it."""
    seconds = reading.last(
        of.release, f"{of.dataset}_epoch_info_changed", "epoch_duration", of.block
    )
    if not seconds or seconds > YEAR:
        return ()
    whole = epoch_rewards(yearly, seconds)
    split = reward_split(whole, bitcoin(of.release, of.dataset, of.block))
    strk, btc = (tokens(amount, 18, 3) for amount in (split.strk, split.btc))
    row = (seconds, tokens(whole, 18, 3), strk, btc)
    columns = ("seconds", "STRK in all", "to STRK stakers", "to Bitcoin stakers")
    return (Listing("epoch", "What one epoch pays", columns, (row,)),)
