"""Plays the sample on anvil and records the node's answers. Run it from the project's root:

    python -m data.sample.play

It needs `npm ci` in tests/anvil, checks that every proposal meets its fate, and writes
answers.xz and psephos.toml beside itself and data/entities/sample.toml. The same script makes the
same chain, block hash by block hash.
"""

import time
from pathlib import Path

from data.sample import answers, founding, labels, life, votes
from data.sample.allocation import CAST, GENESIS, HEAD, HOUR, MNEMONIC
from data.sample.stage import Stage
from psephos.chain.ethereum import EthereumNode
from psephos.chain.replay import record
from psephos.settings import Endpoint
from tests.anvil.artifact import compiled
from tests.anvil.chain import Anvil

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


def play(anvil: Anvil, head: int = HEAD) -> Stage:
    """The sample from the first contract to a head."""
    stage = Stage(anvil)
    founding.deploy(stage)
    founding.plan(stage)
    votes.plan(stage)
    life.plan(stage)
    stage.run(head)
    return stage


def keep(stage: Stage, folder: Path, entities: Path) -> None:
    """Record the node's answers, and write what belongs to them."""
    node = EthereumNode([Endpoint(stage.anvil.url, "anvil", rate=1_000_000)])
    contracts = [c.address for c in stage.contracts.values()]
    record(node, folder / "answers.xz", contracts=contracts, calls=answers.calls(stage))
    (folder / "psephos.toml").write_text(labels.configuration(stage))
    entities.write_text(labels.entities(stage))


def main() -> None:
    modules = ROOT / "tests" / "anvil" / "node_modules"
    binary = sorted(modules.glob("@foundry-rs/anvil-*/bin/anvil*"))[0]
    began = time.monotonic()
    with Anvil.start(binary, compiled(modules), **FLAGS) as anvil:
        stage = play(anvil)
        votes.check_fates(stage)
        print(f"played {anvil.head()} blocks in {time.monotonic() - began:.0f} s")
        keep(stage, HERE, ROOT / "data" / "entities" / "sample.toml")
        size = (HERE / "answers.xz").stat().st_size
        print(f"recorded {size:,} bytes after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
