"""One HTTP exchange: a body goes out, at most so many bytes come back in at most so many seconds.

`requests` would inflate a gzip bomb whole (48 kB on the wire become 50 MB in memory, and nested
encodings the square of that), has no limit to the time that a slow answer takes, and puts the
address, which may hold a key, into its exceptions. So the adapter of every session of psephos
reads and inflates by itself, counts, stops, and raises in our own words.
"""

import io
import re
import zlib
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import requests
import urllib3
from requests.adapters import HTTPAdapter

from psephos.chain.answer import refusal, shown, strict_json
from psephos.chain.patience import Clock, Patience
from psephos.errors import (
    MalformedAnswer,
    NodeError,
    NodeUnreachable,
    RangeRefused,
    RateLimited,
)

PIECE = 1 << 20


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


class CappedAdapter(HTTPAdapter):
    """Reads every body to its end before it hands a response on, and raises Failure otherwise.

    `response.raw` is then an `io.BytesIO` of the inflated bytes. `opened` counts the connections
    that answers came over: behind a new one may stand another node.
    """

    def __init__(self, patience: Patience, timeout: float, clock: Clock) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self.patience = patience
        self.timeout = timeout
        self.clock = clock
        self.opened = 0
        self._socket: object = None

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        try:
            response = self._send(request, *args, **options | {"stream": True})
        except Failure:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, zlib.error) as error:
            failure = self._failure(error)
        else:
            if response.status_code == 200:
                return response
            failure = _refused(response)
        raise failure  # outside of `except`: the library's words would hang on as its context

    def _send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        until = self.clock.now() + self.timeout
        response = super().send(request, *args, **options)
        raw = response.raw
        self._count(raw)
        try:
            response.raw = io.BytesIO(self._read(raw, until))
        finally:
            raw.close()
        return response

    def _count(self, raw: urllib3.HTTPResponse) -> None:
        """A socket that is not the last answer's is a new connection; a closed one cannot stay."""
        socket = getattr(raw.connection, "sock", None)
        if socket is None or socket is not self._socket:
            self.opened += 1
        self._socket = socket

    def _read(self, raw: urllib3.HTTPResponse, until: float) -> bytes:
        inflate = _inflater(raw.headers.get("Content-Encoding", ""))
        pieces, room = [], self.patience.largest
        while piece := raw.read1(PIECE, decode_content=False):
            if inflate is not None:
                piece = inflate.decompress(piece, room + 1)
            room -= len(piece)
            if room < 0:
                raise Failure("long", f"answers with more than {self.patience.largest} bytes")
            if self.clock.now() > until:
                raise self._slow()
            pieces.append(piece)
        if inflate is not None and (not inflate.eof or inflate.unused_data):
            raise Failure("broken", "breaks off in the middle of a compressed answer")
        return b"".join(pieces)

    def _slow(self) -> Failure:
        return Failure("slow", f"does not answer within {self.timeout:g} s")

    def _failure(self, error: Exception) -> Failure:
        """A library's exception in our words; only its class is looked at."""
        if isinstance(error, requests.exceptions.SSLError):
            return Failure("unreachable", "shows a certificate that is not accepted")
        if isinstance(error, requests.ConnectTimeout):
            return Failure("unreachable", f"accepts no connection in {self.patience.connect:g} s")
        if isinstance(error, (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError)):
            return self._slow()
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
            return Failure("unreachable", "has an address that is no http or https address")
        if isinstance(error, requests.ConnectionError):
            return Failure("unreachable", "cannot be reached")
        return Failure("broken", "breaks off in the middle of an answer")


def read(response: requests.Response) -> bytes:
    """The body that the adapter read, without another copy."""
    body: Any = response.raw
    return bytes(body.getvalue())


def _inflater(encoding: str) -> Any:
    """Inflates gzip; None for plain bytes. Other encodings were not asked for."""
    if encoding.lower() in ("", "identity"):
        return None
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise Failure("broken", f"uses a content encoding nobody asked for: {shown(encoding)}")
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _refused(response: requests.Response) -> Failure:
    """An HTTP status other than 200."""
    return Failure(
        "status",
        f"answers HTTP {response.status_code}",
        status=response.status_code,
        body=read(response),
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
