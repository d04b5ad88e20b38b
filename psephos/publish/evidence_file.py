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
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from psephos.chain.node import BlockId, Header, Node, Receipt
from psephos.chain.wire.answer import strict_json
from psephos.errors import LaggingNode, NodeError, VerificationFailed
from psephos.evidence.check import Verdict
from psephos.evidence.coverage import Progress
from psephos.publish.figure import published, verify_figure
from psephos.results.labels.entities import Entities
from psephos.store.reader import Release

VERSION = 1
LARGEST = 8 * 2**30
"""Bytes that an archive may unfold to."""

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


class KeptReceipts:
    """A node whose receipts are kept in a file while they are asked for."""

    def __init__(self, node: Node, file: IO[bytes]) -> None:
        self._node = node
        self._file = file

    def identity(self) -> tuple[int, bytes]:
        return self._node.identity()

    def headers(self, first: int, last: int) -> list[Header]:
        return self._node.headers(first, last)

    def receipts(self, block: BlockId) -> list[Receipt]:
        found = self._node.receipts(block)
        line = {"number": block.number, "hash": block.hash.hex(), "receipts": list(found)}
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        return found


class FiledReceipts:
    """Answers with the receipts of such a file; whether they are true, the checks find out."""

    def __init__(self, file: Path, chain: int) -> None:
        self._chain = chain
        self._kept: dict[BlockId, list[Receipt]] = {}
        try:
            with lzma.open(file, "rb") as lines:
                for line in lines:
                    told = strict_json(line)
                    block = BlockId(int(told["number"]), bytes.fromhex(told["hash"]))
                    self._kept[block] = list(told["receipts"])
        except (NodeError, lzma.LZMAError, EOFError, KeyError, TypeError, ValueError) as error:
            raise VerificationFailed("receipts.xz is not what an evidence file holds") from error

    def identity(self) -> tuple[int, bytes]:
        return self._chain, b""

    def headers(self, first: int, last: int) -> list[Header]:
        raise NodeError("the file holds receipts only: rows of every block need a node")

    def receipts(self, block: BlockId) -> list[Receipt]:
        if block not in self._kept:
            raise LaggingNode(f"the file does not hold the receipts of block {block.number}")
        return self._kept[block]


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
    whole or not at all. CommandError if there is no such figure.
    """
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
    manifest = release.manifest
    files = {f"release/manifests/{release.id}.json": folder / "manifests" / f"{release.id}.json"}
    for segment in dict.fromkeys(manifest.segments):
        files[f"release/segments/{segment.file}"] = folder / "segments" / segment.file
    if manifest.figures:
        figures = f"figures/{manifest.figures.hash}.json"
        files[f"release/{figures}"] = folder / figures
    for proof in manifest.proofs:
        files[f"release/proofs/{proof.file}"] = folder / "proofs" / proof.file
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr("evidence.json", json.dumps(about, ensure_ascii=False, indent=1))
        archive.writestr("release/current", release.id + "\n")
        for name, file in files.items():
            archive.write(file, name)
        with (folder / "ledger.bin").open("rb") as ledger:
            archive.writestr("release/ledger.bin", ledger.read(manifest.ledger.bytes))
        if receipts:
            archive.write(receipts, "receipts.xz")


def verify_evidence(file: Path, *, labels: Entities | None = None) -> Verdict:
    """Every check of the figure in an evidence file, from the file alone.

    VerificationFailed if it is no evidence file; what is wrong inside the release is a failed
    check. Without receipts in it, that no row was left out before sealing is not checked, and
    the check of coverage says so.
    """
    with unfolded(file) as place:
        about = _about(place / "evidence.json")
        receipts = place / "receipts.xz"
        node: Any = None
        if receipts.exists():
            with Release.open(place / "release", about["release"]) as opened:
                node = FiledReceipts(receipts, opened.chain.id)
        return verify_figure(
            place / "release", about["release"], about["figure"]["id"], node, labels=labels
        )


def _about(file: Path) -> dict[str, Any]:
    try:
        told = strict_json(file.read_bytes())
        if told["evidence"] != VERSION:
            raise VerificationFailed(f"an evidence file of version {told['evidence']!r}")
        return {
            "release": str(told["release"]),
            "figure": {"id": str(told["figure"]["id"])},
        }
    except (OSError, NodeError, KeyError, TypeError) as error:
        raise VerificationFailed("evidence.json is not that of an evidence file") from error


@contextmanager
def unfolded(file: Path) -> Iterator[Path]:
    """The archive's files in a folder of their own, removed afterwards.

    Refused with VerificationFailed: what is no zip archive, names that leave the folder or are
    there twice, compressed entries, more than LARGEST bytes in all.
    """
    with TemporaryDirectory(prefix="psephos-") as folder:
        place = Path(folder)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                _refuse(entries)
                for entry in entries:
                    archive.extract(entry, place)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            raise VerificationFailed(f"{file.name} is not an evidence file: {error}") from error
        yield place


def _refuse(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise VerificationFailed("the archive holds a name twice")
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise VerificationFailed("the archive is larger than any evidence file")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise VerificationFailed("the archive holds a name that leaves its folder")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise VerificationFailed("the archive holds a compressed entry")
