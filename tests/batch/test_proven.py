"""The ledger's entries about proofs: their bytes, their laws, and when they hold no more."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from psephos.batch.derived import DerivedHeader
from psephos.batch.history import CONTESTED, Entry, History, read_entry
from psephos.batch.ledger import Ledger
from psephos.batch.proven import ProofFile, Proven, proof_file
from psephos.batch.seal import ROOT_ADDED, add_prover_root
from psephos.errors import LedgerBroken, VerificationFailed
from psephos.stark.verify import Refused, read_header
from tests.batch.test_header import sample
from tests.batch.test_history import content

FILE = proof_file(b"a proof", b"c" * 32)
TABLE = DerivedHeader(
    1, None, b"i" * 32, "strk", "power", 1, None, 19000, 9, 4, b"s" * 32, 2, b"r" * 32, b"p" * 32
)


def rooted() -> History:
    """A batch that was sealed and then given its second root."""
    history = History()
    history.add(Entry(sample()))
    history.add(Entry(sample(prover_root=b"p" * 32), 0, ROOT_ADDED))
    return history


def test_entries_about_both_kinds_of_table_read_back_and_are_under_the_root() -> None:
    history = rooted()
    before = history.root()
    history.add(Proven(sample(prover_root=b"p" * 32), (FILE, replace(FILE, bytes=9))))
    history.add(Proven(TABLE, (FILE,)))
    again = History.read(content(history))
    assert again == history
    assert again.root() != before
    assert [entry.header for entry in again.proofs()] == [sample(prover_root=b"p" * 32), TABLE]
    assert again.latest == {sample().key: 1}, "what is sealed is told apart from what is proven"
    assert [index for index, _ in again.sealed()] == [0, 1]


def test_every_field_of_a_derived_header_changes_its_id() -> None:
    other = DerivedHeader(
        2, b"g" * 32, b"x" * 32, "other", "vote", 2, b"k" * 32, 1, 8, 5, b"x" * 32, 3, b"x" * 32,
        None,
    )  # fmt: skip
    names = [field.name for field in fields(DerivedHeader)]
    ids = {replace(TABLE, **{name: getattr(other, name)}).id for name in names}
    assert len(ids | {TABLE.id}) == len(names) + 1
    assert DerivedHeader.from_bytes(other.to_bytes()) == other
    with pytest.raises(VerificationFailed, match="no derived header"):
        DerivedHeader.from_bytes(sample().to_bytes())


def test_the_verifier_reads_a_derived_header_on_its_own() -> None:
    for header in (TABLE, replace(TABLE, subject=b"k" * 32, genesis=b"g" * 32, prover_root=None)):
        read = read_header(header.to_bytes())
        told = (header.id, header.dataset, header.function, header.day, header.rows)
        assert (read.id, read.dataset, read.table, read.day, read.rows) == told
        assert (read.row_root, read.prover_root) == (header.row_root, header.prover_root)
        for wrong in (header.to_bytes()[:-1], header.to_bytes() + b"\0"):
            with pytest.raises(Refused):
                read_header(wrong)


BAD: dict[str, tuple[Callable[[], Proven], str]] = {
    "a batch whose header has no second root": (lambda: Proven(sample(), (FILE,)), "their root"),
    "a batch that was sealed otherwise": (
        lambda: Proven(sample(rows=4, prover_root=b"p" * 32), (FILE,)), "not sealed so"),
    "a batch of another root than was added": (
        lambda: Proven(sample(prover_root=b"q" * 32), (FILE,)), "not sealed so"),
    "a table without its prover's root": (
        lambda: Proven(replace(TABLE, prover_root=None), (FILE,)), "their root"),
    "a first entry that supersedes": (lambda: Proven(TABLE, (FILE,), 0, "why"), "but None holds"),
    "a reason where there is nothing to correct": (
        lambda: Proven(TABLE, (FILE,), None, "why"), "must give a reason"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_proof_of_what_was_not_sealed_is_refused(what: str) -> None:
    make, why = BAD[what]
    with pytest.raises(LedgerBroken, match=why):
        rooted().add(make())


def test_a_second_entry_about_a_table_supersedes_the_first_and_says_why() -> None:
    history = rooted()
    history.add(Proven(TABLE, (FILE,)))
    with pytest.raises(LedgerBroken, match="supersedes None, but 2 holds"):
        history.add(Proven(TABLE, (FILE,)))
    history.add(Proven(replace(TABLE, rows=3), (FILE,), 2, "proven anew"))
    assert [entry.header.rows for entry in history.proofs()] == [3]


def test_proofs_of_a_batch_that_was_corrected_or_contested_hold_no_more() -> None:
    header = sample(prover_root=b"p" * 32)
    for change in (
        Entry(sample(rows=5), 1, "rows read again differ"),
        Entry(header, 1, "a final block changed", CONTESTED),
    ):
        history = rooted()
        history.add(Proven(header, (FILE,)))
        assert len(list(history.proofs())) == 1
        history.add(change)
        assert list(history.proofs()) == []


def test_every_byte_of_an_entry_has_its_place() -> None:
    history = rooted()
    history.add(Proven(TABLE, (FILE,)))
    data = [*history.leaves, content(history)][-1]
    for end in (-1, -68, -69):
        with pytest.raises(LedgerBroken):
            History.read(data[:end])
    whole = content(history)[history.ends[1] + 4 :]
    assert read_entry(whole) == history.entries[2]
    for wrong in (whole + b"\0", whole[:-1], b"\3" + whole[1:]):
        with pytest.raises(LedgerBroken, match="cannot be read"):
            read_entry(wrong)
    with pytest.raises(LedgerBroken, match="about proofs"):
        Entry.from_bytes(whole)
    for count in (0, 256):
        with pytest.raises(ValueError, match=f"{count} proofs"):
            Proven(TABLE, (ProofFile(b"c" * 32, b"h" * 32, 1),) * count).tail()


def test_a_ledger_on_disk_keeps_proofs_beside_headers(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.bin") as ledger:
        ledger.append(Entry(sample()))
        add_prover_root(ledger, sample().key, b"p" * 32)
        ledger.append(Proven(sample(prover_root=b"p" * 32), (FILE,)))
        ledger.append(Proven(TABLE, (FILE,)))
        root = ledger.root()
    with Ledger.open(tmp_path / "ledger.bin", read_only=True) as again:
        assert (again.size, again.root()) == (4, root)
        assert again.history.proven == {sample().key: 2, TABLE.key: 3}
