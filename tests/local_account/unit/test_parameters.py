"""Session parameters: which can be set, to what, and which other values are refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.session.parameters import PARAMETERS, checked, set_session, settable


def session() -> Any:
    return SimpleNamespace(parameters={}, autocommit=True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TIMEZONE", "utc"), ("timezone", "Etc/UTC"), ("WEEK_START", 1), ("WEEK_START", 0), ("QUERY_TAG", "x" * 2000),
        ("JSON_INDENT", 4), ("MULTI_STATEMENT_COUNT", 1),
    ],
)  # fmt: skip
def test_a_value_is_kept_under_its_name(key: str, value: Any) -> None:
    found = session()
    set_session(found, key, value)
    assert found.parameters == {key.upper(): value}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("TIMEZONE", "Europe/Berlin", "always UTC or ETC/UTC"),
        ("WEEK_START", 2, "always 0 or 1"),
        ("QUERY_TAG", "x" * 2001, "at most 2000 characters"),
        ("NO_SUCH_THING", 1, "invalid property 'NO_SUCH_THING' for 'SESSION'"),
        ("DATA_RETENTION_TIME_IN_DAYS", 1, "invalid property"),  # of objects, not of sessions
    ],
)
def test_another_value_is_refused_and_changes_nothing(key: str, value: Any, message: str) -> None:
    found = session()
    with pytest.raises(ProgrammingError, match=message):
        set_session(found, key, value)
    assert found.parameters == {}


@pytest.mark.parametrize(("value", "on"), [(False, False), (True, True), ("false", False), ("TRUE", True)])
def test_autocommit_is_the_session_s(value: Any, on: bool) -> None:
    found = session()
    set_session(found, "autocommit", value)
    assert found.autocommit is on


def test_each_scope_has_its_parameters() -> None:
    assert checked("query_tag") == "QUERY_TAG"
    assert "DATA_RETENTION_TIME_IN_DAYS" in settable("TABLE")
    assert "QUERY_TAG" not in settable("TABLE")
    assert "STATEMENT_TIMEOUT_IN_SECONDS" in settable("WAREHOUSE")
    assert {PARAMETERS[k].kind for k in ("AUTOCOMMIT", "JSON_INDENT", "QUERY_TAG")} == {"BOOLEAN", "NUMBER", "STRING"}
    assert PARAMETERS["AUTOCOMMIT"].default == "true"
