"""The answer of every `verify`: each check with its status, and what follows from them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from psephos.commands.console import Answer
from psephos.errors import NotCollected, NotVerified, PsephosError, VerificationFailed
from psephos.evidence.check import Check, Verdict, verified

MARKS = {"passed": "✓", "failed": "×", "not_possible": "–"}


def answer(subject: str, name: str, checks: list[Check]) -> Answer:
    """Of what a house holds: verified means that every check passed."""
    open_ = [check for check in checks if check.status == "not_possible"]
    error = failure(f"{subject} {name}".strip(), checks)
    if not error and open_:
        error = NotCollected(
            f"{len(open_)} check(s) were not possible: {open_[0].name}: {open_[0].why}",
            hint="what was possible passed",
        )
    return told(subject, checks, {}, error, verified(checks))


def judged(subject: str, verify: Callable[[], Verdict]) -> Answer:
    """The answer of what is read from files; one that cannot be read is a failed check, one that
    is too large one that is not possible."""
    try:
        return object_answer(subject, verify())
    except VerificationFailed as error:
        file = Check("file", "failed", error.message)
    except NotVerified as error:
        file = Check("file", "not_possible", error.message)
    return object_answer(subject, Verdict((file,), recomputed=False))


def object_answer(subject: str, verdict: Verdict) -> Answer:
    """Of one object: verified means that its own hash was recomputed, and that no check failed."""
    checks = list(verdict.checks)
    error = failure(subject, checks)
    if not error and not verdict.recomputed:
        open_ = next((c for c in checks if c.status == "not_possible"), None)
        why = f"{open_.name}: {open_.why}" if open_ else "nothing ties it to a hash of its own"
        error = NotVerified(
            f"{subject}: {why}",
            hint="nothing speaks against it, and nothing for it",
        )
    return told(subject, checks, verdict.facts, error, verdict.verified)


def failure(what: str, checks: list[Check]) -> PsephosError | None:
    failed = next((check for check in checks if check.status == "failed"), None)
    if not failed:
        return None
    return VerificationFailed(
        f"{what}: {failed.name}: {failed.why}",
        hint="do not publish figures that rest on it; compare with another copy",
    )


def told(
    subject: str,
    checks: list[Check],
    facts: Mapping[str, Any],
    error: PsephosError | None,
    is_verified: bool,
) -> Answer:
    payload = {
        "subject": subject,
        **facts,
        "verified": is_verified,
        "checks": [asdict(check) for check in checks],
    }
    lines = [f"{name}: {value}" for name, value in facts.items() if plain(value)]
    return Answer(
        payload,
        "\n".join([text(checks), *lines]),
        exit_code=error.exit_code if error else 0,
        error=error,
    )


def text(checks: list[Check]) -> str:
    return "\n".join(
        f"{MARKS[check.status]} {check.name}" + (f": {check.why}" if check.why else "")
        for check in checks
    )


def plain(value: object) -> bool:
    """Whether a fact is shown to people; what has parts is for `--json`."""
    return value not in (None, "") and not isinstance(value, (dict, list, tuple))
