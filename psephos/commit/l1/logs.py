"""The logs by which Starknet's core contract and StarkEx say what they settled.

    LogStateUpdate(root, number, hash)          Starknet, since 24 May 2023 (0.11.1)
    LogStateUpdate(root, number)                before
    LogStateTransitionFact(fact)                Starknet, and StarkEx in its newer versions
    LogRootUpdate(sequence, vaults, orders)     StarkEx, the first version
    LogRootUpdate(sequence, batch, vaults, orders)                                2.0 to 4.0
    LogRootUpdate(sequence, batch, validium vaults, rollup vaults, orders)        since 4.5
    LogUpdateState(sequence, batch)             StarkEx for perpetual contracts, which logs no root

No member is indexed, and each takes one word, so the data are exactly as many words. A log says
nothing by itself: `psephos.commit.l1.inclusion` ties it to a header.
Source: starkware-libs/cairo-lang 66355d7 and c954f15, `Starknet.sol`; starkware-libs/
starkex-contracts d6bde00, 210284a, f4ed79b and f3b2506, `UpdateState.sol`,
`UpdatePerpetualState.sol`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psephos.commit.keccak import keccak
from psephos.commit.starknet.felt import PRIME
from psephos.errors import VerificationFailed

SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "LogStateUpdate(uint256,int256,uint256)": ("root", "number", "hash"),
    "LogStateUpdate(uint256,int256)": ("root", "number"),
    "LogStateTransitionFact(bytes32)": ("fact",),
    "LogRootUpdate(uint256,uint256,uint256)": ("sequence", "vault_root", "order_root"),
    "LogRootUpdate(uint256,uint256,uint256,uint256)": (
        "sequence",
        "batch",
        "vault_root",
        "order_root",
    ),
    "LogRootUpdate(uint256,uint256,uint256,uint256,uint256)": (
        "sequence",
        "batch",
        "vault_root",
        "rollup_vault_root",
        "order_root",
    ),
    "LogUpdateState(uint256,uint256)": ("sequence", "batch"),
}
TOPICS: Mapping[bytes, str] = {keccak(text.encode()): text for text in SIGNATURES}


@dataclass(frozen=True, slots=True)
class StateUpdate:
    """Starknet's new state on Ethereum; `hash` is None in the shape before 0.11.1."""

    root: int
    number: int
    hash: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """The state transition fact that the core contract used."""

    fact: bytes


@dataclass(frozen=True, slots=True)
class ExchangeUpdate:
    """A StarkEx exchange's new state; None is what its version does not log.

    `vault_root` is that of the validium vaults where there are two kinds of vaults.
    """

    sequence: int
    batch: int | None
    vault_root: int | None
    rollup_vault_root: int | None
    order_root: int | None


Settlement = StateUpdate | Fact | ExchangeUpdate


def read_log(topics: Sequence[bytes], data: bytes) -> Settlement | None:
    """What a log settles; None if it is another event.

    VerificationFailed if it is one of these but not of its shape, or a root or hash is no felt:
    the contracts check both, so no true log is refused.
    """
    signature = TOPICS.get(bytes(topics[0])) if topics else None
    if signature is None:
        return None
    names = SIGNATURES[signature]
    if len(topics) != 1 or len(data) != 32 * len(names):
        raise VerificationFailed(f"a log of {signature} with {len(data)} bytes of data")
    words = [int.from_bytes(data[i : i + 32], "big") for i in range(0, len(data), 32)]
    told = dict(zip(names, words, strict=True))
    if "fact" in told:
        return Fact(data)
    _check(told, signature)
    if "number" in told:
        return StateUpdate(told["root"], told["number"], told.get("hash"))
    return ExchangeUpdate(
        told["sequence"],
        told.get("batch"),
        told.get("vault_root"),
        told.get("rollup_vault_root"),
        told.get("order_root"),
    )


def _check(told: Mapping[str, int], signature: str) -> None:
    """Roots and the hash are felts; Starknet's block number is no negative one."""
    for name, word in told.items():
        if name in ("sequence", "batch"):
            continue
        if word >= (2**64 if name == "number" else PRIME):
            raise VerificationFailed(f"the {name} in a log of {signature} is out of range")
