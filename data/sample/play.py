"""Plays the sample on anvil and records the node's answers. Run it from the project's root:

    python -m data.sample.play

It needs `npm ci` in tests/anvil, checks that every proposal meets its fate, and writes
answers.xz, starknet.xz and two configurations beside itself, and labels into data/entities.
Starknet's part is the simulated chain of the tests, which the core contract on anvil settles. The
same script makes the same chains, block hash by block hash.
"""

import time
from pathlib import Path

from data.sample import answers, founding, labels, life, settlement, votes
from data.sample.allocation import CAST, GENESIS, HEAD, HOUR, MNEMONIC
from data.sample.stage import Stage
from data.sample.starknet import cast, messages, story
from data.sample.starknet import labels as starknet_labels
from data.sample.starknet import votes as starknet_votes
from data.sample.starknet.chain import Chain
from psephos.chain.ethereum import EthereumNode
from psephos.chain.replay import record
from psephos.chain.starknet import replay as starknet_replay
from psephos.chain.starknet.node import StarknetNode
from psephos.settings import Endpoint
from tests.anvil.artifact import compiled
from tests.anvil.chain import Anvil
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_view import View

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLAGS = {
    "interval": HOUR,
    "timestamp": GENESIS,
    "gas_limit": 36_000_000,
    "accounts": sum(CAST.values()),
    "mnemonic": MNEMONIC,
    "order": "fifo",
}
"""How anvil is started: a block an hour, an account for everybody, transactions as they come."""


def starknet(head: int = cast.HEAD) -> Chain:
    """The sample's Starknet, from its first block to a head."""
    chain = Chain()
    story.plan(chain)
    starknet_votes.plan(chain)
    messages.plan(chain)
    chain.play(head)
    chain.settle(settlement.updates(chain)[-1].last)
    return chain


def play(anvil: Anvil, chain: Chain, head: int = HEAD) -> Stage:
    """The sample's L1 from the first contract to a head; it settles `chain`."""
    stage = Stage(anvil)
    founding.deploy(stage)
    founding.plan(stage)
    votes.plan(stage)
    life.plan(stage)
    settlement.plan(stage, chain)
    stage.run(head)
    return stage


def keep(stage: Stage, folder: Path, entities: Path) -> None:
    """Record the node's answers, and write what belongs to them."""
    node = EthereumNode([Endpoint(stage.anvil.url, "anvil", rate=1_000_000)])
    contracts = [c.address for c in stage.contracts.values()]
    record(node, folder / "answers.xz", contracts=contracts, calls=answers.calls(stage))
    (folder / "psephos.toml").write_text(labels.configuration(stage))
    entities.write_text(labels.entities(stage))


def keep_starknet(stage: Stage, chain: Chain, folder: Path, entities: Path) -> None:
    """The same of the Starknet part."""
    with Server(View(chain)) as server:
        node = StarknetNode([Endpoint(server.url, "simulated", rate=1_000_000)])
        starknet_replay.record(node, folder / "starknet.xz")
    core = stage.contracts["core"].address
    told = starknet_labels.configuration(chain, core, chain.accepted)
    (folder / "starknet.toml").write_text(told)
    entities.write_text(starknet_labels.entities())


def main() -> None:
    modules = ROOT / "tests" / "anvil" / "node_modules"
    binary = sorted(modules.glob("@foundry-rs/anvil-*/bin/anvil*"))[0]
    began = time.monotonic()
    with Anvil.start(binary, compiled(modules), **FLAGS) as anvil:
        chain = starknet()
        print(f"made {len(chain.blocks)} blocks of Starknet in {time.monotonic() - began:.0f} s")
        stage = play(anvil, chain)
        votes.check_fates(stage)
        print(f"played {anvil.head()} blocks in {time.monotonic() - began:.0f} s")
        entities = ROOT / "data" / "entities"
        keep(stage, HERE, entities / "sample.toml")
        keep_starknet(stage, chain, HERE, entities / "sample-starknet.toml")
        size = sum((HERE / name).stat().st_size for name in ("answers.xz", "starknet.xz"))
        print(f"recorded {size:,} bytes after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
