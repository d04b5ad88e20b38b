"""The page Control says what `psephos control` says, for every system there are rules of."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from dashboards.pages.control import finding, margin, named
from dashboards.ruling import control, deciding, every_system, one_hand
from dashboards.view import pin, view
from psephos.results.control.told import told
from psephos.settings import Settings
from tests.dashboards.test_site import shown


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


@pytest.fixture(scope="module")
def here(sample: Settings):
    return view(pin(sample.releases), "", "")


def test_the_usual_system_comes_first_and_each_has_a_page(site: FlaskClient, here) -> None:
    names = [one.name for one in every_system(here)]
    assert names[0] == "openzeppelin"
    assert len(set(names)) == len(names) > 4
    for name in ("snip-33", "starknet-contracts", "starknet"):
        text, title = shown(site, "/control", f"?system={name}")
        assert title == "Control · psephos"
        assert control(here, name).system.source.split()[0] in text


def test_the_page_says_what_the_command_says(site: FlaskClient, here) -> None:
    found = control(here, "")
    (body,) = told(found, 12)["bodies"]
    text, _ = shown(site, "/control")
    assert body["pass"]["against_everybody"]["fewest"] == 7
    assert "Seven delegates could pass anything against everybody else." in text
    assert "Two delegates would if nobody else came." in text
    decided = [one for one in found.votes if one.passed is not None]
    alone = sum(one.flip == 1 for one in decided)
    assert (alone, len(decided)) == (7, 11)
    assert "Seven votes of eleven hung on one voter" in text


def test_a_hand_that_fills_the_deciding_seats_is_named(here) -> None:
    found = control(here, "starknet")
    assert [one_hand(one) for one in found.wholes].count("foundation") == 1
    assert finding(found) == "One hand decides an upgrade: foundation."
    assert deciding(found).body.kind == "tokens"


def test_the_file_has_every_member_with_its_indices(site: FlaskClient, here) -> None:
    powers = control(here, "").powers["holders"]
    rows = list(csv.DictReader(io.StringIO(site.get("/csv/control").text)))
    assert len(rows) == len(powers.players) == 126
    assert sum(int(row["weight"]) for row in rows) == sum(p.weight for p in powers.players)
    assert abs(sum(float(row["shapley"]) for row in rows) - 1) < 1e-9


def test_names_and_margins_are_short_and_keep_their_meaning() -> None:
    assert named("0x" + "ab" * 20) == "0xababab…abab"
    assert named("council, seat 1") == "council, seat 1"
    assert margin(-(10**25), 18) == "−10.00 million"
    assert margin(10**18, 18) == "1"


def test_an_unknown_system_is_said(site: FlaskClient) -> None:
    text, _ = shown(site, "/control", "?system=atlantis")
    assert "no rule file of" in text


@pytest.mark.long
def test_a_committee_of_stakers_has_its_members_and_their_power(starknet_sample: Settings) -> None:
    site = create(starknet_sample.releases).test_client()
    found = control(view(pin(starknet_sample.releases), "", ""), "snip-33")
    text, _ = shown(site, "/control", "?system=snip-33")
    passing = found.able["validators"].passing
    assert passing is not None
    assert "of the votes and" in text
    rows = list(csv.DictReader(io.StringIO(site.get("/csv/control?system=snip-33").text)))
    assert len([row for row in rows if row["body"] == "validators"]) == len(
        found.bodies["validators"].weights
    )
