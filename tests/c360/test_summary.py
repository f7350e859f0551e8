"""What is said of a run: the payload's queries without comments, and their rows under a heading."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from c360 import summary


@pytest.mark.parametrize(
    ("written", "statement"),
    [
        ("-- Purpose.\n  -- Grain.\nselect 1\nfrom t;\n", "select 1\nfrom t"),
        ("select '--' as a -- at the end\n", "select '--' as a -- at the end"),
        ("select 1", "select 1"),
    ],
)
def test_a_statement_comes_without_its_lines_of_comment(
    monkeypatch: pytest.MonkeyPatch, written: str, statement: str
) -> None:
    monkeypatch.setattr(summary, "query", lambda _: written)
    assert summary._statement("any") == statement


class Cursor:
    """It keeps what it is asked, and answers with one row."""

    description = (SimpleNamespace(name="A"), SimpleNamespace(name="B_C"))

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def execute(self, *given: Any) -> None:
        self.asked.append(given)

    def fetchall(self) -> list[tuple[int, int]]:
        return [(1, 2)]

    def fetchone(self) -> tuple[int, str, None]:
        return (7, "x", None)


def test_a_query_s_rows_are_kept_under_its_heading() -> None:
    cursor: Any = Cursor()
    found = summary.ask(cursor, "Heading", "select ?", ["v"])
    assert (found.heading, found.names, found.rows) == ("Heading", ("a", "b_c"), ((1, 2),))
    summary.ask(cursor, "Heading", "select 1")
    assert cursor.asked == [("select ?", ("v",)), ("select 1", None)]


def test_a_checksum_is_its_parts_in_one_text() -> None:
    cursor: Any = Cursor()
    assert summary.checksum(cursor) == "7/x/None"


@pytest.mark.parametrize(
    ("runs", "failed", "fault"),
    [
        ((), (), "Nothing has run yet: 'c360 up --stack dev' brings"),
        ((("r", "SUCCEEDED"),), (), ""),
        ((("r", "SUCCEEDED"), ("before", "FAILED")), (("WARN", "c"),), ""),
        ((("r", "SUCCEEDED"),), (("WARN", "c"), ("FAIL", "d")), "The newest run failed, or a data quality check"),
        ((("r", "RUNNING"), ("before", "SUCCEEDED")), (), "The newest run has not ended yet"),
        ((("r", "FAILED"), ("before", "SUCCEEDED")), (), "The newest run failed, or a data quality check"),
    ],
)
def test_what_is_wrong_with_a_platform_is_one_sentence(
    runs: tuple[tuple[str, ...], ...], failed: tuple[tuple[str, ...], ...], fault: str
) -> None:
    none = summary.Rows("Any", (), ())
    found = summary.Status(replace(none, rows=runs), replace(none, rows=failed), 2, none, none, None)
    said = found.fault("c360 up --stack dev")
    assert said.startswith(fault)
    assert bool(said) == bool(fault)
