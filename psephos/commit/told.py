"""A stored header of either chain, read and hashed: its bytes say which chain they are of."""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.commit.header import HeaderFields, header_hash, parse_header
from psephos.commit.starknet.header import MEMBERS, StarknetHeader, header_hashes, parse


@dataclass(frozen=True, slots=True)
class Hashed:
    """A header and the hash that its bytes recompute to.

    `timestamp` is None where the hash does not bind it (Starknet before 0.7).
    """

    fields: HeaderFields | StarknetHeader
    hash: bytes

    @property
    def number(self) -> int:
        return self.fields.number

    @property
    def parent(self) -> bytes:
        return self.fields.parent

    @property
    def timestamp(self) -> int | None:
        return self.fields.timestamp


def of_starknet(header: bytes) -> bool:
    """Whether these are the bytes of a Starknet header."""
    return header[:1] != b"" and header[0] in MEMBERS


def hashed(headers: Sequence[bytes]) -> list[Hashed]:
    """Each header with its own hash. VerificationFailed for bytes that are none, UnknownFork
    for an Ethereum header of a later fork."""
    starknet = [parse(header) for header in headers if of_starknet(header)]
    felt_hashes = iter(zip(starknet, header_hashes(starknet), strict=True))
    return [
        Hashed(*next(felt_hashes))
        if of_starknet(header)
        else Hashed(parse_header(header), header_hash(header))
        for header in headers
    ]


def state_root(header: bytes) -> bytes:
    """The state root in a stored header, 32 bytes. Errors as in `hashed`; nothing is hashed."""
    if of_starknet(header):
        return parse(header).root.to_bytes(32, "big")
    return parse_header(header).state_root
