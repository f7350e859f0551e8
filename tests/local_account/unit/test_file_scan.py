"""How a file's values become a column's: matched by name, converted, and refused by rules with Snowflake's codes."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.stages.file_scan import (
    Rule,
    TargetColumn,
    any_broken,
    converted,
    first_broken,
    match_columns,
    message_for,
    null_rule,
    rule_reject,
)

A, B = TargetColumn("A", "VARCHAR"), TargetColumn("B", "INTEGER")


@pytest.mark.parametrize(
    ("names", "match", "expected"),
    [
        (["b", "a"], "CASE_INSENSITIVE", [B, A]),
        (["A", "x", "B"], "CASE_SENSITIVE", [A, None, B]),
        (["a", "B"], "CASE_SENSITIVE", [None, B]),
        (["x", "x", "a"], "CASE_INSENSITIVE", [None, None, A]),
    ],
)
def test_columns_are_matched_by_name(names: list[str], match: str, expected: list[TargetColumn | None]) -> None:
    assert match_columns(names, [A, B], match) == expected


@pytest.mark.parametrize(
    ("names", "match", "message"),
    [
        ([], "CASE_INSENSITIVE", "The file is empty"),
        (["a", "A"], "CASE_INSENSITIVE", "several columns of the name A"),
        (
            ["a", "b"],
            "CASE_SENSITIVE",
            r"No column of the file \(a, b\) has the name of a column of the table \(A, B\)",
        ),
    ],
)
def test_names_that_cannot_be_matched_are_refused(names: list[str], match: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message) as refused:
        match_columns(names, [A, B], match)
    assert refused.value.errno == 100127


def test_two_columns_that_differ_in_case_are_two_where_case_counts() -> None:
    assert match_columns(["a", "A"], [A], "CASE_SENSITIVE") == [None, A]


def test_a_column_takes_null_unless_it_says_otherwise() -> None:
    assert null_rule("v", TargetColumn("A", "DATE")) == []
    (rule,) = null_rule("v", TargetColumn("A", "DATE", nullable=False))
    assert (rule.broken, rule.code) == ("v is null", 100072)


def read(column: TargetColumn, kind: str, value: str, *, enforce_length: bool = True) -> object:
    """Return what becomes of one value of a file: the value, or the code of the rule that it breaks."""
    sql, rules = converted("v", kind, column, enforce_length=enforce_length)
    query = f"select {sql}, {any_broken(rules)}, {first_broken(rules)} from (select {value}::{kind} as v)"
    row = duckdb.connect().execute(query).fetchone()
    assert row is not None
    found, is_broken, which, _ = row
    return rules[which].code if is_broken else found


@pytest.mark.parametrize(
    ("column", "kind", "value", "expected"),
    [
        (TargetColumn("A", "VARCHAR"), "VARCHAR", "'abc'", "abc"),
        (TargetColumn("A", "VARCHAR"), "INTEGER", "12", "12"),
        (TargetColumn("A", "VARCHAR", length=3), "VARCHAR", "'abc'", "abc"),
        (TargetColumn("A", "VARCHAR", length=3), "VARCHAR", "'abcd'", 100078),
        (TargetColumn("A", "VARCHAR", nullable=False), "VARCHAR", "null", 100072),
        (TargetColumn("A", "INTEGER"), "INTEGER", "7", 7),
        (TargetColumn("A", "INTEGER"), "VARCHAR", "'7'", 7),
        (TargetColumn("A", "INTEGER"), "VARCHAR", "'seven'", 100038),
        (TargetColumn("A", "INTEGER"), "VARCHAR", "null", None),
        (TargetColumn("A", "INTEGER"), "DOUBLE", "7.0", 7),
        (TargetColumn("A", "TINYINT"), "INTEGER", "300", 100038),
        (TargetColumn("A", "BOOLEAN"), "VARCHAR", "'perhaps'", 100037),
        (TargetColumn("A", "BOOLEAN"), "VARCHAR", "'yes'", True),
        (TargetColumn("A", "DATE"), "VARCHAR", "'2024-02-30'", 100040),
        (TargetColumn("A", "TIMESTAMP"), "VARCHAR", "'late'", 100035),
        # whole numbers are seconds since 1970, as text in a file is
        (TargetColumn("A", "TIMESTAMP"), "BIGINT", "86400", datetime(1970, 1, 2, tzinfo=UTC).replace(tzinfo=None)),
    ],
)
def test_a_value_is_converted_or_breaks_a_rule(column: TargetColumn, kind: str, value: str, expected: object) -> None:
    assert read(column, kind, value) == expected


def test_a_text_that_is_too_long_is_cut_where_the_copy_says_so() -> None:
    assert read(TargetColumn("A", "VARCHAR", length=3), "VARCHAR", "'abcd'", enforce_length=False) == "abc"


@pytest.mark.parametrize("length", [None, 16_777_216])
def test_the_longest_text_has_no_rule_of_its_own(length: int | None) -> None:
    assert converted("v", "VARCHAR", TargetColumn("A", "VARCHAR", length=length), enforce_length=True) == ("v", [])


@pytest.mark.parametrize(
    ("kind", "message", "code"),
    [
        ("DATE", "Date '{}' is not recognized", 100040),
        ("TIMESTAMP", "Timestamp '{}' is not recognized", 100035),
        ("TIMESTAMP WITH TIME ZONE", "Timestamp '{}' is not recognized", 100035),
        ("BOOLEAN", "Boolean value '{}' is not recognized", 100037),
        ("JSON", "Error parsing JSON: {}", 100069),
        ("DECIMAL(10,2)", "Numeric value '{}' is not recognized", 100038),
    ],
)
def test_each_type_has_its_message(kind: str, message: str, code: int) -> None:
    assert message_for(kind) == (message, code)


def test_of_several_broken_rules_the_first_is_told() -> None:
    rules = [Rule(f"v > {most}", A, "v", f"more than {most}: {{}}", most) for most in (5, 1, 0)]
    query = f"select {any_broken(rules)}, {first_broken(rules)} from (values (9), (3), (0), (null)) as t(v)"
    found = duckdb.connect().execute(query).fetchall()
    assert found == [(True, 0, 9), (True, 1, 3), (False, None, None), (False, None, None)]
    assert (any_broken([]), first_broken([])) == ("false", "null, null")


def test_where_a_rejected_row_is() -> None:
    named = TargetColumn("B", "INTEGER", place='"T"["B":2]')
    reject = rule_reject(Rule("v > 5", named, "v", "more than 5: {}", 77), 3, "9", "x,9", 2)
    assert (reject.error, reject.code, reject.sql_state) == ("more than 5: 9", 77, "22000")
    assert (reject.row_number, reject.line, reject.character, reject.byte_offset) == (3, 5, 1, 0)
    assert (reject.column, reject.record) == ('"T"["B":2]', "x,9")
