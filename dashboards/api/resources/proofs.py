"""The proofs that a release carries: which table each is of, and the file to download."""

from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed
from psephos.batch.derived import DerivedHeader
from psephos.batch.proven import ProofFile, Proven
from psephos.results.proofs.kept import kept

COLUMNS = (
    Column("file", "text", "Its file: /releases/ID/proofs/FILE."),
    Column("hash", "text", "BLAKE2s-256 of the file."),
    Column("bytes", "whole", "Its length."),
    Column("statements", "text", "Hash of the list of its statements."),
    Column("dataset", "text", "The dataset."),
    Column("table", "text", "The table of a batch, or the function of a derived table."),
    Column("subject", "text", "The proposal whose votes it is of; null of anything else."),
    Column("day", "text", "The UTC day that the table ends with."),
    Column("block", "whole", "The last block of that day."),
    Column("rows", "whole", "How many rows the table has."),
    Column("row_root", "text", "Root of the tree of its rows."),
    Column("low_degree_root", "text", "Commitment to its columns as polynomials."),
    Column("header_id", "text", "Hash of the table's header, which the ledger holds."),
    Column("header", "text", "The header's bytes: python verify.py PROOF HEADER reads them."),
)


def proofs(asked: Asked) -> Table:
    """Every proof of the release, with the header of its table."""
    release = asked.view.release
    carried = {proof.hash for proof in release.manifest.proofs}
    return listed(
        COLUMNS,
        [
            row(entry, file)
            for entry in kept(release)
            for file in entry.proofs
            if file.hash.hex() in carried
        ],
    )


def row(entry: Proven, file: ProofFile) -> Row:
    """A proof as a row."""
    header = entry.header
    derived = header if isinstance(header, DerivedHeader) else None
    last = header.block if isinstance(header, DerivedHeader) else header.last
    subject = derived.subject if derived else None
    root = header.prover_root or b""
    return (
        file.name, file.hash.hex(), file.bytes, file.combination.hex(), header.dataset,
        header.table, f"0x{subject.hex()}" if subject else None, header.date.isoformat(), last,
        header.rows, header.row_root.hex(), root.hex(), header.id.hex(), header.to_bytes().hex(),
    )  # fmt: skip


RESOURCES = (
    Resource("/proofs", "Proofs", "The proofs that the release carries.", proofs),
)  # fmt: skip
