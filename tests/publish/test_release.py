"""From index and ledger to a release: the same rows, at the cost of what is new."""

from dataclasses import replace

import pyarrow as pa
import pytest

from psephos.errors import (
    IndexBroken,
    LedgerBroken,
    NotCollected,
    Quarantined,
    VerificationFailed,
)
from psephos.publish.sealed import joined, sealed_days
from psephos.publish.source import events
from psephos.results.figures import figures
from psephos.results.labels.entities import entities
from psephos.results.positions import derived, positions
from psephos.settings import Checkpoint
from psephos.store.index import Index
from tests.publish.conftest import House
from tests.publish.survive import orphans

TABLES = ("block", "token_transfer", "gov_vote_cast", "token_delegate_changed")


def rows(release, table, where="true"):
    skip = "provisional"
    return release.sql(f"SELECT * EXCLUDE ({skip}) FROM {table} WHERE {where} ORDER BY ALL").rows()


def test_a_release_has_the_rows_of_the_index(house):
    house.release()
    with house.open() as (index, _), house.read() as release:
        for table in TABLES:
            told = index.query(f"SELECT * FROM {table} ORDER BY ALL")
            assert rows(release, table) == told
        assert len(rows(release, "token_transfer")) > 100


def test_blocks_after_the_final_one_are_provisional_and_no_others(house):
    house.release()
    with house.read() as release:
        late = release.sql("SELECT number FROM block WHERE provisional")["number"].to_list()
        assert release.final == house.chain.finalized().number
        assert late == list(range(release.final + 1, release.head + 1))
        assert release.head == house.chain.head().number


def test_a_release_with_nothing_new_has_the_same_id_and_writes_nothing(house):
    first = house.release()
    again = house.release()
    assert (again.id, again.new, again.segments, again.bytes) == (first.id, False, 0, 0)
    assert "nothing new" in str(again)


def test_a_tail_read_again_otherwise_is_published_though_its_rows_are_as_many(house):
    first = house.release()
    with house.open() as (index, _), index.writing() as db:
        db.execute(
            "UPDATE token_transfer SET amount = amount + 1 WHERE block_number ="
            " (SELECT max(block_number) FROM token_transfer)"
        )
    again = house.release()
    assert (again.new, again.head, again.rows) == (True, first.head, first.rows)
    with house.open() as (index, _), house.read() as release:
        told = index.query("SELECT * FROM token_transfer ORDER BY ALL")
        assert rows(release, "token_transfer") == told


def test_growing_by_days_ends_with_the_release_of_who_began_late(house, tmp_path):
    """Two houses with the same rows publish the same bytes."""
    for _ in range(2):
        house.release()
        house.live(13)
        house.sync()
    last = house.release()
    late = House(tmp_path / "late", house.chain)
    late.sync()
    assert late.release().id == last.id
    assert orphans(late.settings.releases) == set()


def test_only_what_is_new_is_written(house):
    """A day more: its file for each table with rows, what is not sealed, and nothing else."""
    house.release()
    house.live(6)
    house.sync()
    with house.read() as before:
        known = {segment.hash for segment in before.manifest.segments}
    report = house.release()
    with house.read() as after:
        new = {s for s in after.manifest.segments if s.hash not in known}
        assert report.segments == len(new)
        assert sum(s.rows for s in new) < after.manifest.rows / 3


def test_a_reorganised_tail_is_replaced_and_what_is_final_stays(house):
    first = house.release()
    with house.read() as before:
        final = rows(before, "token_transfer", f"block_number <= {before.final}")
        house.chain.reorg(4)
        house.sync()
        second = house.release()
        with house.read() as after:
            hashes = dict(after.sql("SELECT number, hash FROM block").rows())
            assert rows(after, "token_transfer", f"block_number <= {before.final}") == final
    assert first.id != second.id
    assert hashes == {header.number: header.hash for header, _ in house.chain.blocks}


