"""What fails is said in Snowflake's words and codes; none of the libraries beneath shows through."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import duckdb
import pytest
from snowflake.connector.errors import DatabaseError, ProgrammingError
from sqlglot.errors import ParseError

from local_account.data_plane.messages import translated

if TYPE_CHECKING:
    from local_account.session.session import Session

_FOREIGN = re.compile(
    r"(Binder|Catalog|Parser|Conversion|Constraint|Invalid Input|Out of Range|TransactionContext|IO|Internal|INTERNAL|"
    r"Not implemented|Syntax|Type|Value|Key|Attribute|Index|Recursion) ?Error|[Dd]uck[Dd][Bb]|sqlglot|fakesnow|pyarrow|"
    r"<class|Candidate|LINE \d|Traceback|NoneType|has no attribute|U?INT(8|16|32|64)|HUGEINT|_LITERAL|_fs_|strftime|"
    r"read_csv|Required keyword|recursion depth|\bstruct\b|json_|list_|explicit type cast"
)
_TABLES = (
    "create table T (A int not null, B varchar, D date, V variant, N number(5,2))",
    "create view W as select A, B from T",
    "insert into T select 1, 'x', '2024-01-01', parse_json('{\"a\": [1]}'), 1.5",
)


@pytest.fixture
def tables(session: Session) -> Session:
    for sql in _TABLES:
        session.execute(sql)
    return session


@pytest.mark.parametrize(
    ("sql", "errno", "sqlstate", "sentence"),
    [
        ("create or replace table W (A int)", 2002, "42710", "Object 'W' already exists."),
        ("create table X (A int, A int)", 2025, "42S21", "duplicate column name 'A'"),
        ("alter table T drop column NOPE", 904, "42000", "column 'NOPE' does not exist"),
        ("alter table T add column A int", 1430, "42601", "column 'A' already exists"),
        ("select NOPE from T", 904, "42000", "invalid identifier 'NOPE'"),
        ("update T set NOPE = 1", 904, "42000", "invalid identifier 'NOPE'"),
        ("select B from T join W using (NOPE)", 904, "42000", "invalid identifier 'NOPE'"),
        ("select A from T, W", 2028, "42601", "ambiguous column name 'A'"),
        ("select A, count(*) from T", 979, "42601", "[A] is not a valid group by expression"),
        ("select * from T where count(*) > 1", 2036, "42601", "Invalid use of an aggregate function."),
        ("select 1 + 'a'", 100038, "22018", "Numeric value 'a' is not recognized"),
        ("select sqrt(D) from T", 1044, "42P13", "Invalid argument types for function 'SQRT'."),
        (
            "select $3 from values (5)",
            2,
            "0A000",
            "$3, a column by its position, is not supported",
        ),
        ("select 'x'::date", 100040, "22007", "Date 'x' is not recognized"),
        ("select 'x'::timestamp", 100035, "22007", "Timestamp 'x' is not recognized"),
        ("select 'x'::time", 100108, "22007", "Time 'x' is not recognized"),
        ("select 'x'::boolean", 100037, "22018", "Boolean value 'x' is not recognized"),
        ("select 'x'::number(10, 2)", 100038, "22018", "Numeric value 'x' is not recognized"),
        ("select 12345::number(3, 1)", 100046, "22003", "Number out of representable range: value 12345"),
        ("select '12345'::number(3, 1)", 100046, "22003", "Number out of representable range: value 12345"),
        ("select 1::date", 1007, "22023", "invalid type NUMBER for parameter 'TO_DATE'"),
        ("insert into T values (1)", 2020, "21S01", "expecting 5 but got 1"),
        (
            "insert into T (A) values (null)",
            100072,
            "22000",
            "DML operation to table T failed on column A with error: NULL result in a non-nullable column",
        ),
        ("select 1 union select 1, 2", 1789, "42601", "invalid number of result columns"),
        ("select sqrt(-1)", 100050, "22023", "Invalid floating point operation."),
        (
            "select (select column1 from values (1), (2))",
            100113,
            "22000",
            "Single-row subquery returns more than one row.",
        ),
        ("select parse_json('{')", 100069, "22P02", "Error parsing JSON: {"),
        ("select upper()", 938, "22023", "not enough arguments for function [UPPER]"),
        ("select parse_ip('::1', 'INET')", 2, "0A000", "PARSE_IP is not supported by the local account."),
        ("select regexp_like('a', '(')", 100048, "2201B", "Invalid regular expression."),
        ("with R as (select 1), R as (select 2) select * from R", 2009, "42710", "duplicate alias 'R'"),
        ("select date_trunc('foo', D) from T", 1007, "22023", "'FOO' is not a valid date/time component."),
    ],
)
def test_a_failure_has_snowflakes_words_and_codes(
    tables: Session, sql: str, errno: int, sqlstate: str, sentence: str
) -> None:
    with pytest.raises(ProgrammingError) as caught:
        tables.execute(sql)
    assert sentence in str(caught.value.raw_msg)
    assert (caught.value.errno, caught.value.sqlstate) == (errno, sqlstate)


def test_what_calls_or_reads_itself_without_end_is_told_so(tables: Session) -> None:
    tables.execute("create procedure P() returns int language sql as 'begin call P(); return 1; end'")
    for sql, words in (
        ("call P()", "nests too deeply"),
        ("create or replace view W as select * from W", "reads the view itself"),
    ):
        with pytest.raises(DatabaseError, match=words) as caught:
            tables.execute(sql)
        assert not _FOREIGN.search(str(caught.value))


@pytest.mark.parametrize(
    ("error", "errno", "sqlstate"),
    [
        (duckdb.BinderException("Binder Error: nobody knows this"), 2043, "02000"),
        (duckdb.CatalogException("Catalog Error: nobody knows this"), 2003, "42S02"),
        (duckdb.ParserException('Parser Error: syntax error at or near "x"'), 2, "0A000"),
        (duckdb.NotImplementedException("Not implemented Error: nobody knows this"), 2, "0A000"),
        (duckdb.ConversionException("Conversion Error: nobody knows this"), 100038, "22018"),
        (duckdb.OutOfRangeException("nobody knows this"), 100046, "22003"),
        (duckdb.InvalidInputException("Invalid Input Error: nobody knows this"), 100183, "22000"),
        (duckdb.InternalException("INTERNAL Error: nobody knows this"), 603, "XX000"),
        (duckdb.OutOfMemoryException("nobody knows this"), 604, "53200"),
        (duckdb.IOException("IO Error: nobody knows this"), 603, "58030"),
        (duckdb.IOException("IO Error: Could not write file: No space left on device"), 603, "53100"),
        (duckdb.TransactionException("TransactionContext Error: Conflict on update!"), 625, "57014"),
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), 604, "57014"),
        (ParseError("Required keyword: 'this' missing for <class 'sqlglot.exp.Upper'>"), 2, "0A000"),
        (ProgrammingError(msg="Binder Error: within the connector's own"), 603, "XX000"),
        (ProgrammingError(msg="Binder Error: within", errno=2003, sqlstate="42S02"), 2003, "42S02"),
        (RecursionError("maximum recursion depth exceeded"), 603, "54001"),
        (KeyError("x"), 603, "XX000"),
        (NotImplementedError("a transform of fakesnow"), 2, "0A000"),
    ],
)
def test_of_an_unknown_error_nothing_is_quoted(error: Exception, errno: int, sqlstate: str) -> None:
    said = translated(error)
    assert not _FOREIGN.search(str(said.raw_msg)), said.raw_msg
    assert "nobody knows" not in str(said.raw_msg)
    assert (said.errno, said.sqlstate) == (errno, sqlstate)


def test_a_full_disk_is_said(caplog: pytest.LogCaptureFixture) -> None:
    said = translated(duckdb.IOException("IO Error: Could not write file: No space left on device"))
    assert said.raw_msg == "The disk of the local account is full."
    assert "Could not write file" in caplog.text, "the log keeps what happened"


_VALUES = ("A", "B", "D", "V", "N", "NOPE", "1", "-1.5", "'x'", "''", "null", "true", "'2024-01-01'", "V:a", "V:a[0]",
           "$1", "current_date()", "array_construct(1, 'a')", "99999999999999999999999999999999999999")  # fmt: skip
_FUNCTIONS = [
    "upper", "abs", "sum", "max", "count", "length", "to_char", "to_date", "to_number", "substr", "split", "trim",
    "coalesce", "iff", "nvl", "dateadd", "datediff", "round", "sqrt", "ln", "parse_json", "array_size", "object_keys",
    "listagg", "row_number", "lag", "date_trunc", "regexp_replace", "soundex", "nope", "mod", "to_timestamp", "hash",
    "flatten", "object_construct", "array_agg", "last_day", "try_to_date", "strtok", "lpad",
]  # fmt: skip
_OPERATORS = ("+", "-", "*", "/", "%", "||", "=", "<", "and", "or", "like", "in", "is", "between")
_TYPES = [
    "int", "number(3,1)", "varchar(2)", "date", "timestamp", "time", "boolean", "variant", "array", "float", "binary",
    "foo",
]  # fmt: skip


def _expression(rng: random.Random, depth: int = 2) -> str:
    def deeper() -> str:
        return _expression(rng, depth - 1)

    if not depth:
        return rng.choice(_VALUES)
    called = f"{rng.choice(_FUNCTIONS)}({', '.join(deeper() for _ in range(rng.randrange(4)))})"
    return rng.choice(
        (
            f"{deeper()} {rng.choice(_OPERATORS)} {deeper()}",
            called,
            f"{rng.choice(('cast', 'try_cast'))}({deeper()} as {rng.choice(_TYPES)})",
            f"case when {deeper()} then {deeper()} else {deeper()} end",
            f"(select {deeper()} from {rng.choice(('T', 'W', 'NOPE', 'values (1)'))})",
            f"{called} over (order by {rng.choice(_VALUES)})",
        )
    )


def _statement(rng: random.Random) -> str:
    def e() -> str:
        return _expression(rng)

    relation = rng.choice(("T", "W", "T join W using (A)", "T, W", "NOPE", "values (1, 'a')", f"(select {e()} as A)"))
    return rng.choice(
        (
            f"select {e()} from {relation}",
            f"select {e()}, {e()} from {relation} where {e()} group by {rng.choice(_VALUES)} having {e()}",
            f"select * from {relation} qualify {e()} order by {e()} limit {rng.choice(_VALUES)}",
            f"select {e()} union all select {e()}, {e()}",
            f"insert into {rng.choice(('T', 'W', 'T (A, B)', 'NOPE'))} {rng.choice(('select', 'values ('))} {e()}",
            f"update T set {rng.choice(_VALUES)} = {e()} where {e()}",
            f"delete from T where {e()}",
            f"merge into T using W on {e()} when matched then update set B = {e()}",
            f"create or replace {rng.choice(('table', 'view'))} X as select {e()} as A, {e()} as {rng.choice('AB')}",
            f"create table X (A {rng.choice(_TYPES)} default {e()}, B {rng.choice(_TYPES)})",
            f"alter table T {rng.choice(('add', 'drop', 'alter'))} column {rng.choice(_VALUES)} {rng.choice(_TYPES)}",
            f"set X = {e()}",
            f"execute immediate $$begin let x := {e()}; return {e()}; end$$",
        )
    )


def _said(session: Session, sql: str) -> str | None:
    """Run a statement within a transaction that is rolled back; return what its error says."""
    session.execute("begin")
    try:
        session.execute(sql)
    except DatabaseError as error:
        return str(error.raw_msg)
    finally:
        session.execute("rollback")
    return None


def test_no_statement_makes_the_libraries_show_through(tables: Session) -> None:
    rng = random.Random(20261128)  # noqa: S311 - the same statements each time
    said = {sql: _said(tables, sql) for sql in (_statement(rng) for _ in range(800))}
    failed = {sql: text.replace(sql, "") for sql, text in said.items() if text is not None}
    assert {sql: text for sql, text in failed.items() if _FOREIGN.search(text)} == {}
    assert len(failed) > 300, "the grammar makes statements that fail"
