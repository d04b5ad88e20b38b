"""What the site answers, to readers and to those who are none."""

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

from dashboards.address import FORMS, address
from dashboards.app import INDEX, OUTPUT, create, digest, unbroken
from dashboards.definitions import EVERY
from dashboards.guard import CALLBACK, LONGEST_BODY, programs
from dashboards.lists import STUDIED
from dashboards.pages import GROUPS, find, register
from psephos.errors import CommandError
from psephos.results.bases import OF_KIND
from psephos.results.figures import figure
from psephos.results.labels.entities import entities
from psephos.results.positions import Positions, positions
from psephos.results.shown.findings import decide_alone
from psephos.results.studies import study
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import State
from psephos.store.reader import Release
from tests.simulated.house import publish
from tests.simulated.life import live

PAGES = (
    "/", "/votes", "/delegates", "/delegation", "/control", "/whatif", "/studies", "/holders",
    "/supply",
    "/foundation", "/stake", "/fees", "/batches", "/life", "/address", "/status", "/method",
    "/method/hhi", "/data",
)  # fmt: skip


def body(path: Any, search: Any) -> dict[str, Any]:
    """What the browser sends for an address."""
    return {
        "output": OUTPUT,
        "outputs": [{"id": "page", "property": "children"}, {"id": "title", "property": "data"}],
        "inputs": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": search},
        ],
        "changedPropIds": ["address.pathname"],
        "parsedChangedPropsIds": ["address.pathname"],
    }


def shown(site: FlaskClient, path: str, search: str = "") -> tuple[str, str]:
    """All that is on a page, as JSON text, and its title; spaces as they were before they held."""
    answer = site.post(CALLBACK, json=body(path, search))
    assert answer.status_code == 200, answer.text
    found = answer.json["response"]
    text = json.dumps(found["page"]["children"], ensure_ascii=False)
    return text.replace("\u202f", "\u2009").replace("\xa0%", " %"), found["title"]["data"]


def words(text: str) -> str:
    """The text of a page's JSON: its strings, without what is not read."""
    return " ".join(re.findall(r'"children": "([^"]*)"', text))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_made_and_names_its_release(
    site: FlaskClient, releases: Path, path: str
) -> None:
    with Release.open(releases) as release:
        id, final = release.id, release.final
    text, title = shown(site, path)
    assert title.endswith("· psephos")
    assert f"{id[:4]}…{id[-2:]}" in text
    assert f"release={id[:16]}" in text
    assert f"{final:,}".replace(",", "\N{THIN SPACE}") in text


def test_every_link_of_every_page_leads_somewhere(site: FlaskClient) -> None:
    seen: set[str] = set()
    for path in PAGES:
        seen |= set(re.findall(r'"href": "(/[^"]*)"', shown(site, path)[0]))
    kinds = {re.sub(r"0x[0-9a-f]+", "0x", link.split("?")[0]): link for link in sorted(seen)}
    assert {"/evidence", "/csv/positions", "/csv/votes", "/votes/gov/0x"} - kinds.keys() <= {
        "/csv/votes"
    }
    for link in kinds.values():
        if link == "/":
            continue
        if link.startswith("/releases/"):
            continue  # A generated release has no ledger; tests/dashboards/test_api.py copies one.
        assert site.get(link).status_code == 200, link
        if not link.startswith(("/csv/", "/notebook", "/witness")) and not programs(link):
            path, _, search = link.partition("?")
            assert shown(site, path, f"?{search}")[1] != "psephos", link


