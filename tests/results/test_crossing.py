"""What crosses between Starknet and its L1, in the rows of both indexes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from psephos.chain.dataset import Dataset
from psephos.evidence.check import Check
from psephos.results.conservation.crossing import Across, crossed
from psephos.store.index import Index
from psephos.store.spans import Cursor
from tests.results.house import word

CHAIN = int.from_bytes(b"SN_MAIN", "big")
CORE = bytes([0xC0]) * 20
FEES = Dataset("fees", CHAIN, (word(5),), ("starknet_fees",), 0)
BELOW = Dataset("core", 1, (CORE,), ("starknet_core",), 0)
HASH = bytes([7]) * 32
BLOCKS = ("192", "1059", "16697")
"""Real blocks of mainnet with an L1 handler, of three formulas of its hash: the oldest without
nonce, the first with it, today's."""

Rows = Sequence[tuple[str, int, Mapping[str, Any]]]


def handlers(real_data: Path) -> list[dict[str, Any]]:
    """One real L1 handler of each of the blocks, as the feeder tells it."""
    folder = real_data / "starknet" / "feeder" / "mainnet" / "block"
    blocks = [json.loads((folder / f"{name}.json").read_text()) for name in BLOCKS]
    return [
        next(tx for tx in block["transactions"] if tx["type"] == "L1_HANDLER") for block in blocks
    ]


def felt(text: str) -> bytes:
    return word(int(text, 16))


