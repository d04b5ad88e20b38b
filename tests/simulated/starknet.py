"""A simulated Starknet chain whose every commitment is right, from transactions to state roots.

What happens follows from the seed (`starknet_life`), what holds after each block is in its books.
Blocks are in the shape of a 0.10 node; `starknet_rpc` answers questions about them in the shapes
of 0.8 to 0.10, and what lies is `starknet_lies`.

    chain = StarknetChain(seed=1)
    chain.grow(200)
    chain.reorg(30, longer=2)      thirty blocks replaced by thirty-two others
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Self

from psephos.commit.starknet.felt import keccak_250, short_string
from psephos.commit.starknet.hashes import Hashes, compiled
from psephos.commit.starknet.state import State
from tests.simulated.starknet_block import seal
from tests.simulated.starknet_books import Books, Event
from tests.simulated.starknet_life import deposit, happens
from tests.simulated.starknet_scene import (
    CONTRACTS,
    ETHER,
    SEQUENCER,
    STAKING,
    TOKEN,
    Generation,
    Scene,
    Setting,
    born,
    transfer,
)
from tests.simulated.starknet_sent import (
    DIFF,
    Done,
    at,
    declared,
    handled,
    invoked,
    receipt,
    replayed,
    stored,
)
from tests.simulated.starknet_stakes import upgraded

Json = dict[str, Any]

GENERATIONS: tuple[Generation, ...] = ("V1", "V2", "BTC", "V3")
REMEMBERED = 10
"""A block writes the hash of the block so many before it into the storage of contract 0x1."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its state update as a node of 0.10 tells them, and what holds after it."""

    told: Json
    update: Json
    books: Books

    @property
    def hash(self) -> int:
        return int(self.told["block_hash"], 16)


