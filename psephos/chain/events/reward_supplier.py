"""Starknet's reward supplier on Ethereum: requests of L2 that were turned into minted STRK.

Source: starkware-libs/starknet-staking at 7a7add26, `L1/starkware/solidity/stake/
RewardSupplier.sol`; nothing is indexed. The requests themselves are messages that the core contract
tells of (`psephos.chain.events.starknet_core`) and `mint_request` rows on L2
(`…starknet_rewards`).

Address: mainnet 0xCa1406D57eD09947E68DE121316C87113fBE9ff5, sepolia
0xE58d25681B9d290D60e4d7f379a05d5BFD973fFB. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

SOURCE = Source(
    "reward_supplier",
    "Starknet's reward supplier on L1",
    (
        EventType(
            "ConsumedL2MintRequests",
            "mint_requests_consumed",
            (
                Column("messages_consumed", "uint256", "word"),
                Column("amount_minted", "uint256", "amount"),
            ),
        ),
    ),
)
