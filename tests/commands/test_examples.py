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
        "0xcE5485Cfb26914C5dcE00B9BAF0580364daFC7a4",  # StarkGate, of STRK
        "0x47312450B3Ac8b5b8e247a6bB6d523e7605bDb60",  # the shared verifier, and memory pages
        "0xFd14567eaf9ba941cb8c8a94eec14831ca7fd1b4",
        "0xD54f502e184B6B739d7D27a6410a67dc462D69c8",  # StarkEx: dYdX, Immutable X, Sorare, rhino
        "0x5FDCCA53617f4d2b9134B29090C87D01058e27e9",
        "0xF5C9F957705bea56a7e806943f98F7777B995826",
        "0x5d22045DAcEAB03B158031eCB7D9d06Fad24609b",
    ),
    "starknet": (
        "0x0594c1582459ea03f77deaf9eb7e3917d6994a03c13405ba42867f83d85f085d",  # StarkGate, of STRK
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
    "sepolia_l1": (
        "0xE2Bb56ee936fd6433DC0F6e7e3b8365C906AA057",  # the core contract, and the verifier
        "0x07ec0D28e50322Eb0C159B9090ecF3aeA8346DFe",
        "0xcE5485Cfb26914C5dcE00B9BAF0580364daFC7a4",  # StarkGate, of STRK and of any token
        "0xF6217de888fD6E6b2CbFBB2370973BE4c36a152D",
        "0xCa14007Eff0dB1f8135f4C25B34De49AB0d42766",  # STRK
    ),
}
"""Addresses by example. Sources: docs.starknet.io (chain information, SHARP), Snapshot's sx.js
(`starknetNetworks.ts`), L2BEAT's discovery of 1 October 2025 and its projects of StarkEx,
avnu-labs/paymaster, starknet-io/starknet-addresses 6477f53."""
A_STRATEGY = "a space's own rows name its strategies, and they tell no event"
REASONS = {
    0x2429BECC80A90BBEB38C6566617C584F79C60F684E8E73313AF58B109B7D637: A_STRATEGY,
    0x699E53F4B40E19D96B8020386DBEEB156F40172D7BBB78B2A4204CF64AE75F: A_STRATEGY,
    0x5AD1E980D8CB9D6B7ED19A14DFD659287C6005C579EDF203388B007861AC9CC: A_STRATEGY,
    0x7EE3CF64F1072FE21570356EB57D4E9F78169EA9235BA610F60A8B33C36CC6E: A_STRATEGY,
    0x50BCEB018E677F281B30587406B8210A0D8FBF37E58299BB7C6EC0E8DD212A3: A_STRATEGY,
    0x528B83A6AF52C56CB2134FD9190A441E930831AF437C1CB0FA6E459AD1435BA: A_STRATEGY,
    0x1B28F95CBC5BCBE52014EF974D609F14497517F31D3C9E079A2464EDF988751: A_STRATEGY,
    0x180E1F4FCD875B35690B6771B30197867D39C893D5BA6E32C36616733EE37C4: A_STRATEGY,
    0x076A6349D0338841581BC75B7FA7062F6CC23F6FCA6A112EF8B8D5FBBAEA7DD6: A_STRATEGY,
    0x026942155437167F8A18C2602637E30D636F0CE7A88D5ED465F8D1F08F1EA015: "a label: its claims are "
    "transfers of STRK, which are read",
    0x1176A1BD84444C89232EC27754698E5D2E7E1A7F1539F12027F28B23EC9F3D8: "a label: who builds blocks "
    "is a column of every block's row, and no contract",
}
"""Addresses of the reference that no example watches, each with the reason."""


def addresses(example: str) -> set[int]:
    """Every address that an example names, comments too."""
    text = (files("psephos.commands") / "examples" / f"{example}.toml").read_text("utf-8")
    return {int(found, 16) for found in re.findall(r"0x[0-9a-fA-F]{40,64}", text)}


@pytest.mark.parametrize("example", NAMED)
def test_an_example_names_the_contracts_of_its_chain(example):
    assert {int(address, 16) for address in NAMED[example]} <= addresses(example)


def test_every_address_of_the_reference_is_in_an_example_or_has_a_reason(real_data):
    """Of L1 wherever it is named; of L2 in the sections that name contracts and no selectors."""
    reference = Path(real_data).parent / "reference" / "protocol.md"
    if not reference.is_file():
        pytest.skip("no ../shared/reference beside this checkout")
    text = reference.read_text("utf-8")
    found = set(re.findall(r"0x[0-9a-fA-F]{40}(?![0-9a-fA-F])", text))
    parts = {part.split()[0]: part for part in re.split(r"(?m)^#{2,3} ", text)[1:]}
    for name, end in (("2.1", ""), ("3.2", "| event |"), ("3.3", "* Events:"), ("4.1", ""),
                      ("5.", ""), ("7.", "")):  # fmt: skip
        part = parts[name].split(end)[0] if end else parts[name]
        found |= set(re.findall(r"0x[0-9a-fA-F]{60,64}(?![0-9a-fA-F])", part))
    selectors = (reference.parent / "selectors.tsv").read_text("utf-8")
    found = {one for one in found if one not in selectors}
    assert len(found) > 35
    watched = set().union(*(addresses(example) for example in EXAMPLES))
    assert {one for one in found if int(one, 16) not in watched | REASONS.keys()} == set()
    assert not watched & REASONS.keys(), "an example has it by now: its reason is not needed"


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
