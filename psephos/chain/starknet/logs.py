"""Starknet's logs as columns: what is done with rows that `psephos.chain.starknet.page` read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from psephos.chain.columns import starts
from psephos.chain.node import FeltLogs
from psephos.chain.starknet.page import UNPLACED, Entry, columns
from psephos.errors import MalformedAnswer, NodeContradiction

_FIXED = tuple(n for n in FeltLogs.__dataclass_fields__ if n not in ("felts", "offsets"))
"""The columns with one entry a row."""


def select(logs: FeltLogs, index: NDArray[Any]) -> FeltLogs:
    """The rows that a mask (n,) or an array of positions picks, in its order."""
    rows = np.flatnonzero(index) if index.dtype == np.bool_ else index
    sizes = (logs.offsets[1:] - logs.offsets[:-1])[rows]
    offsets = starts(sizes)
    source = np.arange(offsets[-1]) + np.repeat(logs.offsets[rows] - offsets[:-1], sizes)
    picked = {name: getattr(logs, name)[rows] for name in _FIXED}
    return FeltLogs(**picked, felts=logs.felts[source], offsets=offsets)


def concatenated(parts: Sequence[FeltLogs]) -> FeltLogs:
    """Several sets of rows one after another, in their order."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty()
    sizes = np.concatenate([part.offsets[1:] - part.offsets[:-1] for part in parts])
    whole = {n: np.concatenate([getattr(part, n) for part in parts]) for n in (*_FIXED, "felts")}
    return FeltLogs(**whole, offsets=starts(sizes))


def ordered(logs: FeltLogs) -> FeltLogs:
    """Rows in order of (block, transaction, log), one told twice in equal words once.
    NodeContradiction if two stand at one place or one block has two hashes."""
    if not _ascends(logs).all():
        logs = select(logs, np.lexsort((logs.log, logs.transaction, logs.block)))
        after = np.flatnonzero(~_ascends(logs)) + 1
        again = [i for i in after.tolist() if row(logs, i) == row(logs, i - 1)]
        logs = select(logs, np.delete(np.arange(len(logs)), again))
        if not (fine := _ascends(logs)).all():
            at = int(np.flatnonzero(~fine)[0]) + 1
            raise NodeContradiction(f"two events stand at one place of block {logs.block[at]}")
    same = logs.block[1:] == logs.block[:-1]
    other = same & (logs.block_hash[1:] != logs.block_hash[:-1]).any(axis=1)
    if other.any():
        raise NodeContradiction(f"block {logs.block[1:][other][0]} has two hashes in one answer")
    return logs


def _ascends(logs: FeltLogs) -> NDArray[np.bool_]:
    """Whether each row comes after the one before it."""
    block, transaction, log = logs.block, logs.transaction, logs.log
    within = (transaction[1:] > transaction[:-1]) | (
        (transaction[1:] == transaction[:-1]) & (log[1:] > log[:-1])
    )
    found: NDArray[np.bool_] = (block[1:] > block[:-1]) | ((block[1:] == block[:-1]) & within)
    return found


def matching(
    logs: FeltLogs, addresses: Sequence[bytes], selectors: Sequence[bytes]
) -> NDArray[np.bool_]:
    """Which rows are of one of `addresses` with one of `selectors` as first key (none: all)."""
    mask = np.ones(len(logs), np.bool_)
    if addresses:
        mask &= _any_of(logs.address, addresses)
    if selectors and len(logs):
        keyed = logs.key_count > 0
        first = np.minimum(logs.offsets[:-1], max(len(logs.felts) - 1, 0))
        mask &= keyed & (_any_of(logs.felts[first], selectors) if len(logs.felts) else keyed)
    return mask


def _any_of(values: NDArray[np.uint8], wanted: Iterable[bytes]) -> NDArray[np.bool_]:
    """Which rows (n, 32) are one of the byte strings."""
    known = {bytes(one) for one in wanted}
    if len(known) > MANY or len(values) < SHORT * len(known):
        return np.fromiter((cell.tobytes() in known for cell in values), np.bool_, len(values))
    found = np.zeros(len(values), np.bool_)
    words = values.view(np.uint64).T
    for one in known:
        same = np.ones(len(values), np.bool_)
        for column, word in zip(words, np.frombuffer(one, np.uint64), strict=True):
            same &= column == word
        found |= same
    return found


MANY = 32
"""Wanted values from which looking each row up costs less than comparing all with each."""
SHORT = 40
"""Rows for each wanted value up to which it does so, too."""


def row(logs: FeltLogs, i: int) -> tuple[int, int, int, bytes, bytes, bytes, int, bytes]:
    """Row i: block, transaction, log, hashes of block and transaction, address, keys, felts."""
    return (
        int(logs.block[i]),
        int(logs.transaction[i]),
        int(logs.log[i]),
        logs.block_hash[i].tobytes(),
        logs.transaction_hash[i].tobytes(),
        logs.address[i].tobytes(),
        int(logs.key_count[i]),
        logs.felts[logs.offsets[i] : logs.offsets[i + 1]].tobytes(),
    )


def logs_of(number: int, block_hash: bytes, receipts: Iterable[Mapping[str, Any]]) -> FeltLogs:
    """All logs in the receipts of a block, in order and in their places.

    receipts: `receipt` objects of `starknet_getBlockWithReceipts`, one a transaction.
    """
    name = "0x" + block_hash.hex()
    entries = []
    for place, receipt in enumerate(receipts):
        try:
            own, told = receipt["transaction_hash"], receipt["events"]
            found = msgspec.convert(told, list[_Content])
        except (KeyError, TypeError, msgspec.ValidationError):
            raise MalformedAnswer(
                f"receipt {place} of block {number} tells its events in no known shape"
            ) from None
        entries += [
            Entry(event.from_address, event.keys, event.data, own, name, number, place, i)
            for i, event in enumerate(found)
        ]
    return columns(entries) if entries else empty()


class _Content(msgspec.Struct, gc=False):
    """An event in a receipt."""

    from_address: str
    keys: list[str]
    data: list[str]


@cache
def empty() -> FeltLogs:
    """No logs; always the same, as there is nothing in it to change."""
    return columns([])


# Places that a node does not tell


def unplaced(logs: FeltLogs) -> bool:
    """Whether some logs lack their places in the block."""
    return bool((logs.transaction == UNPLACED).any())


def placed(told: FeltLogs, whole: FeltLogs) -> FeltLogs:
    """`told`, unplaced, with the places that equal events have in `whole`, all logs of the blocks.

    Equal: in block, transaction, contract and felts; of events that are equal in all that, the
    first told is the first there is. An event that is not there comes after all transactions.
    """
    places: dict[object, list[tuple[int, int]]] = {}
    for i in range(len(whole) - 1, -1, -1):
        block, transaction, log, *content = row(whole, i)
        places.setdefault((block, *content), []).append((transaction, log))
    found = np.empty((len(told), 2), np.uint32)
    for i in range(len(told)):
        block, _, _, *content = row(told, i)
        left = places.get((block, *content))
        found[i] = left.pop() if left else (UNPLACED, i)
    return ordered(replace(told, transaction=found[:, 0].copy(), log=found[:, 1].copy()))
