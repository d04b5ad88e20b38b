"""What tests of collecting share: datasets of a simulated chain, and a sync that insists."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from psephos.batch.sync import SyncReport, sync
from psephos.chain.collect import Piece, collect
from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.errors import PsephosError
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.chain import SimulatedChain, _word

TOKEN = Dataset("token", SimulatedChain.CHAIN, (SimulatedChain.TOKEN,), ("erc20", "votes"), 0)
GOVERNOR = Dataset("gov", SimulatedChain.CHAIN, (SimulatedChain.GOVERNOR,), ("governor",), 1)
FEES = Dataset("cost", SimulatedChain.CHAIN, (SimulatedChain.TOKEN,), ("fees",), 0)
ROLES = Dataset("role", SimulatedChain.CHAIN, (SimulatedChain.TOKEN,), ("roles",), 0)

Log = tuple[bytes, list[bytes], bytes]


class Told(SimulatedChain):
    """A simulated chain whose next block can be dictated."""

    def say(self, *logs: Log) -> int:
        """A block of one transaction with these logs (address, topics, data); its number."""
        self._mine([list(logs)])
        return len(self.blocks) - 1


def transfer(amount: int, address: bytes = SimulatedChain.TOKEN) -> Log:
    topics = [SimulatedChain.TRANSFER, _word(b"\x01" * 20), _word(b"\x02" * 20)]
    return address, topics, _word(amount)


def malformed() -> Log:
    """A transfer with a word too many."""
    address, topics, data = transfer(1)
    return address, topics, data + data


def chain(seed: int = 0, blocks: int = 60, lag: int = 16) -> Told:
    told = Told(seed, lag=lag)
    told.grow(blocks)
    return told


def at_once(_: float) -> None:
    """A pause that does not wait."""


def pieces(node: Node, *datasets: Dataset, last: int | None = None, **options: Any) -> list[Piece]:
    """Collect everything from block 0 on."""
    last = node.head().number if last is None else last
    return list(collect(node, datasets or (TOKEN,), 0, last, pause=at_once, **options))


def rows(found: Sequence[Piece], dataset: str, table: str) -> pa.Table:
    """The rows of one table in all pieces, in the order of the chain."""
    ordered = sorted(found, key=lambda piece: piece.first)
    return pa.concat_tables(piece.tables[dataset][table] for piece in ordered).combine_chunks()


def read(
    node: Node, path: Path, *datasets: Dataset, **options: Any
) -> tuple[SyncReport, dict[str, str]]:
    """Sync into the index at `path`; the report and the digests of its tables."""
    with Index.open(path) as index:
        report = sync(node, index, datasets or (TOKEN,), pause=at_once, **options)
        return report, digest(index)


def differences(one: Index, other: Index) -> dict[str, tuple[int, int]]:
    """Rows by table that only the first index has, and only the second: EXCEPT, both ways."""
    found = {}
    for name in ("block", "span", *one.tables(), *other.tables()):
        ours, theirs = (Counter(map(repr, i.query(f'FROM "{name}"'))) for i in (one, other))
        if ours != theirs:
            found[name] = ((ours - theirs).total(), (theirs - ours).total())
    return found


def insist(node: Node, index: Index, *datasets: Dataset, **options: Any) -> SyncReport:
    """Sync again after every error that a later try may heal, as a user would."""
    for _ in range(200):
        try:
            return sync(node, index, datasets, pause=at_once, **options)
        except PsephosError as error:
            if not (error.retry or error.name == "IncompleteBlock"):
                raise
    raise AssertionError("200 runs were not enough")
