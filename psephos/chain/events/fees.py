"""Fees of every block, and of each transaction that touched a watched contract. Not events: rows
from header and receipts, exact integers in wei (`amount`).

    base_fee_burned = gas_used · base fee of the block
    priority_fee    = Σ gas used · (effective gas price − base fee), to the coinbase
    blob_fee        = Σ blob gas used · blob gas price, burned

Before London (EIP-1559) the base fee is 0 and all of a fee is priority; before Cancun (EIP-4844)
there are no blobs. A transaction touched a contract if it called it, created it, or made it emit
a log; `contract` is the first watched one, the called one first. `target` is the account that was
called, or the contract that was created. Withdrawals and rewards of consensus are no fees.

Bound by: gas used by the receipts, block totals by the header; payer, target and effective gas
price by the transaction alone, which is not verified: *seen*. The blob gas price follows from the
header only by a schedule that changes with forks; no commitment of a block holds it.

Source: EIP-1559, EIP-4844; receipts as in the execution APIs' `eth_getBlockReceipts`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from psephos.chain.abi import AMOUNT_LIMIT
from psephos.chain.event import KEY_COLUMNS, Column, RowType, Source, no_rows, schema
from psephos.chain.node import Header, Receipt
from psephos.commit.fields import octets, quantity
from psephos.errors import AmountTooLarge, NodeContradiction

BLOCK = RowType(
    "fee_block",
    (
        Column("coinbase", "address", "address", bound_by="header"),
        Column("transactions", "uint64", "uint"),
        Column("gas_used", "uint64", "uint", bound_by="header"),
        Column("base_fee_burned", "uint256", "amount", bound_by="header"),
        Column("priority_fee", "uint256", "amount", bound_by="transaction"),
        Column("blob_gas_used", "uint64", "uint", bound_by="header"),
        Column("blob_fee", "uint256", "amount", bound_by="nothing"),
    ),
)
TRANSACTION = RowType(
    "fee_transaction",
    (
        Column("payer", "address", "address", bound_by="transaction"),
        Column("target", "address", "address", bound_by="transaction"),
        Column("gas_used", "uint64", "uint"),
        Column("base_fee_burned", "uint256", "amount"),
        Column("priority_fee", "uint256", "amount", bound_by="transaction"),
        Column("blob_fee", "uint256", "amount", bound_by="nothing"),
    ),
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What one transaction paid, in wei."""

    gas_used: int
    burned: int
    priority: int
    blob_gas_used: int
    blob: int


def rows(
    header: Header, receipts: Sequence[Receipt], contracts: Collection[bytes]
) -> dict[str, pa.Table]:
    """`fee_block` with one row, `fee_transaction` with one a transaction that touched `contracts`.

    Raises MalformedAnswer for a receipt or header that lacks a number, NodeContradiction where
    receipts and header do not add up, AmountTooLarge from 10^38 wei.
    """
    fees = [_fee(header, receipt) for receipt in receipts]
    _add_up(header, receipts, fees)
    block = {
        **_key(header),
        "coinbase": _bytes(header.fields, "miner", 20, f"header of block {header.number}"),
        "transactions": len(receipts),
        "gas_used": _field(header, "gasUsed"),
        "base_fee_burned": sum(fee.burned for fee in fees),
        "priority_fee": sum(fee.priority for fee in fees),
        "blob_gas_used": _field(header, "blobGasUsed", 0),
        "blob_fee": sum(fee.blob for fee in fees),
    }
    touched = [
        _transaction(header, receipt, fee, contract)
        for receipt, fee in zip(receipts, fees, strict=True)
        if (contract := _touched(receipt, contracts, header.number)) is not None
    ]
    return {"fee_block": _table(BLOCK, [block]), "fee_transaction": _table(TRANSACTION, touched)}


