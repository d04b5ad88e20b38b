"""Right Starknet blocks, seeded, in the shapes of a node (0.10) and of the feeder gateway.

A block is made in two steps: `contents` draws transactions, receipts and a state diff, and
`seal` fills in everything a block claims about itself (hashes of transactions, addresses,
commitments, counts, its own hash). A liar who seals what he altered makes a block that
recomputes to itself: `seal` serves him, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from psephos.commit.starknet.claims import l1_message, two_bounds
from psephos.commit.starknet.felt import short_string
from psephos.commit.starknet.hashes import Hashes
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shape_rpc import read_block, read_update
from psephos.commit.starknet.shape_transaction import read_transaction
from psephos.commit.starknet.transaction import addresses, transaction_hashes

Json = dict[str, Any]

MIXED = (
    ("INVOKE", 3),
    ("INVOKE", 1),
    ("INVOKE", 0),
    ("DECLARE", 3),
    ("DECLARE", 2),
    ("DECLARE", 1),
    ("DEPLOY_ACCOUNT", 3),
    ("DEPLOY_ACCOUNT", 1),
    ("L1_HANDLER", 0),
)
"""Kinds and versions of transactions that blocks of 0.13 and 0.14 hold."""


NO_BOUND = {"max_amount": "0x0", "max_price_per_unit": "0x0"}
"""What nodes show for L1 data gas where a transaction was hashed without; gateways show none."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a block is. Events go to the receipts in turn."""

    transactions: int = 9
    calldata: int = 5
    events: int = 12
    event_data: int = 4
    contracts: int = 3
    storage: int = 12
    kinds: tuple[tuple[str, int], ...] = MIXED


LARGE = Shape(200, 50, 400, 9, 30, 1_500, (("INVOKE", 3),))
"""The shape that the benchmark states: 400 events of 11 felts (two keys, nine of data)."""


def simulated(
    seed: int,
    hashes: Hashes,
    *,
    shape: Shape = Shape(),
    version: str = "0.14.1",
    chain: str = "SN_SEPOLIA",
    number: int = 3_000_000,
    parent: int | None = None,
    old_root: int | None = None,
    root: int | None = None,
) -> tuple[Json, Json]:
    """A block and its state update, as a node answers them."""
    random = Random(f"{seed} {number}")
    block, update = contents(random, shape, version, number)
    block["parent_hash"] = hex(_felt(random) if parent is None else parent)
    block["new_root"] = hex(_felt(random) if root is None else root)
    update["old_root"] = hex(_felt(random) if old_root is None else old_root)
    return seal(block, update, chain, hashes)


def contents(random: Random, shape: Shape, version: str, number: int) -> tuple[Json, Json]:
    """A block that says nothing about itself yet, and its state update."""
    entries = [
        {"transaction": _transaction(random, *kind, shape.calldata), "receipt": {}}
        for kind in _repeated(shape.kinds, shape.transactions)
    ]
    for i, entry in enumerate(entries):
        entry["receipt"] = _receipt(random, entry["transaction"], failed=i % 5 == 4)
    for i in range(shape.events if entries else 0):
        entries[i % len(entries)]["receipt"]["events"].append(_event(random, shape.event_data))
    block = {
        "status": "ACCEPTED_ON_L2",
        "block_number": number,
        "timestamp": 1_700_000_000 + number,
        "sequencer_address": hex(_felt(random)),
        "l1_gas_price": _price(random),
        "l1_data_gas_price": _price(random),
        "l2_gas_price": _price(random),
        "l1_da_mode": random.choice(("BLOB", "CALLDATA")),
        "starknet_version": version,
        "transactions": entries,
    }
    return block, {"state_diff": _state_diff(random, shape)}


def seal(block: Json, update: Json, chain: str, hashes: Hashes) -> tuple[Json, Json]:
    """The same with everything that a block claims about itself recomputed from it."""
    block = {**block, "transactions": _hashed(block["transactions"], short_string(chain), hashes)}
    block["block_hash"] = "0x0"
    update = {**update, "new_root": block["new_root"], "block_hash": "0x0"}
    diff = read_update(Part(update, "")).diff
    bare = read_block(Part({k: v for k, v in block.items() if k not in TOLD.values()}, ""))
    found = recompute(bare, diff, short_string(chain), hashes)
    for name, key in TOLD.items():
        value = getattr(found.contents, name)
        if value is None:  # before 0.13.2 a block commits to no receipts and no state diff
            continue
        block[key] = value if "count" in name or "length" in name else hex(value)
    if found.hash is None:
        raise AssertionError(found.reason)
    block["block_hash"] = update["block_hash"] = hex(found.hash)
    return block, update


