"""Which nodes still serve the oldest blocks: header, receipts and state, each node asked alone.

    serves    all three, of a block whose header recomputes and is the one that is known
    pruned    it answers, and has the receipts or the state of the block no more
    lies      another block than the one that is known, or a header that is not of its own hash
    disputed  nodes tell different blocks, and none of them is known to be the right one
    down      no answer

State is the code of a contract at the block: any answer counts, none of it is recomputed. That a
node answered is *seen*, on one day. Nodes are named by their labels, which a configuration gives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from psephos.chain.node import Header, Node
from psephos.commit.told import hashed
from psephos.errors import (
    MalformedAnswer,
    NodeContradiction,
    NodeError,
    NodeUnreachable,
    RateLimited,
    UnknownFork,
    WrongChain,
)

Status = Literal["serves", "pruned", "lies", "disputed", "down"]
AWAY = (NodeUnreachable, RateLimited)
FALSE = (WrongChain, NodeContradiction, MalformedAnswer)


@dataclass(frozen=True, slots=True)
class Served:
    """What one node answered of one block; `hash` is what it told, empty where it told nothing."""

    node: str
    block: int
    status: Status
    hash: str = ""
    receipts: bool = False
    state: bool = False
    why: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """As JSON tells it."""
        return asdict(self)


def asked(
    nodes: Mapping[str, Callable[[], Node]],
    blocks: Sequence[int],
    contract: bytes,
    known: Mapping[int, bytes],
) -> list[Served]:
    """What each node answered of each block, by block and in the order of the nodes.

    nodes: how each is opened, by its label; known: hashes of blocks that are known already
    """
    found = []
    for block in blocks:
        told = [_asked(open_, label, block, contract) for label, open_ in nodes.items()]
        found += _settled(told, known.get(block))
    return found


def _asked(open_: Callable[[], Node], label: str, block: int, contract: bytes) -> Served:
    try:
        node = open_()
        (header,) = node.headers(block, block)
    except AWAY as error:
        return Served(label, block, "down", why=error.message)
    except FALSE as error:
        return Served(label, block, "lies", why=error.message)
    except NodeError as error:
        return Served(label, block, "pruned", why=error.message)
    name = f"0x{header.hash.hex()}"
    if why := _not_its_own(header, block):
        return Served(label, block, "lies", name, why=why)
    kept, wrong = {}, []
    questions: tuple[tuple[str, Callable[[], object]], ...] = (
        ("receipts", lambda: node.receipts(header.id)),
        ("state", lambda: node.code(contract, block)),
    )
    for what, ask in questions:
        try:
            ask()
            kept[what] = True
        except (NodeContradiction, WrongChain) as error:
            return Served(label, block, "lies", name, why=error.message)
        except NodeError as error:
            kept[what] = False
            wrong.append(f"{what}: {error.message}")
    whole: Status = "serves" if all(kept.values()) else "pruned"
    return Served(label, block, whole, name, kept["receipts"], kept["state"], "; ".join(wrong))


def _not_its_own(header: Header, block: int) -> str:
    """Why the bytes of a header are not of this block or its hash; nothing where they are, or
    where they cannot be known."""
    if header.number != block:
        return f"tells block {header.number} where {block} was asked for"
    if not header.rlp:
        return ""
    try:
        (own,) = hashed([header.rlp])
    except UnknownFork:
        return ""
    same = own.hash == header.hash
    return "" if same else f"its header recomputes to 0x{own.hash.hex()}"


def _settled(told: Sequence[Served], known: bytes | None) -> list[Served]:
    """With the hash that is known, or that all agree on: whoever told another one lies."""
    hashes = {one.hash for one in told if one.hash and one.status != "lies"}
    if known is None and len(hashes) < 2:
        return list(told)
    right = None if known is None else f"0x{known.hex()}"
    status: Status = "disputed" if right is None else "lies"
    why = f"block {told[0].block} is {right}" if right else "another node tells another block"
    return [
        replace(one, status=status, why=why)
        if one.hash and one.hash != right and one.status != "lies"
        else one
        for one in told
    ]
