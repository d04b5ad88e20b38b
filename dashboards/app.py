"""The site: `dashboards.app:create()` is a WSGI application.

One callback turns an address into a page; everything a reader chooses is in the address. A page
without a release in its address is sent on to the same page of the current one, so that what a
reader sees stays the same release from page to page.
"""

import base64
import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    jsonify,
    redirect,
    request,
)  # fmt: skip
from plotly.utils import PlotlyJSONEncoder
from werkzeug.wrappers import Response as Answer

from dashboards import download, frame, pages, plotting, taken
from dashboards.address import Address, address
from dashboards.answers import NOTEBOOK
from dashboards.api.serve import LICENCE, mount
from dashboards.cards import headline
from dashboards.guard import CALLBACK, OF_DASH, guard, log, programs, sentence, told
from dashboards.look import ASSETS, FIRST
from dashboards.pages import EMBED, At, Entry, Page, page_path
from dashboards.parts import kicker
from dashboards.remember import Memory
from dashboards.view import Pin, pin, view
from dashboards.witnesses import WITNESS
from psephos.errors import CommandError, PsephosError, ReleaseBroken, TableError
from psephos.store.homes import chains

MOST = 32_000_000
"""Bytes of answers that a worker remembers as they were sent, and as many compressed."""
TREES = 16
"""Pages that are remembered before they are bytes: a page takes ten times as much then."""
SHOWN = 16
"""Digits of a release's id in an address: enough for no two of a folder to be alike."""
PAGES = pages.register()
OUTPUT = "..page.children...title.data.."
INPUTS = (("address", "pathname"), ("address", "search"))
INDEX = (ASSETS.parent / "index.html").read_text("utf-8").replace("FIRST", FIRST)
Tree = tuple[Any, str]


def create(releases: Path | str | None = None) -> Flask:
    """The site over a folder of releases (none: the environment's `PSEPHOS_RELEASES`)."""
    folder = Path(releases or os.environ.get("PSEPHOS_RELEASES") or "data/releases").resolve()
    trees: Memory[Tree] = Memory(TREES)
    app = made(folder, trees)
    server: Flask = app.server
    hashes: list[str] = []
    guard(server, known, OUTPUT, INPUTS, lambda: hashes)
    routes(server, folder, trees)
    taken.mount(server, folder)
    plotting.mount(server)
    mount(server, folder, os.environ.get("PSEPHOS_LICENCE") or LICENCE)
    warm(server, folder)
    hashes += [*app.csp_hashes(), digest(FIRST)]
    return server


