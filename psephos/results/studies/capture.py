"""Capture: what it would take to decide alone, over time, and what came shortly before a vote.

In tokens, and with a table of prices in its currency too, at the price of the day and without
slippage: an order book ends where it matters. Expected honest turnout is the median, of the
delegated power, of all votes whose snapshot is before the block.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.capture import How, bribe, by_issuer, to_reach, to_win
from psephos.results import reading
from psephos.results.positions import Positions, positions
from psephos.results.stakes import issuers_of, powers_of
from psephos.results.studies.capture_time import (
    LEVELS,
    UNIT,
    fresh_power,
    over_time,
    quorum,
    stake_over_time,
    staked,
    turnout,
)
from psephos.results.studies.shape import Listing, Study, Subject, Values
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import rules

if TYPE_CHECKING:
    pass

TITLE = "What capture would take"
WAYS: tuple[tuple[str, How], ...] = (("bought", "bought"), ("added", "added"))


def study(of: Subject) -> Study:
    """Power to reach shares and to win a vote, now and over time; bribes; fresh power; issuers."""
    held = positions(of.release, "power", dataset=of.dataset, block=of.block)
    if held.undefined or not held.amounts:
        why = held.undefined or "nobody has voting power"
        return Study("capture", TITLE, of.dataset, of.block, why=why)
    decided = _decided(of)
    values = Values(
        of,
        "capture",
        f"every delegate of {of.dataset} at the end of block {of.block}, by address",
        len(held),
        [(of.dataset, "power")],
    )
    unit = (held.decimals, held.symbol)
    reaching(values, "to_reach", "More than", held.total, unit)
    _winning(of, values, held, decided)
    table = fresh_power(of, values, decided)
    _issuers(of, values)
    tables = (*over_time(of, decided), *_staked(of, values), table)
    return Study("capture", TITLE, of.dataset, of.block, tuple(values.found), tables)


def reaching(
    values: Values, measure: str, title: str, whole: int, unit: tuple[int, str], **told: Any
) -> None:
    """What reaches more than each level of a whole, bought or added, in tokens and at a price."""
    for threshold, words in LEVELS:
        for how, way in WAYS:
            name = f"{measure}_{words.replace(' ', '_')}_{how}"
            found = to_reach(threshold, whole, how=way)
            formula = f"min a : a > τ W ({how}), τ {threshold}"
            said = f"{title} {words}, {how}"
            values.tell(name, said, found, "smallest unit", formula, amount_of=unit, **told)
            values.tell_cost(name, said, found, formula, token=unit, uses=told.get("uses", ()))


def _decided(of: Subject) -> list[Proposal]:
    found = proposals(of.release, of.block)
    return [
        one
        for one in found
        if rules(of.release, one.dataset).token == of.dataset and one.state and not one.state.open
    ]


def _winning(of: Subject, values: Values, held: Positions, decided: list[Proposal]) -> None:
    """To win the next vote against all honest voters who come, and to bribe those who could."""
    expected = turnout(decided, of.block)
    needed, names = quorum(of.release, of.dataset, of.block)
    uses = [(name, kind) for name in names for kind in ("proposal", "vote", "quorum")]
    why = "no vote was decided, or the quorum is not known"
    values.tell(
        "expected_turnout", "Expected honest turnout of delegated power", expected, "share",
        "median over decided votes of cast / delegated", why="no vote was decided", uses=uses,
    )  # fmt: skip
    unit = (held.decimals, held.symbol)
    for how, way in WAYS:
        found = None
        if expected is not None and needed is not None:
            found = to_win(held.total, expected, needed, how=way)
        name, said = f"to_win_{how}", f"To win a vote at that turnout, {how}"
        formula = f"max(turnout against, quorum), {how}; bound by {found.bound if found else '?'}"
        least = None if found is None else found.needs
        values.tell(name, said, least, "smallest unit", formula, why=why, uses=uses, amount_of=unit)
        values.tell_cost(name, said, least, formula, token=unit, uses=uses)
    if expected is None or needed is None:
        return
    need = to_win(held.total, expected, needed, how="bought").needs
    cheapest = bribe(held.amounts, need, Fraction(1))
    least = None if cheapest is None else need
    name, said = "bribe_least", "Least weight that must be bribed"
    formula = "need · r, r = 1 token a token: multiply by what a voter loses a token"
    values.tell(name, said, least, "smallest unit", formula, uses=uses, amount_of=unit)
    values.tell_cost(name, said, least, formula, token=unit, uses=uses)
    values.tell(
        "bribe_voters", "Fewest voters who have it",
        None if cheapest is None else cheapest.voters, "voters", "min |S| : Σ w ≥ need", uses=uses,
    )  # fmt: skip


def _staked(of: Subject, values: Values) -> list[Listing]:
    """What reaches shares of all STRK staked, where stakes are collected, and over time."""
    names = reading.datasets(of.release, "starknet_staking")
    if not names or reading.backfill(reading.dataset(of.release, names[0]), of.block):
        return []
    (name, *_) = names
    whole = staked(of.release, name, of.block)
    told: dict[str, Any] = {
        "uses": [(name, "stake")],
        "population": f"all STRK staked with {name} at block {of.block}, own and delegated",
    }
    reaching(values, "stake", "Of the stake, more than", whole, UNIT, **told)
    return [stake_over_time(of, name, reading.dataset(of.release, name).first)]


def _issuers(of: Subject, values: Values) -> None:
    """The share of staking power in assets that others issue, where stakes are collected."""
    amounts, weights, name = powers_of(of.release, of.block)
    found = None
    if amounts:
        known, sources = issuers_of(of.release.chain.id)
        known = {token: known.get(token, f"unknown (0x{token.hex()[:10]}…)") for token in amounts}
        found = by_issuer(amounts, weights, known)
        for issuer, share in (found or {}).items():
            values.tell(
                "power_by_issuer", f"Staking power in assets of {issuer}", share, "share",
                f"Σ w x of tokens of {issuer} / Σ w x", declared=sources,
                uses=[(name, "stake")], population=f"all stakes of {name} at block {of.block}",
            )  # fmt: skip
    if not found:
        values.tell(
            "power_by_issuer", "Staking power in assets of others", None, "share",
            "Σ w x of an issuer's tokens / Σ w x", why="no stakes were collected",
        )  # fmt: skip
