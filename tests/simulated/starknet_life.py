"""What happens on a simulated Starknet chain: deeds, drawn by how often they are done.

Layouts of protocol.md: the staking contract of all generations, delegation pools, attestation,
a Snapshot X space, vSTRK, and both layouts of ERC-20. A deed more is a line of `DEEDS`.
"""

from collections.abc import Mapping

from tests.simulated.starknet_books import Books, Event
from tests.simulated.starknet_scene import TOKEN, WRAPPED, Deed, Done, Scene, transfer
from tests.simulated.starknet_stakes import (
    delegate_stake,
    exit_intent,
    leave,
    leave_pool,
    open_pool,
    reward,
    stake,
    take_out,
)
from tests.simulated.starknet_votes import delegate_votes, finish, lock, propose, vote


def send(token: int) -> Deed:
    """Somebody pays somebody."""

    def deed(scene: Scene) -> Done:
        giver, taker = scene.random.sample(scene.setting.people, 2)
        amount = scene.random.randrange(scene.books.held(token, giver) // 3 + 1)
        moved = scene.books.moved(token, giver, taker, amount)
        return [transfer(token, giver, taker, amount)], moved

    return deed


def deposit(scene: Scene) -> Done:
    """Minted by the bridge for what came from L1."""
    taker, amount = scene.random.choice(scene.setting.people), scene.random.randrange(1, 10**20)
    return [transfer(TOKEN, 0, taker, amount)], scene.books.moved(TOKEN, 0, taker, amount)


DEEDS: Mapping[Deed, int] = {
    send(TOKEN): 6,
    send(WRAPPED): 3,
    stake: 3,
    open_pool: 2,
    delegate_stake: 5,
    leave_pool: 2,
    take_out: 2,
    exit_intent: 1,
    leave: 1,
    reward: 3,
    lock: 4,
    delegate_votes: 3,
    propose: 1,
    vote: 4,
    finish: 1,
}
"""How often each is tried."""


def happens(scene: Scene) -> tuple[list[Event], Books]:
    """One deed: that which was drawn, or a transfer where nobody can do it."""
    drawn = scene.random.choices(list(DEEDS), list(DEEDS.values()))[0]
    done = drawn(scene)
    if done is None:
        done = next(iter(DEEDS))(scene)
    assert done is not None
    return done
