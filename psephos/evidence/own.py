"""The house's own ledger: its file, the releases that stand on it, the index beside it."""

from functools import partial
from pathlib import Path

from psephos.batch.history import CONTESTED, History
from psephos.batch.ledger import Ledger
from psephos.batch.seal import behind
from psephos.errors import Contested, IndexBroken
from psephos.evidence.check import Check, NotPossible, attempt, keep
from psephos.evidence.history import check_continues, corrections, history_of
from psephos.settings import Settings
from psephos.store import release
from psephos.store.index import Index
from psephos.store.reader import Release


def verify_ledger(folder: Path | str, settings: Settings | None = None) -> list[Check]:
    """Check the ledger against itself, against every release kept in `folder`, and the index.

    file        ledger.bin is the history that ledger.head acknowledges
    corrections what superseded what; a contested day is a failed check
    release R   the ledger begins with the whole ledger of release R (a consistency proof)
    index       the index saw this ledger, and lost none of the blocks that are sealed

    Without settings there is no house: the current release's copy stands for the ledger, and
    there is no index.
    """
    folder = Path(folder)
    make = partial(_own, settings.ledger) if settings else partial(_published, folder)
    checks: list[Check] = []
    history = keep(checks, "file", make, _said)
    if history is None:
        return checks
    checks.append(attempt("corrections", partial(_corrections, history)))
    for name in release.kept(folder):
        continues = partial(check_continues, history, folder, name)
        checks.append(attempt(f"release {name[:16]}", continues))
    if settings is not None:
        checks.append(attempt("index", partial(_index, settings)))
    return checks


def _own(path: Path) -> History:
    if not path.exists():
        raise NotPossible("there is no ledger yet: nothing has been sealed")
    return Ledger.open(path, read_only=True).history


def _published(folder: Path) -> History:
    with Release.open(folder) as current:
        return history_of(current)


def _said(history: History) -> str:
    return f"{history.size} entries, {history.length()} bytes, root 0x{history.root().hex()}"


def _corrections(history: History) -> str:
    found, held = corrections(history), set(history.latest.values())
    contested = [e.header for i, e in found if e.kind == CONTESTED and i in held]
    if contested:
        raise Contested(
            f"contested: {', '.join(sorted({f'{h.dataset}/{h.date}' for h in contested}))}"
        )
    return f"{len(found)} entries supersede another, each with its reason"


def _index(settings: Settings) -> str:
    if not settings.index.exists():
        raise NotPossible("there is no index beside the ledger")
    with Index.open(settings.index, read_only=True) as index:
        ledger = Ledger.open(settings.ledger, read_only=True)
        if lost := behind(index, ledger, list(index.datasets().values())):
            raise IndexBroken(f"the index is older than its ledger: {'; '.join(lost)}")
        seen = index.last_seal()
    return f"the index saw {seen[0] if seen else 0} of {ledger.size} entries"
