"""JSON-RPC answers of a simulated Starknet chain, in the shapes of 0.8, 0.9 and 0.10.

    answer(View(chain, "0.9"), "starknet_getEvents", {"filter": {...}})
    with Server(View(chain)) as server:     the same over HTTP, with a lie if one is given
        server.url

Each method is one function; parameters come by name or by place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.simulated.proxy import Proxy
from tests.simulated.rpc import Refused
from tests.simulated.starknet_events import events
from tests.simulated.starknet_state import call, class_hash_at, nonce, storage_proof
from tests.simulated.starknet_view import (
    View,
    hash_and_number,
    receipt,
    state_update,
    told,
    transaction_count,
)

FULL = {"0.8": "0.8.1", "0.9": "0.9.0", "0.10": "0.10.0"}

METHODS: Mapping[str, tuple[tuple[str, ...], Any]] = {
    "starknet_specVersion": ((), lambda view: FULL[view.spec]),
    "starknet_chainId": ((), lambda view: hex(view.chain.chain_id())),
    "starknet_syncing": ((), lambda view: False),
    "starknet_blockNumber": ((), lambda view: view.chain.head),
    "starknet_blockHashAndNumber": ((), hash_and_number),
    "starknet_getBlockWithTxHashes": (("block_id",), told("hashes")),
    "starknet_getBlockWithTxs": (("block_id",), told("txs")),
    "starknet_getBlockWithReceipts": (("block_id",), told("receipts")),
    "starknet_getBlockTransactionCount": (("block_id",), transaction_count),
    "starknet_getStateUpdate": (("block_id",), state_update),
    "starknet_getTransactionReceipt": (("transaction_hash",), receipt),
    "starknet_getEvents": (("filter",), events),
    "starknet_getClassHashAt": (("block_id", "contract_address"), class_hash_at),
    "starknet_getNonce": (("block_id", "contract_address"), nonce),
    "starknet_call": (("request", "block_id"), call),
    "starknet_getStorageProof": (
        ("block_id", "class_hashes", "contract_addresses", "contracts_storage_keys"),
        storage_proof,
    ),
}
"""Method → the names of its parameters in order, and what answers it."""


def answer(view: View, method: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """The result of one question. Raises Refused."""
    found = METHODS.get(method)
    if found is None:
        raise Refused(-32601, "Method not found")
    names, function = found
    given = params if isinstance(params, Mapping) else dict(zip(names, params, strict=False))
    if unknown := given.keys() - set(names):
        raise Refused(-32602, f"Invalid params: {sorted(unknown)}")
    return function(view, *(given.get(name) for name in names))


class Server(Proxy):
    """A view over HTTP on a port of this machine, with one lie or none."""

    def result(self, method: str, params: Any) -> Any:
        return answer(self.node, method, params)
