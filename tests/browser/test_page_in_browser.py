"""A marketing manager opens the served page, sees the portfolio, and narrows it down."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser_pages import cut_figures, drawn, figure, new_context, new_page, settle

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
_MOST_BYTES = 5_000_000  # of a message


@pytest.fixture(scope="module")
def window(context: BrowserContext) -> Page:
    """One window for all tests."""
    return new_page(context, height=1200)


@pytest.fixture
def page(window: Page, address: str) -> Page:
    """The page as it is opened without anything in its address."""
    window.set_viewport_size({"width": 1440, "height": 1200})
    window.goto(address)
    expect(figure(window, "Customers in selection")).to_be_visible(timeout=60_000)
    return window


@pytest.fixture(scope="module")
def read(window: Page, address: str) -> Page:
    """The same, opened once, for tests that change nothing but the window's size and follow one another."""
    window.goto(address)
    expect(figure(window, "Customers in selection")).to_be_visible(timeout=60_000)
    return window


def test_a_filter_changes_the_figures_to_what_sql_says(page: Page, platform: Platform, tmp_path: Path) -> None:
    expect(figure(page, "Customers in selection")).to_have_text("1,000")
    page.get_by_label("Segment", exact=True).click()
    page.get_by_role("option", name="Declining").click()
    ((count, spend),) = platform.ask(
        "select count(*), round(sum(ltv_last_90_days))::integer from GOLD.CUSTOMER_360_PROFILE"
        " where segment = 'Declining'"
    )
    expect(figure(page, "Customers in selection")).to_have_text(f"{count:,}")
    expect(figure(page, "Spend of the last 90 days")).to_have_text(f"${spend:,}")
    expect(page).to_have_url(re.compile(r"\?tab=explorer&segment=Declining$"))
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    picture = tmp_path / "page.png"
    page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 20_000


