"""Compound's Governor Bravo, and the copies of it (Uniswap's second governor).

Source of the names and types: compound-finance/compound-protocol@a3214f6,
`Governance/GovernorBravoInterfaces.sol`; tests emit them from a contract of our own.
Proposals and votes are those of `psephos.chain.events.governor`; its own are the events by which
its admin, its code and the accounts that may propose below the threshold change. Times are block
numbers, `eta` and `expiration` are seconds. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source
from psephos.chain.events.governor import (
    PROPOSAL_CANCELED,
    PROPOSAL_CREATED,
    PROPOSAL_EXECUTED,
    PROPOSAL_QUEUED,
    PROPOSAL_THRESHOLD_SET,
    VOTE_CAST,
    VOTING_DELAY_SET,
    VOTING_PERIOD_SET,
    change,
)

SOURCE = Source(
    "governor_bravo",
    "Compound Governor Bravo",
    (
        PROPOSAL_CREATED,
        VOTE_CAST,
        PROPOSAL_QUEUED,
        PROPOSAL_EXECUTED,
        PROPOSAL_CANCELED,
        VOTING_DELAY_SET,
        VOTING_PERIOD_SET,
        PROPOSAL_THRESHOLD_SET,
        change("NewImplementation", "implementation_changed", "implementation", "address"),
        change("NewPendingAdmin", "pending_admin_changed", "pending_admin", "address"),
        change("NewAdmin", "admin_changed", "admin", "address"),
        change("WhitelistGuardianSet", "whitelist_guardian_changed", "guardian", "address"),
        EventType(
            "WhitelistAccountExpirationSet",
            "whitelist_expiration_set",
            (Column("account", "address", "address"), Column("expiration", "uint256", "word")),
        ),
    ),
)
