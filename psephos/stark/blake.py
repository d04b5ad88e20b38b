"""BLAKE2s on sixteen messages at a time, in compiled code; bit-equal to `hashlib.blake2s`.

The compression is written as LLVM instructions on vectors of sixteen 32-bit words, one word of
each message side by side. `state` holds 8 × 16 words, `message` 16 × 16, word-major.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from psephos.commit.starknet.compiled.machine import inner

Words = NDArray[np.uint32]

LANES = 16
_proxy: Any = cgutils.create_struct_proxy
_32 = ir.IntType(32)
_WORDS = ir.VectorType(_32, LANES)

IV = (
    *(0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A),
    *(0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19),
)
# RFC 7693, section 2.7
SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
MIXED = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)
"""The four words of the state that each of a round's eight mixings takes."""


def _instruction(typed: Callable[..., Any]) -> Any:
    """See `lanes`."""
    return intrinsic(typed)


def initial(person: bytes, size: int) -> Words:
    """The state before the first block: no key, no salt, `size` bytes of output."""
    first, second = (int.from_bytes(person[i : i + 4], "little") for i in (0, 4))
    words = [IV[0] ^ 0x01010000 ^ size, *IV[1:6], IV[6] ^ first, IV[7] ^ second]
    return np.repeat(np.array(words, np.uint32), LANES)


def _constant(word: int) -> Any:
    return ir.Constant(_WORDS, [word] * LANES)


def _rotate(builder: Any, word: Any, by: int) -> Any:
    right = builder.lshr(word, _constant(by))
    return builder.or_(right, builder.shl(word, _constant(32 - by)))


def _mix(builder: Any, v: list[Any], where: tuple[int, ...], x: Any, y: Any) -> None:
    a, b, c, d = where
    for word, first, second in ((x, 16, 12), (y, 8, 7)):
        v[a] = builder.add(builder.add(v[a], v[b]), word)
        v[d] = _rotate(builder, builder.xor(v[d], v[a]), first)
        v[c] = builder.add(v[c], v[d])
        v[b] = _rotate(builder, builder.xor(v[b], v[c]), second)


def _pointers(builder: Any, data: Any, count: int) -> list[Any]:
    start = builder.bitcast(data, _WORDS.as_pointer())
    return [builder.gep(start, [ir.Constant(ir.IntType(64), i)]) for i in range(count)]


def _emit_compress(builder: Any, state: Any, message: Any, length: Any, last: Any) -> None:
    where = _pointers(builder, state, 8)
    h = [builder.load(pointer, align=4) for pointer in where]
    m = [builder.load(pointer, align=4) for pointer in _pointers(builder, message, 16)]
    v = [*h, *map(_constant, IV)]
    v[12] = builder.xor(v[12], length)
    v[14] = builder.xor(v[14], last)
    for sigma in SIGMA:
        for i, mixed in enumerate(MIXED):
            _mix(builder, v, mixed, m[sigma[2 * i]], m[sigma[2 * i + 1]])
    for i in range(8):
        word = builder.xor(h[i], builder.xor(v[i], v[i + 8]))
        builder.store(word, where[i], align=4)


def _spread(builder: Any, word: Any) -> Any:
    empty = ir.Constant(_WORDS, ir.Undefined)
    first = builder.insert_element(empty, word, ir.Constant(_32, 0))
    zeros = ir.Constant(ir.VectorType(_32, LANES), [0] * LANES)
    return builder.shuffle_vector(first, empty, zeros)


@_instruction
def _compress(
    typing: Any, state: Any, message: Any, length: Any, last: Any
) -> tuple[Any, Callable[..., Any]]:

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = [
            _proxy(kind)(context, builder, value).data
            for kind, value in zip(signature.args[:2], args[:2], strict=True)
        ]
        _emit_compress(builder, data[0], data[1], *(_spread(builder, word) for word in args[2:]))
        return context.get_dummy_value()

    return types.none(state, message, types.uint32, types.uint32), codegen


@inner
def compress(state: Words, message: Words, length: np.uint32, last: np.uint32) -> None:
    """The next block: `length` bytes so far, `last` 2^32 - 1 if it is the last, else 0."""
    _compress(state, message, length, last)