class StarknetChain:
    """A chain that grows, settles and goes back.

    `version` of the protocol, or a version for each first block. The staking contract becomes
    another at each block of `upgrades`. A `share` of the blocks has up to `busy` transactions, and
    `remember` says whether the others change the state, too. Accepted on L1 is what lies `lag`
    blocks behind the head, or what `settle` said.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        version: str | Mapping[int, str] = "0.14.1",
        chain: str = "SN_SEPOLIA",
        lag: int = 20,
        busy: int = 3,
        share: float = 1.0,
        interval: int = 30,
        upgrades: Sequence[int] = (50, 100, 150),
        remember: bool = True,
        hashes: Hashes | None = None,
        setting: Setting | None = None,
    ) -> None:
        self.setting = setting or Setting()
        self.seed, self.name, self.lag = seed, chain, lag
        self.busy, self.share = busy, share
        self.versions = {0: version} if isinstance(version, str) else dict(version)
        self.interval, self.upgrades, self.remember = interval, tuple(upgrades), remember
        self.hashes = hashes or compiled()
        self.random = Random(seed)
        self.blocks: list[Block] = []
        self.settled: int | None = None
        self.late = 0
        self._numbers: dict[int, int] = {}
        self._state: State | None = State()
        self._genesis()

    # growing

    def grow(self, count: int = 1) -> None:
        for _ in range(count):
            quiet = self.share < 1 and self.random.random() >= self.share
            busy = 0 if quiet else self.random.randrange(self.busy + 1)
            self._mine([self._deed() for _ in range(busy)])

    def reorg(self, depth: int, *, longer: int = 1) -> None:
        """Replace the newest `depth` blocks by `depth + longer` others."""
        assert 0 < depth < len(self.blocks)
        target = len(self.blocks) + longer
        self.back(depth)
        self.grow(target - len(self.blocks))

    def back(self, depth: int) -> None:
        """Forget the newest `depth` blocks; what follows them will be others."""
        del self.blocks[-depth:]
        self.random.seed(self.random.getrandbits(64))
        self.late += self.random.randrange(1, 9)  # or an empty block would be the same again
        self._books = self.blocks[-1].books
        self._state = None

    def settle(self, number: int) -> None:
        """Blocks up to this one are accepted on L1."""
        self.settled = number

    def copy(self) -> Self:
        """Another chain of the same blocks, that may go on otherwise; blocks are shared."""
        other = object.__new__(type(self))
        other.__dict__ |= self.__dict__ | {"blocks": list(self.blocks), "random": Random()}
        other.random.setstate(self.random.getstate())
        other._state = None
        return other

    @property
    def head(self) -> int:
        return len(self.blocks) - 1

    @property
    def accepted(self) -> int:
        """The newest block that is accepted on L1."""
        return max(0, self.head - self.lag) if self.settled is None else self.settled

    def generation(self, number: int) -> Generation:
        return GENERATIONS[sum(number >= first for first in self.upgrades)]

    def version(self, number: int) -> str:
        return self.versions[max(first for first in self.versions if first <= number)]

    # making a block

    def _genesis(self) -> None:
        events, books = self.born()
        diff = {
            "deployed_contracts": [
                at("address", a, "class_hash", keccak_250(b"class of %x" % a))
                for a in self.deployed()
            ],
            "declared_classes": [at("class_hash", keccak_250(b"a"), "compiled_class_hash", 5)],
        }
        self._books = books
        self._mine([Done(self._invoke(self.setting.people[0], TOKEN, "initialize"), events)], diff)

    def born(self) -> tuple[list[Event], Books]:
        """What the first block says, and what holds after it."""
        return born(Books(), self.setting)

    def deployed(self) -> Sequence[int]:
        """The contracts that are there from the first block on, accounts too."""
        return (*CONTRACTS, *self.setting.people)

    def _deed(self) -> Done:
        """One transaction, with its fee; it changes the books."""
        payer, chance = self.random.choice(self.setting.people), self.random.random()
        if chance < 0.06:
            message = handled(payer, TOKEN, self.random.getrandbits(32))
            done = deposit(self._scene())
            assert done is not None
            events, self._books = done
            return Done(message, events)
        old = not self.version(len(self.blocks)).startswith("0.14") and self.random.random() < 0.5
        words = [self.random.getrandbits(249) + 1 for _ in range(2)]
        sent = declared(self._signer(payer), *words) if chance < 0.09 else None
        if chance < 0.16:  # what only pays
            sent = sent or self._invoke(payer, TOKEN, "transfer", old=old)
            return self._paid(Done(sent, [], failed=chance >= 0.09), payer)
        events, self._books = happens(self._scene())
        name = "multicall" if len({event[0] for event in events}) > 1 else "call"
        return self._paid(Done(self._invoke(payer, events[0][0], name, old=old), events), payer)

    def _paid(self, done: Done, payer: int) -> Done:
        """The same with its fee, as the last event and in the books."""
        old = done.sent["version"] == "0x1"
        token, unit = (ETHER, "WEI") if old else (TOKEN, "FRI")
        fee = self.random.randrange(1, 10**15)
        self._books = self._books.moved(token, payer, SEQUENCER, fee)
        events = [*done.events, transfer(token, payer, SEQUENCER, fee)]
        return replace(done, events=events, fee=fee, unit=unit)

    def _scene(self) -> Scene:
        number = len(self.blocks)
        time, generation = self._time(number), self.generation(number)
        return Scene(self.random, self._books, time, number, generation, self.setting)

    def _time(self, number: int) -> int:
        return 1_750_000_000 + self.interval * number + self.late

    def _mine(self, done: list[Done], diff: Json | None = None) -> None:
        number = len(self.blocks)
        old = self.blocks[-1].books if self.blocks else Books()
        made: Json = {name: [] for name in DIFF} | (diff or {})
        if number in self.upgrades:
            generation = self.generation(number)
            class_hash = keccak_250(generation.encode())
            done = [*done, self._upgrade(generation)]
            made["replaced_classes"] = [at("contract_address", STAKING, "class_hash", class_hash)]
        made |= self._changes(old, done)
        root = self.blocks[-1].update["new_root"] if self.blocks else "0x0"
        state = self.state(number - 1) if self._state is None else self._state
        replayed(state, [made])
        self._state = state
        update = {
            "old_root": root,
            "new_root": hex(state.root(since_0_14=self._since_0_14(number))),
            "state_diff": made,
        }
        block = self._bare(number, done) | {"new_root": update["new_root"]}
        told, update = seal(block, update, self.name, self.hashes)
        self.blocks.append(Block(told, update, self._books))

    def _since_0_14(self, number: int) -> bool:
        return self.version(number).startswith("0.14")

    def _upgrade(self, generation: Generation) -> Done:
        first = self.setting.people[0]
        done = Done(self._invoke(first, STAKING, "replace_to"), upgraded(generation, self.setting))
        return self._paid(done, first)

    def _bare(self, number: int, done: Sequence[Done]) -> Json:
        """A block that says nothing about itself yet."""
        return {
            "status": "ACCEPTED_ON_L2",
            "parent_hash": self.blocks[-1].told["block_hash"] if self.blocks else "0x0",
            "block_number": number,
            "timestamp": self._time(number),
            "sequencer_address": hex(SEQUENCER),
            **self.prices(number),
            "l1_da_mode": "BLOB",
            "starknet_version": self.version(number),
            "transactions": [{"transaction": one.sent, "receipt": receipt(one)} for one in done],
        }

    def prices(self, number: int) -> Json:
        """What the gas of L1, of its data and of L2 costs in a block, in wei and fri."""
        gas = 10**9 + 17 * number
        told = {
            "l1_gas_price": (gas, 20_000 * gas),
            "l1_data_gas_price": (1, 20_000),
            "l2_gas_price": (gas // 10_000, 2 * gas),
        }
        return {
            name: {"price_in_wei": hex(wei), "price_in_fri": hex(fri)}
            for name, (wei, fri) in told.items()
        }

    def _changes(self, old: Books, done: Sequence[Done]) -> Json:
        """What storage, nonces and classes a block changed."""
        number = len(self.blocks)
        changed = stored(old, self._books)
        if number >= REMEMBERED and (self.remember or done):
            before = self.blocks[number - REMEMBERED].hash
            changed.setdefault(1, {})[number - REMEMBERED] = before
        classes = [
            {name: one.sent[name] for name in ("class_hash", "compiled_class_hash")}
            for one in done
            if one.sent["type"] == "DECLARE"
        ]
        told: Json = {"declared_classes": classes} if self.blocks else {}
        return told | {
            "storage_diffs": [
                {
                    "address": hex(address),
                    "storage_entries": [at("key", k, "value", v) for k, v in table.items()],
                }
                for address, table in changed.items()
            ],
            "nonces": [
                at("contract_address", who, "nonce", value)
                for who, value in self._books.nonce.items()
                if value != old.nonce.get(who)
            ],
        }

    def _signer(self, who: int) -> Json:
        """Who signs the next transaction, with its nonce."""
        nonce = self._books.nonce.get(who, 0)
        self._books = self._books.put("nonce", who, nonce + 1)
        signed = [hex(self.random.getrandbits(250)) for _ in range(2)]
        return {"sender_address": hex(who), "nonce": hex(nonce), "signature": signed}

    def _invoke(self, who: int, to: int, name: str, *, old: bool = False) -> Json:
        return invoked(self._signer(who), to, name, self.random.getrandbits(64), old=old)

    # looking back

    def state(self, number: int) -> State:
        """The state after a block, replayed."""
        state = State()
        replayed(state, [block.update["state_diff"] for block in self.blocks[: number + 1]])
        return state

    def number_of(self, block_hash: int) -> int:
        """The number of the block of this hash; -1 where there is none."""
        found = self._numbers.get(block_hash, len(self.blocks))
        if found >= len(self.blocks) or self.blocks[found].hash != block_hash:
            self._numbers = {block.hash: i for i, block in enumerate(self.blocks)}
        return self._numbers.get(block_hash, -1)

    def chain_id(self) -> int:
        return short_string(self.name)
