# ruff: noqa: E501  a lie is one line
"""What providers do wrong, one line each: a new lie is a new line of `LIES`.

Texts of refusals are the providers' own (Infura, Alchemy, QuickNode, Ankr, Cloudflare, geth …).
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

from psephos.errors import (
    IncompleteBlock,
    LaggingNode,
    MalformedAnswer,
    NodeContradiction,
    NodeError,
    NodeUnreachable,
    RateLimited,
    WrongChain,
)
from tests.simulated.proxy import Exchange, Lie, Spoil

LOGS = ("eth_getLogs",)
BLOCKS = ("eth_getBlockByNumber",)
RECEIPTS = ("eth_getBlockReceipts",)
EVERY = ("eth_getLogs", "eth_getBlockByNumber", "eth_getBlockReceipts")


def error(code: int, message: str, *, blocks: int = 0, rows: int = -1) -> Spoil:
    """Refuse ranges of more than `blocks` blocks, or answers of more than `rows` logs."""

    def spoil(exchange: Exchange, i: int) -> None:
        params = exchange.calls[i]["params"]
        if exchange.calls[i]["method"] == "eth_getLogs":
            span = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            if span <= blocks or len(exchange.answers[i]["result"]) <= rows:
                return
        told = {"code": code, "message": message}
        exchange.answers[i] = {"jsonrpc": "2.0", "id": exchange.calls[i]["id"], "error": told}

    return spoil


def suggestion(exchange: Exchange, i: int) -> None:
    """Refuse every range of several blocks and suggest the very same one."""
    wanted = exchange.calls[i]["params"][0]
    same = f"[{wanted['fromBlock']}, {wanted['toBlock']}]"
    error(
        -32005,
        f"query returned more than 10000 results. Try with this block range {same}.",
        blocks=1,
    )(exchange, i)


def http(status: int, body: bytes = b"", **headers: str) -> Spoil:
    def spoil(exchange: Exchange, i: int) -> None:
        exchange.status, exchange.body = status, body
        exchange.headers |= {name.replace("_", "-"): value for name, value in headers.items()}

    return spoil


def result(change: Callable[[Any, Exchange], Any]) -> Spoil:
    """Change the result of a question."""

    def spoil(exchange: Exchange, i: int) -> None:
        told = exchange.answers[i]
        if "result" in told:
            copy = json.loads(json.dumps(told["result"]))
            exchange.answers[i] = told | {"result": change(copy, exchange)}

    return spoil


def text(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the bytes of the answer."""

    def spoil(exchange: Exchange, i: int) -> None:
        exchange.body = change(exchange.text())

    return spoil


def cut(exchange: Exchange, i: int) -> None:
    """Close the connection in the middle of the body."""
    exchange.sent = len(exchange.text()) // 2


def bomb(exchange: Exchange, i: int) -> None:
    """48 kB that inflate to 50 MB."""
    exchange.body = BOMB
    exchange.headers["Content-Encoding"] = "gzip"


BOMB = gzip.compress(bytes(50_000_000), 9)


def silence(exchange: Exchange, i: int) -> None:
    exchange.pause = 600.0  # until the proxy ends


def without(logs: Any, exchange: Exchange) -> Any:
    """Leave one log out."""
    if logs:
        del logs[exchange.random.randrange(len(logs))]
    return logs


def truncated(logs: Any, exchange: Exchange) -> Any:
    """The first ten, and no word of the others."""
    return logs[:10]


def twice(logs: Any, exchange: Exchange) -> Any:
    return logs + logs[:3]


def shuffled(logs: Any, exchange: Exchange) -> Any:
    exchange.random.shuffle(logs)
    return logs


def removed(logs: Any, exchange: Exchange) -> Any:
    """Logs of an abandoned branch, marked so, among the others."""
    return [log | {"removed": True, "blockHash": "0x" + "ab" * 32} for log in logs[:3]] + logs


def branches(logs: Any, exchange: Exchange) -> Any:
    """The first log once more, under another hash of its block, not marked."""
    return [log | {"blockHash": "0x" + "ab" * 32} for log in logs[:1]] + logs


