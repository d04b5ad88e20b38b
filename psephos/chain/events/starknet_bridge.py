"""Starknet's side of a bridge: what came from L1 and what left for it.

Source: starknet-io/starkgate-contracts at 4594188, `cairo/token_bridge.cairo`. The lower-case
events are those of the first bridges, one token each; a bridge of today for a single token tells
them beside the new ones, so a sum takes one kind. Declared for bridges of one watched token: a
bridge for any token tells amounts of tokens that anybody made. Addresses of L1 have 20 bytes.

Address: of each token's bridge its own. All columns are bound by the event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member

L1_TOKEN = member("l1_token", "EthAddress", key=True)
AMOUNT = member("amount", "u256")

SOURCE = Source(
    "starknet_bridge",
    "Starknet's side of a bridge",
    (
        FeltEvent(
            "DepositHandled",
            "deposit_handled",
            (L1_TOKEN, member("l2_recipient", key=True), AMOUNT),
        ),
        FeltEvent(
            "WithdrawInitiated",
            "withdraw_initiated",
            (
                L1_TOKEN,
                member("l1_recipient", "EthAddress", key=True),
                AMOUNT,
                member("caller", key=True),
            ),
        ),
        FeltEvent("deposit_handled", "deposit_handled_early", (member("account"), AMOUNT)),
        FeltEvent(
            "withdraw_initiated",
            "withdraw_initiated_early",
            (member("l1_recipient", "EthAddress"), AMOUNT, member("caller")),
        ),
    ),
)
