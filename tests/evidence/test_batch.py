"""`verify batch`: what holds passes, and every way to cheat is caught by name."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from psephos.batch.header import date_of
from psephos.batch.ledger import Ledger
from psephos.batch.seal import seal
from psephos.batch.sync import sync
from psephos.chain.node import BlockId, Receipt
from psephos.errors import CommandError, NodeUnreachable
from psephos.evidence.light_client import checkpoint_of, follow
from psephos.evidence.verify import Check, verified, verify_batch
from psephos.publish.release import release
from psephos.settings import Checkpoint
from psephos.store.index import Index
from tests.evidence.house import DATASETS, House
from tests.simulated.beacon import MINIMAL, Beacon
from tests.simulated.collected import at_once

TABLE = "delegate_votes_changed"


def busy(house: House) -> tuple[str, int, int]:
    """A batch of `token` with a row: its name, its first and last block."""
    with Ledger.open(house.settings.ledger, read_only=True) as ledger:
        header = next(e.header for e in ledger.entries if e.header.table == TABLE and e.header.rows)
    return f"token/{date_of(header.day)}", header.first, header.last


def checked(house: House, name: str, **options: object) -> dict[str, Check]:
    with house.open() as opened:
        return {check.name: check for check in verify_batch(opened, name, **options)}  # type: ignore[arg-type]


def failed(checks: dict[str, Check]) -> set[str]:
    return {name for name, check in checks.items() if check.status == "failed"}


def test_every_check_of_an_honest_batch_passes_with_a_node(built: House) -> None:
    name, first, last = busy(built)
    checks = checked(built, name, node=built.chain)
    assert {check.status for check in checks.values()} == {"passed"}
    assert list(checks) == [
        "ledger", "inclusion", "definition", "rows delegate_changed", f"rows {TABLE}", "blocks",
        "places", "bloom", "receipts", "columns",
    ]  # fmt: skip
    assert f"blocks {first}-{last}" in checks["blocks"].why
    assert "transaction_hash" in checks["columns"].why


def test_without_a_node_receipts_are_not_possible_and_nothing_fails(built: House) -> None:
    checks = checked(built, busy(built)[0])
    assert checks["receipts"].status == "not_possible"
    assert "no node" in checks["receipts"].why
    assert failed(checks) == set()
    assert not verified(checks.values())


def test_every_sealed_batch_passes(built: House) -> None:
    with built.open() as opened:
        for name, dataset in opened.manifest.datasets.items():
            for run in dataset.sealed:
                for day in range(run[0], run[1] + 1):
                    checks = verify_batch(opened, f"{name}/{date_of(day)}", node=built.chain)
                    assert all(c.status == "passed" for c in checks), checks


@pytest.mark.parametrize(
    "name", ["token", "token/", "token/today", "token/2023-1-1", "token/1999-01-01", "x/2023-11-15"]
)
def test_a_batch_that_is_not_there_is_a_wrong_command(built: House, name: str) -> None:
    with built.open() as opened, pytest.raises(CommandError, match="batch"):
        verify_batch(opened, name)


def forged(house: House, *statements: str) -> None:
    """Change the index behind the house's back and release that: all files fit their manifest."""
    settings = house.settings
    with Index.open(settings.index) as index:
        with index.writing() as db:
            for sql in statements:
                db.execute(sql)
        other = replace(settings, releases=house.folder / "forged")
        with Ledger.open(settings.ledger) as ledger:
            release(index, ledger, other.releases, other)
    house.releases.rename(house.folder / "honest")
    (house.folder / "forged").rename(house.releases)


def test_a_changed_amount_does_not_give_the_row_root(house: House) -> None:
    name, first, last = busy(house)
    forged(
        house,
        f"UPDATE token_{TABLE} SET new_votes = new_votes + 1 WHERE block_number"
        f" BETWEEN {first} AND {last}",
    )
    checks = checked(house, name, node=house.chain)
    assert failed(checks) == {f"rows {TABLE}", "receipts"}
    assert "row root" in checks[f"rows {TABLE}"].why


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("block_hash", "'\\x01'::BLOB || block_hash[2:]"),
        ("transaction_hash", "'\\x01'::BLOB || transaction_hash[2:]"),
        ("contract", "'\\x01'::BLOB || contract[2:]"),
        ("delegate", "'\\x01'::BLOB || delegate[2:]"),
        ("log_index", "log_index + 1"),
        ("transaction_index", "transaction_index + 1"),
    ],
)
def test_a_change_in_any_column_is_noticed(house: House, column: str, value: str) -> None:
    name, first, last = busy(house)
    value = value.replace("block_hash[2:]", "unhex(substr(hex(block_hash), 3))")
    for blob in ("transaction_hash", "contract", "delegate"):
        value = value.replace(f"{blob}[2:]", f"unhex(substr(hex({blob}), 3))")
    forged(
        house,
        f"UPDATE token_{TABLE} SET {column} = {value} WHERE block_number"
        f" BETWEEN {first} AND {last}",
    )
    assert f"rows {TABLE}" in failed(checked(house, name))


