"""People with a screen reader read every tab, in the theme that it has and, by the page's own switch, in the other."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser_pages import drawn, new_page, settle

pytestmark = pytest.mark.timeout(420)
# With something in each of them.
TABS = {
    "explorer": "segment=Declining",
    "customer": "customer=C000001",
    "assistant": "question=How+many+customers+are+in+each+segment%3F",
    "campaign": "segment=Declining",
    "monitoring": "",
}
INK = {"light": "rgb(11, 17, 24)", "dark": "rgb(230, 235, 240)"}


@pytest.fixture(scope="module")
def page(context: BrowserContext) -> Page:
    return new_page(context, height=1600)


def obstacles(page: Page) -> set[str]:
    """Return what axe calls serious or worse, once all is drawn and Streamlit's nameless buttons have names."""
    settle(page)
    page.wait_for_function("window.namesButtons")
    drawn(page)
    return {
        f"{found['id']}: {node['html'][:150]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    }


@pytest.mark.parametrize("tab", TABS)
def test_no_serious_obstacle_in_either_theme(
    page: Page, tab: str, address: str, request: pytest.FixtureRequest
) -> None:
    served = request.getfixturevalue("operations") if tab == "monitoring" else address
    page.goto(f"{served}/?tab={tab}&{TABS[tab]}")
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible(timeout=60_000)
    met: dict[str, set[str]] = {}
    for _ in INK:
        switch = page.locator(".st-key-theme_switch").get_by_role("button")
        expect(switch).to_be_visible(timeout=60_000)
        shown, other = ("dark", "light") if "Light" in str(switch.text_content()) else ("light", "dark")
        expect(title).to_have_css("color", INK[shown])
        met[shown] = obstacles(page)
        if len(met) < len(INK):
            switch.click()
            expect(title).to_have_css("color", INK[other], timeout=60_000)
    assert met == {"light": set(), "dark": set()}