TOLD = {
    "transactions": "transaction_commitment",
    "events": "event_commitment",
    "receipts": "receipt_commitment",
    "state_diff": "state_diff_commitment",
    "transaction_count": "transaction_count",
    "event_count": "event_count",
    "state_diff_length": "state_diff_length",
}
"""What a header tells about its block's contents."""


def _hashed(entries: Sequence[Json], chain: int, hashes: Hashes) -> list[Json]:
    """Transactions with their receipts naming them, and the contracts and messages they make."""
    told = [read_transaction(Part(entry["transaction"], "transaction"), 0) for entry in entries]
    read = [two_bounds(tx) for tx in told]
    found = transaction_hashes(read, chain, hashes)
    filled = []
    for entry, tx, own in zip(entries, read, found, strict=True):
        receipt = {**entry["receipt"], "transaction_hash": hex(own)}
        if tx.kind == "L1_HANDLER":
            receipt["message_hash"] = "0x" + l1_message(tx).hex()
        if tx.kind == "DEPLOY_ACCOUNT":
            receipt["contract_address"] = hex(addresses([tx], hashes)[0])
        filled.append({"transaction": entry["transaction"], "receipt": receipt})
    return filled


def as_gateway(block: Json, update: Json) -> tuple[Json, Json]:
    """The same block and state update as the feeder gateway writes them."""
    entries = block["transactions"]
    told = {k: v for k, v in block.items() if k not in ("transaction_count", "event_count")}
    told["parent_block_hash"] = told.pop("parent_hash")
    told["state_root"] = told.pop("new_root")
    told["transactions"] = [_gateway_transaction(entry) for entry in entries]
    told["transaction_receipts"] = [
        _gateway_receipt(entry["receipt"], i) for i, entry in enumerate(entries)
    ]
    return told, {**update, "state_diff": _gateway_diff(update["state_diff"])}


def _gateway_transaction(entry: Json) -> Json:
    tx = {**entry["transaction"], "transaction_hash": entry["receipt"]["transaction_hash"]}
    if tx["type"] == "INVOKE":
        tx["type"] = "INVOKE_FUNCTION"
    if "resource_bounds" in tx:
        bounds = tx["resource_bounds"]
        tx["resource_bounds"] = {n.upper(): b for n, b in bounds.items() if b != NO_BOUND}
        for mode in ("nonce_data_availability_mode", "fee_data_availability_mode"):
            tx[mode] = ("L1", "L2").index(tx[mode])
    if tx["type"] == "DEPLOY_ACCOUNT":
        tx["contract_address"] = entry["receipt"]["contract_address"]
    return tx


def _gateway_receipt(receipt: Json, place: int) -> Json:
    gas = receipt["execution_resources"]
    told = {
        "transaction_index": place,
        "transaction_hash": receipt["transaction_hash"],
        "actual_fee": receipt["actual_fee"]["amount"],
        "events": receipt["events"],
        "l2_to_l1_messages": receipt["messages_sent"],
        "execution_status": receipt["execution_status"],
        "execution_resources": {"n_steps": 17, "total_gas_consumed": gas},
    }
    if "revert_reason" in receipt:
        told["revert_error"] = receipt["revert_reason"]
    return told


def _gateway_diff(diff: Json) -> Json:
    return {
        "storage_diffs": {e["address"]: e["storage_entries"] for e in diff["storage_diffs"]},
        "nonces": {e["contract_address"]: e["nonce"] for e in diff["nonces"]},
        "deployed_contracts": diff["deployed_contracts"],
        "replaced_classes": [
            {"address": e["contract_address"], "class_hash": e["class_hash"]}
            for e in diff["replaced_classes"]
        ],
        "declared_classes": diff["declared_classes"],
        "migrated_compiled_classes": diff["migrated_compiled_classes"],
        "old_declared_contracts": diff["deprecated_declared_classes"],
    }