def test_back_and_forward_show_the_page_of_their_address(page: Page) -> None:
    shown = ["1,000"]
    for label, option in (("Segment", "Declining"), ("Card type", "Gold")):
        page.get_by_label(label, exact=True).click()
        page.get_by_role("option", name=option).click()
        page.keyboard.press("Escape")
        expect(page).to_have_url(re.compile(rf"={option}$"))
        # The address is written before the figures are drawn.
        expect(figure(page, "Customers in selection")).not_to_have_text(shown[-1])
        shown.append(str(figure(page, "Customers in selection").text_content()).strip())
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?tab=explorer&segment=Declining$"))
    expect(figure(page, "Customers in selection")).to_have_text(shown[1])
    page.wait_for_function("window.writtenSearch !== undefined")  # the page that was loaded anew is ready
    page.go_back()
    expect(figure(page, "Customers in selection")).to_have_text("1,000")
    page.wait_for_function("window.writtenSearch !== undefined")
    page.go_forward()
    expect(figure(page, "Customers in selection")).not_to_have_text("1,000")
    page.wait_for_function("window.writtenSearch !== undefined")
    page.locator(".st-key-open_tab label").filter(has_text="Campaign").click()
    expect(figure(page, "Eligible customers")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tab=campaign$"))
    page.go_back()
    expect(figure(page, "Customers in selection")).to_have_text(shown[1])


@pytest.mark.parametrize("width", [1440, 1280, 1024, 768, 390])
def test_no_figure_is_cut_off(read: Page, width: int) -> None:
    read.set_viewport_size({"width": width, "height": 900})
    expect(read.get_by_test_id("stMetric").first).to_be_visible()
    assert cut_figures(read) == []


@pytest.mark.parametrize(("scheme", "ink"), [("light", "rgb(11, 17, 24)"), ("dark", "rgb(230, 235, 240)")])
def test_the_page_follows_the_system_s_theme(
    window: Page, address: str, scheme: Literal["light", "dark"], ink: str
) -> None:
    window.emulate_media(color_scheme=scheme)
    window.goto(address)
    title = window.get_by_role("heading", name="Customer 360")
    expect(title).to_have_css("color", ink, timeout=60_000)


def test_the_page_s_own_switch_changes_the_theme_and_the_address_keeps_it(browser: Browser, address: str) -> None:
    light, dark = "rgb(11, 17, 24)", "rgb(230, 235, 240)"
    with new_context(browser, color_scheme="light") as context:
        shared = _switched(new_page(context, height=1200), address, light, dark)
    with new_context(browser, color_scheme="light") as context:
        other = context.new_page()
        other.goto(shared)
        expect(other.get_by_role("heading", name="Customer 360")).to_have_css("color", dark, timeout=60_000)
        expect(other.get_by_role("button", name="Light theme")).to_be_visible()


def _switched(opened: Page, address: str, light: str, dark: str) -> str:
    """Switch to the dark theme and back. Returns: the address in between."""
    opened.goto(f"{address}/?segment=Declining")
    title = opened.get_by_role("heading", name="Customer 360")
    expect(title).to_have_css("color", light, timeout=60_000)
    opened.get_by_role("button", name="Dark theme").click()
    expect(title).to_have_css("color", dark, timeout=60_000)
    expect(opened).to_have_url(re.compile(r"segment=Declining&theme=dark$"))
    expect(opened.locator('.vega-embed [role="graphics-document"]').first).to_be_visible()
    shared = opened.url
    opened.get_by_role("button", name="Light theme").click()
    expect(title).to_have_css("color", light, timeout=60_000)
    expect(opened).to_have_url(re.compile("theme=light$"))
    return shared


def test_a_shared_address_opens_the_same_selection(window: Page, address: str, platform: Platform) -> None:
    window.goto(f"{address}/?card=Gold&risk=Low")
    ((count,),) = platform.ask(
        "select count(*) from GOLD.CUSTOMER_360_PROFILE where card_type = 'Gold' and churn_risk_category = 'Low'"
        " and customer_status = 'Active'"
    )
    expect(figure(window, "Customers in selection")).to_have_text(f"{count:,}", timeout=60_000)


def test_nothing_is_asked_of_other_computers(browser: Browser, address: str) -> None:
    asked: list[str] = []
    with new_context(browser) as context:  # which has nothing from before
        opened = context.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(address)
        expect(figure(opened, "Customers in selection")).to_be_visible(timeout=60_000)
        drawn(opened)
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:", "ws://127.0.0.1"))] == []


def test_no_message_to_the_browser_is_too_long_for_snowflake(browser: Browser, address: str) -> None:
    lengths: list[int] = []
    with new_context(browser) as context:
        opened = context.new_page()
        opened.on("websocket", lambda socket: socket.on("framereceived", lambda frame: lengths.append(len(frame))))
        for tab in ("explorer", "customer&customer=C000100", "assistant", "campaign"):
            opened.goto(f"{address}/?tab={tab}")
            settle(opened)
    assert len(lengths) > 4 * 10
    assert max(lengths) < _MOST_BYTES


def test_what_is_served_is_what_is_deployed(platform: Platform, address: str) -> None:  # noqa: ARG001 - it is serving
    source = Path(__file__).resolve().parents[2] / "streamlit_app"
    served = platform.home / "app" / "marketing"
    for folder, place in ((source, served), (source.with_name("analyst_client"), served / "analyst_client")):
        files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")
        assert {Path("marketing.py"), Path("client.py")} & set(files)
        for file in files:
            assert (place / file).read_bytes() == (folder / file).read_bytes(), file


@pytest.mark.skipif(sys.platform != "linux", reason="file modes as on Linux")
def test_the_page_s_connection_is_readable_by_its_owner_only(platform: Platform, address: str) -> None:  # noqa: ARG001
    secrets = platform.home / "app" / "marketing" / ".streamlit" / "secrets.toml"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert 'role = "APP_MARKETING"' in secrets.read_text()
