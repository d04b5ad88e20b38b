"""What Ethereum says of a Starknet chain: the last block of a state update that is final there."""

from dataclasses import dataclass
from typing import Protocol

from psephos.chain.node import BlockId
from psephos.commit.keccak import keccak
from psephos.commit.starknet.felt import PRIME
from psephos.errors import LaggingNode, MalformedAnswer

NUMBER, HASH = (keccak(f"{name}()".encode())[:4] for name in ("stateBlockNumber", "stateBlockHash"))
"""Selectors of the core contract's getters (`StarknetState`)."""


class Caller(Protocol):
    """What is asked of the Ethereum node."""

    def finalized(self) -> BlockId: ...
    def call(self, to: bytes, data: bytes, block: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """The core contract of a Starknet chain, at an Ethereum node."""

    node: Caller
    contract: bytes

    def final(self) -> BlockId:
        """The block of the last state update in the newest final block of Ethereum.

        LaggingNode before the first state update; MalformedAnswer where the contract answers
        something else than a block's number and hash.
        """
        at = self.node.finalized().number
        number = int.from_bytes(self._word(NUMBER, at), "big", signed=True)
        hash_ = self._word(HASH, at)
        if number < 0:
            raise LaggingNode("the core contract on L1 has seen no state update yet")
        if number >> 64 or int.from_bytes(hash_, "big") >= PRIME:
            raise MalformedAnswer("the core contract on L1 tells no block of Starknet")
        return BlockId(number, hash_)

    def _word(self, selector: bytes, block: int) -> bytes:
        answer = self.node.call(self.contract, selector, block)
        if len(answer) != 32:
            raise MalformedAnswer("the core contract on L1 does not answer with one word")
        return answer
