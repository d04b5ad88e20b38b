# ruff: noqa: E501  a lie is one line
"""What Starknet nodes do wrong, one line each: a new lie is a new line of `LIES`.

Lost, stuck and repeated continuation tokens, and events that are lost with them, are from the
issues of pathfinder and juno; what any provider does (429, HTML, truncated JSON) is `lies`.
"""

from collections.abc import Callable
from typing import Any

from psephos.commit.starknet.hashes import compiled
from psephos.errors import (
    IncompleteBlock,
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    NodeError,
    NodeUnreachable,
    RateLimited,
    WrongChain,
)
from tests.simulated.lies import HTML, cut, error, http, result, text
from tests.simulated.proxy import Exchange, Lie, Spoil
from tests.simulated.starknet_block import seal

EVENTS = ("starknet_getEvents",)
WHOLE = ("starknet_getBlockWithReceipts",)
HEADERS = ("starknet_getBlockWithTxHashes",)
UPDATES = ("starknet_getStateUpdate",)
BLOCKS = (*WHOLE, *HEADERS)
EVERY = (*EVENTS, *BLOCKS, *UPDATES)

# pages of events


def page(change: Callable[[dict[str, Any], Exchange], None]) -> Spoil:
    """Change a page of events."""

    def changed(told: dict[str, Any], exchange: Exchange) -> Any:
        change(told, exchange)
        return told

    return result(changed)


def events(change: Callable[[list[Any], Exchange], Any]) -> Spoil:
    """Change the events of a page that has some."""

    def changed(told: dict[str, Any], exchange: Exchange) -> None:
        if told["events"]:
            change(told["events"], exchange)

    return page(changed)


def one_less(found: list[Any], exchange: Exchange) -> None:
    del found[exchange.random.randrange(len(found))]


def altered(found: list[Any], exchange: Exchange) -> None:
    for event in [event for event in found if event["data"]][-1:]:
        event["data"][0] = "0x1234567"


def other_key(found: list[Any], exchange: Exchange) -> None:
    """A key that is another of those asked for: another holder, where holders are keys."""
    event = found[exchange.random.randrange(len(found))]
    event["keys"] = [*event["keys"][:1], *("0x77" for _ in event["keys"][1:])]


def twice(found: list[Any], exchange: Exchange) -> None:
    found.insert(0, found[0])


def turned(found: list[Any], exchange: Exchange) -> None:
    found.reverse()


def moved(found: list[Any], exchange: Exchange) -> None:
    """The last event as if it came later in its transaction."""
    if "event_index" in found[-1]:
        found[-1]["event_index"] += 7


def other_block(found: list[Any], exchange: Exchange) -> None:
    """The last event as if it lay in the block of the first."""
    for name in ("block_number", "block_hash"):
        found[-1][name] = found[0][name]


def unasked(found: list[Any], exchange: Exchange) -> None:
    found.append(found[-1] | {"from_address": "0x99", "event_index": 999})


def truncated(told: dict[str, Any], exchange: Exchange) -> None:
    """Three events, and no word of the others."""
    told["events"] = told["events"][:3]
    told.pop("continuation_token", None)


def lost_token(told: dict[str, Any], exchange: Exchange) -> None:
    """What did not fit on the page is lost."""
    told.pop("continuation_token", None)


def lost_middle(told: dict[str, Any], exchange: Exchange) -> None:
    """The token leads two events too far."""
    if "continuation_token" in told:
        number, skipped = told["continuation_token"].split("-")
        told["continuation_token"] = f"{number}-{int(skipped) + 2}"


def stuck(told: dict[str, Any], exchange: Exchange) -> None:
    """The token of every page is the same."""
    if "continuation_token" in told:
        told["continuation_token"] = "0-0"


def endless(exchange: Exchange, i: int) -> None:
    """Empty pages, and always another token."""
    token = f"{exchange.random.getrandbits(60)}"
    exchange.answers[i] = {
        "jsonrpc": "2.0",
        "id": exchange.calls[i]["id"],
        "result": {"events": [], "continuation_token": token},
    }


def too_long(told: dict[str, Any], exchange: Exchange) -> None:
    """More events than were asked for."""
    told["events"] = told["events"] * 60


def forgets(exchange: Exchange, i: int) -> None:
    """Every token is unknown."""
    if _filter(exchange, i).get("continuation_token"):
        error(33, "The supplied continuation token is invalid or unknown")(exchange, i)


def small_pages(exchange: Exchange, i: int) -> None:
    if _filter(exchange, i)["chunk_size"] > 4:
        error(31, "Requested page size is too big")(exchange, i)


def few_keys(exchange: Exchange, i: int) -> None:
    if sum(map(len, _filter(exchange, i).get("keys", ()))) > 2:
        error(34, "Too many keys provided in a filter")(exchange, i)


