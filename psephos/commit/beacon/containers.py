"""The containers a light client is told, each with its root: read strictly from the API's JSON.

    BeaconBlockHeader      slot, proposer index, parent root, state root, body root
    ExecutionPayloadHeader 15 members in Capella, 17 since Deneb (blob gas used, excess blob gas)
    LightClientHeader      beacon; since Capella also execution and its branch to the body root
    SyncCommittee          the public keys (512 on mainnet), their aggregate

In JSON a number is a decimal string below 2^64 (the base fee below 2^256), bytes are `0x` and
exactly their digits. A member that is missing or unknown is MalformedAnswer, so that no two
readers of one file see two different things. Source: consensus-specs, `specs/*/light-client/`,
`specs/{capella,deneb}/beacon-chain.md`; the beacon APIs for the JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psephos.commit.beacon.forks import Fork, Network
from psephos.commit.beacon.ssz import (
    ZERO,
    check_branch,
    octet_list,
    octets,
    tree,
    uint64,
    uint256,
)
from psephos.commit.fields import octets as hexadecimal
from psephos.errors import MalformedAnswer, VerificationFailed

EXECUTION_INDEX = 25
"""Generalised index of the execution payload in a block's body, in every fork since Capella."""

LONGEST_EXTRA = 32
"""Bytes of an execution header's extra data."""

NUMBER, WIDE, EXTRA = -1, -2, -3
Layout = tuple[tuple[str, int], ...]
BEACON: Layout = (
    ("slot", NUMBER),
    ("proposer_index", NUMBER),
    ("parent_root", 32),
    ("state_root", 32),
    ("body_root", 32),
)
CAPELLA: Layout = (
    ("parent_hash", 32),
    ("fee_recipient", 20),
    ("state_root", 32),
    ("receipts_root", 32),
    ("logs_bloom", 256),
    ("prev_randao", 32),
    ("block_number", NUMBER),
    ("gas_limit", NUMBER),
    ("gas_used", NUMBER),
    ("timestamp", NUMBER),
    ("extra_data", EXTRA),
    ("base_fee_per_gas", WIDE),
    ("block_hash", 32),
    ("transactions_root", 32),
    ("withdrawals_root", 32),
)
DENEB: Layout = (*CAPELLA, ("blob_gas_used", NUMBER), ("excess_blob_gas", NUMBER))

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}")


@dataclass(frozen=True, slots=True)
class Execution:
    """The header of an Ethereum block as the beacon chain commits to it."""

    number: int
    hash: bytes
    state_root: bytes
    receipts_root: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class LightHeader:
    """A beacon block's header; `execution` is None before Capella. Made only by `light_header`,
    so what it says of the execution block hangs from `root`."""

    slot: int
    state_root: bytes
    root: bytes
    execution: Execution | None


@dataclass(frozen=True, slots=True)
class Committee:
    """A sync committee: `keys` of 48 bytes each, and the root that a state commits to."""

    keys: tuple[bytes, ...]
    root: bytes


def mapping(value: object, name: str) -> Mapping[str, Any]:
    """An object of JSON; MalformedAnswer if it is something else."""
    if not isinstance(value, dict):
        raise MalformedAnswer(f"{name} is {type(value).__name__}, no object")
    return value


