"""A release's own files, as they were published: what a sceptic copies to check it elsewhere.

    /releases/<id>/                        what there is, with lengths and hashes, and the hash
                                           of the verifier that goes with it
    /releases/<id>/current                 the release's id
    /releases/<id>/manifests/<id>.json     its BLAKE2s-256 is the release's id
    /releases/<id>/ledger.bin              the ledger's bytes that the release stands on
    /releases/<id>/figures/<hash>.json
    /releases/<id>/segments/<hash>.parquet
    /releases/<id>/proofs/<hash>.proof

The paths are those of a folder of releases: copied as they are, they are one. Names come
from the manifest and never from the address, so no other file can be asked for.
"""

from dataclasses import dataclass
from pathlib import Path

from flask import Response, jsonify, request, send_file

from dashboards import verifier as verify
from dashboards.api.problem import problem
from dashboards.view import pin
from psephos.errors import ReleaseBroken
from psephos.results.evidence import LEVELS
from psephos.store.reader import Release

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: where it lies, how many of its bytes belong to it, and its hash.

    Without a hash it is one of a part only, or of its own id.
    """

    path: Path
    bytes: int
    hash: str
    media: str


def files(folder: Path, id: str) -> dict[str, File]:
    """Every file of a release by the name it is offered under."""
    pinned = pin(folder, id)
    folder, manifest = pinned.folder, pinned.release.manifest
    here = folder / "manifests" / f"{pinned.id}.json"
    found = {
        "current": File(folder / "current", len(pinned.id) + 1, "", "text/plain"),
        f"manifests/{pinned.id}.json": File(
            here, here.stat().st_size, pinned.id, "application/json"
        ),
        "ledger.bin": File(
            folder / "ledger.bin", manifest.ledger.bytes, "", "application/octet-stream"
        ),
    }
    if manifest.figures is not None:
        file = manifest.figures
        found[f"figures/{file.hash}.json"] = File(
            folder / "figures" / f"{file.hash}.json", file.bytes, file.hash, "application/json"
        )
    for proof in manifest.proofs:
        path = folder / "proofs" / proof.file
        found[f"proofs/{proof.file}"] = File(
            path, proof.bytes, proof.hash, "application/octet-stream"
        )
    for segment in sorted(set(manifest.segments), key=lambda one: one.hash):
        found[f"segments/{segment.hash}.parquet"] = File(
            folder / "segments" / f"{segment.hash}.parquet",
            segment.bytes,
            segment.hash,
            "application/vnd.apache.parquet",
        )
    return found


def answered(folder: Path, id: str, name: str, licence: str) -> Response:
    """One file, or the list of all; a problem where there is none of that name."""
    pinned = pin(folder, id)
    found = files(folder, id)
    if not name:
        listed = [{"name": n, "bytes": one.bytes, "hash": one.hash} for n, one in found.items()]
        verifier = {"name": verify.BY_ITSELF, "sha256": verify.sha256()}
        told = {"blocks": blocks(pinned.release), "level": level(pinned.release),
                "definition": "/method", "licence": licence}  # fmt: skip
        answer = jsonify(release=pinned.id, **told, files=listed, verifier=verifier)
        answer.add_etag()
    elif name not in found:
        return problem(404, "there is no such file in this release", "its folder lists them")
    else:
        answer = _sent(found[name], name, pinned.id)
    answer.headers["Cache-Control"] = FOREVER if pinned.id == id else "no-cache"
    return answer.make_conditional(request)  # type: ignore[return-value]


def blocks(release: Release) -> dict[str, int]:
    """The first block that any dataset was read from, the newest final one, and the newest."""
    first = min((one.first for one in release.datasets.values()), default=0)
    return {"first": first, "final": release.final, "last": release.head}


def level(release: Release) -> str | None:
    """The lowest level of evidence of any published figure; None where none was published, or
    where blocks of one were not read.
    """
    levels = [one["evidence"]["level"] for one in release.figures()]
    return None if None in levels else min(levels, key=LEVELS.index, default=None)


def _sent(file: File, name: str, id: str) -> Response:
    if name == "current":
        return Response(f"{id}\n", mimetype=file.media)
    try:
        if file.path.stat().st_size == file.bytes:
            etag = file.hash or f"{id}-{name}"
            return send_file(file.path, mimetype=file.media, etag=etag, conditional=True)
        with file.path.open("rb") as opened:  # The ledger goes on behind what the release knows.
            content = opened.read(file.bytes)
    except OSError as error:
        raise ReleaseBroken(f"{name} cannot be read", hint="restore it from a copy") from error
    answer = Response(content, mimetype=file.media)
    answer.set_etag(f"{id}-{name}")
    return answer
