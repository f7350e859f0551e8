"""Variables of a block become bound values where they are variables, and nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.binding import Slot, bind_expression, bind_sql, literal
from local_account.scripting.tree import Fragment
from local_account.scripting.values import Cell, Row, Rows
from local_account.tokens import tokenize
from local_account.types import VARCHAR, DataType

SLOTS: dict[str, Slot] = {
    "X": Cell(None, 7),
    "Y": Cell(VARCHAR, "y"),
    "T": Cell(VARCHAR, "S.T"),
    "D": Cell(None, date(2024, 2, 29)),
    "M": Cell(None, datetime(2024, 2, 29, 12, tzinfo=UTC)),
    "J": Cell(DataType("VARIANT"), '{"a": 1}'),
    "lower": Cell(None, 1),
    "R": Row({"A": Cell(None, 5)}),
    "RS": Rows(),
}


def fragment(text: str) -> Fragment:
    return Fragment(text, tokenize(text), 1, 0)


@pytest.mark.parametrize(
    ("text", "sql", "binds"),
    [
        ("select :x, :Y", "select ?, ?", [7, "y"]),
        ("select x from t where a = :x", "select x from t where a = ?", [7]),
        ('select :"lower"', "select ?", [1]),
        ("select :d, :m", "select ?::date, ?", [date(2024, 2, 29), datetime(2024, 2, 29, 12, tzinfo=UTC)]),
        ("insert into t select :j", "insert into t select parse_json(?)", ['{"a": 1}']),
        # names
        ("select * from identifier(:t)", "select * from S.T", []),
        ("select * from table(:t) where a = :x", "select * from S.T where a = ?", [7]),
        ("select identifier('t')", "select identifier('t')", []),
        # a path into JSON and a cast are no variables, though a variable may stand behind them
        ('select v:x, v:a:x, "v":x, f(v):x, v[0]:x from t', 'select v:x, v:a:x, "v":x, f(v):x, v[0]:x from t', []),
        ("select a::x", "select a::x", []),
        ("select v :x", "select v ?", [7]),
        ("select 1 where a =:x and b in (:x,:x)", "select 1 where a =? and b in (?,?)", [7, 7, 7]),
        ("select ': x', :x", "select ': x', ?", [7]),
        # what a view keeps must not need a value
        ("create view V as select :x as a, :y as b, :d as c",
         "create view V as select 7 as a, 'y' as b, '2024-02-29'::date as c", []),
        ("create or replace secure view V as select :x", "create or replace secure view V as select 7", []),
        ("create table C as select :x as a", "create table C as select ? as a", [7]),
    ],
)  # fmt: skip
def test_a_statement_binds_what_has_a_colon(text: str, sql: str, binds: list[object]) -> None:
    assert bind_sql(fragment(text), SLOTS.get) == (sql, binds)


@pytest.mark.parametrize(
    ("text", "sql", "binds"),
    [
        ("x + 1", "? + 1", [7]),
        ("x + :x", "? + ?", [7, 7]),
        ("unknown + x", "unknown + ?", [7]),
        ("x(1) + f(x)", "x(1) + f(?)", [7]),
        ("f(x => x)", "f(x => ?)", [7]),
        ("a.x + j:x", "a.x + parse_json(?):x", ['{"a": 1}']),
        ("'x'::x", "'x'::x", []),
        ("R.A + r.a", "? + ?", [5, 5]),
        # inside of a query bare words are columns, behind it they are variables again
        ("(select x from t where a = :x) + x", "(select x from t where a = ?) + ?", [7, 7]),
        (
            "((with q as (select x from t) select x from q)) + x",
            "((with q as (select x from t) select x from q)) + ?",
            [7],
        ),
        ("x + (select max(f(x)) from t) + x", "? + (select max(f(x)) from t) + ?", [7, 7]),
    ],
)
def test_an_expression_binds_bare_names_too(text: str, sql: str, binds: list[object]) -> None:
    assert bind_expression(fragment(text), SLOTS.get) == (sql, binds)


@pytest.mark.parametrize(
    ("binding", "text", "errno", "message"),
    [
        (bind_sql, "select :nothing", 2049, "Bind variable :NOTHING not set"),
        (bind_sql, "select :rs", 2, ":rs, which holds no single value"),
        (bind_sql, "select :r.a", 2, r":r\.column in a statement"),
        (bind_sql, "select * from identifier(:x)", None, "7"),
        (bind_expression, "r + 1", 2, r"A whole row \(r\)"),
        (bind_expression, "r.b", 904, "invalid identifier 'r.b'"),
        (bind_expression, "rs + 1", 2, "rs, which holds no single value"),
    ],
)
def test_what_holds_no_single_value_is_refused(binding: object, text: str, errno: int | None, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message) as refused:
        binding(fragment(text), SLOTS.get)  # type: ignore[operator]
    assert errno in (None, refused.value.errno)


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (Decimal("1.50"), "1.50"),
        (0.1, "'0.1'::float"),
        (date(2024, 2, 29), "'2024-02-29'::date"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), "'2024-02-29 12:00:00+00:00'::timestamp_ltz"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC).replace(tzinfo=None), "'2024-02-29 12:00:00'::timestamp_ntz"),
        ("it's \\n", "'it''s \\\\n'"),
    ],
)
def test_a_literal_of_each_type(value: object, sql: str) -> None:
    assert literal(value) == sql
