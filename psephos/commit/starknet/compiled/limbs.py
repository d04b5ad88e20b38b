"""Felts as four 64-bit limbs in Montgomery form, for compiled code.

A felt x is held as x·2^256 mod PRIME in a tuple of four uint64, the least significant first.
Since PRIME = 1 + P3·2^192 with P3 = 2^59 + 17, its inverse modulo 2^64 is 1 and one row of a
reduction takes one multiplication. Numbers need not be below PRIME between operations:

    multiply(a, b)  below (ab / 2^256 + PRIME)     a below 2^255, b below 2^256
    add, subtract   of 256 bits, without reduction; the caller sees to it that nothing overflows
    fold(a)         the same felt below 2^251 + PRIME, any a
    reduced(a)      the same felt below PRIME, a below 2·PRIME

The operations are written as LLVM instructions, since Python has no product of 128 bits.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from psephos.commit.starknet.felt import PRIME

P3 = PRIME >> 192
FELT: Any = types.UniTuple(types.uint64, 4)  # type: ignore[no-untyped-call]

_64, _128, _256, _320 = (ir.IntType(bits) for bits in (64, 128, 256, 320))

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


def _emit_multiply(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Montgomery's product, a row of `b` at a time: t ← (t + a·b_i + m·PRIME) / 2^64."""
    a, b = (_limbs(builder, arg) for arg in args)
    wide = [builder.zext(limb, _128) for limb in a]
    t = [ir.Constant(_64, 0)] * 4
    for limb in b:
        factor = builder.zext(limb, _128)
        carry = ir.Constant(_64, 0)
        row = []
        for j in range(4):
            part = builder.mul(wide[j], factor)
            part = builder.add(part, builder.zext(t[j], _128))
            part = builder.add(part, builder.zext(carry, _128))
            row.append(builder.trunc(part, _64))
            carry = builder.trunc(builder.lshr(part, ir.Constant(_128, 64)), _64)
        m = builder.sub(ir.Constant(_64, 0), row[0])
        high = builder.mul(builder.zext(m, _128), ir.Constant(_128, P3))
        high = builder.shl(builder.zext(high, _320), ir.Constant(_320, 192))
        multiple = builder.or_(builder.zext(m, _320), high)
        total = builder.add(_join(builder, [*row, carry], _320), multiple)
        total = builder.lshr(total, ir.Constant(_320, 64))
        t = _limbs(builder, _split(builder, total))
    return _array(builder, t)


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
fold = _instruction(_emit_fold, 1)
"""The same felt below 2^251 + PRIME."""
reduced = _instruction(_emit_reduced, 1)
"""The same felt below PRIME, of one below 2·PRIME."""
