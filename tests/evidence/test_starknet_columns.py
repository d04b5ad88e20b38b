"""What binds each column of Starknet's tables, by altering what it is read from.

A sealed block, every commitment right, holds an event of each declared shape and transactions of
each kind. One digit of the node's answer is altered at a time. Where that shows in a row, the
verdict on the block must not be *verified*, or the column is declared bound by nothing.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

from psephos.chain.decode import decode
from psephos.chain.event import FeltEvent
from psephos.chain.events import STARKNET
from psephos.chain.events.starknet_fees import rows
from psephos.chain.node import FeltLogs, Header
from psephos.commit.keccak import keccak
from psephos.commit.starknet.bound import BOUND, NEVER_READ
from psephos.commit.starknet.hashes import compiled
from psephos.errors import PsephosError
from psephos.evidence.level import columns
from psephos.evidence.starknet_block import verify_starknet_block
from tests.chain.felt_entries import entry, logs, told
from tests.evidence.test_columns_bound import differing
from tests.simulated.starknet_block import Shape, seal, simulated

CHAIN = "SN_SEPOLIA"
EVENTS = [
    event for source in STARKNET.values() for event in source.events if isinstance(event, FeltEvent)
]
VALUES: dict[str, Any] = {
    "u256": 5,
    "LongString": b"ipfs://x",
    "Span<felt252>": [6],
    "Span<ContractAddress>": [6],
    "Span<u8>": [6],
    "Span<LongString>": [b"ab"],
    "Option<ContractAddress>": 6,
    "Span<(ContractAddress, u128)>": [(6, 6)],
    "Span<Strategy>": [(6, [6])],
    "UserAddress": (0, 6),
    "Option<EICData>": (6, [6]),
}
KINDS = (("INVOKE", 3), ("INVOKE", 1), ("DECLARE", 3), ("DEPLOY_ACCOUNT", 3), ("L1_HANDLER", 0))
"""A block with one transaction of each kind."""

Json = dict[str, Any]


def laid(event: FeltEvent) -> Json:
    """An event of a shape as a node tells it."""
    values = [VALUES.get(member[0].type, 0) for member in event.members]
    if event.table == "staker_rewards_updated_early":
        values[-1] = 6  # 0 would be the empty array of the later layout
    one = entry(event, *values)
    felts = {"keys": list(map(hex, one.keys)), "data": list(map(hex, one.data))}
    return {"from_address": hex(one.contract), **felts}


@pytest.fixture(scope="module")
def whole() -> tuple[Json, Json]:
    """A sealed block and its state update."""
    block, update = simulated(8, compiled(), shape=Shape(events=0))
    for i, event in enumerate(EVENTS):
        entries = block["transactions"]
        entries[i % len(entries)]["receipt"]["events"].append(laid(event))
    return seal(block, update, CHAIN, compiled())


def fee_rows(block: Json) -> dict[str, list[Json]]:
    fields = {name: value for name, value in block.items() if name != "transactions"}
    digest = int(block["block_hash"], 16).to_bytes(32, "big")
    header = Header(block["block_number"], digest, bytes(32), 1, b"", fields)
    found = rows(header, block["transactions"], ())
    return {name: table.to_pylist() for name, table in found.items()}


def held_by(block: Json) -> FeltLogs:
    """Every event of a block, as it is collected."""
    entries, places = [], []
    for i, one in enumerate(block["transactions"]):
        found = told(one["receipt"]["events"], block["block_number"])
        entries += found
        places += [i] * len(found)
    held = logs(entries)
    held.transaction[:] = np.array(places, np.uint32)
    return held


def event_rows(block: Json) -> dict[str, list[Json]]:
    """Rows of every source's tables, each source by itself: tables of two may be named alike."""
    held = held_by(block)
    return {
        f"{source.name}.{table}": rows.to_pylist()
        for source in STARKNET.values()
        for table, rows in decode(without(source.events), held).items()
    }


