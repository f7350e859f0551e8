"""The one door to the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane.plane import DataPlane

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.data_plane.connection import Connection


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[DataPlane]:
    plane = DataPlane(tmp_path / "databases", tmp_path / "temporary")
    yield plane
    plane.close()


@pytest.fixture
def connection(plane: DataPlane) -> Iterator[Connection]:
    plane.create_database("D")
    connection = plane.connect()
    connection.use("D", "PUBLIC")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("sql", "errno", "sentence"),
    [
        ("select * from NOTHING", 2003, "Object 'NOTHING' does not exist or not authorized."),
        ("select B from (select 1 as A)", 904, "invalid identifier 'B'"),
        ("select no_such_function(1)", 2140, "Unknown function NO_SUCH_FUNCTION."),
        ("select 'x'::int", 100038, "Numeric value 'x' is not recognized"),
        ("select 1 +", 2, "not supported by the local account"),
        ("select 9223372036854775807::bigint + 1::bigint", 2, "A whole number of more than 18 digits"),
        ("select * from read_parquet('/nowhere/file')", 603, "A file of the local account cannot be read"),
    ],
)
def test_duckdbs_errors_are_said_as_snowflake_says_them(
    connection: Connection, sql: str, errno: int, sentence: str
) -> None:
    with pytest.raises(ProgrammingError) as caught:
        connection.sql(sql)
    assert caught.value.errno == errno
    assert sentence in str(caught.value.msg)
    assert "LINE 1" not in str(caught.value.msg)


def test_sql_runs_in_the_current_schema_and_answers_with_rows(connection: Connection) -> None:
    connection.sql("create table T (A int, B varchar)")
    connection.insert("insert into T values (?, ?)", [[1, "x"], [2, "y"]])
    assert connection.sql("select A from D.PUBLIC.T where B = ?", ["y"]) == [(2,)]
    with pytest.raises(ProgrammingError):
        connection.insert("insert into T values (?, ?)", [["no number", "x"]])


def test_a_snowflake_statement_answers_with_snowflakes_types(connection: Connection) -> None:
    result = connection.run(parse_one("select 1.50::number(12,2) as A, :p1 as B"), ["x"])
    assert [(c["name"], c["type"], c["scale"]) for c in result.rowtype] == [("A", "fixed", 2), ("B", "text", None)]
    assert [str(value) for value in result.rows()[0]] == ["1.50", "x"]
    with pytest.raises(ProgrammingError, match="Bind variable p2 not set"):
        connection.run(parse_one("select :p2"), ["x"])


def test_the_newest_results_can_be_read_by_name(connection: Connection) -> None:
    names = [connection.register_result(pa.table({"N": [number]})) for number in range(17)]
    assert connection.sql(f'select N from temp.main."{names[-1]}"') == [(16,)]
    assert connection.sql(f'select N from temp.main."{names[1]}"') == [(1,)]
    with pytest.raises(ProgrammingError):
        connection.sql(f'select N from temp.main."{names[0]}"')


def test_a_transaction_is_seen_by_others_when_it_is_committed(plane: DataPlane, connection: Connection) -> None:
    connection.sql("create table T (A int)")
    connection.begin()
    connection.sql("insert into T values (1)")
    assert plane.query("select count(*) from D.PUBLIC.T") == [(0,)]
    connection.commit()
    assert plane.query("select count(*) from D.PUBLIC.T") == [(1,)]
    connection.begin()
    connection.sql("delete from T")
    connection.rollback()
    assert plane.query("select count(*) from D.PUBLIC.T") == [(1,)]


def test_of_two_transactions_that_meet_the_second_is_refused(plane: DataPlane, connection: Connection) -> None:
    connection.sql("create table T (A int primary key)")
    other = plane.connect()
    for each in (connection, other):
        each.begin()
        each.sql("insert into D.PUBLIC.T values (1)")
    connection.commit()
    with pytest.raises(ProgrammingError) as caught:
        other.commit()
    assert caught.value.errno == 625
    other.close()


def test_without_a_database_names_are_not_found(connection: Connection) -> None:
    connection.sql("create table T (A int)")
    connection.use(None, None)
    with pytest.raises(ProgrammingError):
        connection.sql("select * from T")


def test_an_added_function_is_known_to_connections_of_before_and_after(
    plane: DataPlane, connection: Connection
) -> None:
    plane.add_function("_TWICE", lambda text: pa.array([None if v.as_py() is None else v.as_py() * 2 for v in text]))
    for each in (connection, plane.connect()):
        assert each.sql("select _TWICE('ab'), _TWICE(null)") == [("abab", None)]


def test_databases_outlive_the_process_and_a_dropped_one_does_not(tmp_path: Path, plane: DataPlane) -> None:
    plane.create_database("KEPT")
    plane.create_database("GONE")
    plane.drop_database("GONE")
    plane.close()
    again = DataPlane(tmp_path / "databases", tmp_path / "temporary")
    assert again.databases() == ["KEPT"]
    again.close()
