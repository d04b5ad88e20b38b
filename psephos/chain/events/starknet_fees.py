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
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from psephos.chain.abi import AMOUNT_LIMIT
from psephos.chain.event import KEY_COLUMNS, Bound, Column, RowType, Source, schema
from psephos.chain.kinds import Kind
from psephos.chain.node import Header, Receipt
from psephos.chain.starknet.relayed import forwarded
from psephos.commit.fields import quantity
from psephos.commit.starknet.felt import felt, keccak_250
from psephos.errors import AmountTooLarge, MalformedAnswer

KINDS = {"INVOKE": 0, "DECLARE": 1, "DEPLOY_ACCOUNT": 2, "L1_HANDLER": 3, "DEPLOY": 4}
TRANSFER = keccak_250(b"Transfer")
NOBODY = bytes(32)
GAS = ("l1_gas", "l1_data_gas", "l2_gas")
PRICES = tuple(f"{gas}_price_in_{unit}" for gas in GAS for unit in ("wei", "fri"))


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
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prices:
    """What a header says of fees: who receives them, and the price of each gas in wei and fri."""

    sequencer: int
    of: Mapping[str, int]

    def cost(self, gas: Mapping[str, int], unit: str, tip: int) -> int:
        """Σ gas · price, the tip on top of L2's."""
        prices = {name: self.of[f"{name}_price_in_{unit}"] for name in GAS}
        return sum(gas[name] * prices[name] for name in GAS) + gas["l2_gas"] * tip


def rows(
    header: Header, receipts: Sequence[Receipt], contracts: Collection[bytes]
) -> dict[str, pa.Table]:
    """`fee_block` with one row, `fee_transaction` with one a transaction, whatever `contracts`.

    `receipts` are the entries of `starknet_getBlockWithReceipts`. Raises MalformedAnswer for an
    entry that lacks something or is not as it should be, AmountTooLarge from 10^38.
    """
    prices = _prices(header)
    found: list[dict[str, Any]] = []
    relayed: list[dict[str, Any]] = []
    for index, entry in enumerate(receipts):
        place = _key(header) | {"transaction_index": index}
        try:
            row = place | _paid(entry, prices)
            if row["payer"] != NOBODY:
                who = {name: row[name] for name in ("transaction_hash", "payer")}
                relayed += [place | who | call for call in _relayed(entry["transaction"])]
        except MalformedAnswer as error:
            where = f"transaction {index} of block {header.number}"
            raise MalformedAnswer(f"{where}: {error}") from error
        found.append(row)
    block = _key(header) | {
        "sequencer": _word(prices.sequencer),
        "transactions": len(found),
        "fees_in_wei": sum(row["amount"] for row in found if not row["in_fri"]),
        "fees_in_fri": sum(row["amount"] for row in found if row["in_fri"]),
        **{name: sum(row[name] for row in found) for name in GAS},
        "tips_in_fri": sum(row["tip_paid"] for row in found),
        **prices.of,
    }
    told = ((BLOCK, [block]), (TRANSACTION, found), (RELAYED, relayed))
    return {shape.table: _table(shape, of) for shape, of in told}


def _prices(header: Header) -> Prices:
    """Prices a header does not have, as of gas that was not sold yet, are 0."""
    where, found = f"header of block {header.number}", {}
    for gas in GAS:
        told = header.fields.get(f"{gas}_price") or {}
        if not isinstance(told, Mapping):
            raise MalformedAnswer(f"{where}: `{gas}_price` is no pair of prices")
        for unit in ("wei", "fri"):
            name = f"price_in_{unit}"
            found[f"{gas}_{name}"] = _number(told.get(name, "0x0"), f"{where}: `{gas}_{name}`")
    sequencer = header.fields.get("sequencer_address", "0x0")
    return Prices(felt(sequencer, f"{where}: `sequencer_address`"), found)


def _paid(entry: Told, prices: Prices) -> dict[str, Any]:
    transaction, receipt = _part(entry, "transaction"), _part(entry, "receipt")
    kind = KINDS.get(str(transaction.get("type")))
    if kind is None:
        raise MalformedAnswer("it is of no known type")
    version = _number(transaction.get("version"), "`version`")
    in_fri, tip = version >= 3, _number(transaction.get("tip", "0x0"), "`tip`")
    resources = _part(receipt, "execution_resources")
    gas = {name: _number(resources.get(name), name) for name in GAS}
    payer = _payer(transaction, receipt, kind)
    amount = _number(_part(receipt, "actual_fee").get("amount"), "`actual_fee`")
    token, transferred = (0, 0)
    if payer and amount:  # where nothing was paid, any event may look like a payment
        token, transferred = _transferred(receipt, payer, prices.sequencer)
    called, entrypoint = _called(transaction, kind)
    priced = 0 if kind == KINDS["L1_HANDLER"] else prices.cost(gas, "fri" if in_fri else "wei", tip)
    return {
        "transaction_hash": _word(_felt(receipt, "transaction_hash")),
        "kind": kind,
        "version": version,
        "payer": _word(payer),
        "called": _word(called),
        "entrypoint": _word(entrypoint),
        "reverted": receipt.get("execution_status") == "REVERTED",
        "in_fri": in_fri,
        "amount": amount,
        "fee_token": _word(token),
        "transferred": transferred,
        **gas,
        "tip": tip,
        "tip_paid": gas["l2_gas"] * tip,
        "priced": priced,
    }


