"""Declared owners: what a file must say, and what it must not."""

from pathlib import Path

import pytest

from psephos.errors import ConfigurationError
from psephos.results.entities import Entities, entities
from psephos.results.shipped import shipped

GOOD = """
chain = 1
title = "A test"
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
    assert found.of(AA, 4) is None
    assert found.with_role("foundation", block=5) == {AA}
    assert found.with_role("foundation", block=4) == frozenset()


def test_labels_of_another_chain_are_not_ours(tmp_path: Path) -> None:
    assert entities(2, write(tmp_path, GOOD)) == Entities(2, {})
    assert entities(2, tmp_path).id == ""


def test_the_id_of_a_set_changes_with_every_word_of_it(tmp_path: Path) -> None:
    ids = {entities(1, write(tmp_path, GOOD)).id}
    for old, new in (("Foundation", "Fund"), ("its site", "a tweet"), ("= 5", "= 6")):
        ids.add(entities(1, write(tmp_path, GOOD.replace(old, new))).id)
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("chain = 1", "", "no `chain`"),
        ("chain = 1", "chain = true", "no `chain`"),
        ("chain = 1", "chain = 1\nname = 2", "unknown key name"),
        ('role = "foundation"', 'role = "king"', "role 'king' is none of"),
        ('source = "its site"', 'source = " "', "name, role and source are needed"),
        ('source = "its site"', "", "name, role and source are needed"),
        ("since = 5", "since = -1", "since is a block number"),
        ("since = 5", "until = 5", "unknown key until"),
        ("0x00", "0xzz", "is no address"),
        ("Aa", "A", "is no address"),
        ('["0x00000000000000000000000000000000000000Aa"]', '"0x"', "addresses are a list"),
        ("[[entity]]", "[entity]", "no `chain`, or no table"),
        ("[[entity]]", "[[entity", "one.toml"),
    ],
)
def test_a_malformed_file_is_named_with_what_is_wrong(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"one\.toml") as caught:
        entities(1, write(tmp_path, GOOD.replace(old, new, 1)))
    assert message in caught.value.message


def test_two_files_may_not_contradict_each_other(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "two.toml")
    assert entities(1, tmp_path).owners
    write(tmp_path, GOOD.replace("Foundation", "Fund"), "two.toml")
    with pytest.raises(ConfigurationError, match="is Fund and Foundation"):
        entities(1, tmp_path)


def test_every_file_we_ship_is_well_formed() -> None:
    for chain in (1, 31337):
        entities(chain, shipped("entities"))
