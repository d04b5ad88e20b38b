"""A mutation test over the schema: whatever a column of any table is read from, an altered value
is noticed by some check, or the column is declared bound by nothing.

For every source of the registry a block is made that holds one log of each of its events, every
root right. Then each member of the node's answer is altered, one at a time. Where the alteration
shows in a column of a row, the verdict on the block must not be *verified*.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from eth_abi.abi import encode

from psephos.chain.check import Watch
from psephos.chain.dataset import Dataset
from psephos.chain.decode import decode
from psephos.chain.ethereum import header
from psephos.chain.event import Column, EventType, topic0
from psephos.chain.events import ETHEREUM
from psephos.chain.logs import logs_of
from psephos.commit.receipts import receipts_bloom, receipts_root
from psephos.errors import PsephosError
from psephos.evidence.ethereum_block import verify_ethereum_block
from psephos.evidence.level import columns
from tests.commit.signed import TO, named, receipts_of, told, wishes
from tests.commit.signed import block as signed_block

VALUES: dict[str, Any] = {
    "address": "0x" + "31" * 20,
    "bytes32": b"\x41" * 32,
    "bytes4": b"\x41" * 4,
    "bool": True,
    "string": "yes",
    "bytes": b"\x12\x34",
}
EMITTER = bytes.fromhex(TO[2:])
CONSTANT = {
    ("fee_block", name)
    for name in ("transaction_index", "log_index", "transaction_hash", "contract")
} | {("fee_transaction", "log_index")}
"""Key columns of rows that are of no log: zero, whatever a node says."""

Block = tuple[dict[str, Any], list[dict[str, Any]]]
Rows = dict[str, list[dict[str, Any]]]


def value(solidity: str) -> Any:
    if solidity.endswith("[]"):
        return [value(solidity[:-2])]
    return VALUES.get(solidity, 6)


def log_of(event: EventType) -> dict[str, Any]:
    """A log of an event, its data as a contract would write them."""
    loose = [c for c in event.columns if not c.indexed]
    data = encode([c.type for c in loose], [value(c.type) for c in loose])
    emitter = event.contracts[0] if event.contracts else EMITTER
    topics = [topic0(event), *(indexed(c) for c in event.columns if c.indexed)]
    return {
        "address": "0x" + emitter.hex(),
        "topics": ["0x" + topic.hex() for topic in topics],
        "data": "0x" + data.hex(),
    }


def indexed(column: Column) -> bytes:
    return encode([column.type], [value(column.type)])


def made(source: str) -> Block:
    """A block of three transactions; the second emits a log of each event of the source."""
    blob = wishes()[7]
    sent = [wishes()[0], wishes()[4] | {"nonce": 4}, blob | {"nonce": 7}]
    found = [told(wish) | {"transactionIndex": hex(i)} for i, wish in enumerate(sent)]
    receipts = receipts_of(found, logs=0)
    place = {name: receipts[1][name] for name in ("transactionIndex", "transactionHash")}
    events = [e for e in ETHEREUM[source].events if (e.until or 2**60) >= 24_000_000]
    receipts[1]["logs"] = [
        log_of(event) | place | {"logIndex": hex(i)} for i, event in enumerate(events)
    ]
    fields = {k: v for k, v in signed_block(found)[0].items() if isinstance(v, str) and k != "hash"}
    fields["receiptsRoot"] = "0x" + receipts_root(receipts).hex()
    fields["logsBloom"] = "0x" + receipts_bloom(receipts).hex()
    return named(fields, found, receipts)


def rows_of(dataset: Dataset, block: Block) -> Rows:
    """The rows that a collector would store of a block, as told."""
    tables: dict[str, pa.Table] = {}
    if dataset.events:
        watch = Watch(dataset.contracts, dataset.topics)
        tables |= decode(dataset.events, watch.of(logs_of(block[1])))
    for rows in dataset.rows:
        tables |= rows(header(block[0], int(block[0]["number"], 16)), block[1], dataset.contracts)
    return {name: table.to_pylist() for name, table in tables.items()}


def places(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(told, dict):
        for name, inner in told.items():
            yield from places(inner, (*path, name))
    elif isinstance(told, list):
        for i, inner in enumerate(told):
            yield from places(inner, (*path, i))
    elif isinstance(told, str) and len(told) > 2:
        ends = range(2, len(told), 64) if path[-1] == "data" else ()
        for digit in {len(told) - 1, *ends, *(end + 63 for end in ends if end + 63 < len(told))}:
            yield (*path, digit)


def altered(block: Block, path: tuple[Any, ...]) -> Block:
    found = copy.deepcopy(list(block))
    place: Any = found
    *steps, name, digit = path
    for step in steps:
        place = place[step]
    text = place[name]
    place[name] = text[:digit] + format(int(text[digit], 16) ^ 1, "x") + text[digit + 1 :]
    return found[0], found[1]


def differing(before: Rows, after: Rows) -> set[tuple[str, str]]:
    """Columns in which rows differ; all of a table's where there are more or fewer rows."""
    found = set()
    for table, rows in before.items():
        if len(rows) != len(after[table]):
            found |= {(table, name) for row in (*rows, *after[table]) for name in row}
        for one, other in zip(rows, after[table], strict=False):
            found |= {(table, name) for name in one if one[name] != other[name]}
    return found


