"""Safe, the multisignature wallet: its owners, and how many of them must sign.

Source: safe-global/safe-contracts 1.4.1, `Safe.sol` and `base/OwnerManager.sol`. The first owners
are told by `SafeSetup` (since 1.3.0) alone. Versions before 1.4.0 do not index the owner that is
added or removed: the second shape of each.

Address on Ethereum mainnet: Starknet's security council 0x15e8c684FD095d4796A0c0CF678554F4c1C7C361
(Safe 1.4.1, as published by L2BEAT on 2025-10-01). All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source


def _owner(name: str, table: str, indexed: bool) -> EventType:
    return EventType(name, table, (Column("owner", "address", "address", indexed),))


SOURCE = Source(
    "safe",
    "Safe multisignature wallet",
    (
        EventType(
            "SafeSetup",
            "safe_setup",
            (
                Column("initiator", "address", "address", indexed=True),
                Column("owners", "address[]", "address[]"),
                Column("threshold", "uint256", "word"),
                Column("initializer", "address", "address"),
                Column("fallback_handler", "address", "address"),
            ),
        ),
        _owner("AddedOwner", "owner_added", indexed=True),
        _owner("AddedOwner", "owner_added", indexed=False),
        _owner("RemovedOwner", "owner_removed", indexed=True),
        _owner("RemovedOwner", "owner_removed", indexed=False),
        EventType(
            "ChangedThreshold", "threshold_changed", (Column("threshold", "uint256", "word"),)
        ),
    ),
)
