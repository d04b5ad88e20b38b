"""What is voted on in the sample's Snapshot X space, and how; before it, vSTRK is locked."""

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from data.sample.starknet import cast
from data.sample.starknet.chain import Chain, said
from tests.simulated.starknet_books import emitted
from tests.simulated.starknet_scene import SPACE, Deed, Scene
from tests.simulated.starknet_scene import Done as Outcome
from tests.simulated.starknet_votes import entrusted, finished, locked, proposed, voted

Fate = Literal["executed", "rejected", "cancelled", "silent", "open"]

FOR, AGAINST = 1, 0


@dataclass(frozen=True, slots=True)
class Vote:
    """A proposal, when it is made, by which delegate, and what becomes of it."""

    title: str
    block: int
    author: int
    fate: Fate
    yes: int
    """How many of ten voters are for it."""


VOTES = (
    Vote("Staking, phase two: attestations", 60, 0, "executed", 9),
    Vote("Raise the minting curve to four per cent", 150, 3, "rejected", 3),
    Vote("Bitcoin may be staked", 240, 1, "executed", 8),
    Vote("Halve the exit window", 330, 5, "cancelled", 5),
    Vote("A budget for builders", 400, 2, "rejected", 7),
    Vote("Rename the space", 470, 7, "silent", 0),
    Vote("Lower the minimum stake", 680, 4, "open", 6),
)


def uri(vote: Vote) -> str:
    """Where the text lies: the address is the hash of its bytes (CIDv1, raw, SHA2-256)."""
    digest = sha256(vote.title.encode()).digest()
    name = b32encode(bytes.fromhex("01551220") + digest).decode().rstrip("=").lower()
    return f"ipfs://b{name}"


def plan(chain: Chain) -> None:
    """Locks and delegations in the first days, then the votes; one rule of the space changes."""
    plan_power(chain)
    for number, vote in enumerate(VOTES, 1):
        chain.at(vote.block, cast.DELEGATES[vote.author], _propose(vote), "propose")
        plan_votes(chain, number, vote)
        if vote.fate == "executed":
            chain.at(vote.block + 6 * cast.A_DAY + 8, cast.USERS[0], _finish(number, True))
        if vote.fate == "cancelled":
            author = cast.DELEGATES[vote.author]
            chain.at(vote.block + 3 * cast.A_DAY, author, _finish(number, False), "cancel")
    longer = said(emitted(SPACE, "MaxVotingDurationUpdated", (), 7 * cast.DAY))
    chain.at(560, cast.FOUNDATION, longer, "update_settings")


def plan_power(chain: Chain) -> None:
    """Delegates lock for themselves; users, members and the foundation delegate to them."""
    for i, who in enumerate(cast.DELEGATES):
        amount = cast.HELD[who] // 2
        chain.at(3 + i, who, lambda s, w=who, a=amount: locked(s, w, a), "lock")
        chain.at(4 + i, who, lambda s, w=who: entrusted(s, w, w), "delegate")
    others = (*cast.USERS[:12], *cast.DELEGATORS[20:34], cast.FOUNDATION)
    for i, who in enumerate(others):
        amount = 60 * cast.MILLION if who == cast.FOUNDATION else cast.HELD[who] // 3
        taker = cast.DELEGATES[i * i % len(cast.DELEGATES)]
        chain.at(12 + i, who, lambda s, w=who, a=amount: locked(s, w, a), "lock")
        chain.at(13 + i, who, lambda s, w=who, t=taker: entrusted(s, w, t), "delegate")


def plan_votes(chain: Chain, number: int, vote: Vote) -> None:
    """Delegates and a few others vote in the days that it is open, each once."""
    if vote.fate == "silent":
        return
    voters = (*cast.DELEGATES, *cast.USERS[:4], *cast.DELEGATORS[20:24])
    last = 2 * cast.A_DAY if vote.fate in ("cancelled", "open") else 4 * cast.A_DAY
    for i, voter in enumerate(voters):
        block = vote.block + cast.A_DAY + 2 + chain.random.randrange(last - cast.A_DAY)
        if chain.random.randrange(10) == 0 or block > cast.HEAD:
            continue
        drawn = chain.random.randrange(10)
        choice = 2 if i == 5 else FOR if drawn < vote.yes else AGAINST
        chain.at(block, voter, _vote(chain, number, voter, choice), "vote")


def _propose(vote: Vote) -> Deed:
    return lambda scene: proposed(scene, cast.DELEGATES[vote.author], uri(vote))


def _finish(number: int, executed: bool) -> Deed:
    return lambda scene: finished(scene, number, executed=executed)


def _vote(chain: Chain, number: int, voter: int, choice: int) -> Deed:
    """A vote with the power that the voter had when voting began."""

    def deed(scene: Scene) -> Outcome:
        proposal = scene.books.proposal[number]
        power = chain.power_at(proposal.start).get(voter, 0)
        ended = proposal.cancelled or not proposal.start <= scene.time < proposal.end
        return None if ended or not power else voted(scene, number, voter, choice, power)

    return deed
