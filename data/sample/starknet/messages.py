"""Messages between the sample's two chains: deposits, withdrawals, one forgotten, one cancelled."""

from dataclasses import dataclass

from data.sample.allocation import GENESIS, HOUR
from data.sample.starknet import cast
from data.sample.starknet.chain import Chain
from tests.simulated.starknet_books import emitted, selector, u256
from tests.simulated.starknet_scene import TOKEN, Scene, transfer
from tests.simulated.starknet_scene import Done as Outcome
from tests.simulated.starknet_sent import Done

HANDLER = selector("handle_deposit")


@dataclass(frozen=True, slots=True)
class Deposit:
    """A message from L1: sent in a block there, handled in one here (None: never)."""

    nonce: int
    sent: int
    handled: int | None
    who: int
    amount: int
    cancelled: bool = False

    @property
    def payload(self) -> tuple[int, ...]:
        return self.who, *u256(self.amount)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A message to L1, in a block here."""

    block: int
    who: int
    amount: int

    @property
    def payload(self) -> tuple[int, ...]:
        return 0, int.from_bytes(cast.BRIDGE, "big"), *u256(self.amount)


def l1_block(block: int) -> int:
    """The newest block of the sample's L1 when a block of its Starknet is made."""
    late = 9 if block >= cast.STALL else 0
    return (cast.START + cast.INTERVAL * block - GENESIS) // HOUR + late


def deposits() -> list[Deposit]:
    """One a day and a half, one to five hours under way; one is taken back, one is pending."""
    found = [
        (l1_block(block) - 1 - (i * 7) % 5, block, i)
        for i, block in enumerate(range(36, cast.HEAD - 40, 18))
    ]
    found += [(1_500, None, 77), (2_290, None, 78)]
    return [
        Deposit(
            nonce,
            sent,
            handled,
            cast.USERS[i % len(cast.USERS)],
            (2_000 + 777 * i) * cast.STRK,
            cancelled=i == 77,
        )
        for nonce, (sent, handled, i) in enumerate(sorted(found))
    ]


def withdrawals() -> list[Withdrawal]:
    return [
        Withdrawal(block, cast.USERS[i], (500 + 99 * i) * cast.STRK)
        for i, block in enumerate(range(90, cast.HEAD - 60, 70))
    ]


def plan(chain: Chain) -> None:
    """Deposits where they are handled, withdrawals where they begin."""
    for one in deposits():
        if one.handled is not None:
            chain.handled.setdefault(one.handled, []).append(lambda c, d=one: handle(c, d))
    for out in withdrawals():
        told = {
            "from_address": hex(cast.L2_BRIDGE),
            "to_address": "0x" + cast.BRIDGE.hex(),
            "payload": [hex(word) for word in out.payload],
        }
        chain.at(
            out.block,
            out.who,
            lambda s, w=out: withdraw(s, w),
            "initiate_token_withdraw",
            messages=(told,),
        )


def handle(chain: Chain, deposit: Deposit) -> Done:
    """The transaction by which a deposit arrives: paid for on L1."""
    sent = {
        "type": "L1_HANDLER",
        "version": "0x0",
        "nonce": hex(deposit.nonce),
        "contract_address": hex(cast.L2_BRIDGE),
        "entry_point_selector": hex(HANDLER),
        "calldata": [hex(word) for word in (int.from_bytes(cast.BRIDGE, "big"), *deposit.payload)],
    }
    chain.minted(TOKEN, deposit.who, deposit.amount)
    events = [
        transfer(TOKEN, 0, deposit.who, deposit.amount),
        emitted(cast.L2_BRIDGE, "DepositHandled", (0, deposit.who), *u256(deposit.amount)),
    ]
    return Done(sent, events)


def withdraw(scene: Scene, out: Withdrawal) -> Outcome:
    """STRK is burned, and a message says so."""
    burned = scene.books.moved(TOKEN, out.who, 0, out.amount)
    to = int.from_bytes(cast.BRIDGE, "big")
    return [
        transfer(TOKEN, out.who, 0, out.amount),
        emitted(cast.L2_BRIDGE, "WithdrawInitiated", (0, to, out.who), *u256(out.amount)),
    ], burned
