"""The example configurations: they load, and say what no event says."""

import pytest

from psephos.commands.house import configured
from psephos.commands.init import EXAMPLES, write
from psephos.configuration import load


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
