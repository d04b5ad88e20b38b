"""StarkGate, the bridge of one token to Starknet: deposits, withdrawals, and deposits taken back.

Source: starknet-io/starkgate-contracts at 4594188, `solidity/StarknetTokenBridge.sol` and
`LegacyBridge.sol`. A bridge that was upgraded tells each deposit twice: as `Deposit` and, for
readers of the first version, as `LogDeposit`; a sum takes one of them. Declared for bridges of one
watched token: a bridge for any token tells amounts of tokens that anybody made. `fee` is wei paid
for the message, a word as it is no quantity of the token.

Address: of each token's bridge its own. All columns are bound by the receipt.
"""

from psephos.chain.event import Column, EventType, Source

SENDER, TOKEN, WHO = (
    Column(name, "address", "address", indexed=True) for name in ("sender", "token", "recipient")
)
AMOUNT = Column("amount", "uint256", "amount")
RECIPIENT = Column("l2_recipient", "uint256", "word", indexed=True)
MESSAGE = Column("message", "uint256[]", "word[]")
NONCE, FEE = Column("nonce", "uint256", "word"), Column("fee", "uint256", "word")
PLAIN, WITH_MESSAGE = (NONCE,), (MESSAGE, NONCE)
MOVED, MOVED_EARLY = (SENDER, TOKEN, AMOUNT, RECIPIENT), (SENDER, AMOUNT, RECIPIENT)


Columns = tuple[Column, ...]


def _deposits(name: str, table: str, moved: Columns, told: Columns) -> tuple[EventType, ...]:
    """A deposit, the request to cancel it, and its way back."""
    tables = [f"{table}{what}" for what in ("", "_cancel_requested", "_reclaimed")]
    return (
        EventType(name, tables[0], (*moved, *told, FEE)),
        EventType(f"{name}CancelRequest", tables[1], (*moved, *told)),
        EventType(f"{name}Reclaimed", tables[2], (*moved, *told)),
    )


SOURCE = Source(
    "starkgate",
    "StarkGate bridge",
    (
        *_deposits("Deposit", "deposit", MOVED, PLAIN),
        *_deposits("DepositWithMessage", "deposit_with_message", MOVED, WITH_MESSAGE),
        *_deposits("LogDeposit", "deposit_early", MOVED_EARLY, PLAIN),
        EventType("Withdrawal", "withdrawal", (WHO, TOKEN, AMOUNT)),
        EventType("WithdrawalLimitEnabled", "withdrawal_limit_enabled", (SENDER, TOKEN)),
        EventType("WithdrawalLimitDisabled", "withdrawal_limit_disabled", (SENDER, TOKEN)),
        EventType(
            "SetMaxTotalBalance",
            "max_total_balance_set",
            (TOKEN, Column("max_balance", "uint256", "word")),
        ),
    ),
)
