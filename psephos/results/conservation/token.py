"""Conservation: what the events add up to is what the token itself holds.

At a sealed block, of every watched token: the total supply and the largest balances, replayed
from transfers, equal

    the token's storage, proven against the block header's state root      level *complete*
    or what the token answers when it is called                            level *seen*

Nodes serve proofs only near their head, so they are taken while following. Where the token keeps
its balances is searched for (`BASES`): the largest balance must be in the mapping, all the others
then have to be. A token that pays interest or takes fees without telling so in transfers fails
here, and so does a row that was left out or altered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

from psephos.chain.node import BlockId, Node
from psephos.commit.account import account_at, slot_at
from psephos.commit.fields import octets
from psephos.commit.storage import mapping_slot, namespace, slot
from psephos.errors import NodeError, VerificationFailed
from psephos.evidence.check import Check, NotPossible, attempt
from psephos.results.conservation import starknet

LARGEST = 100
AT_ONCE = 50
"""Slots asked for by one call."""

BASES = (namespace("openzeppelin.storage.ERC20"), *range(12))
"""Where balances may lie: OpenZeppelin 5's upgradeable token, else one of the first slots."""

SUPPLY = bytes.fromhex("18160ddd")
BALANCE = bytes.fromhex("70a08231")


@runtime_checkable
class Proving(Protocol):
    """A node that proves its state (`eth_getProof`)."""

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Held:
    """What the rows say of a token at the end of a block. Amounts in its smallest unit.

    `largest` are pairs of holder and balance, the largest first. `state_root` is None where the
    block's header is not known: then nothing can be proven.
    """

    token: bytes
    block: BlockId
    state_root: bytes | None
    supply: int
    largest: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class Conserved:
    """The outcome: `level` is that of the evidence, `checks` are `supply` and `balances`."""

    held: Held
    level: str
    checks: tuple[Check, ...]

    @property
    def failed(self) -> bool:
        return any(check.status == "failed" for check in self.checks)


def conserved(held: Held, node: Node) -> Conserved:
    """Compare with proven storage if the node has a proof, with its calls if not, and say which.

    No error leaves here but those of this machine: a node that fails makes a check not possible.
    """
    try:
        values = proven(held, node)
    except (NotPossible, NodeError, VerificationFailed) as why:
        how = f"what the token answers, seen and not proven: {why}"
        return Conserved(held, "seen", _compared(held, partial(called, held, node), how))
    return Conserved(held, "complete", _compared(held, values.__getitem__, "proven storage"))


def _compared(held: Held, told: Callable[[bytes], int], how: str) -> tuple[Check, ...]:
    """`supply` and `balances` against what is told; the empty key tells the supply."""

    def supply() -> str:
        if (found := told(b"")) != held.supply:
            raise VerificationFailed(f"the rows give {held.supply}, the token has {found}; {how}")
        return f"{held.supply} at block {held.block.number}: {how}"

    def balances() -> str:
        for holder, amount in held.largest:
            if (found := told(holder)) != amount:
                raise VerificationFailed(
                    f"0x{holder.hex()}: the rows give {amount}, the token has {found}; {how}"
                )
        return f"the {len(held.largest)} largest at block {held.block.number}: {how}"

    return attempt("supply", supply), attempt("balances", balances)


def called(held: Held, node: Node, holder: bytes) -> int:
    """What the token itself answers at the block; NodeError where it does not."""
    if len(held.token) == 32:
        return starknet.called(held.token, held.block.number, node, holder)
    data = BALANCE + holder.rjust(32, b"\0") if holder else SUPPLY
    answer = node.call(held.token, data, held.block.number)
    if len(answer) != 32:
        raise NodeError(f"the token answers {len(answer)} bytes where a number was asked for")
    return int.from_bytes(answer, "big")


def proven(held: Held, node: Node) -> dict[bytes, int]:
    """Supply (under the empty key) and balances, each proven against the state root.

    NotPossible where the node gives no proofs, the header is not known, or the token keeps its
    balances elsewhere. VerificationFailed where a proof does not hold, NodeError where the node
    fails or no longer serves the block.
    """
    if held.state_root is None:
        raise NotPossible("the block's header is not known")
    if not held.largest:
        raise NotPossible("nobody holds anything")
    if len(held.token) == 32:
        root = int.from_bytes(held.state_root, "big")
        holders = [holder for holder, _ in held.largest]
        return starknet.proven(held.token, root, held.block.number, holders, node)
    if not isinstance(node, Proving):
        raise NotPossible("this node gives no proofs")
    (first, amount), *_ = held.largest
    guesses = [mapping_slot(first, base) for base in BASES]
    supplies = [slot(base + 2) for base in BASES]
    found = _slots(held, node, [*guesses, *supplies], searching=True)
    base = next((b for b, s in zip(BASES, guesses, strict=True) if found.get(s) == amount), None)
    kept = next((s for s in supplies if found.get(s) == held.supply), None)
    if base is None or kept is None:
        raise NotPossible("the largest balance and the supply lie in no slot that is known")
    slots = {holder: mapping_slot(holder, base) for holder, _ in held.largest}
    values = _slots(held, node, list(slots.values()))
    return {b"": found[kept]} | {holder: values[place] for holder, place in slots.items()}


def _slots(
    held: Held, node: Proving, slots: Sequence[bytes], *, searching: bool = False
) -> dict[bytes, int]:
    """Proven values of slots of the token; while searching, a slot that is not proven is left out.

    A node may keep zeros that no trie should hold in slots nobody needs (anvil does).
    """
    assert held.state_root is not None
    found: dict[bytes, int] = {}
    for start in range(0, len(slots), AT_ONCE):
        asked = slots[start : start + AT_ONCE]
        answer = node.proof(held.token, asked, held.block.number)
        nodes = _nodes(answer.get("accountProof"))
        account = account_at(held.state_root, held.token, nodes)
        if account is None:
            raise VerificationFailed("the state proves that there is no such token")
        proofs = answer.get("storageProof")
        if not isinstance(proofs, list) or len(proofs) != len(asked):
            raise VerificationFailed(f"asked for {len(asked)} slots, and was told of others")
        for place, proof in zip(asked, proofs, strict=True):
            told = proof.get("proof") if isinstance(proof, dict) else None
            try:
                found[place] = slot_at(account.storage_root, place, _nodes(told))
            except VerificationFailed:
                if not searching:
                    raise
    return found


def _nodes(told: object) -> list[bytes]:
    if not isinstance(told, list):
        raise VerificationFailed("a proof is no list of nodes")
    return [octets(node, "node of a proof") for node in told]
