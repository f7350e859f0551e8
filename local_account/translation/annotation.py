"""Notes at each expression of a statement which Snowflake type it has, as far as columns and literals tell.

sqlglot's typing table of Snowflake does most of it; numbers have a precision and a scale here, and names without their
table are looked up in what the query reads. An expression whose type is unknown has none noted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from local_account.errors import invalid_identifier
from local_account.translation import annotators, variants
from local_account.translation.annotators import common

if TYPE_CHECKING:
    from sqlglot.typing import ExprMetadataType

Columns = Mapping[str, exp.DataType]
# The columns of a table by its node, whose name is complete; nothing where they are unknown.
TableColumns = Callable[[exp.Table], Columns]
_CHANGES = (exp.Update, exp.Delete, exp.Merge)


@dataclass(frozen=True)
class Outputs:
    """The columns that a query gives.

    Attributes:
        columns: their names and types, None where a type is unknown.
        complete: whether these are all of them, in their order: an asterisk may stand for what is unknown.
    """

    columns: tuple[tuple[str, exp.DataType | None], ...] = ()
    complete: bool = False

    @property
    def known(self) -> Columns:
        """The types that are known, by name."""
        return {name: kind for name, kind in self.columns if kind is not None}

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The names that several columns have, as far as that is known."""
        names = Counter(name for name, _ in self.columns if self.complete)
        return frozenset(name for name, count in names.items() if name and count > 1)

    @property
    def types(self) -> list[exp.DataType | None] | None:
        """The types in their order, or None where columns are missing."""
        return [kind for _, kind in self.columns] if self.complete else None

    def require_distinct(self) -> None:
        """Refuse two columns of one name. Raises: ProgrammingError (2025)."""
        for name, _ in self.columns:
            if name in self.repeated:
                raise ProgrammingError(
                    msg=f"SQL compilation error:\nduplicate column name '{name}'", errno=2025, sqlstate="42S21"
                )


_OF_FLATTEN = Outputs(
    tuple(
        (name, exp.DataType.build(kind, dialect="snowflake"))
        for name, kind in (("SEQ", "BIGINT"), ("KEY", "VARCHAR"), ("PATH", "VARCHAR"), ("INDEX", "BIGINT"),
                           ("VALUE", "VARIANT"), ("THIS", "VARIANT"))
    ),
    complete=True,
)  # fmt: skip


Sources = Mapping[str, Outputs]


def annotate(statement: Expr, columns_of: TableColumns) -> Outputs:
    """Note the types of a statement's expressions, in `type` of each node.

    Args:
        statement: one of Snowflake, its tables with full names, its names in upper case unless quoted.
        columns_of: gives the types of a table's columns.

    Returns: the columns of the query that the statement is, or that it writes.
    """
    annotator = TypeAnnotator(MappingSchema(dialect="snowflake"), expression_metadata=_metadata())
    outputs: dict[int, Outputs] = {}
    for scope in traverse_scope(statement):
        sources = _sources(scope, outputs, columns_of)
        unknown = []
        for column in (*scope.columns, *_behind(scope.expression)):
            _require_one(column, sources)
            if found := _found(column, sources) or _outer(column, scope, outputs, columns_of):
                _note(annotator, column, found)
            else:
                _require_table(column, sources)
                _require_as_written(column, scope, sources)
                unknown.append(column)
        if unknown:
            _note_aliases(annotator, scope.expression, unknown)
        annotator.annotate_scope(scope)
        if isinstance(scope.expression, exp.Values):
            outputs[id(scope.expression)] = _listed(scope.expression, annotator)
            continue
        outputs[id(scope.expression)] = _outputs(scope, sources, outputs)
    if isinstance(statement, _CHANGES):
        sources = {
            name: Outputs(tuple(found.items()), complete=bool(found)) for name, found in _changed(statement, columns_of)
        }
        for column in statement.find_all(exp.Column):
            if not column.type or column.is_type(exp.DType.UNKNOWN):
                _note(annotator, column, _found(column, sources))
                _require_table(column, sources)
                if column.find_ancestor(exp.Select) is None:
                    _refuse_other_case(column, sources)
    annotator.annotate(statement, annotate_scope=False)
    query = statement if isinstance(statement, exp.Query) else statement.args.get("expression")
    return outputs.get(id(query.unnest()), Outputs()) if isinstance(query, exp.Query) else Outputs()


