"""The ordered trie root against an independent, slow construction."""

import rlp as library
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.keccak import keccak
from psephos.commit.trie import ordered_root


def patricialize(pairs: dict[tuple[int, ...], bytes], level: int) -> object:
    """The recursive definition of the Yellow Paper, appendix D (as execution-specs writes it)."""
    if not pairs:
        return b""
    keys = list(pairs)
    if len(keys) == 1:
        return [compact(keys[0][level:], True), pairs[keys[0]]]
    shared = 0
    while (
        all(len(k) > level + shared for k in keys) and len({k[level + shared] for k in keys}) == 1
    ):
        shared += 1
    if shared:
        return [compact(keys[0][level : level + shared], False), inner(pairs, level + shared)]
    branch: list[object] = []
    for digit in range(16):
        branch.append(inner({k: v for k, v in pairs.items() if k[level] == digit}, level + 1))
    return [*branch, b""]


def inner(pairs: dict[tuple[int, ...], bytes], level: int) -> object:
    node = patricialize(pairs, level)
    if node == b"":
        return b""
    return node if len(library.encode(node)) < 32 else keccak(library.encode(node))


def compact(nibbles: tuple[int, ...], leaf: bool) -> bytes:
    flag = 2 if leaf else 0
    padded = (flag + 1, *nibbles) if len(nibbles) % 2 else (flag, 0, *nibbles)
    return bytes(16 * a + b for a, b in zip(padded[::2], padded[1::2], strict=True))


def slow_root(values: list[bytes]) -> bytes:
    pairs = {}
    for i, value in enumerate(values):
        key = library.encode(i)
        pairs[tuple(n for byte in key for n in (byte >> 4, byte & 15))] = value
    node = patricialize(pairs, 0)
    return keccak(library.encode(node))


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=1, max_size=50), max_size=20))
def test_the_root_is_that_of_the_definition(values: list[bytes]) -> None:
    assert ordered_root(values) == slow_root(values)


def test_the_root_is_that_of_the_definition_at_every_count_to_300() -> None:
    values = [bytes([i % 251 + 1]) * (i % 40 + 1) for i in range(300)]
    for count in [*range(0, 20), 126, 127, 128, 129, 130, 255, 256, 257, 300]:
        assert ordered_root(values[:count]) == slow_root(values[:count])


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=40), st.data())
def test_one_changed_bit_of_any_value_changes_the_root(
    values: list[bytes], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(values) - 1))
    bit = data.draw(st.integers(0, 8 * len(values[position]) - 1))
    changed = bytearray(values[position])
    changed[bit // 8] ^= 1 << bit % 8
    other = [*values[:position], bytes(changed), *values[position + 1 :]]
    assert ordered_root(other) != ordered_root(values)
