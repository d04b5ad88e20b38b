"""Felts as four 64-bit limbs in Montgomery form, for compiled code.

A felt x is held as x·2^256 mod PRIME in a tuple of four uint64, the least significant first.
Since PRIME = 1 + P3·2^192 with P3 = 2^59 + 17, a reduction takes four products of limbs, three
of them at once. Numbers need not be below PRIME between operations:

    multiply(a, b)  at most (ab / 2^256 + PRIME)   a and b below 2^255; 0 is given as PRIME
    square(a)       multiply(a, a), for less
    add, subtract   of 256 bits, without reduction; the caller sees to it that nothing overflows
    fold(a)         the same felt below 2^251 + PRIME, any a
    reduced(a)      the same felt below PRIME, a below 2·PRIME

The operations are written as LLVM instructions, since Python has no product of 128 bits.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from psephos.commit.starknet.felt import PRIME

P3 = PRIME >> 192
FELT: Any = types.UniTuple(types.uint64, 4)  # type: ignore[no-untyped-call]

_64, _128, _256, _320, _512 = (ir.IntType(bits) for bits in (64, 128, 256, 320, 512))

Emit = Callable[..., Any]


def _join(builder: Any, limbs: Any, width: Any = _256) -> Any:
    """One wide number of an array of limbs."""
    total = builder.zext(limbs[0], width)
    for i, limb in enumerate(limbs[1:], 1):
        shifted = builder.shl(builder.zext(limb, width), ir.Constant(width, 64 * i))
        total = builder.or_(total, shifted)
    return total


def _limbs(builder: Any, array: Any) -> list[Any]:
    return [builder.extract_value(array, i) for i in range(4)]


def _array(builder: Any, limbs: list[Any]) -> Any:
    array = ir.Constant(ir.ArrayType(_64, 4), ir.Undefined)
    for i, limb in enumerate(limbs):
        array = builder.insert_value(array, limb, i)
    return array


def _split(builder: Any, wide: Any) -> Any:
    """An array of four limbs of one wide number."""
    width = wide.type
    return _array(
        builder,
        [builder.trunc(builder.lshr(wide, ir.Constant(width, 64 * i)), _64) for i in range(4)],
    )


def _emit_add(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a, b = (_join(builder, _limbs(builder, arg)) for arg in args)
    return _split(builder, builder.add(a, b))


def _emit_subtract(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a, b = (_join(builder, _limbs(builder, arg)) for arg in args)
    return _split(builder, builder.sub(a, b))


def _emit_double(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a = _join(builder, _limbs(builder, args[0]))
    return _split(builder, builder.shl(a, ir.Constant(_256, 1)))


def _wide(builder: Any, parts: Sequence[tuple[Any, int]], width: Any) -> Any:
    """One number of parts that do not overlap, each moved up by so many limbs."""
    total = ir.Constant(width, 0)
    for part, limbs in parts:
        moved = builder.shl(builder.zext(part, width), ir.Constant(width, 64 * limbs))
        total = builder.or_(total, moved)
    return total


def _emit_multiply(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """The product a row of `b` at a time, then `_montgomery`."""
    a, b = (_limbs(builder, arg) for arg in args)
    wide = [builder.zext(limb, _128) for limb in a]
    t = [ir.Constant(_64, 0)] * 8
    for i, limb in enumerate(b):
        factor = builder.zext(limb, _128)
        carry = ir.Constant(_64, 0)
        for j in range(4):
            part = builder.mul(wide[j], factor)
            part = builder.add(part, builder.zext(t[i + j], _128))
            part = builder.add(part, builder.zext(carry, _128))
            t[i + j] = builder.trunc(part, _64)
            carry = builder.trunc(builder.lshr(part, ir.Constant(_128, 64)), _64)
        t[i + 4] = carry
    return _montgomery(builder, t)


def _emit_square(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Each product of two limbs once, twice the six of different ones."""
    limbs = [builder.zext(limb, _128) for limb in _limbs(builder, args[0])]

    def products(*pairs: tuple[int, int]) -> Any:
        """Those of limbs i and k, which stand at i + k: two apart, so none meets another."""
        parts = [(builder.mul(limbs[i], limbs[k]), i + k) for i, k in pairs]
        return _wide(builder, parts, _512)

    different = builder.add(products((0, 1), (0, 3), (2, 3)), products((0, 2), (1, 3)))
    different = builder.add(different, products((1, 2)))
    equal = products((0, 0), (1, 1), (2, 2), (3, 3))
    total = builder.add(builder.shl(different, ir.Constant(_512, 1)), equal)
    limb = [builder.lshr(total, ir.Constant(_512, 64 * i)) for i in range(8)]
    return _montgomery(builder, [builder.trunc(part, _64) for part in limb])


