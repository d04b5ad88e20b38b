"""Sealing: finished days, every table, once; corrections, contests, rollbacks, kills."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from psephos.batch import tree
from psephos.batch.header import BatchHeader, day_of
from psephos.batch.history import CONTESTED
from psephos.batch.leaves import leaves
from psephos.batch.ledger import Ledger
from psephos.batch.seal import ROOT_ADDED, Sealed, add_prover_root, behind, seal
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.errors import IndexBroken, LedgerBroken
from psephos.store.index import Index
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import GOVERNOR, TOKEN, at_once

HOURS = 3600
EVENTS = (TOKEN, GOVERNOR)


class House:
    """A simulated chain of six blocks a day, its index and its ledger."""

    def __init__(self, folder: Path, seed: int = 1, interval: int = 4 * HOURS) -> None:
        self.folder = folder
        self.chain = SimulatedChain(seed, interval=interval)

    @contextmanager
    def open(self) -> Iterator[tuple[Index, Ledger]]:
        with Index.open(self.folder / "index.duckdb") as index, self.ledger() as ledger:
            yield index, ledger

    def ledger(self) -> Ledger:
        return Ledger.open(self.folder / "ledger.bin")

    def collect(self, index: Index, datasets: tuple[Dataset, ...] = EVENTS) -> None:
        sync(self.chain, index, datasets, pause=at_once)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.chain.grow(70)
    return made


def days_of(house: House, first: int = 0) -> set[int]:
    """Days from block `first` on that end before the final block's day."""
    final = house.chain.finalized().number
    days = [day_of(house.chain.blocks[n][0].timestamp) for n in range(first, final + 1)]
    return {day for day in days if day < days[-1]}


