"""Which formulas a block follows: a table from its version, and where older ones need more.

    era          block hash            a transaction's leaf             tries and leaves
    before 0.7   h(…, chain, parent)   h of the signature: INVOKE only  Pedersen
    0.7          h(…, parent)          the same                         Pedersen
    0.11.1       the same              h of every signature             Pedersen
    0.13.2       H("…_HASH0", …)       signature; [0] where unsigned    Poseidon
    0.13.4       H("…_HASH1", …)       signature                        Poseidon

A version is in the table only if a real block of it was recomputed to its hash; the block is
named. A version that is not there is not guessed at, although its formula may well be that of
its neighbours: UnknownFork says so, and what rests on the block stays *seen*. Missing for want
of a real block: 0.9.1, 0.11.0.2, 0.11.2, 0.13.1.1, 0.13.5, 0.13.6, and 0.14.3 and later.
Blocks before 0.9.1 tell no version: there the number decides on the chains that had such blocks.
Source: starkware-libs/sequencer `block_hash_calculator.rs`, eqlabs/pathfinder
`block-commitments`, NethermindEth/juno `utils/network.go` (first blocks and sequencers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from psephos.commit.starknet.felt import short_string
from psephos.errors import UnknownFork


@dataclass(frozen=True, slots=True)
class Era:
    """The formulas that hold together. `kind` is the hash of tries and leaves."""

    name: str
    header: Literal["chain", "pedersen", "hash0", "hash1"]
    leaf: Literal["invoke", "signature", "zero", "plain"]
    kind: Literal["pedersen", "poseidon"]


BEFORE_0_7 = Era("before 0.7", "chain", "invoke", "pedersen")
FROM_0_7 = Era("0.7", "pedersen", "invoke", "pedersen")
FROM_0_11_1 = Era("0.11.1", "pedersen", "signature", "pedersen")
FROM_0_13_2 = Era("0.13.2", "hash0", "zero", "poseidon")
FROM_0_13_4 = Era("0.13.4", "hash1", "plain", "poseidon")

VERSIONS: Mapping[str, tuple[Era, str]] = MappingProxyType(
    {
        "0.10.0": (FROM_0_7, "mainnet 6500"),
        "0.10.1": (FROM_0_7, "mainnet 7320"),
        "0.10.2": (FROM_0_7, "mainnet 16259"),
        "0.10.3": (FROM_0_7, "mainnet 16697"),
        "0.11.0": (FROM_0_7, "integration 283364"),
        "0.11.1": (FROM_0_11_1, "mainnet 65000"),
        "0.12.0": (FROM_0_11_1, "integration 300000"),
        "0.12.1": (FROM_0_11_1, "integration 304740"),
        "0.12.2": (FROM_0_11_1, "integration 308873"),
        "0.12.3": (FROM_0_11_1, "sepolia 0"),
        "0.13.0": (FROM_0_11_1, "integration 319132"),
        "0.13.1": (FROM_0_11_1, "integration 330363"),
        "0.13.2": (FROM_0_13_2, "sepolia-integration 35748"),
        "0.13.2.1": (FROM_0_13_2, "mainnet 700000"),
        "0.13.3": (FROM_0_13_2, "sepolia 469719"),
        "0.13.4": (FROM_0_13_4, "sepolia-integration 63881"),
        "0.14.0": (FROM_0_13_4, "mainnet 2238855"),
        "0.14.1": (FROM_0_13_4, "sepolia 3100000"),
        "0.14.2": (FROM_0_13_4, "sepolia-integration 1041730"),
    }
)
"""Version → its era, and a real block that recomputed to its hash."""

MAINNET, GOERLI = short_string("SN_MAIN"), short_string("SN_GOERLI")
CHAINS: Mapping[str, int] = MappingProxyType(
    {
        name: short_string(name)
        for name in (
            "SN_MAIN",
            "SN_SEPOLIA",
            "SN_INTEGRATION_SEPOLIA",
            "SN_GOERLI",
            "SN_GOERLI2",
        )
    }
)
"""Chains whose blocks were recomputed here. SN_GOERLI is also the id of the old integration
network."""

FIRST_0_7: Mapping[int, int] = MappingProxyType({MAINNET: 833, GOERLI: 110_511})
"""The first block that is surely of 0.7, by chain (goerli's own is 47028, integration's that)."""
LAST_OLD_TRANSACTION: Mapping[int, int] = MappingProxyType({MAINNET: 1470, GOERLI: 110_511})
"""The last block that may hold transactions hashed in an older way."""
SEQUENCERS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {MAINNET: (0, 0x021F4B90B0377C82BF330B7B5295820769E72D79D8ACD0EFFA0EBDE6E9988BC5)}
)
_TEST_SEQUENCERS = (0, 0x046A89AE102987331D369645031B49C27738ED096F2789C24449966DA4C6DE6B)


def eras(version: str | None, number: int, chain: int | None) -> tuple[Era, ...]:
    """The eras a block may be of: one, but for the first blocks of test networks.

    UnknownFork for a version that is not in the table, and for a block without a version on a
    chain that is not known to have had such blocks.
    """
    if version is not None:
        if version not in VERSIONS:
            raise UnknownFork(
                f"version {version[:40]} of the protocol was never recomputed on a real block",
                hint="its formulas are not guessed; a newer psephos may know them",
            )
        return (VERSIONS[version][0],)
    if chain is None or chain not in FIRST_0_7:
        raise UnknownFork("a block without a version, on no chain known to have had such blocks")
    if number >= FIRST_0_7[chain]:
        return (FROM_0_7,)
    return (BEFORE_0_7,) if chain == MAINNET else (BEFORE_0_7, FROM_0_7)


def sequencers(told: int | None, chain: int | None) -> tuple[int, ...]:
    """The addresses that may have been hashed as the sequencer's: the one told, or, for blocks
    before 0.9 that tell none, 0 and the one the network had."""
    if told is not None:
        return (told,)
    return SEQUENCERS.get(chain, _TEST_SEQUENCERS) if chain is not None else (0,)
