"""A whole release: its files, its ledger, every sealed row and every sealed block."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from psephos.batch.header import BatchHeader
from psephos.batch.history import CONTESTED, History
from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.errors import PsephosError, VerificationFailed
from psephos.evidence.blocks import at, check_days
from psephos.evidence.check import Check, attempt, keep
from psephos.evidence.coverage import Hearing, Progress, covered, recompute
from psephos.evidence.history import check_held, check_listed, corrections, history_of
from psephos.evidence.rows import check_all_places, check_rows, definition
from psephos.store.reader import Release


def verify_release(
    folder: Path | str,
    id: str | None = None,
    node: Node | None = None,
    *,
    sample: int | None = None,
    progress: Progress | None = None,
    only: Collection[str] | None = None,
) -> list[Check]:
    """Check a release, the current one if no id is given; of its datasets all, or `only` these.

    manifest    its bytes hash to the release's id, and every file that it names is there
    files       every byte of every file
    ledger      its bytes are the history whose root the manifest names
    headers     none that holds is contested; all of them are under that root
    sealed      the days that the manifest calls sealed are the ledger's
    rows D      the rows of every table and sealed day of dataset D give their header's root
    places D    rows name the hashes of the release's blocks and only watched contracts
    blocks      the block headers of every sealed day are a closed chain of that day
    anchors     blocks that the manifest calls trusted are the release's, by their own hashes
    coverage D  blocks that are called read are there; sealed ones whose bloom excludes D's
                events hold no row; how many others there are, whose rows rest on receipts
    receipts    only with `node`: those others' rows are exactly the ones their receipts give;
                of all of them, or of `sample` drawn at random

    Without a node, that no row was left out before sealing is not checked, and nothing here says
    so. NoRelease if there is no release. Whatever else is wrong is a failed check, not an error.
    """
    try:
        release = Release.open(folder, id)
    except PsephosError as error:
        if error.name == "NoRelease":
            raise
        return [Check("manifest", "failed", error.message)]
    with release:
        checks = [Check("manifest", "passed", f"release {release.id}")]
        checks.append(attempt("files", partial(_files, release)))
        history = keep(checks, "ledger", partial(history_of, release), _said)
        if history is not None:
            ask = None
            if node is not None:
                ask = partial(_asked, release, node, sample, progress)
            checks += _under(release, history, ask, release.datasets if only is None else only)
        return checks


def _under(
    release: Release,
    history: History,
    ask: Callable[[Sequence[Hearing]], str] | None,
    only: Collection[str],
) -> Iterator[Check]:
    """The checks of what is under the ledger: headers, rows, blocks, coverage."""
    held = [history.at(i).header for _, i in sorted(history.latest.items())]
    yield attempt("headers", partial(check_held, history, held))
    yield attempt("sealed", partial(check_listed, release, history))
    held = [header for header in held if header.dataset in only]
    hearings: list[Hearing] = []
    sound: list[Hearing] = []
    for name in sorted({header.dataset for header in held}):
        checks: list[Check] = []
        own = [header for header in held if header.dataset == name]
        dataset = keep(checks, f"definition {name}", partial(definition, release, name), _id)
        if dataset is not None:
            checks.append(attempt(f"rows {name}", partial(_rows, release, dataset, own)))
            checks.append(attempt(f"places {name}", partial(check_all_places, release, dataset)))
            hearings.append(Hearing.of(dataset, own))
            sound += hearings[-1:] if checks[-2].status == "passed" else []
        yield from checks
    walk = attempt("blocks", partial(check_days, release, held, [h.see for h in hearings]))
    yield walk
    if release.manifest.anchors:
        yield attempt("anchors", partial(_anchored, release))
    for hearing in hearings if walk.status == "passed" else ():
        yield attempt(f"coverage {hearing.dataset.name}", partial(covered, release, hearing))
    if ask is not None and walk.status == "passed" and (sound or not hearings):
        yield attempt("receipts", partial(ask, sound))


def _asked(
    release: Release,
    node: Node,
    sample: int | None,
    progress: Progress | None,
    hearings: Sequence[Hearing],
) -> str:
    return recompute(release, node, hearings, sample, progress)


def _anchored(release: Release) -> str:
    """Each anchor's block has the hash that was declared; how it was come by is its source."""
    anchors = release.manifest.anchors
    found = {block.number: block.hash for block in at(release, [a.block for a in anchors])}
    for anchor in anchors:
        if anchor.block not in found:
            raise VerificationFailed(f"anchored to block {anchor.block}, which is not here")
        if "0x" + found[anchor.block].hex() != anchor.hash:
            ours = found[anchor.block].hex()
            raise VerificationFailed(f"block {anchor.block} is 0x{ours}, not {anchor.hash}")
    return "; ".join(f"block {a.block}, declared: {a.source}" for a in anchors)


def _files(release: Release) -> str:
    if found := release.check():
        raise VerificationFailed("; ".join(found[:3]) + (" …" if len(found) > 3 else ""))
    return f"{len(set(release.manifest.segments))} segments are as they were written"


def _said(history: History) -> str:
    superseded = corrections(history)
    contested = sum(entry.kind == CONTESTED for _, entry in superseded)
    return (
        f"{history.size} entries, {len(superseded) - contested} corrections, {contested} contests"
    )


def _id(dataset: Dataset) -> str:
    return f"{dataset.id.hex()[:16]}…, {len(dataset.contracts)} contracts"


def _rows(release: Release, dataset: Dataset, batches: Sequence[BatchHeader]) -> str:
    rows = 0
    for table in dataset.tables():
        own = sorted((b for b in batches if b.table == table), key=lambda b: b.first)
        for batch, wrong in check_rows(release, dataset, table, own):
            if wrong:
                raise VerificationFailed(f"{table} of {batch.date}: {wrong}")
            rows += batch.rows
    return f"{rows} rows in {len(batches)} sealed tables give their row roots"
