"""The clauses of SEMANTIC_VIEW(...): aliases without AS are told from all else, and no clause gets lost."""

from __future__ import annotations

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.queries.semantic_clauses import written_out


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        ("semantic_view(v dimensions t.d x metrics m y)", "semantic_view(v dimensions t.d AS x metrics m AS y)"),
        ('semantic_view(v facts t.d x, f "Y")', 'semantic_view(v facts t.d AS x, f AS "Y")'),
        ("SEMANTIC_VIEW (v metrics sum(t.f) s where a)", "SEMANTIC_VIEW (v metrics sum(t.f) AS s where a)"),
        ("semantic_view(v dimensions d::date day, case when a then b end c)",
         "semantic_view(v dimensions d::date AS day, case when a then b end AS c)"),
        ("semantic_view(v metrics n where d in (select x y from semantic_view(w metrics m k)))",
         "semantic_view(v metrics n where d in (select x y from semantic_view(w metrics m AS k)))"),
    ],
)  # fmt: skip
def test_as_is_put_before_an_alias(sql: str, written: str) -> None:
    assert written_out(f"select * from {sql}") == f"select * from {written}"


@pytest.mark.parametrize(
    "clauses",
    [
        "metrics m", "dimensions t.d as x metrics m as y", "metrics t.m, n dimensions t.*",
        "dimensions not d, d is null", "dimensions d in (1, 2), case when a then b else c end",
        "facts f + 1, 'a' || g", "metrics m where t.d = x or y", "metrics m where d is true",
        "dimensions coalesce(a, b) metrics count(distinct f)", "dimensions date_part('year', d)",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_an_alias(clauses: str) -> None:
    sql = f"select a b, c from semantic_view(v {clauses}) s, other o where x = y"
    assert written_out(sql) == sql


@pytest.mark.parametrize(
    "clauses",
    [
        "metrics m metrics n", "dimensions d metrics m dimensions e", "metrics m where", "metrics dimensions d",
        "dimensions d metrics", "where a metrics m", "metrics m where a where b",
    ],
)  # fmt: skip
def test_no_clause_is_lost(clauses: str) -> None:
    with pytest.raises(ProgrammingError, match="unexpected"):
        written_out(f"select * from semantic_view(v {clauses})")


def test_the_words_of_clauses_may_be_names() -> None:
    sql = "select metrics, where_ from semantic_view(v metrics t.metrics as facts, t.dimensions where t.where)"
    assert written_out(sql) == sql
