"""The rows of one sealed table of a release, as the bytes that its header's row root is of."""

import pyarrow as pa

from psephos.batch import tree
from psephos.batch.header import BatchHeader, day_named
from psephos.batch.leaves import encode
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence.history import history_of
from psephos.evidence.rows import definition, read
from psephos.store.reader import Release


def sealed_rows(release: Release, name: str) -> tuple[BatchHeader, list[bytes]]:
    """Header and rows of `DATASET/DAY/TABLE`; VerificationFailed if they do not fit together.

    CommandError if there is no such table.
    """
    header, _, rows = sealed(release, name)
    return header, rows


def sealed(release: Release, name: str) -> tuple[BatchHeader, pa.Table, list[bytes]]:
    """The same, with the rows as a table of their declared schema, too."""
    header = header_of(release, name)
    dataset = definition(release, header.dataset)
    schema = dataset.tables()[header.table]
    name = f"{dataset.name}_{header.table}"
    found = read(release, name, schema, header.first, header.last, header.rows)
    rows = [part[i] for part in encode(found, schema) for i in range(len(part))]
    if tree.root([tree.leaf(row) for row in rows]) != header.row_root:
        raise VerificationFailed(f"the rows of {name} do not give the header's row root")
    return header, found, rows


def header_of(release: Release, name: str) -> BatchHeader:
    """The header that holds of `DATASET/DAY/TABLE`, or with the id `name`, in the ledger."""
    history = history_of(release)
    dataset, _, rest = name.partition("/")
    day, _, table = rest.partition("/")
    try:
        index = history.latest[dataset, table, day_named(day)]
    except (KeyError, ValueError):
        raise CommandError(
            f"there is no sealed table {name[:60]!r}",
            hint="DATASET/DAY/TABLE, for example strk/2026-06-01/transfer",
        ) from None
    return history.at(index).header


def header_with(release: Release, id_: bytes) -> BatchHeader:
    """The header with this id; VerificationFailed if the ledger has none."""
    for _, entry in history_of(release).sealed():
        if entry.header.id == id_:
            return entry.header
    raise VerificationFailed(f"the ledger has no header 0x{id_.hex()[:16]}…")