def test_every_finished_final_day_of_every_table_is_sealed_once(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        done = seal(index, ledger, EVENTS)
        wanted = {
            (dataset.name, table, day)
            for dataset in EVENTS
            for table in dataset.tables()
            for day in days_of(house, dataset.first)
        }
        assert {(s.dataset, s.table, s.day) for s in done} == wanted
        assert len(done) == len(wanted) == ledger.size
        assert [s.entry for s in done] == list(range(len(done)))
        assert seal(index, ledger, EVENTS) == []


def test_a_batch_names_its_blocks_its_rows_and_their_root(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        for sealed in seal(index, ledger, EVENTS):
            header = sealed.header
            blocks = [b for b, _ in house.chain.blocks if day_of(b.timestamp) == header.day]
            dataset = TOKEN if sealed.dataset == "token" else GOVERNOR
            blocks = [b for b in blocks if b.number >= dataset.first]
            assert (header.first, header.last) == (blocks[0].number, blocks[-1].number)
            assert (header.parent, header.last_hash) == (blocks[0].parent, blocks[-1].hash)
            rows = index.rows(header.dataset, header.table, header.first, header.last)
            assert header.rows == len(rows)
            schema = dataset.tables()[header.table]
            assert header.row_root == tree.root(leaves(rows, schema))
            assert (header.chain_id, header.genesis) == house.chain.identity()
            assert header.dataset_id == dataset.id


def test_days_and_tables_without_rows_are_sealed_too(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        empty = [s for s in seal(index, ledger, EVENTS) if s.header.rows == 0]
        assert {s.table for s in empty} >= {"proposal_created", "vote_cast"}
        assert all(s.header.row_root == tree.EMPTY for s in empty)


def test_each_batch_begins_where_the_one_before_ended(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        transfers = [s.header for s in seal(index, ledger, EVENTS) if s.table == "transfer"]
        for before, after in pairwise(transfers):
            assert after.parent == before.last_hash
            assert after.first == before.last + 1


def test_a_day_without_blocks_has_no_batch_and_leaves_no_gap(tmp_path: Path) -> None:
    house = House(tmp_path, interval=40 * HOURS)
    house.chain.grow(30)
    with house.open() as (index, ledger):
        house.collect(index)
        transfers = [s.header for s in seal(index, ledger, EVENTS) if s.table == "transfer"]
        days = [h.day for h in transfers]
        assert set(days) < set(range(days[0], days[-1] + 1))
        for before, after in pairwise(transfers):
            assert after.parent == before.last_hash


def test_nothing_is_sealed_before_anything_is_final(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.chain.grow(5)
    house.chain.lag = 10**6
    with house.open() as (index, ledger):
        assert seal(index, ledger, EVENTS) == []
        house.collect(index)
        assert seal(index, ledger, EVENTS) == []


def test_sealing_day_by_day_says_the_same_as_sealing_at_once(tmp_path: Path) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "fast").mkdir()
    slow, fast = House(tmp_path / "slow"), House(tmp_path / "fast")
    fast.chain.grow(40)
    for _ in range(4):
        slow.chain.grow(10)
        with slow.open() as (index, ledger):
            slow.collect(index)
            seal(index, ledger, EVENTS)
    with fast.open() as (index, ledger):
        fast.collect(index)
        seal(index, ledger, EVENTS)
    assert (tmp_path / "slow/ledger.bin").read_bytes() == (
        tmp_path / "fast/ledger.bin"
    ).read_bytes()


def test_reading_few_rows_at_once_says_the_same(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        whole = seal(index, ledger, EVENTS)
        with Ledger.open(house.folder / "other.bin") as other:
            with index.writing() as db:
                db.execute("DELETE FROM sealed")
                db.execute("DELETE FROM sealed_to")
            assert seal(index, other, EVENTS, at_once=1) == whole


def test_a_rebuilt_index_agrees_with_the_ledger_and_adds_nothing(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        seal(index, ledger, EVENTS)
    (house.folder / "index.duckdb").unlink()
    with house.open() as (index, ledger):
        sync(house.chain, index, EVENTS, last=20, pause=at_once)
        assert seal(index, ledger, EVENTS) == []  # being rebuilt is no error
        house.collect(index)
        assert seal(index, ledger, EVENTS) == []
        assert index.sealed_to("token") is not None


def tampered(index: Index, header: BatchHeader) -> None:
    """Drop a row as if another reading had not found it, and forget that it was compared."""
    with index.writing() as db:
        db.execute(
            f'DELETE FROM "{header.dataset}_{header.table}" WHERE block_number ='
            f' (SELECT min(block_number) FROM "{header.dataset}_{header.table}"'
            f" WHERE block_number BETWEEN {header.first} AND {header.last})"
        )
        db.execute("UPDATE sealed_to SET last = least(last, ?)", [header.first + 1])


def with_rows(done: list[Sealed]) -> Sealed:
    return next(s for s in done if s.header.rows > 1 and s.day > done[0].day)


def test_rows_that_differ_when_read_again_supersede_with_the_reason(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        first = with_rows(seal(index, ledger, EVENTS))
        tampered(index, first.header)
        (again,) = seal(index, ledger, EVENTS)
        entry = ledger.entries[again.entry]
        assert (again.dataset, again.table, again.day) == first.header.key
        assert entry.supersedes == first.entry
        assert again.reason.startswith(f"rows read again differ: {first.header.rows} became ")
        assert ledger.entries[first.entry].header == first.header  # nothing is deleted
        assert seal(index, ledger, EVENTS) == []


def test_a_provers_root_given_later_supersedes_and_stays(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        first = seal(index, ledger, EVENTS)[0]
        i = add_prover_root(ledger, first.header.key, b"q" * 32)
        entry = ledger.entries[i]
        assert (entry.reason, entry.supersedes) == (ROOT_ADDED, first.entry)
        assert entry.header.prover_root == b"q" * 32
        with index.writing() as db:
            db.execute("DELETE FROM sealed_to")
        assert seal(index, ledger, EVENTS) == []


def test_a_final_block_that_changed_contests_its_days_and_stops_the_dataset(house: House) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        done = seal(index, ledger, EVENTS)
        last = max(s.day for s in done)
        first = min(s.header.first for s in done if s.day == last)
        ours = index.block(first)
        assert ours is not None
        index.contest(first, ours.hash, b"other" + bytes(27))
        marked = seal(index, ledger, EVENTS)
        tables = {(d.name, t) for d in EVENTS for t in d.tables()}
        assert {(m.dataset, m.table) for m in marked} == tables
        assert {m.day for m in marked} == {last}
        assert all(m.contested and ledger.entries[m.entry].kind == CONTESTED for m in marked)
        assert set(index.quarantined()) == {d.name for d in EVENTS}
        assert index.quarantined()["token"][0] == "Contested"
        house.chain.grow(20)
        assert seal(index, ledger, EVENTS) == []


def test_an_index_on_another_branch_than_the_ledger_contests(house: House, tmp_path: Path) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        done = seal(index, ledger, EVENTS)
    (tmp_path / "index.duckdb").unlink()
    house.chain.reorg(40)
    with house.open() as (index, ledger):
        house.collect(index)
        marked = seal(index, ledger, EVENTS)
        assert marked
        assert all(m.contested for m in marked)
        assert ledger.size == len(done) + len(marked)


def test_an_index_older_than_its_ledger_is_detected_and_said(house: House, tmp_path: Path) -> None:
    path = tmp_path / "index.duckdb"
    with house.open() as (index, ledger):
        house.collect(index)
        seal(index, ledger, EVENTS)
    shutil.copy(path, tmp_path / "old")
    house.chain.grow(40)
    with house.open() as (index, ledger):
        house.collect(index)
        later = seal(index, ledger, EVENTS)
    shutil.copy(tmp_path / "old", path)
    with house.open() as (index, ledger):
        lost = behind(index, ledger, EVENTS)
        assert len(lost) == len(EVENTS)
        assert f"sealed to block {later[-1].header.last}" in lost[0]
        with pytest.raises(IndexBroken, match="older than its ledger") as error:
            seal(index, ledger, EVENTS)
        assert "psephos sync" in error.value.hint
        house.collect(index)
        assert seal(index, ledger, EVENTS) == []  # read again, compared, equal


def test_a_ledger_older_than_its_index_is_detected_and_said(house: House, tmp_path: Path) -> None:
    with house.open() as (index, ledger):
        house.collect(index)
        seal(index, ledger, EVENTS)
    for suffix in (".bin", ".head"):
        shutil.copy(tmp_path / f"ledger{suffix}", tmp_path / f"old{suffix}")
    house.chain.grow(40)
    with house.open() as (index, ledger):
        house.collect(index)
        seal(index, ledger, EVENTS)
    for suffix in (".bin", ".head"):
        shutil.copy(tmp_path / f"old{suffix}", tmp_path / f"ledger{suffix}")
    with house.open() as (index, ledger), pytest.raises(LedgerBroken, match="not the one"):
        seal(index, ledger, EVENTS)


class Stop(Exception):
    """Stands for the process's end."""


def test_stopped_at_any_step_it_ends_with_the_same_ledger(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.chain.grow(24)
    with house.open() as (index, ledger):
        house.collect(index, (TOKEN,))
    collected, path = tmp_path / "collected", tmp_path / "ledger.bin"
    shutil.copy(tmp_path / "index.duckdb", collected)
    with house.open() as (index, ledger):
        seal(index, ledger, (TOKEN,))
    wanted = path.read_bytes()
    at, stopped = 0, True
    while stopped:
        stopped = _stopped_at(at, tmp_path)
        with house.open() as (index, ledger):
            seal(index, ledger, (TOKEN,))
        assert path.read_bytes() == wanted
        at += 1
    assert at > 6


def _stopped_at(at: int, folder: Path) -> bool:
    """Seal from nothing and end at step `at`; whether it got that far."""
    for left in folder.glob("ledger.*"):
        left.unlink()
    shutil.copy(folder / "collected", folder / "index.duckdb")
    count = 0

    def step(_: str) -> None:
        nonlocal count
        count += 1
        if count > at:
            raise Stop

    try:
        with (
            Index.open(folder / "index.duckdb") as index,
            Ledger.open(folder / "ledger.bin", step=step) as ledger,
        ):
            seal(index, ledger, (TOKEN,))
    except Stop:
        return True
    return False


def test_sealing_a_month_takes_seconds(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.chain.grow(190)
    with house.open() as (index, ledger):
        house.collect(index)
        start = time.process_time()
        done = seal(index, ledger, EVENTS)
        assert len({s.day for s in done}) >= 29
        assert time.process_time() - start < 5
