"""Every way to alter one value of a JSON document, each with the path to it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]


def leaves(document: Any, path: Path = ()) -> Iterator[Path]:
    """Paths of everything that is neither object nor list."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        for i, value in enumerate(document):
            yield from leaves(value, (*path, i))
    else:
        yield path


def lists(document: Any, path: Path = ()) -> Iterator[Path]:
    """Paths of lists."""
    if isinstance(document, list):
        yield path
    children = document.items() if isinstance(document, dict) else ()
    children = enumerate(document) if isinstance(document, list) else children
    for key, value in children:
        yield from lists(value, (*path, key))


def get(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def put(document: Any, path: Path, value: Any) -> Any:
    """A copy of the document with another value there; only what is on the way is copied."""
    if not path:
        return value
    copied = document.copy()
    copied[path[0]] = put(document[path[0]], path[1:], value)
    return copied


def other(value: Any) -> Any:
    """Another value of the same kind, as near as may be."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value.startswith("0x"):
        return hex(int(value, 16) ^ 1)
    swaps = {"L1": "L2", "L2": "L1", "BLOB": "CALLDATA", "CALLDATA": "BLOB"}
    swaps |= {"SUCCEEDED": "REVERTED", "REVERTED": "SUCCEEDED"}
    return swaps.get(value, value + "1")


def key_renamed(document: Any, path: Path) -> Any:
    """The document with the last key of the path, a felt, altered."""
    parent = deepcopy(get(document, path[:-1]))
    parent[other(path[-1])] = parent.pop(path[-1])
    return put(document, path[:-1], parent)


def reordered(values: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """A list with one entry dropped, doubled, or moved; only where that changes it."""
    if values:
        yield "dropped", values[:-1]
        yield "doubled", [*values, values[-1]]
    if len(values) > 1 and values[0] != values[-1]:
        yield "moved", [values[-1], *values[1:-1], values[0]]
