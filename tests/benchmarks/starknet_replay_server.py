"""A Starknet node (0.10) that answers from memory, as fast as bytes leave.

200,000 events in 500 blocks of 400: `Transfer` of one token in STRK's layout (one key, four data
felts), four a transaction; about 560 bytes of JSON an event. Or, with `whole`, blocks of the
shape that issue bars state (200 transactions of 50 calldata felts, 400 events of 11 felts, 1,500
storage entries), right in every commitment.

    python -m tests.benchmarks.starknet_replay_server PORT BLOCKS [whole]    prints `ready`, serves
"""

import asyncio
import json
import random
import sys
from typing import Any

from psephos.commit.starknet.felt import PRIME, keccak_250, short_string
from tests.benchmarks.replay_server import serve

CHAIN = short_string("SN_SEPOLIA")
FIRST = 3_000_000
PER_BLOCK = 400
TOKEN = "0x4718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d"
TRANSFER = hex(keccak_250(b"Transfer"))
COMMITMENTS = ("transaction", "event", "receipt", "state_diff")


def text(value: Any) -> bytes:
    """JSON as nodes in Rust and Go write it: compact, in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Blocks:
    """Headers and, as JSON, the events of each block."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.people = [self._felt() for _ in range(5000)]
        self.headers: dict[int, bytes] = {}
        self.events: list[bytes] = []
        parent = self._felt()
        self.genesis = self._header(0, self._felt(), "0x0")
        for number in range(FIRST, FIRST + count):
            own = self._felt()
            self.headers[number] = self._header(number, own, parent)
            self.events += self._events(number, own)
            parent = own

    def _felt(self) -> str:
        return hex(self.random.randrange(PRIME))

    def _header(self, number: int, own: str, parent: str) -> bytes:
        price = {"price_in_wei": "0x3b9aca09", "price_in_fri": "0x1416432dfc4d"}
        told = {
            "status": "ACCEPTED_ON_L2",
            "block_hash": own,
            "parent_hash": parent,
            "block_number": number,
            "new_root": self._felt(),
            "timestamp": 1_750_000_000 + 2 * (number - FIRST),
            "sequencer_address": "0x1",
            "l1_gas_price": price,
            "l1_data_gas_price": price,
            "l2_gas_price": price,
            "l1_da_mode": "BLOB",
            "starknet_version": "0.14.1",
            "event_count": PER_BLOCK,
            "transaction_count": PER_BLOCK // 4,
            "state_diff_length": 1500,
            "transactions": [self._felt() for _ in range(PER_BLOCK // 4)],
        }
        return text(told | {f"{name}_commitment": self._felt() for name in COMMITMENTS})

    def _events(self, number: int, own: str) -> list[bytes]:
        found = []
        for i in range(PER_BLOCK):
            if i % 4 == 0:
                transaction = self._felt()
            sender, recipient = self.random.choices(self.people, k=2)
            amount = hex(self.random.getrandbits(90))
            event = {
                "from_address": TOKEN,
                "keys": [TRANSFER],
                "data": [sender, recipient, amount, "0x0"],
                "block_hash": own,
                "block_number": number,
                "transaction_hash": transaction,
                "transaction_index": i // 4,
                "event_index": i % 4,
            }
            found.append(text(event))
        return found

    def answer(self, call: dict[str, Any]) -> list[bytes]:
        """The pieces of the answer to one question."""
        number = call["id"]
        result = self._result(call["method"], call.get("params") or [])
        return [b'{"jsonrpc":"2.0","id":%d,"result":' % number, *result, b"}"]

    def _result(self, method: str, params: list[Any]) -> list[bytes]:
        last = FIRST + len(self.headers) - 1
        if method == "starknet_specVersion":
            return [b'"0.10.2"']
        if method == "starknet_chainId":
            return [text(hex(CHAIN))]
        if method == "starknet_getBlockTransactionCount":
            return [b"100"]
        if method == "starknet_getEvents":
            return self._page(params[0])
        wanted = last if params[0] in ("latest", "l1_accepted") else params[0]["block_number"]
        return [self._block(method, wanted)]

    def _block(self, method: str, number: int) -> bytes:
        return self.genesis if number == 0 else self.headers[number]

    def _page(self, wanted: dict[str, Any]) -> list[bytes]:
        ends = [wanted[name]["block_number"] - FIRST for name in ("from_block", "to_block")]
        start, stop = PER_BLOCK * ends[0], PER_BLOCK * (ends[1] + 1)
        start = int(wanted.get("continuation_token", start))
        end = min(start + wanted["chunk_size"], stop)
        token = b',"continuation_token":"%d"' % end if end < stop else b""
        return [b'{"events":[', b",".join(self.events[start:end]), b"]", token, b"}"]


class Whole(Blocks):
    """Blocks with receipts and their state updates, of the stated shape, linked and right."""

    def __init__(self, count: int) -> None:
        from psephos.commit.starknet.hashes import compiled
        from tests.simulated.starknet_block import LARGE, simulated

        super().__init__(0)
        self.updates: dict[int, bytes] = {}
        self.whole: dict[int, bytes] = {}
        parent = None
        for number in range(FIRST, FIRST + count):
            block, update = simulated(number, compiled(), shape=LARGE, number=number, parent=parent)
            parent = int(block["block_hash"], 16)
            self.whole[number], self.updates[number] = text(block), text(update)
            self.headers[number] = text({**block, "transactions": []})

    def _block(self, method: str, number: int) -> bytes:
        if method == "starknet_getBlockWithReceipts":
            return self.whole[number]
        if method == "starknet_getStateUpdate":
            return self.updates[number]
        return super()._block(method, number)

    def _page(self, wanted: dict[str, Any]) -> list[bytes]:
        return [b'{"events":[]}']


if __name__ == "__main__":
    made: Any = Whole if "whole" in sys.argv else Blocks
    asyncio.run(serve(made(int(sys.argv[2])), int(sys.argv[1])))
