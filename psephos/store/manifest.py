"""The manifest: what a release is, as canonical JSON; its BLAKE2s-256 is the release's id.

    version    1, 2 where blocks are *whole*, 3 where there are proofs or samples
    software   version of psephos that wrote it
    chain      id, name, genesis hash (empty if not declared)
    final      newest block collected that the chain calls final: number, hash, timestamp
    head       newest block collected, final or not
    ledger     length, number of entries and root of the ledger it stands on
    datasets   by name: what is watched, which days are sealed, which blocks were read how well
    tables     by name: columns, pieces of sealed days, and the rows that are not sealed yet
    figures    the file of figures, or null
    anchors    declared checkpoints that the blocks lead to
    labels     digest of the entities (owners of addresses) the figures were computed with
    proofs     proofs of sealed tables, each by the header in the ledger and its file (version 3)
    unproven   how many tables were left for a later release (version 3)

Canonical means: UTF-8, keys sorted, no spaces, no number that is not an integer. A manifest that
does not come out byte for byte when it is written again is refused, and so is any name, hash or
type that is not of the form declared here: a release may come from a stranger, and its names end
up in SQL and in paths.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import msgspec

from psephos.errors import ReleaseBroken
from psephos.store.segment import Count, Hash, Segment

VERSION = 3

MaybeHash = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")]
Hex = Annotated[str, msgspec.Meta(pattern=r"\A(0x([0-9a-f]{2})*)?\Z")]
Name = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9_]{0,99}\Z")]
MaybeName = Annotated[str, msgspec.Meta(pattern=r"\A([a-z][a-z0-9_]{0,99})?\Z")]
SqlType = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A(BLOB|VARCHAR|BOOLEAN|UTINYINT|USMALLINT|UINTEGER|UBIGINT|DECIMAL\(38,0\))(\[\])?\Z"
    ),
]
Level = Literal["seen", "complete", "whole", "anchored"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block: number, hash, seconds since 1970."""

    number: Count
    hash: Hex
    timestamp: Count


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain everything in the release is from. An id of Starknet is a text read as a number,
    and larger than 64 bits."""

    id: int
    name: str
    genesis: Hex = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Blocks `first` to `block` lead to a hash that was declared to be trusted, from `source`."""

    first: Count
    block: Count
    hash: Hex
    source: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """How much of `ledger.bin` belongs to the release, and the root of it."""

    bytes: Count
    entries: Count
    root: Hex


@dataclass(frozen=True, slots=True)
class Sampled:
    """Blocks that were drawn from `first` to `last` by the hash of a later block, and how many of
    them were clean: recomputed to every root with nothing told otherwise."""

    first: Count
    last: Count
    drawn: Count
    clean: Count
    seed: Count
    seed_hash: Hex


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is watched, and how far.

    `sealed`: runs of sealed days. `coverage`: (first block, last block, level) of what was read,
    gaps left out; *whole* blocks recompute to every root, transactions too. `stopped`: why the
    dataset is quarantined or contested; empty if it is not. `samples`: what samples showed, left
    out where none was drawn (version 3).
    """

    id: Hash
    contracts: tuple[Hex, ...]
    sources: tuple[Name, ...]
    first: Count
    decimals: Count = 18
    symbol: str = ""
    links: dict[str, str] = field(default_factory=dict)
    sealed: tuple[tuple[Count, Count], ...] = ()
    coverage: tuple[tuple[Count, Count, Level], ...] = ()
    stopped: str = ""
    samples: tuple[Sampled, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def sampled(self) -> tuple[int, int]:
        """How many blocks were drawn, and how many of them were clean."""
        samples = self.samples or ()
        return sum(one.drawn for one in samples), sum(one.clean for one in samples)


@dataclass(frozen=True, slots=True)
class File:
    """A file that holds no rows."""

    hash: Hash
    bytes: Count


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of the sealed table whose header has this id: `proofs/<hash>.proof`."""

    header: Hash
    hash: Hash
    bytes: Count

    @property
    def file(self) -> str:
        return f"{self.hash}.proof"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The rows of days `first` to `last`."""

    first: Count
    last: Count
    hash: Hash
    rows: Count
    bytes: Count

    @property
    def segment(self) -> Segment:
        return Segment(self.hash, self.rows, self.bytes)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `rows` of a dataset or of the chain, or `changes` and `checkpoints` of positions.

    `unsealed` holds the rows of days that are not sealed yet, final or not; every release
    replaces it.
    """

    role: Literal["rows", "changes", "checkpoints"]
    dataset: MaybeName
    kind: MaybeName
    columns: tuple[tuple[Name, SqlType], ...]
    pieces: tuple[Sealed, ...] = ()
    unsealed: Segment | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Every file of the table, in order of days."""
        sealed = tuple(piece.segment for piece in self.pieces)
        return sealed + ((self.unsealed,) if self.unsealed else ())

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release, without the files it names. `version` is the lowest that can say it (`versioned`):
    older software reads what it can understand."""

    software: str
    chain: Chain
    final: Block
    head: Block
    ledger: Ledger
    datasets: dict[Name, Dataset]
    tables: dict[Name, Table]
    figures: File | None = None
    labels: MaybeHash = ""
    anchors: tuple[Anchor, ...] = ()
    version: Literal[1, 2, 3] = 1
    proofs: tuple[Proof, ...] = ()
    unproven: Count = 0

    @property
    def segments(self) -> Iterator[Segment]:
        return (segment for table in self.tables.values() for segment in table.segments)

    @property
    def rows(self) -> int:
        """Rows of all tables, positions too."""
        return sum(table.rows for table in self.tables.values())


def versioned(manifest: Manifest) -> Manifest:
    """The manifest under the lowest version that knows all that it says."""
    sampled = any(one.samples for one in manifest.datasets.values())
    if manifest.proofs or manifest.unproven or sampled:
        return replace(manifest, version=3)
    levels = {level for one in manifest.datasets.values() for _, _, level in one.coverage}
    return replace(manifest, version=2 if "whole" in levels else 1)


def encode(manifest: Manifest) -> bytes:
    """The canonical bytes; below version 3 nothing is said of proofs."""
    if manifest.version >= 3:
        return msgspec.json.encode(manifest, order="sorted")
    told = msgspec.to_builtins(manifest)
    del told["proofs"], told["unproven"]
    return msgspec.json.encode(told, order="sorted")


def identity(content: bytes) -> str:
    """The id of a release: BLAKE2s-256 of its manifest's bytes, in hex."""
    return hashlib.blake2s(content).hexdigest()


def parse(content: bytes, name: str) -> Manifest:
    """A manifest from its bytes; `name` is how errors call it.

    `ReleaseBroken` if the bytes are not canonical, or of a version this psephos does not read.
    """
    try:
        version = msgspec.json.decode(content, type=_Versioned).version
        if version > VERSION:
            raise ReleaseBroken(
                f"{name} is a manifest of version {version}, this psephos reads up to {VERSION}",
                hint="upgrade psephos to read this release",
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReleaseBroken(f"{name} is no manifest: {error}", hint=_HINT) from error
    if manifest.chain.id < 0 or encode(manifest) != content or versioned(manifest) != manifest:
        raise ReleaseBroken(f"{name} is not in canonical form", hint=_HINT)
    return manifest


_HINT = "restore the file from a copy, or release anew"


@dataclass(frozen=True, slots=True)
class _Versioned:
    version: int
