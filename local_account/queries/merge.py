"""MERGE by DuckDB's own MERGE INTO, which gives Snowflake's semantics and one scan of the source.

fakesnow 0.12 splits MERGE into several statements over a temporary table and trips over columns that source and target
share; this can go once it uses MERGE INTO.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from sqlglot import exp

from local_account.errors import syntax_error
from local_account.results import Result, table_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.session.session import Session

_WORDS = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}


def actions(expression: exp.Merge) -> list[str]:
    """Return what the WHEN clauses do, of INSERT, UPDATE and DELETE, in the order that Snowflake reports them."""
    found = set()
    for when in expression.args["whens"].expressions:
        then = when.args["then"]
        if not _is_clause(when, then):
            raise syntax_error(f"syntax error: unexpected '{when.sql(dialect='snowflake')}' in MERGE.")
        found.add("INSERT" if isinstance(then, exp.Insert) else "UPDATE" if isinstance(then, exp.Update) else "DELETE")
    return [action for action in _WORDS if action in found]


def _is_clause(when: exp.When, then: exp.Expr) -> bool:
    """Tell whether a clause is one of Snowflake's: DuckDB has more, which rewrite rows that the source lacks."""
    if when.args.get("source"):  # NOT MATCHED BY SOURCE
        return False
    if isinstance(then, exp.Insert | exp.Update):
        return not isinstance(then.this, exp.Star) and not any(isinstance(e, exp.Star) for e in then.expressions)
    return then.sql().upper() == "DELETE"


def result_columns(expression: exp.Merge) -> list[tuple[str, str]]:
    """Return the columns of MERGE's result."""
    return [(f"number of rows {_WORDS[action]}", "fixed") for action in actions(expression)]


def run(session: Session, expression: exp.Merge, params: Sequence[Any] | None) -> Result:
    """Execute a MERGE whose tables have their full names.

    Returns: one row with the numbers of rows inserted, updated and deleted, as far as the clauses can do so.
    Raises: ProgrammingError (100090) where several source rows match one target row, which is not only deleted.
    """
    done, columns = actions(expression), result_columns(expression)
    if done == ["DELETE"] and len(expression.args["whens"].expressions) == 1:
        answer = session.connection.run_translated(_deletion(expression), params, session.tag)
        return _counted(columns, [answer.column(0)[0].as_py()])
    for when in expression.args["whens"].expressions:
        _unqualify(when.args["then"])
    # With one kind of action DuckDB's own count is enough, and no row needs to be returned.
    returning = " RETURNING merge_action" if len(done) > 1 else ""
    answer = session.connection.run_translated(expression, params, session.tag, suffix=returning)
    if returning:
        found = {c["values"]: c["counts"] for c in answer.column(0).value_counts().to_pylist()}
        counts = [int(found.get(action, 0)) for action in done]
    else:
        counts = [answer.column(0)[0].as_py()]
    return _counted(columns, counts)


def _counted(columns: list[tuple[str, str]], counts: list[int]) -> Result:
    result = table_result(columns, [counts], statement_type.MERGE)
    result.affected = sum(counts)
    return result


def _deletion(expression: exp.Merge) -> exp.Delete:
    """Write a MERGE that only deletes as a DELETE, which lets several source rows match one target row."""
    (when,) = expression.args["whens"].expressions
    condition = when.args.get("condition")
    where = exp.and_(expression.args["on"], *([condition] if condition is not None else []), copy=False)
    return exp.Delete(this=expression.this, using=[expression.args["using"]], where=exp.Where(this=where))


def _unqualify(then: exp.Expr) -> None:
    """Take the target's alias off the columns that are written."""
    if isinstance(then, exp.Update):
        written = [e.this for e in then.expressions]
    elif isinstance(then, exp.Insert) and isinstance(then.this, exp.Tuple):
        written = then.this.expressions
    else:
        return
    for column in written:
        if isinstance(column, exp.Column):
            column.set("table", None)
