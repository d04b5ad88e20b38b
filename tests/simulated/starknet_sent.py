"""Transactions of a simulated Starknet chain as they are sent, their receipts, and state diffs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psephos.commit.starknet.felt import keccak_250
from psephos.commit.starknet.state import State
from tests.simulated.starknet_books import Books, Event, selector
from tests.simulated.starknet_scene import STAKING, VSTRK

Json = dict[str, Any]

DIFF = (
    "storage_diffs",
    "nonces",
    "deployed_contracts",
    "replaced_classes",
    "declared_classes",
    "migrated_compiled_classes",
    "deprecated_declared_classes",
)
"""Members of a state diff."""

GAS = ("l1_gas", "l1_data_gas", "l2_gas")

BOUNDS: Json = {
    "version": "0x3",
    "tip": "0x0",
    "paymaster_data": [],
    "nonce_data_availability_mode": "L1",
    "fee_data_availability_mode": "L1",
    "account_deployment_data": [],
    "resource_bounds": {
        name: {"max_amount": "0x100000", "max_price_per_unit": "0x100000000000"} for name in GAS
    },
}
"""What transactions of version 3 have in common."""


@dataclass(frozen=True, slots=True)
class Done:
    """A transaction of a block that is being made: what was sent, and what came of it.

    `gas` of L1, L1's data and L2; `messages` to L1; contracts `made`, each with its class.
    """

    sent: Json
    events: list[Event]
    fee: int = 0
    unit: str = "FRI"
    failed: bool = False
    gas: tuple[int, int, int] = (0, 128, 1_000_000)
    messages: tuple[Json, ...] = ()
    made: tuple[tuple[int, int], ...] = ()


def invoked(signer: Json, to: int, name: str, word: int, *, old: bool = False) -> Json:
    """A call of one function with one argument, paid in STRK; `old` is paid in ETH."""
    data = [1, to, selector(name), 1, word]
    told = {"type": "INVOKE", "calldata": [hex(word) for word in data]} | signer
    return told | ({"version": "0x1", "max_fee": hex(10**15)} if old else BOUNDS)


def declared(signer: Json, class_hash: int, compiled: int) -> Json:
    told = {"type": "DECLARE", "class_hash": hex(class_hash), "compiled_class_hash": hex(compiled)}
    return told | signer | BOUNDS


def handled(who: int, contract: int, nonce: int) -> Json:
    """A message from L1; its first word is the L1 sender."""
    return {
        "type": "L1_HANDLER",
        "version": "0x0",
        "nonce": hex(nonce),
        "contract_address": hex(contract),
        "entry_point_selector": hex(selector("handle_deposit")),
        "calldata": [hex(0xCA14), hex(who), "0x64", "0x0"],
    }


def receipt(done: Done) -> Json:
    told: Json = {
        "type": done.sent["type"],
        "actual_fee": {"amount": hex(done.fee), "unit": done.unit},
        "execution_status": "REVERTED" if done.failed else "SUCCEEDED",
        "finality_status": "ACCEPTED_ON_L2",
        "messages_sent": list(done.messages),
        "events": [
            {"from_address": hex(a), "keys": [hex(k) for k in keys], "data": [hex(d) for d in data]}
            for a, keys, data in done.events
        ],
        "execution_resources": dict(zip(GAS, done.gas, strict=True)),
    }
    return told | ({"revert_reason": "insufficient balance: né"} if done.failed else {})


def stored(old: Books, new: Books) -> dict[int, dict[int, int]]:
    """Storage that changed, by contract: where amounts lie is this chain's own rule."""
    found: dict[int, dict[int, int]] = {}
    for (token, holder), amount in new.balance.items():
        if amount != old.balance.get((token, holder)):
            found.setdefault(token, {})[keccak_250(b"balance %x" % holder)] = amount
    for contract, name in ((STAKING, "own"), (VSTRK, "power")):
        was = getattr(old, name)
        for key, amount in getattr(new, name).items():
            if amount != was.get(key):
                where = keccak_250(b"%s %x" % (name.encode(), key))
                found.setdefault(contract, {})[where] = amount
    return found


def at(one: str, key: int, other: str, value: int) -> Json:
    """An entry of a state diff."""
    return {one: hex(key), other: hex(value)}


def replayed(state: State, diffs: Sequence[Json]) -> None:
    """Several diffs at once, the later over the earlier."""

    def table(name: str, key: str, value: str) -> dict[int, int]:
        return {int(e[key], 16): int(e[value], 16) for diff in diffs for e in diff[name]}

    storage: dict[int, dict[int, int]] = {}
    for diff in diffs:
        for entry in diff["storage_diffs"]:
            into = storage.setdefault(int(entry["address"], 16), {})
            into |= {int(e["key"], 16): int(e["value"], 16) for e in entry["storage_entries"]}
    deployed = table("deployed_contracts", "address", "class_hash")
    state.apply(
        storage=storage,
        contracts=deployed | table("replaced_classes", "contract_address", "class_hash"),
        nonces=table("nonces", "contract_address", "nonce"),
        classes=table("declared_classes", "class_hash", "compiled_class_hash"),
    )
