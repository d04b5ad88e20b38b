"""What a house saw, in files beside its index and its releases: no part of any release.

`history.json` lies beside the index: which nodes served the oldest blocks, and when they were
asked. `testimony.json` lies beside the current release, with a copy of it (decision 0230).
"""

from pathlib import Path
from typing import Any

import msgspec

from psephos.store.durable import place, storage

TESTIMONY, HISTORY = "testimony.json", "history.json"


def read(folder: Path, file: str = TESTIMONY) -> dict[str, Any] | None:
    """What was written; None where there is none, or what is there is none."""
    try:
        found = msgspec.json.decode((folder / file).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    return found if isinstance(found, dict) else None


def write(folder: Path, file: str, told: dict[str, Any], what: str) -> None:
    """Replace a file; the folder is made where there is none."""
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
    place(folder / file, msgspec.json.encode(told, order="sorted"), what=what)
