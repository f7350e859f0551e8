"""Notes at each expression of a statement which Snowflake type it has, as far as columns and literals tell.

sqlglot's typing table of Snowflake does most of it; numbers have a precision and a scale here, and names without their
table are looked up in what the query reads. An expression whose type is unknown has none noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from sqlglot import Expr, exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from local_account.translation import numbers

if TYPE_CHECKING:
    from sqlglot.typing import ExprMetadataType

Columns = Mapping[str, exp.DataType]
# The columns of a table by its node, whose name is complete; nothing where they are unknown.
TableColumns = Callable[[exp.Table], Columns]
_CHANGES = (exp.Update, exp.Delete, exp.Merge)


def annotate(statement: Expr, columns_of: TableColumns) -> None:
    """Note the types of a statement's expressions, in `type` of each node.

    Args:
        statement: one of Snowflake, its tables with full names, its names in upper case unless quoted.
        columns_of: gives the types of a table's columns.
    """
    annotator = TypeAnnotator(MappingSchema(dialect="snowflake"), expression_metadata=_metadata())
    outputs: dict[int, Columns] = {}
    for scope in traverse_scope(statement):
        sources = {name: _columns(source, outputs, columns_of) for name, source in scope.sources.items()}
        for column in scope.columns:
            _note(annotator, column, _found(column, sources) or _outer(column, scope, outputs, columns_of))
        annotator.annotate_scope(scope)
        outputs[id(scope.expression)] = _outputs(scope, sources, outputs)
    if isinstance(statement, _CHANGES):
        sources = dict(_changed(statement, columns_of))
        for column in statement.find_all(exp.Column):
            if not column.type or column.is_type(exp.DType.UNKNOWN):
                _note(annotator, column, _found(column, sources))
    annotator.annotate(statement, annotate_scope=False)


def forget(statement: Expr) -> None:
    """Take the notes off, as nothing behind the rules expects them."""
    for node in statement.walk():
        node._type = None  # noqa: SLF001 - `type` cannot be deleted


@cache
def _metadata() -> ExprMetadataType:
    return {**Snowflake.EXPRESSION_METADATA, **{kind: {"annotator": made} for kind, made in numbers.ANNOTATORS.items()}}


def _note(annotator: TypeAnnotator, column: exp.Column, found: exp.DataType | None) -> None:
    if found is not None:
        annotator._set_type(column, found)  # noqa: SLF001 - what it has noted so, it leaves as it is


def _found(column: exp.Column, sources: Mapping[str, Columns]) -> exp.DataType | None:
    """Return the type of a column among what a query reads; None where several sources have one of its name."""
    name, table = column.name, column.table
    if table:
        return sources.get(table, {}).get(name)
    found = [columns[name] for columns in sources.values() if name in columns]
    return found[0] if len(found) == 1 or (found and all(each == found[0] for each in found)) else None


def _outer(
    column: exp.Column, scope: Scope, outputs: dict[int, Columns], columns_of: TableColumns
) -> exp.DataType | None:
    """Return the type of a column of a query around a subquery."""
    parent = scope.parent
    while parent is not None:
        sources = {name: _columns(source, outputs, columns_of) for name, source in parent.sources.items()}
        if found := _found(column, sources):
            return found
        parent = parent.parent
    return None


def _columns(source: exp.Table | Scope, outputs: dict[int, Columns], columns_of: TableColumns) -> Columns:
    """Return the columns of what a FROM clause names."""
    if isinstance(source, exp.Table):
        return {} if source.args.get("pivots") else columns_of(source)
    return outputs.get(id(source.expression), {})


def _outputs(scope: Scope, sources: Mapping[str, Columns], outputs: dict[int, Columns]) -> Columns:
    """Return the columns that a query gives, under the names that its alias gives them."""
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        left, right = (outputs.get(id(branch.unnest()), {}) for branch in (query.this, query.expression))
        pairs = zip(left.items(), right.values(), strict=False)
        found = {name: kind for (name, kind), other in pairs if kind == other}
    elif isinstance(query, exp.Select):
        found = dict(_selected(query, sources))
    else:
        return {}
    alias = query.parent.args.get("alias") if isinstance(query.parent, exp.Subquery | exp.CTE) else None
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if names and len(names) == len(query.selects) and not any(s.is_star for s in query.selects):
        position = {s.alias_or_name: name for s, name in zip(query.selects, names, strict=True)}
        return {position[name]: kind for name, kind in found.items() if name in position}
    return {} if names else found


def _selected(query: exp.Select, sources: Mapping[str, Columns]) -> Iterator[tuple[str, exp.DataType]]:
    for projection in query.expressions:
        if projection.is_star:
            read = [projection.table] if isinstance(projection, exp.Column) and projection.table else list(sources)
            left_out = {e.name for e in projection.find_all(exp.Identifier)}
            for name in read:
                yield from ((c, kind) for c, kind in sources.get(name, {}).items() if c not in left_out)
        elif projection.type and not projection.is_type(exp.DType.UNKNOWN):
            yield projection.alias_or_name, projection.type


def _changed(statement: Expr, columns_of: TableColumns) -> Iterator[tuple[str, Columns]]:
    """Yield the tables that a change names itself, not in a subquery."""
    read: list[Expr] = [statement.this]
    for key in ("using", "from_"):
        found = statement.args.get(key)
        read += found if isinstance(found, list) else [found] if found else []
    for part in read:
        for table in [part] if isinstance(part, exp.Table) else part.find_all(exp.Table):
            if table.find_ancestor(exp.Subquery, exp.Select) is None:
                yield table.alias_or_name, columns_of(table)
