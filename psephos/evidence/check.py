"""One check and its outcome: passed, failed, or not possible here and why.

A check that is not possible (no node to ask, a block of an unknown fork) says nothing against
what is checked, and nothing for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from psephos.errors import IndexBroken, NodeError, PsephosError, StoreError, UnknownFork

Status = Literal["passed", "failed", "not_possible"]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Check:
    """`name` says what was checked, `why` what was found, in one line."""

    name: str
    status: Status
    why: str = ""


class NotPossible(Exception):
    """Raised inside a check that cannot be made; never leaves `attempt`."""


def attempt(name: str, check: Callable[[], str]) -> Check:
    """Run a check that returns what it found, or raises.

    Errors of data and verification are a failed check, and so is a broken index. A node that
    fails, a fork that is not known, a file that is locked make it not possible.
    """
    try:
        return Check(name, "passed", check())
    except IndexBroken as error:
        return Check(name, "failed", error.message)
    except (NotPossible, NodeError, UnknownFork, StoreError) as error:
        return Check(name, "not_possible", str(error))
    except PsephosError as error:
        return Check(name, "failed", error.message)


def keep(
    checks: list[Check], name: str, make: Callable[[], Made], tell: Callable[[Made], str]
) -> Made | None:
    """Make what later checks rest on and note how it went; None unless that check passed."""
    made: list[Made] = []

    def check() -> str:
        made.append(make())
        return tell(made[0])

    checks.append(attempt(name, check))
    return made[0] if checks[-1].status == "passed" else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one object that was checked: a block, an update, a proof.

    `recomputed` says that the object's own hash or root was recomputed and is equal: without
    that nothing is verified, however many checks passed. `facts` are what a reader is told
    beside the checks (`number`, `hash` in hex, values of a proof).
    """

    checks: tuple[Check, ...]
    recomputed: bool
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verified(self) -> bool:
        """A check that was not possible takes nothing from an object whose own hash is equal."""
        return self.recomputed and not any(check.status == "failed" for check in self.checks)


def verified(checks: Iterable[Check]) -> bool:
    """Whether there are checks and every one passed: one that was not possible verifies nothing."""
    statuses = {check.status for check in checks}
    return statuses == {"passed"}
