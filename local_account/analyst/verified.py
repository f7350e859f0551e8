"""Verified queries: a question that is one of them, up to its wording, is answered by their SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from local_account.analyst.english import PHRASES, K
from local_account.analyst.words import tokens
from local_account.semantic.model import Kind

if TYPE_CHECKING:
    from local_account.analyst.elements import Element, Shape
    from local_account.semantic.model import VerifiedQuery

_KEPT_KINDS = {K.NOT, K.OR, K.BUT, K.TOP, K.COMPARE, K.HOW_MANY, K.AGGREGATE, K.SHARE, K.BY}


@lru_cache(maxsize=2_000)
def _gist(question: str) -> tuple[str, ...]:
    """Return the words of a question that carry meaning, in their order."""
    return tuple(
        t.stem for t in tokens(question) if (t.stem.isalnum() and not _is_empty(t.stem)) or t.stem in {"%", "$"}
    )


def _is_empty(word: str) -> bool:
    kinds = {kind for kind, _ in PHRASES.get((word,), ())}
    return bool(kinds & {K.FILL, K.LIST, K.WHICH, K.IS, K.SOFT, K.WHO, K.HAVE}) and not kinds & _KEPT_KINDS


def verified_for(question: str, queries: tuple[VerifiedQuery, ...]) -> VerifiedQuery | None:
    """Return the verified query whose question this is, up to words that carry no meaning.

    Args:
        question: what was asked.
        queries: those of the model.
    """
    gist = _gist(question)
    return next((query for query in queries if gist and _gist(query.question) == gist), None)


def verified_sql(query: VerifiedQuery, shape: Shape, view: str) -> str | None:
    """Return the SQL of a verified query on the view: each logical table is one part of it.

    Args:
        query: the verified query.
        shape: the model.
        view: the full name of the semantic view.

    Returns:
        The statement, or nothing where it names something that the model does not have.
    """
    try:
        tree = sqlglot.parse_one(query.sql, dialect="snowflake")
    except sqlglot.errors.SqlglotError:
        return None
    named = {table.name.upper() for table in tree.find_all(exp.Table)}
    own = {cte.alias.upper() for cte in tree.find_all(exp.CTE)}
    parts = []
    for name in shape.tables:
        if name.upper() in named and name.upper() not in own:
            elements = _used(tree, name, shape)
            parts.append(
                f"{name.lower()} AS (\n  SELECT * FROM SEMANTIC_VIEW(\n    {view}\n{_clauses(elements)}\n  )\n)"
            )
    if not parts or named - own - {name.upper() for name in shape.tables}:
        return None
    text = query.sql.strip().rstrip(";")
    if isinstance(tree, exp.Query) and tree.args.get("with_"):
        return "WITH " + ",\n".join(parts) + ",\n" + text.split(None, 1)[1]
    return "WITH " + ",\n".join(parts) + "\n" + text


def _used(tree: exp.Expr, table: str, shape: Shape) -> list[Element]:
    """Return the elements of a table that a statement can mean by its columns, its key first."""
    names = {column.name.upper() for column in tree.find_all(exp.Column) if column.table.upper() in {"", table.upper()}}
    kinds = {Kind.DIMENSION, Kind.TIME_DIMENSION, Kind.FACT}
    used = [e for e in shape.elements if e.table == table and e.kind in kinds and e.name.upper() in names]
    return list(dict.fromkeys([*shape.key(table), *used]))


def _clauses(elements: list[Element]) -> str:
    facts = [e.ref for e in elements if e.kind is Kind.FACT]
    lines = ["    DIMENSIONS " + ", ".join(e.ref for e in elements if e.kind is not Kind.FACT)]
    return "\n".join([*lines, *(["    FACTS " + ", ".join(facts)] if facts else [])])
