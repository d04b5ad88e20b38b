"""A Starknet chain through the index, the ledger and a release, and through what chains do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.rowbytes import fields, schema_hash
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.errors import Contested, WrongChain
from psephos.evidence.verify import verify_batch, verify_release
from psephos.publish.release import release
from psephos.results.positions import positions
from psephos.settings import ChainSettings, DatasetSettings, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.chain.test_starknet import SEPOLIA, node_at, tokens, transfers, word
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import TOKEN
from tests.simulated.starknet_view import View

DAY = 24 * 3600
STRK = Dataset("strk", SEPOLIA, (word(TOKEN),), ("starknet_erc20",))
DATASETS = (tokens(), STRK)


@pytest.fixture(scope="module")
def grown() -> StarknetChain:
    made = StarknetChain(seed=7, upgrades=(8, 16, 24), interval=DAY // 10, lag=8)
    made.grow(40)
    return made


class House:
    """Index and ledger in a folder, and a node of a chain that may become another."""

    def __init__(self, folder: Path, chain: StarknetChain) -> None:
        self.index = Index.open(folder / "index.duckdb", chain_id=SEPOLIA, genesis=None)
        self.ledger = Ledger.open(folder / "ledger.bin")
        self.server = Server(View(chain))
        self.folder = folder

    @property
    def settings(self) -> Settings:
        chain = ChainSettings("simulated", SEPOLIA, None, 0, (), kind="starknet")
        own = tuple(DatasetSettings(d.name, d.sources, d.contracts, 0) for d in DATASETS)
        return Settings(chain, own, self.folder, self.folder / "releases")

    def sync(self, **named: Any) -> Any:
        node = node_at(self.server)
        return sync(node, self.index, DATASETS, ledger=self.ledger, pause=lambda _: None, **named)

    def move(self, chain: StarknetChain) -> None:
        self.server.node = View(chain)

    def rows(self) -> list[tuple[Any, ...]]:
        table = self.index.rows("tokens", "transfer", 0, 10**6)
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.fixture
def house(tmp_path: Path, grown: StarknetChain) -> Iterator[House]:
    made = House(tmp_path, grown)
    with made.index, made.ledger, made.server:
        yield made


def test_a_chain_is_synced_sealed_released_and_verified_down_to_its_blocks(
    house: House, grown: StarknetChain
) -> None:
    report = house.sync()
    assert house.rows() == list(transfers(grown))
    assert [(s.first, s.last, s.level) for s in house.index.spans("tokens")] == [
        (0, grown.head, "whole")
    ]
    assert report.final.number == grown.accepted
    assert report.sealed
    release(house.index, house.ledger, house.settings.releases, house.settings)
    checks = verify_release(house.settings.releases)
    assert {check.status for check in checks} == {"passed"}, checks
    day = datetime.fromtimestamp(grown.blocks[12].told["timestamp"], UTC).date()
    with Release.open(house.settings.releases) as found:
        told = verify_batch(found, f"tokens/{day}", node_at(house.server))
        assert {check.status for check in told} == {"passed"}, told
        receipts = next(check.why for check in told if check.name == "receipts")
        assert "give exactly these rows" in receipts
        held = positions(found, "balance", dataset="strk", block=grown.accepted)
    books = grown.blocks[grown.accepted].books
    assert dict(zip(held.holders, held.amounts, strict=True)) == {
        word(holder): amount
        for (token, holder), amount in books.balance.items()
        if token == TOKEN and amount and holder
    }


def test_a_release_whose_rows_a_block_does_not_give_is_noticed(
    house: House, grown: StarknetChain
) -> None:
    house.sync()
    with house.index.writing() as db:
        db.execute("DELETE FROM sealed_to")
        db.execute("UPDATE tokens_transfer SET amount = amount + 1 WHERE block_number = 12")
    house.sync()
    release(house.index, house.ledger, house.settings.releases, house.settings)
    day = datetime.fromtimestamp(grown.blocks[12].told["timestamp"], UTC).date()
    with Release.open(house.settings.releases) as found:
        told = verify_batch(found, f"tokens/{day}", node_at(house.server))
    failed = {check.name: check.why for check in told if check.status == "failed"}
    assert "block 12" in failed["receipts"]


@pytest.mark.parametrize("depth", [1, 6, 30])
def test_reorganisations_are_walked_back_by_hash_at_any_depth(
    house: House, grown: StarknetChain, depth: int
) -> None:
    first = grown.copy()
    first.settle(grown.head - 31)
    house.move(first)
    house.sync()
    other = first.copy()
    other.reorg(depth, longer=2)
    house.move(other)
    report = house.sync()
    assert [moved.depth for moved in report.reorganisations] == [depth]
    assert house.rows() == list(transfers(other))
    left = house.index.query("SELECT count(*) FROM abandoned_block")[0][0]
    assert left == depth


def test_a_shorter_chain_that_differs_is_a_reorganisation_and_one_that_does_not_lags(
    house: House, grown: StarknetChain
) -> None:
    settled = grown.copy()
    settled.settle(5)
    house.move(settled)
    house.sync()
    behind = settled.copy()
    del behind.blocks[-4:]
    house.move(behind)
    report = house.sync()
    assert not report.reorganisations
    assert house.rows() == list(transfers(settled))


def test_finality_that_is_rolled_back_is_contested_and_nothing_is_deleted(
    house: House, grown: StarknetChain
) -> None:
    house.sync()
    before = house.rows()
    other = grown.copy()
    other.settle(4)
    other.reorg(grown.head - 10, longer=1)
    house.move(other)
    with pytest.raises(Contested, match="was final"):
        house.sync()
    assert house.rows() == before


def test_an_unknown_version_is_collected_as_seen(tmp_path: Path, grown: StarknetChain) -> None:
    class Newer(Server):
        def result(self, method: str, params: Any) -> Any:
            told = super().result(method, params)
            if isinstance(told, dict) and told.get("block_number", 0) > 30:
                told = told | {"starknet_version": "0.99.0"}
            return told

    made = House(tmp_path, grown)
    made.server = Newer(View(grown))
    with made.index, made.ledger, made.server:
        made.sync(step=10)
        assert made.rows() == list(transfers(grown))
        assert {span.level for span in made.index.spans("tokens")} >= {"seen"}
        stored = made.index.query("SELECT number FROM block WHERE header = ''::BLOB")
        assert sorted(number for (number,) in stored) == list(range(31, grown.head + 1))


def test_ids_of_any_length_are_told_apart(tmp_path: Path) -> None:
    long = int.from_bytes(b"SN_INTEGRATION_SEPOLIA", "big")
    path = tmp_path / "index.duckdb"
    with Index.open(path, chain_id=long, genesis=bytes(32)):
        pass
    with Index.open(path, chain_id=long, genesis=bytes(32)) as index:
        assert index.query("SELECT chain_id FROM identity") == [(str(long),)]
    with pytest.raises(WrongChain):
        Index.open(path, chain_id=long + 1, genesis=bytes(32))


def test_a_contract_of_starknet_is_32_bytes_of_a_row() -> None:
    schema = tokens().tables()["transfer"]
    assert [str(field) for field in fields(schema)] == [
        "block_number u64",
        "block_hash b32",
        "transaction_index u32",
        "log_index u32",
        "transaction_hash b32",
        "contract b32",
        "sender b32",
        "recipient b32",
        "amount u128",
    ]
    assert schema_hash(schema) != schema_hash(schema.remove(5))
    assert word(TOKEN) in tokens().contracts