def altered(logs: Any, exchange: Exchange) -> Any:
    for log in logs[:1]:
        log["data"] = "0x" + "11" * (len(log["data"]) // 2 - 1)
    return logs


def added(logs: Any, exchange: Exchange) -> Any:
    return logs + [log | {"logIndex": "0xfff"} for log in logs[-1:]]


def unasked(logs: Any, exchange: Exchange) -> Any:
    return logs + [log | {"address": "0x" + "99" * 20, "logIndex": "0xfff"} for log in logs[-1:]]


def _height(call: dict[str, Any]) -> int:
    return int(call["params"][0], 16) if call["params"][0].startswith("0x") else 0


def behind(exchange: Exchange, i: int) -> None:
    """The balancer sends this question to a node that is 20 blocks behind."""
    newest = exchange.node.head().number - 20
    call = exchange.calls[i]
    if call["method"] == "eth_getLogs":
        told = exchange.answers[i]
        kept = [log for log in told["result"] if int(log["blockNumber"], 16) <= newest]
        exchange.answers[i] = told | {"result": kept}
    elif call["method"] in BLOCKS and _height(call) > newest:
        exchange.answers[i] = exchange.answers[i] | {"result": None}


def behind_all(exchange: Exchange, i: int) -> None:
    """Both questions of a batch go to the node that is behind."""
    for position in range(len(exchange.calls)):
        behind(exchange, position)


def sibling(block: Any, exchange: Exchange) -> Any:
    """Another block of that number."""
    return (
        block if block is None or block["number"] == "0x0" else block | {"hash": "0x" + "cd" * 32}
    )


def other_number(block: Any, exchange: Exchange) -> Any:
    return block if block is None else block | {"number": hex(int(block["number"], 16) + 1)}


def dropped(receipts: Any, exchange: Exchange) -> Any:
    return receipts[:-1]


HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
DEEP = b"[" * 100_000
INFURA = "query returned more than 10000 results. Try with this block range [0xBDE5F8, 0x102DBCC]."
ALCHEMY = (
    "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and "
    "no limit on the response size, or you can request any block range with a cap of 10K logs in "
    "the response. Based on your parameters, this block range should work: [0x0, 0xd043b8]"
)
GETH = "One of the blocks specified in filter (fromBlock, toBlock or blockHash) cannot be found."

LIES: dict[str, Lie] = {
    # limits of ranges and results
    "infura results": Lie(error(-32005, INFURA, rows=12), LOGS, 1, None),
    "infura live": Lie(error(-32602, "range 1000000 exceeds limit of 10000", blocks=7), LOGS, 1, None),
    "alchemy size": Lie(error(-32602, ALCHEMY, rows=9), LOGS, 1, None),
    "alchemy free": Lie(error(-32600, "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block range should work: [0x1, 0x1f4]", blocks=5), LOGS, 1, None),
    "bsc": Lie(error(-32000, "exceed maximum block range: 5000", blocks=3), LOGS, 1, None),
    "bsc results": Lie(error(-32005, "limit exceeded", blocks=2), LOGS, 1, None),
    "avalanche": Lie(error(-32000, "requested too many blocks from 1 to 100, maximum is set to 30", blocks=30), LOGS, 1, None),
    "cloudflare": Lie(error(-32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800", blocks=8), LOGS, 1, None),
    "thirdweb": Lie(error(-32602, "Maximum allowed number of requested blocks is 10000", blocks=9), LOGS, 1, None),
    "ankr": Lie(error(-32600, "block range is too wide", blocks=11), LOGS, 1, None),
    "quicknode": Lie(error(-32614, "eth_getLogs is limited to a 10,000 range", blocks=13), LOGS, 1, None),
    "blockpi": Lie(error(-32602, "eth_getLogs is limited to 1024 block range. Please check the parameter requirements", blocks=17), LOGS, 1, None),
    "plan": Lie(error(-32000, "block range exceeds the range allowed for your plan (64 > 10)", blocks=10), LOGS, 1, None),
    "chainstack": Lie(error(-32000, "Block range limit exceeded. See more details", blocks=4), LOGS, 1, None),
    "coinbase": Lie(error(-32000, "please limit the query to at most 1000 blocks", blocks=6), LOGS, 1, None),
    "publicnode": Lie(error(-32701, "maximum block range: 50000", blocks=15), LOGS, 1, None),
    "harmony": Lie(error(-32000, "query must be smaller than size 1024", blocks=12), LOGS, 1, None),
    "geth timeout": Lie(error(-32002, "request timed out", blocks=20), LOGS, 1, None),
    "words nobody knows": Lie(error(-1, "computer says no", blocks=2), LOGS, 1, None),
    "the same range suggested": Lie(suggestion, LOGS, 1, None),
    "no logs of one block either": Lie(error(-32005, INFURA), LOGS, 1, None),
    "payload too large": Lie(http(413, b"payload too large"), LOGS, 0.5, None),
    "gateway time-out": Lie(http(504, HTML), LOGS, 0.5, None),
    # asked to wait, or down
    "429": Lie(http(429, b"slow down"), EVERY, 0.2, None),
    "429 retry-after": Lie(http(429, b"", Retry_After="7"), EVERY, 0.2, None),
    "429 retry-after an hour": Lie(http(429, b"", Retry_After="3600"), EVERY, 1, (RateLimited,)),
    "429 for ever": Lie(http(429), EVERY, 1, (RateLimited,)),
    "429 in json": Lie(error(429, "Your app has exceeded its compute units per second capacity."), EVERY, 0.2, None),
    "rate in json": Lie(error(-32005, "daily request count exceeded, request rate limited"), BLOCKS, 0.2, None),
    "503": Lie(http(503, HTML), EVERY, 0.2, None),
    "503 for ever": Lie(http(503), EVERY, 1, (NodeUnreachable,)),
    "401": Lie(http(401, b'{"error":"invalid key"}'), EVERY, 1, (NodeError,)),
    "redirect": Lie(http(302, b"", Location="http://127.0.0.1:9/"), EVERY, 1, (NodeError,)),
    "silence": Lie(silence, LOGS, 0.4, None),
    "silence for ever": Lie(silence, BLOCKS, 1, (NodeUnreachable,)),
    # no JSON, or not strict
    "html": Lie(http(200, HTML), EVERY, 0.15, None),
    "html for ever": Lie(http(200, HTML), EVERY, 1, (MalformedAnswer,)),
    "cut connection": Lie(cut, EVERY, 0.15, None),
    "truncated json": Lie(text(lambda b: b[: len(b) // 2]), EVERY, 0.15, None),
    "empty body": Lie(http(200, b""), EVERY, 0.15, None),
    "not a number": Lie(text(lambda b: b.replace(b'"jsonrpc":"2.0"', b'"jsonrpc":NaN')), EVERY, 1, (MalformedAnswer,)),
    "a name twice": Lie(text(lambda b: b.replace(b'"id":', b'"id":1,"id":')), EVERY, 1, (MalformedAnswer,)),
    "another id": Lie(text(lambda b: b.replace(b'"id":', b'"id":9')), EVERY, 0.15, None),
    "deep": Lie(text(lambda b: DEEP), EVERY, 0.15, None),
    "bytes after": Lie(text(lambda b: b + b"{}"), EVERY, 0.15, None),
    "gzip bomb": Lie(bomb, EVERY, 0.15, None),
    "gzip bomb for ever": Lie(bomb, EVERY, 1, (MalformedAnswer,)),
    # answers that are not true
    "null block": Lie(result(lambda r, x: None), BLOCKS, 0.4, None),
    "null logs": Lie(result(lambda r, x: None), LOGS, 0.5, None),
    "null receipts": Lie(result(lambda r, x: None), RECEIPTS, 0.2, None),
    "no receipts method": Lie(error(-32601, "the method eth_getBlockReceipts does not exist"), RECEIPTS, 1, None),
    "receipts by number only": Lie(error(-32602, "invalid argument 0: hex string has length 64, want at most 16 digits"), RECEIPTS, 1, None),
    "empty logs": Lie(result(lambda r, x: []), LOGS, 1, None),
    "a missing log": Lie(result(without), LOGS, 1, None),
    "silent truncation": Lie(result(truncated), LOGS, 1, None),
    "duplicates": Lie(result(twice), LOGS, 1, None),
    "no order": Lie(result(shuffled), LOGS, 1, None),
    "removed logs": Lie(result(removed), LOGS, 1, None),
    "two hashes": Lie(result(branches), LOGS, 0.3, None),
    "two hashes for ever": Lie(result(branches), LOGS, 1, (NodeContradiction,)),
    "an altered log": Lie(result(altered), LOGS, 1, None),
    "an added log": Lie(result(added), LOGS, 1, None),
    "a log nobody asked for": Lie(result(unasked), LOGS, 0.3, None),
    "unknown block": Lie(error(-32000, GETH), LOGS, 0.5, None),
    "a lagging node": Lie(behind, ("eth_getLogs", "eth_getBlockByNumber"), 0.2, None),
    "a lagging node behind a batch": Lie(behind_all, LOGS, 0.5, None),
    "a lagging node for ever": Lie(behind_all, BLOCKS, 1, (LaggingNode,)),
    "another hash": Lie(result(sibling), BLOCKS, 0.3, None),
    "another hash for ever": Lie(result(sibling), BLOCKS, 1, (NodeContradiction,)),
    "another number": Lie(result(other_number), BLOCKS, 0.3, None),
    "wrong chain": Lie(result(lambda r, x: "0x5"), ("eth_chainId",), 1, (WrongChain,)),
    "a missing receipt": Lie(result(dropped), RECEIPTS, 1, (IncompleteBlock,)),
}  # fmt: skip
