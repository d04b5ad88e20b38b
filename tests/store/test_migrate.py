"""Migrations: each once, whole or not at all, and never past a version we do not know."""

import duckdb
import pytest

from psephos.errors import NewerIndex
from psephos.store.index import Index
from psephos.store.migrate import Migration, check, migrate, migrations

FIRST = Migration("0001_first", "CREATE TABLE first (x INTEGER)")
BROKEN = Migration("0002_broken", "CREATE TABLE second (x INTEGER); SELECT * FROM missing")


@pytest.fixture
def db(tmp_path):
    with duckdb.connect(tmp_path / "m.duckdb") as found:
        yield found


def names(db):
    return {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_each_is_applied_once(db):
    assert migrate(db, (FIRST,)) == ("0001_first",)
    assert migrate(db, (FIRST,)) == ()


def test_one_that_fails_leaves_nothing_and_no_record(db):
    with pytest.raises(duckdb.Error):
        migrate(db, (FIRST, BROKEN))
    assert names(db) == {"migration", "first"}
    assert check(db, (FIRST, BROKEN)) == {"0001_first"}


def test_a_newer_one_is_refused_by_name(db):
    migrate(db, (FIRST, Migration("0009_later", "SELECT 1")))
    with pytest.raises(NewerIndex, match="0009_later"):
        migrate(db, (FIRST,))


def test_an_index_of_a_newer_version_is_refused_when_opened(tmp_path):
    path = tmp_path / "i.duckdb"
    with Index.open(path) as index, index.writing() as db:
        db.execute("INSERT INTO migration VALUES ('9999_later', now() AT TIME ZONE 'UTC')")
    for read_only in (False, True):
        with pytest.raises(NewerIndex, match="9999_later"):
            Index.open(path, read_only=read_only)


def test_an_index_of_an_older_version_is_brought_up_to_date_by_whoever_reads_it(tmp_path):
    path = tmp_path / "i.duckdb"
    newest = migrations()[-1].name
    with Index.open(path) as index, index.writing() as db:
        db.execute("DROP TABLE signed_block")
        db.execute("DELETE FROM migration WHERE name = ?", [newest])
    with Index.open(path, read_only=True) as index:
        assert index.query("SELECT count(*) FROM signed_block") == [(0,)]


def test_names_are_in_order_and_numbered_without_gap():
    found = [migration.name for migration in migrations()]
    assert found == sorted(found)
    assert [int(name[:4]) for name in found] == list(range(1, len(found) + 1))


def test_nothing_is_left_in_the_write_ahead_log(db, tmp_path):
    """Replaying changes of tables is where DuckDB's known failures are."""
    migrate(db, (FIRST,))
    wal = tmp_path / "m.duckdb.wal"
    assert not wal.exists() or wal.stat().st_size == 0
