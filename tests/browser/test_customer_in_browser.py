"""User story 2: a marketing manager finds a customer and reads all about it, and each number is what SQL says."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.support.browser_pages import cells, cut_figures, figure, new_page, row_count, section, settle

if TYPE_CHECKING:
    from playwright.sync_api import Download

    from tests.support.platforms import Platform

pytestmark = pytest.mark.timeout(420)
# Active, at the highest risk of those with a history of card or limit.
RISKY = (
    "select p.customer_id from GOLD.CUSTOMER_360_PROFILE as p inner join GOLD.DIM_CUSTOMER as d"
    " on p.customer_id = d.customer_id where customer_status = 'Active' and version_number = 2"
    " order by churn_probability desc limit 1"
)


@pytest.fixture(scope="module")
def customer_id(platform: Platform) -> str:
    ((found,),) = platform.ask(RISKY)
    return found


@pytest.fixture(scope="module")
def profile(platform: Platform, customer_id: str) -> dict[str, Any]:
    with platform.cursor() as cursor:
        cursor.execute(f"select * from GOLD.CUSTOMER_360_PROFILE where customer_id = '{customer_id}'")
        names = [column.name.lower() for column in cursor.description]
        return dict(zip(names, cursor.fetchone() or (), strict=True))


@pytest.fixture(scope="module")
def opened(context: BrowserContext, address: str) -> Page:
    page = new_page(context, height=1200)
    page.goto(f"{address}/?tab=customer")
    expect(page.get_by_text("Type a name or a customer number")).to_be_visible(timeout=60_000)
    return page


@pytest.fixture(scope="module")
def shown(opened: Page, address: str, customer_id: str) -> Page:
    """The page of the customer, whole: tables far below the visible part are drawn where it is high enough."""
    opened.set_viewport_size({"width": 1440, "height": 5000})
    opened.goto(f"{address}/?tab=customer&customer={customer_id}")
    expect(section(opened, "versions_section")).to_be_visible(timeout=60_000)
    settle(opened)
    return opened


def search_for(page: Page, text: str) -> None:
    box = page.get_by_label("Find a customer by name or number")
    box.fill(text)
    box.press("Enter")
    settle(page)


def downloaded(page: Page, key: str) -> Download:
    with page.expect_download() as download:
        section(page, key).get_by_role("button").click()
    return download.value


def test_a_customer_is_found_by_name_and_by_number(opened: Page, platform: Platform, profile: dict[str, Any]) -> None:
    surname = profile["name"].split()[-1]
    ((count,),) = platform.ask(
        f"select count(*) from GOLD.CUSTOMER_360_PROFILE where contains(lower(name), '{surname.lower()}')"
    )
    search_for(opened, surname.upper())
    matches = section(opened, "matches_customer").get_by_role("button")
    expect(matches).to_have_count(min(count, 10))
    search_for(opened, profile["name"])
    matches.filter(has_text=profile["customer_id"]).click()
    expect(opened.get_by_role("heading", name=profile["name"])).to_be_visible()
    next_number = int(profile["customer_id"][1:]) + 1
    search_for(opened, str(next_number))
    matches.filter(has_text=f"C{next_number:06d}").click()
    expect(opened).to_have_url(re.compile(rf"customer=C{next_number:06d}"))
    expect(opened.get_by_text("Looked at lately")).to_be_visible()
    section(opened, "recent_customers_row").get_by_role("button", name=profile["customer_id"]).click()
    expect(opened).to_have_url(re.compile(rf"customer={profile['customer_id']}"))


def test_nobody_found_says_what_to_try(opened: Page, address: str) -> None:
    search_for(opened, "no such *person*")
    expect(opened.get_by_text("Nobody matches")).to_contain_text("no such *person*")
    expect(opened.get_by_text("Try a part of the name")).to_be_visible()
    opened.goto(f"{address}/?tab=customer&customer=C999999")
    expect(opened.get_by_text("There is no customer with the number C999999")).to_be_visible()


def test_the_profile_card_says_who_it_is(shown: Page, profile: dict[str, Any]) -> None:
    card = section(shown, "profile_card")
    for text in (
        profile["name"], profile["customer_id"], profile["email"], f"{profile['age']}",
        f"{profile['city']}, {profile['state']}", f"{profile['account_open_date']:%d %B %Y}", profile["card_type"],
        f"${profile['credit_limit']:,.0f}", profile["segment"], f"{profile['churn_risk_category']} churn risk",
        profile["customer_status"],
    ):  # fmt: skip
        expect(card).to_contain_text(text)


def test_the_figures_are_those_of_the_profile(shown: Page, profile: dict[str, Any]) -> None:
    def dollars(amount: float) -> str:
        return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"

    no_spend = profile["current_month_spend"] == profile["previous_month_spend"] == 0
    for label, value in {
        "Lifetime value": dollars(profile["total_lifetime_value"]),
        "Spend of the last 90 days": dollars(profile["ltv_last_90_days"]),
        "Average transaction (90 days)": dollars(profile["avg_transaction_value_90d"]),
        "Spend change by month": "n/a" if no_spend else f"{profile['mom_percent_change']:+.1f}%",
        "Purchases in 90 days": f"{profile['transaction_count_90d']:,}",
        "Days since the last purchase": f"{profile['days_since_last_transaction']:,}",
    }.items():
        expect(figure(shown, label)).to_have_text(value)


def test_every_chart_is_drawn(shown: Page) -> None:
    for key in ("trend", "category", "churn", "factors", "segments", "versions"):
        chart = section(shown, f"{key}_section").get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
        expect(chart).to_be_visible()


def test_the_newest_transactions_are_listed_filtered_and_written_to_a_file(
    shown: Page, platform: Platform, customer_id: str
) -> None:
    rows = platform.ask(
        "select transaction_timestamp, merchant_category, amount, status from BRONZE.BRONZE_TRANSACTIONS"
        f" where customer_id = '{customer_id}' order by transaction_timestamp desc, transaction_id desc limit 50"
    )
    table = section(shown, "transactions_section")
    assert row_count(table) == len(rows) == 50
    for number in (1, 2, 3):
        at, category, amount, status = rows[number - 1]
        read = cells(table, number)
        assert (read[0], read[1], float(read[3]), read[4]) == (
            f"{at:%Y-%m-%d %H:%M:%S}",
            category,
            float(amount),
            status,
        )
    declined = [row for row in rows if row[3] == "declined"]
    assert declined
    table.get_by_text("Declined", exact=True).click()
    expect(table).to_contain_text(f"{len(declined)} of the newest 50 transactions")
    file = downloaded(shown, "transactions_csv").path().read_text(encoding="utf-8-sig")
    written = list(csv.DictReader(io.StringIO(file)))
    assert [(r["merchant_category"], float(r["amount"]), r["status"]) for r in written] == [
        (category, float(amount), status) for _, category, amount, status in declined
    ]
    table.get_by_text("All", exact=True).click()


def test_the_history_of_segments_and_versions_is_that_of_the_warehouse(
    shown: Page, platform: Platform, customer_id: str
) -> None:
    segments = platform.ask(
        "select segment_assigned_date, coalesce(previous_segment, '(first)'), segment, segment_reason"
        f" from GOLD.CUSTOMER_SEGMENT_HISTORY where customer_id = '{customer_id}' order by 1 desc"
    )
    table = section(shown, "segments_section")
    assert row_count(table) == len(segments)
    assert cells(table, 1) == [f"{value}" for value in segments[0]]
    versions = platform.ask(
        "select version_number, effective_date, coalesce(to_char(end_date), 'current'), card_type, credit_limit"
        f" from GOLD.DIM_CUSTOMER where customer_id = '{customer_id}' order by 1 desc"
    )
    table = section(shown, "versions_section")
    assert row_count(table) == len(versions) > 1
    assert cells(table, 1)[:4] == [f"{value}" for value in versions[0][:4]]
    assert float(cells(table, 1)[4]) == float(versions[0][4])


def test_the_risk_has_this_customer_s_own_factors_and_what_follows_from_them(
    shown: Page, platform: Platform, customer_id: str
) -> None:
    ((average, silence, own),) = platform.ask(
        "select avg(iff(p.customer_status = 'Active', p.churn_probability, null)),"
        f" max(iff(p.customer_id = '{customer_id}', s.days_since_last_transaction, null)),"
        f" (select contribution from GOLD.CHURN_RISK_FACTORS where customer_id = '{customer_id}'"
        "  and feature = 'DAYS_SINCE_LAST_TRANSACTION')"
        " from GOLD.CUSTOMER_360_PROFILE as p"
        " inner join GOLD.CHURN_SCORING_DATA as s on p.customer_id = s.customer_id"
    )
    expect(section(shown, "churn_section")).to_contain_text(f"active customers is {average:.1%}")
    table = section(shown, "factors_section")
    factors = {row[0]: row for row in (cells(table, number) for number in range(1, row_count(table) + 1))}
    silent = factors["Days since the last purchase"]
    assert silent[1] == f"{silence:,.0f} days"
    assert silent[5] == (f"{100 * float(own):+.1f} points" if own is not None else "")
    expect(table).to_contain_text("Recommendations")
    if silent[3] == "goes with more risk":
        expect(table).to_contain_text("Get in touch within a week")


def test_the_report_is_a_pdf_with_the_customer_s_figures(shown: Page, profile: dict[str, Any]) -> None:
    report = downloaded(shown, "report_pdf")
    assert report.suggested_filename == f"customer_{profile['customer_id']}.pdf"
    text = " ".join(page.extract_text() for page in PdfReader(report.path()).pages)
    for part in (profile["name"], f"${profile['total_lifetime_value']:,.2f}", f"{profile['churn_probability']:.1%}"):
        assert part in text


def test_two_customers_stand_side_by_side_and_one_is_put_on_the_list(
    shown: Page, platform: Platform, customer_id: str
) -> None:
    ((other, value),) = platform.ask(
        "select customer_id, total_lifetime_value from GOLD.CUSTOMER_360_PROFILE"
        f" where customer_id <> '{customer_id}' order by total_lifetime_value desc limit 1"
    )
    shown.get_by_text("Compare with another customer").click()
    box = shown.get_by_label("Find the other customer")
    box.fill(other)
    box.press("Enter")
    section(shown, "matches_compare").get_by_role("button").first.click()
    expect(shown).to_have_url(re.compile(rf"customer={customer_id}&compare={other}"))
    table = section(shown, "comparison_section")
    expect(table).to_be_visible()
    assert cells(table, 0) == ["Figure", customer_id, other, "Difference"]
    assert cells(table, 1)[2] == f"${value:,.2f}"
    shown.get_by_role("button", name="End the comparison").click()
    expect(section(shown, "trend_section")).to_be_visible()
    shown.get_by_role("button", name="Add to the campaign list").click()
    expect(shown.get_by_role("button", name="Campaign list (1)")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_figure_of_a_customer_is_cut_off(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 2000})
    expect(shown.get_by_test_id("stMetric").first).to_be_visible()
    assert cut_figures(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
