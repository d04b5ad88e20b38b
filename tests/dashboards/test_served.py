"""Who performs which service, on the page Control as on the page Life; recipients; who stakes."""

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from dashboards.served import finding, told
from dashboards.view import labels, pin, view
from psephos.results.life.services import CELLS, UNKNOWN, named, services
from psephos.results.studies import study
from psephos.results.studies.shape import Listing
from psephos.settings import Settings
from tests.dashboards.test_site import shown


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


def listing(*companies: str) -> Listing:
    rows = tuple(("proving", one, "yes", "no", "2026-01-01", "s") for one in companies)
    return Listing("services", "Who performs which service", CELLS, rows)


def test_one_hand_is_counted_whatever_stands_in_brackets() -> None:
    assert finding(listing("A (x)", "A (y)", "B", UNKNOWN)) == (
        "One hand performs two of four services"
    )
    assert finding(listing("A", "B")) == "No hand performs more than one of two services"
    assert "nobody said" in finding(listing(UNKNOWN, UNKNOWN))


def test_a_chain_that_no_file_tells_of_has_no_such_card(sample: Settings) -> None:
    here = view(pin(sample.releases), "", "")
    assert all(one.company is None for one in services(named(here.release)))
    assert told(here.pin) is None


@pytest.mark.long
def test_the_sample_of_starknet_tells_who_performs_what_and_whose_stake_acts(
    starknet_sample: Settings,
) -> None:
    """On Control, also of the chain beside it, and on Stake."""
    home = starknet_sample.releases.parent
    site = create(home).test_client()
    page, _ = shown(site, "/control")
    assert "One hand performs" in page
    assert "no row of a chain says which company runs a machine" in page
    release = pin(starknet_sample.releases).id[:16]
    page, _ = shown(site, "/stake", f"?release={release}")
    rows = site.get(f"/api/v1/studies/stakers/stakers?release={release}").json["rows"]
    assert "have more than a third of the weight" in page
    assert len(rows) > 5
    plain = page.replace("\u2009", "").replace("\u202f", "")
    for row in rows:
        assert row["acting_weight_percent"] in plain


def test_each_recipient_of_a_programme_is_on_the_page(site: FlaskClient, sample: Settings) -> None:
    here = view(pin(sample.releases), "", "")
    by = labels(here.release.chain.id)
    found = study(here.release, "programmes", dataset="strk", entities=by)
    rows = next(one.rows for one in found.tables if one.name == "paid_to")
    page, _ = shown(site, "/foundation")
    assert len(rows) == 20
    for row in rows:
        assert str(row[1]) in page or str(row[2]) in page
