"""The API tells what the release holds, in every format alike, and refuses everything else."""

import csv
import gzip
import hashlib
import io
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dashboards.api.asked import PARAMETERS
from dashboards.api.feeds import FEEDS
from dashboards.api.openapi import PROBLEM, ROWS, document
from dashboards.api.resources import WORDS, resources
from dashboards.app import create
from psephos.commands.promises import run as commanded
from psephos.results.figures import figure
from psephos.results.positions import positions
from psephos.results.voting.proposals import proposals
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.simulated.house import publish
from tests.simulated.life import live

HOSTILE = "</script><script>alert(1)</script>"
"""The beginning of the title of one of the sample's proposals."""
UNMEASURED = (
    "/measures", "/measures/hhi", "/studies", "/releases", "/datasets", "/tables", "/batches",
    "/proofs", "/control", "/status",
)  # fmt: skip
"""What tells of no block's rows: definitions, and lists of what a release is made of."""
RULES = Draft202012Validator(ROWS)
WRONG = Draft202012Validator(PROBLEM)


@pytest.fixture(scope="module")
def releases(sample: Settings) -> Path:
    """The sample's: it has a ledger, figures, every kind of position and hostile words."""
    return sample.releases


@pytest.fixture(scope="module")
def site(releases: Path) -> FlaskClient:
    return create(releases).test_client()


def words_of(releases: Path) -> dict[str, str]:
    """A word for each place in a path, as the release has it."""
    with Release.open(releases) as release:
        one = proposals(release)[0]
        found = positions(release, "balance", dataset="strk")
        return {
            "kind": "power",
            "study": "delegation",
            "promise": "sample-votes",
            "measure": "hhi",
            "dataset": one.dataset,
            "proposal": f"0x{one.id.hex()}",
            "table": "strk_transfer",
            "system": "openzeppelin",
            "listing": "delegates",
            "figure": release.figures()[0]["id"],
            "block": "100",
            "address": f"0x{found.holders[0].hex()}",
        }


def paths(releases: Path) -> list[str]:
    """The path of every resource, its words filled in."""
    words = words_of(releases)
    found = []
    for _, resource in resources():
        given = words | ({"measure": "turnout_supply"} if "figures/" in resource.path else {})
        if resource.path == "/figures/{kind}/{measure}":
            given = words
        found.append(re.sub(r"\{([a-z]+)\}", lambda m, given=given: given[m[1]], resource.path))
    return found


def told(site: FlaskClient, path: str) -> dict:
    answer = site.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_float=Decimal)


def refused(site: FlaskClient, path: str, status: int) -> dict:
    answer = site.get(path)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    WRONG.validate(answer.json)
    assert "Traceback" not in answer.text
    return answer.json


def test_every_resource_answers_as_its_document_says(site: FlaskClient, releases: Path) -> None:
    for path in paths(releases):
        found = told(site, path)
        RULES.validate(found)
        names = [column["name"] for column in found["columns"]]
        assert found["rows"] or path == "/proofs", path  # this release was asked to prove nothing
        assert all(list(row) == names for row in found["rows"]), path
        assert found["count"] >= len(found["rows"])
        assert found["blocks"]["first"] <= found["blocks"]["last"], path
        assert (found["level"] is None) == (path in UNMEASURED), path


def test_amounts_are_texts_with_decimals_and_definitions_are_there(
    site: FlaskClient, releases: Path
) -> None:
    """An amount without its decimals could be told wrong by 10^18."""
    for path in paths(releases):
        found = told(site, path)
        amounts = [column["name"] for column in found["columns"] if column["kind"] == "amount"]
        for row in found["rows"]:
            cells = [row[name] for name in amounts if row[name] is not None]
            assert all(re.fullmatch(r"-?[0-9]+", cell) for cell in cells), path
            decimals = row.get("decimals", found["decimals"])
            assert not cells or isinstance(decimals, int), path
        assert site.get(found["definition"], follow_redirects=True).status_code == 200, path


def test_a_figure_of_an_amount_says_its_decimals(site: FlaskClient) -> None:
    """Its value, in the smallest unit, is its text, in whole tokens."""
    said = 0
    for path in ("/figures", "/studies/economy", "/studies/foundation", "/studies/fees"):
        for row in told(site, f"{path}?limit=50000")["rows"]:
            if row["value"] is None or row["decimals"] is None:
                assert row["value"] is None or row["unit"].split()[-1] not in ("STRK", "ETH"), row
                continue
            places = len(row["text"].partition(".")[2])
            value = Fraction(row["value"]) / 10 ** row["decimals"]
            text = re.sub("[\u2009\u202f]", "", row["text"])
            assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places), row
            said += 1
    assert said > 10


