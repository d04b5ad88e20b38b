"""The steps of a transform over rows of eight columns, three at a time: see `ntt`.

The roots of unity of order 8 are powers of 2, so eight rows are combined by additions and shifts,
and seven of them are multiplied by a twiddle once. `turn` says which power of 2^24 the root is:
rows change places instead of numbers. Rows stand p, p + r, p + 2r … within a flat array.
"""

from typing import Any

from psephos.commit.starknet.compiled.machine import inlined
from psephos.stark.lanes import (
    add,
    eighth,
    load,
    multiply,
    quarter,
    spread,
    store,
    subtract,
    three_eighths,
)

Array = Any
"""Of uint64, flat; a lane is eight numbers of it."""


@inlined
def _two(x: Array, base: int, size: int) -> None:
    """One step over neighbours, whose twiddles are 1."""
    for p in range(8 * base, 8 * (base + size), 16):
        u, v = load(x, p), load(x, p + 8)
        store(x, p, add(u, v))
        store(x, p + 8, subtract(u, v))


@inlined
def _four(x: Array, base: int, size: int, turn: int, up: bool) -> None:
    """Two steps over four neighbours: twiddles 1 and 2^48."""
    one, two, three = 8, 16, 24
    if turn & 2:
        one, three = three, one
    for p in range(8 * base, 8 * (base + size), 32):
        if up:
            a, b, c, d = load(x, p), load(x, p + 8), load(x, p + 16), load(x, p + 24)
            a, b, c, d = add(a, b), subtract(a, b), add(c, d), quarter(subtract(c, d))
            store(x, p, add(a, c))
            store(x, p + one, add(b, d))
            store(x, p + two, subtract(a, c))
            store(x, p + three, subtract(b, d))
        else:
            a, b, c, d = load(x, p), load(x, p + one), load(x, p + two), load(x, p + three)
            a, b, c, d = add(a, c), add(b, d), subtract(a, c), quarter(subtract(b, d))
            store(x, p, add(a, b))
            store(x, p + 8, subtract(a, b))
            store(x, p + 16, add(c, d))
            store(x, p + 24, subtract(c, d))


@inlined
def _eight_down(a0: Any, a1: Any, a2: Any, a3: Any, a4: Any, a5: Any, a6: Any, a7: Any) -> Any:
    """Three steps of decimation in frequency; sums come out with the bits of their place turned."""
    a0, a4 = add(a0, a4), subtract(a0, a4)
    a1, a5 = add(a1, a5), eighth(subtract(a1, a5))
    a2, a6 = add(a2, a6), quarter(subtract(a2, a6))
    a3, a7 = add(a3, a7), three_eighths(subtract(a3, a7))
    a0, a2 = add(a0, a2), subtract(a0, a2)
    a1, a3 = add(a1, a3), quarter(subtract(a1, a3))
    a4, a6 = add(a4, a6), subtract(a4, a6)
    a5, a7 = add(a5, a7), quarter(subtract(a5, a7))
    a0, a1, a2, a3 = add(a0, a1), subtract(a0, a1), add(a2, a3), subtract(a2, a3)
    a4, a5, a6, a7 = add(a4, a5), subtract(a4, a5), add(a6, a7), subtract(a6, a7)
    return a0, a1, a2, a3, a4, a5, a6, a7


@inlined
def _eight_up(a0: Any, a1: Any, a2: Any, a3: Any, a4: Any, a5: Any, a6: Any, a7: Any) -> Any:
    """Three steps of decimation in time, from numbers with the bits of their place turned."""
    a0, a1 = add(a0, a1), subtract(a0, a1)
    a2, a3 = add(a2, a3), quarter(subtract(a2, a3))
    a4, a5 = add(a4, a5), subtract(a4, a5)
    a6, a7 = add(a6, a7), quarter(subtract(a6, a7))
    a0, a2 = add(a0, a2), subtract(a0, a2)
    a1, a3 = add(a1, a3), subtract(a1, a3)
    a4, a6 = add(a4, a6), quarter(subtract(a4, a6))
    a5, a7 = eighth(add(a5, a7)), three_eighths(subtract(a5, a7))
    a0, a1, a2, a3, a4, a5, a6, a7 = (
        *(add(a0, a4), add(a1, a5), add(a2, a6), add(a3, a7)),
        *(subtract(a0, a4), subtract(a1, a5), subtract(a2, a6), subtract(a3, a7)),
    )
    return a0, a1, a2, a3, a4, a5, a6, a7


