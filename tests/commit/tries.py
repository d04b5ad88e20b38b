"""Merkle Patricia tries made for tests: honest ones, and hash-consistent ones with one lie.

A trie is built from its definition (Yellow Paper, D), not by the code that is tested. A lie is
told by one node on the way to a key; every hash above it is made anew, so that the lie is all
that is wrong. What hashes alone would find is no lie here.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from rlp import encode as rlp_encode

from psephos.commit.keccak import keccak


@dataclass(eq=False)
class Leaf:
    digits: str
    value: bytes


@dataclass(eq=False)
class Extension:
    digits: str
    child: "Node | None"


@dataclass(eq=False)
class Branch:
    children: "list[Node | None]" = field(default_factory=lambda: [None] * 16)
    value: bytes = b""


Node = Leaf | Extension | Branch

LIES = (
    "flag of no node",
    "pad that is not zero",
    "leaf called extension",
    "extension of no digits",
    "extension to an extension",
    "extension to a leaf",
    "extension to nothing",
    "branch with one child",
    "branch of sixteen",
    "branch of eighteen",
    "branch with a value",
    "long node embedded",
    "short node by hash",
    "reference of 33 bytes",
    "reference of 31 bytes",
    "leaf without value",
    "leaf whose key is longer",
    "leaf whose key is shorter",
    "value that is a list",
    "node with a byte after it",
    "node with a longer length",
    "node of three",
)


def build(pairs: Mapping[str, bytes], depth: int = 0) -> Node:
    """The trie over values by the hexadecimal digits of their keys, all of one length or not."""
    keys = sorted(pairs)
    if len(keys) == 1:
        return Leaf(keys[0][depth:], pairs[keys[0]])
    first, last = keys[0], keys[-1]
    end = depth
    while end < len(first) and first[end] == last[end]:
        end += 1
    if end > depth:
        return Extension(first[depth:end], build(pairs, end))
    branch = Branch(value=pairs.get(first[:depth], b"") if len(first) == depth else b"")
    for digit in range(16):
        some = {k: v for k, v in pairs.items() if k[depth : depth + 1] == f"{digit:x}"}
        if some:
            branch.children[digit] = build(some, depth + 1)
    return branch


def prefix(digits: str, leaf: bool) -> bytes:
    odd = len(digits) % 2
    return bytes.fromhex(f"{2 * leaf + odd}" + "0" * (1 - odd) + digits)


@dataclass
class Told:
    """How a trie is written down; `lie` is told at `liar` and nowhere else."""

    liar: Node | None = None
    lie: str = ""
    made: dict[Node, bytes] = field(default_factory=dict)

    def members(self, node: Node) -> list[object]:
        """A node's members; a child that is embedded is a list."""
        lie = self.lie if node is self.liar else ""
        if isinstance(node, Branch):
            return self.branch(node, lie)
        start = prefix(node.digits, isinstance(node, Leaf))
        if lie == "flag of no node":
            start = bytes((start[0] ^ 0x40,)) + start[1:]
        elif lie == "pad that is not zero":
            start = bytes((start[0] | 5,)) + start[1:]
        elif lie == "leaf called extension":
            start = bytes((start[0] ^ 0x20,)) + start[1:]
        if isinstance(node, Leaf):
            value = {"leaf without value": b"", "value that is a list": [node.value, b"x"]}
            found = [start, value.get(lie, node.value)]
        else:
            found = [start, b"" if node.child is None else self.child(node.child)]
        return [*found, b""] if lie == "node of three" else found

    def branch(self, node: Branch, lie: str) -> list[object]:
        children = [b"" if child is None else self.child(child) for child in node.children]
        if lie == "branch of sixteen":
            return children
        found = [*children, b"v" if lie == "branch with a value" else node.value]
        return [*found, b""] if lie == "branch of eighteen" else found

    def child(self, node: Node) -> object:
        """How a parent names a child."""
        encoded, lie = self.encoded(node), self.lie if node is self.liar else ""
        if lie == "reference of 33 bytes":
            return keccak(encoded) + b"\0"
        if lie == "reference of 31 bytes":
            return keccak(encoded)[:31]
        embedded = len(encoded) < 32
        if lie in ("long node embedded", "short node by hash"):
            embedded = not embedded
        return self.members(node) if embedded else keccak(encoded)

    def encoded(self, node: Node) -> bytes:
        if node not in self.made:
            self.made[node] = self._encoded(node)
        return self.made[node]

    def _encoded(self, node: Node) -> bytes:
        lie = self.lie if node is self.liar else ""
        encoded = rlp_encode(self.members(node))
        if lie == "node with a byte after it":
            return encoded + b"\0"
        if lie == "node with a longer length":
            at = 1 if encoded[0] < 0xF8 else 1 + encoded[0] - 0xF7
            size = len(encoded) - at
            width = 1 if encoded[0] < 0xF8 else encoded[0] - 0xF6
            return bytes((0xF7 + width,)) + size.to_bytes(width, "big") + encoded[at:]
        return encoded

    def by_hash(self, node: Node) -> bool:
        """Whether a node's parent names it by a hash, so that a proof tells it."""
        return not isinstance(self.child(node), list)


