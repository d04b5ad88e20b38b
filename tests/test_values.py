"""Values of a configuration that only Starknet has: felts, chain ids, and the Ethereum below."""

from importlib.resources import files
from pathlib import Path

import pytest

from psephos.chain.open import open_node
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.starknet.told import chain_name
from psephos.commands.house import configured
from psephos.commands.init import estimate
from psephos.configuration import load
from psephos.errors import ConfigurationError, NodeUnreachable
from psephos.settings import Settings
from psephos.values import chain_id, felt

START = """
[chain]
name = "starknet"
kind = "starknet"
id = "SN_MAIN"
[[chain.endpoint]]
url = "http://127.0.0.1:9"
"""
DATASET = '[[dataset]]\nname = "strk"\nsources = ["starknet_erc20"]\ncontracts = ["0x5"]\n'
L1 = """
[chain.l1]
id = 1
contract = "0xc662c410C0ECf747543f5bA90660f6ABeBD9C8c4"
[[chain.l1.endpoint]]
url = "http://127.0.0.1:8"
"""


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "psephos.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_ids_are_texts_or_felts_and_addresses_may_lack_zeros(tmp_path: Path) -> None:
    assert chain_id("SN_MAIN") == 0x534E5F4D41494E == chain_id("0x534e5f4d41494e")
    assert chain_name(chain_id("SN_SEPOLIA")) == "SN_SEPOLIA"
    assert chain_name(chain_id("MY_APPCHAIN")) == "MY_APPCHAIN"
    assert chain_name(7) == "0x7"
    assert felt("0x05") == felt("0x5") == (5).to_bytes(32, "big")
    found = loaded(tmp_path, START + DATASET)
    assert (found.chain.kind, found.chain.id) == ("starknet", 0x534E5F4D41494E)
    assert configured(found)[0].contracts == ((5).to_bytes(32, "big"),)


@pytest.mark.parametrize(
    "value", [5, "", "é", "x" * 32, "0x", "0x" + "f" * 64, "0xg", None, "two words"]
)
def test_what_is_no_chain_id_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        chain_id(value)


def test_ethereum_says_what_is_final_where_it_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, START + L1)
    assert found.chain.l1 is not None
    assert found.chain.l1.contract.hex() == "c662c410c0ecf747543f5ba90660f6abebd9c8c4"
    assert isinstance(open_node(found.chain), StarknetNode)
    with pytest.raises(ConfigurationError, match="kind starknet"):
        loaded(tmp_path, START.replace('"starknet"\nid = "SN_MAIN"', '"ethereum"\nid = 1') + L1)
    with pytest.raises(ConfigurationError, match="endpoint"):
        loaded(tmp_path, START + L1[: L1.index("[[")])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('kind = "starknet"', 'kind = "solana"', "ethereum"),
        ('contracts = ["0x5"]', 'contracts = ["0x5", "0x05"]', "twice"),
        ('contracts = ["0x5"]', f'contracts = ["0x{"f" * 64}"]', "felt"),
        ('id = "SN_MAIN"', "id = 1", "SN_MAIN"),
    ],
)
def test_every_complaint_names_the_key(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        loaded(tmp_path, (START + DATASET).replace(old, new))


def test_a_source_of_another_chain_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="reads contracts of ethereum"):
        configured(loaded(tmp_path, START + DATASET.replace("starknet_erc20", "erc20")))


def test_a_recording_of_starknet_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, START.replace("http://127.0.0.1:9", "replay:answers.xz"))
    with pytest.raises(NodeUnreachable, match="no recording at"):
        open_node(found.chain)


@pytest.mark.parametrize("example", ["starknet", "sepolia"])
def test_examples_of_starknet_are_configurations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    monkeypatch.setenv("STARKNET_RPC", "http://127.0.0.1:9")
    text = (files("psephos.commands") / "examples" / f"{example}.toml").read_text("utf-8")
    found = loaded(tmp_path, text)
    names = {dataset.name for dataset in configured(found)}
    assert {"strk", "vstrk", "staking", "attestation", "rewards"} <= names
    rows = estimate(found.datasets, 13_500_000, 25, found.chain.kind)
    assert all(row.calls > 2 * row.blocks for row in rows)
