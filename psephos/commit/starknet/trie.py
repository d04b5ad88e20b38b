"""A Patricia trie that is kept and changed: the root after each block costs what the block changed.

The shape is that of `patricia`; every subtree carries its own edge, of length 0 where there is
none. Hashes are made when a root is asked for, only of what changed, one batch a height, so
that a batch may be hashed by compiled code.
"""

from collections.abc import Mapping, Sequence
from typing import Optional

from psephos.commit.starknet.felt import PRIME, check_felts
from psephos.commit.starknet.pairs import Pairs
from psephos.commit.starknet.patricia import STATE_HEIGHT, check_keys


class _Node:
    """`length` bits of `path`, then a leaf (`value`) or a fork (`left`, `right`)."""

    __slots__ = ("hash", "left", "length", "path", "right", "value")

    def __init__(self, path: int, length: int, value: int) -> None:
        self.path = path
        self.length = length
        self.value = value
        self.left: _Node | None = None
        self.right: _Node | None = None
        self.hash: int | None = None


class Trie:
    """Key → felt under a root. `pairs` is the hash, of many pairs at once."""

    def __init__(self, pairs: Pairs, height: int = STATE_HEIGHT) -> None:
        self.height = height
        self._pairs = pairs
        self._top: _Node | None = None

    def get(self, key: int) -> int:
        """The value under `key`; 0 where there is none."""
        node, left = self._top, self.height
        while node is not None:
            left -= node.length
            if (key >> left) & ((1 << node.length) - 1) != node.path:
                return 0
            if left == 0:
                return node.value
            left -= 1
            node = node.right if key >> left & 1 else node.left
        return 0

    def update(self, changes: Mapping[int, int]) -> None:
        """Put values under keys; 0 takes a key out. MalformedAnswer for a wrong key or value."""
        check_keys(changes, self.height)
        check_felts(*changes.values(), name="the value of a leaf")
        for key, value in changes.items():
            self._top = _put(self._top, self.height, key, value)

    def root(self) -> int:
        """The root of what the trie holds now; 0 where it is empty."""
        if self._top is None:
            return 0
        levels: dict[int, list[_Node]] = {}
        _changed(self._top, self.height, levels)
        for height in sorted(levels):
            _hash(levels[height], height, self._pairs)
        assert self._top.hash is not None
        return self._top.hash


def _put(node: Optional["_Node"], height: int, key: int, value: int) -> Optional["_Node"]:
    """The subtree of that height after `value` was put under `key` (its low `height` bits)."""
    key &= (1 << height) - 1
    if node is None:
        return _Node(key, height, value) if value else None
    rest = height - node.length
    apart = (key >> rest) ^ node.path
    if apart:
        return _forked(node, rest, apart.bit_length(), key, value) if value else node
    if rest == 0:
        return _Node(node.path, node.length, value) if value else None
    node.hash = None
    if key >> (rest - 1) & 1:
        node.right = _put(node.right, rest - 1, key, value)
    else:
        node.left = _put(node.left, rest - 1, key, value)
    return node if node.left and node.right else _joined(node)


def _forked(node: _Node, rest: int, apart: int, key: int, value: int) -> _Node:
    """A fork inside the edge of `node`, `apart` bits above its end, with a new leaf beside it."""
    fork = _Node(node.path >> apart, node.length - apart, 0)
    leaf = _Node(key & ((1 << (rest + apart - 1)) - 1), rest + apart - 1, value)
    side = node.path >> (apart - 1) & 1
    node.path &= (1 << (apart - 1)) - 1
    node.length = apart - 1
    node.hash = None
    fork.left, fork.right = (leaf, node) if side else (node, leaf)
    return fork


def _joined(node: _Node) -> _Node:
    """A fork that lost a child is no fork: its edge and its only child's become one."""
    only = node.left or node.right
    assert only is not None
    side = 0 if node.left else 1
    only.path |= (node.path << 1 | side) << only.length
    only.length += node.length + 1
    only.hash = None
    return only


def _changed(node: _Node, height: int, levels: dict[int, list[_Node]]) -> None:
    """Sort nodes without a hash by the height of their lower end."""
    if node.hash is None:
        height -= node.length
        levels.setdefault(height, []).append(node)
        if node.left and node.right:
            _changed(node.left, height - 1, levels)
            _changed(node.right, height - 1, levels)


def _hash(nodes: Sequence[_Node], height: int, pairs: Pairs) -> None:
    """Hash nodes whose lower ends have one height: their forks, then their edges."""
    values = [node.value for node in nodes]
    if height:
        children = [(node.left, node.right) for node in nodes]
        values = pairs([(left.hash, right.hash) for left, right in children])  # type: ignore[union-attr,misc]
    edges = [(value, node.path) for node, value in zip(nodes, values, strict=True) if node.length]
    hashes = iter(pairs(edges)) if edges else iter(())
    for node, value in zip(nodes, values, strict=True):
        node.hash = (next(hashes) + node.length) % PRIME if node.length else value
