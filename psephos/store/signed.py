"""Signatures of the sequencer under blocks that are not final yet, and under two of one height.

Testimony: nothing but `psephos status` and the page Status looks at it. A signature binds a hash,
and the hash its block's number, but only where the block is here (in `block`, or abandoned) was
that recomputed; a block that was never here has its height from the gateway's word.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from psephos.store.index import NOW, Index


class SignedLike(Protocol):
    """What a node told: `psephos.chain.node.Signed`."""

    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def r(self) -> bytes: ...
    @property
    def s(self) -> bytes: ...
    @property
    def state_diff(self) -> bytes | None: ...
    @property
    def gateway(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Testified:
    """One of the blocks of a height: its hash and a signature under it, who told it and when
    (UTC), and whether the block itself was here at this height."""

    hash: bytes
    r: bytes
    s: bytes
    state_diff: bytes | None
    gateway: str
    noted: str
    read: bool


def missing(index: Index, first: int, last: int, gateways: Collection[str]) -> list[int]:
    """Numbers of `first` to `last` whose block, as it is here now, has no signature from one of
    the `gateways`, in order."""
    sql = """SELECT number FROM block
        WHERE number BETWEEN ? AND ? AND (SELECT count(*) FROM signed_block AS s
            WHERE s.number = block.number AND s.hash = block.hash AND list_contains(?, s.gateway)
        ) < ? ORDER BY number"""
    wanted = [first, last, list(gateways), len(gateways)]
    return [number for (number,) in index.query(sql, wanted)]


def note(index: Index, found: Sequence[SignedLike], final: int) -> None:
    """Keep signatures, each said once; let go those of final heights with one block only.

    One whose block is here at another height is no block of this one, and is passed over.
    """
    with index.writing("signed_block") as db:
        for one in found:
            db.execute(
                f"""INSERT INTO signed_block SELECT $1, $2, $3, $4, $5, $6, {NOW}
                WHERE NOT EXISTS (FROM signed_block
                    WHERE number = $1 AND hash = $2 AND gateway = $6)
                AND NOT EXISTS (FROM block WHERE hash = $2 AND number <> $1)
                AND NOT EXISTS (FROM abandoned_block WHERE hash = $2 AND number <> $1)""",
                [one.number, one.hash, one.r, one.s, one.state_diff, one.gateway],
            )
        db.execute(
            """DELETE FROM signed_block WHERE number <= ? AND number NOT IN (
                SELECT number FROM signed_block GROUP BY number HAVING count(DISTINCT hash) > 1)""",
            [final],
        )


def doubled(index: Index) -> dict[int, list[Testified]]:
    """The blocks of every height of which the sequencer signed several, the newest first."""
    sql = """
        WITH twice AS (
            SELECT number FROM signed_block GROUP BY number HAVING count(DISTINCT hash) > 1
        ), here AS (
            SELECT number, hash FROM block UNION SELECT number, hash FROM abandoned_block
        )
        SELECT number, hash, r, s, state_diff, gateway, noted, (number, hash) IN (FROM here)
        FROM signed_block WHERE number IN (FROM twice)
        QUALIFY row_number() OVER (PARTITION BY number, hash ORDER BY noted, gateway) = 1
        ORDER BY number DESC, noted, hash"""
    found: dict[int, list[Testified]] = {}
    for number, hash_, r, s, diff, gateway, noted, read in index.query(sql):
        when = f"{noted:%Y-%m-%d %H:%M:%S}Z"
        found.setdefault(number, []).append(Testified(hash_, r, s, diff, gateway, when, read))
    return found
