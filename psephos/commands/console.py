"""What every subcommand shares: options, one answer as text or JSON, and errors with exit codes.

A command is a function that takes its options and returns an `Answer`. With `--json` exactly
one JSON document goes to stdout: `{"ok": …, "command": …, "error": {…} | null, …payload}`.
Progress goes to stderr, and only to a terminal.
"""

import difflib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from psephos.errors import CommandError, PsephosError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="Configuration file [default: psephos.toml].")
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: `payload` for scripts, `text` for people; `shown` if they saw it."""

    payload: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    exit_code: int = 0
    error: PsephosError | None = None
    shown: bool = False


def subject(name: str, subjects: Mapping[str, str], arguments: list[str]) -> int:
    """`psephos NAME SUBJECT …`: a command whose subjects have a module and options each."""
    given, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if given in {"-h", "--help", "help"}:
        rows = "\n".join(f"  {word:<16} {summary}" for word, summary in subjects.items())
        print(f"usage: psephos {name} SUBJECT [options]\n\n{rows}\n")
        print(f"`psephos {name} SUBJECT --help` shows its options; every subject takes --json.")
        return 0
    if given not in subjects:
        near = difflib.get_close_matches(given, subjects, n=1)
        said = f"did you mean `psephos {name} {near[0]}`?" if near else ""
        error = CommandError(
            f"there is nothing called {given!r} to {name}",
            hint=said or f"{name} {', '.join(subjects)}",
        )
        show(name, Answer(error=error, exit_code=2), as_json="--json" in rest)
        return 2
    module = import_module(f"psephos.commands.{name}.{given.replace('-', '_')}")
    return execute(f"{name} {given}", module.run, rest)


def execute(name: str, function: Callable[..., Answer], arguments: list[str]) -> int:
    """Run a command; the exit code is the answer's, or the error's."""
    as_json = "--json" in arguments
    application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    application.command(name=name)(function)
    command = typer.main.get_command(application)
    try:
        with ended_like_interrupted():
            answer = command.main(arguments, prog_name=f"psephos {name}", standalone_mode=False)
    except PsephosError as error:
        answer = Answer(error=error, exit_code=error.exit_code)
    except TyperException as error:
        said = getattr(error, "format_message", error.__str__)()
        wrong = CommandError(said, hint=f"see `psephos {name} --help`")
        answer = Answer(error=wrong, exit_code=2)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("PSEPHOS_DEBUG"):
            raise
        answer = Answer(error=unexpected(error), exit_code=1)
    if not isinstance(answer, Answer):  # --help, which has printed itself
        return int(answer or 0)
    try:
        show(name, answer, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:  # `psephos … | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answer.exit_code


@contextmanager
def ended_like_interrupted() -> Iterator[None]:
    """A request to end (SIGTERM) takes the way of Ctrl-C: processes that were started end too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def unexpected(error: Exception) -> PsephosError:
    """An error nobody thought of, as one line: its type and where it happened, never its data.

    A message from a library may hold an address with a key in it.
    """
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return PsephosError(
        f"unexpected {type(error).__name__} in {where}",
        hint="this is a defect: PSEPHOS_DEBUG=1 shows the whole trace for a report",
    )


def show(name: str, answer: Answer, *, as_json: bool) -> None:
    """Print an answer: JSON on stdout, or text on stdout and an error as one line on stderr."""
    if answer.shown:
        return
    if as_json:
        print(json.dumps(document(name, answer), ensure_ascii=False, allow_nan=False))
        return
    if answer.text:
        print(answer.text)
    if answer.error:
        print(f"psephos {name}: {one_line(answer.error.message)}", file=sys.stderr)
        if answer.error.hint:
            print(f"  → {one_line(answer.error.hint)}", file=sys.stderr)


def document(name: str, answer: Answer) -> dict[str, Any]:
    """The JSON document of an answer."""
    error = answer.error
    return {
        "ok": error is None and answer.exit_code == 0,
        "command": name.split(maxsplit=1)[0],
        "error": error and {"name": error.name, "message": error.message, "hint": error.hint},
        **answer.payload,
    }


def one_line(message: str) -> str:
    """A message on one line, without control characters: it may quote a node's words."""
    return "".join(c if c.isprintable() else " " for c in message).strip()


def wrong_command(name: str, rest: list[str], known: list[str]) -> int:
    """`psephos nonsense`: which command was meant."""
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean `psephos {near[0]}`?" if near else "see `psephos --help`"
    error = CommandError(f"there is no command {name!r}", hint=meant)
    show(name, Answer(error=error, exit_code=2), as_json="--json" in rest)
    return 2


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, int], None]]:
    """A progress bar on stderr, if that is a terminal: `report(done, total, rows)`."""
    if not sys.stderr.isatty():
        yield lambda done, total, rows: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, rows=0)

        def report(done: int, total: int, rows: int) -> None:
            bar.update(task, completed=done, total=total, rows=f"{rows:,}")

        yield report
