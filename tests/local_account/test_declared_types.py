"""One type by whatever name: in columns, masking policies, arguments, variables and casts of an account."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

# a spelling of a column's type -> another spelling of the same type, and how DESCRIBE writes the column's
SAME = {
    "bigint": ("number", "NUMBER(38,0)"), "smallint": ("decimal(5,2)", "NUMBER(38,0)"),
    "number(10,2)": ("byteint", "NUMBER(10,2)"), "numeric(7)": ("tinyint", "NUMBER(7,0)"),
    "double": ("float", "FLOAT"), "double precision": ("real", "FLOAT"), "float8": ("double precision", "FLOAT"),
    "nvarchar(4)": ("character varying", "VARCHAR(4)"), "char varying(9)": ("string", "VARCHAR(9)"),
    "timestamp": ("datetime", "TIMESTAMP_NTZ(9)"), "timestamp(3)": ("timestamp_ntz", "TIMESTAMP_NTZ(3)"),
    "timestamp with local time zone": ("timestamp_ltz", "TIMESTAMP_LTZ(9)"), "varbinary(8)": ("binary", "BINARY(8)"),
    "variant": ("variant", "VARIANT"), "boolean": ("boolean", "BOOLEAN"), "date": ("date", "DATE"),
}  # fmt: skip
UNKNOWN = ("foo", "int(3)", "number(39)", "varchar(0)", "uuid", "geography", "map(varchar, int)", "vector(float, 3)",
           "number(2,3)", "array(int)", "decfloat")  # fmt: skip


@pytest.mark.parametrize(("written", "other", "described"), [(w, o, d) for w, (o, d) in SAME.items()])
def test_a_policy_fits_a_column_of_the_same_type(cursor: Any, written: str, other: str, described: str) -> None:
    cursor.execute(f"create table t (a {written}, b int)")
    assert cursor.execute("describe table t").fetchone()[1] == described
    cursor.execute(f"create masking policy p as (v {other}) returns {other} -> null")
    cursor.execute("alter table t modify column a set masking policy p")
    cursor.execute("insert into t select null, 1")
    assert cursor.execute("select * from t").fetchall() == [(None, 1)]


def test_a_policy_fits_no_column_of_another_type(cursor: Any) -> None:
    cursor.execute("create table t (a bigint, b timestamp_ltz)")
    cursor.execute("create masking policy p as (v double precision) returns float -> null")
    for column, its_type in (("A", r"NUMBER\(38,0\)"), ("B", r"TIMESTAMP_LTZ\(9\)")):
        with pytest.raises(ProgrammingError, match=f"{its_type} does not match with masking policy data type REAL"):
            cursor.execute(f"alter table t modify column {column} set masking policy p")


def test_arguments_and_variables_have_types_of_several_words(cursor: Any) -> None:
    cursor.execute(
        "create procedure p(x double precision, y character varying(5), z timestamp with local time zone)"
        " returns char varying language sql as"
        " $$ declare a char varying := y; b double precision default x; begin return a || b; end $$"
    )
    assert cursor.execute("call p(1.5, 'ab', '2024-01-02')").fetchone() == ("ab1.5",)
    assert cursor.execute("describe procedure p(float, string, timestamp_ltz)").fetchall()[:2] == [
        ("signature", "(X FLOAT, Y VARCHAR, Z TIMESTAMP_LTZ)"), ("returns", "VARCHAR(16777216)")
    ]  # fmt: skip


@pytest.mark.parametrize("written", UNKNOWN)
def test_a_type_that_is_not_there_changes_nothing(cursor: Any, written: str) -> None:
    cursor.execute("create table t (a int)")
    body = "$$ begin return 1; end $$"
    for statement in (
        f"create table u (a {written})", f"alter table t add column b {written}",
        f"alter table t alter column a set data type {written}",
        f"create masking policy p as (v {written}) returns {written} -> null",
        f"create procedure p(x {written}) returns int language sql as {body}",
        f"create procedure p() returns {written} language sql as {body}",
        f"create procedure p() returns int language sql as $$ declare x {written}; begin return 1; end $$",
        f"begin let x {written} := null; return x; end",
    ):  # fmt: skip
        with pytest.raises(ProgrammingError) as error:
            cursor.execute(statement)
        assert "Internal error" not in str(error.value.msg), statement
    assert [row[1] for row in cursor.execute("show tables").fetchall()] == ["T"]
    assert [row[:2] for row in cursor.execute("describe table t").fetchall()] == [("A", "NUMBER(38,0)")]
    assert cursor.execute("show masking policies").fetchall() == []
    assert cursor.execute("show procedures").fetchall() == []


def test_a_cast_says_what_it_cannot_do(cursor: Any) -> None:
    assert cursor.execute("select '2024-01-02 03:04:05.123456'::timestamp(6)::varchar").fetchone() is not None
    cast = "'2024-01-02 03:04:05.123456'::timestamp(3)"
    assert cursor.execute(f"select {cast}::varchar").fetchone() == ("2024-01-02 03:04:05.123",)
    for cast in ("'x'::uuid", "1::number(40, 2)", "'x'::map(varchar, int)"):
        with pytest.raises(ProgrammingError) as error:
            cursor.execute(f"select {cast}")
        assert "Internal error" not in str(error.value.msg)
