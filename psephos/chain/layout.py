"""Logs that are written alike are a matrix: the fast twin of `psephos.chain.logs.exact`.

A node writes an answer of 40,000 logs in a few dozen layouts: the same names in the same order,
hashes of fixed length, only indexes and data of varying length. So

    1. every `{` of the text begins a log (the first one begins the envelope)
    2. one log is read by a strict pattern: that is a layout, which field has which digits
    3. all logs of that length are gathered as rows of a matrix of bytes; those that equal the
       layout in every byte that is no digit have it too, and their digits are columns
    4. what is left over gives the next layout; what is rare is left to the exact reader

Nothing is assumed that is not checked: every byte of a row is either equal to one that the
pattern has read or turned from a hex digit into a number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.chain.columns import starts, unhex
from psephos.chain.node import Logs
from psephos.errors import NodeError

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Span = tuple[int, int]

RARE = 32
"""Logs of one layout below which reading them one by one costs no more."""
SCANNED = 1 << 18
"""Bytes, and rows, at once: what is worked on stays in the processor's cache."""
CHUNK = 1024

LAYOUTS = 64
"""Layouts tried in one answer: each costs a pass over the logs of its length."""

FIXED = {"address": 40, "blockHash": 64, "transactionHash": 64}
LONGEST = {"blockNumber": 16, "transactionIndex": 8, "logIndex": 8}

READ = (*FIXED, *LONGEST, "data")

COLUMNS = {
    "blockNumber": ("block", "u8"),
    "blockHash": ("block_hash", "V32"),
    "transactionIndex": ("transaction", "u4"),
    "logIndex": ("log", "u4"),
    "transactionHash": ("transaction_hash", "V32"),
    "address": ("address", "V20"),
}
"""Column of `Logs` and type while it is filled."""

