"""One file with everything a figure rests on, for who has neither node nor index nor release.

A zip archive, nothing in it compressed twice:

    evidence.json          what it is of, and which check needs which code
    release/…              the release: manifest, segments, figures, ledger (psephos.store.release)
    receipts.xz            JSON lines {"number", "hash", "receipts"} of the blocks that may hold
                           rows; only if a node was asked when the file was made

Who verifies it trusts nothing in `evidence.json`: the figure is found in the release, whose id
is the hash of its manifest, and every check is made anew from the bytes.
"""

import json
import lzma
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from psephos.chain.node import Node
from psephos.chain.wire.answer import strict_json
from psephos.errors import CommandError, NodeError, VerificationFailed
from psephos.evidence.check import Verdict
from psephos.evidence.coverage import Progress
from psephos.publish.figure import published, verify_figure
from psephos.publish.filed_receipts import FiledReceipts, KeptReceipts
from psephos.results.labels.entities import Entities
from psephos.store.manifest import Manifest, encode, identity, parse
from psephos.store.reader import Release

VERSION = 1
SMALL = 2**20
"""Bytes of an entry that says what the file is of."""
CONTENTS = 2 * 2**20
"""Bytes of an archive's table of contents, 12,000 files: those of 250 tables on the day on which
they are in most pieces (`psephos.store.piece`)."""
MANIFEST = 4 * 2**20
"""Bytes of a manifest, which names as many files and more."""
ENTRY = 46 + 28
"""Bytes of an entry in the table of contents beside its name, where it lies far behind."""

NEEDS: Mapping[str, str] = {
    "manifest": "BLAKE2s (any standard library)",
    "files": "BLAKE2s",
    "ledger": "BLAKE2s; psephos.batch.mountain, standard library only",
    "headers": "BLAKE2s; psephos.batch.header, standard library only",
    "sealed": "psephos.batch.history",
    "definition": "psephos.chain.dataset: BLAKE2s of canonical JSON",
    "rows": "pyarrow, duckdb; psephos.batch.rowbytes and psephos.batch.tree",
    "places": "duckdb",
    "blocks": "Keccak-256 and RLP; psephos.commit.header",
    "coverage": "Keccak-256; psephos.commit.bloom",
    "receipts": "Keccak-256 and RLP; psephos.commit.receipts (needs receipts.xz)",
    "positions": "duckdb; psephos.results.changes",
    "proofs": "psephos.stark.verify, standard library only; numba to compare with the rows",
    "figure": "psephos.results and analytics",
}
"""The code that each check of `psephos verify figure` needs, by the check's first word."""


