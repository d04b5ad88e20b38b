"""Checks of what a file holds: a shape that is wrong inside it is a failed check, never an open
one, because nobody can be asked again.
"""

from collections.abc import Callable
from typing import TypeVar

from psephos.errors import NodeError, VerificationFailed
from psephos.evidence.check import Check, attempt, keep

Made = TypeVar("Made")


def inside(make: Callable[[], Made]) -> Callable[[], Made]:
    """`make`, with every error of a node's answer turned into VerificationFailed."""

    def made() -> Made:
        try:
            return make()
        except NodeError as error:
            raise VerificationFailed(error.message, hint=error.hint) from error

    return made


def tried(name: str, check: Callable[[], str]) -> Check:
    """`attempt` for what a file holds."""
    return attempt(name, inside(check))


def kept(
    checks: list[Check], name: str, make: Callable[[], Made], tell: Callable[[Made], str]
) -> Made | None:
    """`keep` for what a file holds."""
    return keep(checks, name, inside(make), tell)
