"""JSON texts whose keys are put in order."""

from __future__ import annotations

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane.json_keys import in_order_of_keys


@pytest.mark.parametrize(
    ("written", "sorted_text"),
    [
        ('{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        ('[{"b": {"z": 1, "y": [null, true]}, "B": "ü\\"\\n"}]', '[{"B":"ü\\"\\n","b":{"y":[null,true],"z":1}}]'),
        ('{"b": 1.50, "a": 12345678901234567890123}', '{"a":12345678901234567890123,"b":1.50}'),
        ('{"b": 1e400, "a": -0}', '{"a":-0,"b":1e400}'),
        ("[-1, false,]", "[-1,false,null]"),
        ('["a,]",, {"b": [,1]}, "\\",,"]', '["a,]",null,{"b":[null,1]},"\\",,"]'),
        ('{"a": 1, "a": 2}', '{"a": 1, "a": 2}: duplicate object attribute "a"'),
    ],
)
def test_keys_come_in_their_order_and_values_as_they_were_written(written: str, sorted_text: str) -> None:
    assert in_order_of_keys(written) == sorted_text


@pytest.mark.parametrize("text", ['{"b": 1', '{"b": NaN, "a": 1}', "[" * 100_000 + "{", "{,}"])
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert in_order_of_keys(text) == text


@pytest.mark.parametrize(("text", "exact"), [("12345678901234567.89", False), ("[0.12345678901234567891]", False),
                                             ("123456789012345.5", True), ("0.30000000000000004", True)])  # fmt: skip
def test_a_number_that_no_float_holds_is_refused(text: str, exact: bool) -> None:
    if exact:
        assert in_order_of_keys(text) == text
    else:
        with pytest.raises(ProgrammingError, match="A number in JSON with more digits than a FLOAT has"):
            in_order_of_keys(text)
