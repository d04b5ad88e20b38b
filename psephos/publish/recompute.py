"""What a release derives from its rows, made again: positions from rows, figures from positions.

`psephos.evidence.whole` checks files, ledger, rows and blocks; it lies below results and cannot
know how a position is made. These two checks are the last step of the way down.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from psephos.errors import VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.publish.anchors import ties
from psephos.results.entities import Entities, entities
from psephos.results.figures import figures
from psephos.results.positions import LOCKED, derived, positions
from psephos.store.reader import Release


def recomputed(release: Release, labels: Entities | None = None) -> list[Check]:
    """The checks `positions K of D` for every published kind and dataset, and `figures`.

    labels: the declared entities; those shipped for the release's chain if none are given. With
    other labels than the publisher's the figures by owner differ: *not possible*, and why.
    """
    checks = [
        attempt(f"positions {kind} of {dataset}", partial(_positions, release, kind, dataset))
        for kind, dataset in sorted(release.positions)
        if kind != LOCKED
    ]
    owners = entities(release.chain.id) if labels is None else labels
    return [*checks, attempt("figures", partial(_figures, release, owners))]


def _keys(release: Release, kind: str, dataset: str) -> Iterator[bytes | None]:
    """The keys of a kind's positions: proposals of votes, none of what has no key."""
    query = "SELECT DISTINCT key FROM position WHERE kind = ? AND dataset = ? ORDER BY key"
    found = release.sql(query, (kind, dataset))["key"].to_list()
    yield from found or [None]


def _positions(release: Release, kind: str, dataset: str) -> str:
    count = 0
    for key in _keys(release, kind, dataset):
        asked: dict[str, Any] = {"dataset": dataset, "block": release.head, "key": key}
        published = positions(release, kind, **asked)
        if published.undefined:
            raise NotPossible(published.undefined)
        if derived(release, kind, **asked) != published:
            of = f" of {key.hex()[:16]}…" if key else ""
            raise VerificationFailed(
                f"{kind}{of} at block {release.head} is not what the rows of {dataset} say"
            )
        count += len(published)
    return f"{count} positions are what the rows say at block {release.head}"


def _figures(release: Release, labels: Entities) -> str:
    published = release.figures()
    made = figures(release, entities=labels, ties=ties(release.manifest.anchors))
    ours = {figure.id: msgspec.to_builtins(figure.json()) for figure in made}
    theirs = {figure["id"]: figure for figure in published}
    if ours.keys() != theirs.keys() and labels.id != release.manifest.labels:
        raise NotPossible("the declared entities here are not the publisher's")
    different = [id for id in sorted(ours.keys() | theirs.keys()) if ours.get(id) != theirs.get(id)]
    if different:
        first = theirs.get(different[0]) or ours[different[0]]
        raise VerificationFailed(
            f"{len(different)} figures are not what the positions give, first"
            f" {first['measure']} of {first['dataset']} ({different[0][:16]})"
        )
    return f"{len(theirs)} figures are what the positions give"