def _payer(transaction: Told, receipt: Told, kind: int) -> int:
    """Whose account pays; 0 where the fee was paid on L1 or none was."""
    if kind == KINDS["L1_HANDLER"] or kind == KINDS["DEPLOY"]:
        return 0
    if kind == KINDS["DEPLOY_ACCOUNT"]:
        return _felt(receipt, "contract_address")
    name = "sender_address" if "sender_address" in transaction else "contract_address"
    return _felt(transaction, name)


def _transferred(receipt: Told, payer: int, sequencer: int) -> tuple[int, int]:
    """Token and value of the last transfer from payer to sequencer; zeros if there is none.

    Of events that cannot be one, which are most, only selector and lengths are read.
    """
    for event in reversed(_list(receipt, "events")):
        keys, data = _list(event, "keys"), _list(event, "data")
        if not keys or felt(keys[0], "an event") != TRANSFER:
            continue
        if len(keys) in (1, 3) and len(keys) + len(data) == 5:
            sender, receiver, low, high = (felt(x, "an event") for x in (*keys[1:], *data))
            if (sender, receiver) == (payer, sequencer):
                return _felt(event, "from_address"), low + (high << 128)
    return 0, 0


def _called(transaction: Told, kind: int) -> tuple[int, int]:
    """Contract and selector that were called first; zeros where nothing was."""
    if "entry_point_selector" in transaction:
        names = ("contract_address", "entry_point_selector")
        return _felt(transaction, names[0]), _felt(transaction, names[1])
    if kind != KINDS["INVOKE"]:
        return 0, 0
    first = [felt(x, "`calldata`") for x in _list(transaction, "calldata")[:3]]
    return (first[1], first[2]) if len(first) == 3 and first[0] else (0, 0)


def _relayed(transaction: Told) -> list[dict[str, Any]]:
    """Calls of a forwarder among the calls of a paying account."""
    if transaction.get("type") != "INVOKE" or "entry_point_selector" in transaction:
        return []
    return [
        {
            "forwarder": _word(one.forwarder),
            "entrypoint": _word(one.entrypoint),
            "account": _word(one.account),
            "gas_token": _word(one.token),
            "gas_amount": _word(one.amount),
        }
        for one in forwarded(_list(transaction, "calldata"))
    ]


def _key(header: Header) -> dict[str, Any]:
    """Key columns of a row that belongs to no transaction, event or contract."""
    zeros = (header.number, header.hash, 0, 0, bytes(32), bytes(32))
    return dict(zip(KEY_COLUMNS, zeros, strict=True))


def _part(found: Told, name: str) -> Told:
    part = found.get(name)
    if not isinstance(part, dict):
        raise MalformedAnswer(f"it has no `{name}`")
    return part


def _list(found: Told, name: str) -> list[Any]:
    part = found.get(name) if isinstance(found, dict) else None
    if not isinstance(part, list):
        raise MalformedAnswer(f"it has no list `{name}`")
    return part


def _number(value: object, name: str) -> int:
    """A number as nodes write it: hexadecimal, or (gas) as a JSON number."""
    if type(value) is int and 0 <= value < 2**64:
        return value
    return quantity(value, name)


def _felt(found: Told, name: str) -> int:
    return felt(found.get(name), name)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _table(shape: RowType, found: list[dict[str, Any]]) -> pa.Table:
    fields = schema(shape)
    columns = {name: [row[name] for row in found] for name in fields.names}
    for column in shape.columns:
        limit = {"amount": AMOUNT_LIMIT, "uint": 2**64}.get(column.kind)
        if limit and (most := max(columns[column.name], default=0)) >= limit:
            at = columns["block_number"][0]
            raise AmountTooLarge(f"{shape.table}.{column.name} of block {at} is {most}")
    arrays = [pa.array(columns[field.name], field.type) for field in fields]
    return pa.Table.from_arrays(arrays, schema=fields)


SOURCE = Source(
    "starknet_fees",
    "Fees of every transaction of Starknet",
    tables=(BLOCK, TRANSACTION, RELAYED),
    rows=rows,
)
