"""Two chains side by side: a switch between them, and every page of each."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from dashboards import flowing
from dashboards import queries as ask
from dashboards.app import PAGES, create, shown
from dashboards.chains import beside, others
from dashboards.promised import verdicts
from dashboards.remember import Memory
from dashboards.settling import settled
from dashboards.staked import duties, duty_of, kept
from dashboards.studied import told
from dashboards.view import Pin, pin, view, when
from data.sample.starknet import cast
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
        tree, title, missing = shown(home, path, f"?release={l2}", Memory(1))
        text = json.dumps(tree)
        assert (title != "psephos", missing) == (True, 0), path
        assert "A newer release exists" not in text, path
        assert f"release={l1}" in text, path


def test_a_validator_keeps_and_attests_what_its_story_tells(pins: dict[str, Pin]) -> None:
    """Commissions that the sample's own script sets; attestations counted row by row."""
    l2 = pins["starknet_sample"]
    third, ninth = (cast.VALIDATORS[n].to_bytes(32, "big") for n in (2, 8))
    then, now = (view(l2, block, "") for block in ("429", ""))
    assert kept(then, "staking")[third] == Fraction(7, 100)
    assert kept(now, "staking")[third] == Fraction(3, 100)
    assert kept(now, "staking")[ninth] == Fraction(9, 100)
    name, found = duties(now)
    assert found.exact  # the sample declares its epochs
    rows = now.release.sql(f'SELECT staker, epoch, block_number FROM "{name}_staker_attestation"')
    end = when(l2, now.block)
    assert end is not None
    seen: dict[bytes, set[int]] = {}
    for staker, epoch, block in rows.rows():
        began, ended = when(l2, 12 * epoch), when(l2, 12 * epoch + 11)
        if began is not None and ended is not None and end - 30 * 86_400 <= began <= ended <= end:
            assert block <= now.block
            seen.setdefault(bytes(staker), set()).add(int(epoch))
    every = {epoch for epochs in seen.values() for epoch in epochs}
    assert {who: done for who, done, _ in found.rows} == {
        who: len(one) for who, one in seen.items()
    }
    assert max(owed for _, _, owed in found.rows) == max(every) - min(every) + 1
    assert duty_of(now, found.rows[0][0]) == found.rows[0][1:]
    assert duty_of(now, b"nobody") == (0, 0)


def test_an_l2_shows_what_settles_it_beside_other_systems(pins: dict[str, Pin]) -> None:
    here = view(pins["starknet_sample"], "", "")
    found = {one.system: one for one in settled(here)}
    assert found.keys() == {"Starknet", "StarkEx"}
    own = {one.system: one for one in settled(view(pins["sample"], "", ""))}
    assert found["Starknet"].updates[-1].covers is not None
    assert {name: one.core for name, one in own.items()} == {
        name: one.core for name, one in found.items()
    }


def test_the_files_of_either_chain_are_served(home: Path, pins: dict[str, Pin]) -> None:
    site = create(home).test_client()
    for pinned in pins.values():
        listed = site.get(f"/releases/{pinned.id}/").get_json()["files"]
        assert {file["name"] for file in listed} > {"current", "ledger.bin"}
        with site.get(f"/releases/{pinned.id}/manifests/{pinned.id}.json") as told:
            assert told.data == (pinned.folder / "manifests" / f"{pinned.id}.json").read_bytes()
    titles = site.get("/feeds/proposals.json").get_json()["items"]
    assert len(titles) == 12 + 7


def test_pages_of_several_tokens_open_on_the_one_that_is_staked(pins: dict[str, Pin]) -> None:
    """Then on the one that votes; so not on whichever name comes first."""
    l2 = view(pins["starknet_sample"], "", "")
    assert ask.there_are(l2, "balance") == ("strk", "vstrk", "eth", "wbtc")
    assert ask.dataset_of(l2, "supply", "") == "strk"
    assert ask.dataset_of(l2, "supply", "wbtc") == "wbtc"
    assert ask.dataset_of(l2, "power", "") == "vstrk"


def test_the_promise_of_the_sample_is_kept_and_broken_on_both_of_its_chains(
    pins: dict[str, Pin],
) -> None:
    for pinned in pins.values():
        told_ = [
            one for one in verdicts(view(pinned, "", "")) if one.promise.name == "sample-votes"
        ]
        assert [one.result.value for one in told_] == ["kept", "broken"]


def test_delegations_of_both_chains_add_up_to_the_power_of_delegates(pins: dict[str, Pin]) -> None:
    """A token of Starknet tells balances as one of Ethereum does."""
    for pinned in pins.values():
        here = view(pinned, "", "")
        name = ask.dataset_of(here, "power", "")
        drawn = flowing.flows(here, name)
        given = sum(flow.amount for flow in drawn if flow.target != "nobody")
        assert given == ask.held(here, "power", name).total > 0
        assert told(here, "delegation", name, "foundation_share").value is not None


def test_a_block_of_l2_leads_to_the_block_of_l1_that_settles_it(
    home: Path, pins: dict[str, Pin]
) -> None:
    """The first final update that covers it, with the hash that any node of that L1 confirms."""
    l1, l2 = pins["sample"].release, pins["starknet_sample"].release
    site = create(home).test_client()
    found = l1.sql(
        "SELECT block_number, l2_block_number, hash FROM core_state_update "
        "JOIN block ON number = block_number WHERE block_number <= ? "
        "ORDER BY block_number, log_index", (l1.final,)
    ).rows()  # fmt: skip
    final = [(block, int.from_bytes(covers), f"0x{hash.hex()}") for block, covers, hash in found]
    last = max(covers for _, covers, _ in final)
    for asked in (0, 100, last, last + 1):
        answer = site.get(f"/api/v1/updates/{asked}?release={l2.id[:16]}").json
        wanted = next((one for one in final if one[1] >= asked), None)
        rows = [(row["block"], row["covers"], row["hash"]) for row in answer["rows"]]
        assert rows == ([wanted] if wanted else [])
        assert (answer["undefined"] is None) == bool(wanted)
