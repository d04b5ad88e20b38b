"""What the public site withstands: cases W1 to W25 of the project's reference on reliability, 4.

The attack of each case is a test called after it (`ATTACKS`). `LAWS` names for each case the other
tests that hold it, and each named test is there. What needs the whole server, and is held nowhere
else, stands below.
"""

import ast
import logging
import re
import time
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboards.guard import CALLBACK, LONGEST_BODY
from dashboards.limits import Deadline, Rate, client
from dashboards.remember import Memory
from tests.conftest import ROOT

SITE, HERE = "dashboards/test_site.py", "dashboards/test_hardening.py"
BROWSER, FORMS = "dashboards/test_browser.py", "dashboards/test_forms.py"
READER, TRANSPORT = "store/test_reader.py", "chain/test_transport.py"
ATTACKS = ("dashboards/test_cases_in.py", "dashboards/test_cases_out.py", "test_parts.py")
"""Where the attack of each case stands under its number: `test_w01_…` to `test_w25_…`."""

LAWS: dict[str, tuple[str, ...]] = {
    "W1 long bodies": (
        f"{SITE}::test_bodies_are_short_and_plain",
        f"{HERE}::test_bodies_longer_than_any_of_ours_are_refused_before_they_are_read",
        f"{HERE}::test_a_body_whose_length_is_not_told_is_cut_where_it_is_too_long",
    ),
    "W2 deep JSON": (f"{SITE}::test_a_body_that_is_no_request_of_ours_is_refused",),
    "W3 long integers": (f"{SITE}::test_a_body_that_is_no_request_of_ours_is_refused",),
    "W4 no finite number": (f"{SITE}::test_a_body_that_is_no_request_of_ours_is_refused",),
    "W5 a key twice": (f"{SITE}::test_a_body_that_is_no_request_of_ours_is_refused",),
    "W6 surrogates": (
        f"{SITE}::test_a_body_that_is_no_request_of_ours_is_refused",
        "chain/test_decode_exact.py::",
        "results/test_text.py::test_shown_text_holds_nothing_that_cannot_be_seen",
    ),
    "W7 compressed": (
        f"{SITE}::test_bodies_are_short_and_plain",
        f"{TRANSPORT}::test_a_gzip_bomb_is_not_inflated",
    ),
    "W8 values no option has": (
        f"{SITE}::test_what_no_page_knows_is_said_in_a_sentence",
        f"{SITE}::test_an_input_that_is_no_text_is_refused",
    ),
    "W9 other callbacks": (f"{SITE}::test_a_callback_that_differs_from_ours_is_refused",),
    "W10 names of files": (
        f"{SITE}::test_a_path_that_is_no_page_is_not_found",
        "dashboards/test_download.py::test_a_file_there_is_none_of_is_not_found",
    ),
    "W11 SQL": (
        f"{READER}::test_what_is_not_one_select_is_refused_before_it_runs",
        f"{READER}::test_parameters_are_values_and_never_sql",
        f"{READER}::test_an_error_is_one_line_and_names_no_path",
    ),
    "W12 files beside the segments": (
        f"{READER}::test_no_file_outside_the_segments_is_read",
        f"{READER}::test_only_the_segments_may_be_read_at_all",
        f"{READER}::test_what_is_not_one_select_is_refused_before_it_runs",
        f"{HERE}::test_a_worker_writes_nothing_into_the_releases",
    ),
    "W13 what never ends": (
        f"{HERE}::test_a_request_that_takes_too_long_ends_its_worker",
        f"{HERE}::test_a_client_has_a_store_of_requests_and_a_rate",
        f"{HERE}::test_too_many_requests_are_told_when_to_come_back",
        f"{HERE}::test_a_worker_has_only_so_much_memory",
        f"{HERE}::test_who_asks_for_the_largest_answers_does_not_fill_the_memory",
        "dashboards/test_patience.py::test_slow_clients_as_many_as_threads_shut_nobody_out",
    ),
    "W14 scripts in titles": (
        f"{BROWSER}::test_every_page_fits_in_both_schemes_and_is_quiet",
        "test_workbench.py::test_no_text_reaches_html_unescaped",
        "test_workbench.py::test_frames_with_hostile_text_are_escaped_by_polars",
        "dashboards/test_api.py::test_a_feed_tells_releases_proposals_and_broken_promises"
        "_and_words_stay_words",
        "results/test_text.py::test_shown_text_may_stand_in_xml",
    ),
    "W15 links in charts": (f"{FORMS}::test_text_of_the_chain_is_escaped_where_plotly_reads_html",),
    "W16 Markdown and HTML": (
        f"{FORMS}::test_a_graph_is_made_in_one_place_and_html_is_never_let_in",
        f"{HERE}::test_what_voters_write_is_never_markdown",
    ),
    "W17 letters that deceive": (
        "results/test_text.py::test_what_cannot_be_seen_is_spelled",
        "results/test_text.py::test_letters_of_a_name_that_pass_for_others_are_named",
        "dashboards/test_text.py::test_what_turns_the_reading_direction_is_made_visible",
    ),
    "W18 a megabyte of reason": (
        "dashboards/test_text.py::test_a_megabyte_is_cut_at_once_and_its_length_is_said",
    ),
    "W19 formulas in cells": (
        "dashboards/test_download.py::test_no_cell_begins_as_a_formula",
        "dashboards/test_download.py::test_what_other_programs_divide_at_stands_in_quotes",
        "dashboards/test_download.py::test_numbers_are_left_alone",
    ),
    "W20 headers": (
        f"{SITE}::test_every_answer_carries_the_headers_that_keep_it_here",
        f"{SITE}::test_every_inline_script_is_known_to_the_policy",
        f"{HERE}::test_only_an_embedded_page_may_stand_in_a_frame",
        f"{HERE}::test_an_answer_over_tls_asks_to_stay_with_it",
    ),
    "W21 addresses of others": (f"{HERE}::test_the_site_asks_nobody_for_anything",),
    "W22 keys": (
        f"{TRANSPORT}::test_an_address_is_in_no_message_no_log_and_no_repr",
        f"{TRANSPORT}::test_the_parts_of_an_address_that_may_be_keys_are_known",
        "commands/test_console.py::test_an_unexpected_error_is_one_line_and_keeps_its_secrets",
        f"{HERE}::test_a_key_of_the_environment_is_in_no_answer_and_no_log",
    ),
    "W23 debugging": (
        f"{SITE}::test_a_path_that_is_no_page_is_not_found",
        f"{HERE}::test_nothing_of_debugging_is_there",
    ),
    "W24 files as proofs": (
        f"{HERE}::test_nothing_is_unpickled",
        "stark/test_attacks.py::",
        "dashboards/test_verifier.py::test_what_is_shown_says_against_whose_header",
    ),
    "W25 supply chain": (
        "test_house.py::test_locks_carry_hashes_and_no_addresses",
        "test_house.py::test_every_dependency_of_the_project_is_locked",
        f"{HERE}::test_what_is_installed_is_what_is_locked_by_hash",
    ),
}