def made(folder: Path, trees: Memory[Tree]) -> Dash:
    """The Dash application: a shell, one callback of the server, two of the browser."""
    server = Flask("dashboards", static_folder=None)
    server.config.update(
        COMPRESS_CACHE_BACKEND=lambda: Memory(256, MOST),
        COMPRESS_CACHE_KEY=asked,
        COMPRESS_STREAMS=False,
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_BR_LEVEL=7,  # an eighth less over the wire than zstd, and once for each file
    )
    server.config["PSEPHOS_FOLDER"] = folder
    app = Dash(
        "dashboards",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        title="psephos",
        update_title="",
        index_string=INDEX,
        compress=True,
        serve_locally=True,
        use_pages=False,
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = frame.shell

    @app.callback(
        Output("page", "children"),
        Output("title", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
    )
    def show(path: str, search: str) -> Tree:
        found, title, missing = shown(folder, path, search, trees)
        if not missing and has_request_context():
            g.page = True
        return found, title

    app.clientside_callback(
        ClientsideFunction("site", "steer"),
        Output("address", "search"),
        Input("block", "value"),
        Input("compare", "value"),
        Input({"choice": ALL, "usual": ALL}, "value"),
        State({"choice": ALL, "usual": ALL}, "id"),
        State("shown", "data"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    app.clientside_callback(ClientsideFunction("site", "name"), Input("title", "data"))
    return app


def shown(folder: Path, path: str, search: str, trees: Memory[Tree]) -> tuple[Any, str, int]:
    """The page of an address as plain JSON, with its title; and the status, 0 if all is well."""
    where = Address("/")
    try:
        where = address(path, search)
        pinned = pin(folder, where.release)
        where = replace(where, path=where.path.rstrip("/") or "/", release=pinned.id[:SHOWN])
        newest = pin(pinned.folder).id
        return *trees.of((where, pinned, newest), lambda: tree(where, pinned, newest)), 0
    except ReleaseBroken as error:
        return plain(frame.failed(error, where, PAGES)), "psephos", 503
    except PsephosError as error:
        return plain(frame.failed(error, where, PAGES)), "psephos", 404
    except Exception as error:
        log.error("%s on a page", told(error))
        broken = CommandError(
            "this page could not be made", hint="the fault is ours, and is logged"
        )
        return plain(frame.failed(broken, where, PAGES)), "psephos", 500


def tree(where: Address, pinned: Pin, newest: str) -> Tree:
    """A page made anew."""
    found = pages.find(PAGES, page_path(where.path))
    if found is None:
        raise CommandError("there is no such page", hint="the header lists those there are")
    entry, words = found
    other = view(pinned, where.compare, where.by) if where.compare else None
    at = At(replace(where, path=page_path(where.path)), view(pinned, where.block, where.by), words,
            other)  # fmt: skip
    page = filled(entry, at)
    if where.path.startswith(f"{EMBED}/"):
        return plain(frame.alone(page, at)), f"{page.title} · psephos"
    return plain(frame.framed(page, at, PAGES, newest, entry.asks)), f"{page.title} · psephos"


def filled(entry: Entry, at: At) -> Page:
    """The page; where the release has nothing for it, a page that says so."""
    try:
        return entry.page(at)
    except TableError as error:
        if not entry.name:
            raise
        told = f"{sentence(error.message)} {sentence(error.hint)}"
        empty = headline(kicker(at.view), f"{entry.name}: nothing was collected for it.", told)
        return Page(entry.name, [empty])


def plain(components: Any) -> Any:
    """Components as the JSON they become, once, so that remembered pages cost nothing to send."""
    return unbroken(json.loads(json.dumps(components, cls=PlotlyJSONEncoder)))


def unbroken(tree: Any) -> Any:
    """JSON in whose sentences no number breaks at the end of a line, nor before its per cent sign.

    A number that stands alone keeps its wider thin spaces: it has a line of its own.
    """
    if isinstance(tree, str):
        if not any(letter.isalpha() for letter in tree):
            return tree
        return re.sub(r"(?<=\d) %", "\u00a0%", re.sub(r"(?<=\d)\u2009(?=\d)", "\u202f", tree))
    if isinstance(tree, list):
        return [unbroken(part) for part in tree]
    if isinstance(tree, dict):
        return {key: unbroken(part) for key, part in tree.items()}
    return tree


def known(path: str) -> bool:
    """Whether there is a page, or a file, at a path; the API says itself what it has."""
    if programs(path):
        return "//" not in path
    table = path.removeprefix("/csv/")
    if table != path:
        return table in download.TABLES
    return path in (NOTEBOOK, WITNESS) or pages.find(PAGES, page_path(path)) is not None


def routes(server: Flask, folder: Path, trees: Memory[Tree]) -> None:
    """The way from a page to the same page of the current release, and health.

    A page that was sent once is sent again as the same bytes, before Dash looks at the request.
    The page of something that the release has not got is shown, and is a 404 for programs; so
    pages of a proposal, a voter and the like are made already when their shell is asked for.
    """

    @server.before_request
    def sent_on() -> Answer | None:
        path = request.path
        if (
            path.startswith("/csv/")
            or programs(path)
            or not known(path)
            or "release" in request.args
        ):
            return None
        given = address(path, request.query_string.decode("utf-8", "replace"))
        answer = redirect(replace(given, release=pin(folder).id[:SHOWN]).href())
        answer.headers["Cache-Control"] = "no-store"
        return answer

    answers: Memory[bytes] = Memory(256, MOST)

    @server.before_request
    def again() -> Answer | None:
        found = answers.get(asked(request)) if request.path == CALLBACK else None
        return None if found is None else Response(found, mimetype="application/json")

    @server.after_request
    def keep(answer: Response) -> Response:
        if "page" in g and answer.status_code == 200:
            answers.set(asked(request), answer.get_data())
        return answer

    @server.after_request
    def whole(answer: Response) -> Response:
        """The site's own sheets and scripts at once: what is streamed is not compressed."""
        own = request.path.startswith("/assets/") and str(answer.mimetype).startswith("text/")
        if own and answer.status_code == 200:
            answer.direct_passthrough = False
            answer.get_data()
            answer.close()  # the file, which is read
        return answer

    @server.after_request
    def lost(answer: Response) -> Response:
        found = pages.find(PAGES, page_path(request.path))
        of_one = found is not None and (not found[0].name or "measure" in request.args)
        if answer.status_code == 200 and of_one and "release" in request.args:
            search = "?" + request.query_string.decode("utf-8", "replace")
            answer.status_code = shown(folder, request.path, search, trees)[2] or 200
        return answer

    @server.get("/health")
    def health() -> Response:
        release = pin(folder).release
        return jsonify(ok=True, release=release.id, final=release.final, head=release.head)


def asked(sent: Any) -> str:
    """What a compressed answer is remembered by: what was asked, and the release that is current.

    A callback's answer depends on its body, and says whether there is a newer release; one of the
    API that names no release is of the current one. Files are the same whatever is current.
    """
    said = f"{sent.path}?{sent.query_string!r}"
    if sent.path.startswith(OF_DASH):
        return said
    if sent.path == CALLBACK:
        said = f"{sent.get_data()!r}"
    with suppress(PsephosError):
        there = chains(current_app.config["PSEPHOS_FOLDER"]).values()
        return f"{[pin(one).id for one in there]}{said}"
    return f"no release {said}"


def warm(server: Flask, folder: Path) -> None:
    """Ask for what the first readers will ask for.

    Dash registers callbacks at the first request: two first requests at once can find none.
    """
    client = server.test_client()
    client.get("/_dash-dependencies")
    client.get("/_dash-layout")
    shown(folder, "/", "", Memory(1))


def digest(script: str) -> str:
    """The hash by which the content security policy knows a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
