"""Every page of both samples in a real browser, and each input on it that a reader can change.

Whatever is changed: no error in the console, no request that fails or goes elsewhere, no page that
says it could not be made; and the address then restores what is shown.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.view import Pin, pin
from psephos.batch.header import BatchHeader
from psephos.results.sealed import history
from psephos.settings import Settings
from psephos.store.homes import chains
from tests.dashboards.browser import WIDE, Watch, served
from tests.dashboards.test_asks import every_path

pytestmark = [pytest.mark.browser, pytest.mark.long]

CHANGES = ("cap", "delegate-cap", "without", "redelegate")
"""Changes of counting that bring inputs of their own."""
SHOWN = """() => [...document.querySelectorAll(
    "#main h1, #main h2, #main .definition, #main .value, #main input:checked, header input")]
    .map(one => one.value || one.textContent)"""
"""What is shown, without what is drawn."""
BROKEN = """() => document.querySelector("#main .kicker")?.textContent === "not found"
    || document.querySelector("#main").textContent.includes("could not be made")"""
OTHER = """() => [...document.querySelectorAll(
    "#main input, #main textarea, #main select, header input, #main [role=slider]")]
    .filter(one => !one.closest(".choice, .ag-root-wrapper, .asked, .sliding, .verifier"))
    .filter(one => one.id !== "block" && one.id !== "compare").map(one => one.outerHTML)"""
"""Inputs that no function here changes."""


@pytest.fixture(scope="module")
def home(starknet_sample: Settings) -> Path:
    return starknet_sample.releases.parent


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with served(home) as found:
        yield found


def answered(tab: Watch, change: Callable[[], Any]) -> None:
    """Change something that asks the server, and wait for its page."""
    with tab.page.expect_response(lambda found: "_dash-update-component" in found.url):
        change()
    tab.page.wait_for_timeout(60)  # the answer is there before the page is
    tab.ready()
    assert not tab.page.evaluate(BROKEN), tab.page.url


def restored(tab: Watch) -> None:
    """The address alone shows the same again."""
    was = tab.page.evaluate(SHOWN)
    tab.go(tab.page.url.removeprefix(tab.address))
    tab.until(f"was => JSON.stringify(({SHOWN})()) === JSON.stringify(was)", was)


def test_every_switch_slider_and_field_of_a_page(tab: Watch, home: Path) -> None:
    moved: set[str] = set()
    for path, _ in walked(home):
        tab.go(path)
        for place in range("change=" in path, tab.page.locator(".choice").count()):
            moved.add("switch")
            options = tab.page.locator(".choice").nth(place).locator("label")
            for option in range(options.count()):
                one = options.nth(option)
                if not one.locator("xpath=preceding-sibling::input[1]").is_checked():
                    answered(tab, one.click)
        if (slider := tab.page.locator("#main [role=slider]")).count():
            moved.add("slider")
            answered(tab, lambda slider=slider: slider.press("ArrowRight"))
            assert "share=5.5" in tab.page.url
            answered(tab, typed(tab, "input.mantine-NumberInput-input", 7))
            assert "quorum=7" in tab.page.url
        if tab.page.locator(".asked input").count():
            moved.add("address")
            answered(tab, typed(tab, ".asked input", "0x" + "00" * 19 + "01"))
            assert "a=0x0000" in tab.page.url
        if tab.page.url != f"{tab.address}{path}":
            restored(tab)
        quiet(tab, path)
    assert moved == {"switch", "slider", "address"}


def test_tables_folds_the_scheme_both_blocks_and_questions(tab: Watch, home: Path) -> None:
    """Of one chain the block is changed, of the other the one that is compared with."""
    for path, place in walked(home):
        tab.go(path)
        assert tab.page.evaluate(OTHER) == [], path
        for grid in tab.page.locator(".grid").all():
            head = grid.locator(".ag-header-cell:visible").last
            head.click()
            head.click()
            following = grid.locator("[aria-label='Next Page']:not(.ag-disabled)")
            if following.count() and following.first.is_visible():
                following.first.click()
                grid.locator(".ag-paging-row-summary-panel", has_text="21").wait_for()
        folds = tab.page.locator("#main summary")
        for fold in folds.all():
            if fold.is_visible():
                fold.click()
        assert tab.page.locator("#main details[open]").count() >= min(folds.count(), 1)
        scheme = tab.page.evaluate("document.documentElement.dataset.mantineColorScheme")
        tab.page.locator("#scheme").click()
        dark = tab.page.evaluate("document.documentElement.dataset.mantineColorScheme")
        assert {scheme, dark} == {"light", "dark"}
        tab.page.locator("#scheme").click()
        field = "compare" if "staking" in place.release.datasets else "block"
        answered(tab, typed(tab, f"#{field}", place.release.final * 9 // 10))
        assert f"{field}={place.release.final * 9 // 10}" in tab.page.url
        for link in tab.page.locator(".asks a").all():
            link.click()
            tab.until("href => location.hash === href", link.get_attribute("href"))
        quiet(tab, path)


def typed(tab: Watch, field: str, words: object) -> Callable[[], None]:
    """Type into a field, and take it over."""

    def change() -> None:
        tab.page.locator(field).fill(str(words))
        tab.page.locator(field).press("Enter")

    return change


def walked(home: Path) -> Iterator[tuple[str, Pin]]:
    """Every page of both chains, with its release; one whose kind of change is in its path has
    inputs that the others have not."""
    for place in map(pin, chains(home).values()):
        own = [path for path in every_path(place) if not path.startswith("/studies?")]
        for path in [*own, "/address", *(f"/whatif?change={one}" for one in CHANGES)]:
            yield f"{path}{'&' if '?' in path else '?'}release={place.id[:16]}", place


def quiet(tab: Watch, path: str) -> None:
    """Nothing went wrong on a page so far."""
    assert tab.wrong == [], path
    assert tab.page.viewport_size == WIDE


def test_a_sealed_day_of_l2_is_shown_with_the_block_of_l1_that_settles_it(
    tab: Watch, home: Path
) -> None:
    """Of a header that somebody pastes: the page says which block of L1 to compare elsewhere."""
    here = next(one for one in map(pin, chains(home).values()) if "staking" in one.release.datasets)
    headers = [entry.header for _, entry in history(here.release).sealed()]
    for header in (min(headers, key=last_block), max(headers, key=last_block)):
        path = f"/updates/{header.last}?release={here.id[:16]}"
        told = tab.page.request.get(f"{tab.address}/api/v1{path}").json()["rows"]
        tab.go(f"/verify?release={here.id[:16]}")
        tab.page.wait_for_selector("#verify-header")
        tab.page.fill("#verify-header", header.to_bytes().hex())
        tab.page.locator("#verify-header").blur()
        said = told[0]["hash"] if told else "no final state update"
        tab.page.wait_for_selector(f".verify-blocks:has-text('{said}')")
        text = tab.text(".verify-blocks")
        assert f"0x{header.last_hash.hex()}" in text
        assert not told or f"block {told[0]['block']} ({told[0]['time']})" in text


def last_block(header: BatchHeader) -> int:
    return header.last
