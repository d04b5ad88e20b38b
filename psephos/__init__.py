"""psephos: the pebble an Athenian voted with. One pebble, one mark, counted in the open.

`open`, `figure`, `prove` and `verify` are found when they are first asked for, so that importing
`psephos.stark.verify` loads nothing but the standard library.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psephos.workbench import figure as figure
    from psephos.workbench import open as open
    from psephos.workbench import prove as prove
    from psephos.workbench import verify as verify

__version__ = "0.1.0"
NAMES = ("figure", "open", "prove", "verify")


def __getattr__(name: str) -> Any:
    if name in NAMES:
        from psephos import workbench

        return getattr(workbench, name)
    raise AttributeError(f"module 'psephos' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["__version__", *NAMES]
