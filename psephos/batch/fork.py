"""Where the index and the node part: the fork point, found by hash at any depth.

A node whose head is behind ours lags; it is a reorganisation only if a block that both have
differs. Every run of stored blocks that is not final is compared at its end, and the lowest that
differs is walked back, twice as far each time, until the hashes agree. A final block that differs
is contested: nothing is deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from psephos.chain.check import check_chain, check_header, check_headers
from psephos.chain.node import BlockId, Header, Node
from psephos.errors import Contested, LaggingNode, NodeContradiction, WrongChain
from psephos.store.index import Index
from psephos.store.reorganise import Reorganisation
from psephos.store.spans import Cursor

WIDEST = 512
"""Headers asked for at once while walking back."""


@dataclass(frozen=True, slots=True)
class Fork:
    """The newest block that index and node share, and the node's hashes above it."""

    point: BlockId
    above: Mapping[int, bytes]


def follow_fork(index: Index, node: Node, head: BlockId) -> Reorganisation | None:
    """Roll the index back to the fork; None if the node is on its branch as far as it goes.

    Raises Contested if a final block differs, LaggingNode if the node does not even have the
    blocks that were final, NodeContradiction if its headers are no chain.
    """
    _check_final(index, node, head)
    for end in index.ends(head.number):
        header = _header(node, end.number)
        if header.hash != end.hash:
            fork = fork_point(index, node, header)
            return index.rollback(fork.point, "the node is on another branch", fork.above)
    return None


def fork_point(index: Index, node: Node, differs: Header) -> Fork:
    """Walk back from a block of the node's branch that differs from ours to one that agrees.

    Raises WrongChain where not even the first block does.
    """
    above = {differs.number: differs.hash}
    child, count = differs, 1
    while True:
        low = max(child.number - count, 0)
        ours = index.hashes(low, child.number - 1)
        if child.number == 0:
            raise WrongChain(
                f"the node's first block is 0x{child.hash.hex()}, another than the index has",
                hint="it answers for another chain; name another endpoint",
            )
        if not ours:
            return Fork(BlockId(child.number - 1, child.parent), above)
        headers = node.headers(low, child.number - 1)
        check_chain([*headers, child], low, child.number)
        check_headers(headers)
        for header in reversed(headers):
            if header.number not in ours:
                return Fork(header.id, above)
            if ours[header.number] == header.hash:
                return Fork(header.id, above)
            above[header.number] = header.hash
        child, count = headers[0], min(2 * count, WIDEST)


def _check_final(index: Index, node: Node, head: BlockId) -> None:
    """The node has our last final block by its hash."""
    final = index.finalized
    if final is None:
        return
    if head.number < final.number:
        raise LaggingNode(
            f"the node's newest block is {head.number}, but {final.number} was final already",
            hint="it is still catching up, or it is another chain; ask another endpoint",
        )
    header = _header(node, final.number)
    if header.hash != final.hash:
        _contest(index, node, final, header)


def _contest(index: Index, node: Node, final: Cursor, header: Header) -> None:
    """A final block is told otherwise: by one endpoint only, or by all that answer."""
    if node.witnesses(BlockId(*final)).endpoints:
        raise NodeContradiction(
            f"one endpoint knows final block {final.number} as 0x{final.hash.hex()}, another as"
            f" 0x{header.hash.hex()}",
            hint="one of them is on another chain: `psephos doctor` says which",
        )
    index.contest(final.number, final.hash, header.hash)
    raise Contested(
        f"block {final.number} was final as 0x{final.hash.hex()} and is now 0x{header.hash.hex()}",
        hint="nothing was deleted; find out which chain your node is on and whom to believe",
    )


def _header(node: Node, number: int) -> Header:
    headers = node.headers(number, number)
    check_chain(headers, number, number)
    check_header(headers[0])
    return headers[0]