def _transaction(random: Random, kind: str, version: int, calldata: int) -> Json:
    felts = [hex(_felt(random)) for _ in range(calldata)]
    tx: Json = {"type": kind, "version": hex(version)}
    if version or kind == "L1_HANDLER":
        tx["nonce"] = hex(random.randrange(10**6))
    if kind != "L1_HANDLER":
        tx["signature"] = [hex(_felt(random)) for _ in range(random.choice((0, 2, 2, 5)))]
    if kind in ("INVOKE", "L1_HANDLER"):
        tx["calldata"] = felts
    if kind == "DEPLOY_ACCOUNT":
        tx |= {"constructor_calldata": felts, "contract_address_salt": hex(_felt(random))}
    elif kind == "L1_HANDLER" or version == 0:
        tx |= {"contract_address": hex(_felt(random)), "entry_point_selector": hex(_felt(random))}
    else:
        tx["sender_address"] = hex(_felt(random))
    if kind in ("DECLARE", "DEPLOY_ACCOUNT"):
        tx["class_hash"] = hex(_felt(random))
    if kind == "DECLARE" and version > 1:
        tx["compiled_class_hash"] = hex(_felt(random))
    if version == 3:
        return tx | _version_3(random, kind)
    return tx if kind == "L1_HANDLER" else tx | {"max_fee": hex(random.randrange(1 << 90))}


def _version_3(random: Random, kind: str) -> Json:
    names = ("l1_gas", "l2_gas", "l1_data_gas")
    some = [hex(_felt(random)) for _ in range(random.choice((0, 0, 2)))]
    told: Json = {
        "tip": hex(random.randrange(1 << 40)),
        "paymaster_data": some,
        "nonce_data_availability_mode": "L1",
        "fee_data_availability_mode": random.choice(("L1", "L2")),
        "resource_bounds": {
            name: {
                "max_amount": hex(random.randrange(1, 1 << 64)),
                "max_price_per_unit": hex(random.randrange(1, 1 << 128)),
            }
            for name in names
        },
    }
    if random.random() < 0.2:
        told["resource_bounds"]["l1_data_gas"] = dict(NO_BOUND)
    if kind != "DEPLOY_ACCOUNT":
        told["account_deployment_data"] = []
    if kind == "INVOKE" and random.random() < 0.2:
        told["proof_facts"] = [hex(_felt(random)) for _ in range(3)]
    return told


def _receipt(random: Random, tx: Json, *, failed: bool) -> Json:
    receipt: Json = {
        "type": tx["type"],
        "actual_fee": {"amount": hex(random.randrange(1 << 70)), "unit": "FRI"},
        "execution_status": "REVERTED" if failed else "SUCCEEDED",
        "finality_status": "ACCEPTED_ON_L2",
        "messages_sent": [],
        "events": [],
        "execution_resources": {
            "l1_gas": random.randrange(10**5),
            "l1_data_gas": random.randrange(10**4),
            "l2_gas": random.randrange(10**7),
        },
    }
    if failed:
        receipt["revert_reason"] = f"Error in the called contract: né {random.randrange(99)}"
    elif random.random() < 0.4:
        receipt["messages_sent"].append(
            {
                "from_address": hex(_felt(random)),
                "to_address": hex(random.randrange(1 << 160)),
                "payload": [hex(_felt(random)), "0x0"],
            }
        )
    return receipt


def _event(random: Random, data: int) -> Json:
    return {
        "from_address": hex(_felt(random)),
        "keys": [hex(_felt(random)) for _ in range(2)],
        "data": [hex(_felt(random)) for _ in range(data)],
    }


def _state_diff(random: Random, shape: Shape) -> Json:
    def pair(one: str, other: str) -> Mapping[str, str]:
        return {one: hex(random.randrange(1, 1 << 251)), other: hex(_felt(random))}

    share = -(-shape.storage // shape.contracts) if shape.contracts else 0
    sizes = [min(share, shape.storage - i * share) for i in range(shape.contracts)]
    return {
        "storage_diffs": [
            {
                "address": hex(random.randrange(1, 1 << 251)),
                "storage_entries": [pair("key", "value") for _ in range(max(size, 0))],
            }
            for size in sizes
        ],
        "nonces": [pair("contract_address", "nonce") for _ in range(3)],
        "deployed_contracts": [pair("address", "class_hash") for _ in range(2)],
        "replaced_classes": [pair("contract_address", "class_hash")],
        "declared_classes": [pair("class_hash", "compiled_class_hash") for _ in range(2)],
        "migrated_compiled_classes": [pair("class_hash", "compiled_class_hash")],
        "deprecated_declared_classes": [hex(_felt(random))],
    }


def _price(random: Random) -> Json:
    return {
        "price_in_wei": hex(random.randrange(1, 1 << 60)),
        "price_in_fri": hex(random.randrange(1, 1 << 60)),
    }


def _repeated(kinds: Sequence[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    return [kinds[i % len(kinds)] for i in range(count)]


def _felt(random: Random) -> int:
    """Below 2^251, as addresses and keys of tries are; often small, where edges are."""
    return random.randrange(1, 1 << random.choice((8, 64, 160, 251)))
