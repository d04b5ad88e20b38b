"""The scene of a simulated Starknet chain: who is there, and what the first block says.

A deed takes the scene, and gives the events and the books after it; None where nobody can do it
now. Deeds are `starknet_stakes` and `starknet_votes`; `starknet_life` draws them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet_books import Books, Event, emitted, u256

NAMES = (
    "token", "ether", "wrapped", "staking", "attestation", "supplier", "curve", "factory",
    "space", "vstrk",
)  # fmt: skip
STRK = 0x4718F5A0FC34CC1AF16A1CDEE98FFB20C31F5CD61D6AB07201858F4287C938D
CONTRACTS = (STRK, *(keccak_250(name.encode()) for name in NAMES[1:]))
TOKEN, ETHER, WRAPPED, STAKING, ATTESTATION, SUPPLIER, CURVE, FACTORY, SPACE, VSTRK = CONTRACTS
"""TOKEN, ETHER and VSTRK tell transfers in data, WRAPPED (a BTC wrapper) in keys. TOKEN is STRK, at
its real address: the staking contract has it as a constant."""
SEQUENCER = keccak_250(b"sequencer")

PEOPLE = tuple(keccak_250(b"person %d" % i) for i in range(24))
STAKERS, MEMBERS = PEOPLE[:6], PEOPLE[6:18]

Generation = Literal["V1", "V2", "BTC", "V3"]
EXIT_WINDOW = 600
VOTING_DELAY, VOTING_TIME = 60, 900


@dataclass(frozen=True, slots=True)
class Setting:
    """Who plays, and how long things take, in seconds."""

    people: tuple[int, ...] = PEOPLE
    stakers: tuple[int, ...] = STAKERS
    members: tuple[int, ...] = MEMBERS
    exit_window: int = EXIT_WINDOW
    voting_delay: int = VOTING_DELAY
    voting_time: int = VOTING_TIME
    epoch: tuple[int, int] = (1800, 40)
    """Seconds, and blocks, of an epoch."""


@dataclass(frozen=True, slots=True)
class Scene:
    """When and in which state of things a deed is done."""

    random: Random
    books: Books
    time: int
    number: int
    generation: Generation
    setting: Setting = Setting()

    @property
    def paired(self) -> bool:
        """Whether the staking contract names the token (since BTC)."""
        return self.generation in ("BTC", "V3")


Done = tuple[list[Event], Books] | None
Deed = Callable[[Scene], Done]


def transfer(token: int, giver: int, taker: int, amount: int) -> Event:
    if token == WRAPPED:
        return emitted(token, "Transfer", (giver, taker), *u256(amount))
    return emitted(token, "Transfer", (), giver, taker, *u256(amount))


def born(books: Books, setting: Setting) -> tuple[list[Event], Books]:
    """The first block: supply for everybody, and the parameters of the contracts."""
    uri, people = int.from_bytes(b"ipfs://space", "big"), setting.people
    times = (setting.voting_time, setting.voting_time, setting.voting_delay)
    rules = (*times, 7, 0, 0, 1, 8, 1, VSTRK, 1, 0, 1, 9)
    events = [
        emitted(FACTORY, "NewContractDeployed", (), 17, SPACE),
        emitted(SPACE, "SpaceCreated", (), SPACE, people[0], *rules, 1, uri, 0),
    ]
    for person in people:
        for token, amount in ((TOKEN, 10**24), (ETHER, 10**21), (WRAPPED, 10**10)):
            events.append(transfer(token, 0, person, amount))
            books = books.moved(token, 0, person, amount)
    supply = books.supply(TOKEN)
    events += [
        emitted(CURVE, "TotalSupplyChanged", (), 0, supply),
        emitted(STAKING, "MinimumStakeChanged", (), 0, 10**21),
        emitted(STAKING, "ExitWaitWindowChanged", (), 0, setting.exit_window),
    ]
    return events, books
