"""OpenZeppelin's TimelockController: what was decided, and how long it waits.

Source: OpenZeppelin contracts 5.7.0 and 4.9.6, `governance/TimelockController.sol`; its roles are
read by `psephos.chain.events.roles`. A batch of calls is one `id` with several `call_index`.
`call_value` is ether in wei and `delay` seconds, both words. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source
from psephos.chain.events.governor import change

ID = Column("id", "bytes32", "word", indexed=True)
CALL = (
    ID,
    Column("call_index", "uint256", "word", indexed=True),
    Column("target", "address", "address"),
    Column("call_value", "uint256", "word"),
    Column("call_data", "bytes", "bytes"),
)

SOURCE = Source(
    "timelock",
    "OpenZeppelin timelock",
    (
        EventType(
            "CallScheduled",
            "call_scheduled",
            (*CALL, Column("predecessor", "bytes32", "word"), Column("delay", "uint256", "word")),
        ),
        EventType("CallExecuted", "call_executed", CALL),
        EventType("CallSalt", "call_salt", (ID, Column("salt", "bytes32", "word"))),
        EventType("Cancelled", "call_cancelled", (ID,)),
        change("MinDelayChange", "min_delay_change", "delay"),
    ),
)
