"""`psephos verify row FILE`: that a row is in a table, or that nobody is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.verify.asked import File, Id, Releases, check_bits, contents
from psephos.commands.verify.verdict import judged
from psephos.errors import CommandError, VerificationFailed
from psephos.evidence.check import Check, Verdict

if TYPE_CHECKING:
    from psephos.stark.verify import Verified


def run(
    file: File,
    proof: Annotated[
        Path | None, typer.Option("--proof", help="The proof whose table the row is of.")
    ] = None,
    root: Annotated[
        str | None, typer.Option("--root", help="The row root, if it is known otherwise.")
    ] = None,
    least_bits: Annotated[float, typer.Option("--least-bits", help="Of the proof.")] = 100,
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Check the witness of a row against a proof, a row root or the ledger of a release."""

    check_bits(least_bits)

    def verdict() -> Verdict:
        data = contents(file)
        if data[:8] == b"PSEPHOSW":
            return _of_batch(data, releases_folder(releases, config), release)
        if data[:8] == b"PSEPHOSK":
            return _of_link(data, proof, root, least_bits)
        return _of_roll(data, proof, root, least_bits)

    return judged("row", verdict)


def _of_roll(data: bytes, proof: Path | None, root: str | None, least_bits: float) -> Verdict:
    from psephos.batch.roll import Witness, verify_roll

    witness = Witness.from_bytes(data)
    if (proof is None) == (root is None):
        raise CommandError("a row of what?", hint="--proof FILE or --root 0x…, one of the two")
    rows, row_root, scale = (
        _of_proof(proof, least_bits) if proof else (None, _hash(root or ""), None)
    )
    said = verify_roll(witness, row_root, rows)
    told = witness.told
    facts: dict[str, object] = {"present": witness.present, "id": f"0x{witness.asked:064x}"}
    if witness.present:
        facts |= {"weight": str(told.weight), "choice": _word(told.choice), "scale": scale}
    return Verdict((Check("row", "passed", said),), True, facts)


def _of_proof(proof: Path, least_bits: float) -> tuple[int | None, bytes, int | None]:
    """Rows and row root of the proof's first table, of several the one its numbers are about; and
    the decimal places that weights were multiplied by."""
    found = _verified(proof, least_bits)
    return found.counts(0), found.claim.row_root, found.claim.scale


def _verified(proof: Path, least_bits: float) -> "Verified":
    from psephos.stark.verify import Accept, Refused, accepted, verify

    try:
        return verify(contents(proof), Accept(accepted(), least_bits))
    except Refused as error:
        raise VerificationFailed(f"the proof: {error.cause}: {error.message}") from error


def _of_link(data: bytes, proof: Path | None, root: str | None, least_bits: float) -> Verdict:
    from psephos.stark.verify import Refused, verify_link

    if proof is None or root is not None:
        raise CommandError("a row of which proof?", hint="--proof FILE, without --root")
    found = _verified(proof, least_bits)
    try:
        linked = verify_link(data, found)
    except Refused as error:
        raise VerificationFailed(f"{error.cause}: {error.message}") from error
    facts: dict[str, object] = {
        "present": True,
        "row": linked.row,
        "id": None if linked.id is None else f"0x{linked.id:064x}",
        "weight": str(linked.weight),
        "choice": _word(linked.choice),
        "scale": found.claim.scale,
        "data_link": "linked row",
    }
    why = f"the polynomials that the proof is about have these values at row {linked.row}"
    return Verdict((Check("row", "passed", why),), True, facts)


def _word(choice: int | None) -> str | None:
    """How a choice is written; None where there is none."""
    from psephos.results.proofs.provable import CHOICES

    return next((name for name, number in CHOICES.items() if number == choice), None)


def _of_batch(data: bytes, releases: Path, release: str | None) -> Verdict:
    from psephos.batch.witness import Witness, verify_witness
    from psephos.evidence.row import header_with
    from psephos.store.reader import Release

    witness = Witness.from_bytes(data)
    with Release.open(releases, release) as opened:
        header = header_with(opened, witness.header)
    said = verify_witness(witness, header)
    facts = {
        "table": f"{header.dataset}/{header.date}/{header.table}",
        "present": witness.place is None,
        "row": "0x" + witness.rows[0][0].hex() if witness.place is None else None,
    }
    return Verdict((Check("row", "passed", said),), True, facts)


def _hash(text: str) -> bytes:
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != 32:
        raise CommandError(f"{text[:80]!r} is no root", hint="32 bytes in hex")
    return found
