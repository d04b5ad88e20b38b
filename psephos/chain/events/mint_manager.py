"""StarkWare's mint manager on Ethereum: who may mint STRK, how much, and what was minted.

Source: starkware-libs/starknet-staking at 7a7add26, `L1/starkware/solidity/stake/MintManager.sol`;
nothing is indexed. An allowance may be without a limit, so it is a word. Each mint is a transfer of
STRK from the zero address, too (`psephos.chain.events.erc20`).

Address: mainnet 0xCa14076A3cec95448BaD179cc19B351A4204B88B, sepolia
0x648D1B35a932F5189e7ff97b2F795E03734DE4ce. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

TOKEN = Column("token", "address", "address")
ACCOUNT, MINTER = (Column(name, "address", "address") for name in ("account", "minter"))

SOURCE = Source(
    "mint_manager",
    "Starknet's mint manager",
    (
        EventType(
            "MintProcessed",
            "mint_processed",
            (TOKEN, ACCOUNT, Column("amount", "uint256", "amount")),
        ),
        EventType(
            "MintingAllowanceSet",
            "minting_allowance_set",
            (TOKEN, ACCOUNT, Column("new_allowance", "uint256", "word")),
        ),
        EventType("TokenMinterRegistered", "token_minter_registered", (TOKEN, MINTER)),
        EventType("TokenMinterRevoked", "token_minter_revoked", (TOKEN, MINTER)),
    ),
)
