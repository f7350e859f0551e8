"""User story 4 in a real browser: asked, read, drawn, changed with one click, chosen, judged, exported, cleared."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_pages import drawn, new_page, settle

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.support.platforms import Platform

TRENDS = "Show me revenue trends by segment over the last 6 months"


@pytest.fixture(scope="module")
def page(context: BrowserContext, address: str) -> Page:
    opened = new_page(context, height=1400)
    opened.set_default_timeout(60_000)
    opened.goto(f"{address}/?tab=assistant")
    return opened


def test_a_suggestion_is_answered_with_its_reading_chart_and_statement(page: Page, platform: Platform) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name=TRENDS).click()
    ((rows,),) = platform.ask(
        "select count(*) from (select distinct date_trunc('month', f.transaction_date), p.segment "
        "from GOLD.FACT_TRANSACTION f join GOLD.CUSTOMER_360_PROFILE p using (customer_id) "
        "where f.transaction_date > add_months(p.as_of_date, -6))"
    )
    expect(page.get_by_text(f"{rows:,} rows.")).to_be_visible()
    expect(page.locator(".stMarkdownBadge")).to_have_text(re.compile("Verified query"))
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    page.get_by_text("SQL", exact=True).click()
    expect(page.get_by_test_id("stCode").first).to_contain_text("SEMANTIC_VIEW")


def test_one_click_on_a_part_of_the_reading_asks_with_that_part_changed(page: Page, address: str) -> None:
    page.get_by_role("button", name="Last 12 months").click()
    expect(page.get_by_text("Days: the last 12 months", exact=False)).to_be_visible()
    assert page.url.startswith(f"{address}/?tab=assistant&question=Show")
    assert page.url.endswith("&question=What+about+the+last+12+months%3F"), (
        "a shared address tells what it goes on from"
    )


def test_an_open_question_offers_its_readings_as_buttons(page: Page, platform: Platform) -> None:
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill("best customers")
    box.press("Enter")
    page.get_by_role("button", name="Top 10 customers by lifetime value?").click()
    ((best,),) = platform.ask(
        "select customer_id from GOLD.CUSTOMER_360_PROFILE order by total_lifetime_value desc, customer_id limit 1"
    )
    expect(page.get_by_text("10 rows.", exact=True).first).to_be_visible()
    with page.expect_download() as download:
        page.locator("[class*='st-key-assistant_csv_']").first.get_by_role("button").click()
    assert best in download.value.path().read_text(encoding="utf-8-sig").splitlines()[1]


def test_a_verdict_with_words_reaches_the_data_team(page: Page, platform: Platform) -> None:
    page.get_by_role("button", name="thumb_down").first.click()
    remark = page.get_by_label("What was wrong?")
    remark.fill("Told in a browser")
    remark.press("Enter")
    page.get_by_role("button", name="Send to the data team").click()
    expect(page.get_by_text("Thank you: the data team sees your verdict.")).to_be_visible()
    kept = platform.ask(
        "select question, is_positive from OBSERVABILITY.ANALYST_FEEDBACK where comment = 'Told in a browser'"
    )
    assert [tuple(row) for row in kept] == [("Top 10 customers by lifetime value?", False)]


def test_the_history_is_exported_and_cleared(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    asked = [one["question"] for one in json.loads(download.value.path().read_text())]
    assert asked[0] == TRENDS
    assert asked[-1] == "Top 10 customers by lifetime value?"
    page.get_by_role("button", name="Clear conversation").click()
    expect(page.get_by_text("Ask in plain English.")).to_be_visible()
    assert "question" not in page.url


@pytest.fixture(scope="module")
def answered(page: Page, address: str) -> Page:
    page.goto(f"{address}/?tab=assistant&question=How+many+customers+are+in+each+segment%3F")
    expect(page.get_by_text("5 rows.", exact=True)).to_be_visible(timeout=60_000)
    settle(page)
    drawn(page)
    return page


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_is_wider_than_the_screen(answered: Page, width: int) -> None:
    answered.set_viewport_size({"width": width, "height": 900})
    answered.wait_for_timeout(500)  # the layout follows the width
    main = answered.get_by_test_id("stMain")
    assert main.evaluate("element => element.clientWidth") <= width
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
