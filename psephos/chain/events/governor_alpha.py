"""Compound's Governor Alpha, and the copies of it (Uniswap's first governor).

Source: the deployed code of Uniswap's GovernorAlpha (npm @uniswap/governance 1.0.2); Compound's
contracts/Governance/GovernorAlpha.sol. Proposals have the events of later governors; a vote is
for (`support` 1) or against (0), gives no reason and indexes nothing. Times are block numbers,
`eta` is seconds. The parameters are constants of the contract: no event changes them.

All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source
from psephos.chain.events.governor import (
    PROPOSAL_CANCELED,
    PROPOSAL_CREATED,
    PROPOSAL_EXECUTED,
    PROPOSAL_ID,
    PROPOSAL_QUEUED,
)

SOURCE = Source(
    "governor_alpha",
    "Compound Governor Alpha",
    (
        PROPOSAL_CREATED,
        EventType(
            "VoteCast",
            "vote_cast",
            (
                Column("voter", "address", "address"),
                PROPOSAL_ID,
                Column("support", "bool", "uint"),
                Column("weight", "uint256", "amount"),
            ),
        ),
        PROPOSAL_QUEUED,
        PROPOSAL_EXECUTED,
        PROPOSAL_CANCELED,
    ),
)
