"""`starknet_getEvents`: pages of a simulated chain's events, as a filter asks for them."""

from collections.abc import Sequence
from typing import Any

from tests.simulated.rpc import Refused
from tests.simulated.starknet import Json
from tests.simulated.starknet_view import INVALID_TOKEN, PAGE_SIZE_TOO_BIG, TOO_MANY_KEYS, View

KEYS = 16
"""Most places of keys of a filter, and most keys a thousand times so many."""


def events(view: View, wanted: Json) -> Json:
    """A page of events; its token says where the next one begins."""
    size = wanted.get("chunk_size")
    if not isinstance(size, int) or size < 1:
        raise Refused(-32602, "Invalid params: chunk_size")
    if size > view.page:
        raise Refused(*PAGE_SIZE_TOO_BIG)
    keys = [{int(key, 16) for key in place} for place in wanted.get("keys") or ()]
    if sum(map(len, keys)) > KEYS * 1000 or len(keys) > KEYS:
        raise Refused(*TOO_MANY_KEYS)
    first = _place(view, wanted.get("from_block"), 0)
    last = _place(view, wanted.get("to_block"), view.chain.head)
    number, skipped = _resumed(wanted.get("continuation_token"), first, last)
    addresses = _addresses(view, wanted.get("address"))
    found: list[Json] = []
    while number <= last:
        inside = [e for e in emitted(view, number) if _fits(e, addresses, keys)]
        taken = inside[skipped : skipped + size - len(found)]
        found += taken
        skipped += len(taken)
        if skipped < len(inside):
            return {"events": found, "continuation_token": f"{number}-{skipped}"}
        number, skipped = number + 1, 0
    return {"events": found}


def _place(view: View, block_id: Any, default: int) -> int:
    """A block's number; what lies beyond the head ends at the head, as nodes do."""
    if block_id is None:
        return default
    if isinstance(block_id, dict) and "block_number" in block_id:
        return int(min(block_id["block_number"], view.chain.head + 1))
    return int(view.block(block_id).told["block_number"])


def _resumed(token: Any, first: int, last: int) -> tuple[int, int]:
    if token is None:
        return first, 0
    number, _, skipped = str(token).partition("-")
    if not (number.isdecimal() and skipped.isdecimal() and first <= int(number) <= last):
        raise Refused(*INVALID_TOKEN)
    return int(number), int(skipped)


def _addresses(view: View, told: Any) -> set[int] | None:
    if told is None:
        return None
    if isinstance(told, list) and not view.new:
        raise Refused(-32602, "Invalid params: address")
    return {int(a, 16) for a in ([told] if isinstance(told, str) else told)}


def emitted(view: View, number: int) -> list[Json]:
    """The events of a block as a filter tells them; places in it are told since 0.10."""
    if not 0 <= number <= view.chain.head:
        return []
    block = view.chain.blocks[number].told
    key = (block["block_hash"], "events", False)
    if key not in view._shown:
        where = {name: block[name] for name in ("block_hash", "block_number")}
        view._shown[key] = {
            "events": [
                event
                | where
                | {"transaction_hash": entry["receipt"]["transaction_hash"]}
                | ({"transaction_index": i, "event_index": j} if view.new else {})
                for i, entry in enumerate(block["transactions"])
                for j, event in enumerate(entry["receipt"]["events"])
            ]
        }
    found: list[Json] = view._shown[key]["events"]
    return found


def _fits(event: Json, addresses: set[int] | None, keys: Sequence[set[int]]) -> bool:
    if addresses is not None and int(event["from_address"], 16) not in addresses:
        return False
    if len(keys) > len(event["keys"]):
        return False
    return all(not w or int(k, 16) in w for w, k in zip(keys, event["keys"], strict=False))
