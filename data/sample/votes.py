"""Makes proposals and votes of the sample out of `proposals.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.sample.allocation import DAY, STRK
from data.sample.proposals import FOR, PROPOSALS, REASONS, Proposal
from data.sample.stage import Stage, Transaction
from psephos.commit.keccak import keccak

QUEUED = {"Executed", "Queued", "Canceled"}


@dataclass(slots=True)
class Ballot:
    """A proposal under way on the chain."""

    proposal: Proposal
    targets: list[bytes]
    calldatas: list[bytes]
    id: int
    snapshot: int
    deadline: int
    chosen: dict[bytes, int] = field(default_factory=dict)

    @property
    def values(self) -> list[int]:
        return [0] * len(self.targets)

    @property
    def hash(self) -> bytes:
        return keccak(self.proposal.description.encode())

    def call(self, stage: Stage, function: str) -> Transaction:
        """Queue, execute or cancel: they take the same arguments."""
        arguments = (self.targets, self.values, self.calldatas, self.hash)
        return stage.house.tx(function, *arguments, sender=stage.proposer, gas=900_000)


def plan(stage: Stage) -> None:
    """Put every proposal on the stage's agenda."""
    for proposal in PROPOSALS:
        stage.at(proposal.block, lambda p=proposal: propose(stage, p))


def propose(stage: Stage, proposal: Proposal) -> list[Transaction]:
    """Make a proposal, and put its votes and its end on the agenda."""
    named = {**stage.named, "treasury": stage.cast["foundation"][4]}
    targets = [stage.contracts[c.contract].address for c in proposal.calls]
    calldatas = [
        stage.contracts[c.contract].data(
            c.function, *[named[a] if isinstance(a, str) else a for a in c.args]
        )
        for c in proposal.calls
    ]
    arguments = (targets, [0] * len(targets), calldatas)
    id = stage.house.call("hashProposal", *arguments, keccak(proposal.description.encode()))
    delay = stage.house.call("votingDelay")
    snapshot = proposal.block + delay
    ballot = Ballot(
        proposal, targets, calldatas, id, snapshot, snapshot + stage.house.call("votingPeriod")
    )
    stage.ballots.append(ballot)
    schedule(stage, ballot)
    return [
        stage.house.tx(
            "propose", *arguments, proposal.description, sender=stage.proposer, gas=900_000
        )
    ]


def schedule(stage: Stage, ballot: Ballot) -> None:
    """Put what follows a proposal on the agenda."""
    special, fate = ballot.proposal.special, ballot.proposal.fate
    if special == "cancelled by its proposer":
        stage.at(ballot.proposal.block + 5, lambda: [ballot.call(stage, "cancel")])
        return
    stage.at(ballot.snapshot + 1, lambda: call_voters(stage, ballot))
    if special == "one token short of the quorum":
        stage.at(ballot.snapshot, lambda: fall_short(stage, ballot))
    if fate in QUEUED:
        stage.at(ballot.deadline + 6, lambda: queue(stage, ballot))


def queue(stage: Stage, ballot: Ballot) -> list[Transaction]:
    """Queue what has won, once a late quorum's extension is over, and plan what follows."""
    deadline = stage.house.call("proposalDeadline", ballot.id)
    if deadline >= stage.now:
        stage.at(deadline + 6, lambda: queue(stage, ballot))
        return []
    if ballot.proposal.fate == "Executed":
        stage.at(stage.now + 2 + DAY, lambda: [ballot.call(stage, "execute")])
    if ballot.proposal.special == "cancelled in the timelock by the council":
        stage.at(stage.now + 10, lambda: veto(stage, ballot))
    return [ballot.call(stage, "queue")]


def fall_short(stage: Stage, ballot: Ballot) -> list[Transaction]:
    """At the snapshot: choose voters, and give the last of them what leaves one token missing.

    Nothing else happens in this block (`stage.quiet`), so powers are known when it is made.
    """
    supply = stage.token.call("totalSupply")
    goal = supply * stage.house.call("quorumNumerator") // 100 - STRK
    last = stage.cast["delegate"][29]
    powers = stage.powers(stage.voters["pool"] + stage.voters["investor"])
    total = stage.powers([last])[last]
    for voter, power in sorted(powers.items(), key=lambda item: (-item[1], item[0])):
        if power > 0 and total + power <= goal - 5_000_000 * STRK:
            ballot.chosen[voter] = FOR
            total += power
    ballot.chosen[last] = FOR
    grants = stage.cast["foundation"][2]
    return [stage.token.tx("transfer", last, goal - total, sender=grants)]


def call_voters(stage: Stage, ballot: Ballot) -> list[Transaction]:
    """After the snapshot: decide who votes what and when, and put it on the agenda."""
    votes = [(v, s, stage.between(2, 60)) for v, s in ballot.chosen.items()]
    for bloc in ballot.proposal.blocs:
        for voter in stage.voters[bloc.group]:
            if voter not in ballot.chosen and stage.between(1, 100) <= bloc.percent:
                votes.append((voter, bloc.support, stage.between(bloc.first, bloc.last)))
    powers = stage.powers([v for v, _, _ in votes])
    now: list[Transaction] = []
    for voter, support, after in votes:
        if powers[voter] == 0:
            continue
        if after <= 1:
            now += vote(stage, ballot, voter, support)
        else:
            stage.at(ballot.snapshot + after, lambda v=voter, s=support: vote(stage, ballot, v, s))
    return now


def vote(stage: Stage, ballot: Ballot, voter: bytes, support: int) -> list[Transaction]:
    """One vote: by the council's multisig, with parameters, with a reason, or plain."""
    house, kind = stage.house, stage.between(1, 100)
    if voter == stage.council.address:
        data = house.data("castVoteWithReason", ballot.id, support, "The council has decided.")
        return stage.by_council(house.address, data)
    if ballot.proposal.special == "with parameters" and kind <= 20:
        reason, data = "With parameters.", b"psephos" + bytes([kind])
        arguments = ("castVoteWithReasonAndParams", ballot.id, support, reason, data)
        return [house.tx(*arguments, sender=voter, gas=600_000)]
    if kind <= 40:
        stage.reasons += 1
        reason = REASONS[stage.reasons % len(REASONS)]
        gas = 600_000 + 900 * len(reason)
        return [house.tx("castVoteWithReason", ballot.id, support, reason, sender=voter, gas=gas)]
    return [house.tx("castVote", ballot.id, support, sender=voter, gas=600_000)]


def veto(stage: Stage, ballot: Ballot) -> list[Transaction]:
    """The council cancels what the house has queued, in the timelock: no event of the house."""
    house = stage.house.address + bytes(12)
    salt = bytes(a ^ b for a, b in zip(house, ballot.hash, strict=True))
    arguments = (ballot.targets, ballot.values, ballot.calldatas, bytes(32), salt)
    operation = stage.timelock.call("hashOperationBatch", *arguments)
    return stage.by_council(stage.timelock.address, stage.timelock.data("cancel", operation))


STATES = (
    "Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Expired", "Executed",
)  # fmt: skip


def check_fates(stage: Stage) -> Mapping[int, str]:
    """Every proposal has become what its data say; the state of each."""
    states = {b.id: STATES[stage.house.call("state", b.id)] for b in stage.ballots}
    for ballot in stage.ballots:
        wanted = ballot.proposal.fate
        assert states[ballot.id] == wanted, (ballot.proposal.title, states[ballot.id], wanted)
    return states
