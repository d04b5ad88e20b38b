"""A folder of releases: what it costs to add one, what is kept, and what is noticed."""

import errno
import os
import resource
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.errors import (
    NoRelease,
    ReadOnlyFolder,
    ReleaseBroken,
    ReleaseLocked,
    StorageFull,
)
from psephos.store import durable
from psephos.store.faults import faults
from psephos.store.reader import Release
from psephos.store.release import kept, load, publication
from tests.publish.survive import orphans
from tests.simulated import tiny


def amounts(release, name="d_one"):
    return release.sql(f"SELECT block_number, amount, reason FROM {name} ORDER BY ALL").rows()


def test_the_same_days_give_the_same_release_whenever_they_were_published(tmp_path):
    for last in (0, 3, 14, 15, 16, 40):
        one = tiny.publish(tmp_path / "a", last)
    assert tiny.publish(tmp_path / "b", 40) == one


@settings(max_examples=9, deadline=None)
@given(stops=st.lists(st.integers(0, 70), min_size=1, max_size=5), first=st.integers(0, 20))
def test_rows_are_equal_and_sorted_however_they_were_merged(tmp_path_factory, stops, first):
    folder = tmp_path_factory.mktemp("releases")
    for last in sorted({first + stop for stop in stops}):
        tiny.publish(folder, last, first=first)
        with Release.open(folder) as found:
            rows = found.sql("SELECT block_number FROM d_one")["block_number"].to_list()
    days = range(first, last + 1)
    told = [day * 10 + row for day in days for row in range(tiny.ROWS)]
    assert rows == [*told, (last + 1) * 10]


def test_each_row_is_written_at_most_once_a_tier(tmp_path):
    """50 days one by one: a day's own file, then its piece of 16, of each of two tables."""
    written, days = 0, 50
    for last in range(days):
        before = {path.name for path in (tmp_path / "segments").glob("*")}
        tiny.publish(tmp_path, last, keep=1)
        with Release.open(tmp_path) as found:
            new = {s.file: s.rows for s in found.manifest.segments if s.file not in before}
        written += sum(new.values())
    once = days * tiny.ROWS
    assert written <= 2 * once + days  # the one unsealed row of each day comes on top


def test_a_release_with_nothing_new_reads_nothing_and_has_the_same_id(tmp_path):
    one = tiny.publish(tmp_path, 20)
    names = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    with publication(tmp_path) as new:
        from psephos.store.stage import Days, Label, stage

        diary = tiny.Diary(20)
        table = stage(
            new, new.previous.tables["d_one"], diary, Days(frozenset(range(21)), frozenset()),
            Label("rows", "d"),
        )  # fmt: skip
    assert table == new.previous.tables["d_one"]
    assert diary.given == 0
    assert tiny.publish(tmp_path, 20) == one
    assert kept(tmp_path) == (one,)
    assert set(names) == set(tmp_path.rglob("*.parquet"))


