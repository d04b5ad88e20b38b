"""An Ethereum node (or anvil) over JSON-RPC, behind several endpoints: the real `Node`.

Every question goes to the first endpoint that is well; the next one is asked when it fails.
Answers are checked for what an answer alone can show: the right blocks, the right shape, one
hash a block. Whether they are true is for the block's own commitments to say.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from psephos.chain.logs import matching, parse_logs
from psephos.chain.node import BlockId, Header, Logs, Receipt, Witnesses
from psephos.chain.wire.answer import Call
from psephos.chain.wire.endpoints import Endpoints
from psephos.chain.wire.identity import Identity
from psephos.chain.wire.patience import Clock, Patience
from psephos.chain.wire.transport import Transport
from psephos.commit.fields import octets, quantity
from psephos.commit.header import header_rlp
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    NodeError,
    UnknownFork,
)
from psephos.settings import Endpoint

if TYPE_CHECKING:
    from web3 import Web3


class EthereumNode:
    """`Node` over `endpoints`, the first being preferred. For one thread.

    `chain_id` and `genesis` are what every connection of every endpoint must answer; where they
    are None, what the first connection answers. Raises the `NodeError`s of `Node`.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        chain_id: int | None = None,
        genesis: bytes | None = None,
        patience: Patience | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._identity = Identity(chain_id, genesis)
        self._endpoints = Endpoints(endpoints, self._greet, patience, clock)
        self._transports = self._endpoints.transports
        self._ask = self._endpoints.ask

    def __repr__(self) -> str:
        return f"EthereumNode({self._endpoints})"

    def _greet(self, transport: Transport) -> tuple[int, bytes]:
        """Chain id and genesis, asked on every new connection: another node may answer there."""
        genesis_call = Call("eth_getBlockByNumber", ("0x0", False))
        told, block = transport.ask_all([Call("eth_chainId"), genesis_call])
        chain_id = self._identity.check_chain(quantity(told, "chain id"))
        return self._identity.hold(chain_id, _block_id(block, "the genesis block").hash)

    def distrust(self, why: str) -> None:
        """The answers of the endpoint that answered last did not hold: ask others first."""
        self._endpoints.distrust()

    def identity(self) -> tuple[int, bytes]:
        return self._ask(self._greet)

    def head(self) -> BlockId:
        return self._tagged("latest")

    def finalized(self) -> BlockId:
        return self._tagged("finalized")

    def _tagged(self, tag: str) -> BlockId:
        call = Call("eth_getBlockByNumber", (tag, False))
        return self._ask(lambda t: _block_id(t.ask(call), f"its {tag} block"))

    def headers(self, first: int, last: int) -> list[Header]:
        calls = [Call("eth_getBlockByNumber", (hex(n), False)) for n in range(first, last + 1)]

        def read(transport: Transport) -> list[Header]:
            blocks = transport.ask_all(calls)
            return [header(block, first + i) for i, block in enumerate(blocks)]

        return self._ask(read)

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> Logs:
        wanted: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(last)}
        if addresses:
            wanted["address"] = ["0x" + a.hex() for a in addresses]
        if topics:
            wanted["topics"] = [["0x" + t.hex() for t in topics]]
        logs = self._ask(lambda t: _logs(t, last, wanted))
        _check_asked(logs, first, last, addresses, topics)
        return logs

    def receipts(self, block: BlockId) -> list[Receipt]:
        return self._ask(lambda t: _receipts(t, block))

    def transactions(self, block: BlockId) -> list[Mapping[str, Any]]:
        """The transaction objects of a block, asked for by its hash; MethodMissing from a node
        that tells their hashes only."""
        call = Call("eth_getBlockByHash", ("0x" + block.hash.hex(), True))

        def read(transport: Transport) -> list[Mapping[str, Any]]:
            told = transport.ask(call)
            if _block_id(told, f"block {block.number}").hash != block.hash:
                raise NodeContradiction(f"tells transactions of another block than {block.number}")
            found = told.get("transactions")
            if isinstance(found, list) and found and all(isinstance(one, str) for one in found):
                raise MethodMissing("tells only the hashes of a block's transactions")
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise MalformedAnswer(f"tells block {block.number} without transaction objects")
            return found

        return self._ask(read)

    def code(self, address: bytes, block: int) -> bytes:
        call = Call("eth_getCode", ("0x" + address.hex(), hex(block)))
        return self._ask(lambda t: octets(t.ask(call), "code"))

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        asked = {"to": "0x" + to.hex(), "data": "0x" + data.hex()}
        call = Call("eth_call", (asked, hex(block)))
        return self._ask(lambda t: octets(t.ask_web3(call), "answer of a call"))

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]:
        """`eth_getProof`: nodes of the state and storage tries; what they prove is for others.

        Nodes serve it near their head only, and refuse with any NodeError elsewhere.
        """
        names = ["0x" + slot.hex() for slot in slots]
        call = Call("eth_getProof", ("0x" + address.hex(), names, hex(block)))

        def read(transport: Transport) -> Mapping[str, Any]:
            if isinstance(told := transport.ask(call), dict):
                return told
            raise MalformedAnswer(f"tells a proof as JSON {type(told).__name__}")

        return self._ask(read)

    def witnesses(self, block: BlockId) -> Witnesses:
        """Every endpoint is asked; one that fails or lags confirms nothing."""
        call = Call("eth_getBlockByNumber", (hex(block.number), False))
        return self._endpoints.confirming(
            lambda t: _block_id(t.ask(call), "block").hash == block.hash
        )

    def web3(self) -> "Web3":
        """web3 on the preferred endpoint, for whoever explores: same session, same limits."""
        return self._transports[0].web3()


