"""What a ledger says: laws of its entries, and every byte of it bound by the root."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.batch import mountain
from psephos.batch.history import CONTESTED, MAGIC, REASON, Entry, History, record
from psephos.errors import LedgerBroken, VerificationFailed
from tests.batch.test_header import headers, sample


def content(history: History) -> bytes:
    return MAGIC + b"".join(map(record, history.entries))


def some(count: int = 6) -> History:
    """Sealed days, then a correction, then a contest."""
    history = History()
    for day in range(count):
        history.add(Entry(sample(day=day, first=10 * day, last=10 * day + 9)))
    history.add(Entry(replace(history.entries[1].header, rows=4), 1, "rows read again differ"))
    history.add(Entry(history.entries[2].header, 2, "a final block changed", CONTESTED))
    return history


@given(headers(), st.none() | st.integers(0, 2**64 - 1), st.text(max_size=50), st.booleans())
def test_an_entry_reads_back_from_its_bytes(
    header: object, supersedes: int | None, reason: str, contested: bool
) -> None:
    entry = Entry(header, supersedes, reason, CONTESTED if contested else "sealed")  # type: ignore[arg-type]
    assert Entry.from_bytes(entry.to_bytes()) == entry


def test_a_ledger_reads_back_from_its_bytes_with_the_same_root() -> None:
    history = some()
    again = History.read(content(history))
    assert again == history
    assert again.root() == history.root() == mountain.root(history.leaves)
    assert again.latest[("strk", "transfer", 1)] == 6


def test_every_prefix_of_the_file_that_ends_with_an_entry_is_the_ledger_it_was() -> None:
    history = some()
    for size in range(history.size + 1):
        before = History.read(content(history)[: history.length(size)])
        assert before.size == size
        assert before.root() == history.root(size)
        proof = history.consistency(size)
        mountain.verify_consistency(size, before.root(), history.size, history.root(), proof)


def test_every_flipped_bit_of_a_ledger_is_noticed() -> None:
    history = History()
    history.add(Entry(sample()))
    history.add(Entry(sample(rows=4), 0, "why"))
    data, right = content(history), history.root()
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            root = History.read(bytes(changed)).root()
        except VerificationFailed:
            continue
        assert root != right


def test_every_truncation_is_refused_or_has_another_root() -> None:
    history = some(3)
    data, right = content(history), history.root()
    for length in range(len(data)):
        try:
            root = History.read(data[:length]).root()
        except LedgerBroken:
            continue
        assert root != right


def test_every_entry_is_proven_under_the_root() -> None:
    history = some()
    for size in range(1, history.size + 1):
        for index in range(size):
            entry = history.entries[index].to_bytes()
            proof = history.inclusion(index, size)
            mountain.verify_inclusion(entry, proof, size, history.root(size))


HEADER = sample(day=0, first=0, last=9)


@pytest.mark.parametrize(
    "entry",
    [
        Entry(HEADER),  # the day is sealed already
        Entry(HEADER, 0),  # no reason
        Entry(HEADER, 1, "another day's entry"),
        Entry(HEADER, 99, "no such entry"),
        Entry(sample(day=99), None, "a reason at first"),
        Entry(sample(day=99), 0, "supersedes nothing of its own"),
        Entry(sample(day=99), None, "", CONTESTED),
        Entry(replace(HEADER, rows=99), 0, "another header", CONTESTED),
    ],
    ids=lambda e: f"{e.kind}-{e.supersedes}-{e.reason}",
)
def test_an_entry_that_breaks_a_law_is_refused(entry: Entry) -> None:
    history = some()
    before = history.root()
    with pytest.raises(LedgerBroken):
        history.add(entry)
    assert history.root() == before
    with pytest.raises(LedgerBroken):
        History.read(content(history) + record(entry))


def test_a_superseded_entry_cannot_be_superseded_again() -> None:
    history = some()
    with pytest.raises(LedgerBroken, match="supersedes 1, but 6 holds"):
        history.add(Entry(sample(day=1, rows=5), 1, "again"))


def test_a_reason_has_a_longest_length() -> None:
    with pytest.raises(ValueError, match="reason"):
        Entry(HEADER, 0, "x" * (REASON + 1)).to_bytes()


@settings(max_examples=60)
@given(st.binary(max_size=120))
def test_random_bytes_are_no_ledger_and_no_entry(data: bytes) -> None:
    with pytest.raises(LedgerBroken):
        Entry.from_bytes(data)
    if data:
        with pytest.raises(LedgerBroken):
            History.read(MAGIC + data)
