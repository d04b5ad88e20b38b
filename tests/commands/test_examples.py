"""The example configurations: they load, and say what no event says."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from psephos.commands.house import configured
from psephos.commands.init import EXAMPLES, write
from psephos.configuration import load
from psephos.results.proofs.sealed_tables import KINDS


@pytest.fixture(params=EXAMPLES)
def example(request, tmp_path, monkeypatch):
    for name in ("ETHEREUM_RPC", "STARKNET_RPC"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    write(tmp_path / "psephos.toml", request.param, force=False)
    return load(tmp_path / "psephos.toml")


def test_every_dataset_has_known_sources_and_linked_datasets(example):
    names = {dataset.name for dataset in configured(example)}
    for dataset in example.datasets:
        links = dataset.links or {}
        assert {links[name] for name in ("token", "timelock") if name in links} <= names


def test_a_release_of_every_example_proves_what_it_can(example):
    assert example.prove is not None
    assert {"power", "vote"} <= set(example.prove.kinds) <= set(KINDS)


def test_every_governor_of_compound_declares_its_quorum(example):
    """It is a constant of the contract, told by no event: without it no state can be told."""
    for dataset in example.datasets:
        if {"governor_alpha", "governor_bravo"} & set(dataset.sources):
            assert int((dataset.links or {})["quorum"]) > 0, dataset.name


def test_the_quorum_of_ens_is_a_hundredth_of_its_supply(tmp_path, monkeypatch):
    """ENS counts in ten-thousandths: its `quorumDenominator()` is overridden and answers 10000.

    With OpenZeppelin's 100 its numerator, 100, would ask for every token there is.
    """
    monkeypatch.setenv("ETHEREUM_RPC", "http://127.0.0.1:9")
    write(tmp_path / "psephos.toml", "mainnet", force=False)
    (ens,) = [d for d in load(tmp_path / "psephos.toml").datasets if d.name == "ens_governor"]
    assert ens.links == {
        "token": "ens",
        "timelock": "ens_timelock",
        "quorum_denominator": "10000",
    }


NAMED = {
    "mainnet": (
        "0xCa14007Eff0dB1f8135f4C25B34De49AB0d42766",  # STRK
        "0xc662c410C0ECf747543f5bA90660f6ABeBD9C8c4",  # Starknet's core contract
        "0x15e8c684FD095d4796A0c0CF678554F4c1C7C361",  # the security council, and its minority
        "0xF6b0B3e8f57396CecFD788D60499DB49Ee6AbC6B",
        "0x83C0A700114101D1283D1405E2c8f21D3F03e988",  # StarkWare's multisig, and its executor
        "0xCA112018fEB729458b628AadC8f996f9deCbCa0c",
    ),
    "starknet": (
        "0x049d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7",  # ETH
        "0x0782f0ddca11d9950bc3220e35ac82cf868778edb67a5e58b39838544bc4cd0f",  # vSTRK
        "0x009fedaf0d7a480d21a27683b0965c0f8ded35b3f1cac39827a25a06a8a682a4",  # the space
        "0x0250e28c97e729842190c3672f9fcf8db0fc78b8080e87a894831dc69e4f4439",  # its factory
        "0x0127021a1b5a52d3174c2ab077c2b043c80369250d29428cee956d76ee51584f",  # the forwarder
        "0x041a78e741e5af2fec34b695679bc6891742439f7afb8484ecd7766661ad02bf",  # deployers
        "0x02ceed65a4bd731034c01113685c831b01c15d7d432f71afb1cf1634b53a2125",
    ),
    "sepolia": (
        "0x035c332b8de00874e702b4831c84b22281fb3246f714475496d74e644f35d492",  # vSTRK
        "0x0302d332e9aceb184e5f301cb62c85181e7fc3b30559935c5736e987de579f6e",  # the factory
    ),
    "sepolia_l1": (),
}
"""Addresses by example. Sources: docs.starknet.io (chain information), Snapshot's sx.js
(`starknetNetworks.ts`), L2BEAT's discovery of 1 October 2025, avnu-labs/paymaster."""


def addresses(example: str) -> set[int]:
    """Every address that an example names, comments too."""
    text = (files("psephos.commands") / "examples" / f"{example}.toml").read_text("utf-8")
    return {int(found, 16) for found in re.findall(r"0x[0-9a-fA-F]{40,64}", text)}


@pytest.mark.parametrize("example", NAMED)
def test_an_example_names_the_contracts_of_its_chain(example):
    assert {int(address, 16) for address in NAMED[example]} <= addresses(example)


def test_the_addresses_of_staking_are_those_of_the_reference(real_data):
    """The table of addresses, mainnet and sepolia, and the wrappers of Bitcoin below it."""
    reference = Path(real_data).parent / "reference" / "protocol.md"
    if not reference.is_file():
        pytest.skip("no ../shared/reference beside this checkout")
    section = reference.read_text("utf-8").split("### 2.1")[1].split("### 2.2")[0]
    rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("| ")]
    named = {cells[0].strip(): [c.strip().strip("`") for c in cells[1:]] for cells in rows}
    named = {name: cells for name, cells in named.items() if cells[0].startswith("0x")}
    assert len(named) == 6
    for name, (main, test) in named.items():
        l1 = name.startswith("L1")
        assert int(main, 16) in addresses("mainnet" if l1 else "starknet"), name
        assert int(test, 16) in addresses("sepolia_l1" if l1 else "sepolia"), name
    after = section.split("wrappers mainnet")[1]
    mainnet, sepolia = after.split("Sepolia test:")
    sepolia, strk = sepolia.split("STRK (both nets)")
    for text, example in ((mainnet, "starknet"), (sepolia, "sepolia")):
        tokens = [int(found, 16) for found in re.findall(r"0x[0-9a-f]{60,64}", text)]
        assert len(tokens) >= 2
        assert set(tokens) <= addresses(example)
    (both,) = re.findall(r"0x[0-9a-f]{60,64}", strk)
    assert int(both, 16) in addresses("starknet") & addresses("sepolia")
