"""Options of tasks: their bounds, and what the condition of a task may ask."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.statements.task_options import check_condition, read_options, split_parameters


@pytest.mark.parametrize(
    ("option", "most"),
    [("USER_TASK_TIMEOUT_MS", 604_800_000), ("SUSPEND_TASK_AFTER_NUM_FAILURES", 2_147_483_648),
     ("TASK_AUTO_RETRY_ATTEMPTS", 30)],
)  # fmt: skip
def test_numbers_have_bounds(option: str, most: int) -> None:
    for value in (0, most):
        assert read_options({option: value}) == {option: value}
    for value in (-1, most + 1, "3"):
        with pytest.raises(ProgrammingError, match=f"for parameter '{option}': it must be 0 to {most}") as refused:
            read_options({option: value})
        assert refused.value.errno == 1008


@pytest.mark.parametrize(
    "options",
    [
        {"SCHEDULE": "5 MINUTES"}, {"CONFIG": '{"a": 1}'}, {"ALLOW_OVERLAPPING_EXECUTION": True}, {"COMMENT": "x"},
        {"WAREHOUSE": "W"}, {"TIMEZONE": "UTC"}, {},
    ],
)  # fmt: skip
def test_options_that_are_taken(options: dict[str, Any]) -> None:
    assert read_options(options) == options


@pytest.mark.parametrize(
    ("options", "errno", "message"),
    [
        ({"SCHEDULE": "soon"}, 1008, "soon"),
        ({"CONFIG": "[1]"}, 1008, "CONFIG must be a JSON object"),
        ({"CONFIG": "{"}, 1008, "CONFIG must be a JSON object"),
        ({"ALLOW_OVERLAPPING_EXECUTION": "yes"}, 1008, "it must be TRUE or FALSE"),
        ({"PRIORITY": 1}, 2, "The option PRIORITY of a task"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], errno: int, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message) as refused:
        read_options(options)
    assert refused.value.errno == errno


def test_parameters_of_the_session_are_kept_apart() -> None:
    assert split_parameters({"WAREHOUSE": "W", "TIMEZONE": "UTC", "COMMENT": "x"}) == (
        {"WAREHOUSE": "W", "COMMENT": "x"}, {"TIMEZONE": "UTC"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["1 = 1", "SYSTEM$GET_PREDECESSOR_RETURN_VALUE('A') = 'x'", "not (1 = 2) and (2 in (3)) or (a = 'SELECT')"],
)
def test_conditions_that_are_taken(text: str) -> None:
    assert check_condition(text) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [("SYSTEM$STREAM_HAS_DATA('S')", "STREAM_HAS_DATA"), ("(select 1) = 1", "select"), ("upper('a') = 'A'", "upper")],
)
def test_other_conditions_are_refused(text: str, named: str) -> None:
    with pytest.raises(ProgrammingError, match=named) as refused:
        check_condition(text)
    assert refused.value.errno == 2
