"""Each promise kept once and broken once on a simulated chain: logs in blocks whose every root is
right, collected, sealed, released and judged like any other chain."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.verify import Verify
from psephos.publish.release import release
from psephos.results.labels.entities import Entities, Entity
from psephos.results.promises.judge import judge
from psephos.results.promises.promise import Result
from psephos.settings import ChainSettings, DatasetSettings, Endpoint, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.chain.entries import entry
from tests.chain.test_starknet import SEPOLIA, Trusting
from tests.results.house import House, address
from tests.results.test_promises import CASES, FACTS, SHIPPED, at, put
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import Log, Told, at_once
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import STAKING, TOKEN
from tests.simulated.starknet_seeds import dataset
from tests.simulated.starknet_view import View

pytestmark = pytest.mark.long
OF_HEADERS = {"equal-price", "services-decentralised"}
"""These rest on headers and payers, not on events: on the simulated Starknet chain, below."""
LAG = 3


class Timed(Told):
    """A chain whose blocks have the times of a house."""

    def __init__(self, times: Mapping[int, int]) -> None:
        self.times = times
        super().__init__(0, lag=LAG)

    def _time(self, number: int) -> int:
        before = [block for block in self.times if block <= number]
        if before:
            return self.times[max(before)] + number - max(before)
        return min(self.times.values()) - 3_600 + number

    def code(self, address: bytes, block: int) -> bytes:
        """Whoever tells of itself is there."""
        return b"\x60\x00"


def value(solidity: str, given: Any) -> Any:
    """A row's cell as eth_abi takes it; what a row leaves out is nothing."""
    if solidity.endswith("[]"):
        return [value(solidity[:-2], one) for one in given or []]
    if given is None:
        return {"string": "", "bytes": b"", "bytes32": bytes(32), "address": bytes(20)}.get(
            solidity, solidity == "bool" or 0
        )
    if "int" in solidity and isinstance(given, bytes):
        return int.from_bytes(given, "big")
    return given


def logs_of(house: House) -> dict[int, list[Log]]:
    """Every row of a house as the log its contract emits, by block, in their order."""
    found: dict[int, list[tuple[int, Log]]] = {}
    for name, watched in house.watched.items():
        shapes: dict[str, Any] = {}
        for shape in watched.shapes:
            shapes.setdefault(shape.table, shape)
        for table, shape in shapes.items():
            for row in house.rows.get(f"{name}_{table}", ()):
                cells = [value(c.type, row.get(c.name)) for c in shape.columns]
                made = entry(shape, *cells, contract=row["contract"])
                log = (row["contract"], list(made.topics), made.data)
                found.setdefault(row["block_number"], []).append((row["log_index"], log))
    return {block: [log for _, log in sorted(logs, key=lambda one: one[0])]
            for block, logs in found.items()}  # fmt: skip


@contextmanager
def released(house: House, last: int, folder: Path, producers: int = 12) -> Iterator[Release]:
    """A house played on a simulated chain: its release."""
    assert house.times is not None
    chain = Timed(house.times)
    del chain.blocks[1:]
    chain.people = chain.people[:producers]
    said = logs_of(house)
    for number in range(len(chain.blocks), last + LAG + 1):
        chain._mine([said[number]] if number in said else [])
    datasets = [
        Dataset(one.name, SimulatedChain.CHAIN, one.contracts, one.sources, 0)
        for one in house.watched.values()
    ]
    own = tuple(
        DatasetSettings(d.name, d.sources, d.contracts, 0, links=house.links.get(d.name, {}))
        for d in datasets
    )
    settings = Settings(ChainSettings("simulated", SimulatedChain.CHAIN, None, 0, ()), own, folder,
                        folder / "releases")  # fmt: skip
    with Index.open(folder / "i.duckdb") as index, Ledger.open(folder / "l.bin") as ledger:
        sync(chain, index, datasets, ledger=ledger, pause=at_once, verify=Verify.parse("headers"))
        release(index, ledger, settings.releases, settings)
    with Release.open(settings.releases) as found:
        yield found


class Played(House):
    """A house that is opened as the release of a simulated chain."""

    folder: Path
    held: ExitStack

    def open(self, final: int, *_: Any, **__: Any) -> Any:
        return self.held.enter_context(released(self, final, self.folder))


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "broken"])
@pytest.mark.parametrize("name", sorted(SHIPPED.keys() - OF_HEADERS))
def test_a_promise_is_kept_by_one_simulated_chain_and_broken_by_another(
    name: str, kept: bool, tmp_path: Path
) -> None:
    make, block = CASES[name][0 if kept else 1]
    wanted = Result.KEPT if kept else Result.BROKEN
    day = FACTS.get(name, ("", ""))[0 if kept else 1]
    with ExitStack() as held:

        def played() -> House:
            house: Any = make()
            house.__class__ = Played
            house.folder, house.held = tmp_path, held
            return house  # type: ignore[no-any-return]

        result, found = put(name, (played, block), day, SimulatedChain.CHAIN)
        assert result == wanted
        told = [one for one in found if one.result == wanted]
        assert all(one.evidence.level == "complete" for one in told)  # every root of every block


