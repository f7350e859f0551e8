"""What must hold before a semantic view is made: its names mean something, and every expression can be computed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.errors import does_not_exist, errno_of, invalid_value, message_of, sqlstate_of
from local_account.identifiers import Name, joined
from local_account.queries.rights import require_on_relation
from local_account.semantic.compiler import compile_query
from local_account.semantic.model import Kind
from local_account.semantic.query import Asked, SemanticQuery
from local_account.types import DataType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.results import Result
    from local_account.semantic.model import Expression, LogicalTable, Relationship, SemanticModel
    from local_account.session.session import Session

_CLAUSES = {
    Kind.DIMENSION: "dimensions",
    Kind.TIME_DIMENSION: "dimensions",
    Kind.FACT: "facts",
    Kind.METRIC: "metrics",
}


def checked(session: Session, model: SemanticModel) -> SemanticModel:
    """Check a model against the tables that it names, which the role must be able to read.

    Returns: the model with the type of every expression whose type nobody said.
    Raises: ProgrammingError where a name means nothing, a key is none, or an expression cannot be computed.
    """
    if not (model.metrics or any(e.kind is not Kind.FACT for table in model.tables for e in table.expressions)):
        raise invalid_value(f"Semantic view {model.name} must define at least one dimension or metric.")
    _require_unique("Logical table", (table.name for table in model.tables))
    _require_unique("Relationship", (one.name for one in model.relationships))
    _require_unique("Metric", (one.name for one in model.metrics))
    for table in model.tables:
        _check_table(session, table)
    by_name = {table.name: table for table in model.tables}
    model = replace(model, relationships=tuple(_relationship(one, by_name) for one in model.relationships))
    _require_no_circle(model.relationships)
    return _typed(session, model)


def _require_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise invalid_value(f"{what} '{name}' is declared twice.")
        seen.add(name)


def _check_table(session: Session, table: LogicalTable) -> None:
    base = Name.of(*table.base)
    require_on_relation(session, "SELECT", base)
    _require_unique(f"Expression of {table.name}", (one.name for one in table.expressions))
    columns = set(session.describe(f"select * from {joined(base.parts)}").names)
    for key in (table.primary_key, *table.unique_keys):
        for column in key:
            if column not in columns:
                raise invalid_value(f"The key column '{column}' of logical table {table.name} is no column of {base}.")


def _typed(session: Session, model: SemanticModel) -> SemanticModel:
    """Return the model with the type of each expression, having computed none and understood all."""
    open_tables = tuple(replace(t, expressions=tuple(_asked_for(e) for e in t.expressions)) for t in model.tables)
    derived = tuple(_asked_for(one) for one in model.metrics)
    types = _Types(session, replace(model, tables=open_tables, metrics=derived))
    tables = tuple(
        replace(table, expressions=tuple(_with_type(one, types.of(one)) for one in table.expressions))
        for table in model.tables
    )
    return replace(model, tables=tables, metrics=tuple(_with_type(one, types.of(one)) for one in model.metrics))


def _asked_for(one: Expression) -> Expression:
    """Return an expression as a query may ask for it: public, and a filter as the dimension that it is, true or not."""
    return replace(one, private=False, kind=Kind.DIMENSION if one.kind is Kind.FILTER else one.kind)


def _with_type(one: Expression, found: str) -> Expression:
    if one.kind is Kind.FILTER:
        if found != "BOOLEAN":
            raise invalid_value(f"The filter {one.table}.{one.name} must be a condition, which is true or false.")
        return one
    if one.kind is Kind.DIMENSION and one.data_type is None and found.startswith(("DATE", "TIME")):
        one = replace(one, kind=Kind.TIME_DIMENSION)
    return replace(one, data_type=one.data_type or found)


class _Types:
    """The types of a model's expressions. They are asked for together, as each question is dear."""

    def __init__(self, session: Session, model: SemanticModel) -> None:
        self._session, self._model = session, model
        self._found: dict[tuple[str | None, str], str] = {}
        for table in model.tables:
            for clause in _CLAUSES.values():
                self._ask([e for e in table.expressions if _CLAUSES[e.kind] == clause])
        self._ask(list(model.metrics))

    def of(self, one: Expression) -> str:
        """Return an expression's type, such as NUMBER(12,2)."""
        return self._found[one.table, one.name]

    def _ask(self, expressions: list[Expression]) -> None:
        if not expressions or (expressions[0].table, expressions[0].name) in self._found:
            return
        try:
            described = self._described(expressions)
        except ProgrammingError as error:
            if len(expressions) > 1:
                middle = len(expressions) // 2
                self._ask(expressions[:middle])
                self._ask(expressions[middle:])
                return
            name = ".".join(part for part in (expressions[0].table, expressions[0].name) if part)
            message = f"The expression of {name} is wrong: {message_of(error)}"
            raise ProgrammingError(msg=message, errno=errno_of(error), sqlstate=sqlstate_of(error)) from error
        for one, column in zip(expressions, described.rowtype, strict=True):
            self._found[one.table, one.name] = str(DataType.of_column(column))

    def _described(self, expressions: list[Expression]) -> Result:
        asked = (
            Asked(_CLAUSES[one.kind], exp.Column(this=_quoted(one.name), table=_quoted(one.table)), f"VALUE_{number}")
            for number, one in enumerate(expressions)
        )
        select = compile_query(self._model, SemanticQuery(tuple(asked)))
        return self._session.describe(select.sql(dialect="snowflake"))


def _quoted(name: str | None) -> exp.Identifier | None:
    return None if name is None else exp.to_identifier(name, quoted=True)


def _relationship(one: Relationship, tables: dict[str, LogicalTable]) -> Relationship:
    for name in (one.left, one.right):
        if name not in tables:
            raise does_not_exist("Logical table", name)
    right = tables[one.right]
    columns = one.right_columns or right.primary_key
    keys = [set(key) for key in (right.primary_key, *right.unique_keys) if key]
    if set(columns) not in keys:
        raise invalid_value(
            f"Relationship {one.name} must end at all columns of a primary or unique key of {right.name}."
        )
    if len(columns) != len(one.left_columns):
        raise invalid_value(f"Relationship {one.name} must have as many columns on both sides.")
    return replace(one, right_columns=tuple(columns))


def _require_no_circle(relationships: tuple[Relationship, ...]) -> None:
    leads: dict[str, set[str]] = {}
    for one in relationships:
        leads.setdefault(one.left, set()).add(one.right)
    for start, first in leads.items():
        reached, waiting = set(), list(first)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += leads.get(name, ())
        if start in reached:
            raise invalid_value(f"The relationships of logical table {start} lead back to itself.")
