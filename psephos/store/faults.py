"""Whether the files that a release names are there, as long as it says and unchanged."""

from pathlib import Path

from psephos.store import segment
from psephos.store.manifest import File, Manifest


def faults(
    folder: Path, manifest: Manifest, *, whole: bool = True, proofs: bool = True
) -> list[str]:
    """What is wrong with the files a manifest names; empty if nothing is.

    Without `whole` only existence and length are looked at, which costs no reading; without
    `proofs` those are passed over: rows and figures can be read without them.
    """
    found = [
        problem
        for named in dict.fromkeys(manifest.segments)
        if (problem := segment.fault(folder / "segments" / named.file, named, whole=whole))
    ]
    if manifest.figures and (
        problem := fault(
            folder / "figures" / f"{manifest.figures.hash}.json", manifest.figures, whole
        )
    ):
        found.append(problem)
    for proof in manifest.proofs if proofs else ():
        path = folder / "proofs" / proof.file
        if problem := fault(path, File(proof.hash, proof.bytes), whole):
            found.append(problem)
    ledger = folder / "ledger.bin"
    length = ledger.stat().st_size if ledger.is_file() else 0
    if length < manifest.ledger.bytes:
        found.append(f"ledger.bin has {length:,} bytes, its release stands on more")
    return found


def fault(path: Path, file: File, whole: bool) -> str | None:
    """What is wrong with a file that holds no rows."""
    name = f"{path.parent.name}/{path.name}"
    if path.is_symlink() or not path.is_file():
        return f"{name} is missing"
    if path.stat().st_size != file.bytes:
        return f"{name} has another length than its release names"
    if whole and segment.digest(path) != file.hash:
        return f"{name} was changed: its bytes have another hash"
    return None
