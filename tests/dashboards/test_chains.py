"""Two chains side by side: a switch between them, and every page of each."""

import json
from pathlib import Path

import pytest

from dashboards.app import PAGES, create, shown
from dashboards.chains import beside, others
from dashboards.remember import Memory
from dashboards.view import Pin, pin, view, when
from psephos.settings import Settings
from psephos.store.homes import chains

pytestmark = pytest.mark.long


@pytest.fixture
def home(starknet_sample: Settings) -> Path:
    """The folder in which the releases of both chains lie."""
    return starknet_sample.releases.parent


@pytest.fixture
def pins(home: Path) -> dict[str, Pin]:
    found = [pin(home, pin(place).id) for place in chains(home).values()]
    return {one.release.chain.name: one for one in found}


def test_each_chain_has_the_other_beside_it_at_the_same_time(pins: dict[str, Pin]) -> None:
    l1, l2 = pins["sample"], pins["starknet_sample"]
    assert {name: one.id for name, one in others(l1).items()} == {"starknet_sample": l2.id}
    here = view(l2, "400", "")
    there = beside(here, "starknet_core")
    assert there is not None
    assert there.pin.id == l1.id
    time, then = when(l2, 400), when(there.pin, there.block)
    after = when(there.pin, there.block + 1)
    assert time is not None
    assert then is not None
    assert after is not None
    assert then <= time < after
    assert beside(here, "snapshot_x_space") is None


def test_every_page_of_starknet_is_made_and_leads_to_its_l1(
    home: Path, pins: dict[str, Pin]
) -> None:
    l1, l2 = (pins[name].id[:16] for name in ("sample", "starknet_sample"))
    for path in sorted({entry.home for entry in PAGES if entry.name}):
        tree, title = shown(home, path, f"?release={l2}", Memory(1))
        text = json.dumps(tree)
        assert title != "psephos", path
        assert "A newer release exists" not in text, path
        assert f"release={l1}" in text, path


def test_the_files_of_either_chain_are_served(home: Path, pins: dict[str, Pin]) -> None:
    site = create(home).test_client()
    for pinned in pins.values():
        listed = site.get(f"/releases/{pinned.id}/").get_json()["files"]
        assert {file["name"] for file in listed} > {"current", "ledger.bin"}
        with site.get(f"/releases/{pinned.id}/manifests/{pinned.id}.json") as told:
            assert told.data == (pinned.folder / "manifests" / f"{pinned.id}.json").read_bytes()
    titles = site.get("/feeds/proposals.json").get_json()["items"]
    assert len(titles) == 12 + 7