def test_positions_at_any_block_are_what_the_rows_say(house):
    house.release()
    house.live(20)
    house.sync()
    house.release()
    with house.read() as release:
        for block in (0, 30, 77, release.final, release.head):
            for kind in ("balance", "supply"):
                assert positions(release, kind, block=block) == derived(release, kind, block=block)
        held = positions(release, "balance", block=release.head)
        assert dict(zip(held.holders, held.amounts, strict=True)) == {
            holder: amount for holder, amount in house.balances.items() if amount
        }


def test_checkpoints_hold_everybody_and_have_at_most_twice_the_rows_of_the_changes(house):
    for _ in range(2):
        house.release()
        house.live(90)
        house.sync()
    house.release()
    with house.read() as release:
        blocks = release.sql(
            "SELECT DISTINCT block_number FROM checkpoint WHERE kind = 'balance' ORDER BY ALL"
        )["block_number"].to_list()
        assert len(blocks) > 1
        for block in blocks:
            told = release.sql(
                "SELECT holder, amount FROM checkpoint WHERE kind = 'balance' AND block_number = ?",
                [block],
            ).rows()
            held = derived(release, "balance", block=block)
            assert {h: int(a) for h, a in told} == dict(
                zip(held.holders, held.amounts, strict=True)
            )
        sizes = release.sql("""
            SELECT kind, (SELECT count(*) FROM checkpoint c WHERE c.kind = p.kind), count(*)
            FROM position p GROUP BY kind""").rows()
        assert all(checkpoints <= 2 * changes for _, checkpoints, changes in sizes)


def test_published_figures_are_those_of_the_release(house):
    report = house.release()
    with house.read() as release:
        labels = entities(release.chain.id)
        told = [figure.json() for figure in figures(release, entities=labels)]
        assert release.figures() == told
    assert report.figures == len(told) > 10


def test_coverage_levels_and_sealed_days_are_in_the_manifest(house):
    house.release()
    with house.open() as (index, ledger), house.read() as release:
        for name in ("token", "gov"):
            found = release.datasets[name]
            assert [tuple(s) for s in found.spans] == [
                (s.first, s.last, s.level) for s in index.spans(name)
            ]
            days = {day for dataset, _, day in ledger.latest if dataset == name}
            assert {d for a, b in found.sealed for d in range(a, b + 1)} == days
            assert found.stopped == ""
        assert release.manifest.ledger.entries == ledger.size
        assert release.ledger() == ledger.content()


def test_a_quarantined_dataset_is_published_with_its_reason(house):
    with house.open() as (index, _):
        index.quarantine("gov", Quarantined("a log does not decode"))
    house.release()
    with house.read() as release:
        assert release.datasets["gov"].stopped == "Quarantined: a log does not decode"
        assert release.datasets["token"].stopped == ""


def test_positions_that_cannot_be_told_stop_their_dataset_and_no_other(tmp_path):
    """Transfers of what nobody has: a token that breaks its own standard."""
    house = House(tmp_path)
    house.chain.grow(40)
    house.sync()
    house.release()
    with house.read() as release:
        assert "balance of 0x" in release.datasets["token"].stopped
        assert release.datasets["gov"].stopped == ""
        assert ("balance", "token") not in release.positions
        assert positions(release, "balance").undefined
        assert ("vote", "gov") in release.positions
        assert len(rows(release, "token_transfer")) > 10


def test_positions_wait_until_the_dataset_is_read_from_its_first_block(house, tmp_path):
    late = House(tmp_path / "late", house.chain)
    late.sync(first=60)
    late.release()
    with late.read() as release:
        assert release.positions == frozenset()
        assert len(rows(release, "token_transfer")) > 10
        assert positions(release, "balance").undefined
    late.sync()
    house.release()
    assert late.release().rows > 0
    with late.read() as one, house.read() as two:
        assert rows(one, "position") == rows(two, "position")


def test_an_empty_index_is_nothing_to_release(tmp_path):
    with pytest.raises(NotCollected, match="nothing has been collected yet"):
        House(tmp_path).release()


