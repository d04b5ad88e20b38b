"""OpenZeppelin's Governor, versions 4 and 5: proposals, votes and the rules they follow.

Source: OpenZeppelin contracts 5.7.0 and 4.9.6, `governance/IGovernor.sol` and
`governance/extensions/`. The signatures are equal in both versions; what Compound's governors
share with them, `governor_alpha` and `governor_bravo` take from here.

`vote_start` and `vote_end` are in the unit of the governor's clock (ERC-6372): block numbers or
seconds. Ids, parameters and call data are words and bytes: no number in them is an amount.
`support` is 0 against, 1 for, 2 abstain. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source
from psephos.chain.kinds import Kind

PROPOSAL_ID = Column("proposal_id", "uint256", "word")


KINDS: dict[str, Kind] = {"uint256": "word", "address": "address", "uint64": "uint"}


def change(name: str, table: str, what: str, solidity: str = "uint256") -> EventType:
    """A parameter that changed from `old_…` to `new_…`."""
    kind = KINDS[solidity]
    old, new = (Column(f"{age}_{what}", solidity, kind) for age in ("old", "new"))
    return EventType(name, table, (old, new))


PROPOSAL_CREATED = EventType(
    "ProposalCreated",
    "proposal_created",
    (
        PROPOSAL_ID,
        Column("proposer", "address", "address"),
        Column("targets", "address[]", "address[]"),
        Column("call_values", "uint256[]", "word[]"),
        Column("signatures", "string[]", "text[]"),
        Column("calldatas", "bytes[]", "bytes[]"),
        Column("vote_start", "uint256", "word"),
        Column("vote_end", "uint256", "word"),
        Column("description", "string", "text"),
    ),
)
VOTE_CAST = EventType(
    "VoteCast",
    "vote_cast",
    (
        Column("voter", "address", "address", indexed=True),
        PROPOSAL_ID,
        Column("support", "uint8", "uint"),
        Column("weight", "uint256", "amount"),
        Column("reason", "string", "text"),
    ),
)
VOTE_CAST_WITH_PARAMS = EventType(
    "VoteCastWithParams",
    "vote_cast_with_params",
    (*VOTE_CAST.columns, Column("params", "bytes", "bytes")),
)
PROPOSAL_QUEUED = EventType(
    "ProposalQueued", "proposal_queued", (PROPOSAL_ID, Column("eta", "uint256", "word"))
)
PROPOSAL_EXECUTED = EventType("ProposalExecuted", "proposal_executed", (PROPOSAL_ID,))
PROPOSAL_CANCELED = EventType("ProposalCanceled", "proposal_canceled", (PROPOSAL_ID,))
PROPOSAL_EXTENDED = EventType(
    "ProposalExtended",
    "proposal_extended",
    (
        Column("proposal_id", "uint256", "word", indexed=True),
        Column("extended_deadline", "uint64", "uint"),
    ),
)
VOTING_DELAY_SET = change("VotingDelaySet", "voting_delay_set", "voting_delay")
VOTING_PERIOD_SET = change("VotingPeriodSet", "voting_period_set", "voting_period")
PROPOSAL_THRESHOLD_SET = change(
    "ProposalThresholdSet", "proposal_threshold_set", "proposal_threshold"
)

SOURCE = Source(
    "governor",
    "OpenZeppelin Governor",
    (
        PROPOSAL_CREATED,
        VOTE_CAST,
        VOTE_CAST_WITH_PARAMS,
        PROPOSAL_QUEUED,
        PROPOSAL_EXECUTED,
        PROPOSAL_CANCELED,
        PROPOSAL_EXTENDED,
        VOTING_DELAY_SET,
        VOTING_PERIOD_SET,
        PROPOSAL_THRESHOLD_SET,
        change("QuorumNumeratorUpdated", "quorum_numerator_updated", "quorum_numerator"),
        change("TimelockChange", "timelock_change", "timelock", "address"),
        change(
            "LateQuorumVoteExtensionSet", "late_quorum_extension_set", "vote_extension", "uint64"
        ),
    ),
)
