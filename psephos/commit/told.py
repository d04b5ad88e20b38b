"""A stored header of either chain, read and hashed: its bytes say which chain they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from psephos.commit.header import HeaderFields, header_hash, parse_header

if TYPE_CHECKING:
    from psephos.commit.starknet.header import StarknetHeader

LIST = 0xC0
"""Every list in RLP begins with this byte or a greater one: an Ethereum header is a list."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A header and the hash that its bytes recompute to.

    `timestamp` is None where the hash does not bind it (Starknet before 0.7).
    """

    fields: Union[HeaderFields, "StarknetHeader"]
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
    """Whether these are the bytes of a Starknet header, if of a header at all."""
    return header != b"" and header[0] < LIST


def hashed(headers: Sequence[bytes]) -> list[Hashed]:
    """Each header with its own hash. VerificationFailed for bytes that are none, UnknownFork
    for an Ethereum header of a later fork."""
    felt_headers = iter(_starknet([header for header in headers if of_starknet(header)]))
    return [
        next(felt_headers)
        if of_starknet(header)
        else Hashed(parse_header(header), header_hash(header))
        for header in headers
    ]


def _starknet(headers: Sequence[bytes]) -> list[Hashed]:
    if not headers:
        return []  # without what Starknet's hashes need: its import costs a fifth of a second
    from psephos.commit.starknet.header import header_hashes, parse

    read = [parse(header) for header in headers]
    return [Hashed(*pair) for pair in zip(read, header_hashes(read), strict=True)]


def state_root(header: bytes) -> bytes:
    """The state root in a stored header, 32 bytes. Errors as in `hashed`; nothing is hashed."""
    if not of_starknet(header):
        return parse_header(header).state_root
    from psephos.commit.starknet.header import parse

    return parse(header).root.to_bytes(32, "big")