def handled(block: int, tx: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
    row = {
        "kind": 3,
        "transaction_hash": felt(tx["transaction_hash"]),
        "called": felt(tx["contract_address"]),
        "entrypoint": felt(tx["entry_point_selector"]),
    }
    return "fee_transaction", block, row


def told(block: int, tx: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
    """The message on L1 behind a handler: a sender, and the words after it."""
    sender, *payload = tx["calldata"]
    row = {
        "from_address": int(sender, 16).to_bytes(20, "big"),
        "to_address": felt(tx["contract_address"]),
        "selector": felt(tx["entry_point_selector"]),
        "payload": [felt(one) for one in payload],
        "nonce": felt(tx.get("nonce", "0x63")),
    }
    return "message_to_l2", block, row


FIRST = (
    "message_to_l2",
    0,
    {"from_address": bytes(20), "to_address": word(1), "selector": word(2), "payload": [],
     "nonce": word(0)},
)  # fmt: skip


def update(
    block: int, settled: int, hash_: bytes = HASH, root: int = 1
) -> tuple[str, int, dict[str, Any]]:
    row = {"l2_block_number": word(settled), "l2_block_hash": hash_, "global_root": word(root)}
    return "state_update", block, row


def lay(index: Index, dataset: Dataset, rows: Rows, last: int = 9) -> None:
    """An index with blocks 0 to `last`, all read, final and sealed; a block is twelve seconds."""
    index.register(dataset)
    with index.writing() as db:
        db.execute(
            "INSERT INTO block (number, hash, parent, timestamp, header) "
            "SELECT range, ?, ?, 12 * range, ''::BLOB FROM range(?)", [HASH, HASH, last + 1],
        )  # fmt: skip
        db.execute("INSERT INTO span VALUES (?, 0, ?, ?, 'seen')", [dataset.name, last, HASH])
        for place, (table, block, values) in enumerate(rows):
            schema = dataset.tables()[table]
            row = {field.name: values.get(field.name, _nothing(field.type)) for field in schema}
            row |= {"block_number": block, "log_index": place, "contract": dataset.contracts[0]}
            db.register("laid", pa.Table.from_pylist([row], schema=schema))
            db.execute(f'INSERT INTO "{dataset.name}_{table}" SELECT * FROM laid')
            db.unregister("laid")
    index.finalize(Cursor(last, HASH))
    index.note_seal(0, bytes(32), {dataset.name: last})


def _nothing(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return []
    if pa.types.is_boolean(kind):
        return False
    return 0 if pa.types.is_integer(kind) or pa.types.is_decimal(kind) else bytes(32)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Index, Index]]:
    with (
        Index.open(tmp_path / "above.duckdb") as above,
        Index.open(tmp_path / "below.duckdb") as below,
    ):
        yield above, below


def of_fees(above: Index, below: Index, since: int | None = None) -> Check:
    given = None if since is None else {"fees": since}
    return crossed(above, [FEES], Across(below, (BELOW,), CORE), given)["fees"]


def of_core(above: Index, below: Index) -> Check:
    return crossed(below, [BELOW], Across(above, (FEES,), CORE))["core"]


def test_real_handlers_of_three_formulas_are_found_by_the_messages_of_l1(
    two: tuple[Index, Index], real_data: Path
) -> None:
    above, below = two
    real = handlers(real_data)
    lay(above, FEES, [handled(n + 4, tx) for n, tx in enumerate(real)])
    lay(below, BELOW, [FIRST, *(told(n + 1, tx) for n, tx in enumerate(real))])
    found = of_fees(above, below)
    assert (found.status, found.why) == ("passed", "L1 sent 3 of 3 messages handled")
    assert "1 of 1" in of_fees(above, below, since=6).why


@pytest.mark.parametrize("member", ["payload", "nonce", "from_address"])
def test_a_handler_that_l1_never_sent_stops_the_fees_alone_and_names_its_row(
    two: tuple[Index, Index], real_data: Path, member: str
) -> None:
    """Not even a message that differs in one member passes for it."""
    above, below = two
    *_, real = handlers(real_data)
    table, block, row = told(1, real)
    other = {"payload": [*row["payload"], word(0)], "nonce": word(5), "from_address": bytes(20)}
    lay(above, FEES, [handled(4, real)])
    lay(below, BELOW, [FIRST, (table, block, row | {member: other[member]}), update(2, 3)])
    found = of_fees(above, below)
    assert found.status == "failed"
    assert found.why == (
        "not so that L1 sent what L2 handled: "
        "block 4, transaction 0, log 0 handles what L1 told of in no block"
    )
    assert above.quarantined()["fees"] == ("VerificationFailed", f"invariant: {found.why}")
    assert of_core(above, below).status == "passed"  # the other chain's goes on
    assert below.quarantined() == {}


def test_messages_from_before_the_first_that_was_read_break_nothing(
    two: tuple[Index, Index], real_data: Path
) -> None:
    above, below = two
    *_, before, last = handlers(real_data)
    lay(above, FEES, [handled(4, before), handled(5, last)])
    lay(below, BELOW, [told(1, last)])
    found = of_fees(above, below)
    assert found.status == "passed"
    assert found.why.endswith("1 of 2 messages handled; 1 were sent before the first that was read")


def test_a_handler_later_than_what_was_read_of_l1_waits(
    two: tuple[Index, Index], real_data: Path
) -> None:
    above, below = two
    *_, real = handlers(real_data)
    lay(above, FEES, [handled(8, real)])
    lay(below, BELOW, [FIRST], last=7)
    assert of_fees(above, below).why == "L1 sent 0 of 0 messages handled"
    with below.writing() as db:
        db.execute("DELETE FROM span")
    assert of_fees(above, below).status == "not_possible"


def test_an_update_that_names_another_block_of_l2_stops_the_core_alone(
    two: tuple[Index, Index],
) -> None:
    above, below = two
    lay(above, FEES, [])
    lay(below, BELOW, [update(1, 3), update(2, 5, bytes([8]) * 32), update(3, 400)])
    found = of_core(above, below)
    assert found.status == "failed"
    assert "block 2, transaction 0, log 1 names block 5 of L2 as 0x0808" in found.why
    assert "block 1," not in found.why
    assert below.quarantined().keys() == {"core"}
    assert of_fees(above, below).status == "passed"
    assert above.quarantined() == {}


def test_blocks_between_two_updates_that_do_not_follow_each_other_stop_the_core(
    two: tuple[Index, Index],
) -> None:
    above, below = two
    lay(above, FEES, [])
    lay(below, BELOW, [update(1, 3), update(2, 6)])
    assert of_core(above, below).status == "passed"
    with above.writing() as db:
        db.execute("UPDATE block SET parent = ? WHERE number = 5", [bytes([9]) * 32])
    found = of_core(above, below)
    assert found.status == "failed"
    assert "block 5 of L2, which an update covers, does not follow the one before it" in found.why
    assert below.quarantined().keys() == {"core"}


def test_without_a_block_that_both_know_nothing_is_said_to_hold(
    two: tuple[Index, Index],
) -> None:
    above, below = two
    lay(above, FEES, [])
    lay(below, BELOW, [update(3, 400)])
    assert of_core(above, below).status == "not_possible"
    assert below.quarantined() == {}