def without(events: Any) -> list[FeltEvent]:
    """All contracts speak from one address here, so only events that are one source's are read."""
    names = [event.name for event in EVENTS]
    own = [event.name for event in events]
    return [event for event in events if names.count(event.name) == own.count(event.name)]


def noticed(block: Json, update: Json) -> bool:
    return not verify_starknet_block(block, update, None, chain=CHAIN, hashes=compiled()).verified


def places(block: Json) -> Iterator[tuple[Any, ...]]:
    """The last digit of each price and of what rows of fees are read from."""
    for name in ("l1_gas_price", "l1_data_gas_price", "l2_gas_price"):
        for unit in ("price_in_wei", "price_in_fri"):
            yield name, unit
    yield ("sequencer_address",)
    for i, one in enumerate(block["transactions"]):
        at = "transactions", i
        for name in ("type", "version", "sender_address", "contract_address", "tip"):
            if name in one["transaction"]:
                yield (*at, "transaction", name)
        if one["transaction"].get("calldata"):
            yield from ((*at, "transaction", "calldata", k) for k in (0, 1, 2))
        yield from ((*at, "receipt", name) for name in ("transaction_hash", "execution_status"))
        yield (*at, "receipt", "actual_fee", "amount")
        for gas in one["receipt"]["execution_resources"]:
            yield (*at, "receipt", "execution_resources", gas)


def another(block: Json, path: tuple[Any, ...]) -> Json:
    """The block with another value at a place."""
    found = copy.deepcopy(block)
    part: Any = found
    for step in path[:-1]:
        part = part[step]
    value = part[path[-1]]
    if isinstance(value, int):
        part[path[-1]] = value + 1
    elif value.startswith("0x"):
        part[path[-1]] = hex(int(value, 16) ^ 1)
    else:
        part[path[-1]] = "REVERTED" if value == "SUCCEEDED" else "SUCCEEDED"
    return found


def test_every_altered_fee_is_noticed_or_its_column_is_declared_unbound() -> None:
    block, update = simulated(8, compiled(), shape=Shape(transactions=5, events=0, kinds=KINDS))
    assert not noticed(block, update)
    right, unnoticed, reached = fee_rows(block), set(), set()
    for path in places(block):
        wrong = another(block, path)
        try:
            shown = differing(right, fee_rows(wrong))
        except PsephosError:
            continue  # such a row is not stored
        reached |= shown
        if shown and not noticed(wrong, update):
            unnoticed |= shown
    bounds = {
        (shape.table, name): bound
        for shape in STARKNET["starknet_fees"].tables
        for name, bound in columns(shape).items()
    }
    unbound = {place for place, bound in bounds.items() if bound == "nothing"}
    assert unnoticed <= unbound
    assert {place for place in unbound if place in reached} <= unnoticed


def test_altered_events_are_noticed(whole: tuple[Json, Json]) -> None:
    """Of all felts of all events, a drawn part: each is in the leaf of its event alike."""
    block, update = whole
    right, random = event_rows(block), Random(1)
    felts = [
        ("transactions", i, "receipt", "events", j, part, k)
        for i, one in enumerate(block["transactions"])
        for j, event in enumerate(one["receipt"]["events"])
        for part in ("keys", "data")
        for k in range(len(event[part]))
    ]
    senders = [(*path[:5], "from_address") for path in felts[:9]]
    changed = 0
    for path in [*random.sample(felts, 11), random.choice(senders)]:
        wrong = another(block, path)
        try:
            changed += bool(differing(right, event_rows(wrong)))
        except PsephosError:
            changed += 1
        assert noticed(wrong, update)
    assert changed > 6


def test_what_a_column_of_an_event_is_read_from_is_in_the_event_commitment() -> None:
    assert {BOUND[f"event.{part}"].by for part in ("sender", "keys", "data")} == {
        "event commitment"
    }
    assert {column.bound_by for event in EVENTS for column in event.columns} == {"event"}


