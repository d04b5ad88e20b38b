"""Blocks as a feeder gateway writes them, in the shape of an RPC node."""

import json
from pathlib import Path
from typing import Any

from psephos.chain.node import Header
from tests.chain.felt_entries import Entry, told

TYPES = {"INVOKE_FUNCTION": "INVOKE"}


def block(path: Path) -> tuple[Header, list[dict[str, Any]]]:
    """Header and entries of a block's file, whichever of the two shapes it has."""
    found = json.loads(path.read_text())
    found = found.get("result", found)
    fields = {name: value for name, value in found.items() if name != "transactions"}
    if "transaction_receipts" not in found:
        return header(fields), found["transactions"]
    pairs = zip(found["transactions"], fields.pop("transaction_receipts"), strict=True)
    old = {"price_in_wei": fields.get("eth_l1_gas_price"), "price_in_fri": "0x0"}
    old["price_in_fri"] = fields.get("strk_l1_gas_price", "0x0")
    if old["price_in_wei"]:
        fields |= {"l1_gas_price": old}
    return header(fields), [entry(one, receipt) for one, receipt in pairs]


def header(fields: dict[str, Any]) -> Header:
    digest = bytes.fromhex(fields["block_hash"][2:].zfill(64))
    return Header(fields["block_number"], digest, bytes(32), fields["timestamp"], b"", fields)


def entry(transaction: dict[str, Any], receipt: dict[str, Any]) -> dict[str, Any]:
    transaction = transaction | {"type": TYPES.get(transaction["type"], transaction["type"])}
    version = int(transaction.get("version", "0x0"), 16)
    gas = receipt.get("execution_resources", {}).get("total_gas_consumed", {})
    return {
        "transaction": transaction | {"version": hex(version)},
        "receipt": receipt
        | {
            "actual_fee": {
                "amount": receipt.get("actual_fee", "0x0"),
                "unit": "FRI" if version == 3 else "WEI",
            },
            "execution_resources": {"l1_gas": 0, "l1_data_gas": 0, "l2_gas": 0} | gas,
            "contract_address": transaction.get("contract_address"),
        },
    }


def events(path: Path) -> list[Entry]:
    """All events of a block's file, in order."""
    found, entries = block(path)
    return [e for one in entries for e in told(one["receipt"]["events"], found.number)]
