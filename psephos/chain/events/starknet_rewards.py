"""Where Starknet's staking rewards come from: requests to mint on L1, and the minting curve.

Source: starkware-libs/starknet-staking at c70512d3, 06d2fffb, 5c11a568 and 7a7add26,
`minting_curve/interface.cairo` and `reward_supplier/interface.cairo` (CalculatedRewards: V1 alone).

    yearly mint = ⌊ c · ⌊√(stake · supply)⌋ / 10,000 ⌋     in fri

`supply` is what L1 told last (`total_supply_changed`), `c` the numerator of `minting_cap_changed`;
`total_amount` of a request is `num_msgs` messages to L1 of one base amount each. Times are seconds.

Addresses: reward supplier mainnet 0x9035556d1ee136e7722ae4e78f92828553a45eed3bc9b2aba90788ec2ca112,
sepolia 0x2ebbebb8ceb2e07f30a5088f5849afd4f908f04f3f9c97c694e5d83d2a7cc61; minting curve mainnet
0xca1705e74233131dbcdee7f1b8d2926bf262168c7df339004b3f46015b6984, sepolia
0x6043928ca93cff6d6f39378ba391d7152eea707bdd624c1b2074e71af2abaca. All columns are bound by the
event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

SOURCE = Source(
    "starknet_rewards",
    "Starknet's reward supplier and minting curve",
    (
        FeltEvent(
            "MintRequest",
            "mint_request",
            (member("total_amount", "u128"), member("num_msgs", "u128", "word")),
        ),
        FeltEvent(
            "CalculatedRewards",
            "calculated_rewards",
            (
                member("last_timestamp", "u64"),
                member("new_timestamp", "u64"),
                member("rewards_calculated", "u128"),
            ),
        ),
        FeltEvent(
            "TotalSupplyChanged",
            "total_supply_changed",
            (member("old_total_supply", "u128"), member("new_total_supply", "u128")),
        ),
        FeltEvent(
            "MintingCapChanged",
            "minting_cap_changed",
            (member("old_c", "u16"), member("new_c", "u16")),
        ),
    ),
)
