"""The record of loads: which files count as loaded, which rows were refused, and for which table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from local_account.identifiers import Name
from local_account.stages.file_scan import Reject
from local_account.stages.load_history import LoadedFile, LoadHistory

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2024, 5, 5, 12, tzinfo=UTC)
TABLE = Name.of("D", "S", "T")


class Connection:
    """DuckDB with a database that fakesnow prepared."""

    def __init__(self) -> None:
        self.duck = duckdb.connect()
        self.duck.execute("set timezone = 'UTC'")
        self.duck.execute("attach ':memory:' as D")
        self.duck.execute("create schema D._fs_information_schema")
        self.duck.execute(
            "create table D._fs_information_schema._fs_load_history (schema_name varchar, file_name varchar,"
            " table_name varchar, last_load_time timestamptz, status varchar, row_count bigint, row_parsed bigint,"
            " error_count bigint)"
        )

    def sql(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.duck.execute(sql, list(values)).fetchall()

    def insert(self, sql: str, rows: list[list[Any]]) -> None:
        self.duck.executemany(sql, rows)


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
def history(connection: Connection) -> LoadHistory:
    return of(connection)


def of(connection: Connection, table: Name = TABLE) -> LoadHistory:
    found = LoadHistory(connection, table)  # type: ignore[arg-type]
    found.prepare()
    return found


def reject(row: int = 1) -> Reject:
    return Reject("bad number", 100038, "22018", "conversion", row, row, 3, 7, '"T"["A"]', "x,y")


def file(name: str = "a.csv", *, etag: str = "1", loaded: int = 2, rejects: Sequence[Reject] = ()) -> LoadedFile:
    rejected = list(rejects)
    return LoadedFile(name, f"s3://b/{name}", "@S", 10, etag, NOON, loaded + len(rejected), loaded, 5, rejected)


@pytest.mark.parametrize(
    ("loaded", "rejects", "status"),
    [(2, 0, "LOADED"), (0, 0, "LOADED"), (2, 1, "PARTIALLY_LOADED"), (1, 9, "PARTIALLY_LOADED"), (0, 1, "LOAD_FAILED")],
)
def test_a_file_s_status(loaded: int, rejects: int, status: str) -> None:
    assert file(loaded=loaded, rejects=[reject()] * rejects).status == status


def test_the_first_error_is_told() -> None:
    assert file().first == (None, None, None, None)
    assert file(rejects=[reject(4), reject(9)]).first == ("bad number", 4, 3, '"T"["A"]')


def test_a_file_that_failed_does_not_count_as_loaded(history: LoadHistory) -> None:
    history.record([file(), file("b.csv", loaded=0, rejects=[reject()]), file("c.csv", rejects=[reject()])], "q", NOON)
    assert history.loaded() == {"a.csv": (10, "1"), "c.csv": (10, "1")}


def test_the_newest_load_of_a_file_counts(history: LoadHistory) -> None:
    history.record([file(etag="new")], "second", NOON + timedelta(minutes=1))
    history.record([file(etag="old")], "first", NOON)
    assert history.loaded() == {"a.csv": (10, "new")}


def test_a_table_knows_its_own_files_only(connection: Connection, history: LoadHistory) -> None:
    history.record([file()], "q", NOON)
    assert of(connection, Name.of("D", "S", "OTHER")).loaded() == {}
    assert of(connection, Name.of("D", "OTHER", "T")).loaded() == {}
    assert of(connection).loaded() == {"a.csv": (10, "1")}


def test_refused_rows_are_found_by_query_and_the_newest_by_last(history: LoadHistory) -> None:
    history.record([file(rejects=[reject(2), reject(1)])], "one", NOON)
    history.record([file("b.csv", rejects=[reject(7)])], "two", NOON + timedelta(minutes=1))
    assert [(row[1], row[9]) for row in history.rejected("one")] == [("a.csv", 1), ("a.csv", 2)]
    assert [row[1] for row in history.rejected("_last")] == ["b.csv"]
    assert [row[1] for row in history.rejected("_LAST")] == ["b.csv"]
    assert history.rejected("three") == []
    assert history.rejected("two")[0] == (
        "bad number", "b.csv", 7, 3, 7, "conversion", 100038, "22018", '"T"["A"]', 7, 7, "x,y",
    )  # fmt: skip


def test_copies_are_listed_oldest_first(history: LoadHistory) -> None:
    history.record([file("late.csv")], "q2", NOON + timedelta(minutes=1))
    history.record([file("early.csv", rejects=[reject()])], "q1", NOON)
    told = ("file_name", "row_count", "row_parsed", "error_count", "status")
    assert [tuple(copy[key] for key in told) for copy in history.copies()] == [
        ("early.csv", 2, 3, 1, "PARTIALLY_LOADED"), ("late.csv", 2, 2, 0, "LOADED"),
    ]  # fmt: skip


def test_nothing_is_known_of_a_table_that_was_never_loaded(connection: Connection) -> None:
    unprepared = LoadHistory(connection, TABLE)  # type: ignore[arg-type]
    assert unprepared.copies() == unprepared.rejected("_last") == []
    assert of(connection).copies() == of(connection).rejected("_last") == []


def test_a_new_table_of_the_same_name_starts_without_a_history(connection: Connection, history: LoadHistory) -> None:
    history.record([file(rejects=[reject()])], "q", NOON)
    connection.sql("delete from D._fs_information_schema._fs_load_history")  # as fakesnow does for CREATE TABLE
    assert history.copies() == history.rejected("q") == []
    assert of(connection).loaded() == {}


def test_forgetting_leaves_other_tables_alone(connection: Connection, history: LoadHistory) -> None:
    other = of(connection, Name.of("D", "S", "OTHER"))
    for each in (history, other):
        each.record([file(rejects=[reject()])], "q", NOON)
    history.forget()
    assert history.loaded() == {}
    assert history.rejected("q") == []
    assert other.loaded() == {"a.csv": (10, "1")}
    assert len(other.rejected("q")) == 1
