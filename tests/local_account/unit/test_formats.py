"""File formats: Snowflake's documented defaults, what a value of each option may be, and which clause wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.stages.formats import complete, resolve

if TYPE_CHECKING:
    from local_account.session.session import Session

# https://docs.snowflake.com/en/sql-reference/sql/create-file-format
TRUE_BY_DEFAULT = {
    "CSV": {"ERROR_ON_COLUMN_COUNT_MISMATCH", "VALIDATE_UTF8", "EMPTY_FIELD_AS_NULL", "SKIP_BYTE_ORDER_MARK",
            "MULTI_LINE"},
    "PARQUET": {"BINARY_AS_TEXT"},
    "JSON": {"SKIP_BYTE_ORDER_MARK"},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(TRUE_BY_DEFAULT))
def test_which_switches_are_on_by_default(kind: str) -> None:
    options = complete({"TYPE": kind.lower()}).options
    assert {name for name, value in options.items() if value is True} == TRUE_BY_DEFAULT[kind]


def test_other_defaults_of_csv() -> None:
    file_format = complete({})
    assert file_format.type == "CSV"
    assert {name: file_format[name] for name in ("SKIP_HEADER", "FIELD_DELIMITER", "NULL_IF", "COMPRESSION")} == {
        "SKIP_HEADER": 0, "FIELD_DELIMITER": ",", "NULL_IF": ["\\N"], "COMPRESSION": "AUTO",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "written", "value"),
    [
        ("SKIP_HEADER", 2, 2),
        ("TRIM_SPACE", True, True),
        ("TRIM_SPACE", "true", True),
        ("TRIM_SPACE", "FALSE", False),
        ("NULL_IF", "x", ["x"]),
        ("NULL_IF", ["", 0], ["", "0"]),
        ("FIELD_DELIMITER", "|", "|"),
        ("FIELD_DELIMITER", 7, "7"),
        ("ESCAPE", None, "NONE"),
    ],
)
def test_a_value_of_each_kind(option: str, written: object, value: object) -> None:
    assert complete({option: written})[option] == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"SKIP_HEADER": "two"}, "invalid value 'two' for parameter 'SKIP_HEADER'"),
        ({"SKIP_HEADER": True}, "invalid value 'True' for parameter 'SKIP_HEADER'"),
        ({"TRIM_SPACE": "yes"}, "invalid value 'yes' for parameter 'TRIM_SPACE'"),
        ({"TRIM_SPACE": 1}, "invalid value '1' for parameter 'TRIM_SPACE'"),
        ({"FIELD_DELIMITER": [","]}, "for parameter 'FIELD_DELIMITER'"),
        ({"STRIP_OUTER_ARRAY": True}, "invalid parameter 'STRIP_OUTER_ARRAY' for file format type CSV"),
        ({"PARSE_HEADER": True, "SKIP_HEADER": 1}, "SKIP_HEADER and PARSE_HEADER cannot be used together"),
        ({"TYPE": "ORC"}, "File format type ORC"),
    ],
)
def test_what_is_no_option_or_no_value_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        complete(given)


@pytest.mark.parametrize(
    ("layers", "delimiter", "skipped"),
    [
        ([{"TYPE": "CSV", "FIELD_DELIMITER": "|"}, {"SKIP_HEADER": 1}], "|", 1),
        ([{"TYPE": "CSV", "FIELD_DELIMITER": "|"}, {"TYPE": "CSV", "SKIP_HEADER": 1}], ",", 1),
        ([{"TYPE": "CSV", "FIELD_DELIMITER": "|"}, {"FORMAT_NAME": "F"}], ";", 2),
        ([{"FORMAT_NAME": "F", "SKIP_HEADER": 3}], ";", 3),
        ([{"FORMAT_NAME": "F"}, {}], ";", 2),
    ],
)
def test_the_last_clause_wins_and_one_without_a_type_adds(
    session: Session, layers: list[dict[str, Any]], delimiter: str, skipped: int
) -> None:
    session.execute("create or replace file format F type = csv field_delimiter = ';' skip_header = 2")
    found = resolve(session, *layers)
    assert (found["FIELD_DELIMITER"], found["SKIP_HEADER"]) == (delimiter, skipped)
