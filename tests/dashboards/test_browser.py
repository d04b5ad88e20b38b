"""Every page in a real browser: each input a reader can change, both schemes, wide and narrow.

No error in the console, no request to anywhere else, nothing wider than the screen, and whatever
voters write stays text.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browser import NARROW, WIDE, Watch

pytestmark = pytest.mark.browser


TOUCHING = """() => {
    const words = cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getBoundingClientRect();
    };
    return [...document.querySelectorAll('.plain tr')].flatMap(row => {
        const cells = [...row.children].filter(cell => cell.textContent.trim()).map(words);
        const shown = cells.filter(one => one.width > 0);
        return shown.slice(1)
            .filter((one, place) => one.top < shown[place].bottom && one.bottom > shown[place].top
                && one.left < shown[place].right + 6)
            .map(() => row.textContent.slice(0, 80));
    });
}"""
"""Rows of tables in which the words of two cells stand closer than a letter."""


@pytest.mark.long
def test_every_page_fits_in_both_schemes_and_is_quiet(tab: Watch, paths: list[str]) -> None:
    for path in paths:
        tab.go(path)
        for size, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light")):
            tab.shade(size, scheme)
            tab.until("() => document.documentElement.scrollWidth <= window.innerWidth")
            assert tab.page.evaluate(TOUCHING) == [], (path, size)
        tab.page.set_viewport_size(WIDE)
        assert "taken" not in tab.page.title()
        assert tab.page.locator("#main a[href*='evil'], #main script, #main img").count() == 0


def test_the_block_in_the_header_goes_into_the_address(tab: Watch) -> None:
    tab.go("/")
    field_ = tab.page.locator("#block")
    for typed, said in (("300", "block 300"), ("1 0 0", "block 100"), ("abc", "whole number"),
                        ("99999999", "after this release"), ("", "decide alone")):  # fmt: skip
        field_.fill(typed)
        field_.press("Enter")
        tab.until(
            "said => document.querySelector('#main').textContent.toLowerCase().includes(said)",
            said,
        )
        digits = typed.replace(" ", "")
        assert (f"block={digits}" in tab.page.url) == bool(digits)
    assert tab.page.url.count("release=") == 1


def test_switches_go_into_the_address(tab: Watch) -> None:
    tab.go("/delegates")
    tab.page.get_by_text("by declared owner", exact=True).first.click()
    tab.page.wait_for_url("**by=owner**")
    tab.ready()
    tab.page.go_back()
    tab.until("() => !location.search.includes('by=owner')")
    tab.go("/")
    for label, measure in (("Gini", "gini"), ("HHI", "hhi"), ("a third", "one_third")):
        # the page before this one is ready, too: only the answer says that it is gone
        with tab.page.expect_response(lambda found: "_dash-update-component" in found.url):
            tab.page.locator(".choice").get_by_text(label, exact=True).click()
        tab.until("name => location.search.includes(name)", measure)
        tab.page.wait_for_timeout(60)
        tab.ready()
        assert (
            tab.page.locator(".choice input:checked").first.get_attribute("value").endswith(measure)
        )


def landed(tab: Watch, choice: str) -> None:
    """Wait until the address has a choice and the page of that address is there."""
    tab.until("choice => location.search.includes(choice)", choice)
    tab.until("choice => document.querySelector(`#main a[href*='${choice}']`) !== null", choice)
    tab.ready()


def test_what_a_reader_changes_on_a_page_goes_into_the_address(tab: Watch) -> None:
    """The block that is compared with, a change of counting, its share and rules, an address."""
    tab.go("/whatif")
    tab.page.locator(".choice").get_by_text("somebody abstains", exact=True).click()
    landed(tab, "change=without")
    tab.page.locator(".choice").get_by_text("more than 2/3", exact=True).click()
    landed(tab, "threshold=2-3")
    tab.page.locator(".choice").get_by_text("cap", exact=True).click()
    tab.page.wait_for_selector("[role=slider]")
    tab.page.locator("[role=slider]").press("ArrowRight")
    landed(tab, "share=5.5")
    tab.page.locator("input.mantine-NumberInput-input").fill("7")
    tab.page.locator("input.mantine-NumberInput-input").press("Enter")
    landed(tab, "quorum=7")
    tab.page.locator("#compare").fill("100")
    tab.page.locator("#compare").press("Enter")
    tab.until("() => location.search.includes('compare=100')")
    tab.go("/address")
    tab.page.locator(".asked input").fill("0x" + "00" * 19 + "01")
    tab.page.locator(".asked input").press("Enter")
    tab.until("() => document.querySelector('#main').textContent.includes('never voted')")
    assert "a=0x00" in tab.page.url


def test_a_chart_is_saved_as_a_picture_and_framed_elsewhere(tab: Watch) -> None:
    tab.go("/delegation")
    with tab.page.expect_download() as waiting:
        tab.page.locator(".card:has(.chart) .png").first.click()
    assert waiting.value.suggested_filename.endswith(".png")
    assert Path(waiting.value.path()).read_bytes()[:4] == b"\x89PNG"
    link = tab.page.locator(".links a", has_text="embed").first.get_attribute("href")
    tab.page.goto(tab.address + link)
    tab.page.wait_for_selector(".embedded .card")
    assert tab.page.locator("header .pages").count() == 0
    assert tab.page.locator(".embedded .card").count() == 1


def test_a_switch_works_in_a_frame_as_on_its_page(tab: Watch) -> None:
    tab.go("/holders")
    card = tab.page.locator(".card:has(.choice)").first
    link = card.locator(".links a", has_text="embed").get_attribute("href")
    tab.page.goto(tab.address + link)
    tab.page.wait_for_selector(".embedded .card")
    tab.page.locator(".choice").get_by_text("by declared owner", exact=True).click()
    tab.until("() => location.search.includes('by=owner')")
    tab.page.wait_for_selector(".embedded .card")
    assert tab.page.url.startswith(f"{tab.address}/embed/holders?")


def test_a_frame_has_no_head_while_it_loads(tab: Watch) -> None:
    tab.go("/holders")
    link = tab.page.locator(".links a", has_text="embed").first.get_attribute("href")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    asked = "**/_dash-update-component**"
    tab.page.route(asked, hold)
    for path, shown in (("/holders", True), (link, False)):
        tab.page.goto(tab.address + path)
        head = tab.page.locator("._dash-loading")
        head.wait_for(state="attached")
        assert head.is_visible() == shown, path
    assert held
    tab.page.unroute(asked)
    tab.page.reload()
    tab.page.wait_for_selector(".embedded .card")


def test_a_row_of_pebbles_is_saved_as_a_picture(tab: Watch) -> None:
    tab.go("/")
    with tab.page.expect_download() as waiting:
        tab.page.locator(".card:has(.pebbles) .png").first.click()
    assert waiting.value.suggested_filename.startswith("psephos-signature-")
    head = Path(waiting.value.path()).read_bytes()[:24]
    assert head[:4] == b"\x89PNG"
    assert int.from_bytes(head[16:20], "big") == 1920
    buttons = tab.page.locator(".card:not(:has(.chart, .pebbles)) .png")
    assert not any(button.is_visible() for button in buttons.all())


def test_links_keep_release_and_block(tab: Watch) -> None:
    tab.go("/?block=300")
    release = tab.page.evaluate("new URLSearchParams(location.search).get('release')")
    for row, name in ((".pages", "Governance"), (".within", "Delegates"), (".pages", "Token"),
                      (".pages", "Overview")):  # fmt: skip
        tab.page.locator(f"header {row}").get_by_text(name, exact=True).click()
        tab.until(
            "([row, name]) => document.querySelector(`header ${row} .here`)?.textContent === name",
            [row, name],
        )
        tab.ready()
        assert f"release={release}" in tab.page.url
        assert "block=300" in tab.page.url
    tab.page.locator(".links a", has_text="evidence").first.click()
    tab.page.wait_for_url("**/evidence**")
    tab.page.wait_for_selector(".thread")
    tab.page.go_back()
    tab.page.locator(".links a", has_text="definition").first.click()
    tab.page.wait_for_selector(".formula")


@pytest.mark.parametrize("tab", [(WIDE, "light"), (WIDE, "dark")], indirect=True)
def test_the_scheme_follows_the_system_until_it_is_chosen(tab: Watch) -> None:
    tab.go("/")
    shade = "getComputedStyle(document.body).backgroundColor"
    first = tab.page.evaluate(shade)
    tab.page.locator("#scheme").click()
    assert tab.page.evaluate(shade) != first
    tab.page.reload()
    tab.ready()
    assert tab.page.evaluate(shade) != first
    tab.page.locator("#scheme").click()
    assert tab.page.evaluate(shade) == first


def test_a_table_sorts_and_turns_its_pages(tab: Watch) -> None:
    tab.go("/holders")
    cells = ".ag-center-cols-container [row-index='0'] [col-id='part']"
    tab.page.wait_for_selector(cells)
    largest = tab.text(cells)
    head = tab.page.locator(".ag-header-cell[col-id='part']").first
    head.click()
    tab.until(
        "([cells, was]) => document.querySelector(cells).textContent !== was",
        [cells, largest],
    )
    head.click()
    tab.until(
        "([cells, was]) => document.querySelector(cells).textContent === was",
        [cells, largest],
    )
    tab.page.locator("[aria-label='Next Page']").first.click()
    tab.until(
        "() => document.querySelector('.ag-paging-row-summary-panel').textContent.includes('21')"
    )
    assert tab.text(cells.replace("row-index='0'", "row-index='20'")) != largest


@pytest.mark.parametrize("tab", [(NARROW, "light")], indirect=True)
def test_a_phone_shows_every_amount_without_scrolling_sideways(
    tab: Watch, paths: list[str]
) -> None:
    amounts = re.compile(r"^\d[\d\u2009\u202f]*\n")
    for path in ("/holders", "/delegates", paths[3]):
        tab.go(path)
        tab.until("() => !document.querySelector('.grid [col-id=holder], .grid [col-id=voter]')")
        for grid in tab.page.locator(".grid").all():
            view = grid.locator(".ag-center-cols-viewport")
            assert view.evaluate("view => view.scrollWidth <= view.clientWidth"), path
            cells = grid.locator(".ag-row[row-index='0'] .ag-cell").all()
            right = view.bounding_box()["x"] + view.bounding_box()["width"]
            shown = [cell.inner_text() for cell in cells]
            assert shown[0].startswith("1. "), shown
            assert amounts.match(shown[1]), shown
            assert all(
                c.bounding_box()["x"] + c.bounding_box()["width"] <= right + 1 for c in cells
            )
    tab.page.set_viewport_size(WIDE)
    tab.page.wait_for_selector(".grid [col-id='voter']")
    assert tab.page.locator(".grid [col-id='who']").count() == 0


def test_a_file_is_downloaded(tab: Watch) -> None:
    tab.go("/")
    with tab.page.expect_download() as waiting:
        tab.page.locator(".links a", has_text="CSV").first.click()
    found = waiting.value
    assert found.suggested_filename.startswith("psephos-positions-")
    assert Path(found.path()).read_text("utf-8").startswith("rank,")


@pytest.mark.parametrize("tab", [(WIDE, "light"), (NARROW, "light")], indirect=True)
def test_the_coalition_and_its_line_are_in_sight(tab: Watch) -> None:
    tab.go("/")
    row = tab.page.locator(".pebble-row").bounding_box()
    inside = [tab.page.locator(".pebble-row .pebble.full").last, tab.page.locator(".pebble-line")]
    for mark in inside:
        box = mark.bounding_box()
        assert box["y"] < row["y"] + row["height"]
        assert box["x"] + box["width"] <= row["x"] + row["width"]
    assert tab.page.locator(".pebble.full").first.bounding_box()["width"] >= 8


@pytest.mark.long
def test_pages_are_light_enough(browser, address: str, paths: list[str]) -> None:
    for path in (paths[0], paths[-3]):
        context = browser.new_context(viewport=WIDE)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, s=sizes: s.append(event["encodedDataLength"])
        )
        page.goto(address + path)
        page.wait_for_selector("#main h1")
        page.wait_for_load_state("networkidle")
        weight = sum(sizes)
        context.close()
        assert weight < (3_000_000 if path == "/" else 3_500_000), (path, weight)
