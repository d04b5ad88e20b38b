"""StarkEx exchanges on Ethereum: their state updates in every shape, and who may change the rules.

Source of names and types: starkware-libs/starkex-contracts, `UpdateState.sol` and
`UpdatePerpetualState.sol` at f3b2506 (five words), 6db87ef (4.0, four words) and d6bde00 (the first
version, three words); operators, governors and the proxy are those of
`psephos.chain.events.starknet_core`.

A root update has a sequence number, since version 2.0 the operator's batch id, and the roots of
vaults and orders; since 4.5 validium and rollup vaults have a root each. An exchange for perpetual
contracts logs no root: its state follows from the transition fact. All are words. Instance
addresses: of each exchange its own. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source
from psephos.chain.events.starknet_core import (
    GOVERNORS,
    OPERATORS,
    PROXY,
    TRANSITION_FACT,
    word,
)

SEQUENCE, BATCH, ORDERS = word("sequence_number"), word("batch_id"), word("order_root")


def _roots(table: str, *between: Column) -> EventType:
    return EventType("LogRootUpdate", table, (SEQUENCE, *between, ORDERS))


SOURCE = Source(
    "starkex",
    "StarkEx exchange",
    (
        _roots("root_update_first", word("vault_root")),
        _roots("root_update_batch", BATCH, word("vault_root")),
        _roots("root_update", BATCH, word("validium_vault_root"), word("rollup_vault_root")),
        EventType("LogUpdateState", "perpetual_update", (SEQUENCE, BATCH)),
        TRANSITION_FACT,
        *OPERATORS,
        *GOVERNORS,
        *PROXY,
    ),
)
