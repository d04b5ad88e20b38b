"""A reader sees one release, exactly, and nothing else of the machine."""

import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.errors import AmountTooLarge, CommandError, ReleaseBroken
from psephos.store.manifest import encode, identity
from psephos.store.reader import Release
from psephos.store.release import kept, load
from tests.simulated import tiny

MOST = 10**38 - 1


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    tiny.publish(folder, 20)
    with Release.open(folder) as found:
        yield found


class TestAmounts:
    def test_come_back_digit_by_digit(self, release):
        found = release.sql("SELECT amount FROM d_one ORDER BY block_number LIMIT 2")
        assert found["amount"].to_list() == [Decimal(10**30), Decimal(10**30 + 1)]
        assert found.schema["amount"] == pl.Decimal(38, 0)

    def test_add_up_exactly(self, release):
        (total, count) = release.sql("SELECT sum(amount), count(*) FROM d_one").row(0)
        numbers = [d * 10 + r for d in range(21) for r in range(tiny.ROWS)] + [210]
        assert int(total) == sum(10**30 + n for n in numbers)
        assert count == len(numbers)

    @settings(max_examples=30)
    @given(parts=st.lists(st.integers(-MOST, MOST), min_size=1, max_size=5))
    def test_a_sum_is_exact_or_an_error(self, release, parts):
        rows = ", ".join(f"({part}::DECIMAL(38,0))" for part in parts)
        try:
            (found,) = release.sql(f"SELECT sum(a) FROM (VALUES {rows}) t(a)").row(0)
        except AmountTooLarge:
            assert any(abs(sum(parts[: n + 1])) > MOST for n in range(len(parts)))
        else:
            assert int(found) == sum(parts)

    @pytest.mark.parametrize("value", [MOST, -MOST, 0])
    def test_the_largest_amounts_pass(self, release, value):
        assert int(release.sql(f"SELECT {value}::DECIMAL(38,0) AS a").item()) == value
        assert int(release.sql(f"SELECT {value}::HUGEINT AS a").item()) == value

    @pytest.mark.parametrize("value", [10**38, 2**127 - 1, -(10**38)])
    def test_an_integer_beyond_38_digits_is_refused_not_cut(self, release, value):
        with pytest.raises(AmountTooLarge, match="more than 38 digits"):
            release.sql(f"SELECT {value}::HUGEINT AS a")

    @pytest.mark.parametrize("kind", ["UHUGEINT", "BIGNUM"])
    def test_types_that_arrow_misreads_come_as_exact_text(self, release, kind):
        most = 2**128 - 1
        found = release.sql(f'SELECT \'{most}\'::{kind} AS "a ""b", 1 AS c')
        assert found.row(0) == (str(most), 1)

    def test_multiplied_beyond_38_digits_are_an_error(self, release):
        with pytest.raises(AmountTooLarge):
            release.sql("SELECT amount * 1000000000 FROM d_one")


REFUSED = [
    "", ";", "CREATE TABLE x AS SELECT 1", "DROP VIEW d_one", "INSERT INTO d_one VALUES (1)",
    "UPDATE d_one SET amount = 1", "DELETE FROM d_one", "COPY d_one TO 'x.parquet'",
    "COPY (SELECT 1) TO 'x.csv'", "ATTACH 'x.db'", "SET threads = 9", "PRAGMA database_list",
    "SELECT 1; SELECT 2", "SELECT 1; COPY d_one TO 'x'", "CALL duckdb_settings()", "INSTALL httpfs",
    "LOAD httpfs", "EXPORT DATABASE 'x'", "CHECKPOINT", "BEGIN", "USE memory", "VACUUM",
    "EXPLAIN ANALYZE COPY d_one TO 'x'", "PREPARE p AS SELECT 1", "CREATE MACRO f() AS 1",
]  # fmt: skip


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_one_select_is_refused_before_it_runs(release, query):
    before = sorted(path.name for path in (release.folder / "segments").iterdir())
    with pytest.raises(CommandError, match=r"one SELECT at a time|not understood"):
        release.sql(query)
    assert sorted(path.name for path in (release.folder / "segments").iterdir()) == before


