"""A dataset: a chain, a set of contracts, their event shapes and a schema version.

It fails, is quarantined and is corrected by itself. Its id is the hash of what decides its rows,
so two houses that index the same contracts in the same shapes name the same dataset.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2s
from typing import Any

import pyarrow as pa

from psephos.chain.declared import check
from psephos.chain.event import (
    ADDRESS_BYTES,
    Family,
    LogType,
    Rows,
    RowType,
    Shape,
    Source,
    family,
    schema,
    topic0,
)
from psephos.chain.events import SOURCES
from psephos.errors import ConfigurationError

SCHEMA_VERSION = 1
"""Raised when the same logs would give other rows: key columns, kinds, the treatment of text."""


@dataclass(frozen=True)
class Dataset:
    """What to collect: `sources` are files of `psephos.chain.events`, `first` the first block.

    The table `t` of a dataset `d` is named `d_t` in the index and in releases. Raises
    ConfigurationError for a source that does not exist, contracts that are no addresses, given
    twice or missing, and sources whose shapes contradict each other.
    """

    name: str
    chain_id: int
    contracts: tuple[bytes, ...]
    sources: tuple[str, ...]
    first: int = 0

    def __post_init__(self) -> None:
        unknown = [name for name in self.sources if name not in SOURCES]
        if unknown or not self.sources:
            raise ConfigurationError(
                f"dataset `{self.name}`: no source is called {', '.join(unknown) or '(none)'}",
                hint=f"sources are {', '.join(SOURCES)}",
            )
        check(self.shapes)
        size = ADDRESS_BYTES[self.family]
        if any(len(contract) != size for contract in self.contracts):
            raise ConfigurationError(
                f"dataset `{self.name}`: a contract is an address of {size} bytes"
            )
        if len(set(self.contracts)) != len(self.contracts):
            raise ConfigurationError(f"dataset `{self.name}`: a contract is named twice")
        if self.events and not self.contracts:
            raise ConfigurationError(
                f"dataset `{self.name}`: no contract is named", hint="name at least one address"
            )

    @cached_property
    def _sources(self) -> tuple[Source, ...]:
        return tuple(SOURCES[name] for name in self.sources)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Every declared shape once: sources may share an event."""
        return tuple(dict.fromkeys(shape for source in self._sources for shape in source.shapes))

    @property
    def family(self) -> Family:
        """The chains whose contracts its sources read."""
        return family(self.shapes[0])

    @cached_property
    def events(self) -> tuple[LogType, ...]:
        """The event shapes: what a decoder takes (`psephos.chain.decode`, `.felts`)."""
        return tuple(shape for shape in self.shapes if not isinstance(shape, RowType))

    @cached_property
    def topics(self) -> tuple[bytes, ...]:
        """Topic 0, or the first key, of each event: what a node is asked for."""
        return tuple(sorted({topic0(event) for event in self.events}))

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """Functions whose rows come from header and receipts of every block; mostly none."""
        return tuple(source.rows for source in self._sources if source.rows is not None)

    def tables(self) -> dict[str, pa.Schema]:
        """Schema by table name, in the order of declaration."""
        return {shape.table: schema(shape) for shape in self.shapes}

    def columns(self, table: str) -> Shape:
        """A shape of a table: its columns in declared order, and what binds each of them."""
        return next(shape for shape in self.shapes if shape.table == table)

    @cached_property
    def id(self) -> bytes:
        """BLAKE2s-256 of the canonical JSON of chain, contracts, shapes and schema version.

        Canonical: keys sorted, no spaces, ASCII, contracts and shapes sorted. The name is no
        part of it, nor is the first block: they decide no row.
        """
        return blake2s(canonical(self).encode("ascii")).digest()


def canonical(dataset: Dataset) -> str:
    """The JSON text that a dataset's id is the hash of."""
    shapes = sorted((_described(shape) for shape in dataset.shapes), key=json.dumps)
    described = {
        "chain": dataset.chain_id,
        "contracts": sorted(contract.hex() for contract in dataset.contracts),
        "shapes": shapes,
        "version": SCHEMA_VERSION,
    }
    return json.dumps(described, sort_keys=True, separators=(",", ":"))


def _described(shape: Shape) -> Mapping[str, Any]:
    described: dict[str, Any] = {
        "table": shape.table,
        "columns": [
            [column.name, column.type, column.kind, column.indexed] for column in shape.columns
        ],
    }
    if not isinstance(shape, RowType):
        described |= {
            "event": shape.name,
            "since": shape.since,
            "until": shape.until,
            "contracts": sorted(contract.hex() for contract in shape.contracts),
        }
    return described
