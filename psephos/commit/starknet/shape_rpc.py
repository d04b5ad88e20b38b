"""Blocks and state updates as nodes answer them by JSON-RPC, 0.8 to 0.10.

A block of `starknet_getBlockWithReceipts` has everything, of `…WithTxs` no receipts, of
`…WithTxHashes` and of `subscribeNewHeads` a header. From 0.10 a header carries the block's
commitments and counts. A block that is pending (0.8) or pre-confirmed (0.9) has neither hash
nor root. Source: the OpenRPC description of starkware-libs/starknet-specs.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from psephos.commit.fields import quantity
from psephos.commit.starknet.block import (
    Block,
    Price,
    Receipt,
    StateDiff,
    Told,
    Update,
)
from psephos.commit.starknet.reading import Part, mapping_of
from psephos.commit.starknet.shape_transaction import (
    read_event,
    read_message,
    read_transaction,
)
from psephos.commit.starknet.transaction import Transaction
from psephos.errors import MalformedAnswer

BLOBS: Mapping[str, bool] = MappingProxyType({"BLOB": True, "CALLDATA": False})
OUTCOMES: Mapping[str, bool] = MappingProxyType({"SUCCEEDED": False, "REVERTED": True})


def read_block(part: Part) -> Block:
    """The block that a JSON object tells. MalformedAnswer names the key that is wrong."""
    open_block = not part.has("block_hash") and not part.has("new_root")
    transactions, receipts = _contents(part)
    return replace(
        read_header(
            part,
            open_block=open_block,
            parent=0 if open_block and not part.has("parent_hash") else part.felt("parent_hash"),
            root=None if open_block else part.felt("new_root"),
        ),
        transactions=transactions,
        receipts=receipts,
    )


def read_header(part: Part, *, open_block: bool, parent: int, root: int | None) -> Block:
    """What nodes and the gateway write alike of a block: all but its contents, parent and root."""
    return Block(
        number=part.maybe(part.number, "block_number")
        if open_block
        else part.number("block_number"),
        hash=None if open_block else part.felt("block_hash"),
        parent=parent,
        root=root,
        timestamp=part.number("timestamp"),
        sequencer=part.maybe(part.felt, "sequencer_address"),
        version=_version(part),
        l1_gas=_price(part, "l1_gas_price"),
        l1_data_gas=_price(part, "l1_data_gas_price"),
        l2_gas=_price(part, "l2_gas_price"),
        blob=part.one_of("l1_da_mode", BLOBS) if part.has("l1_da_mode") else None,
        told=Told(
            transactions=part.maybe(part.felt, "transaction_commitment"),
            events=part.maybe(part.felt, "event_commitment"),
            receipts=part.maybe(part.felt, "receipt_commitment"),
            state_diff=part.maybe(part.felt, "state_diff_commitment"),
            transaction_count=part.maybe(part.count, "transaction_count"),
            event_count=part.maybe(part.count, "event_count"),
            state_diff_length=part.maybe(part.count, "state_diff_length"),
        ),
        transactions=None,
        receipts=None,
    )


def _version(part: Part) -> str | None:
    """Blocks before 0.9.1 have no version: nodes leave it out or write an empty text."""
    return part.maybe(part.text, "starknet_version") or None


def _price(part: Part, key: str) -> Price | None:
    if not part.has(key):
        return None
    price = part.part(key)
    return Price(price.small("price_in_wei", 128), price.small("price_in_fri", 128))


def _contents(
    part: Part,
) -> tuple[tuple[Transaction, ...] | None, tuple[Receipt, ...] | None]:
    """Transactions and receipts, each None where this answer tells hashes only, or none at all."""
    if not part.has("transactions"):
        return None, None
    entries = part.entries["transactions"]
    if isinstance(entries, list) and entries and all(isinstance(e, str) for e in entries):
        part.felts("transactions")
        return None, None
    found = list(part.parts("transactions"))
    if found and not any(entry.has("receipt") for entry in found):
        return tuple(read_transaction(p, p.felt("transaction_hash")) for p in found), None
    transactions, receipts = [], []
    for entry in found:
        receipt = read_receipt(entry.part("receipt"))
        transactions.append(read_transaction(entry.part("transaction"), receipt.transaction))
        receipts.append(receipt)
    return tuple(transactions), tuple(receipts)


def read_receipt(part: Part) -> Receipt:
    """A receipt of a block."""
    reverted = part.one_of("execution_status", OUTCOMES)
    gas = part.part("execution_resources")
    return Receipt(
        transaction=part.felt("transaction_hash"),
        fee=part.part("actual_fee").small("amount", 128),
        events=tuple(map(read_event, part.parts("events"))),
        messages=tuple(map(read_message, part.parts("messages_sent"))),
        revert_reason=part.text("revert_reason") if reverted else None,
        l1_gas=gas.maybe(gas.number, "l1_gas"),
        l1_data_gas=gas.maybe(gas.number, "l1_data_gas"),
        contract=part.maybe(part.felt, "contract_address"),
        l1_message=_l1_message(part),
    )


def _l1_message(part: Part) -> bytes | None:
    if not part.has("message_hash"):
        return None
    return quantity(part.text("message_hash"), f"{part.where}.message_hash").to_bytes(32, "big")


def read_update(part: Part) -> Update:
    """The answer of `starknet_getStateUpdate`."""
    diff = part.part("state_diff")
    return Update(
        block_hash=part.maybe(part.felt, "block_hash"),
        old_root=part.root("old_root") if part.has("old_root") else 0,
        new_root=part.maybe(part.root, "new_root"),
        diff=distinct(
            StateDiff(
                storage=mapping_of(
                    (
                        (entry.felt("address"), entry.table("storage_entries", "key", "value"))
                        for entry in diff.parts("storage_diffs")
                    ),
                    "storage_diffs",
                ),
                nonces=diff.table("nonces", "contract_address", "nonce"),
                deployed=diff.table("deployed_contracts", "address", "class_hash"),
                replaced=diff.table("replaced_classes", "contract_address", "class_hash"),
                declared=diff.table("declared_classes", "class_hash", "compiled_class_hash"),
                migrated=migrated(diff),
                deprecated=diff.felts("deprecated_declared_classes"),
            )
        ),
    )


def migrated(diff: Part) -> dict[int, int]:
    """Classes whose compiled class hash was computed anew (since 0.14.1)."""
    key = "migrated_compiled_classes"
    return diff.table(key, "class_hash", "compiled_class_hash") if diff.has(key) else {}


def distinct(diff: StateDiff) -> StateDiff:
    """The same; MalformedAnswer where tables that are hashed together name a thing twice."""
    for one, other, name in (
        (diff.deployed, diff.replaced, "deployed and replaced"),
        (diff.declared, diff.migrated, "declared and migrated"),
    ):
        if one.keys() & other.keys():
            raise MalformedAnswer(f"a state diff names something both {name}")
    if len(set(diff.deprecated)) != len(diff.deprecated):
        raise MalformedAnswer("a state diff declares a class twice")
    return diff
