"""Declared owners: what a file must say, and what it must not."""

from pathlib import Path

import pytest

from psephos.commands.init import write as write_example
from psephos.configuration import load
from psephos.errors import ConfigurationError
from psephos.results.labels.entities import Entities, Entity, entities, sets
from psephos.results.labels.fields import ROLES
from psephos.results.shipped import shipped

GOOD = """
chain = 1
title = "A test"
date = 2026-05-01
[[entity]]
name = "Foundation"
role = "foundation"
source = "its site"
since = 5
addresses = ["0x00000000000000000000000000000000000000Aa"]
"""
AA = bytes(19) + b"\xaa"


def write(folder: Path, text: str, name: str = "one.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_an_owner_is_known_from_the_block_it_is_declared(tmp_path: Path) -> None:
    found = entities(1, write(tmp_path, GOOD))
    owner = found.of(AA, 5)
    assert owner is not None
    assert (owner.name, owner.role, owner.source) == ("Foundation", "foundation", "its site")
    assert owner.day == "2026-05-01"
    assert found.of(AA, 4) is None
    assert found.with_role("foundation", block=5) == {AA}
    assert found.with_role("foundation", block=4) == frozenset()


def test_an_address_may_change_its_owner(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("since = 5", "since = 5\nuntil = 9"))
    write(tmp_path, GOOD.replace("Foundation", "Buyer").replace("since = 5", "since = 9"), "b.toml")
    found = entities(1, tmp_path)
    names = [owner.name if (owner := found.of(AA, block)) else None for block in (4, 5, 8, 9)]
    assert names == [None, "Foundation", "Foundation", "Buyer"]
    assert found.conflicts == ()


def test_where_two_labels_disagree_neither_is_believed_and_both_are_shown(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(
        tmp_path, GOOD.replace("Foundation", "Fund").replace("since = 5", "since = 7"), "two.toml"
    )
    found = entities(1, tmp_path)
    assert found.of(AA, 6) is not None
    assert found.of(AA, 7) is None
    assert found.with_role("foundation", block=7) == frozenset()
    (conflict,) = found.conflicts
    assert (conflict.address, conflict.one.name, conflict.other.name) == (AA, "Foundation", "Fund")
    assert conflict.words == (
        f"0x{AA.hex()} is Foundation (foundation; its site), and Fund (foundation; its site)"
    )
    assert found.words == f"entities {found.id[:16]}, 1 disputed"
    assert found.frame["owner"].to_list() == ["Foundation", "Fund"]
    assert found.frame["day"].to_list() == ["2026-05-01"] * 2
    assert found.frame["disputed"].to_list() == [True, True]


def test_two_sources_that_agree_are_no_conflict(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("its site", "a newspaper"), "two.toml")
    write(tmp_path, GOOD, "three.toml")
    found = entities(1, tmp_path)
    assert found.conflicts == ()
    assert [owner.source for owner in found.owners[AA]] == ["its site", "a newspaper"]
    assert found.of(AA, 5) is not None


def test_a_named_set_is_another_opinion_and_not_read_with_the_usual_one(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(
        tmp_path,
        GOOD.replace("chain = 1", 'chain = 1\nset = "press"').replace("Fo", "Bo"),
        "b.toml",
    )
    usual, press = entities(1, tmp_path), entities(1, tmp_path, "press")
    assert sets(1, tmp_path) == ("press",)
    assert sets(2, tmp_path) == ()
    assert [one.of(AA, 5).name for one in (usual, press)] == ["Foundation", "Boundation"]  # type: ignore[union-attr]
    assert press.words == f"entities {press.id[:16]} (set press)"
    assert usual.conflicts == press.conflicts == ()


def test_labels_of_another_chain_are_not_ours(tmp_path: Path) -> None:
    assert entities(2, write(tmp_path, GOOD)) == Entities(2, {})
    assert entities(2, tmp_path).id == ""


def test_an_address_of_starknet_has_32_bytes(tmp_path: Path) -> None:
    felt = "0x" + "0" * 24 + "00000000000000000000000000000000000000Aa"
    old = "0x00000000000000000000000000000000000000Aa"
    found = entities(1, write(tmp_path, GOOD.replace(old, felt)))
    assert found.of(AA.rjust(32, b"\0"), 5) is not None
    assert found.of(AA, 5) is None


def test_the_id_of_a_set_changes_with_every_word_of_it(tmp_path: Path) -> None:
    ids = {entities(1, write(tmp_path, GOOD)).id}
    for old, new in (
        ("Foundation", "Fund"),
        ("its site", "a tweet"),
        ("= 5", "= 6"),
        ("= 5", "= 5\nuntil = 9"),
        ("05-01", "05-02"),
    ):
        ids.add(entities(1, write(tmp_path, GOOD.replace(old, new))).id)
    assert len(ids) == 6


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("chain = 1", "", "one.toml: `chain` is missing"),
        ("chain = 1", "chain = true", "line 2: `chain` must be a whole number"),
        ("chain = 1", "chain = 1\nname = 2", "line 3: `name` is not a key"),
        ("chain = 1", 'chain = 1\nset = "off"', "line 3: `set` is 'off', which chooses something"),
        ('role = "foundation"', 'role = "king"', "line 7: `entity.role` is 'king'"),
        ('source = "its site"', 'source = " "', "line 8: `entity.source` must be a text"),
        ('source = "its site"', "", "line 5: `entity.source` is missing"),
        ("since = 5", "since = -1", "line 9: `entity.since` must be a whole number"),
        ("since = 5", "since = 5\nuntil = 5", "line 10: `entity.until` is 5, not after"),
        ("since = 5", "sinse = 5", "line 9: `entity.sinse` is not a key"),
        ("date = 2026-05-01\n", "", "`entity.date` is missing: a label is what a source said"),
        ("date = 2026-05-01", 'date = "May"', "line 4: `date` must be a day"),
        ("0x00", "0xzz", "line 10: `entity.addresses` hold '0xzz"),
        ("Aa", "A", "an address is 0x and 40 or 64 digits"),
        ('["0x00000000000000000000000000000000000000Aa"]', '"0x"', "must be a list of addresses"),
        ('Aa"]', 'Aa", "0x00000000000000000000000000000000000000aA"]', "name an address twice"),
        ("[[entity]]", "[entity]", "`entity` must be written as [[…]] tables"),
        ("[[entity]]", "[[entity", "one.toml"),
    ],
)
def test_a_malformed_file_is_named_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"one\.toml") as caught:
        entities(1, write(tmp_path, GOOD.replace(old, new, 1)))
    assert message in caught.value.message


