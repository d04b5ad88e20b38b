"""What governors say that their proposals received, against the votes of their events.

`proposalVotes(uint256)` of OpenZeppelin's governor answers against, for and abstaining;
`proposals(uint256)` of Compound's two, and of OpenZeppelin 4 with Bravo's counting, has for and
against in its words 5 and 6, and, where it has ten words, abstaining in word 7; a space of
Snapshot X answers `vote_power(proposal, choice)`, choice by choice. As a node answers at the
block: seen. So a difference is told and stops nothing, since a node may lie.

Sources: OpenZeppelin 5.7.0 and 4.9.6, `GovernorCountingSimple.sol`,
`GovernorCompatibilityBravo.sol`; Compound, `GovernorBravoInterfaces.sol`, `GovernorAlpha.sol`;
snapshot-labs/sx-starknet, `space.cairo`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.commit.starknet.felt import keccak_250
from psephos.errors import NodeError, VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.results.voting.rules import ABSTAIN, AGAINST, FOR, GOVERNORS, SPACE
from psephos.results.voting.votes import parts
from psephos.store.index import Index

NEWEST = 100
"""So many proposals are asked for, those with the latest votes."""

PROPOSAL_VOTES = bytes.fromhex("544ffc9c")
PROPOSALS = bytes.fromhex("013cf08b")
VOTE_POWER = keccak_250(b"vote_power").to_bytes(32, "big")
CHOICES = (AGAINST, FOR, ABSTAIN)

Proposal = tuple[bytes, bytes]
"""A contract, and the id of one of its proposals as 32 bytes."""
Tally = tuple[int, int, int]
"""Against, for and abstaining, in the token's smallest unit."""


def tallied(
    index: Index,
    node: Node,
    datasets: Iterable[Dataset],
    since: Mapping[str, int] | None = None,
) -> dict[str, Check]:
    """Whether proposals received what their contracts say, by dataset, at its last sealed block.

    since: only proposals with a vote from this block on, and only these datasets; none: all; see
    `NEWEST`. Datasets without a vote, with blocks that were not read, or stopped are left out.
    """
    stopped, found = index.quarantined(), {}
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        first = 0 if since is None else since.get(dataset.name)
        if last is None or first is None or dataset.name in stopped or last < dataset.first:
            continue
        if not set(dataset.sources) & set(GOVERNORS):
            continue
        if index.gaps(dataset.name, dataset.first, last):
            continue
        if cast := tallies(index, dataset, last, first):
            ask = vote_power if SPACE in dataset.sources else proposal_votes
            check = partial(compared, cast, last, partial(ask, node, last))
            found[dataset.name] = attempt("votes", check)
    return found


def tallies(
    index: Index, dataset: Dataset, block: int, since: int = 0
) -> dict[Proposal, Tally | None]:
    """What the rows say that was cast up to a block; None where a counting is not known."""
    union = _votes(dataset)
    newest = (
        f"SELECT contract, proposal_id FROM ({union}) WHERE block_number <= ? "
        "GROUP BY contract, proposal_id HAVING max(block_number) >= ? "
        f"ORDER BY max(block_number) DESC, proposal_id LIMIT {NEWEST}"
    )
    rows = index.query(
        f"SELECT contract, proposal_id, support, sum(weight), any_value(params) FROM ({union}) "
        f"SEMI JOIN ({newest}) USING (contract, proposal_id) WHERE block_number <= ? "
        "GROUP BY contract, proposal_id, support, CASE WHEN support > 2 "
        "THEN (block_number, transaction_index, log_index) END",
        [block, since, block],
    )
    sums: dict[Proposal, dict[int, int]] = defaultdict(lambda: dict.fromkeys(CHOICES, 0))
    strange = set()
    for contract, id, support, weight, params in rows:
        proposal = bytes(contract), bytes(id)
        found = parts(int(support), int(weight), bytes(params or b""))
        if found is None:
            strange.add(proposal)
        for choice, amount in (found or {}).items():
            sums[proposal][choice] += amount
    known: dict[Proposal, Tally | None] = dict.fromkeys(strange)
    for proposal, of in sums.items():
        known.setdefault(proposal, (of[AGAINST], of[FOR], of[ABSTAIN]))
    return known


def _votes(dataset: Dataset) -> str:
    """A SELECT of every vote of a dataset, with or without parameters."""
    selects = []
    for table, schema in dataset.tables().items():
        if table in ("vote_cast", "vote_cast_with_params"):
            params = "params" if "params" in schema.names else "NULL::BLOB AS params"
            selects.append(
                f"SELECT contract, proposal_id, support::UBIGINT AS support, weight, {params}, "
                f'block_number, transaction_index, log_index FROM "{dataset.name}_{table}"'
            )
    return " UNION ALL ".join(selects)


def compared(
    cast: Mapping[Proposal, Tally | None], block: int, ask: Callable[[bytes, bytes], Tally]
) -> str:
    """What both say; VerificationFailed where they differ, NodeError where nobody answers."""
    known = {proposal: tally for proposal, tally in cast.items() if tally is not None}
    if not known:
        raise NotPossible("every proposal has votes of a counting that is not known")
    for (contract, id), ours in known.items():
        if (theirs := ask(contract, id)) != ours:
            raise VerificationFailed(
                f"proposal 0x{id.hex()} of 0x{contract.hex()}: the rows give {_words(ours)}, "
                f"the contract has {_words(theirs)} at block {block}: seen"
            )
    left = f"; {len(cast) - len(known)} of a counting that is not known" * (len(cast) > len(known))
    return f"of {len(known)} proposals at block {block}: what their contracts answer, seen{left}"


def proposal_votes(node: Node, block: int, contract: bytes, id: bytes) -> Tally:
    """Of a governor on Ethereum; NodeError where it answers neither call."""
    try:
        told = _numbers(node.call(contract, PROPOSAL_VOTES + id, block))
    except NodeError:  # Compound's governors have no such function
        told = []
    if len(told) == 3:
        return told[0], told[1], told[2]
    told = _numbers(node.call(contract, PROPOSALS + id, block))
    if len(told) not in (9, 10):
        raise NodeError(f"the governor answers {len(told)} words where a proposal was asked for")
    return told[6], told[5], told[7] if len(told) == 10 else 0


def vote_power(node: Node, block: int, contract: bytes, id: bytes) -> Tally:
    """Of a space of Snapshot X; an id and a power are two felts each, the low half first."""
    halves = id[16:].rjust(32, b"\0") + id[:16].rjust(32, b"\0")
    found = []
    for choice in CHOICES:
        asked = VOTE_POWER + halves + choice.to_bytes(32, "big")
        told = _numbers(node.call(contract, asked, block))
        if len(told) != 2 or max(told) >> 128:
            raise NodeError("the space answers no power where one was asked for")
        found.append(told[0] + (told[1] << 128))
    against, for_, abstain = found
    return against, for_, abstain


def _numbers(answer: bytes) -> list[int]:
    return [int.from_bytes(answer[at : at + 32], "big") for at in range(0, len(answer), 32)]


def _words(tally: Tally) -> str:
    against, for_, abstain = tally
    return f"{against} against, {for_} for, {abstain} abstaining"