def _block_id(block: Any, what: str) -> BlockId:
    """Number and hash of a block's JSON; null means that the node does not have it."""
    if block is None:
        raise LaggingNode(f"does not have {what}")
    if not isinstance(block, dict):
        raise MalformedAnswer(f"tells a block as JSON {type(block).__name__}")
    return BlockId(
        quantity(block.get("number"), "block number"), octets(block.get("hash"), "block hash", 32)
    )


def header(block: Any, number: int) -> Header:
    """A header from the JSON of a block. `rlp` is empty for a fork that is not known yet."""
    told = _block_id(block, f"block {number}")
    if told.number != number:
        raise NodeContradiction(f"was asked for block {number} and answers block {told.number}")
    fields = {name: value for name, value in block.items() if isinstance(value, str)}
    try:
        encoded = header_rlp(fields)
    except UnknownFork:
        encoded = b""
    return Header(
        number=number,
        hash=told.hash,
        parent=octets(fields.get("parentHash"), "parentHash", 32),
        timestamp=quantity(fields.get("timestamp"), "timestamp"),
        rlp=encoded,
        fields=fields,
    )


def _logs(transport: Transport, last: int, wanted: Mapping[str, Any]) -> Logs:
    """Logs, and the last block beside them: a node without that block has no logs to tell."""
    calls = [Call("eth_getLogs", (wanted,)), Call("eth_getBlockByNumber", (hex(last), False))]
    answer, block = transport.ask_beside(calls)
    newest = _block_id(block, f"block {last}")
    logs = parse_logs(answer)
    hashes = logs.block_hash[logs.block == last]
    if len(hashes) and hashes[0].tobytes() != newest.hash:
        raise NodeContradiction(f"tells logs of block {last} under another hash than the block's")
    return logs


def _check_asked(
    logs: Logs, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
) -> None:
    """NodeContradiction if a log was told that was not asked for."""
    asked = (logs.block >= first) & (logs.block <= last) & matching(logs, addresses, topics)
    if not asked.all():
        i = int(np.flatnonzero(~asked)[0])
        raise NodeContradiction(
            f"a log that nobody asked for: block {logs.block[i]}, index {logs.log[i]}"
        )


def _receipts(transport: Transport, block: BlockId) -> list[Receipt]:
    """All receipts of a block by its hash; one by one where the node has no method for it, or
    one that takes no hash."""
    name = "0x" + block.hash.hex()
    try:
        receipts = transport.ask(Call("eth_getBlockReceipts", (name,)))
    except NodeError as error:
        if type(error) not in (MethodMissing, NodeError):
            raise
        told = transport.ask(Call("eth_getBlockByHash", (name, False)))
        _block_id(told, f"block {block.number}")
        calls = [Call("eth_getTransactionReceipt", (h,)) for h in told.get("transactions") or ()]
        receipts = transport.ask_all(calls)
    if receipts is None or (isinstance(receipts, list) and None in receipts):
        raise LaggingNode(f"does not have the receipts of block {block.number}")
    if not isinstance(receipts, list) or not all(isinstance(r, dict) for r in receipts):
        raise MalformedAnswer(f"tells the receipts of block {block.number} as no list of objects")
    if any(octets(r.get("blockHash"), "blockHash", 32) != block.hash for r in receipts):
        raise NodeContradiction(f"tells receipts of another block than {block.number}, {name}")
    return receipts
