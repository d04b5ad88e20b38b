"""The door of the site: what may come in, and what goes out with every answer.

A request that no page of ours sends is refused before anything is looked up: a path there is none
of, a body that is too long, compressed, no strict JSON or not one of our callbacks. Errors are one
line, in the log and for the reader; no trace leaves the process.
"""

import json
import logging
import re
from collections.abc import Callable, Sequence
from html import escape
from math import ceil, isfinite
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from dashboards.api.problem import of_error, problem
from dashboards.limits import FREE, Rate, client
from dashboards.look import FIRST
from dashboards.verifier import BY_ITSELF, MODULES
from psephos.errors import PsephosError

LONGEST_BODY = 16_384
DEEPEST, DIGITS, EXACT = 64, 20, 1 << 53
"""How deep JSON may be nested, how long its numbers are, and to where a browser counts exactly."""

CALLBACK, ANYTHING = "/_dash-update-component", "/<path:path>"
"""Where callbacks go, and what Dash calls the shell that it sends for any other address."""

OF_DASH = ("/_dash-component-suites/", "/_dash-layout", "/_dash-dependencies", "/assets/")
OF_FILES = (*OF_DASH, MODULES)
KEYS = {"output", "outputs", "inputs", "changedPropIds", "parsedChangedPropsIds", "state"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FRAMED = {
    name: value
    for name, value in HEADERS.items()
    if name not in ("X-Frame-Options", "Cross-Origin-Opener-Policy")
}
EMBEDDED = "/embed/"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks of the API before it sends what it remembers of an answer."""
PROGRAMS = ("/api/", "/releases/", "/feeds/")
DAY, YEAR = 86_400, 31_536_000
BRACKETS = re.compile(r"[\[\]{}]")
TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.S)
VERSIONED = re.compile(r"\.v[0-9_]+m[0-9]+\.")
log = logging.getLogger("psephos.site")


def programs(path: str) -> bool:
    """Whether a path is asked by programs, so that what is wrong is said as a problem document."""
    return path.startswith(PROGRAMS) or path == "/api"


def policy(hashes: Sequence[str], framed: bool = False) -> str:
    """The content security policy: nothing from elsewhere, no script that is not ours.

    Plotly writes style elements and style attributes, so styles may be inline. A page that is made
    to be embedded may stand in a frame of anybody's.
    """
    framing = "*" if framed else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "worker-src 'self'",
            f"frame-ancestors {framing}",
        )
    )


def strict(body: bytes) -> Any:
    """JSON as its authors meant it; `ValueError` for doubled keys, NaN, huge numbers, surrogates.

    How deep it is nested is counted before it is read. Whole numbers beyond 2^53 are texts.
    """
    text = body.decode("utf-8")
    if depth(text) > DEEPEST:
        raise ValueError("nested too deep")
    found = json.loads(
        text,
        parse_int=_whole,
        parse_float=_finite,
        parse_constant=_refused,
        object_pairs_hook=_once,
    )
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


def depth(text: str) -> int:
    """The most brackets that are open at once, those in texts not counted."""
    deepest = now = 0
    for one in BRACKETS.findall(TEXTS.sub("", text)):
        now += 1 if one in "[{" else -1
        deepest = max(deepest, now)
    return deepest


def _whole(text: str) -> int:
    if len(text) > DIGITS or abs(value := int(text)) > EXACT:
        raise ValueError("a number has too many digits")
    return value


def _finite(text: str) -> float:
    if not isfinite(value := float(text)):
        raise ValueError("a number is not finite")
    return value


def _refused(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def ours(body: Any, output: str, inputs: Sequence[tuple[str, str]]) -> bool:
    """Whether a body is our callback with a text for each of its inputs."""
    if not isinstance(body, dict) or set(body) - KEYS or body.get("output") != output:
        return False
    given, changed = body.get("inputs"), body.get("changedPropIds")
    names = [f"{id}.{name}" for id, name in inputs]
    return (
        isinstance(given, list)
        and [_named(one) for one in given] == list(inputs)
        and isinstance(changed, list)
        and all(isinstance(name, str) and name in names for name in changed)
        and body.get("outputs") == _outputs(output)
        and not body.get("state")
    )


def _named(given: Any) -> tuple[Any, Any] | None:
    """(id, property) of an input that has a text as its value."""
    if not isinstance(given, dict) or set(given) != {"id", "property", "value"}:
        return None
    return (given["id"], given["property"]) if isinstance(given["value"], str) else None


def _outputs(output: str) -> list[dict[str, str]]:
    """`..page.children...title.data..` as the list that comes with it."""
    pairs = [name.split(".") for name in output.strip(".").split("...")]
    return [{"id": id, "property": name} for id, name in pairs]


def sentence(words: str) -> str:
    """Words of an error as a page says them: a sentence, without a terminal's quotes."""
    plain = words.replace("`", "")
    return f"{plain[:1].upper()}{plain[1:]}." if plain else ""


def refusal(code: int, words: str, hint: str = "") -> Response:
    """A page of one line, and one more that says what helps; to programs a problem document."""
    if programs(request.path):
        return problem(code, words.rstrip("."), hint)
    more = f'<p class="context">{escape(sentence(hint))}</p>' if hint else ""
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>psephos</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/assets/1-look.css">'
        f'<link rel="stylesheet" href="/assets/2-page.css"><script>{FIRST}</script>'
        f'<main class="alone"><p class="kicker">{code}</p><h1 class="finding">{escape(words)}</h1>'
        f'{more}<p class="context up"><a href="/">To the Overview</a></p></main></html>'
    )
    return Response(text, code, mimetype="text/html")