def test_a_page_without_a_release_is_sent_to_the_current_one(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        id = release.id
    answer = site.get("/votes?block=7")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/votes?release={id[:16]}&block=7"


def test_a_page_stays_with_its_release_when_a_newer_one_is_published(tmp_path: Path) -> None:
    history = live(3_000, 1, 40, 600)
    old = publish(tmp_path, history, final=300)
    site = create(tmp_path).test_client()
    before, _ = shown(site, "/", f"?release={old[:16]}")
    new = publish(tmp_path, history)
    after, _ = shown(site, "/", f"?release={old[:16]}")
    assert site.get("/health").json["release"] == new
    assert "A newer release exists" in after
    assert "A newer release exists" not in before
    assert f"{old[:4]}…{old[-2:]}" in after


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?block=99999999", "is after this release"),
        ("?block=-1", "A block is a whole number"),
        ("?block=1e3", "A block is a whole number"),
        ("?block=%D9%A3", "A block is a whole number"),
        ("?block=" + "9" * 400, "A block is a whole number"),
        ("?block=1&block=2", "says block twice"),
        ("?release=0000000000000000", "no release is called"),
        ("?release=" + "0" * 64, "release"),
        ("?release=../../etc/passwd", "A release is named by"),
        ("?by=nobody", "by address or by owner"),
        ("?dataset=x'%20OR%201=1--", "A dataset's name"),
        ("?dataset=grants", "no such dataset"),
        ("?colour=red", "a part that no page knows"),
        ("?block", "not understood"),
        ("?" + "a" * 5000, "too long"),
    ],
)
def test_what_no_page_knows_is_said_in_a_sentence(
    site: FlaskClient, search: str, said: str
) -> None:
    text, _ = shown(site, "/delegates", search)
    assert said.lower() in text.lower()
    assert "Traceback" not in text
    assert "/tmp" not in text


def test_a_block_before_anything_happened_is_a_page_without_numbers(site: FlaskClient) -> None:
    for path in ("/", "/votes", "/delegates", "/holders"):
        text, _ = shown(site, path, "?block=0")
        assert "psephos" in text
        assert "could not be made" not in text


def test_every_block_of_a_release_is_a_page(site: FlaskClient, releases: Path) -> None:
    with Release.open(releases) as release:
        last = release.head
    for block in {1, 5, last // 7, last // 3, last // 2, last - 1, last}:
        for path in ("/", "/votes", "/holders"):
            text, _ = shown(site, path, f"?block={block}&by=owner")
            assert "could not be made" not in text
    assert "not final" in shown(site, "/", f"?block={last}")[0]


HOSTILE: list[tuple[str, bytes]] = [
    ("empty object", b"{}"),
    ("a list", b"[]"),
    ("nothing", b""),
    ("no JSON", b"release"),
    ("deep", b"[" * 16_000),
    ("deep object", b'{"a":' * 3_000),
    ("long integer", b'{"a": ' + b"9" * 5_000 + b"}"),
    ("NaN", b'{"a": NaN}'),
    ("infinite", b'{"a": 1e400}'),
    ("minus infinite", b'{"a": -Infinity}'),
    ("doubled key", b'{"output": 1, "output": 2}'),
    ("lone surrogate", b'{"output": "\\ud800"}'),
    ("no UTF-8", b'{"output": "\xff"}'),
    ("a null", b"null"),
]


@pytest.mark.parametrize("sent", [raw for _, raw in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_a_body_that_is_no_request_of_ours_is_refused(site: FlaskClient, sent: bytes) -> None:
    answer = site.post(CALLBACK, data=sent, content_type="application/json")
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert "dashboards" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"output": "secret.children"},
        {"outputs": []},
        {"inputs": []},
        {"inputs": [{"id": "address", "property": "pathname", "value": "/"}]},
        {"inputs": [{"id": "x", "property": "y", "value": "z"}] * 2},
        {"inputs": [{"id": {"a": 1}, "property": ["b"], "value": "z"}] * 2},
        {"inputs": [[], None]},
        {"changedPropIds": "address.pathname"},
        {"changedPropIds": ["other.value"]},
        {"changedPropIds": None},
        {"state": [{"id": "a", "property": "b", "value": "c"}]},
        {"more": 1},
    ],
    ids=repr,
)
def test_a_callback_that_differs_from_ours_is_refused(
    site: FlaskClient, change: dict[str, Any]
) -> None:
    answer = site.post(CALLBACK, json=body("/", "") | change)
    assert answer.status_code == 400


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["/"], {}, {"a": "b"}], ids=repr)
def test_an_input_that_is_no_text_is_refused(site: FlaskClient, value: object) -> None:
    assert site.post(CALLBACK, json=body(value, "")).status_code == 400
    assert site.post(CALLBACK, json=body("/", value)).status_code == 400


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip", "identity", ""])
def test_sheets_and_programs_are_as_small_as_a_browser_takes_them(
    site: FlaskClient, accepted: str
) -> None:
    """The same bytes once unpacked, known again by their tag, under the same policy."""
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    shell = site.get("/", follow_redirects=True).text
    named = re.findall(r'(?:src|href)="(/[^"]+)"', shell)
    files = [one for one in named if re.search(r"2-page|site\.js|html_components", one)]
    assert len(files) == 3
    for file in files:
        plain = site.get(file).data
        answer = site.get(file, headers={"Accept-Encoding": accepted})
        packed = answer.headers.get("Content-Encoding")
        assert packed == {"g": "br" if "br" in accepted else "gzip"}.get(accepted[:1]), file
        assert unpack[packed](answer.data) == plain
        assert packed is None or len(answer.data) < len(plain) / 2
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        if packed and (tag := answer.headers.get("ETag")):
            known = {"Accept-Encoding": accepted, "If-None-Match": tag}
            assert site.get(file, headers=known).status_code == 304


