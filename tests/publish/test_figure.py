"""A figure is verified down to its rows, from a release or from one file alone."""

import contextlib
import json
import lzma
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from psephos.errors import CommandError, NodeError, VerificationFailed
from psephos.evidence.check import Verdict
from psephos.publish.evidence_file import NEEDS, verify_evidence, write_evidence
from psephos.publish.figure import verify_figure
from psephos.store.manifest import Manifest
from psephos.store.release import Publication, publication
from tests.evidence.house import House, build
from tests.publish.test_recompute import a_prettier_figure, positions_one_more


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(tmp_path_factory.mktemp("house") / "of")


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    return built.copy(tmp_path / "copy")


def figure_of(house: House, measure: str, kind: str = "power") -> str:
    with house.open() as release:
        told = [f for f in release.figures() if (f["measure"], f["kind"]) == (measure, kind)]
    return str(told[0]["id"])


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if check.status == "failed"}


def test_a_sound_figure_is_verified_down_to_the_rows_of_its_own_datasets(house: House) -> None:
    found = verify_figure(house.releases, None, figure_of(house, "gini")[:12])
    names = [check.name for check in found.checks]
    assert found.verified
    assert failed(found) == set()
    assert {"ledger", "rows token", "blocks", "positions power of token", "figure"} <= set(names)
    assert "rows gov" not in names
    assert (found.facts["measure"], found.facts["kind"]) == ("gini", "power")


@pytest.mark.parametrize("id", ["gini", "", "0" * 64, "abcdef0"])
def test_a_figure_that_is_not_there_is_said_so(house: House, id: str) -> None:
    with pytest.raises(CommandError, match=r"no such figure|figures begin so"):
        verify_figure(house.releases, None, id)


def lie(house: House, change: Callable[[Publication, Manifest], Manifest]) -> None:
    with publication(house.releases) as new:
        assert new.previous is not None
        new.publish(change(new, new.previous), keep=8)


def test_a_prettier_value_under_right_hashes_is_a_failed_figure(house: House) -> None:
    lie(house, a_prettier_figure)
    found = verify_figure(house.releases, None, figure_of(house, "nakamoto_one_half"))
    assert (found.verified, failed(found)) == (False, {"figure"})


def test_positions_that_the_rows_do_not_give_fail_the_figure_of_them(house: House) -> None:
    lie(house, positions_one_more)
    found = verify_figure(house.releases, None, figure_of(house, "gini"))
    assert not found.verified
    assert "positions power of token" in failed(found)


@pytest.fixture(scope="module")
def written(built: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evidence file with receipts, of the house that nobody harms."""
    out = tmp_path_factory.mktemp("written") / "gini.evidence"
    id = figure_of(built, "gini")
    assert write_evidence(built.releases, None, id, out, built.chain).verified
    return out


@pytest.fixture
def file(written: Path, tmp_path: Path) -> Path:
    """That file, away from every release, for a test to harm."""
    return Path(shutil.copy(written, tmp_path))


def test_one_file_verifies_without_node_index_or_release(file: Path) -> None:
    found = verify_evidence(file)
    statuses = {check.name: check.status for check in found.checks}
    assert found.verified
    assert statuses["receipts"] == "passed"
    assert set(statuses.values()) == {"passed"}


def test_every_check_of_the_file_says_which_code_it_needs(file: Path) -> None:
    words = {check.name.split()[0] for check in verify_evidence(file).checks}
    assert words - {"level"} <= NEEDS.keys()
    with zipfile.ZipFile(file) as archive:
        about = json.loads(archive.read("evidence.json"))
    assert about["needs"] == dict(NEEDS)


def test_without_a_node_the_file_says_what_rests_on_receipts(house: House, tmp_path: Path) -> None:
    out = tmp_path / "gini.evidence"
    write_evidence(house.releases, None, figure_of(house, "gini"), out)
    found = {check.name: check for check in verify_evidence(out).checks}
    assert "receipts" not in found
    assert "only receipts can prove" in found["coverage token"].why


def test_a_node_that_fails_leaves_no_file(house: House, tmp_path: Path) -> None:
    class Silent:
        def identity(self) -> tuple[int, bytes]:
            raise NodeError("nobody answers")

    out = tmp_path / "gini.evidence"
    found = write_evidence(house.releases, None, figure_of(house, "gini"), out, Silent())
    assert {c.name for c in found.checks if c.status == "not_possible"} == {"receipts"}
    lie(house, a_prettier_figure)
    lied = tmp_path / "lied.evidence"
    id = figure_of(house, "nakamoto_one_half")
    assert not write_evidence(house.releases, None, id, lied).verified
    assert not lied.exists()
    assert not list(tmp_path.glob(".evidence-*"))


def rewritten(file: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The same archive with some of its entries changed."""
    out = file.with_suffix(".other")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if (made := change(name, old.read(name))) is not None:
                new.writestr(*made)
    return out


@pytest.mark.parametrize("part", ["release/manifests", "release/segments", "release/figures"])
def test_a_changed_byte_anywhere_in_the_file_is_noticed(file: Path, part: str) -> None:
    def flip(name: str, data: bytes) -> tuple[str, bytes]:
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        return name, changed if name.startswith(part) else data

    with contextlib.suppress(VerificationFailed):
        assert not verify_evidence(rewritten(file, flip)).verified


def test_receipts_of_another_truth_prove_nothing(file: Path) -> None:
    """Left out or altered, they do not recompute to the header: never a passed check."""

    def alter(name: str, data: bytes) -> tuple[str, bytes]:
        if name != "receipts.xz":
            return name, data
        lines = lzma.decompress(data).splitlines(keepends=True)
        lines[0] = lines[0].replace(b'"status":"0x1"', b'"status":"0x0"', 1)
        return name, lzma.compress(b"".join(lines))

    statuses = {c.name: c.status for c in verify_evidence(rewritten(file, alter)).checks}
    assert statuses["receipts"] in {"failed", "not_possible"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("../outside", b"x"),
        ("/etc/outside", b"x"),
        ("release\\..\\outside", b"x"),
        ("release/current", b"f" * 64),
        ("receipts.xz", b"no xz"),
    ],
)
def test_an_archive_that_attacks_is_refused_by_name(file: Path, name: str, data: bytes) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")  # the name is there twice, on purpose
        archive.writestr(name, data)
    with pytest.raises(VerificationFailed):
        verify_evidence(file)


def test_a_compressed_entry_is_refused_before_it_unfolds(file: Path) -> None:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 2**20)
    with pytest.raises(VerificationFailed, match="compressed"):
        verify_evidence(file)


@pytest.mark.parametrize("content", [b"", b"PK", b"{}", b"\0" * 5000])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.evidence"
    file.write_bytes(content)
    with pytest.raises(VerificationFailed, match="not an evidence file"):
        verify_evidence(file)


@pytest.mark.parametrize("about", [b"[]", b"{}", b'{"evidence": 2}', b"not json"])
def test_an_archive_without_its_table_of_contents_is_refused(file: Path, about: bytes) -> None:
    def replace(name: str, data: bytes) -> tuple[str, bytes]:
        return name, about if name == "evidence.json" else data

    with pytest.raises(VerificationFailed):
        verify_evidence(rewritten(file, replace))
