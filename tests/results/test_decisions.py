"""Interventions, dossiers and the names of texts: by hand, on the sample, and strictly read."""

from hashlib import sha256
from pathlib import Path

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.errors import ConfigurationError, DataError
from psephos.results.control.content import checked, cid_0, cid_1, named
from psephos.results.control.decisions import decisions, read
from psephos.results.control.rule_files import system
from psephos.results.shipped import shipped
from psephos.results.studies import study
from psephos.store.reader import Release
from tests.results.house import House, address
from tests.results.test_promises import changed

HELLO = b"hello world\n"


def values(found) -> dict:
    return {one.measure: one.value for one in found.figures}


def test_names_of_a_text_are_those_of_ipfs_and_a_changed_text_has_others() -> None:
    """`ipfs add` of "hello world" and a newline, with and without --raw-leaves --cid-version=1."""
    assert cid_0(HELLO) == "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o"
    assert cid_1(HELLO) == "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"
    assert cid_0(b"") == "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"  # an empty file
    for kind, name in named(HELLO).items():
        full = f"{kind}:{name}" if kind in ("sha256", "keccak") else name
        assert checked(HELLO, full)
        assert not checked(HELLO + b" ", full)
    with pytest.raises(DataError, match="is no name of a content"):
        checked(HELLO, "md5:00")
    with pytest.raises(DataError, match="is no file of one block"):
        checked(bytes(262_145), cid_0(HELLO))


@pytest.mark.parametrize(("ends", "share"), [("2024-02-01", 1), ("2024-03-02", 0)])
def test_program_changes_are_preceded_by_a_vote_that_passed_or_are_not(
    ends: str, share: int
) -> None:
    found = study(changed(ends).open(30), "decisions", dataset="dao")
    assert values(found)["program_changes_voted"] == share
    assert values(found)["interventions_program"] == 1
    (row,) = [r for r in found.tables[0].rows if r[2] == "program"]
    assert (row[1], row[6]) == (20, "A title" if share else None)


def test_an_upgrade_is_announced_where_the_contract_told_of_it_before() -> None:
    house = House()
    house.watched["core"] = Watched("core", 1, (bytes([8]) * 20,), ("starknet_core",), 1)
    house.power(1, address(1), 1)
    for block, table, what in (
        (10, "implementation_added", 5), (400, "implementation_upgraded", 5),
        (401, "implementation_upgraded", 6),
    ):  # fmt: skip
        house.emit("core", table, block, implementation=address(what))
    found = study(house.open(500), "decisions", dataset="dao")
    rows = {row[1]: row for row in found.tables[0].rows}
    assert rows[400][5] == "1.3"  # 390 blocks of twelve seconds
    assert rows[401][5] is None


def test_what_never_came_to_a_vote_has_an_age_and_steps_their_day(sample_release: Release) -> None:
    found = study(sample_release, "decisions", dataset="strk")
    value = values(found)
    assert value["never_voted"] == 1
    assert value["oldest_unvoted"] > 30
    assert value["texts_bound"] == 1  # every text and its calls give the id the governor told
    dossiers = {row[0]: row for row in found.tables[1].rows}
    assert dossiers["Core developers are appointed by vote"][3] == "never came to a vote"
    assert "block " in str(dossiers["The first call that the timelock executed"][4])
    documents = {row[0]: row for row in found.tables[2].rows}
    assert documents["Core developers are appointed by vote"][5].startswith("is that of sha256:")
    assert value["interventions_council"] > 0


def test_an_altered_text_of_a_proposal_no_longer_gives_its_id() -> None:
    house = House()
    house.power(1, address(1), 1)
    house.propose(2, 7, 3, 9)
    assert values(study(house.open(20), "decisions", dataset="dao"))["texts_bound"] == 0


def test_every_shipped_dossier_has_documents_with_day_and_address() -> None:
    found = {one.name: one for one in decisions()}
    assert {"starknet-mint-curve", "starknet-staking", "starknet-0-11"} <= found.keys()
    assert found["starknet-staking"].vote == "none"
    for one in found.values():
        assert all(document.content or document.unread for document in one.documents)
        assert all(document.agrees is not False for document in one.documents)


def test_bodies_say_who_removes_their_members_and_what_they_may_decide() -> None:
    council = system("starknet").body("council")
    assert (council.appointed_by, council.removable_by) == ("foundation", "foundation")
    assert "emergency" in council.scope


WHOLE = (shipped("decisions") / "sample-core-developers.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('vote = "none"', 'vote = "perhaps"', "line 5: `vote` must be"),
        ("day = 2026-06-02", 'day = "June"', "`document.day` must be a day"),
        ('kind = "forum"', 'kind = "rumour"', "`document.kind` is 'rumour'"),
        ('url = "data/', 'url = "ftp://', "`document.url` must be where it can be read"),
        ("content = ", "contents = ", "`document.unread` is missing"),
        ('text = "sample', 'text = "no-such', "`document.text` cannot be checked"),
        ('content = "sha256', 'content = "md5', "`document.text` cannot be checked"),
        ("[[document]]", "[[documents]]", "`documents` is not a key"),
    ],
)
def test_a_wrong_dossier_names_key_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in WHOLE
    (tmp_path / "sample-core-developers.md").write_bytes(b"another text")
    file = tmp_path / "wrong.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert read(file).documents[0].agrees is False  # the text beside it is another
    file.write_text(WHOLE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read(file)
    assert says in raised.value.message


def test_the_kept_text_is_the_one_that_is_named() -> None:
    text = (shipped("decisions") / "sample-core-developers.md").read_bytes()
    assert sha256(text).hexdigest() in WHOLE