@pytest.mark.parametrize("case", LAWS, ids=lambda case: case.replace(" ", "-"))
def test_every_case_has_its_law(case: str) -> None:
    for law in LAWS[case]:
        file, _, name = law.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        tests = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        assert name in tests if name else any(one.startswith("test_") for one in tests), law


def test_every_case_of_the_reference_is_here_and_has_its_attack_by_name() -> None:
    assert [case.split()[0] for case in LAWS] == [f"W{n}" for n in range(1, 26)]
    text = "".join((ROOT / "tests" / file).read_text("utf-8") for file in ATTACKS)
    named = re.findall(r"^def test_w([0-9]{2})_", text, re.M)
    assert sorted(set(named)) == [f"{n:02}" for n in range(1, 26)]


def test_a_client_has_a_store_of_requests_and_a_rate() -> None:
    now = [0.0]
    rate = Rate(rate=2, store=3, clients=2, clock=lambda: now[0])
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.wait("b") == 0
    now[0] = 0.5
    assert [rate.wait("a"), rate.wait("a")] == [0, 0.5]
    now[0] = 1e6
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    for who in ("c", "d", "e"):  # Only so many are remembered, the last that asked.
        rate.wait(who)
    assert len(rate._left) == 2


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("fe80::1%eth0", "fe80::"),
        ("", "?"),
        (None, "?"),
        ("no address", "?"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_one_household(
    address: str | None, counted: str
) -> None:
    assert client(address) == counted


def test_too_many_requests_are_told_when_to_come_back(site: FlaskClient) -> None:
    """An address of its own, and headers about who is asking are believed by nobody."""
    there = {"REMOTE_ADDR": "198.51.100.9"}
    answers = []
    for n in range(400):
        told = {"X-Forwarded-For": f"10.0.0.{n % 250}"}
        answers.append(site.get("/api/v1/nothing", environ_overrides=there, headers=told))
        if answers[-1].status_code == 429:
            break
    assert answers[-1].status_code == 429
    assert len(answers) > 100
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[-1].json["status"] == 429
    page = site.get("/", environ_overrides=there)
    assert (page.status_code, "Too many requests" in page.text) == (429, True)
    assert site.get("/health").status_code == 200
    with site.get("/assets/site.js", environ_overrides=there) as free:
        assert free.status_code == 200


def test_a_request_that_takes_too_long_ends_its_worker(caplog: pytest.LogCaptureFixture) -> None:
    server, ended, go = Flask("slow"), Event(), Event()

    @server.get("/<int:long>")
    def slow(long: int) -> str:
        if long:
            go.wait(20)
        return "done"

    deadline = Deadline(0.2, end=lambda: (ended.set(), go.set()))
    with caplog.at_level(logging.ERROR):
        deadline.watch(server, every=0.02)
        for _ in range(20):
            assert server.test_client().get("/0").text == "done"
        time.sleep(0.3)
        assert not ended.is_set()
        server.test_client().get("/1")
    assert ended.is_set()
    assert not deadline.late()


def test_a_worker_has_only_so_much_memory(tmp_path: Path) -> None:
    """In a process of its own: what asks for more gets an error, and the process lives."""
    import subprocess
    import sys

    code = (
        "from dashboards.limits import limit_memory\n"
        "limit_memory(1 << 30)\n"
        "try:\n    bytearray(3 << 30); print('taken')\n"
        "except MemoryError:\n    print('refused', len(bytearray(1 << 20)))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout == "refused 1048576\n"


def test_who_asks_for_the_largest_answers_does_not_fill_the_memory() -> None:
    kept: Memory[bytes] = Memory(size=100, most=1_000)
    for place in range(50):
        kept.set(place, bytes(300))
    assert [place for place in range(50) if kept.get(place) is not None] == [47, 48, 49]
    kept.set(49, bytes(2_000))
    assert all(kept.get(place) is None for place in range(50))
    kept.set("again", b"short")
    assert kept.get("again") == b"short"


def test_a_worker_writes_nothing_into_the_releases(site: FlaskClient, releases: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in releases.rglob("*") if path.is_file()}
    for path in ("/health", "/csv/positions", "/api/v1/figures", "/holders"):
        site.get(path)
    assert before == {
        path: path.stat().st_mtime_ns for path in releases.rglob("*") if path.is_file()
    }


def test_only_an_embedded_page_may_stand_in_a_frame(site: FlaskClient) -> None:
    for path in ("/", "/votes", "/embed", "/embedded/x", "/health"):
        answer = site.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY"
    framed = site.get("/embed/votes")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers


def test_an_answer_over_tls_asks_to_stay_with_it(site: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in site.get("/health").headers
    secure = site.get("/health", base_url="https://figures.example")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=")


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    return names | {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def test_the_site_asks_nobody_for_anything() -> None:
    """It takes no address of anything to fetch, and has nothing to fetch it with."""
    asking = ("requests", "urllib.request", "http.client", "web3", "socket", "psephos.chain.open")
    found = {path.name: imported(path) & set(asking) for path in sources("dashboards")}
    assert {name: names for name, names in found.items() if names} == {}


def test_what_voters_write_is_never_markdown() -> None:
    for path in sources("dashboards"):
        assert ".Markdown(" not in path.read_text("utf-8"), path.name


def test_a_key_of_the_environment_is_in_no_answer_and_no_log(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "c4n4ry-0f-4-k3y"
    monkeypatch.setenv("ETHEREUM_RPC", f"https://node.example/v3/{canary}")
    with caplog.at_level(logging.DEBUG):
        for path in ("/", "/status", "/nothing", "/api/v1/figures", "/health", "/csv/positions"):
            answer = site.get(path, follow_redirects=True)
            assert canary not in answer.text + str(answer.headers)
        assert canary not in site.post(CALLBACK, data=canary).text
    assert canary not in caplog.text


def test_nothing_of_debugging_is_there(site: FlaskClient) -> None:
    assert not site.application.debug
    for path in ("/_reload-hash", "/_alive", "/console", "/?__debugger__=yes&cmd=resource"):
        text = site.get(path).text
        assert "Traceback" not in text
        assert "debugger" not in text.lower()
    layout = site.get("/_dash-dependencies").text + site.get("/health").text
    assert str(ROOT) not in layout


def test_nothing_is_unpickled() -> None:
    """`compiled/machine.py` names the error that a damaged cache of numba's raises."""
    loads = re.compile(r"^\s*(?:from|import) (?:pickle|dill|cloudpickle|marshal|shelve)\b.*", re.M)
    found = {
        line.strip()
        for path in sources("psephos", "analytics", "dashboards")
        for line in loads.findall(path.read_text("utf-8"))
    }
    assert found == {"from pickle import UnpicklingError"}


def test_what_is_installed_is_what_is_locked_by_hash() -> None:
    """Every command that installs anything asks for hashes."""
    files = [ROOT / "Makefile", ROOT / "environment.yml", ROOT / ".ci" / "run"]
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            if "install" in line and "requirements" in line and not line.strip().startswith("#"):
                assert "--require-hashes" in line, f"{file.name}: {line}"


def test_a_body_whose_length_is_not_told_is_cut_where_it_is_too_long(site: FlaskClient) -> None:
    """Sent in chunks it has no length: what is behind the longest of ours is never read."""
    asked = site.post(
        CALLBACK,
        input_stream=(sent := BytesIO(b" " * 50_000_000)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert asked.status_code in (400, 413)
    assert sent.tell() < 1_000_000


def test_bodies_longer_than_any_of_ours_are_refused_before_they_are_read(
    site: FlaskClient,
) -> None:
    start = time.perf_counter()
    answer = site.post(CALLBACK, data=b"[" * 50_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert time.perf_counter() - start < 5
    assert LONGEST_BODY < 100_000
