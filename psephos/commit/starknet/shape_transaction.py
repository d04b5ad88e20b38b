"""Transactions, events and messages as they are written by nodes and by the feeder gateway.

The two shapes differ in words: `INVOKE` and `INVOKE_FUNCTION`, `l1_gas` and `L1_GAS`, modes
"L1" and 0. All of one word are read wherever it is told; which keys a transaction must have
follows from its kind and version. A query version (2^128 + n) is refused: it is no transaction
of a block. The nonce of INVOKE 0 and DECLARE 0 is in no hash, and so not read.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from psephos.commit.starknet.block import Event, Message
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.transaction import QUERY_VERSION, Bound, Transaction
from psephos.errors import MalformedAnswer

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "INVOKE": "INVOKE",
        "INVOKE_FUNCTION": "INVOKE",
        "DECLARE": "DECLARE",
        "DEPLOY": "DEPLOY",
        "DEPLOY_ACCOUNT": "DEPLOY_ACCOUNT",
        "L1_HANDLER": "L1_HANDLER",
    }
)
MODES: Mapping[str | int, int] = MappingProxyType({"L1": 0, "L2": 1, 0: 0, 1: 1})
RESOURCES = (("L1_GAS", "l1_gas"), ("L2_GAS", "l2_gas"), ("L1_DATA", "l1_data_gas"))


def read_transaction(part: Part, own_hash: int) -> Transaction:
    """The transaction that a JSON object tells, with the hash told for it."""
    kind = part.one_of("type", KINDS)
    version = part.felt("version")
    if version >= QUERY_VERSION:
        raise MalformedAnswer(f"{part.where} is a query, no transaction of a block")
    return _READERS[kind](part, version, own_hash)


def _invoke(part: Part, version: int, own: int) -> Transaction:
    if version == 3:
        return _version_3(part, "INVOKE", own, calldata=part.felts("calldata"))
    sender = part.felt("sender_address" if part.has("sender_address") else "contract_address")
    return Transaction(
        "INVOKE",
        version,
        own,
        sender=sender,
        calldata=part.felts("calldata"),
        signature=part.felts("signature"),
        max_fee=part.small("max_fee", 128),
        nonce=part.felt("nonce") if version else None,
        selector=0 if version else part.felt("entry_point_selector"),
    )


def _declare(part: Part, version: int, own: int) -> Transaction:
    compiled = part.felt("compiled_class_hash") if version >= 2 else 0
    if version == 3:
        return _version_3(part, "DECLARE", own, compiled_class_hash=compiled)
    return Transaction(
        "DECLARE",
        version,
        own,
        sender=part.felt("sender_address"),
        signature=part.felts("signature"),
        max_fee=part.small("max_fee", 128),
        nonce=part.felt("nonce") if version else None,
        class_hash=part.felt("class_hash"),
        compiled_class_hash=compiled,
    )


def _deploy(part: Part, version: int, own: int) -> Transaction:
    return Transaction(
        "DEPLOY",
        version,
        own,
        sender=part.maybe(part.felt, "contract_address"),
        calldata=part.felts("constructor_calldata"),
        class_hash=part.felt("class_hash"),
        salt=part.felt("contract_address_salt"),
    )


def _deploy_account(part: Part, version: int, own: int) -> Transaction:
    calldata, salt = part.felts("constructor_calldata"), part.felt("contract_address_salt")
    if version == 3:
        return _version_3(part, "DEPLOY_ACCOUNT", own, calldata=calldata, salt=salt)
    return Transaction(
        "DEPLOY_ACCOUNT",
        version,
        own,
        sender=_made(part),
        calldata=calldata,
        signature=part.felts("signature"),
        max_fee=part.small("max_fee", 128),
        nonce=part.felt("nonce"),
        class_hash=part.felt("class_hash"),
        salt=salt,
    )


def _l1_handler(part: Part, version: int, own: int) -> Transaction:
    return Transaction(
        "L1_HANDLER",
        version,
        own,
        sender=part.felt("contract_address"),
        calldata=part.felts("calldata"),
        nonce=part.maybe(part.felt, "nonce"),
        selector=part.felt("entry_point_selector"),
    )


_READERS: Mapping[str, Callable[[Part, int, int], Transaction]] = MappingProxyType(
    {
        "INVOKE": _invoke,
        "DECLARE": _declare,
        "DEPLOY": _deploy,
        "DEPLOY_ACCOUNT": _deploy_account,
        "L1_HANDLER": _l1_handler,
    }
)


def _version_3(
    part: Part,
    kind: str,
    own: int,
    *,
    calldata: tuple[int, ...] = (),
    salt: int = 0,
    compiled_class_hash: int = 0,
) -> Transaction:
    making = kind == "DEPLOY_ACCOUNT"
    return Transaction(
        kind,
        3,
        own,
        sender=_made(part) if making else part.felt("sender_address"),
        calldata=calldata,
        signature=part.felts("signature"),
        nonce=part.felt("nonce"),
        class_hash=0 if kind == "INVOKE" else part.felt("class_hash"),
        compiled_class_hash=compiled_class_hash,
        salt=salt,
        tip=part.small("tip", 64),
        bounds=_bounds(part.part("resource_bounds")),
        paymaster=part.felts("paymaster_data"),
        account_deployment=() if making else part.felts("account_deployment_data"),
        nonce_mode=part.one_of("nonce_data_availability_mode", MODES),
        fee_mode=part.one_of("fee_data_availability_mode", MODES),
        proof_facts=part.felts("proof_facts") if part.has("proof_facts") else (),
    )


def _made(part: Part) -> int | None:
    """The address of the account that is made; nodes leave it out, gateways write one of two."""
    for key in ("sender_address", "contract_address"):
        if part.has(key):
            return part.felt(key)
    return None


def _bounds(part: Part) -> tuple[Bound, ...]:
    """L1 gas and L2 gas always; L1 data gas where the transaction bounds it."""
    found = []
    for name, key in RESOURCES:
        written = key.upper() if part.has(key.upper()) else key
        if name != "L1_DATA" or part.has(written):
            bound = part.part(written)
            amount, price = bound.small("max_amount", 64), bound.small("max_price_per_unit", 128)
            found.append(Bound(name, amount, price))
    return tuple(found)


def read_event(part: Part) -> Event:
    """An event of a receipt."""
    return Event(part.felt("from_address"), part.felts("keys"), part.felts("data"))


def read_message(part: Part) -> Message:
    """A message to L1."""
    receiver = part.felt("to_address")
    return Message(part.felt("from_address"), receiver, part.felts("payload"))
