"""How functions are compiled, where machine code is kept, and how many cores run it.

Three kinds of function: `inlined` and `inner` are parts of others; a `kernel` is what Python
calls, over a range start … end - 1 of its results. Kernels run without Python's lock, so
threads of one call share the cores; threads live as long as the call, which a fork survives.

A kernel is compiled when it is first called, and kept in `__pycache__`, or in the user's cache
folder where that cannot be written, or where NUMBA_CACHE_DIR says; where nothing can be written
it is compiled anew in each process. numba looks at the file of a kernel to see whether it
changed, not at the files of its parts: so kernels carry a digest of those (`PARTS`, held by a
test), and change when they do.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pickle import UnpicklingError
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from psephos.commit.starknet.compiled.kept import kept

if TYPE_CHECKING:
    from psephos.commit.starknet.compiled.arrays import Starts

Function = Callable[..., Any]
"""Compiled functions carry no types: what they take and give stands in their signatures."""

WORTH_A_THREAD = 200_000
"""Nanoseconds of work below which a further thread costs more than it brings."""


def inlined(function: Function) -> Function:
    """A part that is copied into its callers."""
    return njit(nogil=True, forceinline=True)(function)


def inner(function: Function) -> Function:
    """A part that is called: what is large and used more than once."""
    return njit(nogil=True)(function)


def kernel(function: Function) -> Any:
    """What Python calls."""
    made: Any = njit(nogil=True)(function)
    with suppress(RuntimeError):  # there is no folder to keep it in
        made._cache = kept(function)
    return made


def run(function: Function, bounds: Sequence[int], *arrays: object) -> None:
    """Call a kernel for each range between neighbouring bounds, each in a thread of its own."""
    ranges = list(pairwise(bounds))
    threads = [Thread(target=_call, args=(function, arrays, part)) for part in ranges[1:]]
    for thread in threads:
        thread.start()
    _call(function, arrays, ranges[0])
    for thread in threads:
        thread.join()


def _call(function: Function, arrays: Sequence[object], part: tuple[int, int]) -> None:
    try:
        function(*arrays, *part)
    except (OSError, EOFError, UnpicklingError):  # kept code that cannot be read or written
        _not_kept(function)(*arrays, *part)


@cache
def _not_kept(function: Any) -> Function:
    return njit(nogil=True)(function.py_func)


def bounds(starts: "Starts", nanoseconds: int) -> list[int]:
    """Where to divide lists that begin at `starts`, so that every core has as many values.

    `nanoseconds` is what one value costs: little work is not divided.
    """
    total = int(starts[-1])
    count = max(1, min(cores(), total * nanoseconds // WORTH_A_THREAD))
    inside = np.searchsorted(starts, [total * i // count for i in range(1, count)])
    return sorted({0, *inside.tolist(), len(starts) - 1})


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
