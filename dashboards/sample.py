"""Whether a release is of the embedded sample, or of some other chain where nobody is real.

A sample is known by its genesis hash, which nobody else's chain has; a development chain by its
chain id, which nodes for tests share.
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from psephos.store.manifest import Chain

ROOT = Path(__file__).resolve().parent.parent
PLACES = (ROOT / "data" / "sample", ROOT / "psephos" / "data" / "sample")
DEVELOPMENT = (1337, 31337)


def about(chain: Chain) -> tuple[str, str] | None:
    """A title and a note for the top of every page; None for a real chain."""
    if words := shipped().get(chain.genesis):
        return words
    if chain.id in DEVELOPMENT:
        return "A development chain.", "Nobody here is real."
    return None


@lru_cache(maxsize=1)
def shipped() -> dict[str, tuple[str, str]]:
    """Title and note of each chain of the sample that came with this psephos, by genesis hash."""
    place = next((place for place in PLACES if (place / "psephos.toml").is_file()), None)
    told: dict[str, tuple[str, str]] = {}
    for file in sorted(place.glob("*.toml")) if place else ():
        found = tomllib.loads(file.read_text("utf-8"))
        note = str(found.get("note", ""))
        title, _, rest = note.partition(": ")
        genesis = str(found["chain"]["genesis"])
        told[genesis] = (f"{title}:", rest) if rest else ("A sample.", note)
    return told
