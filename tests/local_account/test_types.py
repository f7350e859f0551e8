"""The table of types: every spelling, size and translation, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.parsing import Cursor
from local_account.scripting.parser import parse_block
from local_account.scripting.tree import Variable
from local_account.types import DataType, Family, arrow_type, words_of_type

# written -> as DESCRIBE writes it, and the DuckDB type that keeps it
SPELLINGS = {
    "number": ("NUMBER(38,0)", "BIGINT"), "number(10)": ("NUMBER(10,0)", "DECIMAL(10,0)"),
    "number(10, 2)": ("NUMBER(10,2)", "DECIMAL(10,2)"), "decimal(38,0)": ("NUMBER(38,0)", "BIGINT"),
    "dec": ("NUMBER(38,0)", "BIGINT"), "numeric(5,1)": ("NUMBER(5,1)", "DECIMAL(5,1)"),
    "int": ("NUMBER(38,0)", "BIGINT"), "integer": ("NUMBER(38,0)", "BIGINT"), "bigint": ("NUMBER(38,0)", "BIGINT"),
    "smallint": ("NUMBER(38,0)", "BIGINT"), "tinyint": ("NUMBER(38,0)", "BIGINT"),
    "byteint": ("NUMBER(38,0)", "BIGINT"), "float": ("FLOAT", "DOUBLE"), "float4": ("FLOAT", "DOUBLE"),
    "float8": ("FLOAT", "DOUBLE"), "double": ("FLOAT", "DOUBLE"), "double  precision": ("FLOAT", "DOUBLE"),
    "real": ("FLOAT", "DOUBLE"), "varchar": ("VARCHAR(16777216)", "VARCHAR"), "VarChar(5)": ("VARCHAR(5)", "VARCHAR"),
    "string": ("VARCHAR(16777216)", "VARCHAR"), "text": ("VARCHAR(16777216)", "VARCHAR"),
    "nvarchar": ("VARCHAR(16777216)", "VARCHAR"), "nvarchar2(7)": ("VARCHAR(7)", "VARCHAR"),
    "char": ("VARCHAR(1)", "VARCHAR"), "character(3)": ("VARCHAR(3)", "VARCHAR"), "nchar": ("VARCHAR(1)", "VARCHAR"),
    "char varying": ("VARCHAR(16777216)", "VARCHAR"), "character varying(3)": ("VARCHAR(3)", "VARCHAR"),
    "nchar varying(4)": ("VARCHAR(4)", "VARCHAR"), "binary": ("BINARY(8388608)", "BLOB"),
    "varbinary(4)": ("BINARY(4)", "BLOB"), "boolean": ("BOOLEAN", "BOOLEAN"), "date": ("DATE", "DATE"),
    "time": ("TIME(9)", "TIME"), "time(0)": ("TIME(0)", "TIME"), "datetime": ("TIMESTAMP_NTZ(9)", "TIMESTAMP"),
    "datetime(3)": ("TIMESTAMP_NTZ(3)", "TIMESTAMP"), "timestamp": ("TIMESTAMP_NTZ(9)", "TIMESTAMP"),
    "timestamp(6)": ("TIMESTAMP_NTZ(6)", "TIMESTAMP"), "timestamp_ntz": ("TIMESTAMP_NTZ(9)", "TIMESTAMP"),
    "timestampntz(0)": ("TIMESTAMP_NTZ(0)", "TIMESTAMP"),
    "timestamp without time zone": ("TIMESTAMP_NTZ(9)", "TIMESTAMP"),
    "timestamp_ltz": ("TIMESTAMP_LTZ(9)", "TIMESTAMP WITH TIME ZONE"),
    "timestamp with local time zone": ("TIMESTAMP_LTZ(9)", "TIMESTAMP WITH TIME ZONE"),
    "timestamptz": ("TIMESTAMP_TZ(9)", "TIMESTAMP WITH TIME ZONE"),
    "timestamp with time zone": ("TIMESTAMP_TZ(9)", "TIMESTAMP WITH TIME ZONE"),
    "timestamp(3) with time zone": ("TIMESTAMP_TZ(3)", "TIMESTAMP WITH TIME ZONE"),
    "variant": ("VARIANT", "JSON"), "object": ("OBJECT", "JSON"), "array": ("ARRAY", "JSON"),
}  # fmt: skip
REFUSED = {
    "foo": 2040, "int(3)": 2040, "varchar(2,3)": 2040, "varchar(x)": 2040, "date(3)": 2040, "float(53)": 2040,
    "number(1,2,3)": 2040, "number(39)": 1008, "number(0)": 1008, "number(5,6)": 1008, "number(38,38)": 1008,
    "varchar(0)": 1008, "varchar(134217729)": 1008, "time(10)": 1008, "timestamp_ltz(10)": 1008, "binary(0)": 1008,
    "uuid": 2, "geography": 2, "vector(float, 3)": 2, "map(varchar, int)": 2, "decfloat": 2, "array(int)": 2,
}  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), SPELLINGS.items())
def test_every_spelling_is_read_wherever_types_are_written(written: str, expected: tuple[str, str]) -> None:
    found = DataType.parse(written)
    assert (str(found), found.duckdb) == expected
    assert DataType.parse(expected[0]) == found, "DESCRIBE's own words mean the same type"
    if written != "timestamp without time zone":  # sqlglot 30 reads this as a plain TIMESTAMP
        column = parse_one(f"create table t (a {written})").find(exp.ColumnDef)
        assert column is not None
        assert DataType.of_node(column.args["kind"]) == found
    cursor = Cursor.over(f"({written}) returns")
    cursor.expect("(")
    assert cursor.data_type() == found
    cursor.expect(")", "RETURNS")
    declared = parse_block(f"declare x {written}; y {written} default null; begin return x; end").declarations
    assert [d.type for d in declared if isinstance(d, Variable)] == [found, found]


@pytest.mark.parametrize(("written", "errno"), REFUSED.items())
def test_what_is_no_type_is_refused_in_a_sentence(written: str, errno: int) -> None:
    for read in (DataType.parse, lambda text: Cursor.over(text).data_type()):
        with pytest.raises(ProgrammingError) as error:
            read(written)
        assert error.value.errno == errno
        assert written.split("(", maxsplit=1)[0].upper() in str(error.value.msg)


def test_a_plain_timestamp_is_what_the_session_maps_it_to() -> None:
    assert str(DataType.parse("timestamp(3)", "TIMESTAMP_LTZ")) == "TIMESTAMP_LTZ(3)"
    assert str(DataType.parse("datetime", "TIMESTAMP_LTZ")) == "TIMESTAMP_NTZ(9)"
    node = exp.DataType(this=exp.DType.TIMESTAMP)
    assert DataType.of_node(node, "TIMESTAMP_TZ").name == "TIMESTAMP_TZ"


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ("BIGINT", "NUMBER(38,0)"), ("HUGEINT", "NUMBER(38,0)"), ("DECIMAL(12,2)", "NUMBER(12,2)"),
        ("DOUBLE", "FLOAT"), ("FLOAT", "FLOAT"), ("VARCHAR", "VARCHAR(16777216)"), ("BLOB", "BINARY(8388608)"),
        ("TIMESTAMP", "TIMESTAMP_NTZ(9)"), ("TIMESTAMP_NS", "TIMESTAMP_NTZ(9)"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP_TZ(9)"), ("JSON", "VARIANT"), ("INTEGER[]", "ARRAY"),
        ("STRUCT(a INTEGER)", "OBJECT"), ("TIME", "TIME(9)"), ("UUID", "UUID"),
    ],
)  # fmt: skip
def test_columns_of_duckdb_have_snowflakes_types(described: str, expected: str) -> None:
    assert str(DataType.of_duckdb(described)) == expected


def test_the_declared_length_of_a_text_is_kept_beside_duckdb() -> None:
    assert str(DataType.of_duckdb("VARCHAR", 12)) == "VARCHAR(12)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "BOOLEAN"), (3, "NUMBER(38,0)"), (2.5, "FLOAT"), (Decimal("1.25"), "NUMBER(38,2)"),
        ("x", "VARCHAR(16777216)"), (date(2024, 1, 2), "DATE"), (datetime(2024, 1, 2), "TIMESTAMP_NTZ(9)"),  # noqa: DTZ001
        (datetime(2024, 1, 2, tzinfo=UTC), "TIMESTAMP_TZ(9)"),
    ],
)  # fmt: skip
def test_a_constant_has_a_type(value: object, expected: str) -> None:
    assert str(DataType.of_value(value)) == expected


def test_what_is_no_constant_has_none() -> None:
    assert DataType.of_value(None) is None


def test_a_results_column_has_a_type() -> None:
    assert str(DataType.of_result("fixed", 2)) == "NUMBER(38,2)"
    assert str(DataType.of_result("fixed")) == "NUMBER(38,0)"
    assert str(DataType.of_result("text")) == "VARCHAR(16777216)"
    assert str(DataType.of_result("real")) == "FLOAT"
    assert DataType.of_result("timestamp_tz").family is Family.TIMESTAMP
    assert str(arrow_type("timestamp_ltz")) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("number(5,2)", {"type": "FIXED", "precision": 5, "scale": 2, "nullable": True}),
        ("varchar(5)", {"type": "TEXT", "length": 5, "byteLength": 20, "fixed": False, "nullable": True}),
        ("varchar", {"type": "TEXT", "length": 16777216, "byteLength": 67108864, "fixed": False, "nullable": True}),
        ("double", {"type": "REAL", "nullable": True}),
        ("timestamp", {"type": "TIMESTAMP_NTZ", "precision": 0, "scale": 9, "nullable": True}),
        ("boolean", {"type": "BOOLEAN", "nullable": True}),
    ],
)
def test_show_columns_describes_a_type(written: str, expected: dict[str, object]) -> None:
    assert DataType.parse(written).json(nullable=True) == expected


def test_a_name_is_read_as_far_as_it_is_a_type() -> None:
    assert words_of_type(["DOUBLE", "PRECISION", ","]) == 2
    assert words_of_type(["TIMESTAMP", "WITH", "LOCAL", "TIME", "ZONE"]) == 5
    assert words_of_type(["TIMESTAMP", "WITH", "TAG"]) == 1
    assert words_of_type(["VARCHAR", "DEFAULT"]) == 1


@pytest.mark.parametrize("written", ["number", "number(12,2)", "double", "varchar(5)", "timestamp(3)", "varbinary(4)"])
def test_the_node_of_a_type_is_that_type(written: str) -> None:
    found = DataType.parse(written)
    again = DataType.of_node(found.node)
    assert (again.name, again.precision) == (found.name, found.precision)
