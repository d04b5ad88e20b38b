"""Starknet's core contract on Ethereum: state updates, messages, and who may change the rules.

Source of names and types: starkware-libs/cairo-lang, `starknet/solidity/Starknet.sol`,
`IStarknetMessagingEvents.sol`, `solidity/components/`, at 66355d7 (contract 2025_10) and, for the
shapes that were replaced, at c954f15 (state updates without a block hash, until 24 May 2023) and
167b28b (messages without a fee, 2022); the proxy: starkware-libs/starkex-contracts f3b2506,
`upgrade/Proxy.sol`.

An update names the last block of a range of L2 blocks; `psephos.commit.l1.walk` ties the others to
it. Roots, hashes, numbers of L2 and felts are words; a message's fee is an amount in wei. A message
is told apart by its hash, which follows from its members (`psephos.commit.l1.output`).

Address on Ethereum mainnet: 0xc662c410C0ECf747543f5bA90660f6ABeBD9C8c4. All columns are bound by
the receipt.
"""

from psephos.chain.event import Column, EventType, Source


def word(name: str, solidity: str = "uint256", indexed: bool = False) -> Column:
    return Column(name, solidity, "word", indexed)


def changed(name: str, table: str, what: str) -> EventType:
    """A hash that the governor `changed_by` replaced."""
    by = Column("changed_by", "address", "address", indexed=True)
    return EventType(name, table, (by, word(f"old_{what}"), word(f"new_{what}")))


def account(name: str, table: str, column: str, indexed: bool = False) -> EventType:
    """Something that happened to one account."""
    return EventType(name, table, (Column(column, "address", "address", indexed),))


ROOT, NUMBER = word("global_root"), word("l2_block_number", "int256")
PAYLOAD, NONCE = Column("payload", "uint256[]", "word[]"), word("nonce")
FROM_L2 = (
    word("from_address", indexed=True),
    Column("to_address", "address", "address", indexed=True),
    PAYLOAD,
)
FROM_L1 = (
    Column("from_address", "address", "address", indexed=True),
    word("to_address", indexed=True),
    word("selector", indexed=True),
    PAYLOAD,
    NONCE,
)

TRANSITION_FACT = EventType(
    "LogStateTransitionFact", "transition_fact", (word("transition_fact", "bytes32"),)
)
UPDATES = (
    EventType("LogStateUpdate", "state_update", (ROOT, NUMBER, word("l2_block_hash"))),
    EventType("LogStateUpdate", "state_update_early", (ROOT, NUMBER)),
    TRANSITION_FACT,
)
MESSAGES = (
    EventType("LogMessageToL1", "message_to_l1", FROM_L2),
    EventType("ConsumedMessageToL1", "message_to_l1_consumed", FROM_L2),
    EventType("LogMessageToL2", "message_to_l2", (*FROM_L1, Column("fee", "uint256", "amount"))),
    EventType("LogMessageToL2", "message_to_l2_early", FROM_L1),
    EventType("ConsumedMessageToL2", "message_to_l2_consumed", FROM_L1),
    EventType("MessageToL2CancellationStarted", "message_cancellation_started", FROM_L1),
    EventType("MessageToL2Canceled", "message_canceled", FROM_L1),
)
HASHES = (
    changed("ProgramHashChanged", "program_hash_changed", "program_hash"),
    changed("AggregatorProgramHashChanged", "aggregator_hash_changed", "aggregator_hash"),
    changed("ConfigHashChanged", "config_hash_changed", "config_hash"),
)
OPERATORS = (
    account("LogOperatorAdded", "operator_added", "operator"),
    account("LogOperatorRemoved", "operator_removed", "operator"),
)
GOVERNORS = (
    account("LogNominatedGovernor", "governor_nominated", "nominated_governor"),
    account("LogNewGovernorAccepted", "governor_accepted", "accepted_governor"),
    account("LogRemovedGovernor", "governor_removed", "removed_governor"),
    EventType("LogNominationCancelled", "nomination_cancelled", ()),
)
IMPLEMENTATION = (
    Column("implementation", "address", "address", indexed=True),
    Column("initializer", "bytes", "bytes"),
)
FINALIZE = Column("finalize", "bool", "bool")
PROXY = (
    EventType("ImplementationAdded", "implementation_added", (*IMPLEMENTATION, FINALIZE)),
    EventType("ImplementationRemoved", "implementation_removed", (*IMPLEMENTATION, FINALIZE)),
    EventType("ImplementationUpgraded", "implementation_upgraded", IMPLEMENTATION),
    account("FinalizedImplementation", "implementation_finalized", "implementation", indexed=True),
)

SOURCE = Source(
    "starknet_core",
    "Starknet's core contract",
    (
        *UPDATES,
        *MESSAGES,
        *HASHES,
        *OPERATORS,
        *GOVERNORS,
        *PROXY,
        EventType("Finalized", "finalized", ()),
    ),
)
