"""A node's JSON-RPC answer: read strictly, and a refusal in it turned into the error it means.

Strict: valid JSON and nothing after it, no name twice in one object, no NaN or infinity, the id
that was asked, either a result or an error. A lenient reader would let two readers of the same
bytes see two different chains.

What a refusal means is a table of patterns over the words of many providers (`MEANINGS`). It
does not have to be complete: a refusal of a range of blocks that no pattern knows is
RangeRefused, so the range is halved and the question is asked again.
"""

import gc
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeError,
    RangeRefused,
    RateLimited,
)

DEEPEST = 64
"""Levels of nesting; an answer of a node has six."""

SHOWN = 160
"""Characters of a node's own words that a message repeats."""


@dataclass(frozen=True, slots=True)
class Call:
    """One question: a JSON-RPC method and its parameters."""

    method: str
    params: Sequence[Any] = ()

    def body(self, number: int) -> bytes:
        return json.dumps(self._object(number), separators=(",", ":")).encode()

    def _object(self, number: int) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": number, "method": self.method, "params": list(self.params)}


def batch_body(calls: Sequence[Call], first: int) -> bytes:
    """The body of a JSON-RPC batch; its ids count from `first`."""
    objects = [call._object(first + i) for i, call in enumerate(calls)]
    return json.dumps(objects, separators=(",", ":")).encode()


# What a provider says → what it means. First match counts. The words are of Infura, Alchemy,
# QuickNode, Ankr, geth, Nethermind, Erigon, Besu and reth.
MEANINGS: tuple[tuple[type[NodeError], str], ...] = (
    (RangeRefused, r"block range|range (limit|allowed|exceed|is too|too)|max(imum)? range"),
    (RangeRefused, r"requested too many blocks|response size|returned more than|too many logs"),
    (
        RateLimited,
        r"rate.?limit|too many (requests|connections)|requests? (per|count|limit|rate)|request rate"
        r"|/ ?s(ec(ond)?)?\b.*limit|throughput|compute units|\bcapacity\b|quota|\bcredits\b",
    ),
    (
        LaggingNode,
        r"blocks? (specified in filter .* )?(cannot be|could not be|not) found|unknown block"
        r"|header not found|beyond (the )?(current )?head|after last accepted block|not yet",
    ),
    (
        MethodMissing,
        r"method .*(not (found|exist|supported|available|allowed|whitelisted|enabled)|unavailable)"
        r"|(unknown|unsupported|no such) method|does not (exist|support).*method",
    ),
)
_MEANINGS = tuple((error, re.compile(pattern, re.I)) for error, pattern in MEANINGS)
_CODES: Mapping[int, type[NodeError]] = {429: RateLimited, -32601: MethodMissing}


def strict_json(body: bytes, *, written: bool = False) -> Any:
    """The JSON value that `body` is; MalformedAnswer with a reason if it is none.

    written: numbers with a point or a power are given as the text they are, to be read exactly.

    msgspec reads several times faster, but keeps the last of two equal names. What it read is
    written again: if that gives the same bytes, nothing was dropped and nothing read leniently.
    """
    if too_deep(body):
        raise MalformedAnswer(f"not strict JSON: nested more than {DEEPEST} levels deep")
    try:
        value = _unswept(body)
        if not written and msgspec.json.encode(value) == body:
            return value
    except (msgspec.MsgspecError, RecursionError, ValueError):
        pass  # the exact reader says what is wrong
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_distinct,
            parse_constant=_not_a_number,
            parse_float=str if written else _finite,
        )
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except ValueError as error:
        reason = str(error)
    raise MalformedAnswer(f"not strict JSON: {reason} in an answer of {len(body)} bytes")


def _unswept(body: bytes) -> Any:
    """What msgspec reads. So many new lists would set off Python's search for cycles again and
    again, for a third of the time; what JSON says has none."""
    if not gc.isenabled():
        return msgspec.json.decode(body)
    gc.disable()
    try:
        return msgspec.json.decode(body)
    finally:
        gc.enable()


def too_deep(body: bytes) -> bool:
    """Whether the text may nest deeper than `DEEPEST`.

    Looked at before parsing: libraries that raise the recursion limit (py_ecc, under web3) turn
    Python's RecursionError into a crash of the whole process. Every round takes away the
    innermost pairs of brackets; what stays is unpaired, or stands in strings.
    """
    brackets = body.translate(None, _NO_BRACKET)
    for _ in range(DEEPEST):
        paired = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if paired == brackets:
            break
        brackets = paired
    if not brackets:
        return False
    plain = _STRING.sub(b"", body)
    return too_deep(plain) if len(plain) < len(body) else len(brackets) > DEEPEST