def guard(
    server: Flask,
    known: Callable[[str], bool],
    output: str,
    inputs: Sequence[tuple[str, str]],
    hashes: Callable[[], Sequence[str]],
) -> None:
    """Put the door in front of a server. `known` says whether a path is a page of ours."""
    server.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, MAX_FORM_MEMORY_SIZE=LONGEST_BODY)
    rate = Rate()

    @server.before_request
    def look() -> Response | None:
        path = request.path
        who = client(request.remote_addr)
        if who and not path.startswith(FREE) and (seconds := rate.wait(who)):
            answer = refusal(429, "Too many requests at once.", "wait a moment, then ask again")
            answer.headers["Retry-After"] = str(ceil(seconds))
            return answer
        if path == CALLBACK:
            return _callback(output, inputs)
        if request.method == "OPTIONS" and programs(path):
            return Response(status=204, headers=PREFLIGHT)
        if request.method not in ("GET", "HEAD"):
            return refusal(405, "This page is only read.")
        file = path.startswith(OF_FILES) or path in ("/health", "/_favicon.ico", BY_ITSELF)
        if (file and request.endpoint != ANYTHING) or known(path):
            return None
        return refusal(404, "There is no such page.")

    @server.after_request
    def sign(answer: Response) -> Response:
        framed = request.path.startswith(EMBEDDED)
        answer.headers.update(FRAMED if framed else HEADERS)
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        if answer.status_code == 200 and (age := lifetime(request.path, request.query_string)):
            answer.headers["Cache-Control"] = f"public, max-age={age}"
        answer.headers["Content-Security-Policy"] = policy(hashes(), framed)
        return answer

    @server.errorhandler(Exception)
    def explain(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return refusal(error.code or 500, f"{error.name}.")
        if isinstance(error, PsephosError):
            if programs(request.path):
                return of_error(error)
            return refusal(404, sentence(error.message), error.hint)
        log.error("%s at %s", told(error), request.path)
        return refusal(500, "This page could not be made.")


def lifetime(path: str, query: bytes) -> int:
    """Seconds a browser may keep a file without asking: long where its address names its version.

    0 leaves it to the server that sends it.
    """
    if path.startswith("/assets/"):
        return YEAR if query.startswith(b"m=") else DAY
    fixed = path.startswith("/_dash-component-suites/") and not VERSIONED.search(path)
    return DAY if fixed else 0


def _callback(output: str, inputs: Sequence[tuple[str, str]]) -> Response | None:
    if request.method != "POST":
        return refusal(405, "This address only takes callbacks.")
    if request.headers.get("Content-Encoding") or not request.is_json:
        return refusal(415, "Only plain JSON is taken.")
    try:
        if ours(strict(request.get_data()), output, inputs):
            return None
    except ValueError:
        pass
    return refusal(400, "That is no request of this site.")


def told(error: BaseException) -> str:
    """An error in one line: its kind and where it was raised, never what was sent."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace else None
    where = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace and code else "?"
    return f"{type(error).__name__} in {where}"
