"""The columns that each kind of figure rests on, as data; what they prove is `evidence`'s."""

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "balance": (("transfer", "sender"), ("transfer", "recipient"), ("transfer", "amount")),
    "supply": (("transfer", "sender"), ("transfer", "recipient"), ("transfer", "amount")),
    "power": (
        ("delegate_votes_changed", "delegate"),
        ("delegate_votes_changed", "new_votes"),
    ),
    "delegated": (
        ("delegate_votes_changed", "old_votes"),
        ("delegate_votes_changed", "new_votes"),
    ),
    "vote": (
        ("vote_cast", "voter"),
        ("vote_cast", "proposal_id"),
        ("vote_cast", "support"),
        ("vote_cast", "weight"),
        ("vote_cast_with_params", "voter"),
        ("vote_cast_with_params", "proposal_id"),
        ("vote_cast_with_params", "support"),
        ("vote_cast_with_params", "weight"),
        ("vote_cast_with_params", "params"),
    ),
    "own_stake": (
        ("stake_balance_changed", "staker"),
        ("stake_balance_changed", "old_self_stake"),
        ("stake_balance_changed", "new_self_stake"),
        ("stake_own_balance_changed", "staker"),
        ("stake_own_balance_changed", "old_self_stake"),
        ("stake_own_balance_changed", "new_self_stake"),
    ),
    "member_stake": (
        ("pool_member_balance_changed", "pool_member"),
        ("pool_member_balance_changed", "old_delegated_stake"),
        ("pool_member_balance_changed", "new_delegated_stake"),
    ),
    "proposal": (("proposal_created", "proposal_id"), ("proposal_created", "vote_start")),
    "quorum": (("quorum_numerator_updated", "new_quorum_numerator"),),
    "delay": (
        ("voting_delay_set", "new_voting_delay"),
        ("voting_period_set", "new_voting_period"),
        ("min_delay_change", "new_delay"),
        ("delay_set", "delay"),
        ("space_created", "voting_delay"),
        ("space_created", "max_voting_duration"),
        ("voting_delay_updated", "voting_delay"),
        ("max_voting_duration_updated", "max_voting_duration"),
    ),
    "locked": (
        ("grant_created", "beneficiary"),
        ("grant_created", "amount"),
        ("grant_created", "start"),
        ("grant_created", "cliff"),
        ("grant_created", "finish"),
        ("grant_released", "beneficiary"),
        ("grant_released", "amount"),
    ),
    "delegation": (("delegate_changed", "delegator"), ("delegate_changed", "to_delegate")),
    "price": (
        ("fee_transaction", "gas_used"),
        ("fee_transaction", "base_fee_burned"),
        ("fee_transaction", "amount"),
        ("fee_transaction", "priced"),
    ),
    "payer": (
        ("fee_transaction", "payer"),
        ("fee_transaction", "target"),
        ("fee_transaction", "base_fee_burned"),
        ("fee_transaction", "priority_fee"),
    ),
    "paid": (
        ("fee_transaction", "base_fee_burned"),
        ("fee_transaction", "priority_fee"),
        ("fee_transaction", "blob_fee"),
        ("fee_transaction", "amount"),
        ("fee_transaction", "in_fri"),
    ),
    "tip": (("fee_transaction", "tip_paid"), ("fee_transaction", "amount")),
    "transferred": (("fee_transaction", "amount"), ("fee_transaction", "transferred")),
    "rate": (
        ("fee_block", "fees_in_fri"),
        ("fee_block", "fees_in_wei"),
        ("fee_block", "l1_gas_price_in_fri"),
        ("fee_block", "l1_gas_price_in_wei"),
    ),
    "relayed": (
        ("fee_relayed", "payer"),
        ("fee_relayed", "forwarder"),
        ("fee_relayed", "gas_token"),
        ("fee_transaction", "reverted"),
    ),
    "stake": (
        ("new_staker", "self_stake"),
        *(
            (table, f"{age}_{amount}")
            for table, amount in (
                ("stake_balance_changed", "self_stake"),
                ("stake_balance_changed", "delegated_stake"),
                ("stake_own_balance_changed", "self_stake"),
                ("stake_delegated_balance_changed", "delegated_stake"),
            )
            for age in ("old", "new")
        ),
        ("stake_delegated_balance_changed", "token"),
        ("delete_staker", "staker"),
    ),
    "curve": (
        ("total_supply_changed", "new_total_supply"),
        ("minting_cap_changed", "new_c"),
    ),
    "member": (
        ("new_pool_member", "amount"),
        ("pool_member_balance_changed", "new_delegated_stake"),
    ),
    "producer": (("fee_block", "coinbase"), ("fee_block", "sequencer")),
    "rewarded": (("staker_rewards_updated", "staker"),),
    "weighs": (
        ("token_enabled", "token"),
        ("token_disabled", "token"),
        ("epoch_info_changed", "epoch_length"),
    ),
    "deployed": (("contract_deployed", "deployed"), ("contract_deployed", "deployer")),
    "attested": (("staker_attestation", "staker"), ("staker_attestation", "epoch")),
    "council": (
        ("safe_setup", "owners"),
        ("safe_setup", "threshold"),
        ("owner_added", "owner"),
        ("owner_removed", "owner"),
        ("threshold_changed", "threshold"),
    ),
    "operation": (("call_scheduled", "id"), ("call_executed", "id")),
    "change": (
        ("program_hash_changed", "new_program_hash"),
        ("aggregator_hash_changed", "new_aggregator_hash"),
        ("config_hash_changed", "new_config_hash"),
        ("implementation_upgraded", "implementation"),
        ("implementation_replaced", "class_hash"),
    ),
    "update": (
        ("state_update", "l2_block_number"),
        ("state_update_early", "l2_block_number"),
        *(
            (table, "sequence_number")
            for table in (
                "root_update_first",
                "root_update_batch",
                "root_update",
                "perpetual_update",
            )
        ),
    ),
    "handled": (("fee_transaction", "kind"), ("fee_transaction", "transaction_hash")),
    "message": tuple(
        (table, "nonce")
        for table in (
            "message_to_l2",
            "message_to_l2_consumed",
            "message_canceled",
            "message_cancellation_started",
        )
    ),
}
"""The columns that a kind of position, a proposal's snapshot or a quorum is made of, by event
table; of those that a dataset's contract emits."""
