"""The verifier: standard library only, so that `python -S` can run it from a copied folder.

    verify(data, accept) -> Verified, or Refused with its cause
    accepted(folder)     -> the statements whose tapes are tracked here, by id

It knows no statement by name and shares no code with the prover: both follow
docs/method/prover-format.md, and check each other.
"""

from pathlib import Path

from psephos.stark.verify.accept import Accept, Verified
from psephos.stark.verify.header import Header, check_header, read_header
from psephos.stark.verify.link import Linked, verify_link
from psephos.stark.verify.proof import verify
from psephos.stark.verify.refused import CAUSES, Refused
from psephos.stark.verify.tape import Tape, read_tape

__all__ = [
    "CAUSES",
    "TAPES",
    "Accept",
    "Header",
    "Linked",
    "Refused",
    "Tape",
    "Verified",
    "accepted",
    "check_header",
    "read_header",
    "read_tape",
    "verify",
    "verify_link",
]

TAPES = Path(__file__).parents[1] / "statements" / "tapes"


def accepted(folder: Path = TAPES) -> dict[bytes, Tape]:
    """The statements that psephos accepts: their ids are the hashes of these files."""
    tapes = [read_tape(file.read_bytes()) for file in sorted(folder.glob("*.tape"))]
    return {tape.id: tape for tape in tapes}
