"""A Starknet chain that goes back over what changes its meaning: an upgrade of the staking
contract, the end of a vote, blocks that a state update covered which is not final on L1 yet.

What the index has afterwards is what a house has that never saw the other branch, and what
the simulator's own books say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.verify import Verify
from psephos.results.staking import stakes
from psephos.settings import Endpoint
from psephos.store.index import Index
from tests.chain.test_starknet import SEPOLIA, Trusting, word
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import SPACE, STAKING, VSTRK, Setting
from tests.simulated.starknet_view import View

VOTES = ("starknet_erc20", "starknet_votes", "starknet_lock")
DATASETS = (
    Dataset("staking", SEPOLIA, (word(STAKING),), ("starknet_staking",)),
    Dataset("vstrk", SEPOLIA, (word(VSTRK),), VOTES),
    Dataset("space", SEPOLIA, (word(SPACE),), ("snapshot_x_space",)),
)
pytestmark = pytest.mark.long

UPGRADES, FINAL = (12, 30, 44), 8


@pytest.fixture(scope="module")
def grown() -> StarknetChain:
    setting = Setting(voting_delay=60, voting_time=1200)
    made = StarknetChain(seed=2, upgrades=UPGRADES, interval=60, busy=6, setting=setting)
    made.grow(52)
    made.settle(FINAL)
    return made


class House:
    """Index and ledger, and a node of a chain that may become another."""

    def __init__(self, folder: Path, chain: StarknetChain) -> None:
        folder.mkdir()
        self.folder, self.server = folder, Server(View(chain))
        self.index = Index.open(folder / "index.duckdb", chain_id=SEPOLIA, genesis=None)
        self.ledger = Ledger.open(folder / "ledger.bin")

    def sync(self, chain: StarknetChain) -> Any:
        self.server.node = View(chain)
        node = Trusting([Endpoint(self.server.url, "simulated", rate=100_000)])
        rule = Verify("none")
        return sync(
            node, self.index, DATASETS, ledger=self.ledger, verify=rule, pause=lambda _: None
        )

    def rows(self) -> dict[str, list[Any]]:
        return {
            f"{dataset.name}_{table}": self.index.rows(dataset.name, table, 0, 10**6).to_pylist()
            for dataset in DATASETS
            for table in dataset.tables()
        }

    def votes(self) -> dict[int, tuple[int, ...]]:
        """What was cast against, for and abstaining, by proposal."""
        found: dict[int, list[int]] = {}
        rows = self.rows()
        for row in rows["space_proposal_created"]:
            found[int.from_bytes(row["proposal_id"], "big")] = [0, 0, 0]
        for row in rows["space_vote_cast"]:
            powers = found[int.from_bytes(row["proposal_id"], "big")]
            powers[row["support"]] += int(row["weight"])
        return {number: tuple(powers) for number, powers in found.items()}


@contextmanager
def house(folder: Path, chain: StarknetChain) -> Iterator[House]:
    made = House(folder, chain)
    with made.index, made.ledger, made.server:
        yield made


def ending(chain: StarknetChain) -> tuple[int, int]:
    """A proposal that had votes when its voting was half over, and the last block before that."""
    times = [block.told["timestamp"] for block in chain.blocks]
    for number, one in chain.blocks[-1].books.proposal.items():
        middle = (one.start + one.end) // 2
        fork = max(i for i, time in enumerate(times) if time < middle)
        told = chain.blocks[fork].books.proposal.get(number)
        if fork > FINAL and told is not None and sum(told.power) and one.end < times[-1]:
            return number, fork
    raise AssertionError("no proposal ended on this chain")


def agrees(moved: House, chain: StarknetChain, folder: Path) -> None:
    """That a house has what the books say, and what one has that saw no other branch."""
    books = chain.blocks[-1].books
    held = stakes({name.removeprefix("staking_"): _table(moved, name) for name in _staking()})
    assert {who: one.own for who, one in held.items()} == {
        word(who): own for who, own in books.own.items()
    }
    assert moved.votes() == {number: one.power for number, one in books.proposal.items()}
    with house(folder, chain) as fresh:
        fresh.sync(chain)
        assert fresh.rows() == moved.rows()


def _staking() -> list[str]:
    return [f"staking_{table}" for table in DATASETS[0].tables()]


def _table(of: House, name: str) -> Any:
    return of.index.rows("staking", name.removeprefix("staking_"), 0, 10**6)


def test_across_an_upgrade_events_are_read_by_the_branch_s_own_generation(
    grown: StarknetChain, tmp_path: Path
) -> None:
    other = grown.copy()
    other.upgrades = (12, 36, 44)  # there the upgrade comes six blocks later
    other.reorg(grown.head - UPGRADES[1] + 4, longer=3)
    with house(tmp_path / "moved", grown) as moved:
        moved.sync(grown)
        before = moved.rows()["staking_token_enabled"]  # what the generation with Bitcoin tells
        (found,) = moved.sync(other).reorganisations
        assert found.depth > grown.head - UPGRADES[1]
        after = moved.rows()["staking_token_enabled"]
        assert {row["block_number"] for row in before} == {30}
        assert {row["block_number"] for row in after} == {36}
        agrees(moved, other, tmp_path / "fresh")


def test_across_a_proposals_end_the_votes_of_the_other_branch_decide(
    grown: StarknetChain, tmp_path: Path
) -> None:
    number, fork = ending(grown)
    other = grown.copy()
    other.reorg(grown.head - fork, longer=2)
    one, two = (chain.blocks[-1].books.proposal[number] for chain in (grown, other))
    assert one.power != two.power
    with house(tmp_path / "moved", grown) as moved:
        moved.sync(grown)
        assert moved.votes()[number] == one.power
        moved.sync(other)
        assert moved.votes()[number] == two.power
        agrees(moved, other, tmp_path / "fresh")


def test_across_a_state_update_that_was_not_final_nothing_is_contested(
    grown: StarknetChain, tmp_path: Path
) -> None:
    """Blocks to 30 were settled by an update that went with its block of L1; others follow."""
    other = grown.copy()
    other.reorg(grown.head - 20, longer=4)
    other.settle(36)
    with house(tmp_path / "moved", grown) as moved:
        first = moved.sync(grown)
        assert first.final.number == FINAL
        second = moved.sync(other)
        assert [one.depth for one in second.reorganisations] == [grown.head - 20]
        assert second.final.number == 36
        assert second.final.hash == word(other.blocks[36].hash)
        agrees(moved, other, tmp_path / "fresh")
