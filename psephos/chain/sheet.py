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

FIELDS = {
    "blockNumber": "block",
    "blockHash": "block_hash",
    "transactionIndex": "transaction",
    "transactionHash": "transaction_hash",
    "address": "address",
}
"""Members of a log that it mostly repeats from the one before it, and their column of `Logs`."""

REPEATED = {
    "block": "u8",
    "block_hash": "V32",
    "transaction": "u4",
    "transaction_hash": "V32",
    "address": "V20",
    "topic": "V32",
    "topic_count": "u1",
    "size": "i8",
}
"""Those columns, the first topic, how many topics and bytes of data there are: their types."""


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
    """The columns of an answer while they are filled, row by row of its text.

    What a log repeats from the one before it is kept once for a run of such logs: `run` says
    which run a row is of, `repeated` has a value a run.
    """

    def __init__(self, text: memoryview, first: Places, size: Places) -> None:
        rows = len(first)
        self.text = text
        self.first = first
        self.size = size
        self.runs = 0
        self.run = np.empty(rows, np.int64)
        self.repeated: dict[str, list[NDArray[Any]]] = {name: [] for name in REPEATED}
        self.log = np.empty(rows, np.uint32)
        self.topics = np.zeros(128 * rows, np.uint8)
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
        heads = []
        for i in range(0, len(places), CHUNK):
            some = places[i : i + CHUNK]
            texts = every[self.first[some]].view(np.uint64).reshape(len(some), -1)
            first, run = _runs(shape, texts)
            like = ((texts[first] & shape.mask) == shape.plain).all(axis=1)
            if not like.all():
                rest.append(some[~like[run]])
                some, texts = some[like[run]], texts[like[run]]
                first, run = _runs(shape, texts)
            self.run[some] = self._begin(len(first)) + run
            heads.append(texts[first])
            self._own(shape, some, texts.view(np.uint8))
        if heads:
            self._repeat(shape, np.concatenate(heads).view(np.uint8))
        return np.concatenate(rest)

    def _begin(self, runs: int) -> int:
        """The number of the first of so many runs more."""
        self.runs += runs
        return self.runs - runs

    def _own(self, shape: Layout, some: Places, cells: Bytes) -> None:
        """What each of some rows has for itself: its index, topics but the first, data.

        Their digits are laid side by side and turned into bytes at once.
        """
        topics = [cells[:, first : first + 64] for first in shape.topics[1:]]
        data = cells[:, slice(*shape.fields["data"])]
        index = _padded(cells[:, slice(*shape.fields["logIndex"])])
        values = unhex(np.concatenate([index, *topics, data], axis=1)).reshape(len(some), -1)
        size = 32 * len(topics)
        self.log[some] = _numbers(values[:, :8])
        if topics:
            _windows(self.topics, size)[128 * some + 32] = _packed(values[:, 8 : 8 + size])
        self.data.append((some, values[:, 8 + size :]))

    def _repeat(self, shape: Layout, cells: Bytes) -> None:
        """What runs of one layout repeat, from the first row of each."""
        rows = len(cells)
        first, end = shape.fields["data"]
        found: dict[str, NDArray[Any]] = {
            "topic": np.zeros(rows, "V32"),
            "topic_count": np.full(rows, len(shape.topics)),
            "size": np.full(rows, (end - first) // 2),
        }
        if shape.topics:
            digits = cells[:, shape.topics[0] : shape.topics[0] + 64]
            found["topic"] = _packed(unhex(digits).reshape(rows, 32))
        for name, (first, end) in shape.fields.items():
            if name in OWN:
                continue
            digits = cells[:, first:end] if name in FIXED else _padded(cells[:, first:end])
            values = unhex(digits).reshape(rows, -1)  # also where nobody reads them: strict
            if name in FIELDS:
                found[FIELDS[name]] = _packed(values) if name in FIXED else _numbers(values)
        for name, column in self.repeated.items():
            column.append(found[name])

    def put(self, logs: Logs, places: Places) -> None:
        """Rows that were read otherwise: each is a run of its own."""
        rows = len(places)
        self.run[places] = self._begin(rows) + np.arange(rows)
        own = {"topic": logs.topics[:, 0], "size": np.diff(logs.offsets)}
        for name, column in self.repeated.items():
            values = np.ascontiguousarray(own[name] if name in own else getattr(logs, name))
            column.append(values.view(REPEATED[name]).reshape(rows))
        self.log[places] = logs.log
        self.topics.reshape(-1, 128)[places] = logs.topics.reshape(-1, 128)
        for i, place in enumerate(places):
            data = logs.data[logs.offsets[i] : logs.offsets[i + 1]]
            self.data.append((np.array([place]), data.reshape(1, -1)))

    def logs(self) -> Logs:
        """All columns, once every row is filled."""
        columns: dict[str, NDArray[Any]] = {
            name: np.concatenate(values).astype(REPEATED[name], copy=False).take(self.run)
            for name, values in self.repeated.items()
        }
        offsets = starts(columns.pop("size"))
        data = np.empty(offsets[-1], np.uint8)
        for places, values in self.data:
            if size := values.shape[1]:
                _windows(data, size)[offsets[places]] = _packed(values)
        self.topics.view("V32").reshape(-1, 4)[:, 0] = columns.pop("topic")
        for name, values in columns.items():
            if values.dtype.kind == "V":
                columns[name] = values.view(np.uint8).reshape(len(values), -1)
        topics = self.topics.reshape(-1, 4, 32)
        return Logs(**columns, log=self.log, topics=topics, data=data, offsets=offsets)


def _runs(shape: Layout, texts: NDArray[np.uint64]) -> tuple[Places, Places]:
    """The rows that differ from the row before in more than their own digits, and for each row
    the run it is of: rows of a run have the layout of its first one, or none of them has."""
    told = texts & shape.common
    begins = np.zeros(len(texts), np.int64)
    # few rows differ: the words that do are looked for, instead of asking every row
    begins[np.flatnonzero(told[1:] != told[:-1]) // told.shape[1] + 1] = 1
    return np.append(0, np.flatnonzero(begins)), np.cumsum(begins)


def _windows(text: memoryview | Bytes, size: int) -> NDArray[np.void]:
    """Every run of `size` bytes, by its first byte: gathers and scatters rows in one copy each."""
    return np.ndarray((max(0, len(text) - size + 1),), f"V{size}", buffer=text, strides=(1,))


def _packed(values: Bytes) -> NDArray[np.void]:
    """Bytes (n, size) as n values of `size` bytes."""
    return values.view(f"V{values.shape[1]}")[:, 0]


def _padded(digits: Bytes) -> Bytes:
    """Up to 16 hex digits (n, width) as 16 of them."""
    padded = np.full((len(digits), 16), ord("0"), np.uint8)
    padded[:, 16 - digits.shape[1] :] = digits
    return padded


def _numbers(values: Bytes) -> NDArray[np.uint64]:
    """Eight bytes each (n, 8) as n numbers."""
    return values.view(">u8")[:, 0]


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