@pytest.mark.parametrize(
    "query",
    ["SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a", "FROM d_one", "DESCRIBE d_one",
     "SHOW TABLES", "SUMMARIZE d_one", "VALUES (1)", "-- a remark\nSELECT 1;"],
)  # fmt: skip
def test_every_form_of_select_is_answered(release, query):
    assert len(release.sql(query))


@pytest.mark.parametrize(
    "source",
    ["read_text('/etc/passwd')", "read_csv('/etc/passwd')", "'/etc/passwd'", "glob('/*')",
     "read_parquet('{folder}/../other.parquet')", "read_text('{folder}/current')",
     "read_parquet('{folder}/segments/../../other.parquet')",
     "read_parquet('{folder}/segments-2/other.parquet')", "sniff_csv('/etc/passwd')",
     "read_text('.tmp/x')", "enable_logging('QueryLog', storage='file', storage_path='{folder}')",
     "read_blob('{folder}/ledger.bin')",
     "read_parquet('{folder}/segments/outside.parquet')", "secret_in_python"],
)  # fmt: skip
def test_no_file_outside_the_segments_is_read(tmp_path, source):
    folder = tmp_path / "releases"
    tiny.publish(folder, 1)
    secret_in_python = pl.DataFrame({"a": ["secret"]})
    segment = next((folder / "segments").iterdir())
    (tmp_path / "other.parquet").write_bytes(segment.read_bytes())
    (folder / "segments-2").mkdir()
    (folder / "segments-2" / "other.parquet").write_bytes(segment.read_bytes())
    with Release.open(folder) as found:
        (folder / "segments" / "outside.parquet").symlink_to(tmp_path / "other.parquet")
        with pytest.raises(CommandError) as caught:
            found.sql(f"SELECT * FROM {source.format(folder=folder)}")
        assert "secret" not in str(caught.value) or source == "secret_in_python"
        assert len(str(caught.value).splitlines()) == 1
    assert len(secret_in_python)


def test_only_the_segments_may_be_read_at_all(release):
    """DuckDB would add its folder for temporary files, in the current directory."""
    (allowed,) = release.sql("SELECT current_setting('allowed_directories')").row(0)
    assert allowed == [f"{release.folder}/segments/"]


def test_what_shuts_a_release_off_holds_for_every_question(release):
    """A setting of one connection is not one of its cursors, which are what questions go to."""
    off = {"enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions",
           "allow_community_extensions", "allow_unsigned_extensions", "allow_persistent_secrets",
           "python_enable_replacements"}  # fmt: skip
    wanted = dict.fromkeys(off, "false") | {
        "lock_configuration": "true", "max_temp_directory_size": "0 bytes", "temp_directory": "",
    }  # fmt: skip
    found = dict(release.sql("SELECT name, value FROM duckdb_settings()").rows())
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    "query",
    ["SELECT list(range) FROM range(100000000)",
     "SELECT string_agg(range::VARCHAR, ',') FROM range(1000000000)",
     "SELECT count(*) FROM (SELECT DISTINCT range FROM range(100000000))"],
)  # fmt: skip
def test_a_query_takes_no_more_memory_than_it_may(release, query):
    with Release.open(release.folder, threads=1, memory=32 << 20) as small:
        with pytest.raises(CommandError, match="Memory"):
            small.sql(query)
        assert small.sql("SELECT 1 AS a").item() == 1


def test_an_answer_that_polars_cannot_hold_is_said(release):
    with pytest.raises(CommandError, match="not understood"):
        release.sql("SELECT INTERVAL 1 MONTH AS i")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT nothing FROM d_one",
        "SELECT * FROM no_such_table",
        "SELEC 1",
        "SELECT ?",
    ],
)
def test_an_error_is_one_line_and_names_no_path(release, query):
    with pytest.raises(CommandError) as caught:
        release.sql(query)
    assert "\n" not in str(caught.value)
    assert str(release.folder) not in str(caught.value)
    assert str(Path.home()) not in str(caught.value)


def test_a_missing_file_is_named_when_it_is_asked_for(tmp_path):
    tiny.publish(tmp_path, 1)
    with Release.open(tmp_path) as found:
        for path in (tmp_path / "segments").iterdir():
            path.unlink()
        with pytest.raises(
            ReleaseBroken, match=r"segments/[0-9a-f]{64}\.parquet is missing"
        ) as caught:
            found.sql("SELECT sum(amount) FROM d_one")
    assert str(tmp_path) not in str(caught.value)