def forget(statement: Expr) -> None:
    """Take the notes off, as nothing behind the rules expects them."""
    for node in statement.walk():
        node._type = None  # noqa: SLF001 - `type` cannot be deleted


@cache
def _metadata() -> ExprMetadataType:
    return {
        **Snowflake.EXPRESSION_METADATA,
        **{kind: {"annotator": made} for kind, made in annotators.ANNOTATORS.items()},
        **{kind: {"returns": given} for kind, given in variants.RETURNED.items()},
    }


def _note(annotator: TypeAnnotator, column: exp.Column, found: exp.DataType | None) -> None:
    if found is not None:
        annotator._set_type(column, found)  # noqa: SLF001 - what it has noted so, it leaves as it is


def _behind(query: Expr) -> Iterator[exp.Column]:
    """Yield the names in HAVING, QUALIFY and ORDER BY: sqlglot leaves out those that columns of the result have."""
    for key in ("having", "qualify", "order"):
        if (clause := query.args.get(key)) is not None:
            yield from (column for column in clause.find_all(exp.Column) if column.type is None)


def _note_aliases(annotator: TypeAnnotator, query: Expr, columns: list[exp.Column]) -> None:
    """Note the types of names that stand for other columns of the same SELECT, from left to right."""
    aliases = {p.alias: p for p in query.expressions if isinstance(p, exp.Alias)}
    named = [column for column in columns if not column.table and column.name in aliases]
    if not named:
        return
    for alias, projection in aliases.items():
        annotator.annotate(projection.this, annotate_scope=False)
        for column in named:
            if column.name == alias:
                _note(annotator, column, _known(projection.this.type))


def _found(column: exp.Column, sources: Sources) -> exp.DataType | None:
    """Return the type of a column among what a query reads; None where several sources have one of its name."""
    name, table = column.name, column.table
    if table:
        return sources[table].known.get(name) if table in sources else None
    found = [kind for source in sources.values() if (kind := source.known.get(name)) is not None]
    return found[0] if len(found) == 1 or (found and all(each == found[0] for each in found)) else None


def _require_one(column: exp.Column, sources: Sources) -> None:
    """Refuse the name of several columns of one subquery. Raises: ProgrammingError (2028)."""
    read = [sources[column.table]] if column.table in sources else [] if column.table else sources.values()
    if any(column.name in source.repeated for source in read):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nambiguous column name '{column.name}'", errno=2028, sqlstate="42601"
        )


def _require_table(column: exp.Column, sources: Sources) -> None:
    """Refuse a column before the name in place of a table: DuckDB takes it for an element of a VARIANT.

    Raises: ProgrammingError (904).
    """
    before = column.table
    if before and before not in sources and any(before in source.known for source in sources.values()):
        raise invalid_identifier(f"{before}.{column.name}")


def _require_as_written(column: exp.Column, scope: Scope, sources: Sources) -> None:
    """Refuse a name that only differs in the case of its letters, an unquoted one being in upper case.

    Raises: ProgrammingError (904).
    """
    around = scope.expression
    if scope.parent is None:
        aliases = [each for each in around.expressions if isinstance(each, exp.Alias)]
        _refuse_other_case(column, sources, {each.alias for each in aliases if each.this.name != column.name})


def _refuse_other_case(column: exp.Column, sources: Sources, others: Collection[str] = ()) -> None:
    """Refuse a name that DuckDB would take for another, whose letters have another case; others: names beside them."""
    name, read = column.name, [sources[column.table]] if column.table in sources else list(sources.values())
    if not all(source.complete for source in read):
        return
    there = {each for source in read for each, _ in source.columns} | set(others)
    if name not in there and name.upper() in {each.upper() for each in there}:
        said = f'"{name}"' if column.this.args.get("quoted") else name
        raise invalid_identifier(said)


def _outer(
    column: exp.Column, scope: Scope, outputs: dict[int, Outputs], columns_of: TableColumns
) -> exp.DataType | None:
    """Return the type of a column of a query around a subquery."""
    parent = scope.parent
    while parent is not None:
        if found := _found(column, _sources(parent, outputs, columns_of)):
            return found
        parent = parent.parent
    return None


