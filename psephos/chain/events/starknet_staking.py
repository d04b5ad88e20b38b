"""Starknet's staking contract in every generation: stakers, their stake, rewards and parameters.

Source: starkware-libs/starknet-staking, `staking/interface.cairo` at c70512d3 (V1, November 2024),
dev.510 = 06d2fffb (V2, May 2025), dev.854 = 5c11a568 (BTC, August 2025) and 7a7add26 (V3, April
2026). The contract was upgraded under one address and kept its selectors; the shapes of an event
differ in keys and data felts:

    NewDelegationPool                    the token is a key since BTC; STRK before
    RemoveFrom…, ChangeDelegationPool…   alike
    CommissionChanged                    the pool is a key until V2
    StakerExitIntent                     the amount is told until V2
    DeleteStaker                         no pool or one until V2, a list since BTC
    StakerRewardsUpdated                 one sum for the pool in V2, a list of pools since BTC

What an earlier generation told and a later one does not stands in a table that ends in `_early`.
`[staker rewards, 0]` of StakerRewardsUpdated is read as a list without pools, which the V2 shape
could have meant too: either says that no pool received anything. On which block each generation
was deployed is not verified: no shape is limited to blocks.

Amounts of stake are STRK, or the token's own smallest unit where a token is named; rewards are
STRK. Commissions are parts of 10,000; times seconds (Unix time), durations seconds, `epoch_length`
blocks. `identifier` is the pool member whose exit it is. The old and new index of V1 are words.

Address: mainnet 0xca1702e64c81d9a07b86bd2c540188d92a2c73cf5cc0e508d949015e7e84a7, sepolia
0x3745ab04a431fc02871a139be6b93d9260b0ff3e779ad9c8b377183b23109f1. All columns are bound by the
event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member, pair

STAKER, POOL, TOKEN = (
    member("staker", key=True),
    member("pool", key=True),
    member("token", key=True),
)
IDENTIFIER = member("identifier", "felt252", key=True)
AMOUNT = member("amount", "u128")
COMMISSION = member("commission", "u16")
EXIT = member("exit_timestamp", "u64")
INTENT = (member("old_intent_amount", "u128"), member("new_intent_amount", "u128"))


def _replaced(name: str, table: str) -> FeltEvent:
    """An address of a staker that was replaced: the event tells the new one first."""
    return FeltEvent(name, table, (STAKER, member("new_address"), member("old_address")))


STAKES = (
    FeltEvent(
        "NewStaker",
        "new_staker",
        (
            STAKER,
            member("reward_address"),
            member("operational_address"),
            member("self_stake", "u128"),
        ),
    ),
    FeltEvent(
        "StakeOwnBalanceChanged",
        "stake_own_balance_changed",
        (STAKER, member("old_self_stake", "u128"), member("new_self_stake", "u128")),
    ),
    FeltEvent(
        "StakeDelegatedBalanceChanged",
        "stake_delegated_balance_changed",
        (
            STAKER,
            TOKEN,
            member("old_delegated_stake", "u128"),
            member("new_delegated_stake", "u128"),
        ),
    ),
    FeltEvent(
        "StakeBalanceChanged",
        "stake_balance_changed",
        (
            STAKER,
            member("old_self_stake", "u128"),
            member("old_delegated_stake", "u128"),
            member("new_self_stake", "u128"),
            member("new_delegated_stake", "u128"),
        ),
    ),
    FeltEvent("StakerExitIntent", "staker_exit_intent", (STAKER, EXIT)),
    FeltEvent("StakerExitIntent", "staker_exit_intent_early", (STAKER, EXIT, AMOUNT)),
    *(
        FeltEvent(
            "DeleteStaker",
            "delete_staker",
            (
                STAKER,
                member("reward_address"),
                member("operational_address"),
                member("pools", cairo),
            ),
        )
        for cairo in ("Span<ContractAddress>", "Option<ContractAddress>")
    ),
)
POOLS = (
    FeltEvent("NewDelegationPool", "new_delegation_pool", (STAKER, POOL, TOKEN, COMMISSION)),
    FeltEvent("NewDelegationPool", "new_delegation_pool_early", (STAKER, POOL, COMMISSION)),
    FeltEvent(
        "RemoveFromDelegationPoolIntent",
        "remove_from_pool_intent",
        (STAKER, POOL, TOKEN, IDENTIFIER, *INTENT),
    ),
    FeltEvent(
        "RemoveFromDelegationPoolIntent",
        "remove_from_pool_intent_early",
        (STAKER, POOL, IDENTIFIER, *INTENT),
    ),
    FeltEvent(
        "RemoveFromDelegationPoolAction",
        "remove_from_pool_action",
        (POOL, TOKEN, IDENTIFIER, AMOUNT),
    ),
    FeltEvent(
        "RemoveFromDelegationPoolAction",
        "remove_from_pool_action_early",
        (POOL, IDENTIFIER, AMOUNT),
    ),
    FeltEvent(
        "ChangeDelegationPoolIntent", "change_pool_intent", (POOL, TOKEN, IDENTIFIER, *INTENT)
    ),
    FeltEvent(
        "ChangeDelegationPoolIntent", "change_pool_intent_early", (POOL, IDENTIFIER, *INTENT)
    ),
)
CHANGE = (member("new_commission", "u16"), member("old_commission", "u16"))
COMMISSIONS = (
    FeltEvent("CommissionInitialized", "commission_initialized", (STAKER, COMMISSION)),
    FeltEvent("CommissionChanged", "commission_changed", (STAKER, *CHANGE)),
    FeltEvent("CommissionChanged", "commission_changed_early", (STAKER, POOL, *CHANGE)),
    FeltEvent(
        "CommissionCommitmentSet",
        "commission_commitment_set",
        (STAKER, member("max_commission", "u16"), member("expiration_epoch", "u64")),
    ),
)
REWARDS = (
    FeltEvent(
        "StakerRewardClaimed", "staker_reward_claimed", (STAKER, member("reward_address"), AMOUNT)
    ),
    FeltEvent(
        "StakerRewardsUpdated",
        "staker_rewards_updated",
        (
            STAKER,
            member("staker_rewards", "u128"),
            *pair("pools", "pool_rewards", "Span<(ContractAddress, u128)>"),
        ),
    ),
    FeltEvent(
        "StakerRewardsUpdated",
        "staker_rewards_updated_early",
        (STAKER, member("staker_rewards", "u128"), member("pool_rewards", "u128")),
    ),
    FeltEvent(
        "RewardsSuppliedToDelegationPool", "rewards_supplied_to_pool", (STAKER, POOL, AMOUNT)
    ),
    FeltEvent(
        "GlobalIndexUpdated",
        "global_index_updated",
        (
            member("old_index", "u128", "word"),
            member("new_index", "u128", "word"),
            member("last_update_timestamp", "u64"),
            member("current_update_timestamp", "u64"),
        ),
    ),
)
ADDRESSES = (
    _replaced("StakerRewardAddressChanged", "staker_reward_address_changed"),
    _replaced("OperationalAddressChanged", "operational_address_changed"),
    FeltEvent(
        "OperationalAddressDeclared",
        "operational_address_declared",
        (member("operational_address", key=True), STAKER),
    ),
    FeltEvent("PublicKeySet", "public_key_set", (STAKER, member("public_key", "felt252"))),
    FeltEvent("PeerIdSet", "peer_id_set", (STAKER, member("peer_id", "u256", "word"))),
)
PARAMETERS = (
    FeltEvent(
        "EpochInfoChanged",
        "epoch_info_changed",
        (member("epoch_duration", "u32"), member("epoch_length", "u32")),
    ),
    FeltEvent(
        "ConsensusRewardsFirstEpochSet",
        "consensus_rewards_first_epoch_set",
        (member("first_epoch", "u64"),),
    ),
    FeltEvent(
        "MinimumStakeChanged",
        "minimum_stake_changed",
        (member("old_minimum_stake", "u128"), member("new_minimum_stake", "u128")),
    ),
    FeltEvent(
        "ExitWaitWindowChanged",
        "exit_wait_window_changed",
        (member("old_exit_window", "u64"), member("new_exit_window", "u64")),
    ),
    FeltEvent(
        "RewardSupplierChanged",
        "reward_supplier_changed",
        (member("old_reward_supplier"), member("new_reward_supplier")),
    ),
    FeltEvent("TokenAdded", "token_added", (TOKEN,)),
    FeltEvent("TokenEnabled", "token_enabled", (TOKEN,)),
    FeltEvent("TokenDisabled", "token_disabled", (TOKEN,)),
    FeltEvent("Paused", "paused", (member("account"),)),
    FeltEvent("Unpaused", "unpaused", (member("account"),)),
)

SOURCE = Source(
    "starknet_staking",
    "Starknet's staking contract",
    (*STAKES, *POOLS, *COMMISSIONS, *REWARDS, *ADDRESSES, *PARAMETERS),
)