def write_evidence(
    folder: Path,
    release: str | None,
    id: str,
    out: Path,
    node: Node | None = None,
    *,
    labels: Entities | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Verify a figure and, if nothing failed, write its evidence file; the verdict.

    With a node the receipts of every block that may hold rows go into the file. The file appears
    whole or not at all. CommandError if there is no such figure, or if the release is larger than
    any reader would unfold.
    """
    with Release.open(folder, release) as opened:
        check_fits(_sizes(opened.id, opened.manifest))
    with TemporaryDirectory(dir=out.parent, prefix=".evidence-") as place:
        receipts = Path(place) / "receipts.xz"
        with lzma.open(receipts, "wb", preset=6) as file:
            kept: Any = KeptReceipts(node, file) if node else None
            verdict = verify_figure(folder, release, id, kept, labels=labels, progress=progress)
        if not verdict.verified:
            return verdict
        part = Path(place) / "part.zip"
        with Release.open(folder, release) as opened:
            told = published(opened, id)
            _write(part, folder, opened, told, receipts if node else None)
        part.replace(out)
    return verdict


def _sizes(id: str, manifest: Manifest) -> dict[str, int]:
    """The files of a release that an archive holds, as they lie in its folder, and their bytes."""
    sizes = {f"manifests/{id}.json": len(encode(manifest))}
    sizes |= {f"segments/{segment.file}": segment.bytes for segment in manifest.segments}
    if manifest.figures:
        sizes[f"figures/{manifest.figures.hash}.json"] = manifest.figures.bytes
    sizes |= {f"proofs/{proof.file}": proof.bytes for proof in manifest.proofs}
    return sizes


def check_fits(sizes: Mapping[str, int]) -> None:
    """CommandError if a release with such files is beyond what `unfolded` reads."""
    contents = sum(ENTRY + len(f"release/{name}") for name in sizes)
    manifest = max(size for name, size in sizes.items() if name.startswith("manifests/"))
    if contents > CONTENTS - SMALL // 16 or manifest > MANIFEST:
        raise CommandError(
            f"the release is too large for one file: {len(sizes)} files, a manifest of"
            f" {manifest} bytes",
            hint="hand out the folder of releases: `psephos verify figure ID --releases FOLDER`",
        )


def _write(
    part: Path, folder: Path, release: Release, told: Mapping[str, Any], receipts: Path | None
) -> None:
    about = {
        "evidence": VERSION,
        "release": release.id,
        "figure": told,
        "needs": NEEDS,
        "verify": "psephos verify figure FILE",
    }
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr("evidence.json", json.dumps(about, ensure_ascii=False, indent=1))
        archive.writestr("release/current", release.id + "\n")
        for name in _sizes(release.id, release.manifest):
            archive.write(folder / name, f"release/{name}")
        with (folder / "ledger.bin").open("rb") as ledger:
            archive.writestr("release/ledger.bin", ledger.read(release.manifest.ledger.bytes))
        if receipts:
            archive.write(receipts, "receipts.xz")


def verify_evidence(file: Path, *, labels: Entities | None = None) -> Verdict:
    """Every check of the figure in an evidence file, from the file alone.

    VerificationFailed if it is no evidence file; what is wrong inside the release is a failed
    check. Without receipts in it, that no row was left out before sealing is not checked, and
    the check of coverage says so.
    """
    with unfolded(file) as (place, about):
        node: Any = None
        if (place / "receipts.xz").exists():
            with Release.open(place / "release", about.release) as opened:
                node = FiledReceipts(place / "receipts.xz", opened.chain.id)
        try:
            found = verify_figure(
                place / "release", about.release, about.figure, node, labels=labels
            )
        except CommandError as error:  # the file names it, not the command line
            raise VerificationFailed(error.message) from error
        if any((check.name, check.status) == ("receipts", "passed") for check in found.checks):
            node.check_end()
        return found


class About(NamedTuple):
    """What an evidence file says it is of: a release and a figure, by their ids."""

    release: str
    figure: str


def _about(archive: zipfile.ZipFile) -> About:
    try:
        told = strict_json(_small(archive, "evidence.json"))
        if told["evidence"] != VERSION:
            raise VerificationFailed(f"an evidence file of version {told['evidence']!r}")
        return About(str(told["release"]), str(told["figure"]["id"]))
    except (NodeError, KeyError, TypeError) as error:
        raise VerificationFailed("evidence.json is not that of an evidence file") from error


@contextmanager
def unfolded(file: Path) -> Iterator[tuple[Path, About]]:
    """The archive's files in a folder of their own, removed afterwards.

    Refused with VerificationFailed before anything is unfolded: what is no zip archive, a table
    of contents beyond CONTENTS, entries other than those that its manifest names (`_refuse`).
    """
    with TemporaryDirectory(prefix="psephos-") as folder:
        place = Path(folder)
        try:
            with Bounded(file) as bounded, zipfile.ZipFile(bounded) as archive:
                about = _about(archive)
                _refuse(archive, about, file.stat().st_size)
                for entry in archive.infolist():
                    archive.extract(entry, place)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            raise VerificationFailed(f"{file.name} is not an evidence file: {error}") from error
        yield place, about


class Bounded(FileIO):
    """A file of which no more than CONTENTS bytes are read at once: an archive's table of contents
    is read whole, as long as it says it is."""

    def read(self, size: int | None = -1) -> bytes:
        most = CONTENTS + 1
        found = super().read(most if size is None or size < 0 else min(size, most))
        if len(found) == most:
            raise VerificationFailed("the archive's table of contents is too large")
        return found


def _small(archive: zipfile.ZipFile, name: str, most: int = SMALL) -> bytes:
    """An entry that is read whole, in parts: `Bounded` takes it for no table of contents. KeyError
    if it is not there."""
    if (size := archive.getinfo(name).file_size) > most:
        raise VerificationFailed(
            f"{name[:80]} is larger than in any evidence file: {size} bytes, at most {most}"
        )
    with archive.open(name) as entry:
        return b"".join(iter(lambda: entry.read(2**16), b""))


def _refuse(archive: zipfile.ZipFile, about: About, length: int) -> None:
    """Names are those of the release, each once, with the bytes that its manifest says, and none
    lies over another; a name that leaves the folder is none of these."""
    file = f"release/manifests/{about.release}.json"
    entries = archive.infolist()
    names = {entry.filename: entry.file_size for entry in entries}
    content = _small(archive, file, MANIFEST) if file in names else b""
    if identity(content) != about.release:
        raise VerificationFailed("the archive does not hold the manifest of its release")
    manifest = parse(content, file)
    wanted = {f"release/{name}": size for name, size in _sizes(about.release, manifest).items()}
    wanted |= {"release/ledger.bin": manifest.ledger.bytes, "release/current": 65}
    wanted |= {name: names[name] for name in ("evidence.json", "receipts.xz") if name in names}
    if len(names) != len(entries):
        raise VerificationFailed("the archive holds a name twice")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise VerificationFailed("the archive holds a compressed entry")
    if names != wanted or sum(names.values()) > length:
        wrong = min({*names.items()} ^ {*wanted.items()}, default=("its end", 0))[0]
        raise VerificationFailed(f"the archive is not what its manifest names: {wrong[:80]!r}")
    if _small(archive, "release/current") != f"{about.release}\n".encode():
        raise VerificationFailed("the archive points to another release than its own")
