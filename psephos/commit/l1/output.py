"""The program output of Starknet's operating system, as a state update brings it to Ethereum.

    to 0.13.1      previous root, root, block, block hash, config hash, use KZG
                   [, commitment low, high, z, y low, y high]              one blob
    since 0.13.2   previous root, root, previous block, block, previous hash, hash,
                   OS program hash, config hash, use KZG, full output (0)
                   [, z, n, n × (commitment low, high), n × (y low, high)]  n blobs
    both           length, messages to L1: from, to, length, payload…
                   length, messages to L2: from, to, nonce, selector, length, payload…

Every word is below the field's prime. The commitment is high·2^192 + low, y is high·2^128 + low.
Not a word is left over. Nothing says which layout it is: the words fit exactly one of the two, or
it is refused. The still older layouts, whose data followed in calldata, are not read.

Source: starkware-libs/cairo-lang, `starknet/solidity/Output.sol` and `Starknet.sol`, at efa9648
(0.13.1, contract 2024_8) and 66355d7 (0.14.0.1, contract 2025_10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from psephos.commit.keccak import keccak
from psephos.commit.starknet.felt import PRIME
from psephos.errors import VerificationFailed

LONGEST = 2**16
"""Words read: an Ethereum transaction's calldata is below 128 KiB, or 4096 words."""

MOST_BLOBS = 64
"""Blobs of one update; Ethereum allows a transaction six to nine."""

BEFORE_GENESIS = PRIME - 1
"""The previous block's number in the update of block 0: minus one."""

Layout = Literal["to 0.13.1", "since 0.13.2"]


@dataclass(frozen=True, slots=True)
class MessageToL1:
    """From a contract on L2 (`sender`, a felt) to an Ethereum address."""

    sender: int
    receiver: int
    payload: tuple[int, ...]

    @property
    def hash(self) -> bytes:
        """keccak(from ‖ to ‖ length ‖ payload), the key under which L1 keeps it."""
        return _keccak(self.sender, self.receiver, len(self.payload), *self.payload)


