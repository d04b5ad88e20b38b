"""The ledger under a release, and releases and index under a ledger."""

from collections.abc import Sequence
from pathlib import Path

from psephos.batch import mountain
from psephos.batch.header import BatchHeader
from psephos.batch.history import CONTESTED, Entry, History
from psephos.errors import Contested, LedgerBroken, ReleaseBroken, VerificationFailed
from psephos.store import piece, release
from psephos.store.reader import Release


def history_of(opened: Release) -> History:
    """The ledger of a release, which must be the one its manifest names."""
    told = opened.manifest.ledger
    history = History.read(opened.ledger())
    if (history.size, "0x" + history.root().hex()) != (told.entries, told.root):
        raise LedgerBroken("the ledger of the release is not the one that its manifest names")
    return history


def check_included(history: History, batches: Sequence[BatchHeader]) -> str:
    """That the entry of each header leads to the ledger's root, and that none is contested.

    One proof an entry: for a few. A history that was read as a whole gave its root from all.
    """
    check_held(history, batches)
    for batch in batches:
        index = history.latest[batch.key]
        data = history.at(index).to_bytes()
        mountain.verify_inclusion(data, history.inclusion(index), history.size, history.root())
    return f"{len(batches)} headers lead to the root of {history.size} entries"


def check_held(history: History, batches: Sequence[BatchHeader]) -> str:
    """That no entry which holds is contested."""
    for batch in batches:
        entry = history.at(history.latest[batch.key])
        if entry.kind == CONTESTED:
            raise Contested(f"{batch.dataset}/{batch.date} is contested: {entry.reason}")
    return f"{len(batches)} headers hold, none is contested"


def check_listed(opened: Release, history: History) -> str:
    """That the days which the manifest calls sealed are those of its ledger, and no others."""
    total = 0
    for name, dataset in opened.manifest.datasets.items():
        told = piece.days(dataset.sealed)
        sealed = {day for held, _, day in history.latest if held == name}
        if told != sealed:
            wrong = min(told ^ sealed)
            raise VerificationFailed(f"{name}: day {wrong} is sealed in manifest or ledger only")
        total += len(sealed)
    return f"{total} sealed days, {history.size} entries"


def corrections(history: History) -> list[tuple[int, Entry]]:
    """The entries about batches that supersede another, with their index."""
    return [(i, entry) for i, entry in history.sealed() if entry.supersedes is not None]


def check_continues(history: History, folder: Path, name: str) -> str:
    """That a ledger begins with the whole ledger of a release, by a consistency proof."""
    told = release.load(folder, name).ledger
    if told.entries > history.size:
        raise LedgerBroken(
            f"release {name[:16]} stands on {told.entries} entries, the ledger has {history.size}"
        )
    proof = history.consistency(told.entries)
    old = bytes.fromhex(told.root[2:])
    mountain.verify_consistency(told.entries, old, history.size, history.root(), proof)
    if told.bytes != history.length(told.entries):
        raise ReleaseBroken(f"release {name[:16]} names another length of its ledger")
    return f"its first {told.entries} entries are those of the release"
