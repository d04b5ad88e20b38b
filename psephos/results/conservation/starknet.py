"""What a token of Starknet holds: proven by its storage, or told by its calls.

A balance is a u256 of the mapping `ERC20_balances`, the supply the u256 `ERC20_total_supply`; the
low half is at the variable's address, the high half at the next one. Both names have been those of
OpenZeppelin's tokens for Cairo 0 and Cairo, and of StarkGate's, which STRK and ETH are.

    address of a variable  = the low 250 bits of Keccak-256 of its name
    address of a mapping's = Pedersen(address of the variable, key) mod 2^251 - 256
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from psephos.chain.node import Node
from psephos.commit.starknet.felt import keccak_250
from psephos.commit.starknet.pairs import pedersen_batch
from psephos.commit.starknet.proof import prove
from psephos.errors import NodeError, VerificationFailed
from psephos.evidence.check import NotPossible

AT_ONCE = 50
"""Keys asked for by one call: nodes take 100."""

BALANCES, SUPPLY = keccak_250(b"ERC20_balances"), keccak_250(b"ERC20_total_supply")
LARGEST_ADDRESS = 2**251 - 256

BALANCE_OF = (keccak_250(b"balance_of"), keccak_250(b"balanceOf"))
SUPPLY_OF = (keccak_250(b"total_supply"), keccak_250(b"totalSupply"))
"""Entry points, by the two ways of writing that tokens have."""


@runtime_checkable
class Proving(Protocol):
    """A node that proves its state (`starknet_getStorageProof`)."""

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]: ...


def proven(
    token: bytes, root: int, block: int, holders: Sequence[bytes], node: Node
) -> dict[bytes, int]:
    """Supply (under the empty key) and balances, each proven against the state root.

    NotPossible where the node gives no proofs or the token keeps its supply elsewhere;
    VerificationFailed where a proof does not hold, NodeError where the node fails.
    """
    if not isinstance(node, Proving):
        raise NotPossible("this node gives no proofs")
    own = pedersen_batch([(BALANCES, int.from_bytes(holder, "big")) for holder in holders])
    places = {b"": SUPPLY} | {
        holder: place % LARGEST_ADDRESS for holder, place in zip(holders, own, strict=True)
    }
    keys = [place + half for place in places.values() for half in (0, 1)]
    values: dict[int, int] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        answer = node.proof(token, [key.to_bytes(32, "big") for key in some], block)
        found = prove(answer, root, int.from_bytes(token, "big"), some)
        if not found.present:
            raise VerificationFailed("the state proves that there is no such token")
        values |= found.values
    if not any(values[SUPPLY + half] for half in (0, 1)):
        raise NotPossible("the token's supply lies in no variable that is known")
    return {name: values[key] + (values[key + 1] << 128) for name, key in places.items()}


def called(token: bytes, block: int, node: Node, holder: bytes) -> int:
    """What the token itself answers at the block; NodeError where it does not."""
    refused: NodeError | None = None
    for entry in BALANCE_OF if holder else SUPPLY_OF:
        try:
            answer = node.call(token, entry.to_bytes(32, "big") + holder, block)
        except NodeError as error:
            refused = error
            continue
        if len(answer) != 64:
            raise NodeError(f"the token answers {len(answer) // 32} felts instead of a u256")
        return int.from_bytes(answer[:32], "big") + (int.from_bytes(answer[32:], "big") << 128)
    raise refused or NodeError("the token does not answer")
