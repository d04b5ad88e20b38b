"""What comes in, W1 to W13 of the project's reference on reliability, 4: the attack of each case.

One test for each, called after it; what holds the same law elsewhere is listed in `LAWS` of
tests/dashboards/test_hardening.py.
"""

import logging
import subprocess
import sys
import tracemalloc
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from dashboards.address import FORMS
from dashboards.api.asked import PARAMETERS
from dashboards.app import create
from dashboards.guard import CALLBACK, DEEPEST, LONGEST_BODY, depth, strict
from psephos.chain.abi import text
from psephos.chain.wire.patience import Patience
from psephos.errors import CommandError, MalformedAnswer
from psephos.store.reader import Release
from tests.chain.test_transport import ask
from tests.conftest import ROOT
from tests.dashboards.test_site import body, shown
from tests.simulated import tiny
from tests.simulated.chain import SimulatedChain
from tests.simulated.lies import BOMB, LIES
from tests.simulated.proxy import Proxy

JSON = "application/json"
ESCAPES = ("../full.py", "..%2ffull.py", "%2e%2e/full.py", "..\\full.py", "a\0b", "/etc/passwd")
SQL = (
    "x' OR 1=1--",
    "'; COPY position TO '/tmp/taken.csv'; --",
    "read_text('/etc/passwd')",
    "1; ATTACH '/etc/passwd'",
    'strk" UNION SELECT 1 --',
)


def refused(site: FlaskClient, sent: bytes) -> None:
    answer = site.post(CALLBACK, data=sent, content_type=JSON)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_w01_fifty_megabytes_are_refused_before_a_byte_is_read(site: FlaskClient) -> None:
    for path, status in ((CALLBACK, 413), ("/api/verify", 405), ("/api/v1/figures", 405)):
        sent = BytesIO(b"[" + b"1," * 25_000_000 + b"1]")
        told = {"content_type": JSON, "content_length": len(sent.getbuffer())}
        answer = site.post(path, input_stream=sent, **told)
        assert (answer.status_code, sent.tell()) == (status, 0), path
    limits = site.application.config
    assert limits["MAX_CONTENT_LENGTH"] == limits["MAX_FORM_MEMORY_SIZE"] == LONGEST_BODY


