"""Releases of two chains side by side: a release is found by its id, whichever chain's it is."""

import pytest

from psephos.errors import NoRelease
from psephos.store.homes import chains, holding
from psephos.store.reader import Release
from tests.simulated import tiny


@pytest.fixture
def home(tmp_path):
    """A folder with a folder of releases for each of two chains."""
    ids = {}
    for number, name in enumerate(("one", "two")):
        ids[name] = tiny.publish(tmp_path / name, 5 + number)
    return tmp_path, ids


def test_a_folder_of_releases_is_itself(tmp_path):
    tiny.publish(tmp_path, 3)
    assert dict(chains(tmp_path)) == {tmp_path.name: tmp_path}
    assert holding(tmp_path) == tmp_path


def test_a_folder_of_folders_has_a_chain_each_in_order(home):
    folder, ids = home
    (folder / "empty").mkdir()
    assert dict(chains(folder)) == {name: folder / name for name in ids}
    assert list(chains(folder)) == ["one", "two"]


def test_a_release_is_opened_by_its_id_and_else_the_first_chains_current_one(home):
    folder, ids = home
    for name, id_ in ids.items():
        for asked in (id_, id_[:12]):
            with Release.open(folder, asked) as found:
                assert (found.id, found.folder) == (id_, folder / name)
    with Release.open(folder) as found:
        assert found.id == ids["one"]


def test_what_no_chain_has_is_said(home, tmp_path):
    folder, _ = home
    with pytest.raises(NoRelease):
        Release.open(folder, "0123456789abcdef")
    for hostile in ("*", "../two", "["):
        with pytest.raises(NoRelease):
            Release.open(folder, hostile)
    with pytest.raises(NoRelease, match="nothing has been released yet"):
        Release.open(tmp_path / "nowhere")
