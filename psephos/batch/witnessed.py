"""Who signed the newest blocks: kept until they are final, so that a second block of one height,
seen in a reorganisation or at another gateway, stands beside the first with both signatures."""

from psephos.chain.node import BlockId, Node, Signatory
from psephos.store import signed
from psephos.store.index import Index

NEWEST = 32
"""Blocks, counted back from the head, whose signatures are asked for after a round."""


def note_signatures(node: Node, index: Index, head: BlockId, final: BlockId) -> None:
    """Ask for the signatures of the newest blocks that are not final and have none yet."""
    if not isinstance(node, Signatory) or not node.gateways:
        return
    first = max(final.number + 1, head.number - NEWEST + 1)
    wanted = signed.missing(index, first, head.number, node.gateways)
    found = [one for number in wanted for one in node.signatures(number)]
    signed.note(index, found, final.number)
