"""A light client's files in a configuration are an anchor, named wherever it is used."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.node import BlockId
from psephos.chain.starknet.settled import NUMBER, Settlement
from psephos.commands.trust import anchors_status, anchors_text, trusting_l1
from psephos.configuration import load
from psephos.errors import (
    ConfigurationError,
    LaggingNode,
    UnknownFork,
    VerificationFailed,
    WrongChain,
)
from psephos.evidence.trust import trusted
from psephos.evidence.whole import verify_release
from psephos.publish.release import release
from psephos.settings import ChainSettings, Checkpoint, L1Settings, LightClient
from tests.publish.conftest import House
from tests.simulated.beacon import MINIMAL, Beacon, hexed
from tests.simulated.chain import SimulatedChain

NOW = MINIMAL.genesis + 100 * 6
NETWORKS = {7: MINIMAL}
DECLARED = Checkpoint(3, bytes(32), "the town's board")


def read(file: Path) -> object:
    return json.loads(file.read_text())


def documents(block: int = 5, hash_: bytes = b"\x05" * 32) -> list[Any]:
    """A bootstrap, and an update whose finalized header holds a block."""
    beacon = Beacon(MINIMAL)
    beacon.blocks[48] = {"block_number": str(block), "block_hash": hexed(hash_)}
    return [beacon.bootstrap(16), beacon.update(56, 48)]


def client(folder: Path, told: list[Any], **given: Any) -> LightClient:
    files = []
    for i, document in enumerate(told):
        files.append(folder / f"{i}.json")
        files[-1].write_text(json.dumps(document))
    return LightClient(tuple(files), **given)


def chain(*clients: LightClient, number: int = 7) -> ChainSettings:
    return ChainSettings("c", number, None, 0, (), (DECLARED,), light_clients=clients)


def test_the_finalized_block_of_a_light_client_is_a_checkpoint_beside_the_declared(tmp_path):
    found = trusted(chain(client(tmp_path, documents())), read, now=NOW, networks=NETWORKS)
    declared, led = found.checkpoints
    assert declared == DECLARED
    assert (led.block, led.hash) == (5, b"\x05" * 32)
    assert "sync committees to slot 48, from beacon block 0x" in led.source
    assert led.source.endswith("declared by the bootstrap file alone")
    assert found.warnings == ()


def test_a_declared_beacon_block_must_be_the_bootstrap_s_and_is_named(tmp_path):
    one = client(tmp_path, documents())
    (_, led) = trusted(chain(one), read, now=NOW, networks=NETWORKS).checkpoints
    root = bytes.fromhex(led.source.split("beacon block 0x")[1][:64])
    (_, led) = trusted(chain(replace(one, root=root)), read, now=NOW, networks=NETWORKS).checkpoints
    assert led.source.endswith(f"beacon block {hexed(root)}, declared as checkpoint")
    with pytest.raises(VerificationFailed, match="light client of 0"):
        trusted(chain(replace(one, root=bytes(32))), read, now=NOW, networks=NETWORKS)


def test_an_old_bootstrap_is_warned_of_or_refused(tmp_path):
    one, later = client(tmp_path, documents()), NOW + 40 * 86_400
    found = trusted(chain(one), read, now=later, networks=NETWORKS)
    (warning,) = found.warnings
    assert "the bootstrap is 40 days old" in warning
    assert len(found.checkpoints) == 2
    with pytest.raises(VerificationFailed, match="it is refused"):
        trusted(chain(replace(one, refuse_old=True)), read, now=later, networks=NETWORKS)


def test_what_does_not_follow_anchors_nothing(tmp_path):
    bootstrap, update = documents()
    update["sync_aggregate"]["sync_committee_signature"] = "0x" + "11" * 96
    with pytest.raises(VerificationFailed, match="did not follow"):
        trusted(chain(client(tmp_path, [bootstrap, update])), read, now=NOW, networks=NETWORKS)
    later = {"version": "heze", "data": update}
    with pytest.raises(UnknownFork, match="did not follow"):
        trusted(chain(client(tmp_path, [bootstrap, later])), read, now=NOW, networks=NETWORKS)
    with pytest.raises(ConfigurationError, match="beacon chain of chain 8 is not known"):
        trusted(chain(client(tmp_path, documents()), number=8), read, now=NOW, networks=NETWORKS)


def test_a_release_is_anchored_by_it_and_names_it_in_figures_and_verification(tmp_path):
    house = House(tmp_path / "house")
    house.live(60)
    house.sync()
    final = house.chain.finalized()
    one = client(tmp_path, documents(final.number, final.hash))
    own = house.settings
    known = {own.chain.id: MINIMAL}
    found = trusted(replace(own.chain, light_clients=(one,)), read, now=NOW, networks=known)
    settings = replace(own, chain=replace(own.chain, checkpoints=found.checkpoints))
    with house.open() as (index, ledger):
        release(index, ledger, own.releases, settings)
    with house.read() as opened:
        (anchor,) = opened.manifest.anchors
        assert (anchor.block, anchor.source) == (final.number, found.checkpoints[0].source)
        levels = {f["evidence"]["level"]: f["evidence"] for f in opened.figures()}
        assert any("sync committees to slot 48" in one for one in levels["anchored"]["declared"])
    checks = {check.name: check for check in verify_release(own.releases)}
    assert checks["anchors"].status == "passed"
    assert "sync committees to slot 48" in checks["anchors"].why


def test_status_names_every_trusted_block_and_why_a_light_client_did_not_follow(tmp_path):
    house = House(tmp_path / "house")
    house.live(20)
    house.sync()
    block = house.chain.blocks[9][0]
    marks = (
        Checkpoint(9, block.hash, "the board"),
        Checkpoint(9, bytes(32), "a rumour"),
        Checkpoint(10**6, bytes(32), "the future"),
    )
    own = house.settings
    trust = replace(own.chain, checkpoints=marks, light_clients=(LightClient((tmp_path / "no",)),))
    with house.open() as (index, _):
        found = anchors_status(replace(own, chain=trust), index)
    assert [one["collected"] for one in found["blocks"]] == [
        "collected",
        f"collected as 0x{block.hash.hex()}",
        "not collected",
    ]
    assert found["warnings"] == ["the beacon chain of chain 31337 is not known here"]
    assert any("block 9, collected (the board)" in line for line in anchors_text(found))


FILE = """
[chain]
name = "c"
id = 7
[[chain.endpoint]]
url = "https://node.example"
[[chain.light_client]]
files = ["bootstrap.json", "updates.json"]
{more}
"""


def test_a_configuration_names_its_files_beside_it(tmp_path):
    file = tmp_path / "psephos.toml"
    file.write_text(FILE.format(more=f'checkpoint = "0x{"05" * 32}"\nrefuse_old = true'))
    (one,) = load(file).chain.light_clients
    assert one == LightClient(
        (tmp_path / "bootstrap.json", tmp_path / "updates.json"), b"\x05" * 32, refuse_old=True
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('checkpoint = "0x05"', "line 9: `chain.light_client.checkpoint` must be 0x and 64"),
        ("refuse_old = 1", "line 9: `chain.light_client.refuse_old` must be true or false"),
        ("other = 1", "line 9: `chain.light_client.other` is not a key"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(tmp_path, more, why):
    file = tmp_path / "psephos.toml"
    file.write_text(FILE.format(more=more))
    with pytest.raises(ConfigurationError, match=why):
        load(file)


class Core(SimulatedChain):
    """An Ethereum whose core contract says that Starknet's block 6 is settled."""

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        return (6).to_bytes(32, "big") if data == NUMBER else b"\x01" * 32


