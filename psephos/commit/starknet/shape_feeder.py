"""Blocks, state updates and signatures as Starknet's feeder gateway writes them.

    block       parent_block_hash, state_root, transactions, transaction_receipts, …
    update      storage_diffs: {address: [{key, value}…]}, nonces: {address: nonce}, …
    both        {"block": …, "state_update": …}
    signature   {block_hash, signature: [r, s]} since 0.13.2, before
                {block_number, signature, signature_input: {block_hash, state_diff_commitment}}

Old files write state roots as 64 digits without `0x`, L1 addresses in mixed case, and leave out
the version, the sequencer and the nonce of L1 handlers. Old receipts tell no outcome: they are
of transactions that succeeded. Prices were `gas_price`, then `eth_l1_gas_price` and
`strk_l1_gas_price`, then `l1_gas_price`; only the last are part of a hash.
"""

from dataclasses import dataclass, replace

from psephos.commit.starknet.block import Block, Receipt, StateDiff, Update
from psephos.commit.starknet.reading import Part, as_part, mapping_of, read_felt
from psephos.commit.starknet.shape_rpc import (
    OUTCOMES,
    distinct,
    migrated,
    read_header,
)
from psephos.commit.starknet.shape_transaction import (
    read_event,
    read_message,
    read_transaction,
)
from psephos.errors import MalformedAnswer


def read_block(part: Part) -> Block:
    """The block that a JSON object tells. MalformedAnswer names the key that is wrong."""
    open_block = not part.has("block_hash") and not part.has("state_root")
    transactions = tuple(
        read_transaction(p, p.felt("transaction_hash")) for p in part.parts("transactions")
    )
    receipts = tuple(read_receipt(p, i) for i, p in enumerate(part.parts("transaction_receipts")))
    header = read_header(
        part,
        open_block=open_block,
        parent=part.felt("parent_block_hash"),
        root=None if open_block else part.root("state_root"),
    )
    return replace(header, transactions=transactions, receipts=receipts)


def read_receipt(part: Part, place: int) -> Receipt:
    """The receipt of the transaction at that place of the block."""
    if part.has("transaction_index") and part.number("transaction_index") != place:
        raise MalformedAnswer(
            f"{part.where} says that it is number {part.number('transaction_index')}"
        )
    reverted = part.has("execution_status") and part.one_of("execution_status", OUTCOMES)
    gas = _gas(part)
    return Receipt(
        transaction=part.felt("transaction_hash"),
        fee=part.small("actual_fee", 128),
        events=tuple(map(read_event, part.parts("events"))),
        messages=tuple(map(read_message, part.parts("l2_to_l1_messages"))),
        revert_reason=part.text("revert_error") if reverted else None,
        l1_gas=gas.maybe(gas.number, "l1_gas") if gas else None,
        l1_data_gas=gas.maybe(gas.number, "l1_data_gas") if gas else None,
    )


def _gas(part: Part) -> Part | None:
    resources = part.maybe(part.part, "execution_resources")
    return resources.maybe(resources.part, "total_gas_consumed") if resources else None


def read_update(part: Part) -> Update:
    """A state update of the gateway."""
    diff = part.part("state_diff")
    stored = diff.part("storage_diffs")
    nonces = diff.maybe(diff.part, "nonces") or Part({}, "nonces")
    return Update(
        block_hash=part.maybe(part.felt, "block_hash"),
        old_root=part.root("old_root"),
        new_root=part.maybe(part.root, "new_root"),
        diff=distinct(
            StateDiff(
                storage=mapping_of(
                    (
                        (read_felt(a, stored.where), stored.table(a, "key", "value"))
                        for a in stored.entries
                    ),
                    stored.where,
                ),
                nonces=mapping_of(
                    ((read_felt(a, nonces.where), nonces.felt(a)) for a in nonces.entries),
                    nonces.where,
                ),
                deployed=diff.table("deployed_contracts", "address", "class_hash"),
                replaced=_optional(diff, "replaced_classes", "address", "class_hash"),
                declared=_optional(diff, "declared_classes", "class_hash", "compiled_class_hash"),
                migrated=migrated(diff),
                deprecated=_deprecated(diff),
            )
        ),
    )


def _optional(diff: Part, key: str, name: str, value: str) -> dict[int, int]:
    return diff.table(key, name, value) if diff.has(key) else {}


def _deprecated(diff: Part) -> tuple[int, ...]:
    """Before 0.11 one list, `declared_contracts`."""
    for key in ("old_declared_contracts", "declared_contracts"):
        if diff.has(key):
            return diff.felts(key)
    return ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A sequencer's signature, and what it says it signed."""

    r: int
    s: int
    block_hash: int | None
    state_diff: int | None


def read_signature(document: object) -> Signature:
    """A signature as the gateway writes it."""
    part = as_part(document, "")
    pair = part.felts("signature")
    if len(pair) != 2:
        raise MalformedAnswer(f"signature has {len(pair)} numbers, not 2")
    told = part.part("signature_input") if part.has("signature_input") else part
    return Signature(
        pair[0],
        pair[1],
        told.maybe(told.felt, "block_hash"),
        told.maybe(told.felt, "state_diff_commitment"),
    )
