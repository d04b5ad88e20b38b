"""Sums wider than a machine word, for compiled code: written as LLVM instructions.

A wide number is a tuple of uint64, the least significant limb first. Nothing here can overflow
while the total of all amounts is below 2^128: then Σ x² ≤ (Σ x)² < 2^256, and Σ i·x of fewer than
2^64 holders is below 2^192.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])
Emit = Callable[..., Any]

U64: Any = types.uint64
THREE: Any = types.UniTuple(types.uint64, 3)  # type: ignore[no-untyped-call]
FOUR: Any = types.UniTuple(types.uint64, 4)  # type: ignore[no-untyped-call]
FIVE: Any = types.UniTuple(types.uint64, 5)  # type: ignore[no-untyped-call]
NINE: Any = types.UniTuple(types.uint64, 9)  # type: ignore[no-untyped-call]
_64 = ir.IntType(64)


def compiled(function: Function, **flags: Any) -> Function:
    """Compile a function when it is first called; its code is kept where that can be written."""
    jit: Any = njit
    try:
        made: Function = jit(nogil=True, cache=True, **flags)(function)
    except RuntimeError:  # no folder to keep it in
        made = jit(nogil=True, **flags)(function)
    return made


def _number(builder: Any, limbs: list[Any], width: Any) -> Any:
    total = builder.zext(limbs[0], width)
    for i, limb in enumerate(limbs[1:], 1):
        part = builder.shl(builder.zext(limb, width), ir.Constant(width, 64 * i))
        total = builder.or_(total, part)
    return total


def _limbs(builder: Any, array: Any, count: int) -> list[Any]:
    return [builder.extract_value(array, i) for i in range(count)]


def _array(builder: Any, number: Any, count: int) -> Any:
    array = ir.Constant(ir.ArrayType(_64, count), ir.Undefined)
    for i in range(count):
        part = builder.lshr(number, ir.Constant(number.type, 64 * i))
        array = builder.insert_value(array, builder.trunc(part, _64), i)
    return array


def _add_square(count: int) -> Emit:
    """sum + x², x of all the other arguments, least significant first."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        width = ir.IntType(64 * count)
        before = _number(builder, _limbs(builder, args[0], count), width)
        x = _number(builder, list(args[1:]), width)
        return _array(builder, builder.add(before, builder.mul(x, x)), count)

    return emit


def _add_product(count: int) -> Emit:
    """sum + factor·x."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        width = ir.IntType(64 * count)
        before = _number(builder, _limbs(builder, args[0], count), width)
        product = builder.mul(builder.zext(args[1], width), _number(builder, list(args[2:]), width))
        return _array(builder, builder.add(before, product), count)

    return emit


def _wide_square(typing: Any, before: Any, low: Any, high: Any) -> tuple[Any, Emit]:
    """Four limbs: before + x², x of 128 bits."""
    return FOUR(FOUR, U64, U64), _add_square(4)


def _wide_product(typing: Any, before: Any, factor: Any, low: Any, high: Any) -> tuple[Any, Emit]:
    """Three limbs: before + factor·x, x of 128 bits."""
    return THREE(THREE, U64, U64, U64), _add_product(3)


def _quad_square(typing: Any, before: Any, a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Emit]:
    """Nine limbs: before + x², x of 256 bits."""
    return NINE(NINE, U64, U64, U64, U64), _add_square(9)


def _quad_product(
    typing: Any, before: Any, factor: Any, a: Any, b: Any, c: Any, d: Any
) -> tuple[Any, Emit]:
    """Five limbs: before + factor·x, x of 256 bits."""
    return FIVE(FIVE, U64, U64, U64, U64, U64), _add_product(5)


_made: Any = intrinsic
add_wide_square, add_wide_product = _made(_wide_square), _made(_wide_product)
add_quad_square, add_quad_product = _made(_quad_square), _made(_quad_product)
