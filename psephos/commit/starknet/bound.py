"""What binds each field of a Starknet block: a table, and what is bound by nothing.

A field is bound by a commitment if another value of it makes a recomputed commitment differ from
what the block hash was made of. `since` is the first version for which that holds; before it
the field is as somebody told it, whatever else of the block recomputes. A test alters every
field of blocks and finds this table right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

By = Literal[
    "block hash",
    "transaction hash",
    "transaction commitment",
    "event commitment",
    "receipt commitment",
    "state diff commitment",
    "state root",
    "recomputed",
]


@dataclass(frozen=True, slots=True)
class Binding:
    """`by` is the commitment; `since` the first version it holds for, "" for all."""

    by: By
    since: str = ""


BOUND: Mapping[str, Binding] = MappingProxyType(
    {
        "block.number": Binding("block hash"),
        "block.hash": Binding("recomputed"),
        "block.parent": Binding("block hash"),
        "block.root": Binding("block hash"),
        "block.timestamp": Binding("block hash", "0.7"),
        "block.sequencer": Binding("block hash", "0.7"),
        "block.version": Binding("block hash", "0.13.2"),
        "block.l1_gas": Binding("block hash", "0.13.2"),
        "block.l1_data_gas": Binding("block hash", "0.13.2"),
        "block.l2_gas": Binding("block hash", "0.13.4"),
        "block.blob": Binding("block hash", "0.13.2"),
        "block.told": Binding("recomputed", "0.13.2"),
        "block.transactions": Binding("transaction commitment"),
        "block.receipts": Binding("receipt commitment", "0.13.2"),
        "transaction.kind": Binding("transaction hash"),
        "transaction.version": Binding("transaction hash", "0.8"),
        "transaction.hash": Binding("transaction commitment"),
        "transaction.sender": Binding("transaction hash"),
        "transaction.calldata": Binding("transaction hash"),
        "transaction.signature": Binding("transaction commitment", "0.11.1"),
        "transaction.nonce": Binding("transaction hash"),
        "transaction.max_fee": Binding("transaction hash", "0.8"),
        "transaction.selector": Binding("transaction hash"),
        "transaction.class_hash": Binding("transaction hash"),
        "transaction.compiled_class_hash": Binding("transaction hash"),
        "transaction.salt": Binding("transaction hash"),
        "transaction.tip": Binding("transaction hash"),
        "transaction.bounds": Binding("transaction hash"),
        "transaction.paymaster": Binding("transaction hash"),
        "transaction.account_deployment": Binding("transaction hash"),
        "transaction.nonce_mode": Binding("transaction hash"),
        "transaction.fee_mode": Binding("transaction hash"),
        "transaction.proof_facts": Binding("transaction hash"),
        "event.sender": Binding("event commitment", "0.7"),
        "event.keys": Binding("event commitment", "0.7"),
        "event.data": Binding("event commitment", "0.7"),
        "event.transaction": Binding("event commitment", "0.13.2"),
        "message.sender": Binding("receipt commitment", "0.13.2"),
        "message.receiver": Binding("receipt commitment", "0.13.2"),
        "message.payload": Binding("receipt commitment", "0.13.2"),
        "receipt.transaction": Binding("transaction commitment"),
        "receipt.fee": Binding("receipt commitment", "0.13.2"),
        "receipt.events": Binding("event commitment", "0.7"),
        "receipt.messages": Binding("receipt commitment", "0.13.2"),
        "receipt.revert_reason": Binding("receipt commitment", "0.13.2"),
        "receipt.l1_gas": Binding("receipt commitment", "0.13.2"),
        "receipt.l1_data_gas": Binding("receipt commitment", "0.13.2"),
        "receipt.contract": Binding("transaction hash"),
        "receipt.l1_message": Binding("transaction hash"),
        "update.block_hash": Binding("recomputed"),
        "update.new_root": Binding("block hash"),
        "update.diff": Binding("state diff commitment", "0.13.2"),
        "state_diff.storage": Binding("state diff commitment", "0.13.2"),
        "state_diff.nonces": Binding("state diff commitment", "0.13.2"),
        "state_diff.deployed": Binding("state diff commitment", "0.13.2"),
        "state_diff.replaced": Binding("state diff commitment", "0.13.2"),
        "state_diff.declared": Binding("state diff commitment", "0.13.2"),
        "state_diff.migrated": Binding("state diff commitment", "0.13.2"),
        "state_diff.deprecated": Binding("state diff commitment", "0.13.2"),
    }
)
"""Every field that is read, but for those below. Before 0.13.2 the sequencer's signature binds
the state diff, where one is given."""

UNBOUND: Mapping[str, str] = MappingProxyType(
    {
        "update.old_root": "only the header of the block before tells it",
    }
)
"""Fields that are read and bound by nothing in the block itself, and why."""

NEVER_READ: Mapping[str, str] = MappingProxyType(
    {
        "status": "says how far the block was accepted when it was told",
        "finality_status": "says how far the transaction was accepted when it was told",
        "unit": "follows from the transaction: fri for version 3, wei before",
        "type of a receipt": "repeats that of its transaction",
        "l2_gas of a receipt": "its place in a receipt's leaf holds 0 in every version",
        "nonce of version 0": "INVOKE 0 and DECLARE 0 are hashed without one",
        "n_steps": "steps, memory holes and builtins are in no leaf",
        "n_memory_holes": "steps, memory holes and builtins are in no leaf",
        "builtin_instance_counter": "steps, memory holes and builtins are in no leaf",
        "data_availability": "the part of the gas that data took; the leaf has the whole",
        "l1_to_l2_consumed_message": "repeats what the L1 handler's arguments say",
        "gas_price": "before 0.13.2 no price is in any hash",
        "l2_gas_consumed": "in no hash up to 0.14.2",
        "next_l2_gas_price": "in no hash up to 0.14.2",
        "fee_proposal_fri": "in no hash up to 0.14.2",
    }
)
"""Keys of nodes and gateways that no hash of a block takes in: no column may rest on them."""

DEPLOYED_ALIKE = "deployed and replaced contracts are hashed in one table, declared and migrated \
classes too: which of the two a contract or class is, nothing binds"
"""The one thing about a state diff that its commitment leaves open."""
