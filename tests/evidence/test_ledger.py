"""`verify ledger`: rewritten, rolled back, contested, beside an older index."""

import shutil
from dataclasses import replace
from pathlib import Path

from psephos.batch.history import MAGIC, record
from psephos.batch.ledger import Ledger
from psephos.batch.seal import seal
from psephos.evidence.verify import Check, verify_ledger
from psephos.store.index import Index
from tests.evidence.house import DATASETS, House


def checked(house: House) -> dict[str, Check]:
    return {c.name: c for c in verify_ledger(house.releases, house.settings)}


def failed(house: House) -> set[str]:
    return {name for name, check in checked(house).items() if check.status == "failed"}


def release_of(house: House) -> str:
    with house.open() as opened:
        return f"release {opened.id[:16]}"


def test_every_check_of_an_honest_ledger_passes(built: House) -> None:
    checks = checked(built)
    assert {check.status for check in checks.values()} == {"passed"}
    assert list(checks) == ["file", "corrections", release_of(built), "index"]


def test_a_reader_without_a_house_checks_the_releases_copy(built: House) -> None:
    checks = verify_ledger(built.releases)
    assert [c.name for c in checks] == ["file", "corrections", release_of(built)]
    assert {c.status for c in checks} == {"passed"}


def test_where_nothing_was_sealed_nothing_is_verified(house: House) -> None:
    house.settings.ledger.unlink()
    checks = verify_ledger(house.releases, house.settings)
    assert [check.status for check in checks] == ["not_possible"]


def test_a_ledger_that_was_rewritten_as_a_whole_does_not_continue_its_releases(
    house: House,
) -> None:
    path = house.settings.ledger
    with Ledger.open(path, read_only=True) as ledger:
        entries = list(ledger.entries)
    first = entries[0]
    entries[0] = replace(first, header=replace(first.header, rows=first.header.rows + 1))
    for suffix in (".bin", ".head"):
        path.with_suffix(suffix).unlink()
    with Ledger.open(path) as ledger:
        ledger.extend(entries)  # a ledger without a fault of its own
    assert failed(house) == {release_of(house), "index"}


def test_a_ledger_that_was_rolled_back_is_said(house: House) -> None:
    path = house.settings.ledger
    with Ledger.open(path, read_only=True) as ledger:
        entries = ledger.entries[:-5]
    for suffix in (".bin", ".head"):
        path.with_suffix(suffix).unlink()
    with Ledger.open(path) as ledger:
        ledger.extend(entries)
    assert failed(house) == {release_of(house), "index"}


def test_a_changed_entry_is_said(house: House) -> None:
    path = house.settings.ledger
    with Ledger.open(path, read_only=True) as ledger:
        entries = list(ledger.entries)
    entries[3] = replace(entries[3], header=replace(entries[3].header, rows=77))
    path.write_bytes(MAGIC + b"".join(map(record, entries)))
    assert failed(house) == {"file"}


def test_an_index_that_was_rolled_back_is_said(house: House, tmp_path: Path) -> None:
    index = house.settings.index
    shutil.copy(index, tmp_path / "old")
    house.chain.grow(30)
    try:
        house.run()
    finally:
        del house.chain.blocks[-30:]
    assert failed(house) == set()
    shutil.copy(tmp_path / "old", index)
    assert failed(house) == {"index"}
    assert "older than its ledger" in checked(house)["index"].why


def test_a_contested_day_is_said(house: House) -> None:
    settings = house.settings
    with Index.open(settings.index) as index, Ledger.open(settings.ledger) as ledger:
        last = ledger.entries[-1].header.last
        index.contest(last, house.chain.blocks[last][0].hash, bytes(32))
        seal(index, ledger, DATASETS)
    assert failed(house) == {"corrections"}
