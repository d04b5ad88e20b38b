"""Kinds of position as data: which source tells each, and the SELECT of its rows.

What is done with them is written once in `psephos.results.changes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psephos.results.staking import STRK as TOKEN

ZERO = "'" + r"\x00" * 20 + "'::BLOB"
NOBODY = f"{ZERO}, '" + r"\x00" * 32 + "'::BLOB"
"""The zero address of both chains: where mints come from, and burns go to."""

EVENT = "block_number, transaction_index, log_index"

STRK = f"'{''.join(f'{chr(92)}x{byte:02x}' for byte in TOKEN)}'::BLOB"
"""STRK's address on Starknet: what a stake is of where no token is named."""


def _difference(table: str, holder: str, *amounts: str, where: str = "") -> tuple[str, str]:
    """Rows of a table that tells what something was and what it is now."""
    change = " + ".join(f"new_{amount} - old_{amount}" for amount in amounts)
    only = f" WHERE {where}" if where else ""
    return table, (
        f"SELECT NULL::BLOB AS key, {holder} AS holder, {EVENT}, {change} AS amount "
        f"FROM {{{table}}}{only}"
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of position whose amounts change only by events.

    `rows` are pairs (event table, SELECT of key, holder, block_number, transaction_index,
    log_index, amount from it). Amounts are signed differences (`adds`), or what the holder has
    from then on. A table that a source does not emit is left out.
    """

    name: str
    title: str
    holder: str
    sources: tuple[str, ...]
    adds: bool
    rows: tuple[tuple[str, str], ...]


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "balance",
            "token balance",
            "holder",
            ("erc20", "starknet_erc20"),
            True,
            (
                (
                    "transfer",
                    f"SELECT NULL::BLOB AS key, recipient AS holder, {EVENT}, amount "
                    f"FROM {{transfer}} WHERE recipient NOT IN ({NOBODY})",
                ),
                (
                    "transfer",
                    f"SELECT NULL::BLOB, sender, {EVENT}, -amount "
                    f"FROM {{transfer}} WHERE sender NOT IN ({NOBODY})",
                ),
            ),
        ),
        Kind(
            "supply",
            "total supply: minted less burned",
            "token",
            ("erc20", "starknet_erc20"),
            True,
            (
                (
                    "transfer",
                    f"SELECT NULL::BLOB AS key, contract AS holder, {EVENT}, amount "
                    f"FROM {{transfer}} WHERE sender IN ({NOBODY})",
                ),
                (
                    "transfer",
                    f"SELECT NULL::BLOB, contract, {EVENT}, -amount "
                    f"FROM {{transfer}} WHERE recipient IN ({NOBODY})",
                ),
            ),
        ),
        Kind(
            "power",
            "voting power",
            "delegate",
            ("votes", "starknet_votes"),
            False,
            (
                (
                    "delegate_votes_changed",
                    f"SELECT NULL::BLOB AS key, delegate AS holder, {EVENT}, new_votes AS amount "
                    "FROM {delegate_votes_changed}",
                ),
            ),
        ),
        Kind(
            "delegated",
            "voting power of all delegates together",
            "token",
            ("votes", "starknet_votes"),
            True,
            (
                (
                    "delegate_votes_changed",
                    f"SELECT NULL::BLOB AS key, contract AS holder, {EVENT}, "
                    "new_votes - old_votes AS amount FROM {delegate_votes_changed}",
                ),
            ),
        ),
        Kind(
            "vote",
            "votes cast",
            "voter",
            ("governor", "governor_bravo", "governor_alpha", "snapshot_x_space"),
            True,
            (
                (
                    "vote_cast",
                    f"SELECT proposal_id AS key, voter AS holder, {EVENT}, weight AS amount "
                    "FROM {vote_cast}",
                ),
                (
                    "vote_cast_with_params",
                    f"SELECT proposal_id AS key, voter AS holder, {EVENT}, weight AS amount "
                    "FROM {vote_cast_with_params}",
                ),
            ),
        ),
        Kind(  # what is told to be staked: a staker that is leaving has nothing at once
            "stake",
            "STRK staked with a validator, its own and delegated",
            "validator",
            ("starknet_staking",),
            True,
            (
                _difference("stake_balance_changed", "staker", "self_stake", "delegated_stake"),
                _difference("stake_own_balance_changed", "staker", "self_stake"),
                _difference(
                    "stake_delegated_balance_changed",
                    "staker",
                    "delegated_stake",
                    where=f"token = {STRK}",
                ),
            ),
        ),
        Kind(
            "own_stake",
            "STRK that a validator staked itself",
            "validator",
            ("starknet_staking",),
            True,
            (
                _difference("stake_balance_changed", "staker", "self_stake"),
                _difference("stake_own_balance_changed", "staker", "self_stake"),
            ),
        ),
        Kind(  # over all pools of the dataset: declare one of the pools of one token
            "member_stake",
            "delegated by members of pools",
            "member",
            ("starknet_pool",),
            True,
            (_difference("pool_member_balance_changed", "pool_member", "delegated_stake"),),
        ),
    )
}


def tells(kind: str, sources: Iterable[str]) -> bool:
    """Whether a dataset of these sources tells a kind of position, on whichever chain it is."""
    return not set(KINDS[kind].sources).isdisjoint(sources)