def test_a_corrected_day_is_published_anew_and_the_others_are_not_read(tmp_path):
    tiny.publish(tmp_path, 20)
    before = load(tmp_path, kept(tmp_path)[0])
    tiny.publish(tmp_path, 20, versions={17: " corrected"})
    after = load(tmp_path, kept(tmp_path)[0])
    changed = {
        (old.first, old.last)
        for old, new in zip(
            before.tables["d_one"].pieces, after.tables["d_one"].pieces, strict=True
        )
        if old != new
    }
    assert changed == {(17, 17)}
    with Release.open(tmp_path) as found:
        told = {number // 10: reason for number, _, reason in amounts(found)}
    assert told[17] == "é corrected"
    assert told[16] == told[18] == "é"


def test_a_day_that_is_sealed_late_takes_its_place(tmp_path):
    """Flows may be read newest first."""
    tiny.publish(tmp_path, 40, first=20)
    tiny.publish(tmp_path, 40, first=3)
    assert kept(tmp_path)[0] == tiny.publish(tmp_path / "b", 40, first=3)


def test_the_last_releases_are_kept_and_their_files_with_them(tmp_path):
    ids = [tiny.publish(tmp_path, last, keep=3) for last in range(6)]
    assert kept(tmp_path) == tuple(reversed(ids[-3:]))
    assert {path.stem for path in (tmp_path / "manifests").iterdir()} == set(ids[-3:])
    assert orphans(tmp_path) == set()
    for name in ids[-3:]:
        assert faults(tmp_path, load(tmp_path, name)) == []


def test_a_release_that_is_read_is_kept_until_it_is_closed(tmp_path):
    one = tiny.publish(tmp_path, 3, keep=1)
    with Release.open(tmp_path) as found:
        for last in range(4, 20):
            tiny.publish(tmp_path, last, keep=1)
        assert found.id == one
        assert len(amounts(found)) == 4 * tiny.ROWS + 1
        assert found.check() == []
    tiny.publish(tmp_path, 20, keep=1)
    assert orphans(tmp_path) == set()
    with pytest.raises(NoRelease, match="is not kept any more"):
        Release.open(tmp_path, one)


def test_only_one_process_publishes_at_a_time(tmp_path):
    tiny.publish(tmp_path, 1)
    with publication(tmp_path), pytest.raises(ReleaseLocked, match="another process"):
        tiny.publish(tmp_path, 2)
    tiny.publish(tmp_path, 2)


def test_what_was_left_half_written_is_removed(tmp_path):
    tiny.publish(tmp_path, 1)
    for name in ("segments/rows.parquet.part", "manifests/x.json.part", "current.part"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / "segments" / f"{'0' * 64}.parquet").write_bytes(b"of no release")
    tiny.publish(tmp_path, 2)
    assert orphans(tmp_path) == set()


def test_what_a_cut_off_publication_left_of_the_ledger_is_replaced(tmp_path):
    tiny.publish(tmp_path, 1)
    with (tmp_path / "ledger.bin").open("ab") as file:
        file.write(b"never named by a release")
    with Release.open(tmp_path) as found:
        assert found.ledger() == bytes(range(256)) * 2
        tiny.publish(tmp_path, 2)
        assert found.ledger() == bytes(range(256)) * 2
    assert (tmp_path / "ledger.bin").read_bytes() == bytes(range(256)) * 3


class TestAttacks:
    """What somebody with access to the folder may do to it; each is named."""

    @pytest.fixture
    def folder(self, tmp_path):
        tiny.publish(tmp_path, 20)
        return tmp_path

    def segment(self, folder):
        return folder / "segments" / next(iter(load(folder, kept(folder)[0]).segments)).file

    def refused(self, folder, says):
        with pytest.raises(ReleaseBroken, match=says) as caught:
            Release.open(folder)
        assert str(folder) not in str(caught.value) + caught.value.hint

    def test_a_missing_segment_is_named_when_the_release_is_opened(self, folder):
        path = self.segment(folder)
        path.unlink()
        self.refused(folder, f"segments/{path.name} is missing")

    def test_a_shortened_segment_is_named_when_the_release_is_opened(self, folder):
        path = self.segment(folder)
        path.write_bytes(path.read_bytes()[:-1])
        self.refused(folder, f"segments/{path.name} has [0-9,]+ bytes")

    def test_a_changed_byte_of_a_segment_is_named_by_check(self, folder):
        path = self.segment(folder)
        content = bytearray(path.read_bytes())
        content[10] ^= 1
        path.write_bytes(content)
        with Release.open(folder) as found:
            assert found.check() == [
                f"segments/{path.name} was changed: its bytes have another hash"
            ]

    def test_a_link_in_place_of_a_segment_is_refused(self, folder):
        path = self.segment(folder)
        path.rename(folder / "elsewhere.parquet")
        path.symlink_to(folder / "elsewhere.parquet")
        self.refused(folder, f"segments/{path.name} is a link")

    def test_a_changed_manifest_is_refused(self, folder):
        path = folder / "manifests" / f"{kept(folder)[0]}.json"
        path.write_bytes(path.read_bytes().replace(b'"tiny"', b'"tony"'))
        self.refused(folder, "was changed")

    def test_a_truncated_manifest_is_refused(self, folder):
        path = folder / "manifests" / f"{kept(folder)[0]}.json"
        path.write_bytes(path.read_bytes()[:-10])
        self.refused(folder, "was changed")

    def test_a_pointer_to_nothing_is_refused(self, folder):
        (folder / "current").write_text("0" * 64 + "\n")
        self.refused(folder, f"manifests/{'0' * 64}.json is missing")

    @pytest.mark.parametrize("content", [b"", b"\xff", b"../../../etc/passwd\n", b"0" * 63])
    def test_a_pointer_that_is_no_list_of_ids_is_refused(self, folder, content):
        (folder / "current").write_bytes(content)
        self.refused(folder, "`current` does not hold the ids of releases")

    def test_changed_figures_are_noticed(self, folder):
        path = next((folder / "figures").iterdir())
        path.write_bytes(path.read_bytes().replace(b"20", b"21"))
        with Release.open(folder) as found:
            assert found.check() == [
                f"figures/{path.name} was changed: its bytes have another hash"
            ]
            with pytest.raises(ReleaseBroken, match="figures"):
                found.figures()

    def test_missing_figures_are_named(self, folder):
        path = next((folder / "figures").iterdir())
        path.unlink()
        self.refused(folder, f"figures/{path.name} is missing")

    def test_a_shortened_ledger_is_noticed(self, folder):
        os.truncate(folder / "ledger.bin", 10)
        self.refused(folder, r"ledger\.bin has 10 bytes")

    @pytest.mark.parametrize("spoil", ["segment", "manifest", "pointed to"])
    def test_releasing_anew_repairs_a_broken_folder(self, folder, spoil):
        one = kept(folder)[0]
        if spoil == "segment":
            self.segment(folder).unlink()
        elif spoil == "manifest":
            (folder / "manifests" / f"{one}.json").write_bytes(b"{}")
        else:
            (folder / "current").write_text("0" * 64 + "\n")
        assert tiny.publish(folder, 20) == one
        with Release.open(folder) as found:
            assert found.check() == []


def test_no_release_is_said_and_not_found_out_later(tmp_path):
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(NoRelease, match="nothing has been released yet") as caught:
            Release.open(folder)
        assert "psephos release" in caught.value.hint


def test_a_release_is_found_by_the_beginning_of_its_id(tmp_path):
    one, two = tiny.publish(tmp_path, 1), tiny.publish(tmp_path, 2)
    for given_, found in ((one[:8], one), (two[:20], two), (one, one), (None, two)):
        with Release.open(tmp_path, given_) as opened:
            assert opened.id == found
    for wrong in (one[:7], "zzzzzzzz", "", "../current", "0" * 8):
        with pytest.raises(NoRelease, match="no release is called"):
            Release.open(tmp_path, wrong)


def test_a_full_disk_leaves_the_current_release_and_says_so(tmp_path):
    """A limit on the length of a file stands for a full disk; the same process goes on later."""
    one = tiny.publish(tmp_path, 20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for limit in (0, 100, 1500, 4000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            with pytest.raises(StorageFull, match="no space left"):
                tiny.publish(tmp_path, 21)
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            with Release.open(tmp_path) as found:
                assert found.id == one
                assert found.check() == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    tiny.publish(tmp_path, 21)
    assert orphans(tmp_path) == set()


@pytest.fixture
def nobody():
    """A folder of ours, and from then on the rights of somebody else, also for root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    tiny.publish(folder, 1)
    if os.geteuid() == 0:
        os.seteuid(65534)
    else:
        for path in (folder, *folder.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    os.seteuid(os.getuid())
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_said_and_can_be_read(nobody):
    """A site may run as another user, for whom the folder is read-only."""
    with pytest.raises(ReadOnlyFolder, match="cannot be written"):
        tiny.publish(nobody, 2)
    with Release.open(nobody) as found:
        assert found.check() == []
        assert len(amounts(found)) == 2 * tiny.ROWS + 1


@pytest.mark.parametrize(
    ("code", "error"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EROFS, ReadOnlyFolder),
     (errno.EACCES, ReadOnlyFolder)],
)  # fmt: skip
def test_the_system_s_refusals_have_names(tmp_path, code, error):
    with pytest.raises(error) as caught, durable.storage(tmp_path):
        raise OSError(code, os.strerror(code), str(tmp_path / "secret"))
    assert "secret" not in str(caught.value)


def test_a_path_with_every_odd_sign_works(tmp_path):
    folder = tmp_path / "a b'c\"[1]*?;é"
    one = tiny.publish(folder, 3)
    with Release.open(folder) as found:
        assert found.id == one
        assert len(amounts(found)) == 4 * tiny.ROWS + 1


def test_a_copied_folder_is_the_same_release(tmp_path):
    tiny.publish(tmp_path / "a", 20)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with Release.open(tmp_path / "a") as one, Release.open(tmp_path / "b") as two:
        assert one.id == two.id
        assert amounts(one) == amounts(two)
        assert two.check() == []