def test_w02_depth_is_counted_before_anything_is_parsed(site: FlaskClient) -> None:
    for opened in (b"[", b'{"a":', b'[{"a":'):
        refused(site, opened * (16_000 // len(opened)))
        with pytest.raises(ValueError, match="deep"):
            strict(opened * 100_000)
    assert strict(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(ValueError, match="deep"):
        strict(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1))
    assert depth('["[[[[", "\\"[[{", {}, []]') == 2
    assert DEEPEST == 64


@pytest.mark.parametrize("digits", [17, 79, 4_300, 5_000])
def test_w03_long_integers_are_refused_and_so_is_long_hex(site: FlaskClient, digits: int) -> None:
    for sign in ("", "-"):
        refused(site, f'{{"a": {sign}{"9" * digits}}}'.encode())
    wide = "0x" + "f" * min(digits + 64, 500)
    for name in ("a", "key", "who"):
        text, title = shown(site, "/address", f"?{name}={wide}")
        assert ("not understood" in text, title) == (True, "psephos")
    assert site.get(f"/api/v1/votes?key={wide}").status_code in (400, 404)
    assert strict(b'{"a": 9007199254740992, "b": "%s"}' % (b"9" * digits))
    with pytest.raises(ValueError, match="digits"):
        strict(b"9007199254740993")


@pytest.mark.parametrize("number", ["NaN", "1e400", "-1e400", "Infinity", "-Infinity"])
def test_w04_no_number_that_is_none_enters(site: FlaskClient, number: str) -> None:
    for shape in ("{}", "[{}]", '{{"output": {}}}', '{{"a": [1, {{"b": {}}}]}}'):
        refused(site, shape.format(number).encode())


def test_w05_a_key_twice_is_refused_and_never_the_last_of_both(site: FlaskClient) -> None:
    refused(site, b'{"a":1,"a":2}')
    for sent in (b'{"a":1,"a":2}', b'[{"b": {"a": 1, "a": 1}}]', b'{"a":1,"\\u0061":2}'):
        with pytest.raises(ValueError, match="twice"):
            strict(sent)


def test_w06_lone_surrogates_stop_at_the_door_and_bytes_are_kept(site: FlaskClient) -> None:
    for sent in (b'"\\ud800"', b'{"\\udc00": 1}', b'"\xed\xa0\x80"', b'"\\ud800\\ud800"'):
        refused(site, sent)
        with pytest.raises(UnicodeError):
            strict(sent)
    assert strict(b'"\\ud83d\\ude00"') == "\U0001f600"
    for path in ("/api/v1/positions/power?dataset=%ED%A0%80", "/votes?dataset=%ED%A0%80"):
        assert site.get(path).status_code in (302, 400, 404)
    raw = b"a\xed\xa0\x80b"
    shown_, kept = text(raw)
    assert (shown_, kept) == ("a\ufffd\ufffd\ufffdb", raw)


def test_w07_nothing_compressed_is_inflated_beyond_its_bound(site: FlaskClient) -> None:
    for encoding in ("gzip", "br", "deflate", "zstd", "gzip, gzip"):
        answer = site.post(
            CALLBACK, data=BOMB[:1_000], content_type=JSON, headers={"Content-Encoding": encoding}
        )
        assert answer.status_code == 415, encoding
    chain = SimulatedChain(seed=2)
    with Proxy(chain, LIES["gzip bomb for ever"]) as proxy:
        node = ask(proxy.url, attempts=1, largest=1 << 20)
        tracemalloc.start()
        with pytest.raises(MalformedAnswer, match="more than 1048576 bytes"):
            node.head()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 << 20
    assert Patience().largest <= 256 << 20


def test_w08_what_no_input_offers_is_refused_before_a_release_is_asked(tmp_path: Path) -> None:
    """There is no release here: what is said is of the input, so nothing was asked for."""
    site = create(tmp_path).test_client()
    for name, (_, said) in FORMS.items():
        for value in ("\u0661", "x y", "<b>", "1e9", "-1", "strk;", "Z" * 70):
            words, title = shown(site, "/delegates", f"?{name}={quote(value)}")
            assert title == "psephos"
            assert said.lower() in words.lower(), (name, value)
    for value in (None, 1, 1.5, True, [], ["/"], {}, {"a": "b"}):
        for sent in (body(value, ""), body("/", value)):
            assert site.post(CALLBACK, json=sent).status_code == 400


def test_w09_other_callbacks_are_one_line_in_the_log_and_none_of_a_stack(
    site: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    ours = body("/", "")
    wrong = [ours | {"output": "secret.children"}, {}, [], ours | {"inputs": []}]
    wrong += [{name: value for name, value in ours.items() if name != "inputs"}]
    with caplog.at_level(logging.DEBUG):
        for sent in wrong:
            answer = site.post(CALLBACK, json=sent)
            assert answer.status_code == 400, sent
            assert not {"Traceback", "File ", ".py"} & set(answer.text.split())
    for record in caplog.records:
        assert record.exc_info is None
        assert "\n" not in record.getMessage()


@pytest.mark.parametrize("folder", ["/csv", "/export", "/assets", "/verifier", "/feeds", "/embed"])
def test_w10_no_name_in_an_address_leads_to_a_file(site: FlaskClient, folder: str) -> None:
    for name in ESCAPES:
        for path in (f"{folder}/{name}", f"{folder}//{name}"):
            answer = site.get(path)
            assert answer.status_code == 404, path
            assert "root:" not in answer.text


def test_w10_no_name_in_an_address_leads_out_of_a_release(
    site: FlaskClient, releases: Path
) -> None:
    with Release.open(releases) as release:
        id = release.id
    for name in (*ESCAPES, "../current", "segments/../../current"):
        assert site.get(f"/releases/{id}/{name}").status_code == 404, name


def test_w11_no_text_of_a_reader_becomes_sql(site: FlaskClient, releases: Path) -> None:
    """No parameter takes it, and as a bound value it is a value; errors name no path."""
    for attack in SQL:
        for name in FORMS:
            words, title = shown(site, "/delegates", f"?{name}={quote(attack)}")
            assert (title, str(releases) in words) == ("psephos", False)
        for name in PARAMETERS:
            answer = site.get("/api/v1/tables/strk_transfer", query_string={name: attack})
            assert answer.status_code == 400, name
        assert site.get(f"/api/v1/tables/{quote(attack, safe='')}").status_code == 404
        with Release.open(releases) as release:
            assert release.sql("SELECT ? AS a", [attack]).item() == attack
            with pytest.raises(CommandError) as caught:
                release.sql(f"SELECT 1 FROM {attack}")
            assert str(releases) not in str(caught.value)
    assert not Path("/tmp/taken.csv").exists()


def test_w12_only_the_segments_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    tiny.publish(folder, 1)
    segments = folder / "segments"
    segment = next(segments.iterdir())
    (tmp_path / "outside.parquet").write_bytes(segment.read_bytes())
    (folder / "segments-2").mkdir()
    (folder / "segments-2" / "sibling.parquet").write_bytes(segment.read_bytes())
    with Release.open(folder) as release:
        (segments / "link.parquet").symlink_to(tmp_path / "outside.parquet")
        assert release.sql(f"SELECT count(*) FROM read_parquet('{segment}')").item() >= 0
        for path in (
            tmp_path / "outside.parquet", segments / ".." / ".." / "outside.parquet",
            segments / "link.parquet", folder / "segments-2" / "sibling.parquet",
        ):  # fmt: skip
            with pytest.raises(CommandError):
                release.sql(f"SELECT * FROM read_parquet('{path}')")
        before = sorted(path.name for path in segments.iterdir())
        for target in (segments / "new.parquet", segment):
            for query in (f"COPY d_one TO '{target}'", f"COPY (SELECT 1) TO '{target}'"):
                with pytest.raises(CommandError, match="one SELECT"):
                    release.sql(query)
    assert sorted(path.name for path in segments.iterdir()) == before


ENDLESS = """
import logging, time
from flask import Flask
from dashboards.limits import Deadline
server = Flask("endless")
@server.get("/")
def endless():
    while True:
        pass
Deadline(0.3).watch(server, every=0.05)
server.test_client().get("/")
"""


def test_w13_what_never_ends_ends_with_its_worker_and_has_a_bound_of_memory(
    tmp_path: Path,
) -> None:
    """A loop that no thread can stop; rows without end. Nobody's text is a query (W11)."""
    tiny.publish(tmp_path, 1)
    with Release.open(tmp_path, threads=1, memory=32 << 20) as small:
        for query in (
            "SELECT count(*) FROM (SELECT DISTINCT range FROM range(1000000000000))",
            "SELECT list(a.range) FROM range(100000) a, range(100000) b",
        ):
            with pytest.raises(CommandError, match="Memory"):
                small.sql(query)
        with pytest.raises(CommandError):
            small.sql(f"SELECT {'(' * 5_000}1{')' * 5_000}")
    ended = subprocess.run([sys.executable, "-c", ENDLESS], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == 70