def alterations(block: Block) -> Iterator[Block]:
    """Each digit that matters altered once, and each receipt left out once."""
    for path in places([{k: v for k, v in block[0].items() if k != "transactions"}, block[1]]):
        yield altered(block, path)
    for i in range(len(block[1])):
        yield block[0], [*block[1][:i], *block[1][i + 1 :]]
    yield from lies_that_add_up(block)


def lies_that_add_up(block: Block) -> Iterator[Block]:
    """Header and receipts altered alike, so that the sums of fees hold: more gas, more blobs, a
    transaction less."""
    for names in (("gasUsed", "cumulativeGasUsed"), ("blobGasUsed",)):
        whole, receipts = copy.deepcopy(block)
        for place in (whole, receipts[-1]):
            for name in names:
                if name in place:
                    place[name] = hex(int(place[name], 16) + 131_072)
        yield whole, receipts
    whole, receipts = copy.deepcopy(block)
    whole |= {"gasUsed": receipts[-2]["cumulativeGasUsed"], "blobGasUsed": "0x0"}
    yield whole, receipts[:-1]


@pytest.mark.parametrize("source", ETHEREUM)
def test_every_altered_value_is_noticed_or_its_column_is_declared_unbound(source: str) -> None:
    block = made(source)
    contracts = {EMITTER} | {c for e in ETHEREUM[source].events for c in e.contracts}
    dataset = Dataset("d", 1, tuple(sorted(contracts)), (source,), 0)
    assert verify_ethereum_block(*block).verified
    right = rows_of(dataset, block)
    filled = {table for table, rows in right.items() if rows}
    bounds = {(s.table, name): b for s in dataset.shapes for name, b in columns(s).items()}
    reached, unnoticed = set(), set()
    for wrong in alterations(block):
        try:
            shown = differing(right, rows_of(dataset, wrong))
        except PsephosError:
            continue  # such a row is not stored: the run stops, or the dataset does
        reached |= shown
        if shown and verify_ethereum_block(*wrong).verified:
            unnoticed |= shown
    assert unnoticed <= {place for place, bound in bounds.items() if bound == "nothing"}
    wanted = {place for place in bounds if place[0] in filled} - CONSTANT
    assert wanted <= reached, f"never altered: {sorted(wanted - reached)}"
    unbound = {place for place in wanted if bounds[place] == "nothing"}
    assert unbound <= unnoticed, f"declared unbound, yet noticed: {sorted(unbound - unnoticed)}"


def test_every_table_of_the_registry_is_altered_somewhere() -> None:
    told_of = set()
    for source in ETHEREUM:
        block = made(source)
        contracts = {EMITTER} | {c for e in ETHEREUM[source].events for c in e.contracts}
        dataset = Dataset("d", 1, tuple(sorted(contracts)), (source,), 0)
        told_of |= {name for name, rows in rows_of(dataset, block).items() if rows}
    assert told_of == {shape.table for source in ETHEREUM.values() for shape in source.shapes}
