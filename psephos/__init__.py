"""psephos: the pebble an Athenian voted with. One pebble, one mark, counted in the open.

`psephos.open` is found when it is first asked for, so that importing
`psephos.stark.verify` loads nothing but the standard library.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psephos.workbench import open as open

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "open":
        from psephos.workbench import open as found

        return found
    raise AttributeError(f"module 'psephos' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["__version__", "open"]
