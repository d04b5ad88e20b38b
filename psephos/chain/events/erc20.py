"""ERC-20 tokens: who sent how much to whom. Supply follows from mints and burns.

Source: EIP-20; OpenZeppelin contracts 5.7.0 `token/ERC20/IERC20.sol`. A mint comes from the zero
address, a burn goes to it. Early tokens index no member (EIP-20 was not final yet): the second
shape. `Approval` is not read: an allowance is not a holding.

Address on Ethereum mainnet: STRK 0xCa14007Eff0dB1f8135f4C25B34De49AB0d42766 (18 decimals).
All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source


def _transfer(indexed: bool) -> EventType:
    return EventType(
        "Transfer",
        "transfer",
        (
            Column("sender", "address", "address", indexed),
            Column("recipient", "address", "address", indexed),
            Column("amount", "uint256", "amount"),
        ),
    )


SOURCE = Source("erc20", "ERC-20 token", (_transfer(indexed=True), _transfer(indexed=False)))
