"""Locked grants: what was promised to whom, and when it becomes theirs.

Source: the grant contract of our own, `tests/anvil/contracts/LockedGrant.sol`. `start`, `cliff` and
`finish` are seconds (Unix time). At time t of a block, released or not, a beneficiary has vested
0 before the cliff, ⌊amount·(t − start)/(finish − start)⌋ until the finish, then all of it.
All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

BENEFICIARY = Column("beneficiary", "address", "address", indexed=True)
AMOUNT = Column("amount", "uint256", "amount")

SOURCE = Source(
    "grant",
    "Locked grants",
    (
        EventType(
            "GrantCreated",
            "grant_created",
            (
                BENEFICIARY,
                AMOUNT,
                Column("start", "uint64", "uint"),
                Column("cliff", "uint64", "uint"),
                Column("finish", "uint64", "uint"),
            ),
        ),
        EventType("GrantReleased", "grant_released", (BENEFICIARY, AMOUNT)),
    ),
)
