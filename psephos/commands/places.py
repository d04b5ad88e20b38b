"""Where releases are, for commands that only read them and need no configuration."""

import os
from pathlib import Path

from psephos.configuration import find, load


def releases_folder(given: Path | None, config: Path | None = None) -> Path:
    """The argument, the configuration's folder, `PSEPHOS_RELEASES`, or `data/releases` here.

    Of a chain that is configured with its L1, the folder in which the releases of both lie.
    """
    if given:
        return given
    if config or find(None).exists():
        return load(config).shown
    return Path(os.environ.get("PSEPHOS_RELEASES", "data/releases"))
