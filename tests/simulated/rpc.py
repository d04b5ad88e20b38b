"""JSON-RPC answers of any `Node`, as an Ethereum node gives them."""

from typing import Any

from psephos.chain.logs import row
from psephos.chain.node import BlockId, Logs, Node, Teller
from psephos.errors import LaggingNode


class Refused(Exception):
    """A JSON-RPC error to answer with."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message}


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value[2:])


def _number(node: Node, told: str) -> int:
    tags = {"latest": node.head, "finalized": node.finalized}
    return tags[told]().number if told in tags else int(told, 16)


def _block(node: Node, number: int) -> dict[str, Any] | None:
    try:
        header = node.headers(number, number)[0]
    except LaggingNode:
        return None
    hashes = [receipt["transactionHash"] for receipt in node.receipts(header.id)]
    return {**header.fields, "transactions": hashes, "uncles": [], "withdrawals": []}


def _logs(logs: Logs) -> list[dict[str, Any]]:
    return [
        {
            "address": _hex(address),
            "topics": [_hex(topic) for topic in topics],
            "data": _hex(data),
            "blockHash": _hex(block_hash),
            "blockNumber": hex(block),
            "transactionHash": _hex(transaction_hash),
            "transactionIndex": hex(transaction),
            "logIndex": hex(log),
            "removed": False,
        }
        for block, block_hash, transaction, log, transaction_hash, address, topics, data in (
            row(logs, i) for i in range(len(logs))
        )
    ]


def _by_hash(node: Node, told: str) -> int | None:
    """The number of the block of this hash, searched from the newest."""
    for number in range(node.head().number, -1, -1):
        if node.headers(number, number)[0].hash == _bytes(told):
            return number
    return None


def answer(node: Node, method: str, params: list[Any]) -> Any:
    """The result of one question. Raises Refused."""
    match method:
        case "eth_chainId":
            return hex(node.identity()[0])
        case "eth_blockNumber":
            return hex(node.head().number)
        case "eth_getBlockByNumber":
            return _block(node, _number(node, params[0]))
        case "eth_getBlockByHash":
            number = _by_hash(node, params[0])
            told = None if number is None else _block(node, number)
            if told and number is not None and params[1] and isinstance(node, Teller):
                told["transactions"] = node.transactions(node.headers(number, number)[0].id)
            return told
        case "eth_getBlockReceipts":
            number = _by_hash(node, params[0])
            return None if number is None else node.receipts(BlockId(number, _bytes(params[0])))
        case "eth_getTransactionReceipt":
            for number in range(node.head().number + 1):
                for receipt in node.receipts(node.headers(number, number)[0].id):
                    if receipt["transactionHash"] == params[0]:
                        return receipt
            return None
        case "eth_getLogs":
            wanted = params[0]
            first, last = _number(node, wanted["fromBlock"]), _number(node, wanted["toBlock"])
            addresses = [_bytes(a) for a in wanted.get("address", [])]
            topics = [_bytes(t) for t in (wanted.get("topics") or [[]])[0]]
            # what nodes do: a range beyond the head is no error, it ends at the head
            return _logs(node.logs(first, min(last, node.head().number), addresses, topics))
        case "eth_getCode":
            return _hex(node.code(_bytes(params[0]), _number(node, params[1])))
        case "eth_call":
            asked = params[0]
            return _hex(
                node.call(_bytes(asked["to"]), _bytes(asked["data"]), _number(node, params[1]))
            )
    raise Refused(-32601, f"the method {method} does not exist/is not available")
