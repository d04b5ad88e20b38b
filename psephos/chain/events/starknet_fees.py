"""Fees of every transaction and block of Starknet. Not events: rows from header, transactions and
receipts, exact integers in wei (transactions of version 0 to 2) or fri (version 3).

    priced    = l1_gas · p₁ + l1_data_gas · p_d + l2_gas · (p₂ + tip)     p in the fee's own unit
    tip_paid  = l2_gas · tip

`amount` is what the receipt says was paid, `transferred` what the sequencer received: the value of
the last `Transfer` from payer to sequencer among the transaction's events, of the token `fee_token`
(0 of no token where nothing was transferred, and before 0.10, when fees moved without an event). It
is not always the last event: a token that votes tells of changed power after it. `priced` is what
the formula gives for the gas that was told; it equals `amount` to the last unit in the real blocks
of 0.13.2, 0.13.4 and 0.14.1 that were looked at, and is 0 for an L1 handler, whose fee was paid on
L1. Before 0.13.2 a fee followed from weighted steps, and the first receipts tell no gas.

The unit follows from the version; what a receipt says of it is in no hash and is not read.

`kind` is 0 INVOKE, 1 DECLARE, 2 DEPLOY_ACCOUNT, 3 L1_HANDLER, 4 DEPLOY. `called` and `entrypoint`
are the first call of an account: by the convention of accounts its calldata are the number of
calls, then contract and selector of each (an INVOKE of version 0 and an L1 handler name them; all
others have 0).

`fee_relayed` has a row for each call, by a paying account, of a forwarder that pays in its place
(`psephos.chain.starknet.relayed`): `payer` is then the relayer and not who uses the chain.

Bound: gas of L2 by nothing, so `priced` and `tip_paid` are *seen* for ever; the rest by the whole
block. A block's header binds sequencer and prices.

Source: Starknet documentation, "Fees"; starkware-libs/sequencer 60161ba, `fee_utils.rs`; the RPC's
description, 0.8 to 0.10.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from psephos.chain.abi import AMOUNT_LIMIT
from psephos.chain.cells import decimals
from psephos.chain.event import KEY_COLUMNS, Bound, Column, RowType, Source, no_rows, schema
from psephos.chain.kinds import Kind
from psephos.chain.node import Header, Receipt
from psephos.chain.starknet.fee import (
    GAS,
    NOBODY,
    PRICES,
    Paid,
    paid,
    prices_of,
    relayed_calls,
    word,
)
from psephos.errors import AmountTooLarge, MalformedAnswer


def _columns(bound: Bound, kind: Kind, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, kind, bound_by=bound) for name in names)


BLOCK = RowType(
    "fee_block",
    (
        *_columns("header", "felt", "sequencer"),
        *_columns("transaction", "uint", "transactions"),
        *_columns("transaction", "amount", "fees_in_wei", "fees_in_fri"),
        *_columns("transaction", "uint", "l1_gas", "l1_data_gas"),
        *_columns("nothing", "uint", "l2_gas"),
        *_columns("nothing", "amount", "tips_in_fri"),
        *_columns("header", "amount", *PRICES),
    ),
    chain="starknet",
)
TRANSACTION = RowType(
    "fee_transaction",
    (
        *_columns("transaction", "uint", "kind", "version"),
        *_columns("transaction", "felt", "payer", "called", "entrypoint"),
        *_columns("transaction", "bool", "reverted", "in_fri"),
        *_columns("transaction", "amount", "amount"),
        *_columns("transaction", "felt", "fee_token"),
        *_columns("transaction", "amount", "transferred"),
        *_columns("transaction", "uint", "l1_gas", "l1_data_gas"),
        *_columns("nothing", "uint", "l2_gas"),
        *_columns("transaction", "amount", "tip"),
        *_columns("nothing", "amount", "tip_paid", "priced"),
    ),
    chain="starknet",
)

RELAYED = RowType(
    "fee_relayed",
    (
        *_columns("transaction", "felt", "payer", "forwarder", "entrypoint", "account"),
        *_columns("transaction", "felt", "gas_token"),
        *_columns("transaction", "word", "gas_amount"),
    ),
    chain="starknet",
)


def rows(
    header: Header, receipts: Sequence[Receipt], contracts: Collection[bytes]
) -> dict[str, pa.Table]:
    """`fee_block` with one row, `fee_transaction` with one a transaction, whatever `contracts`.

    `receipts` are the entries of `starknet_getBlockWithReceipts`. Raises MalformedAnswer for an
    entry that lacks something or is not as it should be, AmountTooLarge from 10^38.
    """
    prices, key = prices_of(header), _key(header)
    found: list[Paid] = []
    relayed: list[dict[str, Any]] = []
    for index, entry in enumerate(receipts):
        try:
            row = paid(entry, prices)
            if row.payer != NOBODY:
                who = {"transaction_index": index, **_who(row)}
                relayed += [key | who | call for call in relayed_calls(entry["transaction"])]
        except MalformedAnswer as error:
            where = f"transaction {index} of block {header.number}"
            raise MalformedAnswer(f"{where}: {error}") from error
        found.append(row)
    columns = _columns_of(found)
    block = key | {
        "sequencer": word(prices.sequencer),
        "transactions": len(found),
        "fees_in_wei": sum(row.amount for row in found if not row.in_fri),
        "fees_in_fri": sum(row.amount for row in found if row.in_fri),
        **{name: sum(columns[name]) for name in GAS},
        "tips_in_fri": sum(columns["tip_paid"]),
        **prices.of,
    }
    same = {name: [value] * len(found) for name, value in key.items()}
    places = {"transaction_index": range(len(found))}
    return {
        BLOCK.table: _table(BLOCK, {name: [value] for name, value in block.items()}),
        TRANSACTION.table: _table(TRANSACTION, same | places | columns),
        RELAYED.table: _table(
            RELAYED, {name: [row[name] for row in relayed] for name in schema(RELAYED).names}
        ),
    }


def _who(row: Paid) -> dict[str, bytes]:
    return {"transaction_hash": row.transaction_hash, "payer": row.payer}


def _columns_of(found: Sequence[Paid]) -> dict[str, Sequence[Any]]:
    return dict(
        zip(
            Paid._fields,
            zip(*found, strict=True) if found else [()] * len(Paid._fields),
            strict=True,
        )
    )


def _key(header: Header) -> dict[str, Any]:
    """Key columns of a row that belongs to no transaction, event or contract."""
    zeros = (header.number, header.hash, 0, 0, bytes(32), bytes(32))
    return dict(zip(KEY_COLUMNS, zeros, strict=True))


def _table(shape: RowType, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    if not columns["block_number"]:
        return no_rows(shape)
    for column in shape.columns:
        limit = {"amount": AMOUNT_LIMIT, "uint": 2**64}.get(column.kind)
        if limit and (most := max(columns[column.name])) >= limit:
            at = columns["block_number"][0]
            raise AmountTooLarge(f"{shape.table}.{column.name} of block {at} is {most}")
    fields = schema(shape)
    arrays = [
        decimals(columns[field.name])
        if pa.types.is_decimal(field.type)
        else pa.array(columns[field.name], field.type)
        for field in fields
    ]
    return pa.Table.from_arrays(arrays, schema=fields)


SOURCE = Source(
    "starknet_fees",
    "Fees of every transaction of Starknet",
    tables=(BLOCK, TRANSACTION, RELAYED),
    rows=rows,
)
