"""User story 5: a marketing manager plans a campaign, and each figure, table and file is what SQL says."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser_pages import (
    cells,
    cut_figures,
    figure,
    new_page,
    row_count,
    row_of,
    section,
    settle,
)

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
PROFILE = "GOLD.CUSTOMER_360_PROFILE"
RECOVERY = f"from {PROFILE} where segment = 'Declining' and customer_status = 'Active' and churn_probability > 0.6"
PLAN = "tab=campaign&segment=Declining&churn=0.6&offer=Fee+Waiver&response=0.35&lift=0.6&cost=95&months=3"
CHARTS = (
    "Audience by segment (customers)", "Reach (customers, and share of all)", "Return on investment (% of cost)",
    "Lifted spend to net profit (US dollars)", "Break-even by lift in spend (US dollars)",
    "ROI (% of cost) by response rate", "ROI (% of cost) by lift in spend", "ROI (% of cost): what moves it most",
    "ROI (% of cost): range of 2,000 draws", "Expected profit (US dollars)",
)  # fmt: skip


@pytest.fixture(scope="module")
def window(context: BrowserContext) -> Page:
    """The one window of these tests, so high that tables below are drawn too."""
    return new_page(context, height=5000)


@pytest.fixture(scope="module")
def as_begun() -> set[Page]:
    """The window, while nobody has changed what it shows."""
    return set()


@pytest.fixture
def shown(window: Page, address: str, as_begun: set[Page]) -> Page:
    """The tab with the third given scenario, for tests that only read."""
    if window not in as_begun:
        begin(window, address)
        as_begun.add(window)
    return window


@pytest.fixture
def page(window: Page, address: str, as_begun: set[Page]) -> Page:
    """The same, for tests that change it."""
    as_begun.clear()
    begin(window, address)
    return window


def begin(page: Page, address: str) -> None:
    page.goto(f"{address}/?{PLAN}")
    expect(page.get_by_text("Rows 1 to")).to_be_visible(timeout=90_000)  # the last of the tab
    settle(page)


def dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"


def test_the_figures_of_a_plan_are_the_formula_over_what_sql_says(shown: Page, platform: Platform) -> None:
    ((customers, spend, churn),) = platform.ask(
        f"select count(*), sum(ltv_last_90_days)::float, avg(churn_probability) {RECOVERY}"
    )
    cost = customers * 0.35 * 95
    revenue = spend * 0.6 * 0.35 * 3
    expect(shown.get_by_role("heading", name="Declining Recovery")).to_be_visible()
    expect(figure(shown, "Eligible customers")).to_have_text(f"{customers:,}")
    expect(figure(shown, "Current 90-day spend")).to_have_text(dollars(spend))
    expect(figure(shown, "Average churn probability")).to_have_text(f"{churn:.1%}")
    expect(figure(shown, "Reachable customers")).to_have_text(f"{customers * 0.35:.1f}".removesuffix(".0"))
    expect(figure(shown, "Campaign cost")).to_have_text(dollars(cost))
    expect(figure(shown, "Incremental revenue")).to_have_text(dollars(revenue))
    expect(figure(shown, "Net profit")).to_have_text(dollars(revenue - cost))
    expect(figure(shown, "ROI")).to_have_text(f"{(revenue - cost) / cost:,.1%}")


def test_the_filters_of_the_audience_change_who_is_counted(page: Page, platform: Platform) -> None:
    page.get_by_label("Card types", exact=True).click()
    page.get_by_role("option", name="Gold").click()
    page.keyboard.press("Escape")
    ((gold,),) = platform.ask(f"select count(*) {RECOVERY} and card_type = 'Gold'")
    expect(figure(page, "Eligible customers")).to_have_text(f"{gold:,}")
    page.get_by_role("button", name="Remove Active").or_(page.get_by_label("Clear all").last).first.click()
    everybody = f"select count(*) {RECOVERY.replace(' and customer_status = ' + chr(39) + 'Active' + chr(39), '')}"
    ((all_gold,),) = platform.ask(f"{everybody} and card_type = 'Gold'")
    assert all_gold > gold
    expect(figure(page, "Eligible customers")).to_have_text(f"{all_gold:,}")
    expect(page.get_by_text("left already: nothing bought in the last 90 days").first).to_be_visible()
    expect(page).to_have_url(re.compile("card=Gold.*status=everyone|status=everyone.*card=Gold"))


def test_all_five_scenarios_are_compared_and_the_best_is_named(shown: Page) -> None:
    table = section(shown, "scenarios")
    assert row_count(table) == 5
    rows = {row[0]: row for row in (cells(table, number) for number in range(1, 6))}
    assert list(rows) == [
        "Aggressive Retention", "High-Value Focus", "Declining Recovery", "New Customer Nurture", "Budget Engagement",
    ]  # fmt: skip
    roi = {name: float(row[2].strip("%").replace(",", "")) for name, row in rows.items()}
    best = max(roi, key=lambda name: roi[name])
    assert [name for name, row in rows.items() if "Best ROI" in row[1]] == [best]
    expect(shown.get_by_text(f"Best ROI: {best}.")).to_be_visible()


def test_a_scenario_of_one_s_own_is_saved_compared_and_shared(page: Page, platform: Platform) -> None:
    ((customers,),) = platform.ask(f"select count(*) {RECOVERY}")
    page.get_by_text("Your own scenarios").click()
    page.get_by_label("Name", exact=True).fill("Spring retention")
    cost = page.get_by_label("Cost per customer (US dollars)")
    cost.fill("12.50")
    page.keyboard.press("Enter")
    expect(figure(page, "Campaign cost")).to_have_text(dollars(customers * 0.35 * 12.5))
    page.get_by_role("button", name="Save this plan").click()
    expect(page.get_by_role("heading", name="Spring retention")).to_be_visible()
    expect(page).to_have_url(re.compile("own="))
    expect(row_of(section(page, "scenarios"), 6).first).to_have_text("Spring retention")
    page.reload()
    expect(page.get_by_role("heading", name="Spring retention")).to_be_visible(timeout=60_000)
    expect(row_of(section(page, "scenarios"), 6).first).to_have_text("Spring retention")


def test_the_list_for_the_campaign_has_the_likeliest_to_leave_first(shown: Page, platform: Platform) -> None:
    with shown.expect_download() as awaited:
        section(shown, "target_list").get_by_test_id("stDownloadButton").get_by_role("button").click()
    written = Path(awaited.value.path()).read_bytes().decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(written)))
    assert head == ["customer_id", "name", "email", "segment", "churn_probability", "ltv"]
    asked = platform.ask(
        f"select customer_id, name, email, segment, churn_probability, total_lifetime_value::float {RECOVERY}"
        " order by churn_probability desc, customer_id",
        role="APP_MARKETING",
    )
    assert [row[:4] for row in rows] == [list(row[:4]) for row in asked]
    assert [(float(row[4]), float(row[5])) for row in rows] == [row[4:] for row in asked]
    assert cells(section(shown, "target_list"), 1)[0] == asked[0][0]


def test_every_chart_is_drawn_under_its_title(shown: Page) -> None:
    drawn = shown.get_by_test_id("stVegaLiteChart")
    expect(drawn).to_have_count(len(CHARTS))
    for title in CHARTS:
        # Vega writes the title of a chart into what assistive technology reads of it.
        expect(shown.locator(f'[aria-label*="{title}"]').first).to_be_attached()


def test_the_sensitivity_follows_the_measure_and_the_ranges(page: Page) -> None:
    said = page.get_by_text("In 90 of 100 cases the ROI lies between")
    expect(said).to_be_visible()
    before = str(said.text_content())
    lift = page.get_by_role("slider", name="Range of the lift in spend").last
    lift.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(before)
    # Keys pressed while the page is drawn are answered behind it: the last one's answer names what the slider shows.
    expect(page).to_have_url(re.compile(rf"lift_range=\d+-{lift.get_attribute('aria-valuenow')}(&|$)"))
    settle(page)
    changed = str(said.text_content())
    page.reload()
    expect(page.get_by_text(changed)).to_be_visible(timeout=60_000)
    page.get_by_test_id("stButtonGroup").get_by_text("Net profit", exact=True).click()
    expect(page.get_by_text("In 90 of 100 cases the net profit lies between")).to_be_visible()
    expect(page.locator('[aria-label*="Net profit (US dollars) by response rate"]').first).to_be_attached()


def test_an_audience_of_nobody_says_what_to_do(page: Page, address: str) -> None:
    page.goto(f"{address}/?tab=campaign&segment=High-Value+Travelers&card=Basic&churn=0.95")
    expect(figure(page, "Eligible customers")).to_have_text("0", timeout=60_000)
    expect(page.get_by_text("No customer matches this audience. Widen it in the sidebar.")).to_be_visible()
    assert row_count(section(page, "scenarios")) == 6


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_figure_of_the_tab_is_cut_off(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 5000})
    assert cut_figures(shown) == []
