"""The file of a recording: JSON lines, xz-compressed, written whole or not at all."""

import json
import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from psephos.errors import MalformedAnswer, NodeUnreachable


class Tape:
    """Writes lines; a context manager. The file appears when it is left, unless by an error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._partial = path.with_name(path.name + ".partial")

    def __enter__(self) -> Self:
        self._file = lzma.open(self._partial, "wb", preset=6)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if error is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink()

    def write(self, line: Mapping[str, Any]) -> None:
        """One line more."""
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a recording. NodeUnreachable if there is none, MalformedAnswer if it is
    damaged."""
    try:
        with lzma.open(path, "rb") as file:
            yield from file
    except FileNotFoundError:
        raise NodeUnreachable(
            f"no recording at {path}", hint="check the path after replay:"
        ) from None
    except (lzma.LZMAError, EOFError, OSError) as error:
        raise MalformedAnswer(f"recording {path.name} cannot be read: {error}") from error
