"""What a column may hold, and from which type of a contract's language it is read.

A *kind* decides a column's type in Arrow, in the index and in row bytes. `SOLIDITY` and `CAIRO` say
which types of the two languages a kind may be read from; `psephos.chain.abi` and
`psephos.chain.starknet.cairo` read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal[
    "address",  # 20 bytes: an account of Ethereum
    "felt",  # 32 bytes below Starknet's prime: a contract, a class, any other felt252
    "amount",  # a quantity of a watched token: DECIMAL(38,0), smallest unit, below 10^38
    "word",  # any other uint256, an int256 (two's complement) or a bytes32: 32 bytes
    "uint",  # uint8 to uint64 (or a bool that counts, or an enum's variant): UBIGINT
    "bool",
    "text",  # a string: VARCHAR, and its raw bytes beside it where VARCHAR cannot hold them
    "bytes",  # BLOB
    "address[]",
    "felt[]",
    "amount[]",
    "word[]",
    "text[]",
    "bytes[]",
]

ARROW: Mapping[Kind, pa.DataType] = {
    "address": pa.binary(20),
    "felt": pa.binary(32),
    "amount": pa.decimal128(38, 0),
    "word": pa.binary(32),
    "uint": pa.uint64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "bytes": pa.binary(),
    "address[]": pa.list_(pa.binary(20)),
    "felt[]": pa.list_(pa.binary(32)),
    "amount[]": pa.list_(pa.decimal128(38, 0)),
    "word[]": pa.list_(pa.binary(32)),
    "text[]": pa.list_(pa.string()),
    "bytes[]": pa.list_(pa.binary()),
}

RAW: Mapping[Kind, pa.DataType] = {"text": pa.binary(), "text[]": pa.list_(pa.binary())}
"""Kinds whose column `x` is followed by `x_raw`: null, unless VARCHAR cannot hold the bytes."""

UINTS = tuple(f"uint{bits}" for bits in range(8, 257, 8))
SOLIDITY: Mapping[Kind, tuple[str, ...]] = {
    "address": ("address",),
    "amount": UINTS,
    "word": ("uint256", "int256", "bytes32", "bytes4"),
    "uint": (*UINTS[:8], "bool"),
    "bool": ("bool",),
    "text": ("string",),
    "bytes": ("bytes",),
    "address[]": ("address[]",),
    "word[]": ("uint256[]", "bytes32[]"),
    "text[]": ("string[]",),
    "bytes[]": ("bytes[]",),
}
"""The Solidity types that a kind may be read from; none for kinds that Starknet alone has."""

DYNAMIC: frozenset[Kind] = frozenset(
    ("text", "bytes", "address[]", "word[]", "text[]", "bytes[]")  # their words lie in the tail
)


@dataclass(frozen=True, slots=True)
class CairoType:
    """A Cairo type: how many felts it takes, and the kinds that its columns may have.

    `felts` is how many at least; all there are if it is `fixed`. A type that fills two columns
    has two `parts`, in the order in which the columns are declared.
    """

    felts: int
    parts: tuple[tuple[Kind, ...], ...]
    fixed: bool = True


CAIRO: Mapping[str, CairoType] = {
    "felt252": CairoType(1, (("felt",),)),
    "ContractAddress": CairoType(1, (("felt",),)),
    "ClassHash": CairoType(1, (("felt",),)),
    "EthAddress": CairoType(1, (("address",),)),
    "bool": CairoType(1, (("bool",),)),
    "u8": CairoType(1, (("uint",),)),
    "u16": CairoType(1, (("uint",),)),
    "u32": CairoType(1, (("uint",),)),
    "u64": CairoType(1, (("uint",),)),
    "u128": CairoType(1, (("amount", "word"),)),
    "u256": CairoType(2, (("amount", "word"),)),
    # enums whose variants carry nothing, by number of variants: Snapshot X's Choice and status
    "enum3": CairoType(1, (("uint",),)),
    # felts of at most 31 characters each, as Snapshot X writes what is longer than one
    "LongString": CairoType(1, (("text",),), fixed=False),
    "ByteArray": CairoType(3, (("text",),), fixed=False),
    "Span<felt252>": CairoType(1, (("felt[]",),), fixed=False),
    "Span<ContractAddress>": CairoType(1, (("felt[]",),), fixed=False),
    "Span<u8>": CairoType(1, (("bytes",),), fixed=False),
    "Span<LongString>": CairoType(1, (("text[]",),), fixed=False),
    # none or one, as a list
    "Option<ContractAddress>": CairoType(1, (("felt[]",),), fixed=False),
    # contracts, and what each received
    "Span<(ContractAddress, u128)>": CairoType(1, (("felt[]",), ("amount[]",)), fixed=False),
    # Snapshot X: contracts, and the parameters of each: felts of 32 bytes, one after another
    "Span<Strategy>": CairoType(1, (("felt[]",), ("bytes[]",)), fixed=False),
    # Snapshot X: 0 an account of Starknet, 1 of Ethereum, 2 any u256; and its value
    "UserAddress": CairoType(2, (("uint",), ("word",)), fixed=False),
    # an initializer's class, none or one, and its arguments
    "Option<EICData>": CairoType(1, (("felt[]",), ("felt[]",)), fixed=False),
}
"""The Cairo types that our events have. `Array` is written as `Span`: their felts are the same."""
