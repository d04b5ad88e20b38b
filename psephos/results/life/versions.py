"""Transparency: which version of the protocol made which blocks of Starknet, and since when.

A header of 0.13.2 or later binds its version, as a short string, in the block's hash: the last
member but the parent (`psephos.commit.starknet.header`). Older hashes bind none.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.shown.text import one_line

if TYPE_CHECKING:
    from psephos.store.reader import Release

BINDING = (b"\x03", b"\x04")
"""First bytes of the headers whose hash binds a version."""


@dataclass(frozen=True, slots=True)
class Version:
    """Blocks in a row that one version made, of those the release has; None where the header binds
    none, or was not read. `since` is the first one's timestamp."""

    name: str | None
    first: int
    last: int
    blocks: int
    since: int


def versions(release: "Release", block: int) -> list[Version]:
    """Every run of blocks of one version up to a block, in order; a version that came back is
    there twice."""
    query = """
        WITH told AS (
            SELECT number, timestamp,
                CASE WHEN array_slice(header, 1, 1) IN (SELECT unnest($binding::BLOB[]))
                THEN array_slice(header, octet_length(header) - 63, octet_length(header) - 32)
                END AS version
            FROM block WHERE number <= $block
        ), placed AS (
            SELECT *, row_number() OVER (ORDER BY number)
                - row_number() OVER (PARTITION BY version ORDER BY number) AS run
            FROM told
        )
        SELECT version, min(number), max(number), count(*), min(timestamp)
        FROM placed GROUP BY version, run ORDER BY 2"""
    found = reading.rows(release, query, {"binding": list(BINDING), "block": block})
    return [
        Version(_name(version), int(first), int(last), int(blocks), int(since))
        for version, first, last, blocks, since in found
    ]


def _name(felt: bytes | None) -> str | None:
    """A short string: ASCII from the left, after zeros."""
    return None if felt is None else one_line(bytes(felt).lstrip(b"\0").decode("ascii", "replace"))


def age(found: list[Version], time: int) -> int | None:
    """Seconds from the present version's first block to `time`; None where the blocks before it are
    not known, or no header binds it."""
    if not found or found[-1].name is None:
        return None
    begins = len(found) > 1 and found[-2].last + 1 == found[-1].first
    return time - found[-1].since if begins or found[-1].first == 0 else None