class TestAnchors:
    def checkpoint(self, house, number, hash_=None):
        found = house.chain.blocks[number][0].hash if hash_ is None else hash_
        house.checkpoints = (Checkpoint(number, found, "the town's board"),)

    def test_a_declared_checkpoint_that_is_reached_anchors_the_figures_below_it(self, house):
        self.checkpoint(house, house.chain.finalized().number)
        house.release()
        with house.read() as release:
            (anchor,) = release.manifest.anchors
            levels = {f["evidence"]["level"] for f in release.figures() if f["kind"] == "balance"}
        assert (anchor.first, anchor.block) == (0, house.chain.finalized().number)
        assert levels == {"anchored"}

    def test_one_that_lies_below_the_figures_or_beyond_the_head_anchors_none(self, house):
        for number in (30, house.chain.head().number + 1):
            self.checkpoint(house, number, None if number == 30 else bytes(32))
            house.release()
            with house.read() as release:
                assert {f["evidence"]["level"] for f in release.figures()} <= {
                    "complete",
                    "seen",
                    None,
                }

    def test_one_that_is_another_block_is_refused(self, house):
        self.checkpoint(house, 30, b"\x01" * 32)
        with pytest.raises(VerificationFailed, match="was declared from the town's board"):
            house.release()


class TestAttacks:
    def test_a_rewritten_ledger_is_refused_and_the_release_stays(self, house, tmp_path):
        first = house.release()
        for name in ("ledger.bin", "ledger.head"):
            (tmp_path / name).unlink()
        with pytest.raises(LedgerBroken, match="does not begin"):
            house.release()
        with house.read() as found:
            assert (found.id, found.check()) == (first.id, [])

    def test_an_index_that_lost_sealed_blocks_is_refused(self, house):
        house.release()
        with house.open() as (index, _):
            index.query("UPDATE span SET last = 50, last_hash = ''::BLOB WHERE dataset = 'token'")
        with pytest.raises(
            IndexBroken, match=r"lacks blocks 51 to [0-9]+ of token, which are sealed"
        ):
            house.release()

    def test_an_index_with_other_rows_than_were_sealed_is_refused(self, house):
        with house.open() as (index, _):
            index.query("DELETE FROM token_transfer WHERE block_number = 50")
        with pytest.raises(IndexBroken, match=r"token_transfer has .* rows in days .* were sealed"):
            house.release()

    def test_a_segment_that_is_gone_is_written_again_from_the_index(self, house):
        first = house.release()
        with house.read() as found:
            pieces = found.manifest.tables["token_transfer"].pieces
            pieces += found.manifest.tables["changes_balance_token"].pieces
        for piece in pieces:
            (house.settings.releases / "segments" / piece.segment.file).unlink()
        assert house.release().id == first.id
        with house.read() as found:
            assert found.check() == []


def test_the_report_says_what_was_done(house):
    report = house.release()
    assert report.new
    assert str(report).startswith(f"release {report.id[:16]}: {report.rows:,} rows to block ")
    assert replace(report, new=False).id == report.id


def test_ranges_that_touch_are_one():
    assert joined([(5, 9), (0, 2), (3, 4), (20, 30), (25, 26)]) == [(0, 9), (20, 30)]


def test_a_table_read_once_and_one_read_piece_by_piece_give_the_same_rows(house):
    with house.open() as (index, ledger):
        schema = index.datasets()["token"].tables["transfer"]
        days = sealed_days(ledger, None, {"token": ("transfer",)})["token"]
        once = events(index, "token", "transfer", schema, days)
        pieces = replace(once, small=None)
        first = min(days.blocks)
        for asked in ((first, first), (first, first + 5), (first + 3, max(days.blocks))):
            assert table(once.days(*asked), schema) == table(pieces.days(*asked), schema)
        assert table(once.unsealed(), schema) == table(pieces.unsealed(), schema)
        assert once.small is not None
        assert once.small.num_rows > 50


def table(batches, schema):
    parts = [pa.Table.from_batches([batch]).cast(schema) for batch in batches]
    return pa.concat_tables([schema.empty_table(), *parts]).combine_chunks()


def test_the_index_is_only_read(house):
    from psephos.store.digest import digest

    with house.open() as (index, _):
        before = digest(index)
    house.release()
    with Index.open(house.folder / "index.duckdb", read_only=True) as index:
        assert digest(index) == before