def test_bodies_are_short_and_plain(site: FlaskClient) -> None:
    long = site.post(CALLBACK, data=b" " * (LONGEST_BODY + 1), content_type="application/json")
    assert long.status_code == 413
    for headers in ({"Content-Encoding": "gzip"}, {"Content-Encoding": "br"}):
        assert site.post(CALLBACK, json=body("/", ""), headers=headers).status_code == 415
    assert site.post(CALLBACK, data=b"a=b").status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/votes/gov",
        "/votes/gov/12",
        "/votes/GOV/0x1",
        "/votes/gov/0x01",
        "/method/../app",
        "/csv/../app.py",
        "/csv/..%2fapp.py",
        "/csv/%2e%2e/app.py",
        "/csv/positions\x00",
        "/csv//etc/passwd",
        "/_reload-hash",
        "/_dash-update-component/x",
        "/.env",
        "/assets/../app.py",
        "/assets/nothing.js",
        "/_mcp",
    ],
)
def test_a_path_that_is_no_page_is_not_found(site: FlaskClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    ["/votes/gov/0xabc", "/votes/nobody/0x1", "/embed/votes/gov/0x1", f"/stake/0x{1:064x}"],
)
def test_the_page_of_what_a_release_has_not_got_is_shown_and_is_not_found(
    site: FlaskClient, releases: Path, path: str
) -> None:
    with Release.open(releases) as release:
        answer = site.get(f"{path}?release={release.id[:16]}")
        there = proposals(release)[0].number
        known = site.get(f"/votes/gov/0x{there:x}?release={release.id[:16]}")
    assert (answer.status_code, known.status_code) == (404, 200)
    assert "_dash-renderer" in answer.text, "the site is there, and says what is missing"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_pages_are_only_read(site: FlaskClient, method: str) -> None:
    assert getattr(site, method)("/votes").status_code == 405


def test_a_proposal_that_was_never_created_is_said_to_be_unknown(site: FlaskClient) -> None:
    text, _ = shown(site, "/votes/gov/0xabc")
    assert "There is no such proposal" in text
    text, _ = shown(site, "/votes/strk/0xabc")
    assert "There is no such proposal" in text


@pytest.mark.parametrize("name", list(STUDIED))
def test_a_study_is_shown_with_all_its_figures(
    site: FlaskClient, releases: Path, name: str
) -> None:
    with Release.open(releases) as release:
        found = study(release, name, dataset="strk", entities=entities(release.chain.id))
    text, _ = shown(site, "/studies", f"?kind={name}&dataset=strk")
    assert found.figures or (found.why and found.why in text)
    for one in found.figures:
        assert one.title in text
        assert one.text in text
        assert f"measure={one.measure}" in text