_HEX = rb'"0x([0-9a-fA-F]*)"'
_TOPICS = rb'\[((?:"0x[0-9a-fA-F]{64}"(?:,"0x[0-9a-fA-F]{64}"){0,3})?)\]'
_MEMBER = re.compile(rb'"(\w{1,40})":(?:' + _HEX + rb"|" + _TOPICS + rb"|(false|null))([,}])")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the digits stand in the text of a log.

    `mask` is 255 at every byte that is no digit and 0 at digits; `text & mask` is `plain`. Both
    are padded with zeros to words of 8 bytes, by which rows are compared. `fields` has the span
    of each field's digits (also of those nobody reads), `topics` the first digit of each topic.
    """

    mask: NDArray[np.uint64]
    plain: NDArray[np.uint64]
    fields: dict[str, Span]
    topics: tuple[int, ...]


def layout(text: bytes) -> Layout | None:
    """The layout of a log; None where only the exact reader may judge its text."""
    fields: dict[str, Span] = {}
    topics: list[int] | None = None
    names = set()
    position, last = 1, b","
    while last == b"," and (member := _MEMBER.match(text, position)):
        name, position, last = member[1].decode(), member.end(), member[5]
        if name in names or (name == "topics") != (member[3] is not None):
            return None
        names.add(name)
        if member[2] is not None:
            fields[name] = member.span(2)
        elif member[3] is not None:
            topics = list(range(member.start(3) + 3, member.end(3), 69))
    if position != len(text) or last != b"}" or topics is None or not _complete(fields):
        return None
    mask = np.zeros(-(-len(text) // 8) * 8, np.uint8)
    plain = mask.copy()
    mask[: len(text)] = 255
    for first, end in [*fields.values(), *((t, t + 64) for t in topics)]:
        mask[first:end] = 0
    plain[: len(text)] = np.frombuffer(text, np.uint8) & mask[: len(text)]
    return Layout(mask.view(np.uint64), plain.view(np.uint64), fields, tuple(topics))


def _complete(fields: dict[str, Span]) -> bool:
    """Every field is there with a length it may have, and `removed` is no text."""
    sizes = {name: end - first for name, (first, end) in fields.items()}
    return (
        all(sizes.get(name) == size for name, size in FIXED.items())
        and all(1 <= sizes.get(name, 0) <= most for name, most in LONGEST.items())
        and sizes.get("data", 1) % 2 == 0
        and "removed" not in fields
        and all(size <= 16 for name, size in sizes.items() if name not in READ)
    )


def objects(text: bytes) -> tuple[Places, Places, bytes] | None:
    """First byte and length of each log's text, and the envelope that is left without them.

    None if the text is not an object around one list of flat objects, written without spaces.
    """
    view = np.frombuffer(text, np.uint8)
    found = [
        np.flatnonzero(view[i : i + SCANNED] == ord("{")) + i for i in range(0, len(text), SCANNED)
    ]
    braces = np.concatenate(found) if found else np.zeros(0, np.int64)
    if len(braces) <= RARE or braces[0] != 0:
        return None
    first = braces[1:]
    end = text.find(b"}", int(first[-1])) + 1
    if text[first[0] - 1] != ord("[") or (view[first[1:] - 1] != ord(",")).any() or not end:
        return None
    return first, np.append(first[1:] - 1, end) - first, text[: first[0]] + text[end:]


class Sheet:
    """The columns of an answer while they are filled, row by row of its text."""

    def __init__(self, text: bytes, first: Places, size: Places) -> None:
        rows = len(first)
        self.text = text
        self.first = first
        self.size = size
        self.columns = {name: np.empty(rows, kind) for name, (_, kind) in COLUMNS.items()}
        self.topics = np.zeros((rows, 4), "V32")
        self.topic_count = np.empty(rows, np.uint8)
        self.sizes = np.empty(rows, np.int64)
        self.data: list[tuple[Places, Bytes]] = []

    def row(self, place: int) -> bytes:
        first = self.first[place]
        return self.text[first : first + self.size[place]]

    def read(self, shape: Layout, places: Places) -> Places:
        """Fill the rows that have this layout; the places of those that have not."""
        width = shape.mask.nbytes
        every = _windows(self.text, width)
        fits = self.first[places] < len(every)
        rest = [places[~fits]]  # the padding of the last row may lie beyond the text
        places = places[fits]
        for i in range(0, len(places), CHUNK):
            some = places[i : i + CHUNK]
            texts = every[self.first[some]].view(np.uint64).reshape(len(some), -1)
            same = (texts & shape.mask) == shape.plain
            if not same.all():
                like = same.all(axis=1)
                rest.append(some[~like])
                some, texts = some[like], texts[like]
            self._fill(shape, some, texts.view(np.uint8))
        return np.concatenate(rest)

    def _fill(self, shape: Layout, some: Places, texts: Bytes) -> None:
        for name, (first, end) in shape.fields.items():
            digits = texts[:, first:end]
            if name in FIXED:
                self.columns[name][some] = _packed(unhex(digits), (end - first) // 2)
            elif name == "data":
                self.data.append((some, unhex(digits)))
                self.sizes[some] = (end - first) // 2
            elif name in LONGEST:
                self.columns[name][some] = _numbers(digits)
            else:
                _numbers(digits)
        for i, first in enumerate(shape.topics):
            self.topics[some, i] = _packed(unhex(texts[:, first : first + 64]), 32)
        self.topic_count[some] = len(shape.topics)

    def put(self, logs: Logs, places: Places) -> None:
        """Rows that were read otherwise."""
        for name, (column, kind) in COLUMNS.items():
            values = np.ascontiguousarray(getattr(logs, column))
            self.columns[name][places] = values.view(kind).reshape(-1)
        self.topics[places] = logs.topics.view("V32")[:, :, 0]
        self.topic_count[places] = logs.topic_count
        self.sizes[places] = logs.offsets[1:] - logs.offsets[:-1]
        for i, place in enumerate(places):
            data = logs.data[logs.offsets[i] : logs.offsets[i + 1]]
            self.data.append((np.array([place]), data))

    def logs(self) -> Logs:
        """All columns, once every row is filled."""
        offsets = starts(self.sizes)
        data = np.empty(offsets[-1], np.uint8)
        for places, values in self.data:
            if size := len(values) // len(places):
                _windows(data, size)[offsets[places]] = _packed(values, size)
        columns: dict[str, NDArray[Any]] = {}
        for name, (column, kind) in COLUMNS.items():
            values = self.columns[name]
            columns[column] = (
                values.view(np.uint8).reshape(len(values), -1) if kind[0] == "V" else values
            )
        return Logs(
            **columns,
            topics=self.topics.view(np.uint8).reshape(-1, 4, 32),
            topic_count=self.topic_count,
            data=data,
            offsets=offsets,
        )


def _windows(text: bytes | Bytes, size: int) -> NDArray[np.void]:
    """Every run of `size` bytes, by its first byte: gathers and scatters rows in one copy each."""
    return np.ndarray((max(0, len(text) - size + 1),), f"V{size}", buffer=text, strides=(1,))


def _packed(values: Bytes, size: int) -> NDArray[np.void]:
    """A run of bytes as values of `size` bytes."""
    return values.view(f"V{size}")


def _numbers(digits: Bytes) -> NDArray[np.uint64]:
    """Up to 16 hex digits (n, width) as n numbers."""
    padded = np.full((len(digits), 16), ord("0"), np.uint8)
    padded[:, 16 - digits.shape[1] :] = digits
    return unhex(padded).view(">u8").astype(np.uint64)


def regular(text: bytes, exact: Callable[[bytes], Logs]) -> Logs | None:
    """The logs of an answer in the order of its text, or None if `exact` should judge all of it.

    `exact` reads the envelope, and the logs whose layout is rare.
    """
    found = objects(text)
    if found is None:
        return None
    try:
        exact(found[2])
        return _sheet(Sheet(text, *found[:2]), exact)
    except NodeError:
        return None


def _sheet(sheet: Sheet, exact: Callable[[bytes], Logs]) -> Logs | None:
    lengths, counts = np.unique(sheet.size, return_counts=True)
    left = [np.flatnonzero(np.isin(sheet.size, lengths[counts <= RARE]))]
    tried = 0
    for length in lengths[counts > RARE]:
        places = np.flatnonzero(sheet.size == length)
        while len(places) > RARE and tried < LAYOUTS:
            shape = layout(sheet.row(int(places[0])))
            if shape is None:
                return None
            places = sheet.read(shape, places)
            tried += 1
        left.append(places)
    rare = np.concatenate(left)
    if len(rare):
        logs = exact(b'{"result":[' + b",".join(map(sheet.row, rare.tolist())) + b"]}")
        if len(logs) != len(rare):
            return None
        sheet.put(logs, rare)
    return sheet.logs()
