"""Tokens of Starknet: who sent how much to whom, in both layouts of their `Transfer`.

Source: starknet-io/starkgate-contracts at 4594188, `openzeppelin/token/erc20_v070/erc20.cairo` and
`cairo/strk/erc20_lockable.cairo` (deliberately without keys: STRK, ETH and the tokens bridged
before 2024); OpenZeppelin contracts for Cairo since 0.8, `token/erc20` (sender and recipient are
keys). The number of keys tells the two apart. A mint comes from address 0, a burn goes to it.
`Approval` is not read: an allowance is not a holding.

Addresses: STRK on mainnet and sepolia (18 decimals)
0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d; mainnet
WBTC (8) 0x3fe2b97c1fd336e750087d68b9b867997fd64a2661ff3ca5a7c771641e8e7ac,
LBTC (8) 0x36834a40984312f7f7de8d31e3f6305b325389eaeea5b1c0664b2fb936461a4,
tBTC (18) 0x4daa17763b286d1e59b97c283c0b8c949994c361e426a28f743c67bdfe9a32f,
SolvBTC (18) 0x593e034dda23eea82d2ba9a30960ed42cf4a01502cc2351dc9b9881f9931a68.
On sepolia STRK told transfers without keys at blocks 6,487 and 3,100,000, with keys at 6,694: both
layouts are read at every block. All columns are bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member


def _transfer(key: bool) -> FeltEvent:
    return FeltEvent(
        "Transfer",
        "transfer",
        (member("sender", key=key), member("recipient", key=key), member("amount", "u256")),
    )


SOURCE = Source("starknet_erc20", "Starknet token", (_transfer(key=True), _transfer(key=False)))
