"""What axe-core finds on every page, in both schemes, wide and narrow: nothing that keeps a reader
out. And what a keyboard alone can reach.
"""

import pytest

from tests.dashboards.browser import NARROW, WIDE, Watch

pytestmark = [pytest.mark.browser, pytest.mark.long]
GRAVE = ("serious", "critical")
SIDES = [(WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light")]
MORE = (
    "/method", "/data", "/control", "/verify", "/votes/gov/0xabc", "/?block=1",
    "/delegates?by=owner",
)  # fmt: skip
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
    one => [one.impact, one.id, one.nodes.slice(0, 4).map(node => node.target.join(" "))]))"""


def test_no_page_keeps_a_reader_out(tab: Watch, paths: list[str], axe: str) -> None:
    wrong = []
    for path in (*paths, *MORE):
        tab.go(path)
        tab.page.evaluate(axe)
        for size, scheme in SIDES:
            tab.shade(size, scheme)
            tab.page.wait_for_timeout(400)
            found = tab.page.evaluate(RUN)
            width = size["width"]
            wrong += [(path, width, scheme, *one) for one in found if one[0] in GRAVE]
    assert wrong == []
    unknown = [
        one for one in tab.wrong if "404" in one
    ]  # the page of no proposal: once, twice told
    assert len(unknown) == 2
    assert any("/votes/gov/0xabc?" in one for one in unknown)
    tab.wrong[:] = [one for one in tab.wrong if one not in unknown]


def test_axe_sees_what_is_wrong(tab: Watch, axe: str) -> None:
    """So that finding nothing means something."""
    tab.go("/votes")
    tab.page.evaluate(axe)
    tab.page.evaluate("() => { document.querySelector('.context').style.color = '#cccccc'; }")
    tab.page.evaluate("() => document.querySelector('label[for=block]').remove()")
    names = {one[1] for one in tab.page.evaluate(RUN) if one[0] in GRAVE}
    assert names == {"color-contrast", "label"}


REACHED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) { return true; }
    if (at.dataset.reached) { return at.className === "skip" ? null : true; }
    at.dataset.reached = "yes";
    const style = getComputedStyle(at);
    return style.outlineStyle !== "none" || style.boxShadow !== "none" || at.type === "radio";
}"""
MISSED = """() => [...document.querySelectorAll("a[href], button, input:not([type=radio])")]
    .filter(one => one.checkVisibility() && !one.closest(".ag-root-wrapper, .js-plotly-plot"))
    .filter(one => !one.dataset.reached).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("tab", [(WIDE, "light"), (NARROW, "dark")], indirect=True)
def test_a_keyboard_reaches_every_link_and_control_and_shows_where_it_is(tab: Watch) -> None:
    for path in ("/", "/votes", "/holders", "/method"):
        tab.go(path)
        tab.page.evaluate("() => document.activeElement.blur()")
        for _ in range(300):
            tab.page.keyboard.press("Tab")
            seen = tab.page.evaluate(REACHED)
            if seen is None:
                break
            assert seen, f"{path}: no outline"
        assert tab.page.evaluate(MISSED) == [], path


def test_switches_are_moved_by_arrows(tab: Watch) -> None:
    tab.go("/delegates")
    tab.page.locator(".choice input").first.focus()
    tab.page.keyboard.press("ArrowRight")
    tab.until("() => location.search.includes('by=owner')")
    assert tab.page.locator(".choice input:checked").first.get_attribute("value") == "owner"