def test_every_format_has_the_same_rows_to_the_last_digit(
    site: FlaskClient, releases: Path
) -> None:
    for path in paths(releases):
        found = told(site, path)
        kinds = {column["name"]: column["kind"] for column in found["columns"]}
        read = pq.read_table(io.BytesIO(site.get(f"/api/v1{path}.parquet").data))
        streamed = pa.ipc.open_stream(site.get(f"/api/v1{path}.arrow").data).read_all()
        assert read.equals(streamed), path
        assert read.to_pylist() == [
            {n: Decimal(v) if kinds[n] == "amount" and v is not None else v for n, v in row.items()}
            for row in found["rows"]
        ], path
        about = json.loads(read.schema.metadata[b"psephos"])
        assert (about["release"], about["licence"]) == (found["release"], found["licence"])
        lines = list(csv.reader(io.StringIO(site.get(f"/api/v1{path}.csv").text, newline="")))
        assert lines[0] == list(kinds)
        assert [[c.removeprefix("'") for c in line] for line in lines[1:]] == [
            [cell(value).removeprefix("'") for value in row.values()] for row in found["rows"]
        ], path


def cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def test_positions_figures_and_proposals_are_those_of_the_release(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        held = positions(release, "power", dataset="strk", block=release.final - 9)
        one = figure(release, "gini", "power", dataset="strk", block=held.block)
        vote = proposals(release)[0]
        found = told(site, f"/positions/power?block={held.block}&limit=50000")
        assert [int(row["amount"]) for row in found["rows"]] == list(held.amounts)
        assert sum(Fraction(row["share"]) for row in found["rows"]) == 1
        assert (found["decimals"], found["symbol"]) == (held.decimals, held.symbol)
        (row,) = told(site, f"/figures/power/gini?block={held.block}")["rows"]
        assert (row["id"], Fraction(row["value"])) == (one.id, one.value)
        (first, *_) = told(site, "/proposals?limit=1")["rows"]
        assert first["proposal"] == f"0x{vote.id.hex()}"
        assert int(first["for"]) == vote.tally.for_
        assert Fraction(first["turnout_supply"]) == vote.turnout.supply


def test_the_published_figures_are_told_with_their_evidence(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        published = release.figures()
    listed = told(site, "/figures?limit=50000")["rows"]
    assert [(row["id"], row["value"], row["level"]) for row in listed] == [
        (one["id"], one["value"], one["evidence"]["level"]) for one in published
    ]
    some = told(site, "/figures?kind=power&measure=gini")["rows"]
    assert {(row["kind"], row["measure"]) for row in some} == {("power", "gini")}


def test_pages_follow_one_another_and_leave_no_row_out(site: FlaskClient, releases: Path) -> None:
    whole = told(site, "/tables/strk_transfer?limit=50000")
    path, rows = "/tables/strk_transfer?limit=977", []
    while path:
        answer = site.get(path if path.startswith("/api") else f"/api/v1{path}")
        rows += answer.json["rows"]
        path = answer.json["next"]
        assert answer.headers.get("Link") == (f'<{path}>; rel="next"' if path else None)
    assert rows == whole["rows"]
    assert len(rows) == whole["count"]
    part = told(site, "/tables/strk_transfer?first=100&last=200&limit=50000")["rows"]
    assert part == [row for row in rows if 100 <= row["block_number"] <= 200]
    refused(site, "/api/v1/tables/strk_transfer?offset=999999999", 404)


def test_an_answer_is_kept_for_ever_only_where_its_address_names_a_release(tmp_path: Path) -> None:
    history = live(3_000, 1, 40, 600)
    publish(tmp_path, history, final=300)
    site = create(tmp_path).test_client()
    free = site.get("/api/v1/datasets")
    assert free.headers["Cache-Control"] == "no-cache"
    tag = free.headers["ETag"]
    again = site.get("/api/v1/datasets", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    packed = {"Accept-Encoding": "gzip"}
    before = site.get("/api/v1/datasets", headers=packed)
    assert json.loads(gzip.decompress(before.data)) == free.json
    fixed = site.get(f"/api/v1/datasets?release={free.json['release'][:16]}")
    assert "immutable" in fixed.headers["Cache-Control"]
    publish(tmp_path, history)
    news = site.get("/api/v1/datasets", headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert news.json["release"] != free.json["release"]
    after = site.get("/api/v1/datasets", headers=packed)
    assert json.loads(gzip.decompress(after.data)) == news.json
    old = site.get(f"/api/v1/datasets?release={free.json['release'][:16]}")
    assert old.json["rows"] == free.json["rows"]


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/api/v1/nothing", 404, None),
        ("/api/v1/positions/power.xml", 404, None),
        ("/api/v1/positions/../../etc", 404, None),
        ("/api/v1/tables/strk_transfer;drop", 404, None),
        ("/api/v1/tables/position", 404, "TableError"),
        ("/api/v1/tables/changes_balance_strk", 404, "TableError"),
        ("/api/v1/positions/love", 404, "TableError"),
        ("/api/v1/positions/power?dataset=governor", 400, "CommandError"),
        ("/api/v1/positions/power?block=99999999", 404, "NotCollected"),
        ("/api/v1/positions/power?block=-1", 400, "CommandError"),
        ("/api/v1/positions/power?block=1e9", 400, "CommandError"),
        ("/api/v1/positions/power?block=1&block=2", 400, "CommandError"),
        ("/api/v1/positions/power?colour=red", 400, "CommandError"),
        ("/api/v1/positions/power?limit=0", 400, "CommandError"),
        ("/api/v1/positions/vote", 400, "CommandError"),
        ("/api/v1/positions/power?release=ffffffff", 404, "NoRelease"),
        ("/api/v1/figures/power/love", 404, "TableError"),
        ("/api/v1/measures/love", 404, "TableError"),
        ("/api/v1/history/power/total", 404, "TableError"),
        ("/api/v1/positions/power?" + "x" * 700, 400, "CommandError"),
        ("/releases/ffffffff/", 404, "NoRelease"),
        ("/feeds/rumours.atom", 404, None),
        ("/feeds/", 404, None),
        ("/feeds/a/b.atom", 404, None),
        ("/releases/", 404, None),
        ("/api/", 404, None),
        ("/api/v2/releases", 404, None),
        ("/api/v1//releases", 404, None),
    ],
)
def test_what_is_wrong_is_a_problem_document(
    site: FlaskClient, path: str, status: int, name: str | None
) -> None:
    assert refused(site, path, status).get("name") == name


def test_nothing_is_written(site: FlaskClient) -> None:
    for method in (site.post, site.put, site.delete, site.patch):
        answer = method("/api/v1/positions/power", data=b"{}")
        assert answer.status_code == 405
        assert answer.mimetype == "application/problem+json"


def test_a_browser_elsewhere_may_read_it(site: FlaskClient) -> None:
    assert site.get("/api/v1/releases").headers["Access-Control-Allow-Origin"] == "*"
    asked = site.options("/api/v1/releases")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD")
    assert "Access-Control-Allow-Origin" not in site.get("/health").headers
    assert site.options("/").status_code == 405


PARTS = st.sampled_from(
    ["positions", "figures", "power", "gini", "tables", "strk_transfer", "proposals", "..", "%00",
     "'; DROP TABLE block; --", "votes", "balance.csv", "history", "releases", "batches", "é"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=12), st.sampled_from(["1", "0", "99999999999999999999", "owner", "strk", "0x"])
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(PARTS, max_size=5), st.dictionaries(st.sampled_from([*PARAMETERS, "x"]), VALUES))
def test_no_question_breaks_it(site: FlaskClient, parts: list[str], query: dict[str, str]) -> None:
    answer = site.get(f"/api/v1/{'/'.join(parts)}", query_string=query)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        WRONG.validate(answer.json)


def test_a_release_copied_by_its_addresses_is_the_release(
    site: FlaskClient, releases: Path, tmp_path: Path
) -> None:
    with Release.open(releases) as release:
        id = release.id
    there = site.get(f"/releases/{id}/").json
    assert there["release"] == id
    assert there["licence"] == "CC-BY-4.0"
    assert there["blocks"]["first"] <= there["blocks"]["final"] <= there["blocks"]["last"]
    assert there["level"] in ("seen", "complete", "anchored")
    assert site.get(there["definition"], follow_redirects=True).status_code == 200
    for one in there["files"]:
        with site.get(f"/releases/{id}/{one['name']}") as answer:
            content = answer.data
        assert len(content) == one["bytes"], one
        if one["hash"]:
            assert hashlib.blake2s(content).hexdigest() == one["hash"]
        (tmp_path / one["name"]).parent.mkdir(exist_ok=True)
        (tmp_path / one["name"]).write_bytes(content)
    with Release.open(tmp_path) as copy:
        assert copy.id == id
        assert copy.check() == []
    for name in ("../current", "..%2fcurrent", "lock", "segments/", "/etc/passwd"):
        assert site.get(f"/releases/{id}/{name}").status_code == 404, name


def test_a_feed_tells_releases_proposals_and_broken_promises_and_words_stay_words(
    site: FlaskClient,
) -> None:
    for subject in ("releases", "promises", "proposals"):
        feed = site.get(f"/feeds/{subject}.json").json
        root = ElementTree.fromstring(site.get(f"/feeds/{subject}.atom").data)
        atom = "{http://www.w3.org/2005/Atom}"
        assert root.findtext(f"{atom}rights") == feed["_psephos"]["licence"] == "CC-BY-4.0"
        (of,) = feed["_psephos"]["releases"]
        (category,) = root.findall(f"{atom}category")
        assert category.get("term") == of["release"]
        assert f"to {of['blocks']['final']}" in category.get("label", "")
        titles = [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]
        assert titles == [item["title"] for item in feed["items"]] != []
        for item in feed["items"]:
            assert site.get(urlsplit(item["url"]).path).status_code == 302, item["url"]
        assert {child.tag for entry in root.iter(f"{atom}entry") for child in entry} == {
            f"{atom}{name}" for name in ("title", "id", "updated", "link", "summary")
        }
    assert any(title.startswith(HOSTILE) for title in titles)
    assert "\u202e" not in site.get("/feeds/proposals.json").get_data(as_text=True)


def test_every_page_names_its_feeds_for_programs_that_look_for_them(site: FlaskClient) -> None:
    shell = site.get("/", follow_redirects=True).text
    found = re.findall(r'<link rel="alternate" type="([^"]*)" title="[^"]*" href="([^"]*)">', shell)
    assert [href for _, href in found] == [f"/feeds/{name}.atom" for name in FEEDS]
    assert all(site.get(href).mimetype == media for media, href in found)


def test_what_a_reader_of_feeds_and_files_has_already_is_not_sent_again(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        files = f"/releases/{release.id}/"
    for path in ("/feeds/releases.atom", "/feeds/promises.json", files, f"{files}ledger.bin"):
        with site.get(path) as first:
            tag = first.headers["ETag"]
        with site.get(path, headers={"If-None-Match": tag}) as again:
            assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag), path
        with site.get(path, headers={"If-None-Match": '"another"'}) as other:
            assert other.status_code == 200


def test_the_promises_of_the_api_are_those_of_the_command(
    site: FlaskClient, releases: Path
) -> None:
    """And the feed has each that is broken."""
    rows = {(row["promise"], row["since"]): row for row in told(site, "/promises")["rows"]}
    said = commanded(releases=releases).payload["promises"]
    assert len(said) == len(rows)
    for one in said:
        row = rows[one["promise"], one["since"]]
        assert [
            row[name] for name in ("until", "due", "holds", "result", "words", "title", "by")
        ] == [one[name] for name in ("until", "due", "holds", "result", "words", "title", "by")]
        assert (row["rows"], row["level"]) == (len(one["rows"]), one["evidence"]["level"])
    looked = [one for one in said if one["promise"] == "sample-votes"]
    found = told(site, "/promises/sample-votes")["rows"]
    assert [(row["what"], row["found"], row["asked"], row["result"]) for row in found] == [
        (row["what"], row["found"], row["asked"], row["result"])
        for one in looked
        for row in one["rows"]
    ]
    items = site.get("/feeds/promises.json").json["items"]
    assert {tuple(item["id"].split(":")[4:]) for item in items} == {
        key for key, row in rows.items() if row["result"] == "broken"
    }


def test_what_other_releases_or_files_decide_is_asked_about_again(
    site: FlaskClient, releases: Path
) -> None:
    """Labels and promises may change under an address that names a release; its rows may not."""
    with Release.open(releases) as release:
        named = f"release={release.id}"
    for path in ("/releases", "/promises", "/studies/delegation", "/positions/power?by=owner"):
        mark = "&" if "?" in path else "?"
        assert site.get(f"/api/v1{path}{mark}{named}").headers["Cache-Control"] == "no-cache", path


def test_the_document_lists_every_path_that_answers(site: FlaskClient) -> None:
    found = site.get("/api/v1/openapi.json").json
    assert found == document("CC-BY-4.0")
    assert len(found["paths"]) == 4 * len(resources())
    for path, item in found["paths"].items():
        for parameter in item["get"]["parameters"]:
            assert re.search(parameter["schema"]["pattern"], parameter["example"]), path
    assert set(WORDS) == {
        p["name"] for item in found["paths"].values() for p in item["get"]["parameters"]
        if p["in"] == "path"
    }  # fmt: skip
