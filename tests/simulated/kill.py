"""Publications in processes of their own that are killed at a named step, with -9."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.simulated import tiny

PATIENCE = 600  # seconds; a machine that is busy is not wrong

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.simulated.tiny"])


def _publish(folder: Path, at: int, arguments: dict[str, Any]) -> None:
    count = 0

    def step(_: str) -> None:
        nonlocal count
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    tiny.publish(folder, step=step, **arguments)


def killed(folder: Path, at: int, **arguments: Any) -> bool:
    """Publish, and be killed after step `at`; whether it got that far."""
    return run(_publish, folder, at, arguments) == -signal.SIGKILL


def run(of: Callable[..., None], *arguments: Any) -> int | None:
    """Run a function in a process of its own to its end; its exit code."""
    process = _context.Process(target=of, args=arguments)
    process.start()
    process.join(PATIENCE)
    assert not process.is_alive()
    return process.exitcode


def signals() -> tuple[Any, Any]:
    """A semaphore of none and an event, to be shared with processes that are started."""
    return _context.Semaphore(0), _context.Event()


def start(of: Callable[..., None], *arguments: Any) -> Any:
    """Start a function in a process of its own."""
    process = _context.Process(target=of, args=arguments)
    process.start()
    return process


def steps(folder: Path, **arguments: Any) -> list[str]:
    """The names of the steps of a publication that is left to finish."""
    found: list[str] = []
    tiny.publish(folder, step=found.append, **arguments)
    return found
