"""SQL over a semantic model that no view holds, written over the model's base tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from local_account.queries.semantic_views import put_in_place
from local_account.semantic.compiler import compile_query
from local_account.semantic.query import SemanticQuery

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel


def over_base_tables(model: SemanticModel, sql: str) -> str:
    """Put the query that it stands for in place of each SEMANTIC_VIEW(...) of a statement.

    Raises: ProgrammingError for what a semantic view cannot answer.
    """
    statement = parse_one(sql, dialect="snowflake")
    for node in reversed(list(statement.find_all(exp.SemanticView))):
        put_in_place(node, compile_query(model, SemanticQuery.of(node)))
    return statement.sql(dialect="snowflake")
