"""vSTRK, the token that votes: what was locked for it and unlocked again, one STRK for each.

Source: starknet-io/starkgate-contracts at 4594188, `cairo/mintable_lock_interface.cairo`. `lock`
takes STRK and mints as much vSTRK; `unlock` burns it: each comes with transfers of both tokens
(`psephos.chain.events.starknet_erc20`) and changes of power (`…starknet_votes`).

Address: that of vSTRK in `psephos.chain.events.starknet_votes`. All columns are bound by the event
commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

MOVED = (member("account", key=True), member("amount", "u256"))

SOURCE = Source(
    "starknet_lock",
    "STRK locked for votes",
    (FeltEvent("Locked", "locked", MOVED), FeltEvent("Unlocked", "unlocked", MOVED)),
)