def test_gas_of_l2_is_in_no_hash_and_its_columns_say_so() -> None:
    assert "l2_gas of a receipt" in NEVER_READ
    for shape in STARKNET["starknet_fees"].tables:
        bounds = columns(shape)
        for name in ("l2_gas", "tip_paid", "priced", "tips_in_fri"):
            assert bounds.get(name, "nothing") == "nothing"


def of_source(source: str) -> tuple[Json, Json]:
    """A sealed block with each event of one source once, and its state update."""
    block, update = simulated(8, compiled(), shape=Shape(transactions=2, events=0))
    for i, event in enumerate(STARKNET[source].events):
        assert isinstance(event, FeltEvent)
        block["transactions"][i % 2]["receipt"]["events"].append(laid(event))
    return seal(block, update, CHAIN, compiled())


def members(block: Json) -> Iterator[tuple[Any, ...]]:
    """Every felt of every event that a column may be read from; the sender last."""
    for i, one in enumerate(block["transactions"]):
        for j, event in enumerate(one["receipt"]["events"]):
            at = ("transactions", i, "receipt", "events", j)
            yield from ((*at, "keys", k) for k in range(1, len(event["keys"])))
            yield from ((*at, "data", k) for k in range(len(event["data"])))
            yield (*at, "from_address")


@pytest.mark.parametrize("source", [name for name, one in STARKNET.items() if one.events])
def test_every_column_of_every_table_of_the_registry_is_altered_and_noticed(source: str) -> None:
    """What shows in a table is verified at its first alteration and at each that the table has not
    shown before; a row that is refused is not stored."""
    block, update = of_source(source)
    events = STARKNET[source].events
    tables = {table: rows.to_pylist() for table, rows in decode(events, held_by(block)).items()}
    assert all(tables.values()), f"no row: {[name for name, rows in tables.items() if not rows]}"
    assert not noticed(block, update)
    reached: set[tuple[str, str]] = set()
    for path in members(block):
        wrong = another(block, path)
        try:
            after = decode(events, held_by(wrong))
        except PsephosError:
            continue
        shown = differing(tables, {name: rows.to_pylist() for name, rows in after.items()})
        if not shown <= reached:
            assert noticed(wrong, update), path
        reached |= shown
    own = {(event.table, column.name) for event in events for column in event.columns}
    wanted = own | {(event.table, "contract") for event in events}
    assert wanted <= reached, f"never altered: {sorted(wanted - reached)}"


RELAYED = [0xACC, 5, 2, 7, 8, 0xD0, 5, 1]
"""Of a forwarder's `execute`: account, entry point, two felts, token and amount."""


def test_every_altered_felt_of_a_relayed_fee_is_noticed() -> None:
    """With the tables of events and of fees, these are all of the registry."""
    block, update = simulated(8, compiled(), shape=Shape(transactions=2, events=0))
    call = [1, 0xF0, int.from_bytes(keccak(b"execute"), "big") % 2**250, len(RELAYED), *RELAYED]
    paying = next(i for i, one in enumerate(block["transactions"]) if called(one))
    block["transactions"][paying]["transaction"]["calldata"] = list(map(hex, call))
    block, update = seal(block, update, CHAIN, compiled())
    right, reached = fee_rows(block), set()
    assert len(right["fee_relayed"]) == 1
    assert not noticed(block, update)
    for k in range(len(call)):
        wrong = another(block, ("transactions", paying, "transaction", "calldata", k))
        shown = differing(right, fee_rows(wrong))
        assert noticed(wrong, update)
        reached |= {name for table, name in shown if table == "fee_relayed"}
    assert {"forwarder", "account", "gas_token", "gas_amount"} <= reached
    declared = {shape.table for source in STARKNET.values() for shape in source.shapes}
    assert declared == set(right) | {event.table for event in EVENTS}


def called(entry: Json) -> bool:
    """Whether a transaction is an account's list of calls."""
    return (entry["transaction"]["type"], entry["transaction"]["version"]) == ("INVOKE", "0x3")
