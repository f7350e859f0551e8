"""The tab of one customer without a browser: customers of every status, analysts, and what is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from customer_360 import database

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from tests.support.opened_pages import Open
    from tests.support.platforms import Platform

PERSONAL = re.compile(r"\b(name|email|phone|zip_code|date_of_birth)\b", re.IGNORECASE)
PROFILES = "select customer_id, name, churn_probability from GOLD.CUSTOMER_360_PROFILE"


def texts(at: AppTest) -> str:
    """Return everything that the page writes, but tables and charts."""
    parts = [*at.markdown, *at.caption, *at.subheader, *at.info, *at.warning]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("Active", "active customers is"),
        ("Lapsed", "this customer has left already"),
        ("Not yet active", "Help with a first purchase"),
    ],
)
def test_a_customer_of_any_status_has_a_page(platform: Platform, open_page: Open, status: str, said: str) -> None:
    ((customer_id, name, _),) = platform.ask(
        f"{PROFILES} where customer_status = '{status}' order by customer_id limit 1"
    )
    at = open_page(platform.ports, tab=["customer"], customer=[customer_id])
    assert not at.exception
    shown = texts(at)
    assert name in shown
    assert customer_id in shown
    assert said in shown
    assert len(at.metric) == 6


def test_analysts_find_and_see_a_customer_by_number_alone(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((customer_id, name, probability),) = platform.ask(f"{PROFILES} where customer_id = 'C000042'")
    asked: list[str] = []
    run = database._run
    monkeypatch.setattr(database, "_run", lambda sql, params: asked.append(sql) or run(sql, params))
    at = open_page(platform.ports, "analysts", "APP_ANALYST", tab=["customer"], customer=[customer_id])
    at.text_input[0].set_value("42").run()
    assert not at.exception
    assert any(customer_id in button.label for button in at.button)
    shown = texts(at) + "".join(button.label for button in at.button)
    assert customer_id in shown
    assert not any(part in shown for part in [name, *name.split(), "E-mail", "@"])
    assert len(asked) > 8
    assert [sql for sql in asked if PERSONAL.search(sql)] == []
    assert probability is not None


def test_a_table_that_is_not_there_leaves_a_sentence(
    platform: Platform, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "customer_360.access.churn._own_sql", lambda: "select * from GOLD.NOT_BUILT_YET where 1 = ? or 1 = ?"
    )
    at = open_page(platform.ports, tab=["customer"], customer=["C000042"])
    assert not at.exception
    assert "Run the pipeline" in at.error[0].value


def test_a_campaign_list_is_saved_in_the_viewer_s_name(platform: Platform, open_page: Open) -> None:
    at = open_page(platform.ports, tab=["customer"], customer=["C000042"])
    at.button(key="campaign_list_button").click().run()
    at.text_input(key="campaign_list_name").set_value("Tried by a test").run()
    at.button(key="campaign_list_save").click().run()
    assert not at.exception
    assert at.success[0].value == "1 saved."
    at.button(key="campaign_list_save").click().run()
    assert at.success[0].value == "0 saved; 1 were on that list already."
    saved = "select customer_id, added_by from OBSERVABILITY.CAMPAIGN_LIST_ENTRIES where list_name = 'Tried by a test'"
    ((customer_id, viewer),) = platform.ask(saved)
    assert customer_id == "C000042"
    assert viewer