@pytest.fixture(scope="module")
def starknet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StarknetChain, Release]]:
    """The simulated Starknet chain with its fees, stakes and pools, released."""
    chain = StarknetChain(seed=7, upgrades=(15, 30, 45), interval=8_000, lag=8)
    chain.grow(70)
    pools = sorted({pool for block in chain.blocks for pool in block.books.pool.values()})
    datasets = [
        dataset("strk", "starknet_erc20", TOKEN),
        dataset("staking", "starknet_staking", STAKING),
        dataset("pools", "starknet_pool", *pools),
        dataset("fees", "starknet_fees", TOKEN),
    ]
    folder = tmp_path_factory.mktemp("promises")
    own = tuple(DatasetSettings(d.name, d.sources, d.contracts, 0) for d in datasets)
    settings = Settings(ChainSettings("simulated", SEPOLIA, None, 0, (), kind="starknet"), own,
                        folder, folder / "releases")  # fmt: skip
    with (
        Index.open(folder / "i.duckdb", chain_id=SEPOLIA, genesis=None) as index,
        Ledger.open(folder / "l.bin") as ledger,
        Server(View(chain)) as server,
    ):
        node = Trusting([Endpoint(server.url, "simulated", rate=100_000)])
        sync(node, index, datasets, ledger=ledger, pause=at_once)
        release(index, ledger, settings.releases, settings)
    with Release.open(settings.releases) as found:
        yield chain, found


def judged(found: Release, name: str, labels: Entities | None = None, **given: Any) -> Result:
    """The result of a promise's newest words on a release, with some of their parameters set."""
    promise = replace(SHIPPED[name], chains=(SEPOLIA,))
    versions = [
        replace(one, since=one.since.replace(year=2020), 
                given={**one.given, **given})
        for one in promise.versions
    ]  # fmt: skip
    return judge(found, [replace(promise, versions=tuple(versions))], None, labels)[-1].result


def test_equal_prices_are_kept_by_a_base_fee_and_broken_by_payments_off_the_formula(
    starknet: tuple[StarknetChain, Release], tmp_path: Path
) -> None:
    """A block of Ethereum has one base fee; the simulated Starknet chain draws its fees at will."""
    with ExitStack() as held:
        found = held.enter_context(released(paying(), 9, tmp_path))
        promise = replace(SHIPPED["equal-price"], chains=(SimulatedChain.CHAIN,))
        assert judge(found, [promise])[-1].result == Result.KEPT
    _, other = starknet
    assert judged(other, "equal-price") == Result.BROKEN


@pytest.mark.parametrize(("producers", "wanted"), [(12, Result.KEPT), (1, Result.BROKEN)])
def test_several_producers_keep_what_one_breaks(
    producers: int, wanted: Result, tmp_path: Path
) -> None:
    promise = replace(SHIPPED["services-decentralised"], chains=(SimulatedChain.CHAIN,))
    with ExitStack() as held:
        found = held.enter_context(released(paying(), 9, tmp_path, producers))
        assert judge(found, [promise])[-1].result == wanted


def paying() -> House:
    """Transfers of a watched token, each paid for, in December 2023."""
    house = House()
    house.watched = {"dao": house.watched["dao"]}
    contract = house.watched["dao"].contracts
    house.watched["fees"] = Dataset("fees", 1, contract, ("fees",), 1)
    house.times = {1: at("2023-12-10"), 9: at("2024-02-01")}
    for block in range(1, 9):
        house.transfer(block, bytes(20), address(block), 5)
    return house


def test_delegation_of_the_foundation_is_matched_or_not(
    starknet: tuple[StarknetChain, Release],
) -> None:
    """By the chain's own books: a member that has less in a pool than the staker's own, or more."""
    chain, found = starknet
    books = chain.blocks[found.final].books
    staker_of = {pool: of for (of, token), pool in books.pool.items() if token == TOKEN}
    given: dict[int, dict[int, int]] = {}
    for (pool, who), amount in books.member.items():
        if amount and pool in staker_of:
            of = given.setdefault(who, {})
            of[staker_of[pool]] = of.get(staker_of[pool], 0) + amount
    assert given
    for who, stakers in given.items():
        label = Entity("Foundation", "foundation", "made up")
        labels = Entities.labelled(SEPOLIA, {who.to_bytes(32, "big"): label})
        matched = all(amount <= (books.own.get(of) or 0) for of, amount in stakers.items())
        wanted = Result.KEPT if matched else Result.BROKEN
        assert judged(found, "foundation-delegates", labels, most=10**12) == wanted
        assert judged(found, "foundation-delegates", labels, most=0) == Result.BROKEN
