"""What the user configured: `psephos.toml` and the environment, read once into one frozen value.

Layout of `psephos.toml` (unknown keys are errors, each named with its line):

    data = "data/index"                     folder of the index, the ledger and their locks
    releases = "data/releases"              folder of the releases
    [chain]
    name = "ethereum"
    kind = "ethereum"                       or "starknet"
    id = 1                                  or "SN_MAIN"
    genesis = "0xd4e5…8fa3"                 optional; checked on every connection if given
    start = 0                               first block that any dataset needs
    sequencer = "0x…"                       optional, of Starknet: the public key that its blocks
                                            are signed with, where psephos does not know it
    [chain.l1]                              optional, of Starknet: the Ethereum that says what is
    id = 1                                  final; without it the node's own word is taken
    contract = "0xc662…c8c4"                the core contract that state updates go to
    [[chain.l1.endpoint]]                   as [[chain.endpoint]]
    [[chain.l1.checkpoint]]                 optional, as [[chain.checkpoint]], and
    [[chain.l1.light_client]]               as [[chain.light_client]]: blocks that whoever tells of
                                            the L1 must have, or its word is not taken
    configuration = "psephos.toml"          instead of all but contract: that chain's own file. One
                                            process then drives both, the L1 first
    [[chain.endpoint]]
    url = "https://…"                       or "replay:data/sample/answers.xz"; "${NAME}" is read
                                            from the environment, so no secret need be in the file
    label = "ours"                          shown instead of the address, which may hold a key
    rate = 25                               requests a second
    timeout = 30                            seconds to wait for an answer
    [[chain.gateway]]                       of Starknet: a feeder gateway, asked who signed the
    url = "https://…"                       newest blocks; keys as of [[chain.endpoint]]
    [[chain.checkpoint]]                    a block hash that you declare you trust
    block = 24000000
    hash = "0x…"
    source = "where you read it"
    [[chain.light_client]]                  of Ethereum: files of the beacon chain's light client,
    files = ["bootstrap.json", "updates.json"]   bootstrap first; their last finalized block
                                            is a checkpoint like those above
    checkpoint = "0x…"                      optional: root of the beacon block that you trust; else
                                            the bootstrap declares itself
    refuse_old = true                       optional: no bootstrap older than two weeks
    [[dataset]]
    name = "strk"                           prefix of its tables
    sources = ["erc20", "votes"]            files of psephos/chain/events
    contracts = ["0xCa14…2766"]
    first = 15983290                        block of deployment
    decimals = 18
    symbol = "STRK"
    [dataset.links]                         how results join datasets, e.g. a governor to its token
    token = "strk"
    [prove]                                 optional: what a release proves of sealed days
    kinds = ["balance", "power", "vote"]    positions at the newest sealed day's end, closed votes
    preset = "standard"                     or "compact"
    most = 16                               tables proven at one release; the rest waits

`PSEPHOS_CONFIG` names another file; `PSEPHOS_DATA` and `PSEPHOS_RELEASES` override the folders.
How the file is read, and how its errors name key and line: `psephos.configuration`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from psephos.errors import ConfigurationError

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""Where a URL says that part of it is an environment variable's."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way to ask a node. `label` is what is shown: a URL may hold a key.

    `url` still says `${NAME}` where the environment has no such variable: what asks no node runs
    without it.
    """

    url: str
    label: str
    rate: int = 25
    timeout: float = 30.0

    def __repr__(self) -> str:
        return f"Endpoint({self.label!r})"

    @property
    def address(self) -> str:
        """The URL to ask at. ConfigurationError names the variable that is not set."""
        if missing := VARIABLE.search(self.url):
            raise ConfigurationError(
                f"{self.label}: the environment variable {missing[1]} is not set",
                hint=f"export {missing[1]}=… (the node's address, which is never shown)",
            )
        return self.url


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A block hash that the user declares to trust, and where it was read."""

    block: int
    hash: bytes
    source: str


@dataclass(frozen=True, slots=True)
class LightClient:
    """Files of the beacon chain's light client: a bootstrap, then updates. `root` is the beacon
    block that the user declares to trust; without it the bootstrap declares itself."""

    files: tuple[Path, ...]
    root: bytes | None = None
    refuse_old: bool = False


@dataclass(frozen=True, slots=True)
class L1Settings:
    """The Ethereum that a Starknet chain settles on: its core contract, who tells of it, and what
    blocks they must have. `house` is what its own configuration says, where one is named.
    """

    id: int
    contract: bytes
    endpoints: tuple[Endpoint, ...]
    house: "Settings | None" = None
    checkpoints: tuple[Checkpoint, ...] = ()
    light_clients: tuple[LightClient, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainSettings:
    name: str
    id: int
    genesis: bytes | None
    start: int
    endpoints: tuple[Endpoint, ...]
    checkpoints: tuple[Checkpoint, ...] = ()
    kind: Literal["ethereum", "starknet"] = "ethereum"
    l1: L1Settings | None = None
    light_clients: tuple[LightClient, ...] = ()
    gateways: tuple[Endpoint, ...] = ()
    sequencer: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetSettings:
    """A dataset as configured; `links` says how results join it to other datasets."""

    name: str
    sources: tuple[str, ...]
    contracts: tuple[bytes, ...]
    first: int
    decimals: int = 18
    symbol: str = ""
    links: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Prove:
    """What a release proves: positions of these kinds at the end of its newest sealed day, and of
    `vote` every closed proposal's; `most` tables at one release."""

    kinds: tuple[str, ...]
    preset: str = "standard"
    most: int = 16


@dataclass(frozen=True, slots=True)
class Settings:
    chain: ChainSettings
    datasets: tuple[DatasetSettings, ...]
    data: Path
    releases: Path
    file: Path | None = None
    title: str = ""
    note: str = ""
    prove: Prove | None = None

    @property
    def index(self) -> Path:
        return self.data / "index.duckdb"

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.bin"

    @property
    def houses(self) -> tuple["Settings", ...]:
        """What one process drives: the L1's house, where it is configured, then this one."""
        below = self.chain.l1.house if self.chain.l1 else None
        return (*(below.houses if below else ()), self)

    @property
    def shown(self) -> Path:
        """The folder of the releases of all `houses`, if theirs lie side by side; else its own."""
        parents = {house.releases.parent for house in self.houses}
        together = len(self.houses) > 1 and len(parents) == 1
        return self.releases.parent if together else self.releases

    def proving(self, prove: Prove | None) -> "Settings":
        """The same with other wishes of what a release of every chain proves."""
        chain = self.chain
        if chain.l1 is not None and chain.l1.house is not None:
            l1 = replace(chain.l1, house=chain.l1.house.proving(prove))
            chain = replace(chain, l1=l1)
        return replace(self, chain=chain, prove=prove)

    def moved(self, data: Path | None, releases: Path | None) -> "Settings":
        """The same with index, ledger and releases of every chain in a folder of its own there."""
        chain, name = self.chain, self.chain.name
        if chain.l1 is not None and chain.l1.house is not None:
            l1 = replace(chain.l1, house=chain.l1.house.moved(data, releases))
            chain = replace(chain, l1=l1)
        return replace(
            self,
            chain=chain,
            data=data / name if data else self.data,
            releases=releases / name if releases else self.releases,
        )
