from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from customer_360.database import data_version
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from c360.app_server import write_secrets
from c360.connection import Ports, target
from tests.support.platforms import Platform, free_port

PAGE = Path(__file__).resolve().parents[2] / "streamlit_app" / "streamlit_app.py"
PROFILE = "GOLD.CUSTOMER_360_PROFILE"


Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path) -> Iterator[Open]:
    """Open the page as a marketing manager, with the connection that `c360 app` writes."""
    before = config.get_option("secrets.files")

    def open_at(ports: Ports, **parameters: list[str]) -> AppTest:
        login = target("local", ports, tmp_path, environment={}).login("MARKETING_MANAGER")
        config.set_option("secrets.files", [str(write_secrets(tmp_path, login | {"login_timeout": 2}))])
        secrets_singleton._reset()
        st.cache_data.clear()
        st.cache_resource.clear()
        at = AppTest.from_file(str(PAGE), default_timeout=60)
        for name, values in parameters.items():
            at.query_params[name] = values
        return at.run()

    yield open_at
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


def figure(at: AppTest, label: str) -> str:
    return next(metric.value for metric in at.metric if metric.label == label)


def test_the_page_shows_what_sql_says(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    assert not at.exception
    ((count, value, churn, spend),) = platform.ask(
        "select count(*), round(avg(total_lifetime_value), 0)::integer, round(100 * avg(churn_probability), 1)::float,"
        f" round(sum(ltv_last_90_days) / 1000000, 1)::float from {PROFILE}"
    )
    assert figure(at, "Customers in selection") == f"{count:,}"
    assert abs(float(figure(at, "Average lifetime value").strip("$").replace(",", "")) - value) <= 1
    assert abs(float(figure(at, "Average churn probability").strip("%")) - churn) < 0.1001
    assert abs(float(figure(at, "Spend of the last 90 days").strip("$MB")) - spend) < 0.1001


def test_a_filter_changes_every_figure_and_the_address(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    at.multiselect(key="segments").set_value(["Declining"]).run()
    assert not at.exception
    ((count,),) = platform.ask(f"select count(*) from {PROFILE} where segment = 'Declining'")
    assert figure(at, "Customers in selection") == f"{count:,}"
    assert at.query_params["segment"] == ["Declining"]
    at.button[0].click().run()
    assert figure(at, "Customers in selection") == "1,000"
    assert "segment" not in at.query_params


def test_an_address_opens_with_its_filters(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, card=["Gold", "no such card"], limit=["1000-20000"])
    assert at.multiselect(key="card_types").value == ["Gold"]
    ((count,),) = platform.ask(
        f"select count(*) from {PROFILE} where card_type = 'Gold' and credit_limit between 1000 and 20000"
    )
    assert figure(at, "Customers in selection") == f"{count:,}"


def test_back_takes_the_filters_of_the_address(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    at.multiselect(key="segments").set_value(["Declining"]).run()
    at.multiselect(key="card_types").set_value(["Gold"]).run()
    assert (at.query_params["segment"], at.query_params["card"]) == (["Declining"], ["Gold"])
    del at.query_params["card"]  # what the browser's Back leaves in the address
    at.run()
    assert at.multiselect(key="card_types").value == []
    assert at.multiselect(key="segments").value == ["Declining"]
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
        data_version.clear()
        at.run()
        assert figure(at, "Spend of the last 90 days") == "$5.0B"
    finally:
        platform.ask(change.format("-"))


def test_an_empty_selection_says_so(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, card=["Platinum"], limit=["500-1000"])
    assert not at.exception
    assert figure(at, "Customers in selection") == "0"
    assert any("No customer matches" in caption.value for caption in at.caption)


def test_the_list_pages_and_sorts(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports)
    at.selectbox(key="sort_by").set_value("Highest churn probability").run()
    listed = at.dataframe[-1].value
    assert len(listed) == 50
    assert listed["churn_probability"].is_monotonic_decreasing
    at.number_input[0].set_value(2).run()
    assert not at.exception
    assert any(caption.value.startswith("Rows 51 to 100") for caption in at.caption)


def test_a_database_that_is_away_is_a_friendly_message(open_page: Open) -> None:
    at = open_page(Ports(free_port(), free_port()))
    assert not at.exception
    assert "cannot be reached right now" in at.error[0].value


def test_a_profile_that_is_not_there_is_advice(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customer_360.profiles._PROFILES_SQL", "select * from GOLD.NOT_BUILT_YET")
    at = open_page(platform.ports)
    assert not at.exception
    assert "Run the pipeline" in at.error[0].value


def test_after_a_failure_the_last_figures_stay(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(platform.ports)
    st.cache_data.clear()
    monkeypatch.setattr("customer_360.profiles._PROFILES_SQL", "select * from GOLD.NOT_BUILT_YET")
    at.run()
    assert not at.exception
    assert figure(at, "Customers in selection") == "1,000"
    assert any("does not answer right now" in caption.value for caption in at.caption)
