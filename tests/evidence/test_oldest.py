"""Which nodes still serve the oldest blocks, on nodes that do, forgot, are away or lie."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.ethereum import EthereumNode
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.wire.patience import Patience
from psephos.commands import doctor, release, status, sync
from psephos.commands.console import execute
from psephos.evidence.oldest import Served, asked
from psephos.results.life.services import SERVICES, Service, of_release
from psephos.results.life.services import asked as noted
from psephos.settings import Endpoint
from psephos.store.reader import Release
from tests.simulated.chain import SimulatedChain
from tests.simulated.lies import error, result
from tests.simulated.proxy import Lie, Proxy
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import TOKEN
from tests.simulated.starknet_view import View

BRIEF = Patience(connect=1.0, attempts=1, base=0.01, longest=0.01)
AWAY = "http://127.0.0.1:9"
FORGOT = Lie(error(-32000, "history has been pruned for this block"),
             ("eth_getBlockReceipts", "eth_getTransactionReceipt"), 1.0, None)  # fmt: skip
NO_STATE = Lie(error(-32000, "missing trie node"), ("eth_getCode",), 1.0, None)


def other_hash(block: Any, exchange: Any) -> Any:
    return block and {**block, "hash": "0x" + "ab" * 32}


LIES = Lie(result(other_hash), ("eth_getBlockByNumber",), 1.0, None)


@pytest.fixture
def urls() -> Iterator[dict[str, str]]:
    """A node that serves all, one without old receipts, one without old state, one that is away
    and one that lies about the hash."""
    chain = SimulatedChain(seed=3)
    chain.grow(12)
    with ExitStack() as stack:
        proxies = {
            "archive": None, "pruned": FORGOT, "stateless": NO_STATE, "liar": LIES
        }  # fmt: skip
        found = {name: stack.enter_context(Proxy(chain, lie)).url for name, lie in proxies.items()}
        yield {**found, "away": AWAY}


def ethereum(urls: dict[str, str], known: dict[int, bytes], *names: str) -> dict[str, Served]:
    def opened(name: str) -> Any:
        return lambda: EthereumNode([Endpoint(urls[name], name, rate=10_000)], patience=BRIEF)

    found = asked({name: opened(name) for name in names}, [1], SimulatedChain.TOKEN, known)
    return {one.node: one for one in found}


def test_each_node_is_asked_alone_and_named_by_its_label(urls: dict[str, str]) -> None:
    found = ethereum(urls, {}, *urls)
    assert {name: one.status for name, one in found.items()} == {
        "archive": "serves", "pruned": "pruned", "stateless": "pruned", "liar": "lies",
        "away": "down",
    }  # fmt: skip
    assert (found["archive"].receipts, found["archive"].state) == (True, True)
    assert (found["pruned"].receipts, found["pruned"].state) == (False, True)
    assert (found["stateless"].receipts, found["stateless"].state) == (True, False)
    assert found["pruned"].why.startswith("receipts: ")
    told = json.dumps([one.told for one in found.values()])
    assert not any(url.removeprefix("http://") in told for url in urls.values())


def test_a_hash_that_is_known_decides_and_without_one_nobody_is_believed() -> None:
    chains = [SimulatedChain(seed=3), SimulatedChain(seed=4)]
    for chain in chains:
        chain.grow(3)
    right = chains[0].headers(1, 1)[0].hash
    nodes = {name: lambda chain=chain: chain for name, chain in zip("ab", chains, strict=True)}
    known = asked(nodes, [1], SimulatedChain.TOKEN, {1: right})  # type: ignore[arg-type]
    assert [one.status for one in known] == ["serves", "lies"]
    assert known[1].why == f"block 1 is 0x{right.hex()}"
    doubt = asked(nodes, [1], SimulatedChain.TOKEN, {})  # type: ignore[arg-type]
    assert [one.status for one in doubt] == ["disputed", "disputed"]


@pytest.mark.parametrize("spec", ["0.8", "0.10"])
def test_nodes_of_starknet_are_asked_alike(spec: str) -> None:
    chain = StarknetChain(seed=5)
    chain.grow(4)
    contract = TOKEN.to_bytes(32, "big")
    with Server(View(chain, spec)) as server:
        open_ = {
            "first": lambda: StarknetNode([Endpoint(server.url, "first", rate=10_000)]),
            "away": lambda: StarknetNode([Endpoint(AWAY, "away")], patience=BRIEF),
        }
        own = chain.blocks[0].hash.to_bytes(32, "big")
        first, away = asked(open_, [0], contract, {0: own})  # type: ignore[arg-type]
        liar, _ = asked(open_, [0], contract, {0: bytes(32)})  # type: ignore[arg-type]
    assert (first.status, first.receipts, first.state) == ("serves", True, True)
    assert (away.status, liar.status) == ("down", "lies")


NOTED = {
    "asked": "2026-11-23T22:00:00Z",
    "blocks": [0, 7],
    "nodes": [
        {"node": "archive", "block": 0, "status": "serves"},
        {"node": "pruned", "block": 0, "status": "pruned"},
        {"node": "pruned", "block": 7, "status": "serves"},
    ],
}


def test_the_row_history_says_who_served_the_oldest_block_and_when() -> None:
    declared = Service("history", "whoever runs a node", False, False, "2026-04-27", "the docs")
    found = noted(declared, NOTED)
    assert (found.company, found.as_of) == ("whoever runs a node", "2026-11-23")
    said = "blocks 0 and 7 are served by archive (1 of 2 nodes that were asked)"
    assert found.source == f"the docs; asked on 2026-11-23, seen: {said}"
    unknown = noted(Service("history"), NOTED)
    assert unknown.company == "operators of archive"
    assert unknown.permissioned is None


@pytest.mark.parametrize("bent", [None, [], {"asked": "soon"}, {**NOTED, "nodes": [3]}])
def test_what_is_not_of_that_shape_fills_no_row(bent: Any) -> None:
    assert noted(Service("history"), bent) == Service("history")


CONFIGURATION = f"""\
data = "index"
releases = "releases"
[chain]
name = "made"
id = {SimulatedChain.CHAIN}
ENDPOINTS
[[dataset]]
name = "token"
sources = ["votes"]
contracts = ["0x{SimulatedChain.TOKEN.hex()}"]
"""


def test_doctor_asks_notes_and_a_release_carries_it_beside_itself(
    urls: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(command: Any, name: str, *more: str) -> tuple[int, dict[str, Any]]:
        code = execute(name, command.run, ["--json", "--config", str(file), *more])
        return code, json.loads(capsys.readouterr().out)

    file = tmp_path / "psephos.toml"
    for names in (("archive",), ("archive", "pruned", "away"), ("archive", "liar")):
        ends = "\n".join(
            f'[[chain.endpoint]]\nurl = "{urls[name]}"\nlabel = "{name}"\nrate = 10000'
            for name in names
        )
        file.write_text(CONFIGURATION.replace("ENDPOINTS", ends), "utf-8")
        if names == ("archive",):
            assert said(sync, "sync")[0] == 0
        code, found = said(doctor, "doctor", "--history")
        asked_of = found["history"]["made"]["nodes"]
        assert {one["block"] for one in asked_of} == {0, 1}
        told = {one["node"]: one["status"] for one in asked_of if one["block"] == 1}
        assert told["archive"] == "serves"
        if "liar" in names:
            assert (told["liar"], code) == ("lies", 1)
        if "pruned" in names:
            assert told == {"archive": "serves", "pruned": "pruned", "away": "down"}
            assert said(release, "release")[0] == 0
    _, shown = said(status, "status")
    assert shown["history"]["nodes"][0]["node"] == "archive"
    (tmp_path / "index" / "history.json").write_text('{"asked": "2026-11-23", "nodes": [1]}')
    assert said(status, "status")[1]["history"] is None
    with Release.open(tmp_path / "releases") as opened:
        row = of_release(opened)[SERVICES.index("history")]
    assert row.source is not None
    assert "blocks 0 and 1 are served by archive (1 of 3 nodes that were asked)" in row.source