@dataclass(frozen=True, slots=True)
class MessageToL2:
    """From an Ethereum address to an L1 handler of a contract on L2."""

    sender: int
    receiver: int
    nonce: int
    selector: int
    payload: tuple[int, ...]

    @property
    def hash(self) -> bytes:
        """keccak(from ‖ to ‖ nonce ‖ selector ‖ length ‖ payload), as an L1 handler names it."""
        head = (self.sender, self.receiver, self.nonce, self.selector)
        return _keccak(*head, len(self.payload), *self.payload)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A blob's commitment (48 bytes), and what its polynomial is at the output's z."""

    commitment: bytes
    y: int


@dataclass(frozen=True, slots=True)
class ProgramOutput:
    """What an update says it proves. None is what its layout does not tell."""

    layout: Layout
    words: tuple[int, ...]
    previous_root: int
    root: int
    previous_number: int | None
    number: int
    previous_hash: int | None
    hash: int
    program_hash: int | None
    config_hash: int
    kzg: bool
    z: int | None
    blobs: tuple[Evaluation, ...]
    to_l1: tuple[MessageToL1, ...]
    to_l2: tuple[MessageToL2, ...]


class Words:
    """Words read from the left; what is missing, too large or left over is VerificationFailed."""

    def __init__(self, words: Sequence[int]) -> None:
        self.words = words
        self.at = 0

    def one(self, name: str, bits: int = 252) -> int:
        if self.at >= len(self.words):
            raise VerificationFailed(f"the program output ends before its {name}")
        word = self.words[self.at]
        if word >> bits:
            raise VerificationFailed(f"the {name} in the program output has more than {bits} bits")
        self.at += 1
        return word

    def many(self, count: int, name: str) -> tuple[int, ...]:
        if count > len(self.words) - self.at:
            raise VerificationFailed(f"the program output ends inside its {name}")
        self.at += count
        return tuple(self.words[self.at - count : self.at])


def read_output(words: Sequence[int]) -> ProgramOutput:
    """The program output that these words are.

    VerificationFailed if they are too many, no felts, or fit none or both of the layouts.
    """
    if len(words) > LONGEST:
        raise VerificationFailed(f"a program output of {len(words)} words, more than any")
    if not all(type(word) is int and 0 <= word < PRIME for word in words):
        raise VerificationFailed("a word of the program output is no felt")
    found: list[ProgramOutput] = []
    reasons: list[str] = []
    for read in (_to_0_13_1, _since_0_13_2):
        try:
            found.append(read(words))
        except VerificationFailed as error:
            reasons.append(error.message)
    if len(found) == 1:
        return found[0]
    if found:
        raise VerificationFailed("the program output reads as either of two layouts")
    raise VerificationFailed(
        f"no program output: to 0.13.1: {reasons[0]}; since 0.13.2: {reasons[1]}",
        hint="the layouts before 0.13.1 are not read",
    )


def _to_0_13_1(words: Sequence[int]) -> ProgramOutput:
    left = Words(words)
    previous_root, root = left.one("previous root"), left.one("root")
    number, hash_ = left.one("block number", 64), left.one("block hash")
    config, kzg = left.one("config hash"), bool(left.one("KZG flag", 1))
    z: int | None = None
    blobs: tuple[Evaluation, ...] = ()
    if kzg:
        commitment = _commitment(left)
        z = left.one("point")
        blobs = (Evaluation(commitment, _value(left)),)
    to_l1, to_l2 = _messages(left)
    return ProgramOutput(
        "to 0.13.1",
        tuple(words),
        previous_root,
        root,
        None,
        number,
        None,
        hash_,
        None,
        config,
        kzg,
        z,
        blobs,
        to_l1,
        to_l2,
    )


def _since_0_13_2(words: Sequence[int]) -> ProgramOutput:
    left = Words(words)
    previous_root, root = left.one("previous root"), left.one("root")
    before, number = left.one("previous block number"), left.one("block number", 64)
    if before != BEFORE_GENESIS and before >= number:
        raise VerificationFailed(f"block {number} does not come after block {before}")
    previous_hash, hash_ = left.one("previous block hash"), left.one("block hash")
    program, config = left.one("OS program hash"), left.one("config hash")
    kzg = bool(left.one("KZG flag", 1))
    left.one("full output flag", 0)
    z: int | None = None
    blobs: tuple[Evaluation, ...] = ()
    if kzg:
        z, count = left.one("point"), left.one("number of blobs")
        if not 1 <= count <= MOST_BLOBS:
            raise VerificationFailed(f"a program output of {min(count, 2**64)} blobs")
        commitments = [_commitment(left) for _ in range(count)]
        blobs = tuple(Evaluation(commitment, _value(left)) for commitment in commitments)
    to_l1, to_l2 = _messages(left)
    return ProgramOutput(
        "since 0.13.2",
        tuple(words),
        previous_root,
        root,
        -1 if before == BEFORE_GENESIS else before,
        number,
        previous_hash,
        hash_,
        program,
        config,
        kzg,
        z,
        blobs,
        to_l1,
        to_l2,
    )


def _commitment(left: Words) -> bytes:
    low, high = left.one("commitment", 192), left.one("commitment", 192)
    return (high << 192 | low).to_bytes(48, "big")


def _value(left: Words) -> int:
    low, high = left.one("evaluation", 128), left.one("evaluation", 128)
    return high << 128 | low


def _messages(left: Words) -> tuple[tuple[MessageToL1, ...], tuple[MessageToL2, ...]]:
    """The two segments of messages, behind which nothing may follow."""
    to_l1 = []
    segment = Words(left.many(left.one("length of messages"), "messages to L1"))
    while segment.at < len(segment.words):
        sender, receiver = segment.one("sender"), segment.one("receiver")
        payload = segment.many(segment.one("length of a payload"), "payload")
        to_l1.append(MessageToL1(sender, receiver, payload))
    to_l2 = []
    segment = Words(left.many(left.one("length of messages"), "messages to L2"))
    while segment.at < len(segment.words):
        sender, receiver = segment.one("sender"), segment.one("receiver")
        nonce, selector = segment.one("nonce"), segment.one("selector")
        payload = segment.many(segment.one("length of a payload"), "payload")
        to_l2.append(MessageToL2(sender, receiver, nonce, selector, payload))
    if left.at < len(left.words):
        raise VerificationFailed(f"{len(left.words) - left.at} words are left over")
    return tuple(to_l1), tuple(to_l2)


def _keccak(*words: int) -> bytes:
    return keccak(b"".join(word.to_bytes(32, "big") for word in words))