def _filter(exchange: Exchange, i: int) -> dict[str, Any]:
    params = exchange.calls[i]["params"]
    found: dict[str, Any] = params["filter"] if isinstance(params, dict) else params[0]
    return found


# blocks


def block(change: Callable[[dict[str, Any], Exchange], Any]) -> Spoil:
    """Change a closed block that is not the first."""

    def changed(told: Any, exchange: Exchange) -> Any:
        if told and told.get("block_number"):
            change(told, exchange)
        return told

    return result(changed)


def entries(change: Callable[[list[Any], Exchange], Any]) -> Spoil:
    """Change the transactions and receipts of a block that has some."""

    def changed(told: dict[str, Any], exchange: Exchange) -> None:
        if told["transactions"]:
            change(told["transactions"], exchange)

    return block(changed)


def receipts(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    return entries(lambda found, exchange: change(found[-1]["receipt"]))


def _no_hash(told: dict[str, Any], exchange: Exchange) -> None:
    """As a block that is still open."""
    for name in ("block_hash", "new_root", "parent_hash"):
        told.pop(name, None)
    told["status"] = "PRE_CONFIRMED"


def fabricated(told: dict[str, Any], exchange: Exchange) -> None:
    """A block that never was and recomputes to itself: block 9 pays somebody else."""
    if told["block_number"] != 9:
        return
    view = exchange.node
    true = view.chain.blocks[9]
    made = {**true.told, "timestamp": true.told["timestamp"] + 1}
    other, _ = seal(made, true.update, view.chain.name, compiled())
    told |= {name: other[name] for name in other if name not in ("transactions", "status")}


def of_fabricated(told: dict[str, Any], exchange: Exchange) -> Any:
    """The state update of the block of `fabricated`."""
    number = exchange.node.chain.number_of(int(told["block_hash"], 16))
    whole = {"block_number": number, "transactions": []}
    if number == 9:
        fabricated(whole, exchange)
        return told | {"block_hash": whole["block_hash"]}
    return told


def fabricate(exchange: Exchange, i: int) -> None:
    """The whole block of `fabricated`, however it is asked for."""
    method = exchange.calls[i]["method"]
    (result(of_fabricated) if method in UPDATES else block(fabricated))(exchange, i)


def next_number(told: dict[str, Any], exchange: Exchange) -> None:
    told["block_number"] += 1


def other_update(told: Any, exchange: Exchange) -> Any:
    """The state update of the block before."""
    chain = exchange.node.chain
    number = chain.number_of(int(told["block_hash"], 16))
    return chain.blocks[max(number - 1, 0)].update


def other_value(told: Any, exchange: Exchange) -> Any:
    for entry in told["state_diff"]["storage_diffs"][:1]:
        entry["storage_entries"][0]["value"] = "0x5"
    return told


def behind(exchange: Exchange, i: int) -> None:
    """The balancer sends this question to a node that has only the first twelve blocks."""
    method, told = exchange.calls[i]["method"], exchange.answers[i]
    if method in EVENTS:
        kept = [event for event in told["result"]["events"] if event["block_number"] < 12]
        exchange.answers[i] = told | {"result": {"events": kept}}
    elif isinstance(told.get("result"), dict) and told["result"].get("block_number", 0) >= 12:
        error(24, "Block not found")(exchange, i)


LIES: dict[str, Lie] = {
    # pages of events
    "a missing event": Lie(events(one_less), EVENTS, 1, None),
    "an altered event": Lie(events(altered), EVENTS, 1, None),
    "another key": Lie(events(other_key), EVENTS, 1, None),
    "an event twice": Lie(events(twice), EVENTS, 1, None),
    "no order": Lie(events(turned), EVENTS, 1, None),
    "a moved event": Lie(events(moved), EVENTS, 1, None),
    "an event in another block": Lie(events(other_block), EVENTS, 1, (NodeContradiction,)),
    "an event nobody asked for": Lie(events(unasked), EVENTS, 0.3, None),
    "no events": Lie(page(lambda told, x: told.update(events=[])), EVENTS, 1, None),
    "a truncated page": Lie(page(truncated), EVENTS, 1, None),
    "a lost token": Lie(page(lost_token), EVENTS, 1, None),
    "a token that leads too far": Lie(page(lost_middle), EVENTS, 1, None),
    "a stuck token": Lie(page(stuck), EVENTS, 1, None),
    "empty pages without end": Lie(endless, EVENTS, 1, None),
    "a page too long": Lie(page(too_long), EVENTS, 1, None),
    "forgotten tokens": Lie(forgets, EVENTS, 1, None),
    "small pages": Lie(small_pages, EVENTS, 1, None),
    "few keys": Lie(few_keys, EVENTS, 1, None),
    "null events": Lie(result(lambda r, x: None), EVENTS, 0.3, None),
    "no events of this range": Lie(error(-32000, "query timed out"), EVENTS, 0.5, None),
    # blocks
    "an event left out of a block": Lie(receipts(lambda r: r["events"] and r["events"].pop()), WHOLE, 1, (IncompleteBlock,)),
    "an event left out once": Lie(receipts(lambda r: r["events"] and r["events"].pop()), WHOLE, 0.2, None),
    "an event added to a block": Lie(receipts(lambda r: r["events"].append({"from_address": "0x1", "keys": ["0x2"], "data": []})), WHOLE, 1, (IncompleteBlock,)),
    "an event altered in a block": Lie(receipts(lambda r: r["events"] and r["events"][0]["data"].append("0x1")), WHOLE, 1, (IncompleteBlock,)),
    "a missing transaction": Lie(entries(lambda e, x: e.pop()), WHOLE, 1, (IncompleteBlock, NodeContradiction)),
    "transactions in another order": Lie(entries(lambda e, x: e.reverse()), WHOLE, 1, (IncompleteBlock,)),
    "another transaction hash": Lie(receipts(lambda r: r.update(transaction_hash="0x123")), WHOLE, 1, (IncompleteBlock,)),
    "another fee": Lie(receipts(lambda r: r["actual_fee"].update(amount="0x7")), WHOLE, 0.2, None),
    "another time": Lie(block(lambda b, x: b.update(timestamp=b["timestamp"] + 1)), WHOLE, 1, (IncompleteBlock,)),
    "another state root": Lie(block(lambda b, x: b.update(new_root="0x5")), WHOLE, 1, (IncompleteBlock, NodeContradiction)),
    "another parent": Lie(block(lambda b, x: b.update(parent_hash="0x5")), WHOLE, 1, (IncompleteBlock, NodeContradiction)),
    "another hash": Lie(block(lambda b, x: b.update(block_hash="0x5")), BLOCKS, 1, (IncompleteBlock, NodeContradiction)),
    "another number": Lie(block(next_number), WHOLE, 1, (NodeContradiction,)),
    "another commitment": Lie(block(lambda b, x: b.update(event_commitment="0x5")), WHOLE, 0.3, None),
    "another version": Lie(block(lambda b, x: b.update(starknet_version="0.13.4")), WHOLE, 1, (IncompleteBlock,)),
    "a block that is still open": Lie(block(_no_hash), BLOCKS, 0.2, None),
    "only blocks that are still open": Lie(block(_no_hash), BLOCKS, 1, (LaggingNode,)),
    "a fabricated block": Lie(fabricate, (*BLOCKS, *UPDATES), 1, (NodeContradiction,)),
    "a fabricated block now and then": Lie(fabricate, (*BLOCKS, *UPDATES), 0.2, None),
    "null block": Lie(result(lambda r, x: None), WHOLE, 0.3, None),
    "block not found": Lie(error(24, "Block not found"), BLOCKS, 0.2, None),
    "the state update of another block": Lie(result(other_update), UPDATES, 0.2, None),
    "another storage value": Lie(result(other_value), UPDATES, 0.2, None),
    "no state updates": Lie(error(-32601, "Method not found"), UPDATES, 1, None),
    "a lagging node": Lie(behind, EVERY, 0.15, None),
    # who answers
    "wrong chain": Lie(result(lambda r, x: "0x534e5f4d41494e"), ("starknet_chainId",), 1, (WrongChain,)),
    "an unknown version": Lie(result(lambda r, x: "0.7.1"), ("starknet_specVersion",), 1, (MethodMissing,)),
    "no version": Lie(result(lambda r, x: None), ("starknet_specVersion",), 1, (MalformedAnswer,)),
    # what any provider does
    "429": Lie(http(429, b"slow down"), EVERY, 0.15, None),
    "429 for ever": Lie(http(429), EVERY, 1, (RateLimited,)),
    "503": Lie(http(503, HTML), EVERY, 0.15, None),
    "503 for ever": Lie(http(503), EVERY, 1, (NodeUnreachable,)),
    "401": Lie(http(401, b'{"error":"invalid key"}'), EVERY, 1, (NodeError,)),
    "html": Lie(http(200, HTML), EVERY, 0.1, None),
    "html for ever": Lie(http(200, HTML), EVERY, 1, (MalformedAnswer,)),
    "cut connection": Lie(cut, EVERY, 0.1, None),
    "truncated json": Lie(text(lambda b: b[: len(b) // 2]), EVERY, 0.1, None),
}  # fmt: skip
