"""Rows recomputed from the entries of a Starknet block: its transactions with their receipts.

A stored header has the block's commitments, and hashes to the block's hash. Entries count only
if they come to the commitments to transactions and to events; rows that no event holds (fees)
need the one to receipts too, and the hash of every transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from psephos.chain.dataset import Dataset
from psephos.chain.decode import decode
from psephos.chain.node import Header
from psephos.chain.node import Receipt as Entry
from psephos.chain.starknet.logs import logs_of, matching, select
from psephos.commit.starknet import claims, commitments
from psephos.commit.starknet.block import Receipt
from psephos.commit.starknet.hashes import Hashes, compiled
from psephos.commit.starknet.header import StarknetHeader
from psephos.commit.starknet.reading import as_part
from psephos.commit.starknet.shape_rpc import read_receipt
from psephos.commit.starknet.shape_transaction import read_transaction
from psephos.commit.starknet.transaction import Transaction
from psephos.commit.starknet.versions import (
    BEFORE_0_7,
    FROM_0_7,
    FROM_0_11_1,
    FROM_0_13_2,
    FROM_0_13_4,
    Era,
)
from psephos.errors import MalformedAnswer
from psephos.evidence.check import NotPossible

ERAS: Mapping[int, tuple[Era, ...]] = {
    1: (BEFORE_0_7,),
    2: (FROM_0_7, FROM_0_11_1),
    3: (FROM_0_13_2,),
    4: (FROM_0_13_4,),
}
"""A header's formula → the eras that it may be of."""


class Source(Protocol):
    """What is asked of a node here."""

    def headers(self, first: int, last: int) -> Sequence[Header]: ...


def starknet_rows(
    node: Source,
    dataset: Dataset,
    fields: StarknetHeader,
    block_hash: bytes,
    entries: Sequence[Entry],
) -> tuple[dict[str, pa.Table], bool | None]:
    """The rows that a block's entries give, and whether payers among them were recomputed (None
    where no row tells of any). NotPossible if the entries do not recompute."""
    hashes, number = compiled(), fields.number
    try:
        transactions, receipts = _read(entries)
    except MalformedAnswer as error:
        raise NotPossible(f"the node's block {number} cannot be read: {error}") from error
    _check(fields, transactions, receipts, hashes)
    found: dict[str, pa.Table] = {}
    if dataset.events:
        logs = logs_of(number, block_hash, (entry["receipt"] for entry in entries))
        own = matching(logs, dataset.contracts, dataset.topics)
        found |= decode(dataset.events, select(logs, own))
    if not dataset.rows:
        return found, None
    own_receipts = commitments.receipt_commitment(receipts, hashes) if fields.receipts else None
    if own_receipts != fields.receipts:
        raise NotPossible(f"the node's receipts of block {number} do not recompute")
    (header,) = node.headers(number, number)
    if header.hash != block_hash:
        raise NotPossible(f"the node has another block {number}")
    for rows in dataset.rows:
        found |= rows(header, entries, dataset.contracts)
    chain = dataset.chain_id
    wrong = claims.wrong_hashes(transactions, chain, hashes, old=fields.formula < 3)
    return found, not wrong and fields.receipts is not None


def _read(entries: Sequence[Entry]) -> tuple[list[Transaction], list[Receipt]]:
    transactions, receipts = [], []
    for i, entry in enumerate(entries):
        part = as_part(entry, f"transactions[{i}]")
        receipt = read_receipt(part.part("receipt"))
        transactions.append(read_transaction(part.part("transaction"), receipt.transaction))
        receipts.append(receipt)
    return transactions, receipts


def _check(
    fields: StarknetHeader,
    transactions: Sequence[Transaction],
    receipts: Sequence[Receipt],
    hashes: Hashes,
) -> None:
    """The entries are all those of the block: their order and events are what it commits to."""
    told = fields.members["transactions"]
    eras = ERAS[fields.formula]
    if not any(
        commitments.transaction_commitment(transactions, era, hashes) == told for era in eras
    ):
        raise NotPossible(f"the node's transactions of block {fields.number} do not recompute")
    if fields.events is None:
        raise NotPossible(f"block {fields.number} is from before events were committed to")
    events = [(receipt.transaction, event) for receipt in receipts for event in receipt.events]
    if commitments.event_commitment(events, eras[0], hashes) != fields.events:
        raise NotPossible(f"the node's events of block {fields.number} do not recompute")
