"""The beacon chain's forks, network by network, as data.

A fork gives a version to what its validators sign, and a shape to the headers of its slots. A
slot of a fork that is not listed is not guessed at: UnknownFork. `unknown` is the first epoch
of a fork that is scheduled but whose rules are not here; None where none is known of.

Sources: consensus-specs a08d8a6, `configs/mainnet.yaml` and `presets/*/altair.yaml`;
eth-clients/sepolia 562d993, `metadata/config.yaml`, its later forks from the announced schedule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from psephos.commit.beacon.ssz import octets, pair
from psephos.errors import UnknownFork

Name = Literal["phase0", "altair", "bellatrix", "capella", "deneb", "electra", "fulu"]
ORDER: tuple[Name, ...] = ("phase0", "altair", "bellatrix", "capella", "deneb", "electra", "fulu")


@dataclass(frozen=True, slots=True)
class Fork:
    """From `epoch` on, validators sign under `version` (4 bytes)."""

    name: Name
    version: bytes
    epoch: int

    def since(self, name: Name) -> bool:
        """Whether this fork has what fork `name` brought."""
        return ORDER.index(self.name) >= ORDER.index(name)


@dataclass(frozen=True, slots=True)
class Network:
    """A beacon chain: its genesis, its preset (sizes) and its forks in order of epoch."""

    name: str
    genesis: int
    validators_root: bytes
    forks: tuple[Fork, ...]
    unknown: int | None = None
    slot_seconds: int = 12
    epoch_slots: int = 32
    period_epochs: int = 256
    committee: int = 512

    def fork(self, slot: int) -> Fork:
        """The fork that a slot belongs to; UnknownFork from a fork on that is not known."""
        epoch = slot // self.epoch_slots
        if self.unknown is not None and epoch >= self.unknown:
            raise UnknownFork(
                f"slot {slot} of {self.name} lies in a fork that this version does not know",
                hint="a newer version may know it",
            )
        return next(fork for fork in reversed(self.forks) if fork.epoch <= epoch)

    def period(self, slot: int) -> int:
        """The sync committee period of a slot: 8192 slots, about 27 hours, on mainnet."""
        return slot // (self.epoch_slots * self.period_epochs)

    def slot(self, seconds: int) -> int:
        """The slot at a time in Unix seconds; 0 before genesis."""
        return max(seconds - self.genesis, 0) // self.slot_seconds

    def domain(self, slot: int, kind: bytes = b"\x07\0\0\0") -> bytes:
        """What a signature of sync committees at a slot is bound to: kind, fork and genesis.

        domain = kind ‖ root(ForkData(version, genesis validators root))[:28]
        """
        return kind + pair(octets(self.fork(slot).version), self.validators_root)[:28]


def forks(suffix: str, epochs: Mapping[Name, int], first: int = 0) -> tuple[Fork, ...]:
    """Forks whose versions count from `first` in their first byte, e.g. 05 ‖ `suffix`."""
    return tuple(
        Fork(name, bytes((first + i,)) + bytes.fromhex(suffix), epochs[name])
        for i, name in enumerate(ORDER)
        if name in epochs
    )


MAINNET = Network(
    "mainnet",
    1606824023,
    bytes.fromhex("4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"),
    forks(
        "000000",
        {
            "phase0": 0,
            "altair": 74240,
            "bellatrix": 144896,
            "capella": 194048,
            "deneb": 269568,
            "electra": 364032,
            "fulu": 411392,
        },
    ),
)
SEPOLIA = Network(
    "sepolia",
    1655733600,
    bytes.fromhex("d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"),
    tuple(
        Fork(name, bytes.fromhex("900000") + bytes((0x69 + i,)), epoch)
        for i, (name, epoch) in enumerate(
            zip(ORDER, (0, 50, 100, 56832, 132608, 222464, 272640), strict=True)
        )
    ),
    unknown=353024,
)
NETWORKS: Mapping[str, Network] = {network.name: network for network in (MAINNET, SEPOLIA)}
