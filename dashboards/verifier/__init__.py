"""The verifier of the browser: its modules joined for a page, and as one file to keep.

    dashboards/verifier/*.mjs, stark/*.mjs    the verifier, as it is read and tested
    /verifier/worker.js, /verifier/page.js    the same for the page /verify, joined
    /verify.html, dashboards/verifier/verify.html    all of it in one file that opens from a disk

Joining changes no line but imports and exports: each module becomes a function that gives what it
exports, after those it imports. `python -m dashboards.verifier` writes the one file again, and its
SHA-256 into the README and beside what releases are made with.
"""

import hashlib
import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from posixpath import dirname, normpath

from flask import Flask, Response, abort, request

from dashboards.look import ASSETS, FIRST
from psephos.stark.verify import TAPES

FOLDER = Path(__file__).resolve().parent
FILE = FOLDER / "verify.html"
MODULES, BY_ITSELF = "/verifier/", "/verify.html"

IMPORT = re.compile(r'^import (\{[^}]*\}) from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function\*?) (\w+))", re.MULTILINE)
START = """
modules["page.mjs"].mount(document.getElementById("verifier"), () => {
  const text = document.getElementById("worker").textContent;
  return new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
});
"""


def mount(server: Flask) -> None:
    """Serve the modules, joined, and the one file, to be saved."""

    @server.get(f"{MODULES}<name>")
    def module(name: str) -> Response:
        if name not in ("worker.js", "page.js"):
            abort(404)
        text = worker() if name == "worker.js" else page()
        return _sent(Response(text, mimetype="text/javascript"))

    @server.get(BY_ITSELF)
    def alone() -> Response:
        answer = Response(FILE.read_bytes(), mimetype="text/html")
        answer.headers["Content-Disposition"] = 'attachment; filename="psephos-verify.html"'
        return _sent(answer)


def _sent(answer: Response) -> Response:
    answer.add_etag()
    answer.headers["Cache-Control"] = "no-cache"
    return answer.make_conditional(request)  # type: ignore[return-value]


@cache
def worker() -> str:
    """What the worker runs."""
    return joined("worker.mjs")


@cache
def page() -> str:
    """A module with `mount`, the form."""
    return f'{joined("page.mjs")}export const mount = modules["page.mjs"].mount;\n'


def joined(name: str) -> str:
    """A module and all it imports as one script; `modules` has what each exports."""
    texts: dict[str, str] = {}
    _join(name, texts)
    return "const modules = {};\n" + "".join(texts.values())


def _join(name: str, texts: dict[str, str]) -> None:
    source = source_of(name)

    def given(found: re.Match[str]) -> str:
        other = normpath(f"{dirname(name)}/{found[2]}").lstrip("/")
        if other not in texts:
            _join(other, texts)
        names = found[1].replace(" as ", ": ")
        return f'const {names} = modules["{other}"];\n'

    source = IMPORT.sub(given, source)
    names = ", ".join(EXPORT.findall(source))
    body = EXPORT.sub("", source).rstrip()
    texts[name] = f'\nmodules["{name}"] = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n'


def source_of(name: str) -> str:
    """A module's text; the tapes of the statements are a module made from their files."""
    if name != "tapes.mjs":
        return (FOLDER / name).read_text("utf-8")
    files = sorted(TAPES.glob("*.tape"))
    each = "".join(
        f'  "{b64encode(file.read_bytes()).decode()}", // {file.name}\n' for file in files
    )
    head = "// The statements that are accepted: their ids are the hashes of these.\n"
    return f"{head}\nexport const TAPES = [\n{each}];\n"


def alone() -> str:
    """The one file. Its own policy lets nothing in or out but what is in it."""
    look = (ASSETS / "1-look.css").read_text("utf-8")
    look = re.sub(r"^(@font-face|/\*).*\n", "", look, flags=re.MULTILINE)
    own = [(FOLDER / "alone.css"), (ASSETS / "3-verify.css")]
    parts = {
        "STYLE": "\n" + look + "".join(file.read_text("utf-8") for file in own),
        "FIRST": FIRST,
        "WORKER": "\n" + worker(),
        "PAGE": "\n" + joined("page.mjs") + START,
    }
    assert not any("</" in text for text in parts.values())
    style = hashed(parts["STYLE"])
    parts["POLICY"] = (
        f"default-src 'none'; script-src {hashed(parts['FIRST'])} {hashed(parts['PAGE'])}; "
        f"style-src {style}; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    text = (FOLDER / "alone.html").read_text("utf-8")
    return re.sub(r"\{([A-Z]+)\}", lambda found: parts[found[1]], text)


def hashed(text: str) -> str:
    """How a policy names a script or a style."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def sha256() -> str:
    """Of the one file, as the README tells it."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()
