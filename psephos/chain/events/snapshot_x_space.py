"""A space of Snapshot X: its rules, its proposals and the votes cast.

Source: snapshot-labs/sx-starknet at af131eb2, `space/space.cairo` and `types/`. Every member is in
the data, none is a key.

A *user* is two columns: `…_kind` (0 an account of Starknet, 1 of Ethereum, 2 any u256) and the word
itself; the two together name who it is. `support` is 0 against, 1 for, 2 abstain. Times are seconds
(Unix time), durations seconds. Ids and the bits of the active strategies are words. A URI is a
*long string*: felts of at most 31 characters. A strategy is its contract and the felts of its
parameters; in a list of strategies, `…_parameters` has 32 bytes a felt for each. A weight is power
of the token that the strategies count, of 18 decimals in Starknet's own space. Which strategies
that space uses, and how staked STRK votes, its `space_created` and `voting_strategies_added` say.

Address of Starknet's governance space on mainnet:
0x9fedaf0d7a480d21a27683b0965c0f8ded35b3f1cac39827a25a06a8a682a4. All columns are bound by the event
commitment.
"""

from psephos.chain.event import FeltEvent, Source, member, pair

ID = member("proposal_id", "u256", "word")
METADATA = member("metadata_uri", "LongString")
VALIDATION = (
    member("validation_strategy"),
    member("validation_parameters", "Span<felt252>"),
    member("validation_uri", "LongString"),
)
STRATEGIES = (
    *pair("voting_strategies", "voting_parameters", "Span<Strategy>"),
    member("voting_uris", "Span<LongString>"),
)
AUTHENTICATORS = member("authenticators", "Span<ContractAddress>")


def _set(name: str, table: str, column: str, cairo: str = "u32") -> FeltEvent:
    """A setting, as it is from then on."""
    return FeltEvent(name, table, (member(column, cairo),))


RULES = (
    FeltEvent(
        "SpaceCreated",
        "space_created",
        (
            member("space"),
            member("owner"),
            member("min_voting_duration", "u32"),
            member("max_voting_duration", "u32"),
            member("voting_delay", "u32"),
            *VALIDATION,
            *STRATEGIES,
            AUTHENTICATORS,
            METADATA,
            member("dao_uri", "LongString"),
        ),
    ),
    FeltEvent("VotingStrategiesAdded", "voting_strategies_added", STRATEGIES),
    _set("VotingStrategiesRemoved", "voting_strategies_removed", "strategy_indices", "Span<u8>"),
    FeltEvent("AuthenticatorsAdded", "authenticators_added", (AUTHENTICATORS,)),
    FeltEvent("AuthenticatorsRemoved", "authenticators_removed", (AUTHENTICATORS,)),
    FeltEvent("ProposalValidationStrategyUpdated", "validation_strategy_updated", VALIDATION),
    _set("MinVotingDurationUpdated", "min_voting_duration_updated", "min_voting_duration"),
    _set("MaxVotingDurationUpdated", "max_voting_duration_updated", "max_voting_duration"),
    _set("VotingDelayUpdated", "voting_delay_updated", "voting_delay"),
    FeltEvent("MetadataUriUpdated", "metadata_uri_updated", (METADATA,)),
    _set("DaoUriUpdated", "dao_uri_updated", "dao_uri", "LongString"),
    FeltEvent(
        "Upgraded",
        "space_upgraded",
        (member("class_hash", "ClassHash"), member("initialize_calldata", "Span<felt252>")),
    ),
    *(
        FeltEvent(
            "OwnershipTransferred",
            "ownership_transferred",
            (member("previous_owner", key=key), member("new_owner", key=key)),
        )
        for key in (True, False)  # OpenZeppelin's component, since 0.8 and before
    ),
)
PROPOSALS = (
    FeltEvent(
        "ProposalCreated",
        "proposal_created",
        (
            ID,
            *pair("author_kind", "author", "UserAddress"),
            member("start_timestamp", "u32"),
            member("min_end_timestamp", "u32"),
            member("max_end_timestamp", "u32"),
            member("finalization_status", "enum3"),
            member("execution_payload_hash", "felt252"),
            member("execution_strategy"),
            *pair("proposal_author_kind", "proposal_author", "UserAddress"),
            member("active_voting_strategies", "u256", "word"),
            METADATA,
            member("payload", "Span<felt252>"),
        ),
    ),
    FeltEvent(
        "ProposalUpdated",
        "proposal_updated",
        (
            ID,
            member("execution_strategy"),
            member("execution_parameters", "Span<felt252>"),
            METADATA,
        ),
    ),
    FeltEvent("ProposalExecuted", "proposal_executed", (ID,)),
    FeltEvent("ProposalCancelled", "proposal_cancelled", (ID,)),
    FeltEvent(
        "VoteCast",
        "vote_cast",
        (
            ID,
            *pair("voter_kind", "voter", "UserAddress"),
            member("support", "enum3"),
            member("weight", "u256"),
            METADATA,
        ),
    ),
)

SOURCE = Source("snapshot_x_space", "Snapshot X: space", (*RULES, *PROPOSALS))
