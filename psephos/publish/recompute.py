"""What a release derives from its rows, made again: positions from rows, figures from positions.

`psephos.evidence.whole` checks files, ledger, rows and blocks; it lies below results and cannot
know how a position is made. These checks are the last step of the way down: with them, every
position at every block is what the rows say, because it is read from changes and checkpoints,
and every one of those is compared.
"""

from collections.abc import Collection
from functools import partial

import duckdb
import msgspec

from psephos.errors import DataError, ReleaseBroken, VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.publish.release import contiguous
from psephos.results.changes import kinds, position_changes
from psephos.results.evidence import declared_ties
from psephos.results.figure import agrees
from psephos.results.labels.entities import Entities, entities
from psephos.results.proofs.kept import check_kept, kept, released
from psephos.store.reader import Release

OF = "kind = $kind AND dataset = $dataset"
CHANGE = "key, holder, block_number, transaction_index, log_index, amount"

DIFFERENT = f"""
    WITH told AS (SELECT {CHANGE} FROM position WHERE {OF}),
    made AS (SELECT {CHANGE} FROM psephos_made)
    SELECT min(block_number) FROM (
        (SELECT * FROM told EXCEPT ALL SELECT * FROM made)
        UNION ALL
        (SELECT * FROM made EXCEPT ALL SELECT * FROM told)
    )"""
"""The first block whose changes are not what the rows give; NULL if there is none."""

MISTOLD = f"""
    WITH told AS (SELECT key, holder, block_number, amount FROM checkpoint WHERE {OF}),
    side_by_side AS (
        SELECT key, holder, block_number, 1 AS told, amount FROM told
        UNION ALL
        SELECT key, holder, block_number, 0, amount FROM psephos_made
    ),
    compared AS (
        SELECT block_number, told, amount,
            last_value(CASE WHEN told = 0 THEN amount END IGNORE NULLS) OVER (
                PARTITION BY key, holder ORDER BY block_number, told ROWS UNBOUNDED PRECEDING
            ) AS held
        FROM side_by_side
    ),
    step AS (  -- by how much the number of holders changes, and what a checkpoint says it is
        SELECT block_number, NULL::BIGINT AS told, (amount > 0)::BIGINT - coalesce(
            lag(amount > 0) OVER (PARTITION BY key, holder ORDER BY block_number), false
        )::BIGINT AS more FROM psephos_made
        UNION ALL
        SELECT block_number, count(*), 0 FROM told GROUP BY block_number
    ),
    counted AS (
        SELECT block_number, max(told) AS told,
            sum(sum(more)) OVER (ORDER BY block_number) AS holders FROM step GROUP BY block_number
    )
    SELECT min(block_number) FROM (
        SELECT block_number FROM compared
        WHERE told = 1 AND (amount IS DISTINCT FROM held OR amount <= 0)
        UNION ALL
        SELECT block_number FROM told GROUP BY block_number, key, holder HAVING count(*) > 1
        UNION ALL
        SELECT block_number FROM counted WHERE told <> holders
    )"""
"""The first checkpoint that is not what all hold then; NULL if there is none.

A checkpoint tells the truth if each of its rows is the holder's last change, no holder is told
twice, and it has as many rows as there are holders: so the cost is that of the rows there are,
not of all holders at all checkpoints.
"""


def recomputed(release: Release, labels: Entities | None = None) -> list[Check]:
    """The checks `positions K of D` for every kind and dataset, and `figures`.

    positions   every change and every checkpoint is what the rows give, and none is left out;
                a kind that cannot be told from the rows is not published
    figures     they are what these positions give

    proofs      where there are any: each verifies, and its table is what the rows give

    labels: the declared entities; those shipped for the release's chain if none are given. With
    other labels than the publisher's the figures by owner differ: *not possible*, and why.
    """
    owners = entities(release.chain.id) if labels is None else labels
    return [
        *checked_positions(release, release.datasets),
        attempt("figures", partial(_figures, release, owners)),
        *([attempt("proofs", partial(check_kept, release))] if release.manifest.proofs else []),
    ]


def checked_positions(release: Release, datasets: Collection[str]) -> list[Check]:
    """The checks `positions K of D` for every kind of these datasets."""
    wanted = {(kind, name) for name, d in release.datasets.items() for kind in kinds(d.sources)}
    told = {
        (table.kind, table.dataset)
        for table in release.manifest.tables.values()
        if table.role != "rows"
    }
    return [
        attempt(f"positions {kind} of {dataset}", partial(_positions, release, kind, dataset))
        for kind, dataset in sorted(wanted | told)
        if dataset in datasets or dataset not in release.datasets
    ]


def _positions(release: Release, kind: str, dataset: str) -> str:
    watched = release.manifest.datasets.get(dataset)
    published = (kind, dataset) in release.positions
    if watched is None or kind not in kinds(watched.sources):
        raise VerificationFailed(f"nothing in the release tells {kind} of {dataset}")
    upto = contiguous(watched)
    if upto < watched.first and not published:
        return f"not published: {dataset} was not read from its first block on"
    with release.cursor() as con:
        try:
            made = position_changes(con, dataset, kind, -1, upto)
        except DataError as error:
            if published:
                raise
            return f"not published: {error.message}"
        if not published:
            raise VerificationFailed(f"{kind} of {dataset} was left out")
        checkpoints = _compare(con, kind, dataset, made)
    return f"{len(made)} changes and {checkpoints} checkpoints are what the rows say"


def _compare(con: duckdb.DuckDBPyConnection, kind: str, dataset: str, made: object) -> int:
    """The number of checkpoints, all of which hold; VerificationFailed names the first block."""
    asked = {"kind": kind, "dataset": dataset}
    con.register("psephos_made", made)
    try:
        for query, what in ((DIFFERENT, "changes"), (MISTOLD, "checkpoints")):
            ((block,),) = con.execute(query, asked).fetchall()
            if block is not None:
                raise VerificationFailed(
                    f"the {what} of {kind} at block {block:,} are not what the rows say"
                )
        count = f"SELECT count(DISTINCT block_number) FROM checkpoint WHERE {OF}"
        ((checkpoints,),) = con.execute(count, asked).fetchall()
    except duckdb.Error as error:
        raise ReleaseBroken(f"{kind} of {dataset} cannot be read") from error
    finally:
        con.unregister("psephos_made")
    return int(checkpoints)


def _figures(release: Release, labels: Entities) -> str:
    published = release.figures()
    made = released(release, kept(release), labels, declared_ties(release.manifest.anchors))
    ours = {figure.id: msgspec.to_builtins(figure.json()) for figure in made}
    theirs = {figure["id"]: figure for figure in published}
    if ours.keys() != theirs.keys() and labels.id != release.manifest.labels:
        raise NotPossible("the declared entities here are not the publisher's")
    different = [
        id
        for id in sorted(ours.keys() | theirs.keys())
        if id not in ours or id not in theirs or not agrees(ours[id], theirs[id])
    ]
    if different:
        first = theirs.get(different[0]) or ours[different[0]]
        raise VerificationFailed(
            f"{len(different)} figures are not what the positions give, first"
            f" {first['measure']} of {first['dataset']} ({different[0][:16]})"
        )
    return f"{len(theirs)} figures are what the positions give"
