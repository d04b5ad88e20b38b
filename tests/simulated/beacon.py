"""A small beacon chain with right commitments: committees of our own keys, any fork's shapes.

States and bodies are trees in which only the members that a light client asks for are there, the
rest is filled with noise, so every branch is a real one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from psephos.commit.beacon.bls import SUITE
from psephos.commit.beacon.client import CURRENT, FINALIZED, NEXT
from psephos.commit.beacon.containers import BEACON, CAPELLA, DENEB, EXTRA, NUMBER, WIDE, Layout
from psephos.commit.beacon.forks import ORDER, Fork, Network
from psephos.commit.beacon.ssz import octet_list, octets, pair, tree, uint64, uint256

Json = dict[str, Any]
MINIMAL = Network(
    "minimal",
    1578009600,
    bytes.fromhex("0a08c27fe4ece2483f9e581f78c66379a06f96e9c24cd1390594ff939b26f95b"),
    tuple(
        Fork(name, bytes((i, 0, 0, 1)), 0)
        for i, name in enumerate(("phase0", "altair", "bellatrix", "capella", "deneb"))
    ),
    slot_seconds=6,
    epoch_slots=8,
    period_epochs=8,
    committee=32,
)
"""The minimal preset, all forks to Deneb from the start: as the conformance cases have it."""

LADDER = Network(
    "ladder",
    0,
    sha256(b"ladder").digest(),
    tuple(Fork(name, bytes((i, 7, 7, 7)), 16 * i) for i, name in enumerate(ORDER)),
    unknown=16 * len(ORDER),
    slot_seconds=6,
    epoch_slots=8,
    period_epochs=8,
    committee=32,
)
"""A new fork every sixteen epochs (two periods), and one that nobody knows after the last."""


def public_key(secret: int) -> bytes:
    return bytes((G1Point() * Scalar(secret)).to_compressed_bytes())


def sign(secret: int, message: bytes) -> bytes:
    """The signature of a key; of a sum of keys, the aggregate of theirs."""
    return bytes((G2Point.hash_to_curve(message, SUITE) * Scalar(secret)).to_compressed_bytes())


def noise(*parts: object) -> bytes:
    return sha256(repr(parts).encode()).digest()


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


def planted(leaves: Mapping[int, bytes], seed: object) -> dict[int, bytes]:
    """Every node that matters of a tree with `leaves` at their generalised indices."""
    nodes = dict(leaves)
    for index in sorted(leaves, reverse=True):
        while index > 1:
            left = index & ~1
            for at in (left, left + 1):
                if at not in nodes and not any(_above(at, leaf) for leaf in leaves):
                    nodes[at] = noise(seed, at)
            if left not in nodes or left + 1 not in nodes:
                break
            nodes[left // 2] = pair(nodes[left], nodes[left + 1])
            index //= 2
    return nodes


def _above(index: int, leaf: int) -> bool:
    while leaf > index:
        leaf //= 2
    return leaf == index


def branch(nodes: Mapping[int, bytes], index: int) -> list[str]:
    found = []
    while index > 1:
        found.append(hexed(nodes[index ^ 1]))
        index //= 2
    return found


def root(values: Json, layout: Layout) -> bytes:
    leaves = []
    for name, size in layout:
        if size == NUMBER:
            leaves.append(uint64(int(values[name])))
        elif size == WIDE:
            leaves.append(uint256(int(values[name])))
        elif size == EXTRA:
            leaves.append(octet_list(bytes.fromhex(values[name][2:]), 32))
        else:
            leaves.append(octets(bytes.fromhex(values[name][2:])))
    return tree(leaves)


@dataclass(slots=True)
class Beacon:
    """Documents of a light client, made to order. Keys of period p are numbers of their own."""

    network: Network = LADDER
    keys: dict[int, tuple[list[int], Json]] = field(default_factory=dict)
    blocks: dict[int, Json] = field(default_factory=dict)
    """Members of the execution header of a slot that are given, not made up."""

    def committee(self, period: int) -> tuple[list[int], Json]:
        if period not in self.keys:
            secrets = [1 + period * 1000 + i for i in range(self.network.committee)]
            public = [public_key(secret) for secret in secrets]
            told = {"pubkeys": [hexed(k) for k in public], "aggregate_pubkey": hexed(public[0])}
            self.keys[period] = (secrets, told)
        return self.keys[period]

    def committee_root(self, period: int) -> bytes:
        told = self.committee(period)[1]
        public = [octets(bytes.fromhex(key[2:])) for key in told["pubkeys"]]
        return tree([tree(public), octets(bytes.fromhex(told["aggregate_pubkey"][2:]))])

    def header(self, slot: int, finalized: bytes = bytes(32)) -> tuple[Json, dict[int, bytes]]:
        """The light header of a slot, and the nodes of its state's tree."""
        fork, period = self.network.fork(slot), self.network.period(slot)
        i = fork.since("electra")
        state = planted(
            {
                CURRENT[i]: self.committee_root(period),
                NEXT[i]: self.committee_root(period + 1),
                FINALIZED[i]: finalized,
            },
            ("state", slot),
        )
        beacon = {
            "slot": str(slot),
            "proposer_index": "7",
            "parent_root": hexed(noise("parent", slot)),
            "state_root": hexed(state[1]),
            "body_root": hexed(noise("body", slot)),
        }
        if not fork.since("capella"):
            return {"beacon": beacon}, state
        layout = DENEB if fork.since("deneb") else CAPELLA
        execution = self.execution(slot, layout)
        body = planted({25: root(execution, layout)}, ("body", slot))
        beacon["body_root"] = hexed(body[1])
        told = {"beacon": beacon, "execution": execution, "execution_branch": branch(body, 25)}
        return told, state

    def execution(self, slot: int, layout: Layout) -> Json:
        values: Json = {}
        for name, size in layout:
            if size in (NUMBER, WIDE):
                values[name] = str(slot if name == "block_number" else len(name))
            elif size == EXTRA:
                values[name] = hexed(b"psephos"[: slot % 8])
            else:
                values[name] = hexed((noise(name, slot) * 8)[:size])
        return values | self.blocks.get(slot, {})

    def bootstrap(self, slot: int) -> Json:
        header, state = self.header(slot)
        index = CURRENT[self.network.fork(slot).since("electra")]
        return {
            "header": header,
            "current_sync_committee": self.committee(self.network.period(slot))[1],
            "current_sync_committee_branch": branch(state, index),
        }

    def update(
        self,
        attested: int,
        finalized: int | None = None,
        *,
        brings: bool = True,
        signed: int | None = None,
        signers: Sequence[int] | None = None,
    ) -> Json:
        """A full update; `signers` are positions in the committee (default: three quarters)."""
        final = self.header(finalized)[0] if finalized is not None else None
        header, state = self.header(attested, root(final["beacon"], BEACON) if final else bytes(32))
        i = self.network.fork(attested).since("electra")
        slot = attested + 1 if signed is None else signed
        told: Json = {"attested_header": header, "signature_slot": str(slot)}
        if final:
            told |= {"finalized_header": final, "finality_branch": branch(state, FINALIZED[i])}
        if brings:
            told["next_sync_committee"] = self.committee(self.network.period(attested) + 1)[1]
            told["next_sync_committee_branch"] = branch(state, NEXT[i])
        who = range(self.network.committee * 3 // 4) if signers is None else signers
        told["sync_aggregate"] = self.aggregate(header, slot, who)
        return told

    def aggregate(self, header: Json, slot: int, who: Sequence[int]) -> Json:
        """What the members `who` of the committee of a slot sign of a header."""
        secrets = self.committee(self.network.period(slot))[0]
        message = pair(root(header["beacon"], BEACON), self.network.domain(max(slot, 1) - 1))
        bits = bytearray(self.network.committee // 8)
        for i in who:
            bits[i // 8] |= 1 << i % 8
        signature = sign(sum(secrets[i] for i in who), message)
        return {
            "sync_committee_bits": hexed(bytes(bits)),
            "sync_committee_signature": hexed(signature),
        }