def object_bytes(body: bytes) -> int:
    """Bytes that the objects of a JSON text take at most, counted before any of them is made.

    192 for a dict in a list, 64 for a list, 90 for a member's entry and name, 64 for a text or
    number and its place; and the text itself, five bytes a sign where any is not ASCII.
    """
    counts = {b"{": 192, b"[": 64, b":": 90, b",": 64}
    text = (1 if body.isascii() else 5) * len(body)
    return 192 + text + sum(size * body.count(sign) for sign, size in counts.items())


_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.S)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _not_a_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{shown(text)} is too large for a number")
    return value


def result(answer: Any, number: int | None, *, wide: bool = False) -> Any:
    """The result in one answer object; the error it carries, raised as what it means.

    `number` is the id that was asked (None where a caller does not know it). `wide` says that
    less could be asked for, so that a refusal is one of the range. A result may be null: what
    that means depends on the question.
    """
    if not isinstance(answer, dict):
        raise MalformedAnswer(f"an answer is a JSON {type(answer).__name__}, not an object")
    if answer.get("error") is not None:
        raise refusal(answer["error"], wide=wide)
    if "result" not in answer:
        raise MalformedAnswer("an answer has neither result nor error")
    told = answer.get("id")
    if number is not None and (told != number or isinstance(told, bool)):
        raise MalformedAnswer(f"an answer carries id {shown(told)}, question {number} was asked")
    return answer["result"]


def pair(body: bytes, number: int) -> tuple[bytes | memoryview, Any]:
    """A batch of two answers, ids `number` and `number + 1`: the text of the first, which may be
    very long and is not copied, and the result of the second.

    The text is cut at the last `{"jsonrpc"`; the cut is right if both sides are JSON objects,
    which is found out for the second side here and for the first by whoever reads it.
    """
    cut = body.rfind(b'{"jsonrpc"')
    if body[:1] == b"[" and body[cut - 1 : cut] == b"," and body[-1:] == b"]":
        try:
            return memoryview(body)[1 : cut - 1], result(strict_json(body[cut:-1]), number + 1)
        except MalformedAnswer:
            pass  # written in another order
    answers = strict_json(body)
    if not isinstance(answers, list):
        result(answers, None, wide=True)
    by_number = {a.get("id"): a for a in answers if isinstance(a, dict)}
    if len(answers) != 2 or by_number.keys() != {number, number + 1}:
        raise MalformedAnswer("a batch of two questions was not answered one by one")
    second = result(by_number[number + 1], number + 1)
    return json.dumps(by_number[number]).encode(), second


def refusal(error: Any, *, wide: bool = False) -> NodeError:
    """The typed error of a JSON-RPC error object, whatever its shape."""
    code = error.get("code") if isinstance(error, dict) else None
    words = error.get("message", "") if isinstance(error, dict) else error
    text = f"{shown(words)} ({code})" if code is not None else shown(words)
    meaning = _meaning(code, str(words), wide)
    if meaning is RateLimited:
        return RateLimited(f"asks us to wait: {text}", after=_wait(str(words)))
    if meaning is RangeRefused:
        return RangeRefused(f"refuses the range: {text}")
    return meaning(f"answers with an error: {text}")


def _meaning(code: Any, words: str, wide: bool) -> type[NodeError]:
    if isinstance(code, int) and code in _CODES:
        return _CODES[code]
    for error, pattern in _MEANINGS:
        if pattern.search(words) and (wide or error is not RangeRefused):
            return error
    return RangeRefused if wide else NodeError


def _wait(words: str) -> float | None:
    """Seconds in words such as `retry in 10s`."""
    found = re.search(r"(?:retry|again) (?:in|after) (\d{1,4}) ?s", words, re.I)
    return float(found[1]) if found else None


def shown(value: Any) -> str:
    """A node's own words on one short line of printable ASCII: they may be hostile, or a page."""
    text = value if isinstance(value, str) else repr(value)
    text = re.sub(r"\s+", " ", text[: 4 * SHOWN]).strip()
    text = text.encode("ascii", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