@inlined
def _turned(x: Array, p: int, r: int, turn: int) -> Any:
    """Of eight rows from p, r apart, each in the place that the root of order 8 asks for."""
    return (
        load(x, p),
        load(x, p + r * turn),
        load(x, p + r * (2 * turn & 7)),
        load(x, p + r * (3 * turn & 7)),
        load(x, p + r * (4 * turn & 7)),
        load(x, p + r * (5 * turn & 7)),
        load(x, p + r * (6 * turn & 7)),
        load(x, p + r * (7 * turn & 7)),
    )


@inlined
def _put_turned(x: Array, p: int, r: int, turn: int, a: Any) -> None:
    store(x, p, a[0])
    store(x, p + r * turn, a[1])
    store(x, p + r * (2 * turn & 7), a[2])
    store(x, p + r * (3 * turn & 7), a[3])
    store(x, p + r * (4 * turn & 7), a[4])
    store(x, p + r * (5 * turn & 7), a[5])
    store(x, p + r * (6 * turn & 7), a[6])
    store(x, p + r * (7 * turn & 7), a[7])


@inlined
def _in_place(x: Array, p: int, r: int) -> Any:
    return (
        *(load(x, p), load(x, p + r), load(x, p + 2 * r), load(x, p + 3 * r)),
        *(load(x, p + 4 * r), load(x, p + 5 * r), load(x, p + 6 * r), load(x, p + 7 * r)),
    )


@inlined
def _put_in_place(x: Array, p: int, r: int, a: Any) -> None:
    store(x, p, a[0])
    store(x, p + r, a[1])
    store(x, p + 2 * r, a[2])
    store(x, p + 3 * r, a[3])
    store(x, p + 4 * r, a[4])
    store(x, p + 5 * r, a[5])
    store(x, p + 6 * r, a[6])
    store(x, p + 7 * r, a[7])


@inlined
def _times(a: Any, t: Array, s: int) -> Any:
    """Each times its power of a twiddle: the place with its bits turned."""
    return (
        a[0],
        multiply(a[1], spread(t[4 * s])),
        multiply(a[2], spread(t[2 * s])),
        multiply(a[3], spread(t[6 * s])),
        multiply(a[4], spread(t[s])),
        multiply(a[5], spread(t[5 * s])),
        multiply(a[6], spread(t[3 * s])),
        multiply(a[7], spread(t[7 * s])),
    )


@inlined
def _rest(x: Array, base: int, size: int, turn: int, up: bool) -> int:
    """The steps over neighbours that are left when the others go by threes; how many rows."""
    few = size
    while few >= 8:
        few >>= 3
    if few == 4:
        _four(x, base, size, turn, up)
    elif few == 2:
        _two(x, base, size)
    return few


@inlined
def down(x: Array, base: int, size: int, turn: int, twiddles: Array) -> None:
    """Decimation in frequency of `size` rows from row `base`."""
    h = size >> 3
    while h:
        step, r = size // (8 * h), 8 * h
        for p in range(8 * base, 8 * (base + size), 8 * r):
            _put_in_place(x, p, r, _eight_down(*_turned(x, p, r, turn)))
            for i in range(1, h):
                q = p + 8 * i
                a = _eight_down(*_turned(x, q, r, turn))
                _put_in_place(x, q, r, _times(a, twiddles, i * step))
        h >>= 3
    _rest(x, base, size, turn, False)


@inlined
def up(x: Array, base: int, size: int, turn: int, twiddles: Array) -> None:
    """Decimation in time of `size` rows from row `base`."""
    h = _rest(x, base, size, turn, True)
    while 8 * h <= size:
        step, r = size // (8 * h), 8 * h
        for p in range(8 * base, 8 * (base + size), 8 * r):
            _put_turned(x, p, r, turn, _eight_up(*_in_place(x, p, r)))
            for i in range(1, h):
                q = p + 8 * i
                a = _times(_in_place(x, q, r), twiddles, i * step)
                _put_turned(x, q, r, turn, _eight_up(*a))
        h <<= 3
