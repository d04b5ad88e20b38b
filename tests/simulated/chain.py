"""A simulated Ethereum chain: a `Node` in pure Python whose every commitment is right.

Headers hash to their hashes, receipts recompute to their roots and blooms, blocks link to their
parents; what happens in them follows from the seed. `reorg` replaces the newest blocks. What
lies is `tests.simulated.proxy`. A hundred seeds run in the time one anvil starts.
"""

import random
from collections.abc import Sequence
from typing import Any, Self

from psephos.chain.ethereum import header
from psephos.chain.logs import logs_of, matching, select
from psephos.chain.node import BlockId, Header, Logs, Receipt, Witnesses
from psephos.commit.bloom import bloom_of, bloom_union
from psephos.commit.header import header_hash, header_rlp
from psephos.commit.keccak import keccak
from psephos.commit.receipts import receipts_root
from psephos.errors import LaggingNode

EMPTY_UNCLES = keccak(b"\xc0")


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _word(value: int | bytes) -> bytes:
    return value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0")


class SimulatedChain:
    """A chain of one token (ERC20Votes) and one governor; it answers as `Node`.

    The final block is `lag` blocks behind the head, or `settled`. Block 1 deploys both contracts,
    and from block 2 on a `share` of the blocks has up to `busy` transactions of up to four logs
    each; the others have none. Amounts, holders and votes are drawn from `seed`; they obey no
    contract's arithmetic.
    """

    CHAIN = 31_337
    TOKEN = bytes.fromhex("70" * 20)
    GOVERNOR = bytes.fromhex("60" * 20)
    STRANGER = bytes.fromhex("50" * 20)
    TRANSFER = keccak(b"Transfer(address,address,uint256)")
    VOTES_CHANGED = keccak(b"DelegateVotesChanged(address,uint256,uint256)")
    VOTE_CAST = keccak(b"VoteCast(address,uint256,uint8,uint256,string)")

    def __init__(
        self,
        seed: int = 0,
        *,
        lag: int = 8,
        busy: int = 4,
        interval: int = 12,
        share: float = 0.8,
    ) -> None:
        self.random = random.Random(seed)
        self.lag = lag
        self.settled: int | None = None
        self.busy = busy
        self.share = share
        self.interval = interval
        self.blocks: list[tuple[Header, list[Receipt]]] = []
        self.people = [self.random.randbytes(20) for _ in range(12)]
        self._mine([])
        self._mine([[]])

    # growing

    def grow(self, count: int = 1) -> None:
        """Mine `count` blocks; blocks 0 and 1 are there from the start."""
        for _ in range(count):
            quiet = self.random.random() >= self.share
            busy = 0 if quiet else self.random.randrange(self.busy + 1)
            self._mine([self._events() for _ in range(busy)])

    def reorg(self, depth: int, *, longer: int = 1) -> None:
        """Replace the newest `depth` blocks by `depth + longer` others."""
        assert 0 < depth < len(self.blocks) - 1
        del self.blocks[-depth:]
        self.random.seed(self.random.getrandbits(64))
        target = len(self.blocks) + depth + longer
        while len(self.blocks) < target:
            self.grow()

    def copy(self) -> Self:
        """Another chain of the same blocks, that may go on otherwise; blocks are shared."""
        other = object.__new__(type(self))
        other.__dict__ |= self.__dict__ | {"blocks": list(self.blocks), "random": random.Random()}
        other.random.setstate(self.random.getstate())
        return other

    @property
    def final(self) -> int:
        """The number of the final block."""
        return max(0, len(self.blocks) - 1 - self.lag) if self.settled is None else self.settled

    def _events(self) -> list[tuple[bytes, list[bytes], bytes]]:
        """The logs of one transaction: (address, topics, data)."""
        return [self._event() for _ in range(self.random.randrange(5))]

    def _event(self) -> tuple[bytes, list[bytes], bytes]:
        one, other = self.random.choice(self.people), self.random.choice(self.people)
        amount = _word(self.random.randrange(10**24))
        kind = self.random.randrange(10)
        if kind < 5:
            return self.TOKEN, [self.TRANSFER, _word(one), _word(other)], amount
        if kind < 8:
            return self.TOKEN, [self.VOTES_CHANGED, _word(one)], _word(0) + amount
        if kind < 9:
            return self.GOVERNOR, [self.VOTE_CAST, _word(one)], self._vote(amount)
        return self.STRANGER, [self.TRANSFER, _word(one), _word(other)], amount

    def _vote(self, weight: bytes) -> bytes:
        reason = self.random.choice([b"", b"yes", "né — ✓".encode(), b"x" * 70])
        padded = reason + b"\0" * (-len(reason) % 32)
        proposal = _word(self.random.randrange(2**256))
        support = _word(self.random.randrange(3))
        return proposal + support + weight + _word(128) + _word(len(reason)) + padded

    def _mine(self, transactions: Sequence[Sequence[tuple[bytes, list[bytes], bytes]]]) -> None:
        number = len(self.blocks)
        receipts = self._receipts(number, transactions)
        fields = {
            "parentHash": _hex(self.blocks[-1][0].hash if self.blocks else bytes(32)),
            "sha3Uncles": _hex(EMPTY_UNCLES),
            "miner": _hex(self.people[number % len(self.people)]),
            "stateRoot": _hex(self.random.randbytes(32)),
            "transactionsRoot": _hex(self._signed(number, receipts)),
            "receiptsRoot": _hex(receipts_root(receipts)),
            "logsBloom": _hex(bloom_union(bytes.fromhex(r["logsBloom"][2:]) for r in receipts)),
            "difficulty": "0x0",
            "number": hex(number),
            "gasLimit": "0x1c9c380",
            "gasUsed": receipts[-1]["cumulativeGasUsed"] if receipts else "0x0",
            "timestamp": hex(self._time(number)),
            "extraData": "0x",
            "mixHash": _hex(self.random.randbytes(32)),
            "nonce": "0x0000000000000000",
            "baseFeePerGas": hex(10**9),
            "withdrawalsRoot": _hex(bytes(32)),
            "blobGasUsed": "0x0",
            "excessBlobGas": "0x0",
            "parentBeaconBlockRoot": _hex(bytes(32)),
            "requestsHash": _hex(bytes(32)),
        }
        block_hash = _hex(header_hash(header_rlp(fields)))
        for receipt in receipts:
            receipt["blockHash"] = block_hash
            for log in receipt["logs"]:
                log["blockHash"] = block_hash
        self.blocks.append((header(fields | {"hash": block_hash}, number), receipts))

    def _time(self, number: int) -> int:
        """The timestamp of a block."""
        return 1_700_000_000 + self.interval * number

    def _signed(self, number: int, receipts: list[dict[str, Any]]) -> bytes:
        """The transactions root: here of nothing, since nobody signed anything
        (`tests.simulated.paying` does)."""
        return self.random.randbytes(32)

    def _receipts(
        self, number: int, transactions: Sequence[Sequence[tuple[bytes, list[bytes], bytes]]]
    ) -> list[dict[str, Any]]:
        receipts: list[dict[str, Any]] = []
        logs = gas = 0
        for index, events in enumerate(transactions):
            gas += 21_000 + 5_000 * len(events)
            place = {
                "transactionHash": _hex(self.random.randbytes(32)),
                "transactionIndex": hex(index),
                "blockNumber": hex(number),
            }
            told = [
                {
                    "address": _hex(address),
                    "topics": [_hex(topic) for topic in topics],
                    "data": _hex(data),
                    "logIndex": hex(logs + i),
                    "removed": False,
                }
                | place
                for i, (address, topics, data) in enumerate(events)
            ]
            logs += len(events)
            receipts.append(
                place
                | {
                    "type": "0x2",
                    "status": "0x1",
                    "cumulativeGasUsed": hex(gas),
                    "gasUsed": hex(21_000 + 5_000 * len(events)),
                    "effectiveGasPrice": hex(10**9 + index),
                    "from": _hex(self.people[index % len(self.people)]),
                    "to": _hex(self.TOKEN),
                    "logsBloom": _hex(bloom_of((address, topics) for address, topics, _ in events)),
                    "logs": told,
                }
            )
        return receipts

    # answering

    def identity(self) -> tuple[int, bytes]:
        return self.CHAIN, self.blocks[0][0].hash

    def head(self) -> BlockId:
        return self.blocks[-1][0].id

    def finalized(self) -> BlockId:
        return self._block(self.final)[0].id

    def _block(self, number: int) -> tuple[Header, list[Receipt]]:
        if not 0 <= number < len(self.blocks):
            raise LaggingNode(f"block {number} is not there yet")
        return self.blocks[number]

    def headers(self, first: int, last: int) -> list[Header]:
        return [self._block(number)[0] for number in range(first, last + 1)]

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> Logs:
        self._block(last)
        receipts = [r for n in range(first, last + 1) for r in self._block(n)[1]]
        logs = logs_of(receipts)
        return select(logs, matching(logs, addresses, topics))

    def receipts(self, block: BlockId) -> list[Receipt]:
        told, receipts = self._block(block.number)
        if told.hash != block.hash:
            raise LaggingNode(f"block {block.number} has another hash")
        return receipts

    def code(self, address: bytes, block: int) -> bytes:
        self._block(block)
        return b"\x60\x00" if address in (self.TOKEN, self.GOVERNOR) and block >= 1 else b""

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        """Every contract answers the hash of what it was asked and where."""
        return keccak(to + data + self._block(block)[0].hash)

    def witnesses(self, block: BlockId) -> Witnesses:
        known = block.number < len(self.blocks) and self.blocks[block.number][0].id == block
        return Witnesses(("simulated",), 1) if known else Witnesses((), 0)
