"""What Ethereum says of a Starknet chain: the last block of a state update that is final there."""

from dataclasses import dataclass
from typing import Protocol

from psephos.chain.check import check_chain, check_header
from psephos.chain.node import BlockId, Header
from psephos.commit.keccak import keccak
from psephos.commit.starknet.felt import PRIME
from psephos.errors import LaggingNode, MalformedAnswer, WrongChain
from psephos.settings import Checkpoint

NUMBER, HASH = (keccak(f"{name}()".encode())[:4] for name in ("stateBlockNumber", "stateBlockHash"))
"""Selectors of the core contract's getters (`StarknetState`)."""


class Caller(Protocol):
    """What is asked of the Ethereum node."""

    def finalized(self) -> BlockId: ...
    def headers(self, first: int, last: int) -> list[Header]: ...
    def call(self, to: bytes, data: bytes, block: int) -> bytes: ...


@dataclass(slots=True)
class Settlement:
    """The core contract of a Starknet chain, at an Ethereum node. `marks` are blocks of Ethereum
    that the node must have and was not asked for yet: its word counts after that."""

    node: Caller
    contract: bytes
    marks: tuple[Checkpoint, ...] = ()

    def final(self) -> BlockId:
        """The block of the last state update in the newest final block of Ethereum.

        LaggingNode before the first state update, and where a mark is not final there yet;
        WrongChain where the node has another block than a mark; MalformedAnswer where the contract
        answers something else than a block's number and hash.
        """
        at = self.node.finalized().number
        self._pass_marks(at)
        number = int.from_bytes(self._word(NUMBER, at), "big", signed=True)
        hash_ = self._word(HASH, at)
        if number < 0:
            raise LaggingNode("the core contract on L1 has seen no state update yet")
        if number >> 64 or int.from_bytes(hash_, "big") >= PRIME:
            raise MalformedAnswer("the core contract on L1 tells no block of Starknet")
        return BlockId(number, hash_)

    def _pass_marks(self, final: int) -> None:
        for mark in self.marks:
            if mark.block > final:
                raise LaggingNode(
                    f"L1 is final to block {final} there, {mark.block} is known ({mark.source})"
                )
            headers = self.node.headers(mark.block, mark.block)
            check_chain(headers, mark.block, mark.block)
            check_header(headers[0])
            if headers[0].hash != mark.hash:
                raise WrongChain(
                    f"L1 has block {mark.block} as 0x{headers[0].hash.hex()}, not as"
                    f" 0x{mark.hash.hex()} ({mark.source})",
                    hint="nothing it says of Starknet is taken; name another [[chain.l1.endpoint]]",
                )
        self.marks = ()

    def _word(self, selector: bytes, block: int) -> bytes:
        answer = self.node.call(self.contract, selector, block)
        if len(answer) != 32:
            raise MalformedAnswer("the core contract on L1 does not answer with one word")
        return answer