def l1_of(*clients: LightClient, marks: tuple[Checkpoint, ...] = ()) -> ChainSettings:
    l1 = L1Settings(7, bytes(20), (), checkpoints=marks, light_clients=clients)
    return ChainSettings("s", 1, None, 0, (), kind="starknet", l1=l1)


def test_a_light_client_of_the_l1_binds_whoever_tells_of_the_l1(tmp_path):
    core, other = Core(1), Core(2)
    for one in (core, other):
        one.grow(40)
    final = core.finalized()
    client_ = client(tmp_path, documents(final.number, final.hash))
    known = trusted(replace(chain(client_), checkpoints=()), read, now=NOW, networks=NETWORKS)
    assert Settlement(core, bytes(20), known.checkpoints).final() == BlockId(6, b"\x01" * 32)
    with pytest.raises(WrongChain, match="sync committees to slot 48"):
        Settlement(other, bytes(20), known.checkpoints).final()
    del core.blocks[final.number :]
    with pytest.raises(LaggingNode, match=f"{final.number} is known"):
        Settlement(core, bytes(20), known.checkpoints).final()


def test_what_the_l1_must_have_is_read_where_a_node_is_opened_and_status_names_it(tmp_path):
    with pytest.raises(ConfigurationError, match="beacon chain of chain 7 is not known"):
        trusting_l1(l1_of(client(tmp_path, documents())))
    house = House(tmp_path / "house")
    house.live(20)
    house.sync()
    settings = replace(house.settings, chain=l1_of(marks=(DECLARED,)))
    with house.open() as (index, _):
        found = anchors_status(settings, index)
    assert found["l1"] == [{"block": 3, "hash": hexed(bytes(32)), "source": "the town's board"}]
    assert any("L1" in line and "town's board" in line for line in anchors_text(found))


L1 = """
[chain]
name = "s"
id = "SN_MAIN"
kind = "starknet"
[[chain.endpoint]]
url = "https://node.example"
[chain.l1]
id = 1
contract = "0xc662c410C0ECf747543f5bA90660f6ABeBD9C8c4"
[[chain.l1.endpoint]]
url = "https://other.example"
[[chain.l1.light_client]]
files = ["bootstrap.json"]
refuse_old = true
"""


def test_a_light_client_of_the_l1_is_declared_under_it(tmp_path):
    (tmp_path / "psephos.toml").write_text(L1)
    l1 = load(tmp_path / "psephos.toml").chain.l1
    assert l1 is not None
    assert l1.light_clients == (LightClient((tmp_path / "bootstrap.json",), None, True),)
    (tmp_path / "psephos.toml").write_text(L1.replace("refuse_old", "refuse"))
    with pytest.raises(ConfigurationError, match=r"chain.l1.light_client"):
        load(tmp_path / "psephos.toml")
