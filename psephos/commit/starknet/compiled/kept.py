"""Machine code that numba kept, found without what only compiling needs.

Before numba looks for kept code it imports and registers all that it can compile: a quarter of a
CPU second in each process, and a third of what loading costs. Kept code needs nothing of it but
the addresses of the few functions of numba's runtime that machine code calls. Where nothing was
kept, numba goes its own way.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import binding
from numba.core.caching import FunctionCache
from numba.core.runtime import _nrt_python  # type: ignore[attr-defined]


class Kept(FunctionCache):
    """The kept code of a function, as numba keeps it."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled for these types; None if nothing was."""
        _runtime()
        with self._guard_against_spurious_io_errors():
            found = self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        if found is None:
            found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return found


def kept(function: Callable[..., Any]) -> Any:
    """The cache of a function; RuntimeError where there is no folder to keep anything in."""
    return Kept(function)  # type: ignore[no-untyped-call]


@cache
def _runtime() -> None:
    """Tell the linker where numba's runtime is, as numba itself does before it compiles."""
    for name, address in _nrt_python.c_helpers.items():
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)
