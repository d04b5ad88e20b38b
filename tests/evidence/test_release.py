"""`verify release`: every changed, missing or exchanged byte of a release is found and named."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from psephos.errors import NoRelease, ReleaseBroken
from psephos.evidence.check import attempt
from psephos.evidence.history import history_of
from psephos.evidence.verify import Check, verified, verify_batch, verify_release
from psephos.store.index import Index
from psephos.store.release import publication
from tests.evidence.house import House
from tests.evidence.test_batch import TABLE, busy, forged


def failed(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if check.status == "failed"}


def test_every_check_of_an_honest_release_passes(built: House) -> None:
    checks = verify_release(built.releases)
    assert {check.status for check in checks} == {"passed"}
    assert verified(checks)
    names = [check.name for check in checks]
    assert names[:5] == ["manifest", "files", "ledger", "headers", "sealed"]
    assert {"rows token", "rows gov", "places gov", "blocks"} <= set(names)


def test_without_a_release_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoRelease):
        verify_release(tmp_path)


def files(house: House) -> list[Path]:
    return sorted(p for p in house.releases.rglob("*") if p.is_file() and p.stat().st_size)


def of_release(path: Path) -> bool:
    """What a release is made of; the testimony beside it is a declaration, the
    verifier's hash is of a program: both are of none."""
    return path.name not in {"lock", "current", "testimony.json", "verify.sha256"}


def flip(path: Path, at: int) -> None:
    changed = bytearray(path.read_bytes())
    changed[at] ^= 1
    path.write_bytes(changed)


def test_a_changed_byte_of_each_kind_of_file_is_noticed(house: House) -> None:
    kinds = {path.parent.name: path for path in filter(of_release, files(house))}
    assert set(kinds) == {"segments", "manifests", "figures", "releases"}
    for path in kinds.values():
        at = path.stat().st_size // 2
        flip(path, at)
        assert failed(verify_release(house.releases)), path.name
        flip(path, at)
    assert not failed(verify_release(house.releases))


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(0.0, marks=pytest.mark.campaign),
        pytest.param(0.5, marks=pytest.mark.long),
        pytest.param(1.0, marks=pytest.mark.campaign),
    ],
)
def test_one_changed_byte_of_any_file_is_noticed(house: House, share: float) -> None:
    """The first, the one in the middle, the last."""
    for path in filter(of_release, files(house)):
        at = int((path.stat().st_size - 1) * share)
        flip(path, at)
        assert failed(verify_release(house.releases)), f"{path.name} byte {at}"
        flip(path, at)


def test_a_missing_file_is_named(house: House) -> None:
    for path in filter(of_release, files(house)):
        whole = path.read_bytes()
        path.unlink()
        checks = verify_release(house.releases)
        assert failed(checks)
        named = " ".join(check.why for check in checks if check.status == "failed")
        assert path.name in named
        path.write_bytes(whole)


def test_a_missing_ledger_is_a_failed_check_and_no_traceback(house: House) -> None:
    """Before the release is opened, and also when it goes while one is open."""
    (house.releases / "ledger.bin").rename(house.folder / "elsewhere")
    checks = verify_release(house.releases)
    assert failed(checks) == {"manifest"}
    assert "ledger.bin" in checks[0].why
    (house.folder / "elsewhere").rename(house.releases / "ledger.bin")
    with house.open() as release:
        (house.releases / "ledger.bin").unlink()
        with pytest.raises(ReleaseBroken, match=r"ledger\.bin is missing"):
            history_of(release)
    assert attempt("ledger", lambda: str(history_of(release))).status == "failed"


def test_a_file_that_is_cut_off_is_named(house: House) -> None:
    for path in filter(of_release, files(house)):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        assert failed(verify_release(house.releases)), path.name
        path.write_bytes(whole)


def test_a_release_made_from_changed_rows_fits_its_files_and_not_its_ledger(house: House) -> None:
    _, first, last = busy(house)
    forged(
        house,
        f"UPDATE token_{TABLE} SET new_votes = new_votes + 1 WHERE block_number"
        f" BETWEEN {first} AND {last}",
    )
    checks = verify_release(house.releases)
    assert failed(checks) == {"rows token"}
    why = next(check.why for check in checks if check.name == "rows token")
    assert TABLE in why


def test_a_release_made_from_changed_blocks_is_noticed(house: House) -> None:
    _, first, _ = busy(house)
    forged(house, f"UPDATE block SET timestamp = timestamp + 1 WHERE number = {first}")
    assert failed(verify_release(house.releases)) == {"blocks"}


@pytest.mark.parametrize("column", ["block_hash", "contract"])
def test_a_row_that_names_another_block_or_contract_is_noticed(house: House, column: str) -> None:
    size = 32 if column == "block_hash" else 20
    forged(house, f"UPDATE token_{TABLE} SET {column} = unhex(repeat('77', {size}))")
    assert failed(verify_release(house.releases)) == {"rows token", "places token"}


def test_p18_rows_that_unfold_from_little_are_counted_before_they_are_read(house: House) -> None:
    """A quarter of a million equal rows are a few kilobytes of a file."""
    name, first, last = busy(house)
    some = f"FROM token_{TABLE} WHERE block_number BETWEEN {first} AND {last} LIMIT 1"
    rows = f"SELECT one.* FROM (SELECT * {some}) one, range(250_000)"
    with house.open() as release:
        told = release.manifest
    with publication(house.releases) as new, Index.open(house.settings.index) as index:
        table = told.tables[f"token_{TABLE}"]
        schema = index.datasets()["token"].tables[TABLE]
        made = new.segment(schema, index.arrow(rows).cast(schema).to_batches())
        assert made is not None
        assert made.bytes < 200_000
        other = replace(table, unsealed=made)
        new.publish(replace(told, tables=told.tables | {f"token_{TABLE}": other}), keep=8)
    tracemalloc.start()
    checks = verify_release(house.releases)
    why = next(check.why for check in checks if check.name == "rows token")
    assert failed(checks) >= {"rows token"}
    assert "its headers have" in why
    with house.open() as release:
        found = {check.name: check for check in verify_batch(release, name)}
    assert "its headers have" in found[f"rows {TABLE}"].why
    assert pa.total_allocated_bytes() < 100_000_000
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
