"""A small DAO for tests: events by hand into the declared tables, read like a release.

Only what the events say is here; what follows from them is for the code under test. A block is
twelve seconds; block n has the timestamp GENESIS + 12 n.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from psephos.chain.dataset import Dataset as Watched
from psephos.results.changes import POSITION, kinds, position_changes
from psephos.store.manifest import Chain
from psephos.store.reader import Dataset, Span

GENESIS = 1_700_000_000
ZERO = bytes(20)
TOKEN, GOVERNOR, LOCK, GRANT = (bytes([n]) * 20 for n in (0xE0, 0xE1, 0xE2, 0xE3))
LINKS = {"gov": {"token": "dao", "timelock": "lock"}, "grant": {"token": "dao"}}


def address(n: int) -> bytes:
    return n.to_bytes(20, "big")


def word(n: int) -> bytes:
    return n.to_bytes(32, "big")


def time(block: int) -> int:
    return GENESIS + 12 * block


class House:
    """Collects rows; `open` gives what results read. `times` are other timestamps of blocks, and
    `headers` their bytes, where a test needs them."""

    def __init__(self, links: Mapping[str, Mapping[str, str]] = LINKS, *, source: str = "governor"):
        self.links = links
        self.watched = {
            "dao": Watched("dao", 1, (TOKEN,), ("erc20", "votes"), 1),
            "gov": Watched("gov", 1, (GOVERNOR,), (source,), 1),
            "lock": Watched("lock", 1, (LOCK,), ("timelock",), 1),
            "grant": Watched("grant", 1, (GRANT,), ("grant",), 1),
        }
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.votes: dict[bytes, int] = defaultdict(int)
        self.log = 0
        self.times: Mapping[int, int] | None = None
        self.headers: Mapping[int, bytes] = {}

    def emit(self, dataset: str, table: str, block: int, **values: Any) -> None:
        """One event; logs are numbered as they come, one transaction a block."""
        self.log += 1
        self.rows[f"{dataset}_{table}"].append(
            {
                "block_number": block,
                "block_hash": word(block),
                "transaction_index": 0,
                "log_index": self.log,
                "transaction_hash": word(block * 1000),
                "contract": self.watched[dataset].contracts[0],
                **values,
            }
        )

    def transfer(self, block: int, sender: bytes, recipient: bytes, amount: int) -> None:
        row = {"sender": sender, "recipient": recipient, "amount": amount}
        self.emit("dao", "transfer", block, **row)

    def power(self, block: int, delegate: bytes, votes: int) -> None:
        row = {"delegate": delegate, "old_votes": self.votes[delegate], "new_votes": votes}
        self.emit("dao", "delegate_votes_changed", block, **row)
        self.votes[delegate] = votes

    def quorum(self, block: int, numerator: int) -> None:
        row = {"old_quorum_numerator": word(0), "new_quorum_numerator": word(numerator)}
        self.emit("gov", "quorum_numerator_updated", block, **row)

    def propose(self, block: int, id: int, start: int, end: int, text: str = "# A title") -> None:
        row = {"targets": [TOKEN], "call_values": [word(0)], "signatures": [""], "calldatas": [b""]}
        self.emit(
            "gov",
            "proposal_created",
            block,
            proposal_id=word(id),
            proposer=address(9),
            vote_start=word(start),
            vote_end=word(end),
            description=text,
            **row,
        )

    def vote(self, block: int, id: int, who: int, support: int, weight: int, why: str = "") -> None:
        row = {"voter": address(who), "proposal_id": word(id), "support": support, "reason": why}
        self.emit("gov", "vote_cast", block, weight=weight, **row)

    def say(self, table: str, block: int, id: int, **values: Any) -> None:
        self.emit("gov", table, block, proposal_id=word(id), **values)

    def open(
        self, final: int, head: int | None = None, spans: Mapping[str, Sequence[Span]] | None = None
    ) -> "Opened":
        return Opened(self, final, final if head is None else head, spans or {})


class Opened:
    """What `psephos.store.reader.Release` offers, over tables in memory."""

    def __init__(
        self, house: House, final: int, head: int, spans: Mapping[str, Sequence[Span]]
    ) -> None:
        self.id = "0" * 64
        self.final, self.head = final, head
        self.chain = Chain(1, "tests", "")
        self.manifest = SimpleNamespace(anchors=())
        self.con = duckdb.connect(config={"threads": 1})
        self.names: list[str] = ["block"]
        self.datasets = {
            name: Dataset(
                name, watched.id, watched.contracts, watched.sources, watched.first, 18, "PSE",
                house.links.get(name, {}),
                tuple(spans.get(name, (Span(1, head, "complete"),))), (), "",
            )
            for name, watched in house.watched.items()
        }  # fmt: skip
        self._views(house)

    def _views(self, house: House) -> None:
        if house.times is None:
            told = f"range AS number, range * 12 + {GENESIS} AS timestamp, ''::BLOB AS header"
            blocks = f"SELECT {told}"
            self.con.execute(f"CREATE VIEW block AS {blocks} FROM range({self.head + 1})")
        else:
            columns: dict[str, list[Any]] = {
                "number": [*house.times],
                "timestamp": [*house.times.values()],
                "header": [house.headers.get(block, b"") for block in house.times],
            }
            self.con.register("block", pa.table(columns))
        for name, watched in house.watched.items():
            for table, schema in watched.tables().items():
                view = f"{name}_{table}"
                rows = [r for r in house.rows[view] if r["block_number"] <= self.head]
                full = [{c: row.get(c) for c in schema.names} for row in rows]
                self.con.register(f"raw_{view}", pa.Table.from_pylist(full, schema=schema))
                tail = f"block_number > {self.final} AS provisional"
                self.con.execute(f'CREATE VIEW "{view}" AS SELECT *, {tail} FROM "raw_{view}"')
                self.names.append(view)
        changes = [
            position_changes(self.con, name, kind, 0, self.head)
            for name, watched in house.watched.items()
            for kind in kinds(watched.sources)
        ]
        self.positions = frozenset(
            (kind, name)
            for name, watched in house.watched.items()
            for kind in kinds(watched.sources)
        )
        self.con.register("position", pa.concat_tables(changes, promote_options="none"))
        self.con.register("checkpoint", POSITION.empty_table())

    def checkpoints(self, kind: str, dataset: str) -> tuple[int, ...]:
        sql = "SELECT DISTINCT block_number FROM checkpoint WHERE kind = ? AND dataset = ?"
        found = self.con.execute(f"{sql} ORDER BY block_number", [kind, dataset]).fetchall()
        return tuple(number for (number,) in found)

    def tables(self) -> list[str]:
        return [*self.names, "position", "checkpoint"]

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pl.DataFrame:
        return self.con.sql(query, params=params or None).pl()

    def figures(self) -> list[dict[str, Any]]:
        return []

    def close(self) -> None:
        self.con.close()
