"""A proof of a sealed day becomes part of the house: its second root and the proof in the ledger.

The header gets its low-degree root by an entry that supersedes with the reason "root added"; a
second entry names the proof. The file lies in the folder of proofs; the next release carries it.
"""

from pathlib import Path

from psephos.batch.header import BatchHeader
from psephos.batch.ledger import Ledger
from psephos.batch.proven import ProofFile, Proven, proof_file
from psephos.batch.seal import add_prover_root
from psephos.errors import VerificationFailed
from psephos.store.release import publication

ANOTHER = "another proof"


def record(
    ledger: Ledger, releases: Path, rooted: BatchHeader, data: bytes, combination: bytes
) -> int:
    """Write a proof and the ledger's entries about it; how many entries are new.

    rooted: the sealed header with its second root. VerificationFailed as `recordable`.
    """
    held = recordable(ledger, rooted)
    before = ledger.size
    with publication(releases) as new:
        new.proof(data)
        if held.prover_root is None:
            assert rooted.prover_root is not None
            add_prover_root(ledger, rooted.key, rooted.prover_root)
        header = ledger.at(ledger.latest[rooted.key]).header
        _name(ledger, header, proof_file(data, combination))
    return ledger.size - before


def recordable(ledger: Ledger, rooted: BatchHeader) -> BatchHeader:
    """The header that holds for a table, beside which a proof of `rooted` may be named.

    VerificationFailed if the ledger seals the table not at all or otherwise, or has another
    second root for it: a table has one, of one choice of columns.
    """
    name = f"{rooted.dataset}/{rooted.date}/{rooted.table}"
    index = ledger.latest.get(rooted.key)
    if index is None:
        raise VerificationFailed(
            f"the house's ledger has no {name}", hint="name the configuration of the release"
        )
    held = ledger.at(index).header
    if held.row_root != rooted.row_root or held.rows != rooted.rows:
        raise VerificationFailed(
            f"{name} was corrected since it was released", hint="release first, then prove"
        )
    if held.prover_root not in (None, rooted.prover_root):
        raise VerificationFailed(
            f"{name} has a second root of other columns",
            hint="prove it with the columns that it was proven with first",
        )
    return held


def _name(ledger: Ledger, header: BatchHeader, file: ProofFile) -> None:
    """An entry that names the proof beside those there are already; none if it is one of them."""
    index = ledger.history.proven.get(header.key)
    entry = None if index is None else ledger.entries[index]
    files = entry.proofs if isinstance(entry, Proven) and entry.header == header else ()
    if file in files:
        return
    others = tuple(one for one in files if one.combination != file.combination)
    reason = "" if index is None else ANOTHER
    ledger.append(Proven(header, (*others, file), index, reason))