def test_parameters_are_values_and_never_sql(release):
    attack = "x' OR 1=1 --"
    assert release.sql("SELECT ? AS a", [attack]).item() == attack
    assert release.sql("SELECT count(*) FROM d_one WHERE reason = $r", {"r": attack}).item() == 0
    assert release.sql("SELECT count(*) FROM d_one WHERE holder = ?", [bytes(20)]).item() == 1


def test_rows_after_the_last_final_block_are_provisional(release):
    found = release.sql(
        "SELECT block_number > ? AS late, provisional, count(*) FROM d_one GROUP BY ALL",
        [release.final],
    )
    assert sorted(found.rows()) == [(False, False, 63), (True, True, 1)]
    assert (release.final, release.head) == (209, 210)


def test_a_release_without_positions_has_the_views_all_the_same(release):
    assert set(release.tables()) == {"d_one", "d_two", "position", "checkpoint"}
    for view in ("position", "checkpoint"):
        assert release.sql(f"SELECT kind, dataset, key, holder, amount FROM {view}").is_empty()


def test_several_threads_may_ask_at_once(release):
    answers, errors = [], []

    def ask(number):
        try:
            for _ in range(10):
                query = "SELECT ? AS n, count(*) FROM d_one JOIN d_two USING (holder, amount)"
                answers.append(release.sql(query, [number]).row(0))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(answers) == sorted((number, 64) for number in range(6) for _ in range(10))


def descriptors():
    """How many files this process has open."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def test_closing_twice_does_no_harm_and_lets_go_of_the_lock(tmp_path):
    tiny.publish(tmp_path, 1)
    before = descriptors()
    for _ in range(3):
        found = Release.open(tmp_path)
        found.close()
        found.close()
    assert descriptors() == before


def test_a_failed_opening_lets_go_of_the_lock(tmp_path):
    tiny.publish(tmp_path, 1)
    next((tmp_path / "segments").iterdir()).unlink()
    before = descriptors()
    for _ in range(3):
        with pytest.raises(ReleaseBroken):
            Release.open(tmp_path)
    assert descriptors() == before


class TestForgedManifests:
    """Manifests whose id is right, but that do not describe their files."""

    def forge(self, folder, **changes):
        manifest = load(folder, kept(folder)[0])
        content = encode(replace(manifest, **changes))
        (folder / "manifests" / f"{identity(content)}.json").write_bytes(content)
        (folder / "current").write_text(identity(content) + "\n")

    @pytest.fixture
    def folder(self, tmp_path):
        tiny.publish(tmp_path, 3)
        return tmp_path

    def test_columns_that_the_files_have_not_are_refused(self, folder):
        table = load(folder, kept(folder)[0]).tables["d_one"]
        self.forge(folder, tables={"d_one": replace(table, columns=(("other", "BLOB"),))})
        with pytest.raises(ReleaseBroken, match="does not describe its files"):
            Release.open(folder)

    def test_a_table_in_place_of_our_own_view_is_refused(self, folder):
        table = load(folder, kept(folder)[0]).tables["d_one"]
        self.forge(folder, tables={"position": table})
        with pytest.raises(ReleaseBroken, match="does not describe its files"):
            Release.open(folder)

    def test_a_table_without_rows_keeps_its_columns_and_types(self, folder):
        table = load(folder, kept(folder)[0]).tables["d_one"]
        self.forge(folder, tables={"d_one": replace(table, pieces=(), unsealed=None)})
        with Release.open(folder) as found:
            rows = found.sql("SELECT * FROM d_one")
        assert rows.is_empty()
        assert rows.schema["amount"] == pl.Decimal(38, 0)
        assert rows.columns == ["block_number", "holder", "amount", "reason", "provisional"]

    def test_a_file_of_another_type_than_declared_is_refused(self, folder):
        table = load(folder, kept(folder)[0]).tables["d_one"]
        columns = tuple((n, "UBIGINT" if n == "amount" else t) for n, t in table.columns)
        self.forge(folder, tables={"d_one": replace(table, columns=columns)})
        with pytest.raises(ReleaseBroken, match=r"d_one.amount is DECIMAL\(38,0\) in its file"):
            Release.open(folder)
