"""Eight field elements at a time, for compiled code: vectors of 64-bit integers as LLVM has them.

A `Lane` is eight numbers below p = 2^64 - 2^32 + 1. Loops over plain numbers are vectorised or
not, as the compiler likes; written as vectors they always are. The instructions are the same on
every machine, so results are, too; where there are no registers of 512 bits LLVM divides them.

    load(a, i), store(a, i, x)   a[i : i + 8] of a flat array of uint64
    spread(u)                    eight times the same
    add, subtract, multiply      of lanes, or of two plain numbers: modulo p, results below p
    eighth, quarter, three_eighths   of a lane: times 2^24, 2^48, 2^72 modulo p, by shifts
    total(x)                     the sum of a lane's eight numbers modulo p
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

P = 2**64 - 2**32 + 1
EPSILON = 2**32 - 1
"""2^64 modulo p, and 2^64 - p."""
WIDTH = 8

_64 = ir.IntType(64)
_LANE = ir.VectorType(_64, WIDTH)

Emit = Callable[..., Any]


class LaneType(types.Type):
    """numba's name of eight numbers in a register."""

    def __init__(self) -> None:
        super().__init__(name="Lane")


LANE: Any = LaneType()


@register_model(LaneType)
class LaneModel(models.PrimitiveModel):
    """How a lane is held: as LLVM's vector."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _LANE)  # type: ignore[no-untyped-call]


def _instruction(typed: Callable[..., Any]) -> Any:
    """What compiled code calls; to a type checker it is anything, since its arguments are not
    those of the function that numba asks for types."""
    return intrinsic(typed)


def _constant(like: Any, number: int) -> Any:
    if like.type == _LANE:
        return ir.Constant(_LANE, [number] * WIDTH)
    return ir.Constant(_64, number)


def _emit_add(builder: Any, a: Any, b: Any) -> Any:
    """a + b, less p if that is not below: a - (p - b) where a is not below p - b."""
    left = builder.sub(_constant(a, P), b)
    less = builder.sub(a, left)
    return builder.select(builder.icmp_unsigned("<", a, left), builder.add(a, b), less)


def _emit_subtract(builder: Any, a: Any, b: Any) -> Any:
    less = builder.sub(a, b)
    below = builder.icmp_unsigned("<", a, b)
    return builder.select(below, builder.add(less, _constant(a, P)), less)


def _emit_multiply(builder: Any, a: Any, b: Any) -> Any:
    """128 bits by four products of halves, then 2^64 = 2^32 - 1 and 2^96 = -1."""
    mask, half = _constant(a, EPSILON), _constant(a, 32)
    a0, a1 = builder.and_(a, mask), builder.lshr(a, half)
    b0, b1 = builder.and_(b, mask), builder.lshr(b, half)
    low = builder.mul(a0, b0)
    middle = builder.add(builder.mul(a0, b1), builder.lshr(low, half))
    second = builder.add(builder.mul(a1, b0), builder.and_(middle, mask))
    high = builder.add(builder.mul(a1, b1), builder.lshr(middle, half))
    high = builder.add(high, builder.lshr(second, half))
    low = builder.or_(builder.shl(second, half), builder.and_(low, mask))
    return _emit_reduce(builder, low, high)


def _emit_reduce(builder: Any, low: Any, high: Any) -> Any:
    """low + 2^64·high modulo p: low - (high >> 32) + (high mod 2^32)·(2^32 - 1)."""
    mask, half = _constant(low, EPSILON), _constant(low, 32)
    top, rest = builder.lshr(high, half), builder.and_(high, mask)
    value = builder.sub(low, top)
    borrowed = builder.icmp_unsigned("<", low, top)
    value = builder.select(borrowed, builder.sub(value, mask), value)
    added = builder.sub(builder.shl(rest, half), rest)
    result = builder.add(value, added)
    carried = builder.icmp_unsigned("<", result, added)
    result = builder.select(carried, builder.add(result, mask), result)
    prime = _constant(low, P)
    below = builder.icmp_unsigned("<", result, prime)
    return builder.select(below, result, builder.sub(result, prime))


def _emit_eighth(builder: Any, x: Any) -> Any:
    """2^24·x: its 24 highest bits, h, count 2^64·h = (2^32 - 1)·h."""
    low, high = builder.shl(x, _constant(x, 24)), builder.lshr(x, _constant(x, 40))
    added = builder.sub(builder.shl(high, _constant(x, 32)), high)
    result = builder.add(low, added)
    carried = builder.icmp_unsigned("<", result, added)
    result = builder.select(carried, builder.add(result, _constant(x, EPSILON)), result)
    prime = _constant(x, P)
    below = builder.icmp_unsigned("<", result, prime)
    return builder.select(below, result, builder.sub(result, prime))


def _emit_quarter(builder: Any, x: Any) -> Any:
    """2^48·x = low + (2^32 - 1)·middle - top, each below p."""
    half, mask = _constant(x, 32), _constant(x, EPSILON)
    low, high = builder.shl(x, _constant(x, 48)), builder.lshr(x, _constant(x, 16))
    middle = builder.and_(high, mask)
    added = builder.sub(builder.shl(middle, half), middle)
    return _emit_subtract(builder, _emit_add(builder, low, added), builder.lshr(high, half))


def _emit_three_eighths(builder: Any, x: Any) -> Any:
    """2^72·x = (2^32 - 1)·middle - high - 2^32·top, with 2^8·x = top, high, middle."""
    half, mask = _constant(x, 32), _constant(x, EPSILON)
    shifted, top = builder.shl(x, _constant(x, 8)), builder.lshr(x, _constant(x, 56))
    middle = builder.and_(shifted, mask)
    added = builder.sub(builder.shl(middle, half), middle)
    less = builder.or_(builder.shl(top, half), builder.lshr(shifted, half))
    return _emit_subtract(builder, added, less)


def _shift(emit: Emit) -> Any:
    """A function of one lane."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return emit(builder, *args)

    def typed(typing: Any, x: Any) -> tuple[Any, Emit]:
        return LANE(LANE), codegen

    return _instruction(typed)


