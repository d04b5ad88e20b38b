"""Who stakes how much, and whose stake acts: raw and effective at the epoch, with its weight.

    weight = ⌊7.5·10⁹ · STRK / all STRK⌋ + ⌊2.5·10⁹ · Bitcoin / all Bitcoin⌋, of 10¹⁰

STRK and Bitcoin are what a staker has itself and is delegated; of Bitcoin only wrappers that are
enabled count, all in 18 decimals; who has no STRK of its own has no weight. What acts in an epoch
is what was told some epochs before: how a chain counts them, and how many, is declared
(`data/assets`), since no event tells what its contract was deployed with.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import Value, hhi, nakamoto_one_half, nakamoto_one_third
from analytics.minting import POWER
from psephos.results.positions import positions
from psephos.results.shown.text import address
from psephos.results.shown.wording import percent, tokens
from psephos.results.stakes import counting
from psephos.results.staking import DECIMALS, STRK, Stake
from psephos.results.studies.shape import Cell, Listing, Study, Subject, Values
from psephos.results.weights import Weighed, acting, bitcoin_of, weighed

if TYPE_CHECKING:
    from psephos.store.reader import Release

TITLE = "Who stakes how much, and whose stake acts"
SHOWN = 100
UNDECLARED = "how this chain counts epochs is declared nowhere (data/assets, `[[epochs]]`)"
WEIGHT = "⌊7.5·10⁹ · STRK / all⌋ + ⌊2.5·10⁹ · Bitcoin / all⌋"


def study(of: Subject) -> Study:
    """Figures of weights as told and as they act; every staker with both."""
    held = positions(of.release, "stake", dataset=of.dataset, block=of.block)
    if held.undefined:
        return Study("stakers", TITLE, of.dataset, of.block, why=held.undefined)
    told = weighed(of.release, of.dataset, of.block)
    how = counting(of.release.chain.id)
    found = None if how is None else acting(of.release, of.dataset, of.block, how)
    values = Values(
        of, "stakers", f"every staker of {of.dataset} at block {of.block}",
        len(told.stakes), [(of.dataset, "stake"), (of.dataset, "weighs")],
    )  # fmt: skip
    _weights(values, "", "as told", told, None, ())
    source = () if how is None else (f"epochs: {how.source}",)
    why = UNDECLARED if how is None else "the block lies before the first epoch"
    epoch, acts = (None, None) if found is None else found
    values.tell("epoch", "Epoch of the block", epoch, "epoch", "e + ⌊(block − first) / length⌋",
                why=why, declared=source)  # fmt: skip
    _weights(values, "acting_", f"acting in epoch {epoch}", acts, why, source)
    return Study("stakers", TITLE, of.dataset, of.block, tuple(values.found),
                 (_listed(of, told, acts),))  # fmt: skip


def _weights(
    values: Values,
    prefix: str,
    said: str,
    found: Weighed | None,
    why: str | None,
    declared: tuple[str, ...],
) -> None:
    """What is staked, and how few have the weight."""
    staked = None if found is None else sum(stake.of(STRK) for stake in found.stakes.values())
    values.tell(f"{prefix}staked", f"STRK staked, {said}", staked, "fri", "Σ own and delegated",
                amount_of=(18, "STRK"), why=why, declared=declared)  # fmt: skip
    weights = [] if found is None else list(found.powers.values())
    measures: tuple[tuple[str, str, Value, str, str], ...] = (
        ("third", "Stakers with more than a third of the weight", nakamoto_one_third(weights),
         "stakers", "min |S| : Σ weight > ⅓"),
        ("half", "Stakers with more than half of the weight", nakamoto_one_half(weights),
         "stakers", "min |S| : Σ weight > ½"),
        ("hhi", "Herfindahl–Hirschman index of the weight", hhi(weights), "index", "Σ p²"),
    )  # fmt: skip
    for name, title, value, unit, definition in measures:
        values.tell(
            f"{prefix}weight_{name}", f"{title}, {said}", value, unit,
            f"{definition}; {WEIGHT}", why=why or "nobody has any weight", declared=declared,
        )  # fmt: skip


def _listed(of: Subject, told: Weighed, acts: Weighed | None) -> Listing:
    """The stakers with most weight, then most STRK."""
    columns = (
        "staker", "declared owner", "own STRK", "delegated STRK", "Bitcoin", "weight",
        "acting STRK", "acting weight",
    )  # fmt: skip
    everybody = {*told.stakes, *(acts.stakes if acts else ())}
    ranked = sorted(
        everybody,
        key=lambda who: (-told.powers.get(who, 0), -_stake(told.stakes, who).of(STRK), who),
    )
    rows: list[tuple[Cell, ...]] = []
    for who in ranked[:SHOWN]:
        stake, owner = _stake(told.stakes, who), of.entities.of(who, of.block)
        late = None if acts is None else _stake(acts.stakes, who)
        rows.append((
            address(who), owner.name if owner else None, tokens(stake.own, 18),
            tokens(stake.delegated.get(STRK, 0), 18), _bitcoin(of.release, stake),
            percent(Fraction(told.powers.get(who, 0), POWER)),
            None if late is None else tokens(late.of(STRK), 18),
            None if acts is None else percent(Fraction(acts.powers.get(who, 0), POWER)),
        ))  # fmt: skip
    return Listing("stakers", "Every staker, most weight first", columns, tuple(rows))


def _stake(found: Mapping[bytes, Stake], who: bytes) -> Stake:
    return found.get(who, Stake())


def _bitcoin(release: "Release", stake: Stake) -> str:
    return tokens(bitcoin_of(release.chain.id, stake), DECIMALS, 8)
