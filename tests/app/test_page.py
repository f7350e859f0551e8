from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from customer_360 import database, page
from customer_360.access import filters, freshness, segments
from customer_360.campaign.scenarios import GIVEN
from customer_360.state import kept
from snowflake.connector.errors import OperationalError

from c360.connection import Ports
from tests.support.platforms import Platform, free_port

if TYPE_CHECKING:
    from customer_360.database import Query
    from customer_360.selection import Extent
    from streamlit.testing.v1 import AppTest

    from tests.support.opened_pages import Open

PROFILE = "GOLD.CUSTOMER_360_PROFILE"
PERSONAL = re.compile(r"\b(name|email|phone|zip_code|date_of_birth|age)\b", re.IGNORECASE)

DAY = r"\d\d [A-Z][a-z]+ \d{4}"
FOOT = re.compile(
    rf"Data up to {DAY}\. Made {DAY}, \d\d:\d\d UTC\. Churn model \S+, \d+ days? old, scored {DAY}\. "
    r"Account \w+, database \w+, role APP_MARKETING\."
)


def figure(at: AppTest, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def test_the_page_shows_what_sql_says(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    assert not at.exception
    ((count, value, churn, spend),) = platform.ask(
        "select count(*), round(avg(total_lifetime_value), 0)::integer,"
        " round(100 * avg(iff(customer_status = 'Active', churn_probability, null)), 1)::float,"
        f" round(sum(ltv_last_90_days) / 1000000, 1)::float from {PROFILE}"
    )
    assert figure(at, "Customers in selection") == f"{count:,}"
    assert abs(float(figure(at, "Average lifetime value").strip("$").replace(",", "")) - value) <= 1
    assert abs(float(figure(at, "Average churn probability").strip("%")) - churn) < 0.1001
    assert abs(float(figure(at, "Spend of the last 90 days").strip("$MB")) - spend) < 0.1001
    assert any(FOOT.fullmatch(caption.value) for caption in at.caption)


def test_a_filter_changes_every_figure_and_the_address(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    at.multiselect(key=kept("explorer", "segments")).set_value(["Declining"]).run()
    assert not at.exception
    ((count,),) = platform.ask(f"select count(*) from {PROFILE} where segment = 'Declining'")
    assert figure(at, "Customers in selection") == f"{count:,}"
    assert at.query_params["segment"] == ["Declining"]
    next(button for button in at.button if button.label == "Reset filters").click().run()
    assert figure(at, "Customers in selection") == "1,000"
    assert "segment" not in at.query_params


def test_an_address_opens_with_its_filters(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, card=["Gold", "no such card"], limit=["1000-20000"])
    assert at.multiselect(key=kept("explorer", "cards")).value == ["Gold"]
    ((count,),) = platform.ask(
        f"select count(*) from {PROFILE} where card_type = 'Gold' and credit_limit between 1000 and 20000"
    )
    assert figure(at, "Customers in selection") == f"{count:,}"


def test_back_takes_the_filters_of_the_address(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    at.multiselect(key=kept("explorer", "segments")).set_value(["Declining"]).run()
    at.multiselect(key=kept("explorer", "cards")).set_value(["Gold"]).run()
    assert (at.query_params["segment"], at.query_params["card"]) == (["Declining"], ["Gold"])
    del at.query_params["card"]  # what the browser's Back leaves in the address
    at.run()
    assert at.multiselect(key=kept("explorer", "cards")).value == []
    assert at.multiselect(key=kept("explorer", "segments")).value == ["Declining"]
    ((count,),) = platform.ask(f"select count(*) from {PROFILE} where segment = 'Declining'")
    assert figure(at, "Customers in selection") == f"{count:,}"


def test_a_run_s_new_data_are_shown_to_a_page_that_is_open(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    before = figure(at, "Spend of the last 90 days")
    change = (
        f"update {PROFILE} set ltv_last_90_days = ltv_last_90_days {{0}} 5000000,"
        " profile_updated_at = dateadd(second, {0} 1, profile_updated_at)"
    )
    platform.ask(change.format("+"))
    try:
        at.run()
        assert figure(at, "Spend of the last 90 days") == before, "asked again after ten seconds"
        page._asked_freshness.clear()
        at.run()
        assert figure(at, "Spend of the last 90 days") == "$5.0B"
    finally:
        platform.ask(change.format("-"))


def test_a_page_that_began_elsewhere_opens_the_other_tabs_without_its_filters(
    platform: Platform, open_page: Open
) -> None:
    at = open_page(platform.ports, tab=["customer"])
    at.radio(key="open_tab").set_value("explorer").run()
    assert not at.exception
    assert figure(at, "Customers in selection") == "1,000"
    at.multiselect(key=kept("explorer", "segments")).set_value(["Declining"]).run()
    at.radio(key="open_tab").set_value("campaign").run()
    assert not at.exception
    assert at.multiselect(key=kept("campaign", "segments")).value == list(GIVEN[0].target.segments)


def test_filters_are_brought_within_what_a_run_s_new_data_offer(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(platform.ports, state=["CA", "TX"])
    before = at.slider(key=kept("explorer", "limit")).value
    extent = filters.extent

    def other(ask: Query) -> Extent:
        known = extent(ask)
        return replace(known, states=("TX",), credit_limit=(known.credit_limit[0], known.credit_limit[1] + 500))

    monkeypatch.setattr(filters, "extent", other)
    at.run()
    assert not at.exception
    assert at.multiselect(key=kept("explorer", "states")).value == ["TX"]
    assert at.slider(key=kept("explorer", "limit")).value == (before[0], before[1] + 500)
    assert "limit" not in at.query_params


def test_an_empty_selection_says_what_to_do(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, card=["Platinum"], limit=["500-1000"])
    assert not at.exception
    assert figure(at, "Customers in selection") == "0"
    assert any("Widen or reset" in info.value for info in at.info)


def test_an_empty_selection_is_widened_again_in_the_same_order(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, sort=["name"], segment=["Declining"])
    at.multiselect(key=kept("explorer", "statuses")).set_value(["Not yet active"]).run()
    assert figure(at, "Customers in selection") == "0"
    at.run()
    at.multiselect(key=kept("explorer", "segments")).set_value([]).run()
    assert not at.exception
    assert figure(at, "Customers in selection") != "0"
    assert at.query_params["sort"] == ["name"]


def test_by_risk_only_active_customers_are_selected_unless_a_status_is(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, risk=["Medium"])
    ((active, everyone),) = platform.ask(
        f"select count_if(customer_status = 'Active'), count(*) from {PROFILE} where churn_risk_category = 'Medium'"
    )
    assert active < everyone
    assert figure(at, "Customers in selection") == f"{active:,}"
    at.multiselect(key=kept("explorer", "statuses")).set_value(["Active", "Lapsed", "Not yet active"]).run()
    assert figure(at, "Customers in selection") == f"{everyone:,}"


def test_the_list_goes_over_all_customers_in_the_order_that_is_asked(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, sort=["churn_probability"])
    assert at.query_params["sort"] == ["churn_probability"]
    at.number_input[0].set_value(20).run()
    assert not at.exception
    assert any(caption.value.startswith("Rows 951 to 1,000 of 1,000 customers") for caption in at.caption)
    sql = f"select customer_id from {PROFILE} order by churn_probability, customer_id limit 50 offset 950"
    assert list(at.dataframe[-1].value["customer_id"]) == [row[0] for row in platform.ask(sql)]


def test_analysts_see_no_names(platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = database._run
    monkeypatch.setattr(database, "_run", lambda sql, params: asked.append(sql) or run(sql, params))
    at = open_page(platform.ports, "analysts", "APP_ANALYST")
    assert not at.exception
    assert "name" not in at.dataframe[-1].value
    assert len(asked) > 5
    assert [sql for sql in asked if PERSONAL.search(sql)] == []


def test_the_foot_of_the_page_says_where_its_figures_are_from(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    ((version, day),) = platform.ask("select max(model_version), max(prediction_date) from GOLD.CHURN_PREDICTIONS")
    foot = next(caption.value for caption in at.caption if caption.value.startswith("Data up to"))
    assert f"{day:%d %B %Y}" in foot
    assert f"{version}, 0 days old" in foot
    assert "role APP_MARKETING" in foot
    assert "database CUSTOMER_ANALYTICS" in foot


def test_a_database_that_is_away_is_a_friendly_message(open_page: Open) -> None:
    at = open_page(Ports(free_port(), free_port()))
    assert not at.exception
    assert "cannot be reached right now" in at.error[0].value


def test_profiles_that_are_not_there_are_advice(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "_OF_PROFILES", "select * from GOLD.NOT_BUILT_YET")
    at = open_page(platform.ports)
    assert not at.exception
    assert "Run the pipeline" in at.error[0].value


def test_while_the_database_is_away_what_was_loaded_stays(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(platform.ports)

    def away(*_: object) -> None:
        raise OperationalError(msg="no route", errno=250001)

    monkeypatch.setattr(database, "_run", away)
    page._asked_freshness.clear()
    at.run()
    assert not at.exception
    assert figure(at, "Customers in selection") == "1,000"
    assert any("does not answer right now" in caption.value for caption in at.caption)
    at.multiselect(key=kept("explorer", "segments")).set_value(["Declining"]).run()
    assert not at.exception
    assert "cannot be reached right now" in at.error[0].value


def test_a_question_that_the_database_refuses_leaves_the_rest_of_the_page(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_MONTHLY_SPEND", "select no_such_column from GOLD.CUSTOMER_360_PROFILE -- {where}")
    at = open_page(platform.ports)
    assert not at.exception
    assert "The database refused a question of this page" in at.error[0].value
    assert "data team" in at.error[0].value
    assert figure(at, "Customers in selection") == "1,000"
    assert any(caption.value.startswith("Data up to") for caption in at.caption)


# The connector's own thread, which would abort the statement that nobody answers, finds nobody either.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_account_that_is_opened_again_under_an_open_page_is_found_again(
    platform_copy: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_GIVES_UP_AFTER", 2)
    with platform_copy.served():
        at = open_page(platform_copy.ports)
        assert figure(at, "Customers in selection") == "1,000"
    page._asked_freshness.clear()
    at.run()
    assert any("does not answer right now" in caption.value for caption in at.caption)
    with platform_copy.served():
        database.try_again()
        at.multiselect(key=kept("explorer", "segments")).set_value(["Declining"]).run()
        assert not at.exception
        assert not at.error
        assert not any("does not answer right now" in caption.value for caption in at.caption)
        ((count,),) = platform_copy.ask(f"select count(*) from {PROFILE} where segment = 'Declining'")
        assert figure(at, "Customers in selection") == f"{count:,}"
