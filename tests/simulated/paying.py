"""A simulated chain whose transactions are signed: its transactions roots are right, too.

Receipts tell what follows from the transactions: hash, payer, target, price. Everybody who pays
has a key, so that a sender can be recovered. `Paid` tells blocks whole as a node does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coincurve import PrivateKey, PublicKey

from psephos.chain.node import BlockId, Node, Receipt
from psephos.commit.keccak import keccak
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.trie import ordered_root
from psephos.errors import LaggingNode
from tests.simulated.chain import _hex
from tests.simulated.collected import Told


class Paid(Told):
    """A chain of fee-market transactions, each signed by one of a few payers."""

    def __init__(self, seed: int = 0, **options: Any) -> None:
        self.keys = [PrivateKey(bytes((seed % 251 + 1, i + 1)) * 16) for i in range(6)]
        self.payers = [address(key.public_key) for key in self.keys]
        self.signed: dict[int, list[dict[str, Any]]] = {}
        super().__init__(seed, **options)

    def _signed(self, number: int, receipts: list[dict[str, Any]]) -> bytes:
        told = [self._sign(number, i, receipt) for i, receipt in enumerate(receipts)]
        self.signed[number] = told
        for one, receipt in zip(told, receipts, strict=True):
            named = {"transactionHash": one["hash"]}
            receipt |= named | {"from": one["from"], "to": one["to"]}
            receipt["logs"] = [log | named for log in receipt["logs"]]
        return ordered_root([bytes.fromhex(one["raw"][2:]) for one in told])

    def _sign(self, number: int, position: int, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """A transaction under base fee 10^9 that pays what the receipt says."""
        who = (number + position) % len(self.keys)
        tip = int(receipt["effectiveGasPrice"], 16) - 10**9
        numbers = {
            "chainId": self.CHAIN,
            "nonce": 1000 * number + position,
            "maxPriorityFeePerGas": tip,
            "maxFeePerGas": 2 * 10**9,
            "gas": 10**6,
        }
        salt = integer(self.random.getrandbits(64))
        body = b"".join(map(integer, numbers.values())) + string(self.TOKEN) + b"\x80"
        body += string(salt) + b"\xc0"
        digest = keccak(b"\x02" + sequence(body))
        signature = self.keys[who].sign_recoverable(digest, hasher=None)
        r, s = (int.from_bytes(signature[i : i + 32], "big") for i in (0, 32))
        tail = b"".join(map(integer, (signature[64], r, s)))
        raw = b"\x02" + sequence(body + tail)
        return {name: hex(value) for name, value in numbers.items()} | {
            "type": "0x2",
            "from": _hex(self.payers[who]),
            "to": _hex(self.TOKEN),
            "value": "0x0",
            "input": _hex(salt),
            "accessList": [],
            "v": hex(signature[64]),
            "r": hex(r),
            "s": hex(s),
            "hash": _hex(keccak(raw)),
            "raw": _hex(raw),
            "transactionIndex": hex(position),
        }

    def transactions(self, block: BlockId) -> list[Mapping[str, Any]]:
        """What `eth_getBlockByHash` tells of them."""
        if self._block(block.number)[0].hash != block.hash:
            raise LaggingNode(f"block {block.number} has another hash")
        return list(self.signed[block.number])


class Deceiving:
    """A node that tells transactions or receipts otherwise than the one it stands before.

    `tell(what, told)` gets a copy of each answer to `transactions` and `receipts`.
    """

    def __init__(self, node: Node, tell: Any) -> None:
        self.node, self.tell = node, tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    def transactions(self, block: BlockId) -> Any:
        told = [dict(one) for one in self.node.transactions(block)]  # type: ignore[attr-defined]
        return self.tell("transactions", told)

    def receipts(self, block: BlockId) -> Sequence[Receipt]:
        told = [dict(one) for one in self.node.receipts(block)]
        found: Sequence[Receipt] = self.tell("receipts", told)
        return found


def address(key: PublicKey) -> bytes:
    return keccak(key.format(compressed=False)[1:])[12:]


def paid(seed: int = 0, blocks: int = 40, lag: int = 16) -> Paid:
    """A chain of so many blocks."""
    told = Paid(seed, lag=lag)
    told.grow(blocks)
    return told
