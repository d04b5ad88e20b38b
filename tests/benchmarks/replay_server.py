"""A node that answers from memory, as fast as bytes leave: clients are measured against it.

1,000,000 logs in 2,500 blocks of 400: three `Transfer` of one token, then one
`DelegateVotesChanged`, 100 logs a transaction; about 629 bytes of JSON a log, written as anvil
writes it. Everything follows from one seed. Answers single questions and batches:

    eth_chainId  eth_blockNumber  eth_getBlockByNumber (numbers and tags)  eth_getLogs

Hashes are random words, so nothing recomputes; blocks link to their parents.

    python -m tests.benchmarks.replay_server PORT [BLOCKS]     prints `ready` and serves
"""

import asyncio
import json
import random
import sys
from typing import Any

CHAIN = 31_337
FIRST = 15_000_000
PER_BLOCK = 400
TOKEN = "0xca14007eff0db1f8135f4c25b34de49ab0d42766"
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
VOTES = "0xdec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724"


class Blocks:
    """Headers and, as JSON, the logs of each block."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.people = [f"0x{'0' * 24}{self.random.randbytes(20).hex()}" for _ in range(5000)]
        self.headers: list[bytes] = []
        self.logs: list[bytes] = []
        parent = self._word()
        for number in range(FIRST, FIRST + count):
            own = self._word()
            self.headers.append(self._header(number, own, parent))
            self.logs.append(self._logs(number, own))
            parent = own

    def _word(self) -> str:
        return f"0x{self.random.getrandbits(256):064x}"

    def _header(self, number: int, own: str, parent: str) -> bytes:
        fields = {
            "hash": own,
            "parentHash": parent,
            "sha3Uncles": self._word(),
            "miner": "0x" + "11" * 20,
            "stateRoot": self._word(),
            "transactionsRoot": self._word(),
            "receiptsRoot": self._word(),
            "logsBloom": "0x" + "ff" * 256,
            "difficulty": "0x0",
            "number": hex(number),
            "gasLimit": "0x1c9c380",
            "gasUsed": "0x1c9c380",
            "timestamp": hex(1_700_000_000 + 12 * (number - FIRST)),
            "extraData": "0x",
            "mixHash": self._word(),
            "nonce": "0x0000000000000000",
            "baseFeePerGas": "0x3b9aca00",
            "withdrawalsRoot": self._word(),
            "blobGasUsed": "0x0",
            "excessBlobGas": "0x0",
            "parentBeaconBlockRoot": self._word(),
            "requestsHash": self._word(),
            "size": "0x300",
            "uncles": [],
            "transactions": [self._word() for _ in range(PER_BLOCK // 100)],
            "withdrawals": [],
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    def _logs(self, number: int, own: str) -> bytes:
        time = hex(1_700_000_000 + 12 * (number - FIRST))
        texts = []
        for index in range(PER_BLOCK):
            if index % 100 == 0:
                transaction = self._word()
            one, other, third = self.random.choices(self.people, k=3)
            amount = f"{self.random.getrandbits(96):064x}"
            topics, data = f'"{TRANSFER}","{one}","{other}"', amount
            if index % 4 == 3:
                topics, data = (
                    f'"{VOTES}","{third}"',
                    amount + f"{self.random.getrandbits(96):064x}",
                )
            texts.append(
                f'{{"address":"{TOKEN}","topics":[{topics}],"data":"0x{data}","blockHash":"{own}",'
                f'"blockNumber":"{number:#x}","blockTimestamp":"{time}",'
                f'"transactionHash":"{transaction}","transactionIndex":"{index // 100:#x}",'
                f'"logIndex":"{index:#x}","removed":false}}'
            )
        return ",".join(texts).encode()

    def answer(self, call: dict[str, Any]) -> list[bytes]:
        """The pieces of the answer to one question."""
        return [
            b'{"jsonrpc":"2.0","id":%d,"result":' % call["id"],
            *self._result(call["method"], call.get("params") or []),
            b"}",
        ]

    def _result(self, method: str, params: list[Any]) -> list[bytes]:
        last = FIRST + len(self.headers) - 1
        if method == "eth_chainId":
            return [b'"%s"' % hex(CHAIN).encode()]
        if method == "eth_blockNumber":
            return [b'"%s"' % hex(last).encode()]
        if method == "eth_getBlockByNumber":
            number = FIRST if params[0] in ("0x0", "earliest") else self._number(params[0], last)
            return [self.headers[number - FIRST] if FIRST <= number <= last else b"null"]
        if method == "eth_getLogs":
            start, end = (self._number(params[0][key], last) for key in ("fromBlock", "toBlock"))
            return [b"[", b",".join(self.logs[max(0, start - FIRST) : end - FIRST + 1]), b"]"]
        return [b"null"]

    def _number(self, text: str, last: int) -> int:
        return int(text, 16) if text.startswith("0x") else last


async def serve(blocks: Blocks, port: int) -> None:
    """Serve until ended; keep-alive, one answer at a time on each connection."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while header := await reader.readuntil(b"\r\n\r\n"):
                lines = header.lower().split(b"\r\n")
                length = next(int(x[15:]) for x in lines if x.startswith(b"content-length:"))
                asked = json.loads(await reader.readexactly(length))
                answers = [
                    blocks.answer(c) for c in (asked if isinstance(asked, list) else [asked])
                ]
                pieces = [piece for answer in answers for piece in (*answer, b",")][:-1]
                if isinstance(asked, list):
                    pieces = [b"[", *pieces, b"]"]
                size = sum(map(len, pieces))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n" % size
                )
                for piece in pieces:
                    writer.write(piece)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", port, limit=1 << 20)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2500
    asyncio.run(serve(Blocks(count), int(sys.argv[1])))
