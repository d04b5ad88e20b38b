"""Which sealed days a release has to write anew."""

from dataclasses import replace
from pathlib import Path

import pytest

from psephos.batch.header import BatchHeader
from psephos.batch.history import CONTESTED, Entry
from psephos.batch.ledger import Ledger
from psephos.batch.tree import EMPTY
from psephos.publish.sealed import sealed_days
from psephos.store import manifest
from psephos.store.manifest import Manifest

TABLES = {"token": ("transfer",)}
DAY = 19_000
HEADER = BatchHeader(
    1, b"g" * 32, b"i" * 32, "token", "transfer", b"s" * 32, DAY, 5, 9, b"p" * 32, b"l" * 32, 0,
    EMPTY,
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger.open(tmp_path / "ledger.bin") as opened:
        opened.append(Entry(HEADER))
        yield opened


def released(ledger: Ledger) -> Manifest:
    """A release that stands on all of the ledger."""
    block = manifest.Block(9, "0x" + "00" * 32, 0)
    told = manifest.Ledger(ledger.length(), ledger.size, "0x" + ledger.root().hex())
    dataset = manifest.Dataset("00" * 32, (), ("erc20",), 5, sealed=((DAY, DAY),))
    return Manifest("0", manifest.Chain(1, "t"), block, block, told, {"token": dataset}, {})


def test_a_day_that_was_not_released_yet_is_fresh(ledger):
    found = sealed_days(ledger, None, TABLES)["token"]
    assert (found.blocks, found.fresh) == ({DAY: (5, 9)}, {DAY})


def test_nothing_new_leaves_no_day_to_write(ledger):
    assert sealed_days(ledger, released(ledger), TABLES)["token"].fresh == frozenset()


@pytest.mark.parametrize(
    "entry",
    [
        Entry(replace(HEADER, prover_root=b"r" * 32), 0, "root added"),
        Entry(HEADER, 0, "told otherwise", CONTESTED),
    ],
    ids=["root added", "contested"],
)
def test_an_entry_that_says_nothing_of_rows_or_blocks_leaves_no_day_to_write(ledger, entry):
    before = released(ledger)
    ledger.append(entry)
    assert sealed_days(ledger, before, TABLES)["token"].fresh == frozenset()


def test_a_day_without_rows_whose_blocks_became_others_is_written_again(ledger):
    """Its rows are the same, none; its blocks would be missing from the release."""
    before = released(ledger)
    ledger.append(Entry(replace(HEADER, first=4, parent=b"o" * 32), 0, "blocks 5-9 became 4-9"))
    found = sealed_days(ledger, before, TABLES)["token"]
    assert (found.blocks, found.fresh) == ({DAY: (4, 9)}, {DAY})
