"""Delegated voting power of a Starknet token: who delegates to whom, and what each delegate holds.

Source: starknet-io/starkgate-contracts at 4594188, `openzeppelin/token/erc20/extensions/
erc20votes.cairo` (no keys: vSTRK); OpenZeppelin contracts for Cairo since 0.8, `governance/votes`
(delegator and delegates are keys). `new_votes` is the delegate's whole power after the event; power
is recorded at seconds (Unix time), not at block numbers.

Address of vSTRK: mainnet 0x782f0ddca11d9950bc3220e35ac82cf868778edb67a5e58b39838544bc4cd0f, sepolia
0x35c332b8de00874e702b4831c84b22281fb3246f714475496d74e644f35d492. All columns are bound by the
event commitment.
"""

from psephos.chain.event import FeltEvent, Source, member


def _delegation(key: bool) -> tuple[FeltEvent, FeltEvent]:
    return (
        FeltEvent(
            "DelegateChanged",
            "delegate_changed",
            tuple(member(m, key=key) for m in ("delegator", "from_delegate", "to_delegate")),
        ),
        FeltEvent(
            "DelegateVotesChanged",
            "delegate_votes_changed",
            (
                member("delegate", key=key),
                member("old_votes", "u256"),
                member("new_votes", "u256"),
            ),
        ),
    )


SOURCE = Source(
    "starknet_votes",
    "Delegation of a Starknet voting token",
    (*_delegation(key=True), *_delegation(key=False)),
)
