"""No page shows what its owner's role may not read: three audiences, every kind of personal data, every tab.

What a page sends to the browser is looked through as bytes, tables and charts included: nothing is merely hidden.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import snowflake.connector
import streamlit as st
from customer_360.audiences import AUDIENCES, Audience
from snowflake.connector.errors import ProgrammingError
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from c360.app_server import write_secrets
from c360.connection import target
from tests.support.personal_values import KINDS, personal_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.platforms import Platform

PAGES = Path(__file__).resolve().parents[2] / "streamlit_app"
# What it takes to reach a customer; the rest is masked for everybody but the engineer.
SEEN = {"APP_MARKETING": {"NAME", "EMAIL", "ZIP_CODE"}, "APP_ANALYST": set(), "APP_OPERATIONS": set()}
# Ways to ask for people by the assistant, and one person's own page.
PARAMETERS = {
    "assistant": {"question": "Show me the top 10 customers by lifetime value"},
    "customer": {"customer": "C000001"},
}
NOT_AUTHORIZED = 2003
OPENED = [(audience, tab) for audience in AUDIENCES for tab in audience.tabs]


def login(platform: Platform, role: str) -> dict[str, Any]:
    return target("local", platform.ports, platform.home, environment={}).login(role)


@pytest.fixture(scope="module")
def raw(platform: Platform) -> dict[str, set[str]]:
    return personal_values(platform)


@pytest.mark.parametrize("column", KINDS)
@pytest.mark.parametrize("role", SEEN)
def test_an_owner_reads_a_kind_of_personal_data_as_it_is_only_where_its_audience_may(
    platform: Platform, raw: dict[str, set[str]], role: str, column: str
) -> None:
    tables = [
        f"{schema}.{table}"
        for schema, table in platform.ask(
            f"select table_schema, table_name from INFORMATION_SCHEMA.COLUMNS where column_name = '{column}'"
            " and table_schema <> 'INFORMATION_SCHEMA'"
        )
    ]
    assert {"GOLD.DIM_CUSTOMER", "GOLD.CUSTOMER_360_PROFILE"} <= set(tables)
    read: set[str] = set()
    with snowflake.connector.connect(**login(platform, role)) as connection, connection.cursor() as cursor:
        for table in tables:
            try:
                cursor.execute(f"select distinct {column}::varchar from {table}")
            except ProgrammingError as refused:
                if refused.errno != NOT_AUTHORIZED:
                    raise
                continue
            read |= {str(row[0]) for row in cursor.fetchall()}
    assert bool(read & raw[column]) == (column in SEEN[role])


@pytest.fixture
def secrets(tmp_path: Path) -> Iterator[Path]:
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(tmp_path / ".streamlit" / "secrets.toml")])
    yield tmp_path
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


@pytest.mark.parametrize(("audience", "tab"), OPENED, ids=[f"{one.name}-{tab}" for one, tab in OPENED])
def test_a_page_sends_no_value_to_the_browser_that_its_owner_does_not_read(
    platform: Platform, raw: dict[str, set[str]], secrets: Path, audience: Audience, tab: str
) -> None:
    write_secrets(secrets, login(platform, audience.owner_role))
    secrets_singleton._reset()
    st.cache_data.clear()
    st.cache_resource.clear()
    at = AppTest.from_file(str(PAGES / f"{audience.name}.py"), default_timeout=120)
    for name, value in {"tab": tab, **PARAMETERS.get(tab, {})}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    sent = b"\n".join(one.proto.SerializeToString() for one in [*at.main, *at.sidebar] if one.proto is not None)
    assert len(sent) > 1000, "the page is there"
    hidden = {column: values for column, values in raw.items() if column not in SEEN[audience.owner_role]}
    # Five digits of a ZIP code are an amount as well; it is looked for beside its city, where a page would show it.
    hidden.pop("ZIP_CODE", None)
    assert [value for values in hidden.values() for value in values if value.encode() in sent] == []
    if audience.sees_contact_data and tab in PARAMETERS:
        assert any(name.encode() in sent for name in raw["NAME"]), "names would be found"
