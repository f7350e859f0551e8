"""MERGE: what its clauses do, in the order that Snowflake reports."""

from __future__ import annotations

import pytest
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.queries.merge import actions, result_columns

MATCHED = "when matched then update set t.a = s.a"
DELETED = "when matched and s.gone then delete"
NEW = "when not matched then insert (a) values (s.a)"


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([MATCHED], ["UPDATE"]),
        ([NEW], ["INSERT"]),
        ([DELETED], ["DELETE"]),
        ([DELETED, MATCHED, NEW], ["INSERT", "UPDATE", "DELETE"]),
        ([MATCHED, NEW], ["INSERT", "UPDATE"]),
        ([NEW, DELETED], ["INSERT", "DELETE"]),
        ([DELETED, "when matched then delete"], ["DELETE"]),
    ],
)
def test_the_actions_of_a_merge(clauses: list[str], expected: list[str]) -> None:
    statement = parse_one(f"merge into t using s on t.a = s.a {' '.join(clauses)}")
    assert isinstance(statement, exp.Merge)
    assert actions(statement) == expected
    names = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}
    assert result_columns(statement) == [(f"number of rows {names[action]}", "fixed") for action in expected]


@pytest.mark.parametrize(
    "clause",
    [
        "when not matched by source then delete",
        "when not matched by source then update set t.a = 1",
        "when matched then do nothing",
        "when not matched then insert *",
        "when matched then update set *",
    ],
)
def test_a_clause_that_only_duckdb_knows_is_refused(clause: str) -> None:
    statement = parse_one(f"merge into t using s on t.a = s.a {clause}")
    assert isinstance(statement, exp.Merge)
    with pytest.raises(ProgrammingError, match="unexpected 'WHEN"):
        actions(statement)
