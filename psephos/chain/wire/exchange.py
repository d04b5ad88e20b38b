"""One HTTP exchange: a body goes out, at most so many bytes come back in at most so many seconds.

The libraries for it would inflate a gzip bomb whole (48 kB on the wire become 50 MB in memory, and
nested encodings the square of that), have no limit to the time that a slow answer takes, and put
the address, which may hold a key, into their exceptions. So psephos reads and inflates by itself,
counts, stops, and raises in its own words (docs/decisions/0132-http-by-the-standard-library.md).
"""

import re
import ssl
import zlib
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, Literal
from weakref import finalize

from psephos.chain.wire.answer import refusal, shown, strict_json
from psephos.chain.wire.connection import Unusable, Way, alive, way, within
from psephos.chain.wire.patience import Clock, Patience
from psephos.errors import (
    MalformedAnswer,
    NodeError,
    NodeUnreachable,
    RangeRefused,
    RateLimited,
)

PIECE = 1 << 18

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "psephos",
}


class Failure(NodeError):
    """An exchange that brought no answer. Says nothing of the address."""

    def __init__(
        self,
        kind: Literal["unreachable", "slow", "broken", "long", "status"],
        words: str,
        *,
        status: int = 0,
        body: bytes = b"",
        after: float | None = None,
    ) -> None:
        super().__init__(words)
        self.kind = kind
        self.status = status
        self.body = body
        self.after = after


class Exchange:
    """One address, asked again and again over one connection while that stands.

    `opened` counts the connections that answers came over, those that end with their answer
    twice: behind a new one may stand another node.
    """

    def __init__(self, url: str, patience: Patience, timeout: float, clock: Clock) -> None:
        self.patience = patience
        self.timeout = timeout
        self.clock = clock
        self.opened = 0
        self._url = url
        self._open: list[Way] = []  # one at most; closed when nobody has this exchange any more
        finalize(self, _close, self._open)

    def post(self, body: bytes) -> bytes:
        """The body of the answer, whole. Raises Failure."""
        return self._answered("POST", "", body)

    def get(self, more: str) -> bytes:
        """The body of what stands at the address with `more` behind it. Raises Failure."""
        return self._answered("GET", more, None)

    def _answered(self, method: str, more: str, body: bytes | None) -> bytes:
        try:
            return self._asked(method, more, body)
        except Failure as told:
            failure = told
        except TimeoutError:
            failure = Failure("slow", f"does not answer within {self.timeout:g} s")
        except (OSError, HTTPException, zlib.error):
            failure = Failure("broken", "breaks off in the middle of an answer")
        self.close()
        raise failure  # outside of `except`: the library's words would hang on as its context

    def close(self) -> None:
        """Give the connection up; the next question opens another one."""
        _close(self._open)

    def _asked(self, method: str, more: str, body: bytes | None) -> bytes:
        new = not self._open or not alive(self._open[0].connection)
        if new:
            self.close()
            self._open.append(self._connected())
        found, clock = self._open[0], self.clock
        connection = found.connection
        until = clock.now() + self.timeout
        connection.sock.settimeout(self.timeout)
        within(connection, lambda: until - clock.now())
        target = found.target.rstrip("/") + more if more else found.target
        connection.request(method, target, body, {**HEADERS, **found.headers})
        response = connection.getresponse()
        self.opened += new or connection.sock is None
        with response:
            told = self._read(response)
        if response.status != 200:
            raise _refused(response, told)
        return told

    def _connected(self) -> Way:
        """A new connection. Only the class of what fails is looked at, and not said."""
        words = "cannot be reached"
        try:
            found = way(self._url, self.patience.connect)
            found.connection.connect()
            return found
        except Unusable as error:
            words = str(error)
        except ssl.SSLError:
            words = "shows a certificate that is not accepted"
        except TimeoutError:
            words = f"accepts no connection in {self.patience.connect:g} s"
        except (OSError, HTTPException, ValueError):
            pass
        raise Failure("unreachable", words)

    def _read(self, response: HTTPResponse) -> bytes:
        """At most so many bytes; those of a plain answer in one piece, without another copy."""
        inflate = _inflater(response.headers.get("Content-Encoding", ""))
        room = self.patience.largest
        if inflate is None and response.length is not None:
            if response.length > room:
                raise self._long()
            return response.read()
        pieces = []
        while piece := response.read1(PIECE):
            if inflate is not None:
                piece = inflate.decompress(piece, room + 1)
            room -= len(piece)
            if room < 0:
                raise self._long()
            pieces.append(piece)
        if inflate is not None and (not inflate.eof or inflate.unused_data):
            raise Failure("broken", "breaks off in the middle of a compressed answer")
        return b"".join(pieces)

    def _long(self) -> Failure:
        return Failure("long", f"answers with more than {self.patience.largest} bytes")


def _close(ways: list[Way]) -> None:
    while ways:
        ways.pop().connection.close()


def _inflater(encoding: str) -> Any:
    """Inflates gzip; None for plain bytes. Other encodings were not asked for."""
    if encoding.lower() in ("", "identity"):
        return None
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise Failure("broken", f"uses a content encoding nobody asked for: {shown(encoding)}")
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _refused(response: HTTPResponse, body: bytes) -> Failure:
    """An HTTP status other than 200."""
    return Failure(
        "status",
        f"answers HTTP {response.status}",
        status=response.status,
        body=body,
        after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
    )


def retry_after(told: str | None, date: str | None) -> float | None:
    """Seconds that `Retry-After` asks for: a number, or a time relative to the answer's `Date`."""
    if told is None:
        return None
    if re.fullmatch(r"\d{1,9}", told.strip()):
        return float(told)
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())


def meant(failure: Failure, *, wide: bool) -> NodeError:
    """What a failed exchange means for the question; `wide`: less could be asked for."""
    words = failure.message
    if failure.kind == "status":
        return _status(failure, wide)
    if wide and failure.kind in ("slow", "long"):
        return RangeRefused(words)
    if failure.kind == "long":
        return MalformedAnswer(words)
    return NodeUnreachable(words, hint="is the node running, and its address right?")


def _status(failure: Failure, wide: bool) -> NodeError:
    """Many providers put a JSON-RPC error into the body of a 4xx; what it says counts first."""
    status, words = failure.status, failure.message
    if status == 429 or (status == 503 and failure.after is not None):
        return RateLimited(f"asks us to wait: {words}", after=failure.after)
    if wide and status in (413, 504):
        return RangeRefused(words)
    told = _told(failure.body)
    meaning = NodeError(words) if told is None else refusal(told, wide=wide)
    if type(meaning) is not NodeError:
        return meaning
    if status >= 500 or status == 408:
        return NodeUnreachable(meaning.message)
    return NodeError(meaning.message, hint=_HINTS.get(status, ""))


_KEY = "is the key of this endpoint right and still valid?"
_MOVED = "it redirects, which is not followed: configure the address it leads to"
_HINTS = {301: _MOVED, 302: _MOVED, 307: _MOVED, 308: _MOVED, 401: _KEY, 403: _KEY}


def _told(body: bytes) -> Any:
    """The JSON-RPC error object in a body, if there is one."""
    try:
        answer = strict_json(body)
    except MalformedAnswer:
        return None
    return answer.get("error") if isinstance(answer, dict) else None