def way(root: Node, key: str) -> list[Node]:
    """The nodes on the way to a key, as far as it leads."""
    found: list[Node] = []
    node: Node | None = root
    rest = key
    while node is not None:
        found.append(node)
        if isinstance(node, Branch):
            node, rest = (node.children[int(rest[0], 16)], rest[1:]) if rest else (None, "")
        elif isinstance(node, Extension) and rest.startswith(node.digits):
            node, rest = node.child, rest[len(node.digits) :]
        else:
            node = None
    return found


def proof(root: Node, key: str, told: Told | None = None) -> tuple[bytes, list[bytes]]:
    """The trie's root and the nodes of a proof."""
    told = told or Told()
    nodes = [n for i, n in enumerate(way(root, key)) if not i or told.by_hash(n)]
    return keccak(told.encoded(root)), [told.encoded(node) for node in nodes]


def lying(root: Node, key: str, lie: str, draw: random.Random) -> tuple[Node, Told] | None:
    """A trie that tells one lie on the way to a key; None if this one cannot tell it there."""
    path, honest = way(root, key), Told()
    fits = [(i, n) for i, n in enumerate(path) if _fits(lie, i, n, path, honest)]
    end = path[-1]
    beyond = isinstance(end, Leaf) and not key.endswith(end.digits)  # nobody who asks sees it
    if not fits or (lie == "extension to a leaf" and beyond):
        return None
    place, node = draw.choice(fits)
    changed = _changed(lie, node, key, path[:place], draw)
    beside = {n: encoded for n, encoded in honest.made.items() if n not in path}
    if changed is None:
        return root, Told(node, lie, beside)
    if not place:
        return changed, Told(made=beside)
    _replace(path[place - 1], node, changed)
    return root, Told(made=beside)


def _fits(lie: str, place: int, node: Node, path: list[Node], honest: Told) -> bool:
    """Whether a node can tell a lie."""
    last = place == len(path) - 1
    size = len(honest.encoded(node))
    match lie:
        case "flag of no node" | "node of three":
            return not isinstance(node, Branch)
        case "pad that is not zero":
            return not isinstance(node, Branch) and len(node.digits) % 2 == 0
        case "leaf called extension" | "leaf without value" | "value that is a list":
            return isinstance(node, Leaf)
        case "leaf whose key is longer":
            return isinstance(node, Leaf)
        case "leaf whose key is shorter" | "extension to a leaf":
            return isinstance(node, Leaf) and len(node.digits) > 0
        case "extension of no digits":
            return isinstance(node, Branch)
        case "extension to nothing":
            return isinstance(node, Extension)
        case "extension to an extension":
            return isinstance(node, Extension) and len(node.digits) > 1 and not last
        case "branch with one child" | "branch of sixteen" | "branch of eighteen":
            return isinstance(node, Branch)
        case "branch with a value":
            return isinstance(node, Branch)
        case "long node embedded":
            return place > 0 and size >= 32
        case "short node by hash":
            return place > 0 and size < 32
        case "reference of 33 bytes" | "reference of 31 bytes":
            return place > 0 and size >= 32
        case "node with a byte after it" | "node with a longer length":
            return place == 0 or size >= 32
    raise AssertionError(lie)


def _changed(lie: str, node: Node, key: str, above: list[Node], draw: random.Random) -> Node | None:
    """Another node in place of this one, for lies of structure; None for those of writing."""
    if isinstance(node, Leaf):
        if lie == "leaf whose key is longer":
            return Leaf(node.digits + draw.choice("0123456789abcdef"), node.value)
        if lie == "leaf whose key is shorter":
            return Leaf(node.digits[:-1], node.value)
        if lie == "extension to a leaf" and node.digits:
            return Extension(node.digits[:1], Leaf(node.digits[1:], node.value))
    if isinstance(node, Extension):
        if lie == "extension to an extension":
            return Extension(node.digits[:1], Extension(node.digits[1:], node.child))
        if lie == "extension to nothing":
            return Extension(node.digits, None)
    if isinstance(node, Branch):
        if lie == "extension of no digits":
            return Extension("", node)
        if lie == "branch with one child":
            used = sum(len(getattr(n, "digits", "x")) for n in above)
            kept = int(key[used], 16)
            if node.children[kept] is None:
                kept = next(i for i, child in enumerate(node.children) if child)
            return Branch([c if i == kept else None for i, c in enumerate(node.children)])
    return None


def _replace(parent: Node, old: Node, new: Node) -> None:
    if isinstance(parent, Branch):
        parent.children = [new if child is old else child for child in parent.children]
    elif isinstance(parent, Extension):
        parent.child = new


def some(draw: random.Random, digits: int = 0) -> tuple[dict[str, bytes], str]:
    """Pairs of a small trie whose keys have one length, and a key that is there or is not."""
    digits = digits or draw.choice((2, 4, 6, 8))
    alphabet = draw.choice(("01", "0123456789abcdef", "7f"))
    start = draw.choice(("", "", "5e", "5e07"))

    def key() -> str:
        return start + "".join(draw.choice(alphabet) for _ in range(digits))

    pairs = {
        key(): draw.randbytes(draw.choice((1, 1, 3, 20, 33, 40)))
        for _ in range(draw.randrange(1, 14))
    }
    return pairs, draw.choice(sorted(pairs)) if draw.random() < 0.6 else key()
