"""Deeds around votes: vSTRK is locked and delegated, a Snapshot X space proposes and votes."""

from dataclasses import replace

from tests.simulated.starknet_books import Books, Event, Proposal, emitted, u256
from tests.simulated.starknet_scene import (
    SPACE,
    TOKEN,
    VSTRK,
    Done,
    Scene,
    transfer,
)


def _shifted(books: Books, delegate: int, change: int) -> tuple[list[Event], Books]:
    """A delegate's power after a change; nobody's power is told by no event."""
    if not delegate or not change:
        return [], books
    old = books.power.get(delegate, 0)
    told = emitted(VSTRK, "DelegateVotesChanged", (), delegate, *u256(old), *u256(old + change))
    return [told], books.put("power", delegate, old + change)


def lock(scene: Scene) -> Done:
    """STRK becomes vSTRK, and back."""
    holder = scene.random.choice(scene.setting.people)
    out = scene.random.random() < 0.3
    held = scene.books.locked.get(holder, 0) if out else scene.books.held(TOKEN, holder) // 4
    if not held:
        return None
    return locked(scene, holder, scene.random.randrange(1, held + 1), out=out)


def locked(scene: Scene, holder: int, amount: int, *, out: bool = False) -> Done:
    """So much STRK of a holder that is named becomes vSTRK; `out`: the way back."""
    change = -amount if out else amount
    new = scene.books.put("locked", holder, scene.books.locked.get(holder, 0) + change)
    ends, own = ((VSTRK, holder), (holder, 0)) if out else ((holder, VSTRK), (0, holder))
    new = new.moved(TOKEN, *ends, amount).moved(VSTRK, *own, amount)
    power, new = _shifted(new, new.delegate.get(holder, 0), change)
    return [
        transfer(TOKEN, *ends, amount),
        transfer(VSTRK, *own, amount),
        *power,
        emitted(VSTRK, "Unlocked" if out else "Locked", (holder,), *u256(amount)),
    ], new


def delegate_votes(scene: Scene) -> Done:
    people = scene.setting.people
    return entrusted(scene, scene.random.choice(people), scene.random.choice(people))


def entrusted(scene: Scene, holder: int, taker: int) -> Done:
    """The power of a holder that is named is another's."""
    old, amount = scene.books.delegate.get(holder, 0), scene.books.locked.get(holder, 0)
    new = scene.books.put("delegate", holder, taker)
    lost, new = _shifted(new, old, -amount) if old != taker else ([], new)
    won, new = _shifted(new, taker, amount) if old != taker else ([], new)
    return [emitted(VSTRK, "DelegateChanged", (), holder, old, taker), *lost, *won], new


def propose(scene: Scene) -> Done:
    return proposed(scene, scene.random.choice(scene.setting.people), "ipfs://proposal")


def proposed(scene: Scene, author: int, uri: str) -> Done:
    """A proposal whose text lies at an address."""
    number = len(scene.books.proposal) + 1
    start = scene.time + scene.setting.voting_delay
    made = Proposal(start, start + scene.setting.voting_time, author)
    who = (0, author)
    body = (start, start, made.end, 0, 99, 98, *who, *u256(1))
    pieces = [uri[i : i + 31].encode() for i in range(0, len(uri), 31)]
    words = (len(pieces), *(int.from_bytes(piece, "big") for piece in pieces))
    return [
        emitted(SPACE, "ProposalCreated", (), *u256(number), *who, *body, *words, 0)
    ], scene.books.put("proposal", number, made)


def vote(scene: Scene) -> Done:
    open_ = [i for i, p in scene.books.proposal.items() if p.start <= scene.time < p.end]
    voters = [holder for holder, power in scene.books.power.items() if power]
    if not open_ or not voters:
        return None
    number, voter = scene.random.choice(open_), scene.random.choice(voters)
    if (number, voter) in scene.books.voted:
        return None
    return voted(scene, number, voter, scene.random.randrange(3), scene.books.power[voter])


def voted(scene: Scene, number: int, voter: int, choice: int, power: int) -> Done:
    """A vote: 0 against, 1 for, 2 abstain."""
    proposal = scene.books.proposal[number]
    totals = list(proposal.power)
    totals[choice] += power
    new = scene.books.put("voted", (number, voter), (choice, power))
    new = new.put("proposal", number, replace(proposal, power=(totals[0], totals[1], totals[2])))
    data = (*u256(number), 0, voter, choice, *u256(power), 0)
    return [emitted(SPACE, "VoteCast", (), *data)], new


def finish(scene: Scene) -> Done:
    """A proposal that was accepted is executed, one that nobody wants is cancelled."""
    for number, p in scene.books.proposal.items():
        if scene.time >= p.end and not (p.executed or p.cancelled):
            return finished(scene, number, executed=p.power[1] > p.power[0])
    return None


def finished(scene: Scene, number: int, *, executed: bool) -> Done:
    """The end of a proposal that is named: executed, or cancelled."""
    name = "ProposalExecuted" if executed else "ProposalCancelled"
    done = replace(scene.books.proposal[number], executed=executed, cancelled=not executed)
    new = scene.books.put("proposal", number, done)
    return [emitted(SPACE, name, (), *u256(number))], new
