"""Rows recomputed from a node's receipts, which must give the receipts root of the block's header.

The node is not trusted: its receipts count only if they recompute to the root that the header
commits to. Then they are all the receipts of the block, and the rows that follow from them are
all the rows there are. Where rows tell of payers and prices, the block's transactions are asked
for, too, and must give what the receipts tell of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from psephos.batch.leaves import encode
from psephos.chain.check import Watch, check_transactions
from psephos.chain.dataset import Dataset
from psephos.chain.decode import decode
from psephos.chain.logs import logs_of
from psephos.chain.node import BlockId, Header, Receipt, Teller
from psephos.commit.header import HeaderFields
from psephos.commit.receipts import receipts_root
from psephos.commit.starknet.header import StarknetHeader
from psephos.errors import (
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    UnknownFork,
    VerificationFailed,
)
from psephos.evidence.blocks import Recomputed
from psephos.evidence.check import NotPossible
from psephos.evidence.starknet_rows import starknet_rows


class Source(Protocol):
    """What is asked of a node here."""

    def receipts(self, block: BlockId) -> Sequence[Receipt]: ...
    def headers(self, first: int, last: int) -> Sequence[Header]: ...


@dataclass(frozen=True, slots=True)
class Compared:
    """How many blocks recompute to a dataset's rows, and whether their payers were recomputed:
    None where no row tells of any."""

    blocks: int
    payers: bool | None

    def __str__(self) -> str:
        more = {
            None: "",
            True: "; their payers and prices from its transactions",
            False: "; their payers and prices only as told: the node tells no transactions",
        }
        return (
            f"{self.blocks} blocks recompute from a node's receipts, and give exactly these rows"
            + more[self.payers]
        )


def compare(
    node: Source, dataset: Dataset, blocks: Sequence[Recomputed], rows: Mapping[str, pa.Table]
) -> Compared:
    """That the rows of these blocks are exactly those that the blocks' receipts give.

    `rows` are the release's, by table, of at least these blocks. VerificationFailed names the
    first block and table that differ; NotPossible if the node's receipts do not recompute.
    """
    payers: bool | None = None
    ours = {table: _by_block(found, dataset.tables()[table]) for table, found in rows.items()}
    for block in blocks:
        told, recomputed = _rows_of(node, dataset, block)
        if recomputed is not None:
            payers = recomputed and payers is not False
        for table, schema in dataset.tables().items():
            wanted = _encoded(told[table], schema)
            if ours[table].get(block.number, []) != wanted:
                raise VerificationFailed(
                    f"block {block.number}: the rows of {dataset.name}_{table} are not those of"
                    " its receipts"
                )
    return Compared(len(blocks), payers)


def _rows_of(
    node: Source, dataset: Dataset, block: Recomputed
) -> tuple[dict[str, pa.Table], bool | None]:
    """The rows that a block gives, and whether the payers among them were recomputed."""
    receipts = node.receipts(BlockId(block.number, block.hash))
    if isinstance(block.fields, StarknetHeader):
        return starknet_rows(node, dataset, block.fields, block.hash, receipts)
    if receipts_root(receipts) != block.fields.receipts_root:
        raise NotPossible(f"the node's receipts of block {block.number} do not recompute")
    _check_block(receipts, block)
    found: dict[str, pa.Table] = {}
    payers = None
    if dataset.events:
        watch = Watch(dataset.contracts, dataset.topics)
        found |= decode(dataset.events, watch.of(logs_of(list(receipts))))
    if dataset.rows:
        (header,) = node.headers(block.number, block.number)
        if header.hash != block.hash:
            raise NotPossible(f"the node has another block {block.number}")
        for rows in dataset.rows:
            found |= rows(header, receipts, dataset.contracts)
        payers = _payers(node, block.fields, block, receipts)
    return found, payers


def _payers(
    node: Source, fields: HeaderFields, block: Recomputed, receipts: Sequence[Receipt]
) -> bool:
    """Whether the block's transactions give what its receipts tell of payers and prices; False
    from a node that does not tell them. NotPossible if they do not."""
    if not isinstance(node, Teller):
        return False
    try:
        told = node.transactions(BlockId(block.number, block.hash))
        check_transactions(fields, told, receipts)
    except (MethodMissing, UnknownFork):
        return False
    except (VerificationFailed, NodeContradiction, MalformedAnswer) as error:
        raise NotPossible(
            f"the node's transactions of block {block.number} do not recompute: {error}"
        ) from error
    return True


def _check_block(receipts: Sequence[Receipt], block: Recomputed) -> None:
    """Receipts name their block beside what the root binds; a row takes it from there."""
    for receipt in receipts:
        for log in (receipt, *receipt["logs"]):
            told = (log.get("blockHash"), log.get("blockNumber"))
            if told != ("0x" + block.hash.hex(), hex(block.number)):
                raise NotPossible(f"the node's receipts of block {block.number} name another block")


def _by_block(rows: pa.Table, schema: pa.Schema) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    numbers = rows.column("block_number").to_pylist()
    for number, data in zip(numbers, _encoded(rows, schema), strict=True):
        found.setdefault(number, []).append(data)
    return found


def _encoded(rows: pa.Table, schema: pa.Schema) -> list[bytes]:
    return [part[i] for part in encode(rows, schema) for i in range(len(part))]
