"""Stake of users and of validators, where a release tells stakes.

A staker's own stake is its address's; what is delegated to it is its members', of whom a staking
contract does not tell who they are: their use is not known, and the share of users an interval.
Who attested in the window validates with both. Only STRK counts; addresses are those that stake:
an operational address that pays for a staker's attestations is another.
"""

from collections.abc import Collection
from typing import Any

from analytics.users import UseShare, use_share
from psephos.results import reading
from psephos.results.figure import Interval
from psephos.results.shown.wording import percent
from psephos.results.stakes import stakes
from psephos.results.staking import STRK
from psephos.results.studies.shape import Subject, Values


def tell_staked(of: Subject, values: Values, paid: Collection[bytes], first: int) -> None:
    """The shares of STRK staked of who paid a fee, and of who attested, where stakes are told."""
    for name in reading.datasets(of.release, "starknet_staking")[:1]:
        why = reading.backfill(reading.dataset(of.release, name), of.block)
        told = stakes(of.release, name, of.block)
        pools = {key: x for key, x in told.delegated.items() if key[1] == STRK}
        found = use_share({**told.own, **pools}, paid, pools) if not why and paid else None
        values.tell(
            "stake_of_users", "STRK staked of who paid a fee",
            None if found is None else found.low, "share",
            "Σ own stake of who paid a fee / Σ own and delegated",
            why=why or "nobody stakes, or nobody paid",
            interval=None if found is None else _members(found), uses=[(name, "stake")],
        )  # fmt: skip
        _attested(of, values, name, (told.own, pools), why, first)


def _attested(
    of: Subject, values: Values, staking: str, told: Any, why: str | None, first: int
) -> None:
    """The share of STRK staked, own and delegated, of the stakers that attested."""
    for name in reading.datasets(of.release, "starknet_attestation")[:1]:
        if not reading.has(of.release, f"{name}_staker_attestation"):
            continue
        query = (
            f'SELECT DISTINCT staker FROM "{name}_staker_attestation" '
            "WHERE block_number BETWEEN ? AND ? ORDER BY staker"
        )
        did = {bytes(who) for (who,) in reading.rows(of.release, query, (first, of.block))}
        why = why or reading.backfill(reading.dataset(of.release, name), of.block)
        own, pools = told
        mine = {**own, **pools}
        users = {*did, *(key for key in pools if key[0] in did)}
        found = use_share(mine, users) if did and not why else None
        values.tell(
            "stake_of_validators", "STRK staked of who attested",
            None if found is None else found.low, "share",
            "Σ own and delegated stake of who attested / Σ own and delegated",
            why=why or "nobody stakes, or nobody attested",
            uses=[(staking, "stake"), (name, "attested")],
            population=f"stakers that attested in blocks {first} to {of.block}",
        )  # fmt: skip


def _members(found: UseShare) -> Interval | None:
    if not found.unknown:
        return None
    text = f"{percent(found.low)} to {percent(found.high)}"
    return Interval("unknown", found.low, found.high, text, "if all who delegate use it too")
