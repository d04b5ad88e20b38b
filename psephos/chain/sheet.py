"""Logs that are written alike are a matrix: the fast twin of `psephos.chain.logs.exact`.

A node writes an answer of 40,000 logs in a few dozen layouts: the same names in the same order,
hashes of fixed length, only indexes and data of varying length. So

    1. every `{` of the text begins a log (the first one begins the envelope)
    2. one log is read by a strict pattern: that is a layout, which field has which digits
    3. all logs of that length are gathered as rows of a matrix of bytes; those that equal the
       layout in every byte that is no digit have it too, and their digits are columns
    4. what is left over gives the next layout; what is rare is left to the exact reader

Nothing is assumed that is not checked: every byte of a row is equal to one that the pattern has
read, or turned from a hex digit into a number, or equal to that digit of the row before it: logs
of one transaction repeat half of their digits.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.chain.columns import starts, unhex
from psephos.chain.layout import FIXED, OWN, Layout, layout
from psephos.chain.node import Logs
from psephos.errors import NodeError

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

RARE = 32
"""Logs of one layout below which reading them one by one costs no more."""
SCANNED = 1 << 18
"""Bytes looked at at once: they, and a mark for each, stay in the processor's cache."""
CHUNK = 1024
"""Rows worked on at once, for the same reason."""

LAYOUTS = 64
"""Layouts tried in one answer: each costs a pass over the logs of its length."""

COLUMNS = {
    "blockNumber": ("block", "u8"),
    "blockHash": ("block_hash", "V32"),
    "transactionIndex": ("transaction", "u4"),
    "logIndex": ("log", "u4"),
    "transactionHash": ("transaction_hash", "V32"),
    "address": ("address", "V20"),
}
"""Column of `Logs` and type while it is filled."""


def objects(text: memoryview) -> tuple[Places, Places, bytes] | None:
    """First byte and length of each log's text, and the envelope that is left without them.

    None if the text is not an object around one list of flat objects, written without spaces.
    """
    view = np.frombuffer(text, np.uint8)
    braces = _braces(view)
    if braces is None or len(braces) <= RARE or braces[0] != 0:
        return None
    first = braces[1:]
    last = int(first[-1])
    rest = bytes(text[last:])
    end = rest.find(b"}") + 1
    if view[first[0] - 1] != ord("[") or (view[first[1:] - 1] != ord(",")).any() or not end:
        return None
    size = np.append(first[1:] - 1, last + end) - first
    return first, size, bytes(text[: first[0]]) + rest[end:]


def _braces(view: Bytes) -> Places | None:
    """Places of `{`; None where two stand in one word of eight bytes, as in no list of logs.

    Words in which there is one are looked for: eight times fewer than bytes. The place in the
    word is the exponent of its mark, a power of 256.
    """
    words = len(view) // 8 * 8
    marks = np.empty(SCANNED, np.bool_)
    found, marked = [np.zeros(0, np.int64)], [np.zeros(0, "<u8")]
    for first in range(0, words, SCANNED):
        some = view[first : min(first + SCANNED, words)]
        of_words = np.equal(some, ord("{"), out=marks[: len(some)]).view("<u8")
        places = np.flatnonzero(of_words != 0)
        found.append(8 * places + first)
        marked.append(of_words[places])
    one = np.concatenate(marked)
    if (one & (one - np.uint64(1))).any():
        return None
    exponent = np.frexp(one.astype(np.float64))[1] - 1
    tail = np.flatnonzero(view[words:] == ord("{")) + words
    return np.concatenate([np.concatenate(found) + exponent // 8, tail])


class Sheet:
    """The columns of an answer while they are filled, row by row of its text."""

    def __init__(self, text: memoryview, first: Places, size: Places) -> None:
        rows = len(first)
        self.text = text
        self.first = first
        self.size = size
        self.columns = {name: np.empty(rows, kind) for name, (_, kind) in COLUMNS.items()}
        self.topics = np.zeros(4 * rows, "V32")
        self.topic_count = np.empty(rows, np.uint8)
        self.sizes = np.empty(rows, np.int64)
        self.data: list[tuple[Places, Bytes]] = []

    def row(self, place: int) -> bytes:
        first = self.first[place]
        return bytes(self.text[first : first + self.size[place]])

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
            if len(some):
                self._fill(shape, some, texts)
        return np.concatenate(rest)

    def _fill(self, shape: Layout, some: Places, texts: NDArray[np.uint64]) -> None:
        """The digits of some rows of one layout into their columns."""
        rows, run = _distinct(shape, texts)
        cells = texts.view(np.uint8)
        shared = cells[rows]
        for name, (first, end) in shape.fields.items():
            if name == "data":
                self.data.append((some, unhex(cells[:, first:end])))
                self.sizes[some] = (end - first) // 2
            elif name in OWN:
                self.columns[name][some] = _numbers(cells[:, first:end])
            else:
                values = _values(name, shared[:, first:end])
                if name in COLUMNS:
                    self.columns[name][some] = values.take(run)
        for i, first in enumerate(shape.topics):
            words = _packed(unhex((cells if i else shared)[:, first : first + 64]), 32)
            self.topics[4 * some + i] = words if i else words.take(run)
        self.topic_count[some] = len(shape.topics)

    def put(self, logs: Logs, places: Places) -> None:
        """Rows that were read otherwise."""
        for name, (column, kind) in COLUMNS.items():
            values = np.ascontiguousarray(getattr(logs, column))
            self.columns[name][places] = values.view(kind).reshape(-1)
        self.topics.reshape(-1, 4)[places] = logs.topics.view("V32")[:, :, 0]
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


def _distinct(shape: Layout, texts: NDArray[np.uint64]) -> tuple[Places, Places]:
    """The rows whose shared digits are not those of the row before, and for each row which of
    them has its digits."""
    run = np.zeros(len(texts), np.int64)
    for first, end in shape.shared:
        words = texts[:, first:end]
        # few rows differ: the words that do are looked for, instead of asking every row
        run[np.flatnonzero(words[1:] != words[:-1]) // (end - first) + 1] = 1
    return np.append(0, np.flatnonzero(run)), np.cumsum(run)


def _values(name: str, digits: Bytes) -> NDArray[Any]:
    """The digits of a field as its values."""
    return _packed(unhex(digits), FIXED[name] // 2) if name in FIXED else _numbers(digits)


def _windows(text: memoryview | Bytes, size: int) -> NDArray[np.void]:
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


def regular(text: bytes | memoryview, exact: Callable[[bytes], Logs]) -> Logs | None:
    """The logs of an answer in the order of its text, or None if `exact` should judge all of it.

    `exact` reads the envelope, and the logs whose layout is rare.
    """
    view = memoryview(text)
    found = objects(view)
    if found is None:
        return None
    try:
        exact(found[2])
        return _sheet(Sheet(view, *found[:2]), exact)
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