def _sources(scope: Scope, outputs: dict[int, Outputs], columns_of: TableColumns) -> Sources:
    """Return the columns of what a FROM clause names; of nothing where two parts of it have one name, or none."""
    found: dict[str, Outputs] = {}
    try:
        selected = scope.selected_sources
    except OptimizeError:
        return found
    for name, (_, source) in selected.items():
        if isinstance(source, Scope):
            found[name] = outputs.get(id(source.expression), Outputs())
        elif source.args.get("pivots"):
            found[name] = Outputs()
        else:
            columns = columns_of(source)
            found[name] = Outputs(tuple(columns.items()), complete=bool(columns))
    return found


def _outputs(scope: Scope, sources: Sources, outputs: dict[int, Outputs]) -> Outputs:
    """Return the columns that a query gives, under the names that its alias gives them."""
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        found = _united(*(outputs.get(id(branch.unnest()), Outputs()) for branch in (query.this, query.expression)))
    elif isinstance(query, exp.Select):
        found = _selected(query, sources)
    elif isinstance(query, exp.Lateral | exp.TableFromRows) and isinstance(query.this, exp.Explode):
        return _OF_FLATTEN
    else:
        return Outputs()
    alias = query.parent.args.get("alias") if isinstance(query.parent, exp.Subquery | exp.CTE) else None
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if not names:
        return found
    if not found.complete or len(names) != len(found.columns):
        return Outputs()
    return Outputs(tuple(zip(names, (kind for _, kind in found.columns), strict=True)), complete=True)


def _listed(rows: exp.Values, annotator: TypeAnnotator) -> Outputs:
    """Return the columns of VALUES in a FROM clause, each of the type that its values make together."""
    values = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in rows.expressions]
    for value in (value for row in values for value in row):
        annotator.annotate(value, annotate_scope=False)
    kinds = [
        annotators.together([value for value in column if not isinstance(value, exp.Null)])
        for column in zip(*values, strict=False)
    ]
    alias = rows.args.get("alias")
    named = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    names = named or [f"COLUMN{n}" for n in range(1, len(kinds) + 1)]
    known = [_known(kind if isinstance(kind, exp.DataType) else None) for kind in kinds]
    return Outputs(tuple(zip(names, known, strict=False)), complete=len(names) == len(known))


def _united(left: Outputs, right: Outputs) -> Outputs:
    """Return the columns of a set operation, which takes its names from the left."""
    pairs = zip(left.columns, right.columns, strict=False)
    columns = tuple((name, common([kind, other])) for (name, kind), (_, other) in pairs)
    return Outputs(columns, left.complete and right.complete and len(left.columns) == len(right.columns))


def _selected(query: exp.Select, sources: Sources) -> Outputs:
    columns: list[tuple[str, exp.DataType | None]] = []
    complete = True
    for projection in query.expressions:
        star = projection.this if isinstance(projection, exp.Column) else projection
        if isinstance(star, exp.Star):
            read = [projection.table] if star is not projection else list(sources)
            left_out = {name.name for name in star.args.get("except_") or ()}
            complete &= _tells_all(query, star, read, sources)
            for name in read:
                columns += [each for each in sources.get(name, Outputs()).columns if each[0] not in left_out]
        else:
            columns.append((projection.alias_or_name, projection.type))
    return Outputs(tuple((name, _known(kind)) for name, kind in columns), complete)


def _tells_all(query: exp.Select, star: exp.Star, read: list[str], sources: Sources) -> bool:
    """Tell whether an asterisk stands for all columns of its sources, one behind the other."""
    if any(star.args.get(key) for key in ("ilike", "rename", "replace")):
        return False
    joins = query.args.get("joins") or ()
    others = query.args.get("laterals") or any(join.args.get("using") or join.method for join in joins)
    if len(read) != 1 and (others or len(read) != len(joins) + 1):
        return False
    return bool(read) and all(name in sources and sources[name].complete for name in read)


def _known(kind: exp.DataType | None) -> exp.DataType | None:
    return None if kind is None or kind.this in (exp.DType.UNKNOWN, exp.DType.NULL) else kind


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
