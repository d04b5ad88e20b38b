"""Votes cast: the tally of every proposal, and who cast what with which words.

`support` is 0 against, 1 for, 2 abstain. A vote of 255 is fractional (OpenZeppelin 5.7.0,
`GovernorCountingFractional.sol`): its 48 bytes of parameters hold three uint128, the parts
against, for and abstaining. A vote of any other form is not understood, and leaves its proposal
undefined with the reason: a tally without it would be wrong.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from psephos.chain.events import SOURCES
from psephos.results import reading
from psephos.results.voting.rules import ABSTAIN, AGAINST, FOR, SUPPORT, Tally

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


@dataclass(frozen=True, slots=True)
class Cast:
    """The votes cast on a proposal: the tally, and what each voter cast, one number a voter.

    `why` says why they cannot be told; the tally is then empty.
    """

    tally: Tally = field(default_factory=Tally)
    weights: tuple[int, ...] = ()
    why: str | None = None


def votes_cast(release: "Release", name: str, block: int) -> dict[bytes, Cast]:
    """The votes cast on each proposal of a governor up to a block."""
    sums: dict[bytes, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    voters: dict[bytes, dict[bytes, int]] = defaultdict(lambda: defaultdict(int))
    strange: dict[bytes, str] = {}
    for id, voter, support, weight in _by_voter(release, name, block):
        sums[id][support] += weight
        voters[id][voter] += weight
    if any(support not in SUPPORT for parts in sums.values() for support in parts):
        for id, parts in _fractional(release, name, block):
            if isinstance(parts, str):
                strange[id] = parts
                continue
            for support, weight in parts.items():
                sums[id][support] += weight
    return {id: _cast_on(sums[id], voters[id], strange.get(id)) for id in sums}


def _cast_on(parts: dict[int, int], voters: dict[bytes, int], why: str | None) -> Cast:
    if why:
        return Cast(why=why)
    weights = tuple(weight for weight in voters.values() if weight)
    tally = Tally(
        parts.get(AGAINST, 0), parts.get(FOR, 0), parts.get(ABSTAIN, 0), voters=len(weights)
    )
    return Cast(tally, weights)


def _by_voter(release: "Release", name: str, block: int) -> list[tuple[bytes, bytes, int, int]]:
    query = (
        f"SELECT proposal_id, voter, support, sum(weight) AS weight FROM ({_all(release, name)}) "
        "WHERE block_number <= ? GROUP BY proposal_id, voter, support"
    )
    return [(i, v, int(s), w) for i, v, s, w in reading.rows(release, query, (block,))]


def votes(
    release: "Release", proposal_id: bytes, block: int | None = None, *, dataset: str
) -> pl.DataFrame:
    """The votes on a proposal up to a block, heaviest first; see COLUMNS.

    `weight` is exact, in the token's smallest unit. `reason` is the chain's own text: show it
    through `psephos.results.shown.text.display`. `support` is for, against, abstain or fractional.
    """
    block = reading.the_block(release, block)
    query = f"""
        SELECT voter, CASE support WHEN 0 THEN 'against' WHEN 1 THEN 'for' WHEN 2 THEN 'abstain'
                      ELSE 'fractional' END AS support,
               weight, reason, block_number, log_index, transaction_hash, provisional
        FROM ({_all(release, dataset)}) WHERE proposal_id = ? AND block_number <= ?
        ORDER BY weight DESC, voter, block_number, log_index"""
    return release.sql(query, (proposal_id, block)).cast(COLUMNS)  # type: ignore[arg-type]


def _all(release: "Release", name: str) -> str:
    """A SELECT of every vote cast, with or without parameters or a reason."""
    there = {
        shape.table: {column.name for column in shape.columns}
        for source in reading.dataset(release, name).sources
        for shape in SOURCES[source].shapes
    }
    selects = []
    for table in ("vote_cast", "vote_cast_with_params"):
        if reading.has(release, f"{name}_{table}"):
            words = next((c for c in ("reason", "metadata_uri") if c in there[table]), "''")
            params = "params" if "params" in there[table] else "NULL::BLOB AS params"
            selects.append(
                f"SELECT proposal_id, voter, support::UBIGINT AS support, weight, {words} AS reason"
                f", {params}, block_number, transaction_index, log_index, transaction_hash, "
                f'provisional FROM "{name}_{table}"'
            )
    return " UNION ALL ".join(selects)


def _fractional(
    release: "Release", name: str, block: int
) -> Iterator[tuple[bytes, dict[int, int] | str]]:
    """The parts of every vote that is neither for, against nor abstaining, or what is wrong."""
    query = (
        "SELECT proposal_id, support, weight, params, voter, block_number, log_index "
        f"FROM ({_all(release, name)}) WHERE support > 2 AND block_number <= ?"
    )
    for id, support, weight, params, voter, at, log in reading.rows(release, query, (block,)):
        found = parts(support, weight, params or b"")
        yield (
            id,
            (
                f"the vote of 0x{voter.hex()} in block {at}, log {log}, has support {support} "
                "of a counting that is not known"
            )
            if found is None
            else found,
        )


def parts(support: int, weight: int, params: bytes) -> dict[int, int] | None:
    """What one vote gives against, for and abstaining; None if its counting is not known."""
    if support in SUPPORT:
        return {support: weight}
    told = [int.from_bytes(params[i : i + 16], "big") for i in (0, 16, 32)]
    if support != FRACTIONAL or len(params) != 48 or sum(told) != weight:
        return None
    return dict(zip((AGAINST, FOR, ABSTAIN), told, strict=True))
