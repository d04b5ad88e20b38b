"""An event is a row of a table: its declared shape, and the decoder that reads logs into rows.

What is declared here is everything the collector, the index, the canonical row bytes and the
site know about an event; a contract is added by one file of `psephos.chain.events`.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "address",  # 20 bytes
    "amount",  # a quantity of a watched token: DECIMAL(38,0), smallest unit, below 10^38
    "word",  # any other uint256, or a bytes32: 32 bytes
    "uint",  # uint8 to uint64: UBIGINT
    "bool",
    "text",  # a string: VARCHAR, and its raw bytes beside it where they are not UTF-8
    "bytes",  # BLOB
    "address[]",
    "word[]",
    "text[]",
    "bytes[]",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One member of an event: `name` in our tables, `solidity` type in the signature."""

    name: str
    solidity: str
    kind: Kind
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class EventType:
    """The declared shape of one event, valid for blocks `since` to `until` (inclusive).

    `table` is the table's name, `name` the event's in Solidity. Two shapes of one event (a
    member indexed in one version and not in the other) are two `EventType`s of one `table`
    with the same columns; the number of topics tells them apart.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    since: int | None = None
    until: int | None = None

    @property
    def signature(self) -> str:
        """`Transfer(address,address,uint256)`."""
        return f"{self.name}({','.join(c.solidity for c in self.columns)})"