def test_a_header_that_does_not_hash_to_its_block_is_noticed(house: House) -> None:
    name, first, _ = busy(house)
    forged(
        house,
        "UPDATE block SET header = unhex(substr(hex(header), 1, length(hex(header)) - 2) || '01')"
        f" WHERE number = {first}",
    )
    checks = checked(house, name)
    assert "blocks" in failed(checks)
    assert f"block {first} does not hash" in checks["blocks"].why


@pytest.mark.parametrize("column", ["timestamp", "parent", "hash"])
def test_a_block_stored_otherwise_than_its_header_says_is_noticed(
    house: House, column: str
) -> None:
    name, first, _ = busy(house)
    value = "timestamp + 1" if column == "timestamp" else "unhex(repeat('77', 32))"
    forged(house, f"UPDATE block SET {column} = {value} WHERE number = {first + 1}")
    assert "blocks" in failed(checked(house, name))


def test_a_missing_block_is_noticed(house: House) -> None:
    name, first, _ = busy(house)
    forged(house, f"DELETE FROM block WHERE number = {first + 1}")
    checks = checked(house, name)
    assert "blocks" in failed(checks)
    assert "missing" in checks["blocks"].why


def test_a_block_without_its_header_cannot_be_checked(house: House) -> None:
    name, first, _ = busy(house)
    forged(house, f"UPDATE block SET header = ''::BLOB WHERE number = {first}")
    checks = checked(house, name)
    assert checks["blocks"].status == "not_possible"
    assert "receipts" not in checks


def sealed_without(house: House, folder: Path, sql: str) -> House:
    """A house that tampers before it seals: ledger, rows and files all fit one another."""
    liar = replace(house, folder=folder)
    settings = liar.settings
    with Index.open(settings.index) as index, Ledger.open(settings.ledger) as ledger:
        sync(liar.chain, index, DATASETS, pause=at_once)
        with index.writing() as db:
            db.execute(sql)
        seal(index, ledger, DATASETS)
        release(index, ledger, liar.releases, settings)
    return liar


def test_a_house_that_leaves_out_a_row_before_sealing_is_caught_by_the_receipts(
    built: House, tmp_path: Path
) -> None:
    name, first, last = busy(built)
    liar = sealed_without(
        built,
        tmp_path / "liar",
        f"DELETE FROM token_{TABLE} WHERE block_number BETWEEN {first} AND {last}",
    )
    assert failed(checked(liar, name)) == set()  # nothing at hand tells it
    checks = checked(liar, name, node=liar.chain)
    assert failed(checks) == {"receipts"}
    assert TABLE in checks["receipts"].why


def test_a_house_that_invents_a_row_where_the_bloom_excludes_it_is_caught_without_a_node(
    built: House, tmp_path: Path
) -> None:
    name, first, last = busy(built)
    row = f"SELECT * FROM token_{TABLE} WHERE block_number BETWEEN {first} AND {last}"
    with built.open() as opened:
        used = set(opened.sql(row)["block_number"].to_list())
    silent = next(n for n in range(first, last + 1) if n not in used and not loud(built, n))
    liar = sealed_without(
        built,
        tmp_path / "liar",
        f"INSERT INTO token_{TABLE} SELECT {silent}, (SELECT hash FROM block WHERE number ="
        f" {silent}), * EXCLUDE (block_number, block_hash) FROM ({row}) LIMIT 1",
    )
    checks = checked(liar, name)
    assert failed(checks) == {"bloom"}
    assert f"block {silent}" in checks["bloom"].why


def loud(house: House, number: int) -> bool:
    return any(receipt["logs"] for receipt in house.chain.blocks[number][1])


class Leaving:
    """A node that leaves out the last log of every block, and counts the others right."""

    def __init__(self, house: House) -> None:
        self.chain = house.chain

    def receipts(self, block: BlockId) -> Sequence[Receipt]:
        told = [dict(receipt) for receipt in self.chain.receipts(block)]
        last = max(i for i, receipt in enumerate(told) if receipt["logs"])
        told[last]["logs"] = told[last]["logs"][:-1]
        return told


class Gone:
    """A node that nobody reaches."""

    def receipts(self, block: BlockId) -> Sequence[Receipt]:
        raise NodeUnreachable(f"no endpoint answered for block {block.number}")


