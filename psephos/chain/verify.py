"""How much of each block is recomputed while collecting, and what a sample of blocks shows.

    all       every root of every block: receipts, and transactions where the node tells them
    headers   every header, links and bloom; receipts wherever the bloom does not exclude us
    sample n  headers and links, and every root of n blocks of the range
    none      links only: the price of the rest is saved, and nothing is more than seen

On Starknet there is no bloom, and `headers` is refused: all is the default there.

`headers` is enough for event tables; payers and prices are bound by transactions alone, so what
has payers is collected with `all`. The blocks of a sample follow from the hash of a block that is
newer than most of them, so nobody who answered for them before could know which they would be:

    block(i) = first + keccak(seed ‖ i as 8 bytes) mod (last − first + 1), the first n different

If k blocks of it are clean and none is not, fewer than a share of 3/k of the range is bad, with
a confidence of 95 %: (1 − 3/k)^k < e^−3 < 0.05.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Literal, TypeAlias

from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId
from psephos.commit.keccak import keccak
from psephos.errors import CommandError

Mode: TypeAlias = Literal["all", "headers", "sample", "none"]

Level: TypeAlias = Literal["seen", "complete", "whole"]
"""What a range of blocks reached: nodes said so; recomputed as far as event tables rest on it;
recomputed to every root, transactions too."""

LEVELS: tuple[Level, ...] = ("seen", "complete", "whole")
"""Lowest first."""


@dataclass(frozen=True, slots=True)
class Verify:
    """A mode, and how many blocks where it is a sample."""

    mode: Mode = "all"
    blocks: int = 0

    @classmethod
    def parse(cls, text: str) -> "Verify":
        """`all`, `headers`, `none` or `sample 300`. Raises CommandError."""
        match text.split():
            case [("all" | "headers" | "none") as mode]:
                return cls(mode)
            case ["sample", count_] if count_.isascii() and count_.isdecimal() and int(count_) > 0:
                return cls("sample", int(count_))
        raise CommandError(
            f"cannot verify `{text}`", hint="all, headers, none, or sample and a number of blocks"
        )

    def __str__(self) -> str:
        return f"sample {self.blocks}" if self.mode == "sample" else self.mode


ALL, HEADERS = Verify(), Verify("headers")


def fitting(datasets: Iterable[Dataset]) -> Verify:
    """What is verified if nobody says how much: all on Starknet, where no bloom shows absence, and
    where a dataset has payers; else headers."""
    datasets = tuple(datasets)
    if any(dataset.family == "starknet" for dataset in datasets):
        return ALL
    columns = (
        column for dataset in datasets for shape in dataset.shapes for column in shape.columns
    )
    return ALL if any(column.bound_by == "transaction" for column in columns) else HEADERS


def drawn(blocks: int, first: int, last: int, seed: BlockId) -> frozenset[int]:
    """Numbers of a sample of so many of the blocks `first` to `last`; all if there are fewer."""
    size = last - first + 1
    if blocks >= size:
        return frozenset(range(first, last + 1))
    found: set[int] = set()
    for i in count():
        if len(found) == blocks:
            break
        digest = keccak(seed.hash + i.to_bytes(8, "big"))
        found.add(first + int.from_bytes(digest, "big") % size)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sample of a piece showed: blocks drawn by the hash of `seed`, and how many of them
    recomputed to every root with nothing told otherwise."""

    seed: BlockId
    drawn: int
    clean: int


def shows(drawn_: int, clean: int) -> str:
    """What `clean` blocks of so many drawn show, in words."""
    if clean < drawn_:
        return f"{drawn_ - clean} of {drawn_} blocks drawn were told wrongly"
    if drawn_ <= 3:
        return f"{clean} of {drawn_} blocks drawn were clean, too few to say anything of the others"
    share = 100 * Fraction(3, clean)
    shown = f"{float(share):.3g}"
    return (
        f"{clean} of {drawn_} blocks drawn were clean: fewer than {shown} % of all blocks are bad,"
        " with 95 % confidence"
    )
