"""The sample's Starknet: the simulated chain of the tests, which plays a script.

Fees follow the formula, in both units; a block holds acts of the script and what chance adds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from data.sample.starknet import cast
from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_books import Books, Event, emitted
from tests.simulated.starknet_life import send
from tests.simulated.starknet_scene import (
    CONTRACTS,
    CURVE,
    ETHER,
    FACTORY,
    SEQUENCER,
    SPACE,
    STAKING,
    TOKEN,
    VSTRK,
    WRAPPED,
    Deed,
    transfer,
)
from tests.simulated.starknet_sent import GAS, Done, declared
from tests.simulated.starknet_stakes import delegate_stake, leave_pool, stake
from tests.simulated.starknet_votes import delegate_votes, lock

Json = dict[str, Any]

AMBIENT = {
    send(TOKEN): 6,
    send(WRAPPED): 2,
    send(ETHER): 2,
    stake: 1,
    delegate_stake: 3,
    leave_pool: 2,
    lock: 2,
    delegate_votes: 1,
}
"""What chance adds, and how often."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does in a transaction of its own, if it can be done then.

    `calldata` where it is more than a call of one function; `failed`: paid for nothing.
    """

    payer: int
    deed: Deed
    name: str = "call"
    calldata: Sequence[int] = ()
    failed: bool = False
    messages: tuple[Json, ...] = ()
    made: tuple[tuple[int, int], ...] = ()
    declares: tuple[int, int] | None = None


def said(*events: Event) -> Deed:
    """A deed that changes no book."""
    return lambda scene: (list(events), scene.books)


class Chain(StarknetChain):
    """The chain of the sample; `at` puts an act on the agenda of a block, `play` plays them all."""

    def __init__(self) -> None:
        self.agenda: dict[int, list[Act]] = {}
        self.handled: dict[int, list[Callable[[Chain], Done]]] = {}
        self.leaving: list[int] = []
        self.before: list[Callable[[Chain], None]] = []
        super().__init__(
            cast.SEED,
            version=cast.VERSIONS,
            chain=cast.CHAIN,
            interval=cast.INTERVAL,
            upgrades=(cast.V2, cast.BTC, cast.V3),
            remember=False,
            setting=cast.SETTING,
        )

    # the beginning

    def born(self) -> tuple[list[Event], Books]:
        """Tokens for everybody, and the parameters of the contracts."""
        books, rules = Books(), self.setting
        times = (rules.voting_time, rules.voting_time, rules.voting_delay)
        uri = int.from_bytes(b"ipfs://space", "big")
        events = [
            emitted(FACTORY, "NewContractDeployed", (), keccak_250(b"class of a space"), SPACE),
            emitted(
                SPACE, "SpaceCreated", (), SPACE, cast.FOUNDATION, *times,
                7, 0, 0, 1, 8, 1, VSTRK, 1, 0, 1, 9, 1, uri, 0,
            ),
        ]  # fmt: skip
        for person in cast.EVERYBODY:
            bitcoin = 10**10 if person in cast.DELEGATORS[:12] else 10**7
            for token, amount in ((TOKEN, cast.HELD[person]), (ETHER, 10**20), (WRAPPED, bitcoin)):
                events.append(transfer(token, 0, person, amount))
                books = books.moved(token, 0, person, amount)
        events += [
            emitted(CURVE, "TotalSupplyChanged", (), 0, 10**28),
            emitted(CURVE, "MintingCapChanged", (), 0, 160),
            emitted(STAKING, "MinimumStakeChanged", (), 0, 20_000 * cast.STRK),
            emitted(STAKING, "ExitWaitWindowChanged", (), 0, rules.exit_window),
        ]
        return events, books

    def deployed(self) -> Sequence[int]:
        """The contracts that are there from the first block on, accounts too."""
        others = (SEQUENCER, cast.FORWARDER, cast.DEPLOYER, cast.L2_BRIDGE)
        return (*CONTRACTS, *cast.EVERYBODY, *others)

    # playing

    def at(self, block: int, payer: int, deed: Deed, name: str = "call", **more: Any) -> None:
        """Put an act on the agenda of a block that is still to come."""
        assert len(self.blocks) <= block <= cast.HEAD, block
        self.agenda.setdefault(block, []).append(Act(payer, deed, name, **more))

    def play(self, head: int = cast.HEAD) -> None:
        """Play the agenda up to `head`."""
        while len(self.blocks) <= head:
            number = len(self.blocks)
            for act in self.before:
                act(self)
            self.late += 9 * 3600 if number == cast.STALL else 0
            done = [self._done(act) for act in self.agenda.pop(number, [])]
            done += [self._ambient() for _ in range(self.random.randrange(1, 4))]
            done += [make(self) for make in self.handled.pop(number, [])]
            kept = [one for one in done if one is not None]
            made = [
                {"address": hex(address), "class_hash": hex(of)}
                for one in kept
                for address, of in one.made
            ]
            self._mine(kept, {"deployed_contracts": made})

    def _ambient(self) -> Done | None:
        """Something by chance, by whom it befits."""
        deed = self.random.choices(list(AMBIENT), list(AMBIENT.values()))[0]
        before = self._books.leaving
        found = self._done(Act(self.random.choice(self.setting.people), deed))
        if self._books.leaving.keys() - before.keys():
            self.leaving.append(len(self.blocks))
        return found

    def _done(self, act: Act) -> Done | None:
        found = act.deed(self._scene())
        if found is None:
            return None
        events, books = found
        old = not self._since_0_14(len(self.blocks)) and self.random.random() < 0.4
        to = events[0][0] if events else act.payer
        if not act.failed:
            self._books = books
        if act.declares:
            sent = declared(self._signer(act.payer), *act.declares)
        else:
            sent = self._invoke(act.payer, to, act.name, old=old and not act.calldata)
        if act.calldata:
            sent |= {"calldata": [hex(word) for word in act.calldata]}
        done = Done(
            sent,
            [] if act.failed else events,
            failed=act.failed,
            messages=act.messages,
            made=act.made,
        )
        return self._paid(done, act.payer)

    def _paid(self, done: Done, payer: int) -> Done:
        """The same with its fee by the formula, as the last event and in the books."""
        number = len(self.blocks)
        old = done.sent["version"] == "0x1"
        token, unit = (ETHER, "WEI") if old else (TOKEN, "FRI")
        l2 = 400_000 + 140_000 * len(done.events) + 1_000 * self.random.randrange(200)
        gas = (0, 128 + 64 * len(done.events), l2)
        tip = 0
        if self._since_0_14(number) and self.random.random() < 0.3:
            tip = self.random.choice((1, 2, 5, 10)) * 10**8
            done.sent["tip"] = hex(tip)
        prices = self.prices(number)
        price = [int(prices[f"{name}_price"][f"price_in_{unit.lower()}"], 16) for name in GAS]
        fee = sum(g * p for g, p in zip(gas, price, strict=True)) + l2 * tip
        self._books = self._books.moved(token, payer, SEQUENCER, fee)
        events = [*done.events, transfer(token, payer, SEQUENCER, fee)]
        return replace(done, events=events, fee=fee, unit=unit, gas=gas)

    def prices(self, number: int) -> Json:
        """L1's price goes up and down by the day; an ether costs 20,000 STRK."""
        gas = Random(f"price {number // cast.A_DAY}").randrange(10**9, 30 * 10**9)
        told = {
            "l1_gas_price": gas,
            "l1_data_gas_price": gas // 10_000,
            "l2_gas_price": max(gas // 100_000, 150_000),
        }
        return {
            name: {"price_in_wei": hex(wei), "price_in_fri": hex(20_000 * wei)}
            for name, wei in told.items()
        }

    def _time(self, number: int) -> int:
        return cast.START + self.interval * number + self.late

    def minted(self, token: int, taker: int, amount: int) -> None:
        """Note in the books what came from L1."""
        self._books = self._books.moved(token, 0, taker, amount)

    def power_at(self, time: int) -> dict[int, int]:
        """Voting power of everybody after the last block of that time or before."""
        past = [b for b in self.blocks if b.told["timestamp"] <= time]
        return dict(past[-1].books.power)