def test_labels_that_only_touch_in_time_do_not_meet() -> None:
    early, late = Entity("A", "team", "s", 0, 9), Entity("B", "team", "s", 9)
    assert not early.meets(late)
    assert not late.meets(early)
    assert early.meets(Entity("B", "team", "s", 8))


def test_every_file_we_ship_is_well_formed_and_at_one_with_itself() -> None:
    for chain in (1, 31337):
        assert entities(chain, shipped("entities")).conflicts == ()


MAINNET, ETHEREUM = 0x534E5F4D41494E, 1
NAMED = {
    # address: owner, role, who says so. The first two groups by the protocol's own documentation
    (MAINNET, "0x00ca1702e64c81d9a07b86bd2c540188d92a2c73cf5cc0e508d949015e7e84a7"): (
        "Staking contract", "contract", "declared"),
    (MAINNET, "0x0782f0ddca11d9950bc3220e35ac82cf868778edb67a5e58b39838544bc4cd0f"): (
        "vSTRK", "contract", "declared"),
    (MAINNET, "0x040337b1af3c663e86e333bab5a4b28da8d4652a15a69beee2b677776ffe812a"): (
        "Privacy pool", "pool", "declared"),
    (MAINNET, "0x026942155437167f8a18c2602637e30d636f0ce7a88d5ed465f8d1f08f1ea015"): (
        "Starknet Provisions", "programme", "declared"),
    (MAINNET, "0x01176a1bd84444c89232ec27754698e5d2e7e1a7f1539f12027f28b23ec9f3d8"): (
        "StarkWare's sequencers", "team", "declared"),
    (MAINNET, "0x0269ea391a9c99cb6cee43ff589169f547cbc48d7554fdfbbfa7f97f516da700"): (
        "OKX", "exchange", "believed"),
    (MAINNET, "0x028d709c875c0ceac3dce7065bec5328186dc89fe254527084d1689910954b0a"): (
        "Endur, liquid staking", "pool", "believed"),
    (ETHEREUM, "0xcE5485Cfb26914C5dcE00B9BAF0580364daFC7a4"): (
        "StarkGate", "bridge", "declared"),
    (ETHEREUM, "0x15e8c684FD095d4796A0c0CF678554F4c1C7C361"): (
        "Security Council", "council", "believed"),
    (ETHEREUM, "0x83C0A700114101D1283D1405E2c8f21D3F03e988"): (
        "StarkWare", "team", "believed"),
}  # fmt: skip


@pytest.mark.parametrize(("chain", "address"), NAMED)
def test_who_holds_for_many_on_mainnet_is_named_with_source_and_day(
    chain: int, address: str
) -> None:
    owner = entities(chain).of(bytes.fromhex(address[2:]), 10**9)
    assert owner is not None
    assert (owner.name, owner.role, owner.belief) == NAMED[chain, address]
    assert owner.source
    assert owner.day >= "2024-06-20"


@pytest.mark.parametrize("chain", [MAINNET, ETHEREUM])
def test_labels_of_mainnet_contradict_nobody(chain: int) -> None:
    found = entities(chain)
    assert found.conflicts == ()
    assert {len(address) for address in found.owners} == {32 if chain == MAINNET else 20}
    roles = {owner.role for owners in found.owners.values() for owner in owners}
    assert roles <= set(ROLES)
    assert "bridge" in roles


def test_the_examples_of_mainnet_count_by_these_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels are found by the chain's id, so a configuration names the chain and no file."""
    for name in ("ETHEREUM_RPC", "STARKNET_RPC"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for example, chain, holders in (
        ("starknet", MAINNET, {"staking", "vstrk"}), ("mainnet", ETHEREUM, {"starknet_council"}),
    ):  # fmt: skip
        (tmp_path / example).mkdir()
        write_example(tmp_path / example / "psephos.toml", example, force=False)
        settings = load(tmp_path / example / "psephos.toml")
        assert settings.chain.id == chain
        contracts = {c for d in settings.datasets if d.name in holders for c in d.contracts}
        assert contracts
        assert contracts <= entities(settings.chain.id).owners.keys()
