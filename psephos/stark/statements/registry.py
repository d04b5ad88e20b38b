"""All statements by name, and what has to be proven together."""

from collections.abc import Sequence
from pathlib import Path

from psephos.errors import CommandError
from psephos.stark.statements import (
    coalition,
    concentration,
    distinct,
    inequality,
    part,
    participation,
    rows,
    several,
    tally,
    top,
    total,
    transition,
)
from psephos.stark.statements.statement import Statement

STATEMENTS: dict[str, Statement] = {
    module.STATEMENT.name: module.STATEMENT
    for module in (
        rows,
        total,
        tally,
        concentration,
        coalition,
        inequality,
        participation,
        distinct,
        top,
        part,
        several,
        transition,
    )
}
TAPES = Path(__file__).parent / "tapes"


def together(names: Sequence[str]) -> list[Statement]:
    """The statements named and all that they require, each once, what is required first."""
    found: list[Statement] = []

    def put(statement: Statement) -> None:
        for required in statement.requires:
            put(required)
        if statement not in found:
            found.append(statement)

    for name in names:
        if name not in STATEMENTS:
            known = ", ".join(STATEMENTS)
            raise CommandError(f"no statement {name[:40]!r}", hint=f"there are {known}")
        put(STATEMENTS[name])
    return found


def write() -> list[Path]:
    """Write every tape to its file."""
    TAPES.mkdir(exist_ok=True)
    paths = []
    for name, statement in STATEMENTS.items():
        path = TAPES / f"{name}.tape"
        path.write_bytes(statement.tape.to_bytes())
        paths.append(path)
    return paths
