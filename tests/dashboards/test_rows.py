"""From a figure down to its rows, their blocks and sealed days, and from the rows up again."""

import re

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from dashboards.under import bound, newest, resting, sealed
from dashboards.view import View, pin, view
from psephos.errors import TableError
from psephos.results.sealed import history
from psephos.settings import Settings
from tests.dashboards.test_site import shown


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


@pytest.fixture(scope="module")
def here(sample: Settings) -> View:
    return view(pin(sample.releases), "", "")


def test_a_figure_leads_to_its_rows_and_they_lead_up_to_it(site: FlaskClient, here: View) -> None:
    for one in here.release.figures()[::40]:
        key = f"&key={one['key']}" if one["key"] else ""
        by = "&by=owner" if one["entities"] else ""
        asked = f"?dataset={one['dataset']}&kind={one['kind']}&measure={one['measure']}{key}{by}"
        down, title = shown(site, "/evidence", asked)
        assert title != "psephos", one
        tables = {column.rpartition(".")[0] for column in one["evidence"]["columns"]}
        links = re.findall(r'"href": "/rows/([a-z0-9_]+)', down)
        assert set(links) == tables
        for name in links:
            up, _ = shown(site, f"/rows/{name}", "?by=owner" if by else "")
            back = re.findall(r'"href": "(/evidence\?[^"]*)"', up)
            assert any(
                f"measure={one['measure']}" in href and (one["key"] or "") in href for href in back
            ), (name, one["measure"])


def test_rows_days_and_roots_are_those_of_the_release(site: FlaskClient, here: View) -> None:
    heads, rows = newest(here, "strk_transfer", 10)
    query = (
        "SELECT block_number, amount FROM strk_transfer WHERE block_number <= ? "
        "ORDER BY block_number DESC, transaction_index DESC, log_index DESC LIMIT 10"
    )
    wanted = here.release.sql(query, (here.block,))
    at = heads.index("block_number"), heads.index("amount")
    assert [(row[at[0]], row[at[1]]) for row in rows] == [
        (int(block), int(amount)) for block, amount in wanted.iter_rows()
    ]
    text, _ = shown(site, "/rows/strk_transfer")
    days = sealed(here.pin, "strk_transfer")
    entries = history(here.release).entries
    assert len(days) > 50
    assert all(entries[day.entry].header.row_root == day.row_root for day in days)
    assert days[-1].row_root.hex() in text
    assert "psephos verify batch strk/" in text


def test_every_column_says_what_binds_it(here: View) -> None:
    told = {column: (by, can) for column, by, can in bound(here, "strk_transfer")}
    assert told["amount"] == ("receipt", "anchored")
    assert "not known" not in {by for by, _ in told.values()}


def test_an_evidence_of_the_api_leads_down_and_up(site: FlaskClient, here: View) -> None:
    one = here.release.figures()[0]
    down = site.get(f"/api/v1/evidence/{one['id'][:16]}").json
    used = {f"{row['table']}.{row['column']}" for row in down["rows"]}
    assert used == set(one["evidence"]["columns"])
    assert down["level"] == one["evidence"]["level"]
    for name in {row["table"] for row in down["rows"]}:
        up = site.get(f"/api/v1/tables/{name}/figures?limit=50000").json["rows"]
        assert one["id"] in [row["id"] for row in up]
        assert len(up) == len(resting(here.pin, name))
    assert site.get("/api/v1/evidence/00000000").status_code == 404


def test_a_table_that_there_is_none_of_is_said_to_be_none(site: FlaskClient, here: View) -> None:
    for name in ("nothing", "position", "block"):
        with pytest.raises(TableError):
            bound(here, name)
        assert shown(site, f"/rows/{name}")[1] == "psephos"
        answer = site.get(f"/rows/{name}?release={here.pin.id[:16]}")
        assert answer.status_code == 404
