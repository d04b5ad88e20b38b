"""Delegated voting power of a token: who delegates to whom, and what each delegate holds.

Source: EIP-5805; OpenZeppelin contracts 5.7.0 `governance/utils/IVotes.sol`; the same two events
in Compound's COMP and Uniswap's UNI. `new_votes` is the delegate's whole power after the event.

All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

SOURCE = Source(
    "votes",
    "Delegation of a voting token",
    (
        EventType(
            "DelegateChanged",
            "delegate_changed",
            (
                Column("delegator", "address", "address", indexed=True),
                Column("from_delegate", "address", "address", indexed=True),
                Column("to_delegate", "address", "address", indexed=True),
            ),
        ),
        EventType(
            "DelegateVotesChanged",
            "delegate_votes_changed",
            (
                Column("delegate", "address", "address", indexed=True),
                Column("old_votes", "uint256", "amount"),
                Column("new_votes", "uint256", "amount"),
            ),
        ),
    ),
)
