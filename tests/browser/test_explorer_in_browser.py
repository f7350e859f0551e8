"""User story 1: a marketing manager filters, sorts and downloads the customers, and sees what SQL says."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.segments import SEGMENT_NAMES
from tests.support.browser_pages import cells, figure, new_page, row_count, section, settle
from tests.support.previous_standing import TABLE, planted

if TYPE_CHECKING:
    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
PROFILE = "GOLD.CUSTOMER_360_PROFILE"


@pytest.fixture(scope="module")
def page(context: BrowserContext) -> Page:
    """One window for all tests, each of which opens an address of its own."""
    return new_page(context, height=3500)


def open_at(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)


def shown(page: Page, label: str) -> str:
    settle(page)
    return str(figure(page, label).text_content()).strip()


FILTERS = {
    "Segment": ("New & Growing", "segment = 'New & Growing'"),
    "Card type": ("Platinum", "card_type = 'Platinum'"),
    "Churn risk": ("High", "churn_risk_category = 'High' and customer_status = 'Active'"),
    "Customer status": ("Lapsed", "customer_status = 'Lapsed'"),
    "State": ("CA", "state = 'CA'"),
}


@pytest.mark.parametrize("label", FILTERS)
def test_each_filter_changes_every_figure_to_what_sql_says(
    page: Page, address: str, platform: Platform, label: str
) -> None:
    option, where = FILTERS[label]
    open_at(page, address)
    box = page.get_by_test_id("stMultiSelect").filter(has=page.get_by_text(label, exact=True)).get_by_role("combobox")
    box.click()
    page.get_by_role("option", name=option, exact=True).click()
    statuses = "'Lapsed'" if label == "Customer status" else "'Active'"
    ((count, spend, churn),) = platform.ask(
        "select count(*), round(sum(ltv_last_90_days))::integer,"
        f" round(100 * avg(iff(customer_status in ({statuses}), churn_probability, null)), 1)::float"
        f" from {PROFILE} where {where}"
    )
    expect(figure(page, "Customers in selection")).to_have_text(f"{count:,}")
    assert shown(page, "Spend of the last 90 days") == (f"${spend:,}" if spend < 1e6 else f"${spend / 1e6:.1f}M")
    assert abs(float(shown(page, "Average churn probability").strip("%")) - churn) < 0.1001


def test_the_limit_is_a_filter_too(page: Page, address: str, platform: Platform) -> None:
    open_at(page, address)
    page.get_by_role("slider").first.press("ArrowRight")
    ((low,),) = platform.ask(f"select floor(min(credit_limit) / 500) * 500 + 500 from {PROFILE}")
    ((count,),) = platform.ask(f"select count(*) from {PROFILE} where credit_limit >= {low}")
    expect(figure(page, "Customers in selection")).to_have_text(f"{count:,}")


def test_every_segment_is_offered(page: Page, address: str) -> None:
    open_at(page, address)
    page.get_by_label("Segment", exact=True).click()
    assert page.get_by_role("option").all_inner_texts() == list(SEGMENT_NAMES)
    page.keyboard.press("Escape")


def test_the_list_is_sorted_by_the_database_and_goes_on_over_its_pages(
    page: Page, address: str, platform: Platform
) -> None:
    open_at(page, f"{address}/?sort=-churn_probability")
    page.get_by_label("Page of 20").fill("2")
    page.get_by_label("Page of 20").press("Enter")
    expect(page.get_by_text("Rows 51 to 100 of 1,000 customers")).to_be_visible()
    ((first,),) = platform.ask(
        f"select customer_id from {PROFILE} order by churn_probability desc nulls last, customer_id limit 1 offset 50"
    )
    # The table is a picture; its cells are in the tree for screen readers.
    expect(page.locator("#glide-cell-0-0")).to_have_text(first)


def test_the_file_has_the_whole_selection_in_its_order(page: Page, address: str, platform: Platform) -> None:
    open_at(page, f"{address}/?segment=Declining&sort=total_lifetime_value")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    expected = platform.ask(
        f"select customer_id, name, total_lifetime_value::float from {PROFILE} where segment = 'Declining'"
        " order by total_lifetime_value, customer_id",
        "MARKETING_MANAGER",
    )
    assert [(r["customer_id"], r["name"], float(r["total_lifetime_value"])) for r in rows] == expected


def test_what_changed_since_the_last_run_is_what_sql_says(page: Page, address: str, platform: Platform) -> None:
    # Two selections that no other test opens: answers are remembered for their version of the data.
    open_at(page, f"{address}/?state=NY&card=Silver")
    expect(section(page, "changes")).to_contain_text("Nothing to compare with yet")
    where = "p.customer_status in ('Active', 'Lapsed')"
    with planted(platform):
        open_at(page, f"{address}/?status=Active&status=Lapsed")
        expect(section(page, "changes")).to_contain_text("What changed since 30 December 2024")
        ((known, segment, status, newcomers),) = platform.ask(
            "select count(b.customer_id), count_if(b.segment <> p.segment),"
            " count_if(b.customer_status <> p.customer_status), count_if(b.customer_id is null)"
            f" from {PROFILE} p left join {TABLE} b on b.customer_id = p.customer_id where {where}"
        )
        moves = platform.ask(
            f"select b.segment, p.segment, count(*) from {PROFILE} p join {TABLE} b on b.customer_id = p.customer_id"
            f" where b.segment <> p.segment and {where} group by 1, 2"
        )
        expect(figure(page, "Segment changed")).to_have_text(f"{segment:,}")
        expect(figure(page, "Status changed")).to_have_text(f"{status:,}")
        expect(figure(page, "New customers")).to_have_text(f"{newcomers:,}")
        table = section(page, "changes")
        rows = [cells(table, number) for number in range(1, row_count(table) + 1)]
        assert {(row[1], row[2], int(row[3])) for row in rows if row[0] == "Segment"} == set(moves)
        assert known > segment > 0


def test_the_tabs_are_chosen_by_keyboard_and_stay_what_they_were(page: Page, address: str) -> None:
    open_at(page, f"{address}/?segment=Declining")
    before = shown(page, "Customers in selection")
    page.locator(".st-key-open_tab input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/?tab=customer*")
    settle(page)
    page.locator(".st-key-open_tab input").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/?tab=explorer&segment=Declining")
    assert shown(page, "Customers in selection") == before
