"""A published figure, checked down to what it rests on, and made again.

Files, ledger, rows and blocks of its release; then the positions that it measures, made again
from the rows; then the figure, made again from the positions, and its id from its question.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from psephos.chain.node import Node
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence.check import Check, NotPossible, Verdict, attempt
from psephos.evidence.coverage import Progress
from psephos.evidence.verify import verify_release
from psephos.publish.recompute import checked_positions
from psephos.results.evidence import declared_ties
from psephos.results.figure import agrees
from psephos.results.figures import figure
from psephos.results.labels.entities import Entities, entities
from psephos.results.proofs.kept import checked_figure, of_figure
from psephos.store.reader import Release

SHORTEST = 8
"""Digits of an id that are enough to name a figure, if only one begins so."""


def verify_figure(
    folder: Path,
    release: str | None,
    id: str,
    node: Node | None = None,
    *,
    labels: Entities | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """The checks of the release's datasets that the figure uses, of their positions, then
    `figure`: its id and value made again.

    release: its id, the current one if None. `id`: the figure's, or its first digits.
    node: asked for receipts, so that no row can have been left out. `labels`: the declared
    entities, those shipped for the chain if none are given.

    The facts are the published figure (its `block`, `value`, `evidence`). CommandError if the
    release has no such figure; whatever is wrong in the release is a failed check.
    """
    with Release.open(folder, release) as opened:
        told = published(opened, id)
        used = used_datasets(opened, told)
        facts = {"release": opened.id, **told}
    checks = verify_release(folder, release, node, progress=progress, only=used)
    if any(check.status == "failed" for check in checks):
        return Verdict(tuple(checks), recomputed=False, facts=facts)
    with Release.open(folder, release) as opened:
        owners = entities(opened.chain.id) if labels is None else labels
        checks += checked_positions(opened, used)
        if told["evidence"]["proven"]:
            checks.append(attempt("proof", partial(proof_of, opened, told)))
        last = attempt("figure", partial(_made_again, opened, told, owners))
    checks += [last, Check("level", "passed", _level(told["evidence"]))]
    return Verdict(tuple(checks), recomputed=last.status == "passed", facts=facts)


def used_datasets(release: Release, told: Mapping[str, Any]) -> frozenset[str]:
    """The datasets in whose columns a published figure has its evidence, and its own.

    A figure that told fewer columns than it uses would not be the one that is made again.
    """
    columns = {column.split(".", 1)[0] for column in told["evidence"]["columns"]}
    tables = release.manifest.tables.items()
    return frozenset({told["dataset"]}) | {t.dataset for name, t in tables if name in columns}


def published(release: Release, id: str) -> dict[str, Any]:
    """The figure of a release whose id begins with these digits."""
    digits = id.lower().removeprefix("0x")
    found = [one for one in release.figures() if one["id"].startswith(digits)]
    if len(digits) < SHORTEST or len(found) != 1:
        several = f"{len(found)} figures begin so" if len(found) > 1 else "there is no such figure"
        raise CommandError(
            f"figure {id[:64]!r} of release {release.id[:16]}: {several}",
            hint=f"give at least {SHORTEST} digits of an id of `psephos measure --json`",
        )
    return dict(found[0])


def _made_again(release: Release, told: Mapping[str, Any], labels: Entities) -> str:
    if told["entities"] and told["entities"] != labels.id:
        raise NotPossible("the declared entities here are not the publisher's")
    made = figure(
        release,
        told["measure"],
        told["kind"],
        dataset=told["dataset"],
        block=told["block"],
        key=bytes.fromhex(told["key"][2:]) if told["key"] else None,
        entities=labels if told["entities"] else None,
        recompute=told["kind"] != "proposal",
        ties=declared_ties(release.manifest.anchors),
    )
    ours = msgspec.to_builtins(made.json())
    ours["evidence"]["proven"] = of_figure(release, told) is not None
    if not agrees(ours, told):
        wrong = next(name for name in ours if ours[name] != told.get(name))
        raise VerificationFailed(
            f"{told['measure']} of {told['dataset']}: {wrong} is published as"
            f" {told.get(wrong)!r}, made again it is {ours[wrong]!r}"
        )
    value = "undefined" if told["value"] is None else told["text"]
    return f"{made.title}: {value}, made again from the rows; the id is that of its question"


def proof_of(release: Release, told: Mapping[str, Any]) -> str:
    """That a proof of the release gives a published figure, and that its table is the rows."""
    gives = checked_figure(release, told)
    if gives is None:
        raise VerificationFailed("the release has no proof of a figure that is called proven")
    return f"{gives.bytes:,} bytes, {gives.found.security}; data link: compared"


def _level(under: Mapping[str, Any]) -> str:
    proven = "proven" if under["proven"] else "not proven by a STARK"
    declared = f"; declared: {', '.join(under['declared'])}" if under["declared"] else ""
    return (
        f"{under['level']}: {under['complete']} of {under['blocks']} blocks recompute; {proven}"
        f"{declared}"
    )
