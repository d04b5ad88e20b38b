"""A value under a key of a Merkle Patricia trie, or its absence, from the nodes on the key's way.

    node       = leaf | extension | branch                                  (Yellow Paper, D)
    leaf       = list(prefix(rest of the key, leaf), value)
    extension  = list(prefix(shared digits, extension), child)              child: a branch
    branch     = list(child 0, …, child 15, value)                          two of them or more
    child      = "" | the node itself if shorter than 32 bytes | its keccak

A proof is the nodes that are reached by hash, from the root on. It is strict: what is not the one
canonical trie's own way to the key is refused, so that a proof has one form. A missing node is
never absence; absence is an empty place, another leaf or another extension where the key would be.

Read before anything is built: how many nodes there can be, and how long each may be. Nodes are
decoded by the `rlp` library, strict; the laws above are checked on what it gives.
"""

from collections.abc import Sequence

from psephos.commit.keccak import keccak
from psephos.commit.rlp import items
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import VerificationFailed

Item = bytes | list["Item"]
"""A byte string of RLP, or a list of items."""

LEAF = 2
"""The flag of a leaf in a prefix; 1 beside it says that the digits are odd in number."""

NODE = 4096
"""Longest node read where values are short, in bytes; a full branch has 532."""

SHORT = 32
"""A node shorter than this stands in its parent; no other does."""


def value_at(
    root: bytes, key: bytes, nodes: Sequence[bytes], *, hashed: bool = True, limit: int = NODE
) -> bytes | None:
    """The value under `key` in the trie of this root; None if it is proven that there is none.

    nodes: those on the way, in order, the root's first; none, or the one empty node, under
    the root of the empty trie. hashed: the trie's keys are hashes (state and storage), all as
    long as this one, so no key ends on the way; not so in a block's lists, whose keys are
    rlp(index). limit: longest node in bytes.

    VerificationFailed if a node is missing, altered, not canonical, not on the way, or too long.
    """
    if len(nodes) > 2 * len(key) + 1:
        raise VerificationFailed(f"a proof of {len(nodes)} nodes; none has so many")
    if root == EMPTY_ROOT:
        if list(nodes) not in ([], [b"\x80"]):
            raise VerificationFailed("a proof has nodes, but its trie is empty")
        return None
    way = _Way(key.hex(), hashed)
    place: Item | None = root
    for number, encoded in enumerate(nodes):
        if not isinstance(place, bytes):
            raise VerificationFailed(f"node {number} of a proof is not on the way to the key")
        if len(encoded) > limit or (number and len(encoded) < SHORT):
            raise VerificationFailed(f"node {number} of a proof has {len(encoded)} bytes")
        if keccak(encoded) != place:
            raise VerificationFailed(f"node {number} of a proof does not hash to its place")
        place = way.through(items(encoded, limit=limit))
    if place is not None:
        raise VerificationFailed(f"node {len(nodes)} of a proof is missing")
    return way.value


class _Way:
    """How far a key's digits have been followed, and what was found at their end."""

    def __init__(self, digits: str, hashed: bool) -> None:
        self.digits = digits
        self.hashed = hashed
        self.done = 0
        self.after_extension = False
        self.value: bytes | None = None

    def through(self, node: list[Item]) -> bytes | None:
        """Follow the key through a node and those inside it: the hash of the next node, or None
        where the way ends (`value` says how)."""
        place: Item | None = node
        while isinstance(place, list):
            check_node(place, len(self.digits) - self.done if self.hashed else None)
            if self.after_extension and len(place) == 2:
                raise VerificationFailed("an extension leads to a node that is no branch")
            place = self._branch(place) if len(place) == 17 else self._short(place)
        return place

    def _branch(self, node: list[Item]) -> Item | None:
        self.after_extension = False
        if self.done == len(self.digits):
            self.value = _string(node[16]) or None
            return None
        child = node[int(self.digits[self.done], 16)]
        self.done += 1
        return child or None

    def _short(self, node: list[Item]) -> Item | None:
        """Through a leaf or an extension; None where it leads elsewhere."""
        leaf, shared = path(node[0])
        rest = self.digits[self.done :]
        if leaf:
            self.value = _string(node[1]) if shared == rest else None
            return None
        if not rest.startswith(shared):
            return None
        self.done += len(shared)
        self.after_extension = True
        return node[1]


def path(prefix: Item) -> tuple[bool, str]:
    """Whether it is a leaf's, and the digits, of a prefix (Yellow Paper, C); one form only."""
    text = _string(prefix).hex()
    flag = int(text[0], 16) if text else 4
    if flag > 3 or (flag % 2 == 0 and text[1] != "0"):
        raise VerificationFailed("the prefix of a trie's node is not canonical")
    return flag >= LEAF, text[1:] if flag % 2 else text[2:]


def check_node(node: list[Item], left: int | None) -> None:
    """VerificationFailed unless a node, and each that stands inside it, has its canonical form.

    left: how many digits of a key are not used yet above it, the same for all keys; None if
    keys differ in length.
    """
    if len(node) == 17:
        _check_branch(node, left)
    elif len(node) == 2:
        _check_short(node, left)
    else:
        raise VerificationFailed(f"a trie's node of {len(node)} members, neither 2 nor 17")


def _check_branch(node: list[Item], left: int | None) -> None:
    if sum(1 for item in node if item) < 2:
        raise VerificationFailed("a branch with less than two ways on")
    value = _string(node[16])
    if left is not None and (value or left < 1):
        raise VerificationFailed("a branch stands where keys end, or has a value on their way")
    for child in node[:16]:
        if child:
            _check_child(child, None if left is None else left - 1)


def _check_short(node: list[Item], left: int | None) -> None:
    leaf, digits = path(node[0])
    if leaf:
        if not _string(node[1]):
            raise VerificationFailed("a leaf without a value")
        if left is not None and len(digits) != left:
            raise VerificationFailed("a leaf whose key is longer or shorter than the others")
        return
    if not digits or not node[1]:
        raise VerificationFailed("an extension of no digits, or to nothing")
    if isinstance(node[1], list) and len(node[1]) != 17:
        raise VerificationFailed("an extension leads to a node that is no branch")
    if left is not None and len(digits) >= left:
        raise VerificationFailed("an extension longer than the keys")
    _check_child(node[1], None if left is None else left - len(digits))


def _check_child(child: Item, left: int | None) -> None:
    """A hash of 32 bytes, or a node that is short enough to stand here."""
    if isinstance(child, bytes):
        if len(child) != SHORT:
            raise VerificationFailed(f"a reference of {len(child)} bytes in a trie's node")
        return
    if _size(child) >= SHORT:
        raise VerificationFailed("a node stands in its parent that is long enough for a hash")
    check_node(child, left)


def _size(item: Item) -> int:
    """How many bytes an item's encoding has, counted no further than SHORT: one that came from
    a stranger may be nested a thousand deep."""
    size, waiting = 0, [item]
    while waiting and size < SHORT:
        one = waiting.pop()
        if isinstance(one, bytes):
            size += 1 if len(one) == 1 and one[0] < 0x80 else 1 + len(one)
        else:
            size += 1
            waiting += one
    return size


def _string(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise VerificationFailed("a list stands in a trie's node where bytes must")
    return item
