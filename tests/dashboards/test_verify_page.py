"""The verifier in a real browser: on the site under its policy, and as the one file from a disk."""

from pathlib import Path
from typing import Any

import pytest

from dashboards.verifier import FILE
from psephos.batch import witness
from psephos.batch.header import BatchHeader
from psephos.stark.verify import Accept, accepted, verify
from tests.batch.test_witness import header, row
from tests.dashboards.browser import NARROW, WIDE, Watch
from tests.dashboards.test_axe import GRAVE, RUN, SIDES

pytestmark = pytest.mark.browser
LONGEST = 0.3
"""Seconds that a proof of 2^16 rows may take."""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[BatchHeader, dict[str, Path]]:
    """A header, and files: a row's witness, the same with one byte turned, the header."""
    rows = [row(block, 0, 0) for block in (1, 2, 3)]
    found, folder = header(rows), tmp_path_factory.mktemp("sealed")
    honest = witness.included(found, rows, 1).to_bytes()
    said = {
        "mine.row": honest,
        "forged.row": honest[:60] + bytes((honest[60] ^ 1,)) + honest[61:],
        "empty.bin": b"",
        "<img src=x onerror=document.title='taken'>": b"PSEPHOSW",
        "sealed.header": found.to_bytes(),
    }
    for name, data in said.items():
        (folder / name).write_bytes(data)
    return found, {name: folder / name for name in said}


def given(page: Any, *files: Path, said: str) -> str:
    """Choose files, wait for a word of the verdict; all that is shown."""
    page.set_input_files("#verify-files", [str(file) for file in files])
    page.wait_for_selector(f".verify-verdict:has-text('{said}')")
    return str(page.locator(".verify-result").inner_text())


def used(page: Any, sealed: tuple[BatchHeader, dict[str, Path]]) -> None:
    """The same on the site and in the one file."""
    told, files = sealed
    assert "under the batch header" in given(page, files["mine.row"], said="Nothing was refused")
    page.fill("#verify-header", told.to_bytes().hex())
    page.locator("#verify-header").blur()
    page.wait_for_selector(".verify-verdict:has-text('holds')")
    text = page.locator(".verify-result").inner_text()
    assert "the header pasted here" in text
    assert f"0x{told.last_hash.hex()}" in text
    assert "psephos verify row mine.row --releases FOLDER" in text
    assert f"psephos verify batch {told.dataset}/{told.date} --releases FOLDER" in text
    assert "row root" in given(page, files["forged.row"], said="Refused")
    page.fill("#verify-header", "")
    both = given(page, files["mine.row"], files["sealed.header"], said="holds")
    assert "the header in sealed.header" in both
    hostile = next(file for name, file in files.items() if name.startswith("<"))
    assert "<img src=x" in given(page, hostile, said="Refused")
    assert page.locator(".verify-result img").count() == 0
    assert "the file is empty" in given(page, files["empty.bin"], said="Refused")
    assert "taken" not in page.title()


def test_the_site_checks_under_its_own_policy(tab: Watch, sealed: Any) -> None:
    tab.go("/")
    tab.go("/verify")
    tab.page.wait_for_selector("#verify-files")
    used(tab.page, sealed)
    assert tab.text(".verify-result h3:last-of-type") == "The same at the command line"
    for size, scheme in ((NARROW, "dark"), (NARROW, "light"), (WIDE, "dark")):
        tab.shade(size, scheme)
        tab.until("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_the_one_file_checks_from_a_disk_and_asks_nobody(browser: Any, sealed: Any) -> None:
    context = browser.new_context(viewport=WIDE)
    page, wrong = context.new_page(), []
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: wrong.append(sent.url) if "://" in sent.url[5:] else None)
    page.goto(FILE.as_uri())
    used(page, sealed)
    reached = page.evaluate("fetch('http://127.0.0.1:9/').then(() => true, () => false)")
    assert reached is False
    assert [text for text in wrong if "127.0.0.1:9" not in text and FILE.name not in text] == []
    context.close()


@pytest.mark.long
def test_a_browser_verifies_the_smallest_real_proof_in_time(
    tab: Watch, browser: Any, tmp_path: Path, axe: str
) -> None:
    """2^16 rows, *standard*; asked thrice, since the first time code is compiled, too."""
    from tests.stark.votes import Bench, votes

    proof, spoiled = tmp_path / "votes.proof", tmp_path / "spoiled.proof"
    data = Bench(votes(1000), ["tally", "concentration", "coalition"]).proof("standard")
    proof.write_bytes(data)
    spoiled.write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
    found = verify(data, Accept(accepted()))
    tab.go("/verify")
    tab.page.wait_for_selector("#verify-files")
    spent = []
    for _ in range(3):
        text = given(tab.page, proof, said="holds")
        spent.append(int(tab.text(".verify-result > .definition").split()[2]) / 1000)
        assert "Refused" in given(tab.page, spoiled, said="Refused")
    assert min(spent) < LONGEST
    shown = text.replace("\u202f", "")
    for _, told in found.publics:
        assert all(str(value) in shown for value in told.values())
    assert found.low_degree_root.hex() in shown
    tab.page.evaluate(axe)
    for size, scheme in SIDES:
        tab.shade(size, scheme)
        tab.page.wait_for_timeout(400)
        assert [one for one in tab.page.evaluate(RUN) if one[0] in GRAVE] == []