def _fee(header: Header, receipt: Receipt) -> Fee:
    where = f"receipt of transaction {receipt.get('transactionIndex')} in block {header.number}"
    base = _field(header, "baseFeePerGas", 0)
    gas, price = (_number(receipt, key, where) for key in ("gasUsed", "effectiveGasPrice"))
    blob_gas = _number(receipt, "blobGasUsed", where, 0)
    blob_price = _number(receipt, "blobGasPrice", where, 0 if not blob_gas else None)
    if price < base:
        raise NodeContradiction(f"{where}: its gas price {price} is below the base fee {base}")
    return Fee(gas, gas * base, gas * (price - base), blob_gas, blob_gas * blob_price)


def _transaction(header: Header, receipt: Receipt, fee: Fee, contract: bytes) -> dict[str, object]:
    where = f"receipt in block {header.number}"
    return {
        **_key(header),
        "transaction_index": _number(receipt, "transactionIndex", where),
        "transaction_hash": _bytes(receipt, "transactionHash", 32, where),
        "contract": contract,
        "payer": _bytes(receipt, "from", 20, where),
        "target": _target(receipt, where),
        "gas_used": fee.gas_used,
        "base_fee_burned": fee.burned,
        "priority_fee": fee.priority,
        "blob_fee": fee.blob,
    }


def _key(header: Header) -> dict[str, object]:
    """Key columns of a row that belongs to no transaction, log or contract."""
    zeros = (header.number, header.hash, 0, 0, bytes(32), bytes(20))
    return dict(zip(KEY_COLUMNS, zeros, strict=True))


def _target(receipt: Receipt, where: str) -> bytes:
    return _bytes(receipt, "to" if receipt.get("to") else "contractAddress", 20, where)


def _touched(receipt: Receipt, contracts: Collection[bytes], block: int) -> bytes | None:
    """The first watched contract that a transaction called, created or made emit a log."""
    where = f"receipt in block {block}"
    emitters = (_bytes(log, "address", 20, where) for log in receipt.get("logs", ()))
    for address in (_target(receipt, where), *emitters):
        if address in contracts:
            return address
    return None


def _add_up(header: Header, receipts: Sequence[Receipt], fees: Sequence[Fee]) -> None:
    """Gas is what receipts and header commit to: a receipt only commits to the running total."""
    where, total = f"block {header.number}", 0
    for receipt, fee in zip(receipts, fees, strict=True):
        total += fee.gas_used
        told = _number(receipt, "cumulativeGasUsed", where)
        _agree(f"{where}, transaction {receipt.get('transactionIndex')}", "gas so far", told, total)
    _agree(where, "gas used", _field(header, "gasUsed"), total)
    blobs = sum(fee.blob_gas_used for fee in fees)
    _agree(where, "blob gas used", _field(header, "blobGasUsed", 0), blobs)


def _agree(where: str, what: str, told: int, total: int) -> None:
    if told != total:
        raise NodeContradiction(
            f"{where}: {what} is told as {told}, its receipts add up to {total}"
        )


def _field(header: Header, key: str, absent: int | None = None) -> int:
    return _number(header.fields, key, f"header of block {header.number}", absent)


def _number(found: Mapping[str, object], key: str, where: str, absent: int | None = None) -> int:
    """A number of a header or receipt, `absent` if the key is missing and may be."""
    value = found.get(key)
    return absent if value is None and absent is not None else quantity(value, f"{where}: `{key}`")


def _bytes(found: Mapping[str, object], key: str, size: int, where: str) -> bytes:
    return octets(found.get(key), f"{where}: `{key}`", size)


def _table(shape: RowType, found: list[dict[str, object]]) -> pa.Table:
    for row in found:
        for column in shape.columns:
            limit = {"amount": AMOUNT_LIMIT, "uint": 2**64}.get(column.kind)
            value = row[column.name]
            if limit and isinstance(value, int) and value >= limit:
                raise AmountTooLarge(
                    f"{shape.table}.{column.name} of block {row['block_number']} is {value}"
                )
    return pa.Table.from_pylist(found, schema=schema(shape)) if found else no_rows(shape)


SOURCE = Source("fees", "Fees of every block", tables=(BLOCK, TRANSACTION), rows=rows)
