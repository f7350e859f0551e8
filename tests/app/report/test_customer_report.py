"""The PDF report, read back: every figure and reason is in it, charts are vectors, and nothing breaks on hard cases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from customer_360.access.customers import CustomerProfile, CustomerVersion, SegmentPeriod
from customer_360.customer.categories import category_shares
from customer_360.customer.factors import factors
from customer_360.customer.recommendations import recommendations
from customer_360.customer.trend import monthly_trend
from customer_360.customer.view import CustomerView
from customer_360.report.customer_report import customer_report
from customer_360.report.texts import writable
from pypdf import PdfReader

from tests.support.customers import profile, standing

STANDING = standing(days_since_last_transaction=0.97)


def view(who: CustomerProfile, transactions: int = 30) -> CustomerView:
    """Return all about a customer."""
    is_scored = who.churn_probability is not None
    found = factors(STANDING) if is_scored else ()
    months = pd.DataFrame(
        {"month_start": pd.to_datetime(["2024-10-01", "2024-11-01"]), "transaction_count": 2, "spend": [700.5, -20.0]}
    )
    categories = pd.DataFrame(
        {
            "category": ["Grocery", "Hotels", "Airlines", "Clothing", "Utilities", "Insurance", "Education"],
            "spend": [500.0, 200.0, 100.0, 90.0, 60.0, 50.0, -5.0],
            "transaction_count": 3,
        }
    )
    newest = datetime(2024, 12, 30, 9, 15)  # noqa: DTZ001 - TIMESTAMP_NTZ
    return CustomerView(
        profile=who,
        trend=monthly_trend(months, who.as_of_date, who.account_open_date),
        shares=category_shares(categories),
        transactions=pd.DataFrame(
            {
                "transaction_timestamp": pd.to_datetime([newest - timedelta(days=n) for n in range(transactions)]),
                "merchant_category": "Grocery",
                "transaction_type": "purchase",
                "amount": [10.25 + n for n in range(transactions)],
                "status": ["declined" if n == 1 else "approved" for n in range(transactions)],
            }
        ),
        segments=(
            SegmentPeriod("New & Growing", date(2023, 12, 31), "Rule: account open for 90 days", date(2024, 11, 30)),
            SegmentPeriod("Declining", date(2024, 11, 30), "Rule: spend < -20 %", None, "New & Growing"),
        ),
        versions=(
            CustomerVersion(1, date(2022, 1, 1), "Silver", 9_000.0, date(2023, 5, 1)),
            CustomerVersion(2, date(2023, 5, 1), "Gold", 12_000.0),
        ),
        standing=STANDING if is_scored else None,
        factors=found,
        recommendations=recommendations(who, found, 0.95),
    )


def pages(given: CustomerView) -> list[str]:
    """Return the text of each page of a report, lines joined."""
    reader = PdfReader(BytesIO(customer_report(given, "Customer 360")))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_the_report_says_what_the_page_says() -> None:
    given = view(profile())
    text = " ".join(pages(given))
    wanted = [
        "Ann O'Brien", "ann@example.com", "Springfield, IL", "01 January 2022", "Gold", "$12,000", "Medium churn risk",
        "$10,000.00", "$900.00", "$60.00", "-50.0%", "16.4 is usual for this customer", "62.0%",
        "Grocery", "50.0%", "Left out, because more was returned than bought: Education.",
        "Rule: spend < -20 %", "New & Growing", "30 Nov 2024", "01 May 2023", "$9,000",
        "The newest 20 transactions", "30 Dec 2024 09:15", "$10.25", "declined",
        "Confidential: personal data. Customer 360, data up to 31 December 2024.",
        *(one.action for one in given.recommendations), *(one.because for one in given.recommendations),
        *(factor.label for factor in given.factors),
    ]  # fmt: skip
    assert [part for part in wanted if part not in text] == []


def test_it_is_vectors_on_letter_paper_with_its_customer_on_every_page() -> None:
    reader = PdfReader(BytesIO(customer_report(view(profile()), "Customer 360")))
    for number, page in enumerate(reader.pages, 1):
        assert (page.mediabox.width, page.mediabox.height) == (612, 792)
        assert not page.images
        assert f"C000042, page {number}" in page.extract_text()
    drawn = reader.pages[0].get_contents()
    assert drawn is not None
    assert len(re.findall(rb"\bre\b", drawn.get_data())) > 12  # bars of months, categories and levels of risk
    assert reader.metadata
    assert reader.metadata.title == "Customer report C000042"


def test_without_contact_data_there_is_none() -> None:
    text = " ".join(pages(view(profile(name=None, email=None))))
    assert "Customer C000042" in text
    assert "E-mail" not in text
    assert "personal data" not in text
    assert "Ann" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"churn_probability": None, "churn_risk_category": None}, "This customer has not been scored yet."),
        ({"customer_status": "Lapsed"}, "has left already"),
        ({"churn_probability": 1.0, "churn_risk_category": "High"}, "100.0%"),
        ({"churn_probability": 0.0, "churn_risk_category": "Low"}, "No retention measure"),
        ({"name": "<b>&amp; Söhne</b>"}, "<b>&amp; Söhne</b>"),
        ({"name": "Łukasz 山田"}, "?ukasz ??"),
    ],
)
def test_hard_cases(changes: dict[str, Any], said: str) -> None:
    assert said in " ".join(pages(view(profile(**changes))))


def test_a_name_in_other_letters_says_that_it_is_not_as_it_is_written() -> None:
    note = "nearest letters"
    assert note in " ".join(pages(view(profile(name="Kučera"))))
    assert note not in " ".join(pages(view(profile(name="José"))))


def test_a_customer_of_whom_nothing_is_known_yet_has_a_report() -> None:
    nothing = view(profile(customer_status="Not yet active", account_open_date=date(2024, 12, 30)), transactions=0)
    empty = category_shares(pd.DataFrame({"category": [], "spend": [], "transaction_count": []}))
    text = " ".join(pages(replace(nothing, shares=empty, segments=nothing.segments[:1])))
    assert "Help with a first purchase" in text
    assert "newest" not in text


def test_many_segments_go_on_over_the_pages() -> None:
    period = SegmentPeriod("Declining", date(2024, 11, 30), "Rule: " + "a long reason " * 12, None, "New & Growing")
    read = pages(replace(view(profile()), segments=(period,) * 60))
    assert len(read) > 4


@pytest.mark.parametrize(
    ("text", "written"), [("José Ñandú", "José Ñandú"), ("Kučera", "Kucera"), ("山", "?"), ("€", "€")]
)
def test_letters_of_other_scripts_are_never_lost_silently(text: str, written: str) -> None:
    assert writable(text) == written
