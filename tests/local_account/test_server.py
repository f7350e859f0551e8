"""The protocol as the plain Snowflake connector uses it: login, results, errors, asynchronous statements."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import requests
import snowflake.connector
from snowflake.connector.errors import DatabaseError, ProgrammingError

from local_account.server.app import Server, protocol

if TYPE_CHECKING:
    from local_account.server.serve import ServedAccount


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"password": "wrong"}, "Incorrect username or password was specified."),
        ({"user": "nobody"}, "Incorrect username or password was specified."),
        ({"role": "NO_SUCH_ROLE"}, "Role 'NO_SUCH_ROLE' specified in the connect string does not exist"),
    ],
)
def test_login_is_refused_with_one_sentence(connect: Any, settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(DatabaseError, match=sentence):
        connect(**settings)


def test_login_sets_what_exists_and_leaves_the_rest_unset(connect: Any, database: str) -> None:
    session = connect(database=database, schema="NO_SUCH_SCHEMA", warehouse="NO_SUCH_WAREHOUSE")
    row = session.cursor().execute("select current_database(), current_schema(), current_warehouse()").fetchone()
    assert row == (database, None, None)


def test_values_of_every_type_arrive_with_their_nulls(cursor: Any) -> None:
    cursor.execute(
        "create table every (i int, n number(12,2), f float, t varchar, b boolean, d date, s timestamp_ntz,"
        " z timestamp_tz, v variant, h time)"
    )
    cursor.execute(
        "insert into every select 1, 2.50, 0.5, 'x', true, '2024-02-29', '2024-01-01 12:30:00.5',"
        " '2024-01-01 00:00:00 +00:00'::timestamp_tz, parse_json('{\"a\": 1}'), '12:00:00'"
    )
    cursor.execute("insert into every (i) values (2)")
    full, empty = cursor.execute("select * from every order by i").fetchall()
    assert full[:6] == (1, pytest.approx(2.5), 0.5, "x", True, dt.date(2024, 2, 29))
    assert full[6] == dt.datetime(2024, 1, 1, 12, 30, 0, 500000)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
    assert full[9] == dt.time(12)
    assert empty == (2, *[None] * 9)


def test_a_large_result_arrives_in_pieces_that_only_its_client_can_ask_for(
    connect: Any, account: ServedAccount, database: str
) -> None:
    with connect(database=database, warehouse="COMPUTE_WH") as session, session.cursor() as cursor:
        cursor.execute(
            "select seq4() as id, 'customer ' || seq4() as name, null as nothing,"
            " iff(seq4() % 3 = 0, null, dateadd(second, seq4(), '2024-01-01'::timestamp_ntz)) as at"
            " from table(generator(rowcount => 200000))"
        )
        further = cursor.get_result_batches()[1:]
        assert cursor.rowcount == 200_000
        assert further
        for number, row in enumerate(cursor):
            assert row[:3] == (number, f"customer {number}", None)
            assert (row[3] is None) == (number % 3 == 0)
        assert number == 199_999
        address = further[0]._remote_chunk_info.url
        assert address.startswith(f"http://127.0.0.1:{account.port}/results/")
        assert requests.get(address, timeout=5).status_code == 200
        assert requests.get(f"{address[:-3]}x/1", timeout=5).status_code == 410
    assert requests.get(address, timeout=5).status_code == 410, "it goes with its session"


def test_dml_reports_rows_and_statistics(cursor: Any) -> None:
    cursor.execute("create table t (a int, b varchar)")
    cursor.execute("insert into t values (1, 'x'), (2, 'y')")
    assert (cursor.rowcount, cursor.stats.num_rows_inserted) == (2, 2)
    cursor.execute("update t set b = 'z' where a = 1")
    assert (cursor.rowcount, cursor.stats.num_rows_updated) == (1, 1)
    cursor.execute("merge into t using (select 2 as a union all select 3) s on t.a = s.a"
                   " when matched then delete when not matched then insert (a) values (s.a)")  # fmt: skip
    assert (cursor.stats.num_rows_inserted, cursor.stats.num_rows_deleted) == (1, 1)
    assert cursor.rowcount == 2, "the rows of all its actions"
    cursor.execute("delete from t")
    assert cursor.rowcount == 2


def test_bound_values_and_arrays_of_them(connect: Any, database: str) -> None:
    snowflake.connector.paramstyle = "qmark"
    try:
        with connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH") as connection:
            cursor = connection.cursor()
            cursor.execute("create table t (a int, b varchar, c timestamp_ntz)")
            moment = dt.datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
            cursor.execute("insert into t select ?, ?, ?", (1, "O'Brien", moment))
            cursor.executemany("insert into t (a, b) values (?, ?)", [(2, "x"), (3, None)])
            assert cursor.rowcount == 2
            rows = cursor.execute("select * from t where a <> ? order by dateadd('day', ?, c), a", (9, 1)).fetchall()
    finally:
        snowflake.connector.paramstyle = "pyformat"
    assert rows[0] == (1, "O'Brien", moment)
    assert [row[:2] for row in rows[1:]] == [(2, "x"), (3, None)]


@pytest.mark.parametrize(
    ("sql", "errno", "sentence"),
    [
        ("select no_such_function(1)", 2140, "Unknown function NO_SUCH_FUNCTION"),
        ("select no_such_column from t", 904, "invalid identifier 'NO_SUCH_COLUMN'"),
        ("select * from no_such_table", 2003, "Object 'TEST.*NO_SUCH_TABLE' does not exist or not authorized"),
        ("select * from nowhere.public.t", 2003, "Database 'NOWHERE' does not exist or not authorized"),
        ("frobnicate x", 2, "The statement FROBNICATE X is not supported by the local account"),
        ("select (1", 1003, "syntax error line 1 at position 8 near '1'"),
        ("create external table t (a int)", 2, "not supported by the local account"),
        (
            "create function f() returns int language java as '1'",
            2,
            "A function in LANGUAGE JAVA is not supported by the local account",
        ),
        ("alter table t add row access policy p on (a)", 2, "ADD row access policy .* is not supported"),
        ("show hobbies", 2, "SHOW hobbies is not supported by the local account"),
        ("select 1; select 2", 8, "Actual statement count 2 did not match"),
        ("select 'x'::int", 100038, "Numeric value 'x' is not recognized"),
        ("select * from read_csv('/etc/passwd')", 2, "Reading from READ_CSV"),
        ("select * from '/etc/passwd'", 2, "Reading from '/etc/passwd'"),
        ('select * from "/etc/passwd"', 2003, "does not exist or not authorized"),
        ("select * from table(query('select 1'))", 1003, "Unknown table function QUERY"),
        ("use role no_such_role", 2003, "Role 'NO_SUCH_ROLE' does not exist"),
        ("alter session set timezone = 'America/New_York'", 1008, "TIMEZONE = America/New_York is not supported"),
    ],
)
def test_errors_have_snowflakes_codes_and_one_sentence(cursor: Any, sql: str, errno: int, sentence: str) -> None:
    cursor.execute("create table t (a int)")
    with pytest.raises(ProgrammingError, match=sentence) as raised:
        cursor.execute(sql)
    assert raised.value.errno == errno
    assert "Traceback" not in str(raised.value)


def test_a_query_needs_a_warehouse(connect: Any, database: str) -> None:
    cursor = connect(database=database, schema="PUBLIC").cursor()
    cursor.execute("create table t (a int)")
    assert cursor.execute("select 1").fetchone() == (1,)
    with pytest.raises(ProgrammingError, match="No active warehouse selected"):
        cursor.execute("select * from t")


def test_information_schema_lists_tables_and_views(cursor: Any) -> None:
    cursor.execute("create table t (a int)")
    cursor.execute("create view v as select a from t")
    cursor.execute("select table_name, table_type from information_schema.tables order by table_name")
    assert cursor.fetchall() == [("T", "BASE TABLE"), ("V", "VIEW")]
    cursor.execute("drop view v")
    assert cursor.execute("select table_name from information_schema.tables").fetchall() == [("T",)]


def test_asynchronous_statement_is_polled(cursor: Any) -> None:
    cursor.execute_async("select count(*) from table(generator(rowcount => 1000))")
    query_id = cursor.sfqid
    deadline = time.monotonic() + 20
    while cursor.connection.is_still_running(cursor.connection.get_query_status(query_id)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    cursor.get_results_from_sfqid(query_id)
    assert cursor.fetchall() == [(1000,)]


def test_a_statement_that_outlives_the_servers_patience_runs_once(cursor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_account.server.app._PATIENCE_SECONDS", 0.05)
    cursor.execute("create table t as select row_number() over (order by seq4()) as a"
                   " from table(generator(rowcount => 300000))")  # fmt: skip
    cursor.execute("insert into t select a from t")
    assert cursor.execute("select count(*) from t").fetchone() == (600000,)


def send(cursor: Any, sql: str, request_id: str) -> dict[str, Any]:
    """Send a statement as the connector does, and return the answer without its reading it."""
    rest = cursor.connection.rest
    return requests.post(
        f"{rest.server_url}/queries/v1/query-request", params={"requestId": request_id}, json={"sqlText": sql},
        headers={"Authorization": f'Snowflake Token="{rest.token}"'}, timeout=20,
    ).json()  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "code"),
    [("insert into t values (1)", None), ("create table u (a int)", None), ("create table t (a int)", "002002")],
)
def test_a_request_that_is_sent_twice_is_executed_once_and_answered_alike(
    cursor: Any, sql: str, code: str | None
) -> None:
    cursor.execute("create table t (a int)")
    request_id = str(uuid.uuid4())
    first, second = send(cursor, sql, request_id), send(cursor, sql, request_id)
    assert first == second
    assert first["code"] == code
    assert cursor.execute("select count(*) from t").fetchone() == (int(sql.startswith("insert")),)
    # The same statement under an id of its own is another one.
    assert send(cursor, sql, str(uuid.uuid4()))["data"]["queryId"] != first["data"]["queryId"]


def test_a_statement_whose_answer_comes_too_late_for_the_connector_is_executed_once(
    cursor: Any, connect: Any, database: str, account: ServedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor.execute("create table t (a int)")
    impatient = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH", socket_timeout=1).cursor()
    genuine, again, slow = protocol.answer, account.server._answer, [2.0]
    repeated: list[str] = []

    def late(*given: Any) -> dict[str, Any]:
        built = genuine(*given)
        time.sleep(slow.pop() if slow else 0)
        return built

    def counted(session: Any, query_id: str) -> Any:
        repeated.append(query_id)
        return again(session, query_id)

    monkeypatch.setattr(protocol, "answer", late)
    monkeypatch.setattr(account.server, "_answer", counted)
    impatient.execute("insert into t values (1)")
    assert (impatient.rowcount, repeated[0]) == (1, impatient.sfqid)
    assert impatient.execute("select count(*) from t").fetchone() == (1,)


def test_cancel_stops_a_statement(cursor: Any, connect: Any) -> None:
    session_id = cursor.execute("select current_session()").fetchone()[0]
    other = connect().cursor()
    timer = threading.Timer(0.5, lambda: other.execute(f"select system$cancel_all_queries({session_id})"))
    timer.start()
    started = time.monotonic()
    with pytest.raises(ProgrammingError, match="SQL execution canceled"):
        cursor.execute(
            "with n as (select row_number() over (order by seq4()) as i from table(generator(rowcount => 200000)))"
            " select count(*) from n a join n b on a.i * 7 % 1000 < b.i % 1000 where sqrt(a.i * b.i) < 0"
        )  # fmt: skip
    timer.join()
    assert time.monotonic() - started < 30


def test_a_result_is_its_user_s_alone(cursor: Any, connect: Any) -> None:
    cursor.execute("create or replace user EVE password = 'secret'")
    cursor.execute("select 'hidden' as x")
    eve = _asked(connect(user="eve", password="secret", role=None), f"queries/{cursor.sfqid}/result")
    assert not eve["success"]
    assert eve["message"] == f"Statement {cursor.sfqid} not found"
    mine = _asked(connect(), f"queries/{cursor.sfqid}/result")  # another session of the same user
    assert mine["success"]
    assert mine["data"]["returned"] == 1
    cursor.execute("drop user EVE")


def test_a_renewed_session_s_old_token_is_worth_nothing(connect: Any) -> None:
    connection = connect()
    old = connection.rest.token
    assert _is_known(connection, old)
    connection.rest._renew_session()
    assert connection.rest.token != old
    assert not _is_known(connection, old)
    assert _is_known(connection, connection.rest.token)
    assert connection.cursor().execute("select 1").fetchone() == (1,)


def _is_known(connection: Any, token: str) -> bool:
    headers = {"Authorization": f'Snowflake Token="{token}"'}
    address = f"http://127.0.0.1:{connection.port}/session/heartbeat"
    return bool(requests.post(address, headers=headers, json={}, timeout=10).json()["success"])


def _asked(connection: Any, path: str) -> dict[str, Any]:
    headers = {"Authorization": f'Snowflake Token="{connection.rest.token}"'}
    return requests.get(f"http://127.0.0.1:{connection.port}/{path}", headers=headers, timeout=10).json()


def test_columns_are_described_without_running(cursor: Any) -> None:
    cursor.execute("create table t (a int, b varchar)")
    described = cursor.describe("select b, count(*) from t group by 1")
    assert [column.name for column in described] == ["B", "COUNT(*)"]
    described = cursor.describe("insert into t values (1, 'x')")
    assert [column.name for column in described] == ["number of rows inserted"]
    assert cursor.execute("select count(*) from t").fetchone() == (0,)
    for statement in ("drop table t", "drop schema public", "create stage kept_out"):
        assert [column.name for column in cursor.describe(statement)] == ["status"]
    assert "name" in [column.name for column in cursor.describe("show stages")]
    assert cursor.execute("show stages").fetchall() == []
    assert cursor.execute("select count(*) from t").fetchone() == (0,)


def test_columns_without_alias_have_snowflakes_names(cursor: Any) -> None:
    cursor.execute("select current_role(), count(*), 1, 'a', upper('x') from (select 1) t group by all")
    assert [c.name for c in cursor.description] == ["CURRENT_ROLE()", "COUNT(*)", "1", "'A'", "UPPER('X')"]


def test_results_are_kept_bounded(account: ServedAccount, cursor: Any) -> None:
    for number in range(210):
        cursor.execute(f"select {number}")
    assert len(account.account.results._results) <= 200
    assert all(s.connection._fakesnow.results_cache == {} for s in account.account.sessions.values())
    assert isinstance(account.server, Server)
    assert len(account.server._running) <= 1


def test_transactions(cursor: Any, connect: Any, database: str) -> None:
    cursor.execute("create table t (a int)")
    cursor.execute("begin")
    cursor.execute("insert into t values (1)")
    other = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    assert other.execute("select count(*) from t").fetchone() == (0,)
    cursor.execute("rollback")
    cursor.execute("begin")
    cursor.execute("insert into t values (2)")
    cursor.execute("create table commits_before (a int)")
    assert other.execute("select a from t").fetchall() == [(2,)]
    cursor.execute("rollback")
    assert other.execute("select a from t").fetchall() == [(2,)]


def test_autocommit_off_waits_for_commit(connect: Any, cursor: Any, database: str) -> None:
    cursor.execute("create table t (a int)")
    manual = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH", autocommit=False)
    manual.cursor().execute("insert into t values (1)")
    assert cursor.execute("select count(*) from t").fetchone() == (0,)
    manual.commit()
    assert cursor.execute("select count(*) from t").fetchone() == (1,)


def test_several_statements_in_one_request_have_results_of_their_own(cursor: Any) -> None:
    cursor.execute(
        "create or replace table MANY (a int); insert into MANY values (1), (2); select ';' as s, count(*) from MANY;"
        " show tables like 'MANY'",
        num_statements=4,
    )
    assert cursor.fetchall() == [("Table MANY successfully created.",)]
    first = cursor.sfqid
    assert cursor.nextset() is cursor
    assert cursor.rowcount == 2
    cursor.nextset()
    assert cursor.fetchall() == [(";", 2)]
    cursor.nextset()
    assert cursor.fetchall()[0][1] == "MANY"
    assert cursor.nextset() is None
    assert cursor.sfqid != first
    assert cursor.execute("select 1; select 2", num_statements=0).fetchall() == [(1,)]
    assert cursor.nextset().fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("sql", "count", "words"),
    [
        ("select 1; select 2", 3, "Actual statement count 2 did not match the desired statement count 3"),
        ("select 1", 2, "Actual statement count 1"),
        ("select 1; select 2", 1, "Actual statement count 2"),
        ("; ;", 0, "Actual statement count 0"),
        ("select 1; begin select 2; end", 2, "block of Snowflake Scripting"),
        ("create task T as begin return 1; end; select 1", 2, "block of Snowflake Scripting"),
        ("select 1; put file:///tmp/x @S", 2, "PUT or GET"),
    ],
)
def test_a_request_holds_as_many_statements_as_it_says(cursor: Any, sql: str, count: int, words: str) -> None:
    with pytest.raises(ProgrammingError, match=words):
        cursor.execute(sql, num_statements=count)


def test_a_statement_that_fails_ends_the_request_and_leaves_what_ran_before(cursor: Any) -> None:
    cursor.execute("create or replace table KEPT (a int)")
    with pytest.raises(ProgrammingError, match="NOSUCH"):
        cursor.execute(
            "begin transaction; insert into KEPT values (1); commit; select * from NOSUCH; insert into KEPT values (2)",
            num_statements=5,
        )
    assert cursor.execute("select a from KEPT").fetchall() == [(1,)]