def _operation(emit: Emit) -> Any:
    """A function of two lanes, or of two plain numbers."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return emit(builder, *args)

    def typed(typing: Any, a: Any, b: Any) -> tuple[Any, Emit]:
        kind = LANE if isinstance(a, LaneType) else types.uint64
        return kind(kind, kind), codegen

    return _instruction(typed)


add = _operation(_emit_add)
"""a + b modulo p."""
subtract = _operation(_emit_subtract)
"""a - b modulo p."""
multiply = _operation(_emit_multiply)
"""a·b modulo p."""


eighth = _shift(_emit_eighth)
"""2^24·x of a lane modulo p: 2^24 is a root of unity of order 8."""
quarter = _shift(_emit_quarter)
"""2^48·x."""
three_eighths = _shift(_emit_three_eighths)
"""2^72·x."""


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    proxy = cgutils.create_struct_proxy(kind)  # type: ignore[no-untyped-call]
    data = proxy(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _LANE.as_pointer())


@_instruction
def load(typing: Any, array: Any, index: Any) -> tuple[Any, Emit]:
    """array[index : index + 8]."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_address(context, builder, array, *args), align=8)

    return LANE(array, types.intp), codegen


@_instruction
def store(typing: Any, array: Any, index: Any, lane: Any) -> tuple[Any, Emit]:
    """array[index : index + 8] = lane."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, array, *args[:2]), align=8)
        return context.get_dummy_value()

    return types.none(array, types.intp, LANE), codegen


@_instruction
def spread(typing: Any, number: Any) -> tuple[Any, Emit]:
    """Eight times the same number."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        empty = ir.Constant(_LANE, ir.Undefined)
        first = builder.insert_element(empty, args[0], ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
        return builder.shuffle_vector(first, empty, zeros)

    return LANE(types.uint64), codegen


@_instruction
def total(typing: Any, lane: Any) -> tuple[Any, Emit]:
    """The sum of the eight numbers modulo p."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        parts = [
            builder.extract_element(args[0], ir.Constant(ir.IntType(32), i)) for i in range(WIDTH)
        ]
        while len(parts) > 1:
            parts = [_emit_add(builder, *parts[i : i + 2]) for i in range(0, len(parts), 2)]
        return parts[0]

    return types.uint64(LANE), codegen
