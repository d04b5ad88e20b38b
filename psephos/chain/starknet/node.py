"""A Starknet node over JSON-RPC 0.8 to 0.10, behind several endpoints: the same seam as Ethereum.

Answers are checked for what an answer alone can show; whether they are true is for the block's
own commitments to say (`psephos.chain.starknet.read`). A block that is pending or pre-confirmed
has no hash and is never told. What is final: the newest block that the node calls accepted on L1
or, where an Ethereum node is given, the last state update in a finalized block of that chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from psephos.chain.node import BlockId, FeltLogs, Header, Receipt, Signed, Witnesses
from psephos.chain.starknet.gateway import Gateway
from psephos.chain.starknet.logs import matching, ordered, unplaced
from psephos.chain.starknet.paging import Limits, Wanted, read_events
from psephos.chain.starknet.settled import Settlement
from psephos.chain.starknet.told import block_id, chain_name, header, receipts_of, spec_version
from psephos.chain.wire.answer import Call
from psephos.chain.wire.endpoints import Endpoints
from psephos.chain.wire.identity import Identity
from psephos.chain.wire.patience import Clock, Patience
from psephos.chain.wire.transport import Transport
from psephos.commit.starknet.felt import felt
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    NodeError,
    PsephosError,
)
from psephos.settings import Endpoint

AT_ONCE = 4
"""Blocks with receipts, and their state updates, in one batch: each may have megabytes."""

NO_CONTRACT = "(20)"
"""How a refusal ends whose code says that there is no contract at an address."""


class StarknetNode:
    """`Node` over `endpoints`, the first being preferred. For one thread.

    `chain_id` (the felt of 'SN_MAIN') and `genesis` are what every connection must answer; where
    they are None, what the first connection answers. `settlement` tells what is final on L1;
    `gateways` tell who signed a block.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        chain_id: int | None = None,
        genesis: bytes | None = None,
        settlement: Settlement | None = None,
        patience: Patience | None = None,
        clock: Clock | None = None,
        gateways: Sequence[Gateway] = (),
    ) -> None:
        self._gateways = tuple(gateways)
        self._identity = Identity(chain_id, genesis, chain_name)
        self._settlement = settlement
        self._versions: dict[str, tuple[int, ...]] = {}
        self._limits: dict[str, Limits] = {}
        self._accepted = 0
        self._endpoints = Endpoints(endpoints, self._greet, patience, clock)
        self._ask = self._endpoints.ask

    def __repr__(self) -> str:
        return f"StarknetNode({self._endpoints})"

    def _greet(self, transport: Transport) -> tuple[int, bytes]:
        """Version, chain id and genesis, asked on every new connection."""
        told, chain, first = transport.ask_all(
            [
                Call("starknet_specVersion"),
                Call("starknet_chainId"),
                Call("starknet_getBlockWithTxHashes", ({"block_number": 0},)),
            ]
        )
        self._versions[transport.label] = spec_version(told)
        chain_id = self._identity.check_chain(felt(chain, "chain id"))
        return self._identity.hold(chain_id, block_id(first, "the genesis block").hash)

    def _version(self, transport: Transport) -> tuple[int, ...]:
        if transport.label not in self._versions:
            self._greet(transport)
        return self._versions[transport.label]

    def distrust(self, why: str) -> None:
        """The answers of the endpoint that answered last did not hold: ask others first."""
        self._endpoints.distrust()

    def identity(self) -> tuple[int, bytes]:
        return self._ask(self._greet)

    def head(self) -> BlockId:
        """The newest closed block: `latest`, never the one that is being built."""
        call = Call("starknet_getBlockWithTxHashes", ("latest",))
        return self._ask(lambda t: block_id(t.ask(call), "its latest block"))

    def finalized(self) -> BlockId:
        if self._settlement is not None:
            final = self._settlement.final()
            if (told := self._header(final.number)).hash != final.hash:
                raise NodeContradiction(
                    f"block {final.number} is 0x{final.hash.hex()} on L1 and 0x{told.hash.hex()}"
                    " at the node"
                )
            return final
        return self._ask(self._accepted_on_l1)

    def _accepted_on_l1(self, transport: Transport) -> BlockId:
        """The newest block that the node calls accepted on L1; before 0.9 found by halving."""
        if self._version(transport) >= (0, 9):
            call = Call("starknet_getBlockWithTxHashes", ("l1_accepted",))
            return block_id(transport.ask(call), "its newest block accepted on L1")
        head = block_id(
            transport.ask(Call("starknet_getBlockWithTxHashes", ("latest",))), "its latest block"
        )
        low, high = self._accepted, head.number
        found = self._if_accepted(transport, low)
        if found is None:  # finality went back, or nothing is final yet
            low, found = 0, self._if_accepted(transport, 0)
        if found is None:
            raise LaggingNode("calls not even its first block accepted on L1")
        while low < high:
            middle = (low + high + 1) // 2
            if (newer := self._if_accepted(transport, middle)) is None:
                high = middle - 1
            else:
                low, found = middle, newer
        self._accepted = found.number
        return found

    def _if_accepted(self, transport: Transport, number: int) -> BlockId | None:
        told = transport.ask(Call("starknet_getBlockWithTxHashes", ({"block_number": number},)))
        found = block_id(told, f"block {number}")
        return found if told.get("status") == "ACCEPTED_ON_L1" else None

    def headers(self, first: int, last: int) -> list[Header]:
        """Headers; their bytes recompute alone where the node tells commitments (from 0.10)."""
        calls = [_by_number("starknet_getBlockWithTxHashes", n) for n in range(first, last + 1)]

        def read(transport: Transport) -> list[Header]:
            told = transport.ask_all(calls)
            return [
                header(block, first + i, self._identity.chain_id) for i, block in enumerate(told)
            ]

        return self._ask(read)

    def _header(self, number: int) -> Header:
        return self.headers(number, number)[0]

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> FeltLogs:
        """Events of any of `addresses` with any of `topics` as first key (none given: all).

        Before 0.10 a node does not tell an event's place in its block: it is UNPLACED then.
        """
        wanted = Wanted(first, last, tuple(addresses), tuple(topics))

        def read(transport: Transport) -> FeltLogs:
            lists = self._version(transport) >= (0, 10, 1)
            limits = self._limits.setdefault(transport.label, Limits())
            return read_events(transport, limits, wanted, lists=lists)

        logs = self._ask(read)
        asked = (logs.block >= first) & (logs.block <= last) & matching(logs, addresses, topics)
        if not asked.all():
            at = int(logs.block[np.flatnonzero(~asked)[0]])
            raise NodeContradiction(f"an event that nobody asked for, in block {at}")
        return logs if unplaced(logs) else ordered(logs)

    def blocks(self, first: int, last: int, *, updates: bool = True) -> Iterator[tuple[Any, Any]]:
        """Each block with its receipts, and its state update: None where the node has none, or
        where `updates` are not wanted."""
        read = _whole if updates else _bare
        for start in range(first, last + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, last + 1))
            yield from self._ask(lambda t, numbers=numbers: read(t, numbers))  # type: ignore[misc]

    def receipts(self, block: BlockId) -> list[Receipt]:
        """The entries of a block, each a transaction and its receipt."""
        call = Call("starknet_getBlockWithReceipts", ({"block_hash": _hex(block.hash)},))

        def read(transport: Transport) -> list[Receipt]:
            told = transport.ask(call)
            if block_id(told, f"block {block.number}") != block:
                raise NodeContradiction(f"tells receipts of another block than {block.number}")
            return receipts_of(told)

        return self._ask(read)

    def code(self, address: bytes, block: int) -> bytes:
        """The class hash of a contract; empty if there is none at the address."""
        call = Call("starknet_getClassHashAt", ({"block_number": block}, _hex(address)))

        def read(transport: Transport) -> bytes:
            try:
                return felt(transport.ask(call), "class hash").to_bytes(32, "big")
            except NodeError as refused:
                if type(refused) is NodeError and refused.message.endswith(NO_CONTRACT):
                    return b""
                raise

        return self._ask(read)

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        """`starknet_call`: `data` are the selector and the arguments, 32 bytes each; so is the
        answer."""
        words = ["0x" + data[i : i + 32].hex() for i in range(0, len(data), 32)]
        asked = {
            "contract_address": _hex(to),
            "entry_point_selector": hex(int(words[0], 16)),
            "calldata": [hex(int(word, 16)) for word in words[1:]],
        }
        call = Call("starknet_call", (asked, {"block_number": block}))

        def read(transport: Transport) -> bytes:
            told = transport.ask(call)
            if not isinstance(told, list):
                raise MalformedAnswer("answers a call with something that is no list of felts")
            return b"".join(felt(one, "answer of a call").to_bytes(32, "big") for one in told)

        return self._ask(read)

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]:
        """`starknet_getStorageProof`: what it proves is for others (`commit.starknet.proof`)."""
        name = _hex(address)
        keys = [{"contract_address": name, "storage_keys": [_hex(slot) for slot in slots]}]
        at: Mapping[str, int] = {"block_number": block}
        call = Call("starknet_getStorageProof", (at, [], [name], keys))

        def read(transport: Transport) -> Mapping[str, Any]:
            if isinstance(told := transport.ask(call), dict):
                return told
            raise MalformedAnswer(f"tells a proof as JSON {type(told).__name__}")

        return self._ask(read)

    @property
    def gateways(self) -> tuple[str, ...]:
        return tuple(gateway.label for gateway in self._gateways)

    def signatures(self, number: int) -> list[Signed]:
        """A valid signature of each gateway that answers."""
        found = []
        for gateway in self._gateways:
            if not gateway.breaker.resting:
                with suppress(PsephosError):
                    found.append(gateway.signed(number))
        return found

    def witnesses(self, block: BlockId) -> Witnesses:
        call = _by_number("starknet_getBlockWithTxHashes", block.number)
        return self._endpoints.confirming(lambda t: block_id(t.ask(call), "block") == block)


def _bare(transport: Transport, numbers: range) -> list[tuple[Any, Any]]:
    """Blocks with receipts, without their state updates."""
    calls = [_by_number("starknet_getBlockWithReceipts", n) for n in numbers]
    return [(block, None) for block in transport.ask_all(calls)]


def _whole(transport: Transport, numbers: range) -> list[tuple[Any, Any]]:
    """Blocks with receipts and their state updates; None for an update that is not served."""
    blocks = [block for block, _ in _bare(transport, numbers)]
    calls = [_by_number("starknet_getStateUpdate", n) for n in numbers]
    try:
        updates = transport.ask_all(calls)
    except NodeError as refused:
        if type(refused) not in (MethodMissing, NodeError):
            raise
        updates = [None] * len(blocks)
    return list(zip(blocks, updates, strict=True))


def _by_number(method: str, number: int) -> Call:
    return Call(method, ({"block_number": number},))


def _hex(value: bytes) -> str:
    """A felt without leading zeros, as the specification's pattern wants it."""
    return hex(int.from_bytes(value, "big"))
