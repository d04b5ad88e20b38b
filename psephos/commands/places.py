"""Where releases are, for commands that only read them and need no configuration."""

import os
from pathlib import Path

from psephos.configuration import find, load


def releases_folder(given: Path | None, config: Path | None = None) -> Path:
    """The argument, the configuration's folder, `PSEPHOS_RELEASES`, or `data/releases` here."""
    if given:
        return given
    if config or find(None).exists():
        return load(config).releases
    return Path(os.environ.get("PSEPHOS_RELEASES", "data/releases"))
