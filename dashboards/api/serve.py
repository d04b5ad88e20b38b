"""The API on the server of the site: from a request to a resource, and its answer in a format."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, jsonify, request

from dashboards import verifier
from dashboards.api import feeds, files, openapi
from dashboards.api.asked import EVERYWHERE, Asked, parameters
from dashboards.api.formats import FORMATS
from dashboards.api.problem import problem
from dashboards.api.resources import Resource, find
from dashboards.api.table import Table
from dashboards.guard import programs
from dashboards.view import pin, view
from psephos import __version__
from psephos.errors import TableError
from psephos.results.evidence import Evidence
from psephos.results.shipped import shipped
from psephos.store.homes import chains

ROOT = "/api/v1"
LICENCE = "CC-BY-4.0"
"""Under which a house offers its figures, if `serve --licence` says no other."""
DECLARED = ("assets", "decisions", "entities", "prices", "promises", "rules", "schedules",
            "services", "proving")  # fmt: skip
"""Folders of files that declare something: what an answer says of it is as of these."""
FOREVER = "public, max-age=31536000, immutable"


def mount(server: Flask, folder: Path, licence: str = LICENCE) -> None:
    """Put API, files, feeds and the verifier's files on a server."""
    verifier.mount(server)

    @server.get("/api")
    @server.get(f"{ROOT}/")
    @server.get(f"{ROOT}/openapi.json")
    def contents() -> Response:
        parameters(request.query_string.decode("utf-8", "replace"), ())
        return jsonify(openapi.document(licence))

    @server.get(f"{ROOT}/<path:path>")
    def resource(path: str) -> Response:
        query = request.query_string.decode("utf-8", "replace")
        return answered(folder, f"/{path}", query, licence)

    @server.get("/releases/<id>/")
    @server.get("/releases/<id>/<path:name>")
    def published(id: str, name: str = "") -> Response:
        return files.answered(folder, id, name, licence)

    @server.get("/feeds/<name>")
    def feed(name: str) -> Response:
        return feeds.answered(folder, name, request.host_url.rstrip("/"), licence)

    @server.get("/api/<path:path>")
    @server.get("/api/")
    @server.get("/feeds/")
    @server.get("/feeds/<path:path>")
    @server.get("/releases/")
    def nothing(path: str = "") -> Response:
        return problem(404, "there is nothing here", f"{ROOT}/openapi.json lists what there is")

    @server.after_request
    def open_to_all(answer: Response) -> Response:
        if programs(request.path):
            answer.headers["Access-Control-Allow-Origin"] = "*"
            answer.headers["Access-Control-Expose-Headers"] = "ETag, Link, Psephos-About"
            answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


def answered(folder: Path, path: str, query: str, licence: str) -> Response:
    """The answer to a path below /api/v1 and a query."""
    stem, _, ending = path.rpartition(".")
    format = ending if stem and ending in FORMATS else "json"
    found = find(stem if stem and ending in FORMATS else path)
    if found is None:
        return problem(
            404, "there is no such resource", f"{ROOT}/openapi.json lists those there are"
        )
    resource, words = found
    given = parameters(query, resource.parameters)
    pinned = pin(folder, given.get("release", ""))
    fixed = "release" in given and "by" not in given and resource.lasts
    tag = etag([pinned.id, *([] if resource.lasts else current(folder))], path, given, licence)
    if request.if_none_match.contains(tag):
        return signed(Response(status=304), tag, fixed)
    asked = Asked(view(pinned, given.get("block", ""), given.get("by", "")), words, given)
    table = resource.of(asked)
    about = described(resource, asked, table, path, licence)
    rows = table.part(asked.offset, asked.limit)
    written = FORMATS[format]
    answer = Response(written.write(table.columns, rows, about), mimetype=None)
    answer.headers["Content-Type"] = written.media
    answer.headers["Psephos-About"] = json.dumps(about, separators=(",", ":"))
    if about["next"]:
        answer.headers["Link"] = f'<{about["next"]}>; rel="next"'
    return signed(answer, tag, fixed)


def etag(ids: Sequence[str], path: str, given: Mapping[str, str], licence: str) -> str:
    """What an answer is of: its release first, the question, and the software that answers."""
    said = json.dumps([declared(), licence, path, sorted(given.items()), *ids[1:]])
    return f"{ids[0][:16]}.{hashlib.blake2s(said.encode(), digest_size=12).hexdigest()}"


def current(folder: Path) -> list[str]:
    """The id of the current release of each chain."""
    return [pin(place).id for place in chains(folder).values()]


@cache
def declared() -> str:
    """The software's version and the hash of every file that declares something.

    Once a process: what was read from these files is remembered as long.
    """
    found = hashlib.blake2s(__version__.encode())
    for kind in DECLARED:
        for file in sorted(shipped(kind).glob("*.toml")):
            found.update(f"{kind}/{file.name}\n".encode() + file.read_bytes())
    return found.hexdigest()


def signed(answer: Response, tag: str, fixed: bool) -> Response:
    """ETag; kept for ever where the address decides the answer, else asked about again."""
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = FOREVER if fixed else "no-cache"
    return answer


def described(
    resource: Resource, asked: Asked, table: Table, path: str, licence: str
) -> dict[str, Any]:
    """What stands beside the rows: release, blocks, evidence, definition, licence, next part."""
    release, rests = asked.view.release, table.rests
    last = asked.offset + asked.limit
    undefined = table.undefined
    if asked.offset > table.count:
        raise TableError(f"there are {table.count} rows", hint="ask for a smaller offset")
    more = {
        **{k: v for k, v in asked.given.items() if k not in EVERYWHERE},
        "release": release.id[:16],
        "offset": str(last),
        "limit": str(asked.limit),
    }
    return {
        "title": resource.title,
        "release": release.id,
        "chain": {"id": str(release.chain.id), "name": release.chain.name},
        "block": asked.view.block,
        "blocks": _blocks(asked, rests),
        "level": None if rests is None else rests.level,
        "evidence": None if rests is None else asdict(rests),
        "definition": table.definition or f"{ROOT}/openapi.json",
        "licence": licence,
        "decimals": table.decimals,
        "symbol": table.symbol or None,
        "undefined": undefined,
        "count": table.count,
        "offset": asked.offset,
        "next": f"{quote(ROOT + path)}?{urlencode(more)}" if last < table.count else None,
    }


def _blocks(asked: Asked, rests: Evidence | None) -> dict[str, int]:
    """First and last block that were needed; of what rests on no rows, those the release has."""
    if rests is not None:
        return {"first": rests.first, "last": rests.last}
    entries = asked.view.release.datasets.values()
    return {"first": min((one.first for one in entries), default=0), "last": asked.view.block}
