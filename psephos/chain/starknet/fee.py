"""What a transaction of Starknet paid, read from the node's objects: exact integers.

Which rows and columns it becomes, and what binds them: `psephos.chain.events.starknet_fees`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from psephos.chain.node import Header
from psephos.chain.starknet.relayed import forwarded
from psephos.commit.fields import quantity
from psephos.commit.starknet.felt import felt, keccak_250, selector
from psephos.errors import MalformedAnswer

KINDS = {"INVOKE": 0, "DECLARE": 1, "DEPLOY_ACCOUNT": 2, "L1_HANDLER": 3, "DEPLOY": 4}
TRANSFER = keccak_250(b"Transfer")
NOBODY = bytes(32)
GAS = ("l1_gas", "l1_data_gas", "l2_gas")
PRICES = tuple(f"{gas}_price_in_{unit}" for gas in GAS for unit in ("wei", "fri"))

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prices:
    """What a header says of fees: who receives them, and the price of each gas in wei and fri."""

    sequencer: int
    of: Mapping[str, int]
    wei: tuple[int, ...]
    fri: tuple[int, ...]


class Paid(NamedTuple):
    """What a transaction paid, in the order of the columns. A tuple, since a block has hundreds
    and a table is made of their columns."""

    transaction_hash: bytes
    kind: int
    version: int
    payer: bytes
    called: bytes
    entrypoint: bytes
    reverted: bool
    in_fri: bool
    amount: int
    fee_token: bytes
    transferred: int
    l1_gas: int
    l1_data_gas: int
    l2_gas: int
    tip: int
    tip_paid: int
    priced: int


def prices_of(header: Header) -> Prices:
    """Prices a header does not have, as of gas that was not sold yet, are 0."""
    where, found = f"header of block {header.number}", {}
    for gas in GAS:
        told = header.fields.get(f"{gas}_price") or {}
        if not isinstance(told, Mapping):
            raise MalformedAnswer(f"{where}: `{gas}_price` is no pair of prices")
        for unit in ("wei", "fri"):
            name = f"price_in_{unit}"
            found[f"{gas}_{name}"] = _number(told.get(name, "0x0"), f"{where}: `{gas}_{name}`")
    sequencer = felt(header.fields.get("sequencer_address", "0x0"), f"{where}: `sequencer_address`")
    wei, fri = (tuple(found[f"{gas}_price_in_{unit}"] for gas in GAS) for unit in ("wei", "fri"))
    return Prices(sequencer, found, wei, fri)


def paid(entry: Told, prices: Prices) -> Paid:
    """The row of a transaction. MalformedAnswer for an entry that lacks something."""
    transaction, receipt = part(entry, "transaction"), part(entry, "receipt")
    kind = KINDS.get(str(transaction.get("type")))
    if kind is None:
        raise MalformedAnswer("it is of no known type")
    version = _number(transaction.get("version"), "`version`")
    in_fri, tip = version >= 3, _number(transaction.get("tip", "0x0"), "`tip`")
    resources = part(receipt, "execution_resources")
    l1, data, l2 = [_number(resources.get(name), name) for name in GAS]
    payer = _payer(transaction, receipt, kind)
    amount = _number(part(receipt, "actual_fee").get("amount"), "`actual_fee`")
    token, transferred = (0, 0)
    if payer and amount:  # where nothing was paid, any event may look like a payment
        token, transferred = _transferred(receipt, payer, prices.sequencer)
    called, entrypoint = _called(transaction, kind)
    of_l1, of_data, of_l2 = prices.fri if in_fri else prices.wei
    priced = l1 * of_l1 + data * of_data + l2 * (of_l2 + tip)
    return Paid(
        word(_felt(receipt, "transaction_hash")),
        kind,
        version,
        word(payer),
        word(called),
        word(entrypoint),
        receipt.get("execution_status") == "REVERTED",
        in_fri,
        amount,
        word(token),
        transferred,
        l1,
        data,
        l2,
        tip,
        l2 * tip,
        0 if kind == KINDS["L1_HANDLER"] else priced,
    )


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
    for event in reversed(listed(receipt, "events")):
        keys = listed(event, "keys")
        if not keys or selector(keys[0], "an event") != TRANSFER:
            continue
        data = listed(event, "data")
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
    first = [felt(x, "`calldata`") for x in listed(transaction, "calldata")[:3]]
    return (first[1], first[2]) if len(first) == 3 and first[0] else (0, 0)


def relayed_calls(transaction: Told) -> list[dict[str, Any]]:
    """Calls of a forwarder among the calls of a paying account."""
    if transaction.get("type") != "INVOKE" or "entry_point_selector" in transaction:
        return []
    return [
        {
            "forwarder": word(one.forwarder),
            "entrypoint": word(one.entrypoint),
            "account": word(one.account),
            "gas_token": word(one.token),
            "gas_amount": word(one.amount),
        }
        for one in forwarded(listed(transaction, "calldata"))
    ]


def part(found: Told, name: str) -> Told:
    part = found.get(name)
    if not isinstance(part, dict):
        raise MalformedAnswer(f"it has no `{name}`")
    return part


def listed(found: Told, name: str) -> list[Any]:
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


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")