def test_a_node_that_leaves_out_a_log_proves_nothing_against_the_batch(built: House) -> None:
    checks = checked(built, busy(built)[0], node=Leaving(built))
    assert checks["receipts"].status == "not_possible"
    assert "do not recompute" in checks["receipts"].why


def test_a_node_that_is_not_reached_makes_the_check_not_possible(built: House) -> None:
    checks = checked(built, busy(built)[0], node=Gone())
    assert checks["receipts"].status == "not_possible"


def test_a_changed_byte_of_the_releases_ledger_ends_the_verification(house: House) -> None:
    path = house.releases / "ledger.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    checks = checked(house, busy(house)[0])
    assert list(checks) == ["ledger"]
    assert failed(checks) == {"ledger"}


def test_a_contested_batch_is_not_verified(house: House) -> None:
    name, first, _ = busy(house)
    settings = house.settings
    with Index.open(settings.index) as index, Ledger.open(settings.ledger) as ledger:
        index.contest(first, house.chain.blocks[first][0].hash, bytes(32))
        seal(index, ledger, DATASETS)
        release(index, ledger, house.releases, settings)
    checks = checked(house, name)
    assert failed(checks) == {"inclusion"}
    assert "contested" in checks["inclusion"].why


def mark(house: House, block: int, **changes: object) -> Checkpoint:
    one = Checkpoint(block, house.chain.blocks[block][0].hash, "a friend's node")
    return replace(one, **changes)


def test_a_batch_is_anchored_only_to_a_declared_checkpoint_which_is_named(built: House) -> None:
    name, _, last = busy(built)
    assert "anchor" not in checked(built, name)
    check = checked(built, name, checkpoints=[mark(built, last + 4)])["anchor"]
    assert check.status == "passed"
    assert "a friend's node" in check.why
    assert f"block {last + 4}" in check.why


def test_a_checkpoint_of_another_hash_fails(built: House) -> None:
    name, _, last = busy(built)
    check = checked(built, name, checkpoints=[mark(built, last, hash=bytes(32))])["anchor"]
    assert check.status == "failed"
    assert "declared" in check.why


def test_a_checkpoint_before_the_batch_ties_nothing(built: House) -> None:
    name, first, _ = busy(built)
    check = checked(built, name, checkpoints=[mark(built, first - 1)])["anchor"]
    assert check.status == "not_possible"


def test_a_checkpoint_that_is_not_reached_ties_nothing(built: House) -> None:
    far = Checkpoint(10**6, bytes(32), "somewhere")
    check = checked(built, busy(built)[0], checkpoints=[far])["anchor"]
    assert check.status == "not_possible"
    assert "not in the release" in check.why


def test_a_light_clients_header_anchors_as_a_checkpoint_does_and_is_named(built: House) -> None:
    name, _, last = busy(built)
    block = built.chain.blocks[last + 4][0]
    beacon = Beacon(MINIMAL)
    named = {"block_number": str(block.number), "block_hash": "0x" + block.hash.hex()}
    beacon.blocks[24] = named
    now = MINIMAL.genesis + 3600
    followed = follow([beacon.bootstrap(8), beacon.update(40, 24)], None, now=now, network=MINIMAL)
    found = checkpoint_of(followed)
    assert (found.block, found.hash) == (block.number, block.hash)
    check = checked(built, name, checkpoints=[found])["anchor"]
    assert check.status == "passed"
    assert "sync committees to slot 24" in check.why
    assert "declared by the bootstrap file alone" in check.why
    beacon.blocks[24] = named | {"block_hash": "0x" + "11" * 32}
    other = follow([beacon.bootstrap(8), beacon.update(40, 24)], None, now=now, network=MINIMAL)
    check = checked(built, name, checkpoints=[checkpoint_of(other)])["anchor"]
    assert check.status == "failed"


def test_a_text_other_than_its_raw_bytes_is_noticed(house: House) -> None:
    """The row root binds the raw bytes; what a reader sees must follow from them."""
    with house.open() as opened:
        votes = "SELECT block_number, encode(reason) AS raw FROM gov_vote_cast ORDER BY ALL LIMIT 1"
        block, raw = opened.sql(votes).row(0)
    day = date_of(house.chain.blocks[block][0].timestamp // 86_400)
    forged(
        house,
        f"UPDATE gov_vote_cast SET reason_raw = unhex('{raw.hex()}'), reason = 'a lie'"
        f" WHERE block_number = {block}",
    )
    checks = checked(house, f"gov/{day}")
    assert failed(checks) == {"rows vote_cast"}
    assert "other text" in checks["rows vote_cast"].why
