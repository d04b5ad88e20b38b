"""Votes cast: the tally of every proposal, and who cast what with which words.

`support` is 0 against, 1 for, 2 abstain. A vote of 255 is fractional (OpenZeppelin 5.7.0,
`GovernorCountingFractional.sol`): its 48 bytes of parameters hold three uint128, the parts
against, for and abstaining; without parameters of that form the vote is not understood and the
run stops, since a tally without it would be wrong.
"""

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from psephos.errors import MalformedEvent
from psephos.results import reading
from psephos.results.rules import ABSTAIN, AGAINST, FOR, SUPPORT, Tally

if TYPE_CHECKING:
    from psephos.store.reader import Release

FRACTIONAL = 255
COLUMNS = {
    "voter": pl.Binary,
    "support": pl.String,
    "weight": pl.Decimal(38, 0),
    "reason": pl.String,
    "block_number": pl.UInt64,
    "log_index": pl.UInt32,
    "transaction_hash": pl.Binary,
    "provisional": pl.Boolean,
}


def tallies(release: "Release", name: str, block: int) -> dict[bytes, Tally]:
    """The votes cast on each proposal of a governor up to a block."""
    sums: dict[bytes, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    voters: dict[bytes, int] = {}
    query = (
        "SELECT proposal_id, support, sum(weight) AS weight "
        f"FROM ({_cast(release, name)}) WHERE block_number <= ? GROUP BY proposal_id, support"
    )
    for id, support, weight in reading.rows(release, query, (block,)):
        if support in SUPPORT:
            sums[id][support] += weight
    for id, parts in _fractional(release, name, block):
        for support, weight in parts.items():
            sums[id][support] += weight
    for id, held in weights(release, name, block).items():
        voters[id] = sum(1 for weight in held if weight)
    return {
        id: Tally(part[AGAINST], part[FOR], part[ABSTAIN], voters.get(id, 0))
        for id, part in sums.items()
    }


def weights(release: "Release", name: str, block: int) -> dict[bytes, list[int]]:
    """What each voter cast on each proposal up to a block, one number a voter."""
    query = (
        f"SELECT proposal_id, voter, sum(weight) AS weight FROM ({_cast(release, name)}) "
        "WHERE block_number <= ? GROUP BY proposal_id, voter"
    )
    found: dict[bytes, list[int]] = defaultdict(list)
    for id, _, weight in reading.rows(release, query, (block,)):
        found[id].append(weight)
    return found


def votes(
    release: "Release", proposal_id: bytes, block: int | None = None, *, dataset: str
) -> pl.DataFrame:
    """The votes on a proposal up to a block, heaviest first; see COLUMNS.

    `weight` is exact, in the token's smallest unit. `reason` is the chain's own text: show it
    through `psephos.results.text.display`. `support` is for, against, abstain or fractional.
    """
    block = reading.the_block(release, block)
    query = f"""
        SELECT voter, CASE support WHEN 0 THEN 'against' WHEN 1 THEN 'for' WHEN 2 THEN 'abstain'
                      ELSE 'fractional' END AS support,
               weight, reason, block_number, log_index, transaction_hash, provisional
        FROM ({_cast(release, dataset)}) WHERE proposal_id = ? AND block_number <= ?
        ORDER BY weight DESC, voter, block_number, log_index"""
    return release.sql(query, (proposal_id, block)).cast(COLUMNS)  # type: ignore[arg-type]


def _cast(release: "Release", name: str) -> str:
    """A SELECT of every vote cast, with or without parameters or a reason."""
    selects = []
    for table in ("vote_cast", "vote_cast_with_params"):
        if reading.has(release, f"{name}_{table}"):
            columns = release.sql(f'SELECT * FROM "{name}_{table}" LIMIT 0').columns
            reason = "reason" if "reason" in columns else "'' AS reason"
            params = "params" if "params" in columns else "NULL::BLOB AS params"
            selects.append(
                f"SELECT proposal_id, voter, support::UBIGINT AS support, weight, {reason}, "
                f"{params}, block_number, transaction_index, log_index, transaction_hash, "
                f'provisional FROM "{name}_{table}"'
            )
    return " UNION ALL ".join(selects)


def _fractional(release: "Release", name: str, block: int) -> list[tuple[bytes, dict[int, int]]]:
    """The parts of every fractional vote; `MalformedEvent` for one that is not understood."""
    query = (
        "SELECT proposal_id, support, weight, params, voter, block_number, log_index "
        f"FROM ({_cast(release, name)}) WHERE support > 2 AND block_number <= ?"
    )
    found = []
    for id, support, weight, params, voter, at, log in reading.rows(release, query, (block,)):
        parts = [int.from_bytes((params or b"")[i : i + 16], "big") for i in (0, 16, 32)]
        if support != FRACTIONAL or len(params or b"") != 48 or sum(parts) != weight:
            raise MalformedEvent(
                f"dataset {name}: the vote of 0x{voter.hex()} in block {at}, log {log}, has "
                f"support {support} of a counting that is not known",
                hint="the governor counts by other rules than OpenZeppelin's and Compound's",
            )
        found.append((id, dict(zip((AGAINST, FOR, ABSTAIN), parts, strict=True))))
    return found