def test_a_study_that_there_is_none_of_is_said_to_be_none(site: FlaskClient) -> None:
    assert "There is no such study here" in shown(site, "/studies", "?kind=fees")[0]


@pytest.mark.parametrize("kind", list(OF_KIND))
def test_a_share_of_a_base_is_said_as_its_figure_says_it(
    site: FlaskClient, releases: Path, kind: str
) -> None:
    """One rule: page, evidence, method and file say what `psephos.results.bases` computed."""
    dataset, page = {"power": ("strk", "/"), "locked": ("grants", "/holders")}[kind]
    rows = site.get(f"/csv/measures?kind={kind}&dataset={dataset}").text.splitlines()
    for measure in OF_KIND[kind]:
        with Release.open(releases) as release:
            found = figure(release, measure, kind, dataset=dataset)
        assert found.value is not None
        asked = f"?kind={kind}&dataset={dataset}&measure={measure}"
        assert found.text in shown(site, "/evidence", asked)[0]
        assert found.title in shown(site, f"/method/{measure}")[0]
        assert f"/method/{measure}?" in shown(site, "/method")[0]
        assert any(row.startswith(f"{measure},{found.value},") for row in rows)
        if measure != "decisive":
            assert f"{found.text} of the supply" in shown(site, page)[0]
        else:
            assert decide_alone(held(releases), found) in shown(site, page)[0]


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_measure_has_a_page(site: FlaskClient, name: str) -> None:
    text, title = shown(site, f"/method/{name}")
    assert title.startswith(EVERY[name].title)
    assert "could not be made" not in text


def test_an_open_vote_is_not_compared_with_one_that_is_over(
    site: FlaskClient, releases: Path
) -> None:
    """It has not got all its votes yet: fewer took part in it so far, whatever comes of it."""
    with Release.open(releases) as release:
        found = proposals(release)
    running = [one for one in found if one.state is State.ACTIVE]
    over = [one.turnout.supply for one in found if one.turnout.supply and one not in running]
    text, _ = shown(site, "/votes")
    if any(one.turnout.supply for one in running):
        assert "still open" in text
    if len(over) > 1 and over[0] != over[-1]:
        more = "More" if over[0] > over[-1] else "Fewer"
        assert f"{more} took part in the last vote than in the first" in text


def held(releases: Path) -> Positions:
    with Release.open(releases) as release:
        return positions(release, "power", dataset="strk")


@pytest.mark.parametrize(
    "search",
    [
        "?kind=power",
        "?kind=power&measure=hhi",
        "?kind=secret&measure=hhi&dataset=strk",
        "?kind=power&measure=secret&dataset=strk",
        "?kind=power&measure=hhi&dataset=nobody",
        "?kind=power&measure=hhi&dataset=gov",
        "?kind=balance&measure=decisive&dataset=strk",
        "?kind=power&measure=locked_share&dataset=strk",
        "?kind=proposal&measure=turnout_supply&dataset=gov",
        "?kind=power&measure=hhi&dataset=strk&key=0x" + "0" * 64,
        "?kind=proposal&measure=turnout_supply&dataset=gov&key=0x" + "0" * 64,
    ],
)
def test_evidence_of_no_figure_is_said_to_be_none(site: FlaskClient, search: str) -> None:
    text, title = shown(site, "/evidence", search)
    assert title == "psephos"
    assert "could not be made" not in text


def test_every_answer_carries_the_headers_that_keep_it_here(site: FlaskClient) -> None:
    for answer in (site.get("/health"), site.get("/x"), site.post(CALLBACK, json={})):
        rules = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules
        assert "frame-ancestors 'none'" in rules
        assert "unsafe-eval" not in rules
        assert "'unsafe-inline'" not in rules.split("style-src")[0]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_every_inline_script_is_known_to_the_policy(site: FlaskClient, releases: Path) -> None:
    import base64
    import hashlib

    with Release.open(releases) as release:
        answer = site.get(f"/?release={release.id[:16]}")
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>(.*?)</script>", answer.text, re.S)
    running = [text for given, text in inline if "application/json" not in given]
    assert running
    for text in running:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"], text[:60]


