"""Compound's Timelock, which Alpha and Bravo governors queue their transactions in.

Source: the deployed code of Uniswap's Timelock (npm @uniswap/governance 1.0.2); Compound's
contracts/Timelock.sol. `transaction_id` is the Keccak-256 of target, value, signature, data and
eta; `call_value` is ether in wei, `eta` and `delay` are seconds, all words.
All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

CALL = (
    Column("transaction_id", "bytes32", "word", indexed=True),
    Column("target", "address", "address", indexed=True),
    Column("call_value", "uint256", "word"),
    Column("signature", "string", "text"),
    Column("call_data", "bytes", "bytes"),
    Column("eta", "uint256", "word"),
)

SOURCE = Source(
    "timelock_compound",
    "Compound timelock",
    (
        EventType("QueueTransaction", "transaction_queued", CALL),
        EventType("ExecuteTransaction", "transaction_executed", CALL),
        EventType("CancelTransaction", "transaction_cancelled", CALL),
        EventType("NewAdmin", "admin_set", (Column("admin", "address", "address", indexed=True),)),
        EventType(
            "NewPendingAdmin",
            "pending_admin_set",
            (Column("pending_admin", "address", "address", indexed=True),),
        ),
        EventType("NewDelay", "delay_set", (Column("delay", "uint256", "word", indexed=True),)),
    ),
)
