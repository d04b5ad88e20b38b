"""On a running node: what is computed from events is what the contracts say, by either clock."""

import random
from pathlib import Path

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.commit.keccak import keccak
from psephos.publish.release import release
from psephos.settings import ChainSettings, DatasetSettings, Endpoint, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.anvil import witness
from tests.anvil.chain import Anvil, Contract, Transaction, hexed
from tests.anvil.witness import Witness

pytestmark = pytest.mark.anvil

SECONDS = 12
BLOCKS = 110
COINBASE = b"\xc0" * 20
NOTHING = ([bytes(20)], [0], [b""])


class Life:
    """A house whose people do at random whatever the contracts let them."""

    def __init__(self, anvil: Anvil, by_time: bool) -> None:
        self.anvil, self.chance = anvil, random.Random(int(by_time))
        anvil.rpc("anvil_setCoinbase", hexed(COINBASE))
        self.unit = SECONDS if by_time else 1
        unit = self.unit
        self.token = anvil.deploy("TokenByTime" if by_time else "Token", "T", "T", 10**27)
        self.timelock = anvil.deploy("Timelock", 60, [], [bytes(20)], anvil.accounts[0])
        settings = (3 * unit, 15 * unit, 0, 2, 6 * unit)
        self.house = anvil.deploy("House", self.token.address, self.timelock.address, *settings)
        self.vault = anvil.deploy("LockedGrant", self.token.address)
        self.proposed: list[tuple[int, bytes]] = []
        now = int(anvil.block("latest")["timestamp"], 16)
        roles = [keccak(name) for name in (b"PROPOSER_ROLE", b"CANCELLER_ROLE")]
        people = anvil.accounts
        anvil.send(
            *[self.timelock.tx("grantRole", role, self.house.address) for role in roles],
            self.token.tx("approve", self.vault.address, 10**27),
            *[self.token.tx("delegate", p, sender=p) for p in people[:5]],
            *[self.token.tx("transfer", p, 10**25 // (i + 1)) for i, p in enumerate(people[1:])],
            self.vault.tx("grant", people[1], 10**24 + 7, now, now + 300, now + 1_100),
            self.vault.tx("grant", people[2], 10**24 + 9, now, now, now + 10_000),
        )

    @property
    def people(self) -> list[bytes]:
        escrows = [self.vault.call("grants", p)[0] for p in self.anvil.accounts[1:3]]
        contracts = (self.token, self.timelock, self.house, self.vault)
        return [
            *self.anvil.accounts,
            *(bytes.fromhex(e[2:]) for e in escrows),
            *(c.address for c in contracts),
        ]

    def live(self, blocks: int) -> None:
        for _ in range(blocks):
            acts = [self.act() for _ in range(self.chance.randint(0, 6))]
            self.anvil.send(*[t for act in acts for t in act], check=False)

    def act(self) -> list[Transaction]:
        """Something that may well revert: then it leaves no event, and nothing may change."""
        chance, token, house = self.chance, self.token, self.house
        one, other = chance.choice(self.anvil.accounts), chance.choice(self.anvil.accounts)
        lot = chance.random()
        if lot < 0.2:
            return [token.tx("transfer", other, chance.randrange(10**24), sender=one)]
        if lot < 0.35:
            return [token.tx("delegate", chance.choice([other, bytes(20)]), sender=one)]
        if lot < 0.4:
            return [token.tx("mint", other, chance.randrange(10**24))]
        if lot < 0.45:
            return [token.tx("burn", chance.randrange(10**24), sender=one)]
        if lot < 0.5:
            who = chance.choice(self.anvil.accounts[1:3])
            return [self.vault.tx(*chance.choice([("release",), ("delegate", other)]), sender=who)]
        if lot < 0.53 or not self.proposed:
            text = f"proposal {len(self.proposed)}"
            id = house.call("hashProposal", *NOTHING, keccak(text.encode()))
            self.proposed.append((id, keccak(text.encode())))
            made = [house.tx("propose", *NOTHING, text, sender=one)]
            regret = [house.tx("cancel", *NOTHING, self.proposed[-1][1], sender=one)]
            return made + regret * (len(self.proposed) % 4 == 2)
        id, text_hash = chance.choice(self.proposed[-3:])
        if lot < 0.85:
            return [house.tx("castVote", id, chance.choice((0, 1, 1, 1, 2)), sender=one)]
        end = chance.choice(("queue", "execute"))
        return [house.tx(end, *NOTHING, text_hash, sender=one)]


def published(life: Life, folder: Path, *, by_time: bool) -> Release:
    """The chain of a life, collected with every block verified, and published."""
    token, timelock, house, vault = life.token, life.timelock, life.house, life.vault
    links = {"token": "strk", "timelock": "timelock"}
    clock = {"clock": "timestamp" if by_time else "blocknumber"}
    watched: dict[str, tuple[Contract, tuple[str, ...], dict[str, str]]] = {
        "strk": (token, ("erc20", "votes"), {}),
        "timelock": (timelock, ("timelock", "roles"), {}),
        "governor": (house, ("governor",), {**links, **clock}),
        "grants": (vault, ("grant",), {"token": "strk"}),
        "fees": (token, ("fees",), {}),
    }
    everything = tuple(c.address for c, _, _ in watched.values())
    endpoint = Endpoint(life.anvil.url, "anvil", rate=10_000)
    settings = Settings(
        ChainSettings("anvil", 31337, None, 0, (endpoint,)),
        tuple(
            DatasetSettings(
                name,
                sources,
                tuple(dict.fromkeys(everything)) if name == "fees" else (c.address,),
                c.block,
                links=more,
            )
            for name, (c, sources, more) in watched.items()
        ),
        folder / "index",
        folder / "releases",
    )
    datasets = [Dataset(d.name, 31337, d.contracts, d.sources, d.first) for d in settings.datasets]
    node = EthereumNode([endpoint])
    chain_id, genesis = node.identity()
    with (
        Index.open(settings.index, chain_id=chain_id, genesis=genesis) as index,
        Ledger.open(settings.ledger) as ledger,
    ):
        assert sync(node, index, datasets, ledger=ledger).complete
        release(index, ledger, settings.releases, settings)
    return Release.open(settings.releases)


def check_fees(release: Release, anvil: Anvil, block: int) -> None:
    """What every account lost in a block are its fees, failed transactions included; what the
    coinbase won is the priority fee."""

    def lost(who: bytes) -> int:
        return anvil.balance(who, block - 1) - anvil.balance(who, block)

    told = release.sql(
        "SELECT payer, sum(base_fee_burned + priority_fee) FROM fees_fee_transaction "
        "WHERE block_number = ? GROUP BY payer",
        [block],
    )
    paid = {payer: int(fee) for payer, fee in told.iter_rows()}
    assert paid == {who: n for who in anvil.accounts if (n := lost(who)) != 0}
    query = "SELECT priority_fee, base_fee_burned FROM fees_fee_block WHERE block_number = ?"
    tip, burned = (int(n) for n in release.sql(query, [block]).row(0))
    assert -lost(COINBASE) == tip
    assert sum(paid.values()) == tip + burned


@pytest.mark.parametrize(
    "by_time",
    [
        pytest.param(False, id="by block"),
        pytest.param(True, id="by timestamp", marks=pytest.mark.long),
    ],
)
def test_events_tell_what_the_contracts_say(anvil: Anvil, tmp_path: Path, by_time: bool) -> None:
    life = Life(anvil, by_time)
    life.live(BLOCKS)
    node = EthereumNode([Endpoint(anvil.url, "anvil", rate=10_000)])
    people, head, met = life.people, anvil.head(), set()
    with published(life, tmp_path, by_time=by_time) as found:
        for block in range(head - 99, head + 1, 9):
            ask = Witness(node, found, block)
            witness.check_token(ask, people)
            met |= {str(state) for state in witness.check_house(ask)}
            witness.check_parameters(ask)
            witness.check_grants(ask)
            check_fees(found, anvil, block)
            past = block - 5
            point = int(anvil.block(past)["timestamp"], 16) if by_time else past
            witness.check_snapshot(ask, people, past, point)
    assert met >= {"Pending", "Active", "Canceled", "Defeated"}
    assert met & {"Succeeded", "Queued", "Executed"}
