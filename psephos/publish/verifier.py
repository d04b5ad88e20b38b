"""Which `verify.html` goes with a release: its SHA-256, beside the current one.

`verify.sha256` is a line as `sha256sum -c` takes it. Like testimony it is no part of a release: the
verifier may get better, and what was published keeps its id. Who copied it once sees a change.
"""

from pathlib import Path

from psephos.store.durable import place

FILE = "verify.sha256"
TOLD = Path(__file__).with_name(FILE)
"""What `python -m dashboards.verifier` wrote of the one that is shipped."""


def write(folder: Path) -> None:
    """Replace the file beside the current release."""
    place(folder / FILE, TOLD.read_bytes(), what="verifier's hash")
