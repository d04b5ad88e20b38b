"""The contracts' own answers, and the law that what is computed from events equals them.

A `Witness` asks any `Node`: a running anvil, or the recording of one. The laws read a release only
through `psephos.results`, as the site does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi import decode, encode
from eth_hash.auto import keccak

from psephos.chain.node import Node
from psephos.results.economy.grants import accounts
from psephos.results.positions import positions, supply
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import State
from psephos.results.voting.votes import votes
from psephos.store.reader import Release

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "totalSupply()": ("uint256",),
    "balanceOf(address)": ("uint256",),
    "getVotes(address)": ("uint256",),
    "getPastVotes(address,uint256)": ("uint256",),
    "getPastTotalSupply(uint256)": ("uint256",),
    "state(uint256)": ("uint8",),
    "proposalVotes(uint256)": ("uint256", "uint256", "uint256"),
    "proposalSnapshot(uint256)": ("uint256",),
    "proposalDeadline(uint256)": ("uint256",),
    "quorum(uint256)": ("uint256",),
    "locked(address)": ("uint256",),
    "grants(address)": ("address", "uint256", "uint256", "uint64", "uint64", "uint64"),
    "votingDelay()": ("uint256",),
    "votingPeriod()": ("uint256",),
    "proposalThreshold()": ("uint256",),
    "quorumNumerator()": ("uint256",),
    "lateQuorumVoteExtension()": ("uint48",),
    "getMinDelay()": ("uint256",),
    "getOwners()": ("address[]",),
    "getThreshold()": ("uint256",),
}
"""What each function answers."""

STATES = (
    "Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Expired", "Executed",
)  # fmt: skip
"""OpenZeppelin's order."""

PARAMETERS = {
    "votingDelay()": ("voting_delay_set", "new_voting_delay"),
    "votingPeriod()": ("voting_period_set", "new_voting_period"),
    "proposalThreshold()": ("proposal_threshold_set", "new_proposal_threshold"),
    "quorumNumerator()": ("quorum_numerator_updated", "new_quorum_numerator"),
    "lateQuorumVoteExtension()": ("late_quorum_extension_set", "new_vote_extension"),
}
"""A governor's parameters, and where their last change is told."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Asks contracts what they say at a block; `asked` counts the answers."""

    node: Node
    release: Release
    block: int

    def __call__(self, dataset: str, signature: str, *args: Any) -> Any:
        """One value, or a tuple if the function returns several; addresses as hex text."""
        (contract,) = self.release.datasets[dataset].contracts
        inner = signature[signature.index("(") + 1 : -1]
        types = inner.split(",") if inner else []
        data = keccak(signature.encode())[:4] + encode(types, args)
        answer = decode(ANSWERS[signature], self.node.call(contract, data, self.block))
        return answer[0] if len(answer) == 1 else answer


def held(of: Any) -> dict[bytes, int]:
    assert of.undefined is None, of.undefined
    return dict(zip(of.holders, of.amounts, strict=True))


def check_token(ask: Witness, people: Iterable[bytes], dataset: str = "strk") -> None:
    """Supply, every balance, every delegate's votes; and nobody else has any."""
    people = set(people)
    balances = held(positions(ask.release, "balance", dataset=dataset, block=ask.block))
    powers = held(positions(ask.release, "power", dataset=dataset, block=ask.block))
    assert balances.keys() | powers.keys() <= people
    total = ask(dataset, "totalSupply()")
    assert supply(ask.release, dataset, ask.block) == total == sum(balances.values())
    for who in people:
        assert balances.get(who, 0) == ask(dataset, "balanceOf(address)", who), who.hex()
        assert powers.get(who, 0) == ask(dataset, "getVotes(address)", who), who.hex()


def check_snapshot(
    ask: Witness, people: Iterable[bytes], block: int, point: int, dataset: str = "strk"
) -> None:
    """Votes and supply at a past block are what the token says they were at `point` (its clock)."""
    powers = held(positions(ask.release, "power", dataset=dataset, block=block))
    for who in people:
        past = ask(dataset, "getPastVotes(address,uint256)", who, point)
        assert powers.get(who, 0) == past, who.hex()
    past = ask(dataset, "getPastTotalSupply(uint256)", point)
    assert supply(ask.release, dataset, block) == past


def check_house(ask: Witness, dataset: str = "governor") -> set[State]:
    """Every proposal made so far: state, tally, snapshot, deadline, quorum; the states met."""
    found = proposals(ask.release, ask.block, dataset=dataset)
    for one in found:
        assert one.undefined is None, one.undefined
        assert one.state == STATES[ask(dataset, "state(uint256)", one.number)], one.title
        told = (one.tally.against, one.tally.for_, one.tally.abstain)
        assert told == ask(dataset, "proposalVotes(uint256)", one.number), one.title
        assert one.snapshot == ask(dataset, "proposalSnapshot(uint256)", one.number)
        assert one.deadline == ask(dataset, "proposalDeadline(uint256)", one.number), one.title
        if one.snapshot_block is not None and one.snapshot_block < ask.block:
            assert one.quorum == ask(dataset, "quorum(uint256)", one.snapshot), one.title
            cast = votes(ask.release, one.id, ask.block, dataset=dataset)
            assert sum(int(w) for w in cast["weight"]) == one.tally.cast
    return {one.state for one in found if one.state is not None}


def check_parameters(ask: Witness, dataset: str = "governor") -> None:
    """Delay, period, threshold, quorum and extension are those of the last event that set them."""
    for signature, (table, column) in PARAMETERS.items():
        found = ask.release.sql(
            f'SELECT {column} FROM "{dataset}_{table}" WHERE block_number <= ? '
            "ORDER BY block_number DESC, log_index DESC LIMIT 1",
            [ask.block],
        )
        value = found.item()
        told = int.from_bytes(value, "big") if isinstance(value, bytes) else int(value)
        assert told == ask(dataset, signature), signature


def check_grants(ask: Witness, dataset: str = "grants") -> None:
    """Of every beneficiary: what was promised, what was taken, what is locked."""
    found = accounts(ask.release, dataset, ask.block)
    assert found is not None
    locked = held(positions(ask.release, "locked", dataset=dataset, block=ask.block))
    for account in found:
        who = account.beneficiary
        _, amount, released, *_ = ask(dataset, "grants(address)", who)
        assert (account.amount, account.released) == (amount, released), who.hex()
        assert locked.get(who, 0) == ask(dataset, "locked(address)", who), who.hex()


def check_council(ask: Witness, dataset: str = "council") -> None:
    """The multisig's owners and threshold, from its setup and every change since."""
    setup = ask.release.sql(f'SELECT owners, threshold FROM "{dataset}_safe_setup"')
    owners, threshold = set(setup["owners"][0]), int.from_bytes(setup["threshold"][0], "big")
    for table, act in (("owner_added", owners.add), ("owner_removed", owners.remove)):
        query = f'SELECT owner FROM "{dataset}_{table}" WHERE block_number <= ?'
        for (owner,) in ask.release.sql(query, [ask.block]).iter_rows():
            act(owner)
    changed = ask.release.sql(
        f'SELECT threshold FROM "{dataset}_threshold_changed" WHERE block_number <= ? '
        "ORDER BY block_number, log_index",
        [ask.block],
    )
    for (value,) in changed.iter_rows():
        threshold = int.from_bytes(value, "big")
    assert {"0x" + owner.hex() for owner in owners} == set(ask(dataset, "getOwners()"))
    assert threshold == ask(dataset, "getThreshold()")