def number(value: object, name: str, bits: int = 64) -> int:
    """A decimal number in a string, below 2^bits."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value) and int(value) >> bits == 0:
        return int(value)
    shown = repr(value[:40]) if isinstance(value, str) else type(value).__name__
    raise MalformedAnswer(f"{name} is no decimal number of {bits} bits: {shown}")


def chunks(value: object, name: str, most: int = 16) -> list[bytes]:
    """A branch: a list of at most `most` 32-byte chunks."""
    if not isinstance(value, list) or len(value) > most:
        raise MalformedAnswer(f"{name} is no list of at most {most} chunks")
    return [hexadecimal(item, name, 32) for item in value]


def light_header(value: object, network: Network, name: str) -> LightHeader:
    """A light client header whose execution header hangs from its body root.

    Before Capella there is none: it must be absent, or empty with an empty branch, as a later
    fork's container carries it. VerificationFailed if its branch leads elsewhere.
    """
    found = mapping(value, name)
    members, leaves = _members(found.get("beacon"), BEACON, f"{name}.beacon")
    slot, root, fork = members["slot"], tree(leaves), network.fork(members["slot"])
    execution = None
    if fork.since("capella"):
        execution = _execution(found, fork, members["body_root"], name)
    elif "execution" in found and _told(found, name):
        raise VerificationFailed(f"the {name} of slot {slot} is older than execution headers")
    unknown = found.keys() - {"beacon", "execution", "execution_branch"}
    if unknown:
        raise MalformedAnswer(f"{name} has unknown members: {sorted(unknown)!r:.80}")
    return LightHeader(slot, members["state_root"], root, execution)


def _execution(found: Mapping[str, Any], fork: Fork, body_root: bytes, name: str) -> Execution:
    told = mapping(found.get("execution"), f"{name}.execution")
    layout = DENEB if fork.since("deneb") or "blob_gas_used" in told else CAPELLA
    members, leaves = _members(told, layout, f"{name}.execution")
    if layout is DENEB and not fork.since("deneb"):
        if members["blob_gas_used"] or members["excess_blob_gas"]:
            raise VerificationFailed(f"the {name} has blob gas in a fork without blobs")
        leaves = leaves[: len(CAPELLA)]
    root = tree(leaves)
    branch = chunks(found.get("execution_branch"), f"{name}.execution_branch")
    check_branch(root, branch, EXECUTION_INDEX, body_root, f"execution header of the {name}")
    return Execution(
        members["block_number"],
        members["block_hash"],
        members["state_root"],
        members["receipts_root"],
        members["timestamp"],
    )


def _told(found: Mapping[str, Any], name: str) -> bool:
    """Whether an execution header before Capella holds anything but zeros."""
    told = mapping(found["execution"], f"{name}.execution")
    layout = DENEB if "blob_gas_used" in told else CAPELLA
    members, _ = _members(told, layout, f"{name}.execution")
    filled = any(any(value) if isinstance(value, bytes) else value for value in members.values())
    branch = chunks(found.get("execution_branch", []), f"{name}.execution_branch")
    return filled or any(chunk != ZERO for chunk in branch)


def committee(value: object, network: Network, name: str) -> Committee:
    """A sync committee of exactly the network's size."""
    found = mapping(value, name)
    if found.keys() != {"pubkeys", "aggregate_pubkey"}:
        raise MalformedAnswer(f"{name} has other members than pubkeys and aggregate_pubkey")
    told = found["pubkeys"]
    if not isinstance(told, list) or len(told) != network.committee:
        raise MalformedAnswer(f"{name} is no list of {network.committee} public keys")
    keys = tuple(hexadecimal(key, f"{name}.pubkeys", 48) for key in told)
    aggregate = hexadecimal(found["aggregate_pubkey"], f"{name}.aggregate_pubkey", 48)
    root = tree([tree([octets(key) for key in keys]), octets(aggregate)])
    return Committee(keys, root)


def _members(value: object, layout: Layout, name: str) -> tuple[dict[str, Any], list[bytes]]:
    """The members of a container by name, and their roots in order."""
    found = mapping(value, name)
    if found.keys() != {member for member, _ in layout}:
        odd = sorted(found.keys() ^ {member for member, _ in layout})
        raise MalformedAnswer(f"{name} lacks members or has others: {odd!r:.80}")
    members: dict[str, Any] = {}
    leaves: list[bytes] = []
    for member, size in layout:
        where = f"{name}.{member}"
        if size == NUMBER:
            members[member] = number(found[member], where)
            leaves.append(uint64(members[member]))
        elif size == WIDE:
            members[member] = number(found[member], where, 256)
            leaves.append(uint256(members[member]))
        elif size == EXTRA:
            told = found[member]
            if isinstance(told, str) and len(told) > 2 + 2 * LONGEST_EXTRA:
                raise MalformedAnswer(f"{where} has more than {LONGEST_EXTRA} bytes")
            members[member] = hexadecimal(found[member], where)
            leaves.append(octet_list(members[member], LONGEST_EXTRA))
        else:
            members[member] = hexadecimal(found[member], where, size)
            leaves.append(octets(members[member]))
    return members, leaves
