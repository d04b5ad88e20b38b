"""Delegation pools of Starknet's staking: members, what each delegates, and when they leave.

Source: starkware-libs/starknet-staking, `pool/interface.cairo` at c70512d3 (V1), 06d2fffb (V2),
5c11a568 (BTC) and 7a7add26 (V3): the layouts are equal in all; V1 tells `FinalIndexSet` and
`DeletePoolMember` where later ones tell `StakerRemoved`.

Balances are in the smallest unit of the pool's own token (`psephos.chain.events.starknet_staking`
says which: `new_delegation_pool`), rewards in STRK; `exit_timestamp` is seconds (Unix time). While
a member's exit waits, its amount is no more part of its balance. Every pool is a contract of its
own: addresses are those that NewDelegationPool names. All columns are bound by the event
commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

MEMBER, STAKER = member("pool_member", key=True), member("staker", key=True)
AMOUNT = member("amount", "u128")

SOURCE = Source(
    "starknet_pool",
    "Delegation pools of Starknet's staking",
    (
        FeltEvent(
            "NewPoolMember", "new_pool_member", (MEMBER, STAKER, member("reward_address"), AMOUNT)
        ),
        FeltEvent(
            "PoolMemberBalanceChanged",
            "pool_member_balance_changed",
            (MEMBER, member("old_delegated_stake", "u128"), member("new_delegated_stake", "u128")),
        ),
        FeltEvent(
            "PoolMemberExitIntent",
            "pool_member_exit_intent",
            (MEMBER, member("exit_timestamp", "u64"), AMOUNT),
        ),
        FeltEvent(
            "PoolMemberExitAction",
            "pool_member_exit_action",
            (MEMBER, member("unpool_amount", "u128")),
        ),
        FeltEvent(
            "SwitchDelegationPool",
            "switch_delegation_pool",
            (MEMBER, member("new_pool", key=True), AMOUNT),
        ),
        FeltEvent(
            "PoolMemberRewardClaimed",
            "pool_member_reward_claimed",
            (MEMBER, member("reward_address", key=True), AMOUNT),
        ),
        FeltEvent(
            "PoolMemberRewardAddressChanged",
            "pool_member_reward_address_changed",
            (MEMBER, member("new_address"), member("old_address")),
        ),
        FeltEvent("StakerRemoved", "staker_removed", (STAKER,)),
        FeltEvent(
            "FinalIndexSet", "final_index_set", (STAKER, member("final_index", "u128", "word"))
        ),
        FeltEvent("DeletePoolMember", "delete_pool_member", (MEMBER, member("reward_address"))),
    ),
)
