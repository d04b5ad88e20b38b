"""The root of an ordered Merkle Patricia trie: value i under the key rlp(i).

Receipts, transactions and withdrawals of a block are committed so. Only the root is made
here; no trie is kept. A node is, in the hexadecimal digits of the key (Yellow Paper, D):

    leaf       list(prefix(rest, leaf), value)
    extension  list(prefix(shared digits, extension), child)
    branch     list(child 0, …, child 15, "")      no key rlp(i) begins another, so the
                                                   branch's own value is always empty
    child      the node itself if shorter than 32 bytes, else its hash
"""

from collections.abc import Sequence

from psephos.commit.keccak import keccak
from psephos.commit.rlp import integer, sequence, string

EMPTY_ROOT = keccak(b"\x80")


def ordered_root(values: Sequence[bytes]) -> bytes:
    """The root over `values` in their order: 32 bytes; EMPTY_ROOT where there are none."""
    if not values:
        return EMPTY_ROOT
    leaves = sorted((integer(i).hex(), value) for i, value in enumerate(values))
    return keccak(_node(leaves, 0))


def _node(leaves: Sequence[tuple[str, bytes]], depth: int) -> bytes:
    """The node over sorted `leaves` that agree in their first `depth` digits."""
    first, value = leaves[0]
    if len(leaves) == 1:
        return sequence(_prefix(first[depth:], leaf=True) + string(value))
    pairs = zip(first, leaves[-1][0], strict=False)
    shared = next(i for i, (digit, other) in enumerate(pairs) if digit != other)
    if shared > depth:
        return sequence(_prefix(first[depth:shared], leaf=False) + _child(leaves, shared))
    children = [b"\x80"] * 17
    start = 0
    while start < len(leaves):
        digit = leaves[start][0][depth]
        end = start
        while end < len(leaves) and leaves[end][0][depth] == digit:
            end += 1
        children[int(digit, 16)] = _child(leaves[start:end], depth + 1)
        start = end
    return sequence(b"".join(children))


def _child(leaves: Sequence[tuple[str, bytes]], depth: int) -> bytes:
    node = _node(leaves, depth)
    return node if len(node) < 32 else string(keccak(node))


def _prefix(digits: str, *, leaf: bool) -> bytes:
    """Digits with the flag that says leaf or extension, and odd or even (Yellow Paper, C)."""
    odd = len(digits) % 2
    flag = f"{2 * leaf + odd}" + "0" * (1 - odd)
    return string(bytes.fromhex(flag + digits))


def ordered_proof(values: Sequence[bytes], index: int) -> list[bytes]:
    """The nodes from the root to value `index`, those that are reached by hash: its proof.

    IndexError if there is no such value.
    """
    key = integer(index).hex()
    leaves = sorted((integer(i).hex(), value) for i, value in enumerate(values))
    if not 0 <= index < len(values):
        raise IndexError(f"there is no value {index} among {len(values)}")
    nodes: list[bytes] = []
    depth = 0
    while True:
        node = _node(leaves, depth)
        if not nodes or len(node) >= 32:
            nodes.append(node)
        if len(leaves) == 1:
            return nodes
        pairs = zip(leaves[0][0], leaves[-1][0], strict=False)
        shared = next(i for i, (digit, other) in enumerate(pairs) if digit != other)
        if shared > depth:
            depth = shared
        else:
            leaves = [leaf for leaf in leaves if leaf[0][depth] == key[depth]]
            depth += 1