def test_the_page_speaks_english_and_fetches_only_from_here(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        text = site.get(f"/?release={release.id[:16]}").text
    assert '<html lang="en">' in text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
    assert "://" not in INDEX


def test_the_first_requests_of_a_fresh_server_may_come_at_once(releases: Path) -> None:
    server = create(releases)
    with ThreadPoolExecutor(8) as pool:
        codes = list(
            pool.map(
                lambda _: server.test_client().post(CALLBACK, json=body("/", "")).status_code,
                range(16),
            )
        )
    assert codes == [200] * 16


def test_debugging_is_off(site: FlaskClient) -> None:
    assert site.application.debug is False
    assert site.get("/_dash-layout").status_code == 200
    assert "hot_reload" not in site.get("/_dash-dependencies").text


def test_a_site_without_a_release_says_so(tmp_path: Path) -> None:
    site = create(tmp_path).test_client()
    answer = site.get("/")
    assert answer.status_code == 404
    assert "Nothing has been released yet" in answer.text
    assert "Run psephos release first" in answer.text
    script = re.search(r"<script>(.*?)</script>", answer.text, re.S)
    assert script
    assert digest(script[1]) in answer.headers["Content-Security-Policy"]
    assert "nothing has been released yet" in shown(site, "/")[0].lower()


def test_an_address_survives_its_own_text() -> None:
    full = address("/delegates", "?release=0123456789abcdef&block=7&by=owner")
    path, _, search = full.href().partition("?")
    assert address(path, f"?{search}") == full
    assert full.href("/votes", dataset="x") == (
        "/votes?release=0123456789abcdef&block=7&by=owner&dataset=x"
    )


def test_every_parameter_refuses_a_line_feed_at_its_end() -> None:
    for name in FORMS:
        with pytest.raises(CommandError):
            address("/", f"?{name}=address%0A")


def test_pages_are_found_by_their_files() -> None:
    pages = register()
    assert [entry.name for entry in pages if entry.name] == [
        "Overview", "Votes", "Delegates", "Delegation", "Control", "What-if", "Studies",
        "Holders", "Supply", "Foundation", "Stake", "Fees", "Batches", "Life", "My address",
        "Evidence", "Verify", "Status", "Method", "Data",
    ]  # fmt: skip
    assert [entry.group for entry in pages] == sorted(
        [entry.group for entry in pages], key=GROUPS.index
    )
    assert all(find(pages, entry.home) == (entry, dict.fromkeys(entry.path.groupindex, ""))
               for entry in pages if entry.name)  # fmt: skip
    assert find(pages, "/votes/gov/0x2a")[1] == {"governor": "gov", "number": "2a"}
    assert find(pages, "/votes\n") is None


def test_no_number_in_a_sentence_is_broken_at_the_end_of_a_line(site: FlaskClient) -> None:
    answer = site.post(CALLBACK, json=body("/holders", "")).json
    text = json.dumps(answer["response"]["page"]["children"], ensure_ascii=False)
    sentences = [one for one in re.findall(r'"([^"]*)"', text) if re.search(r"(?<!\\)[a-z]", one)]
    assert any(re.search(r"\d\u202f\d", one) for one in sentences)
    assert any(re.search(r"\d\xa0%", one) for one in sentences)
    assert [one for one in sentences if re.search(r"\d\u2009\d|\d %", one)] == []
    assert unbroken(["1\u2009000", {"a": "of 1\u2009000\u2009000"}, 7, None]) == [
        "1\u2009000", {"a": "of 1\u202f000\u202f000"}, 7, None,
    ]  # fmt: skip