def _montgomery(builder: Any, t: list[Any]) -> Any:
    """t / 2^256 modulo PRIME, of eight limbs. PRIME is 1 in its lowest 192 bits, so the lowest
    limbs are what has to be taken times PRIME: three at once, then one.

        u = (t - q·PRIME) / 2^192 = t div 2^192 - q·P3              q = t mod 2^192
        v = (u - r·PRIME) / 2^64  = u div 2^64 - r·P3·2^128         r = u mod 2^64

    v is above -PRIME, so v + PRIME is given.
    """
    factor = ir.Constant(_128, P3)
    q = [builder.mul(builder.zext(limb, _128), factor) for limb in t[:3]]
    taken = builder.add(
        _wide(builder, [(q[0], 0), (q[2], 2)], _320), _wide(builder, [(q[1], 1)], _320)
    )
    u = builder.sub(_join(builder, t[3:], _320), taken)
    r = builder.mul(builder.zext(builder.trunc(u, _64), _128), factor)
    v = builder.trunc(builder.lshr(u, ir.Constant(_320, 64)), _256)
    v = builder.add(v, ir.Constant(_256, PRIME))
    return _split(builder, builder.sub(v, _wide(builder, [(r, 2)], _256)))


def _emit_fold(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """(a mod 2^251) + PRIME - q·(PRIME - 2^251) with q = a div 2^251, at most 31."""
    a = _join(builder, _limbs(builder, args[0]))
    q = builder.lshr(a, ir.Constant(_256, 251))
    low = builder.and_(a, ir.Constant(_256, 2**251 - 1))
    small = builder.trunc(q, _64)
    high = builder.mul(small, ir.Constant(_64, 17))
    taken = builder.or_(q, builder.shl(builder.zext(high, _256), ir.Constant(_256, 192)))
    return _split(builder, builder.sub(builder.add(low, ir.Constant(_256, PRIME)), taken))


def _emit_reduced(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    a = _join(builder, _limbs(builder, args[0]))
    less = builder.sub(a, ir.Constant(_256, PRIME))
    below = builder.icmp_unsigned("<", a, ir.Constant(_256, PRIME))
    return _split(builder, builder.select(below, a, less))


def _instruction(emit: Emit, operands: int) -> Any:
    """A function of felts for compiled code, in place of which `emit` writes instructions."""

    def one(typing: Any, a: Any) -> tuple[Any, Emit]:
        return FELT(FELT), emit

    def two(typing: Any, a: Any, b: Any) -> tuple[Any, Emit]:
        return FELT(FELT, FELT), emit

    return intrinsic(one if operands == 1 else two)


add = _instruction(_emit_add, 2)
"""a + b."""
subtract = _instruction(_emit_subtract, 2)
"""a - b."""
double = _instruction(_emit_double, 1)
"""2a."""
multiply = _instruction(_emit_multiply, 2)
"""a·b / 2^256 modulo PRIME."""
square = _instruction(_emit_square, 1)
"""a² / 2^256 modulo PRIME."""
fold = _instruction(_emit_fold, 1)
"""The same felt below 2^251 + PRIME."""
reduced = _instruction(_emit_reduced, 1)
"""The same felt below PRIME, of one below 2·PRIME."""
