"""What Snowflake checks of values that are written: that texts fit their columns, and that types can meet at all.

https://docs.snowflake.com/en/sql-reference/data-types-text says that a text that is too long fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.errors import invalid_identifier
from local_account.translation import readings
from local_account.translation.numbers import TEXTS, is_text, size_of
from local_account.translation.texts import fitting
from local_account.types import DEFAULT_TEXT, DataType, Family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local_account.translation.annotation import Columns, TableColumns

    Limit = int | exp.DataType

# Noted at the type of a column of exact numbers, whether DuckDB keeps it in one that takes longer numbers.
UNCHECKED = "unchecked"
_NULL = "NULL result in a non-nullable column"
# Texts are read for columns of these types.
_READ = (exp.DType.DATE, exp.DType.TIME, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ,
         exp.DType.BOOLEAN)  # fmt: skip
# Values of which families no column of a family takes.
_NEVER = {
    Family.EXACT: (Family.BOOLEAN, Family.DATE, Family.TIME, Family.TIMESTAMP, Family.BINARY),
    Family.APPROXIMATE: (Family.BOOLEAN, Family.DATE, Family.TIME, Family.TIMESTAMP, Family.BINARY),
    Family.DATE: (Family.EXACT, Family.APPROXIMATE, Family.BOOLEAN, Family.TIME, Family.BINARY),
    Family.TIME: (Family.EXACT, Family.APPROXIMATE, Family.BOOLEAN, Family.DATE, Family.BINARY),
    Family.SEMI_STRUCTURED: (Family.TEXT,),
}


def check(statement: Expr, columns_of: TableColumns) -> None:
    """Let an INSERT, UPDATE or MERGE fail where a text, or a number, is longer than its column.

    Args:
        statement: annotated with types; it is changed in place.
        columns_of: gives the types of a table's columns.

    Raises: ProgrammingError (2023) for what gives a column values of a type that it never takes.
    """
    table = target(statement)
    if table is None:
        return
    _require_plain(statement)
    for assignment in _assignments(statement):
        _unqualify(assignment.this, table)
    columns = columns_of(table)
    limits = {name: limit for name, kind in columns.items() if (limit := _limit(kind)) is not None}
    for node, names in _inserts(statement, columns):
        _require_as_written(names, columns)
        for row in _rows(node.args.get("expression")):
            for name, value in zip(names, row, strict=False):
                _require_kind(name, columns.get(name), value)
        if limits.keys() & set(names):
            _fit_inserted(node, names, limits, table.name)
    for assignment in _assignments(statement):
        _require_kind(assignment.this.name, columns.get(assignment.this.name), assignment.expression)
        if (limit := limits.get(assignment.this.name)) is not None:
            assignment.set("expression", _fit(assignment.expression, limit, table.name, assignment.this.name))


def fit_declared(statement: Expr, types: Sequence[exp.DataType | None] | None) -> None:
    """Let the values of CREATE TABLE ... (columns) AS SELECT ... become what the columns are declared as, or fail.

    Args:
        statement: annotated with types; it is changed in place.
        types: those that its query gives, in order, None where not all columns are known.
    """
    query, columns = statement.args.get("expression"), columns_of_query(statement)
    if not isinstance(query, exp.Query) or not columns or len(columns) != len(types or ()):
        return
    inner = [exp.to_identifier(f"_{n}", quoted=True) for n in range(len(columns))]
    values: list[Expr] = []
    for name, column, kind in zip(inner, columns, types or (), strict=True):
        value = exp.column(name.copy())
        value.type = kind
        fitted = _declared(value, column.args["kind"])
        if column.find(exp.NotNullColumnConstraint):
            failure = exp.Anonymous(this="error", expressions=[exp.Literal.string(_NULL)])
            is_null = exp.Is(this=value.copy(), expression=exp.Null())
            fitted = exp.Case(ifs=[exp.If(this=is_null, true=failure)], default=fitted)
        values.append(exp.alias_(fitted, column.this.copy()))
    if all(isinstance(value.this, exp.Column) for value in values):
        return
    alias = exp.TableAlias(this=exp.to_identifier("_written"), columns=inner)
    statement.set("expression", exp.select(*values).from_(exp.Subquery(this=query, alias=alias)))


def columns_of_query(statement: Expr) -> list[exp.ColumnDef]:
    """Return the columns, with their types, that a CREATE TABLE declares whose rows a query gives."""
    schema = statement.this
    made_of_query = isinstance(statement, exp.Create) and statement.args.get("kind") == "TABLE" and statement.expression
    if not made_of_query or not isinstance(schema, exp.Schema):
        return []
    columns = [column for column in schema.expressions if isinstance(column, exp.ColumnDef) and column.args.get("kind")]
    return columns if len(columns) == len(schema.expressions) else []


def required_of_query(statement: Expr) -> list[str]:
    """Return which of these columns are declared NOT NULL."""
    return [column.name for column in columns_of_query(statement) if column.find(exp.NotNullColumnConstraint)]


def _declared(value: Expr, kind: exp.DataType) -> Expr:
    """Return a value as one of a declared type; a text that is too long is no such value."""
    if is_text(value) and kind.this in TEXTS:
        size = length(kind)
        return value if size is None or _is_short(value, size) else fitting(value, size)
    if value.type is None or value.is_type(exp.DType.UNKNOWN, exp.DType.NULL) or value.type == kind:
        return value
    cast = exp.Cast(this=value, to=kind.copy())
    cast.type = kind.copy()
    return cast


def _unqualify(column: Expr, table: exp.Table) -> None:
    """Take its table's name off a column that is assigned, as DuckDB wants it. Raises: ProgrammingError (904)."""
    if not isinstance(column, exp.Column) or not column.table:
        return
    if column.table != table.alias_or_name:
        raise invalid_identifier(f"{column.table}.{column.name}")
    for part in ("table", "db", "catalog"):
        column.set(part, None)


def _require_as_written(names: list[str], columns: Columns) -> None:
    """Refuse a name of a column that only differs in the case of its letters. Raises: ProgrammingError (904)."""
    there = {name.upper() for name in columns}
    for name in names:
        if name not in columns and name.upper() in there:
            raise invalid_identifier(name)


def _require_plain(statement: Expr) -> None:
    """Refuse INSERT ... VALUES with a function that makes a VARIANT, ARRAY or OBJECT: a SELECT may have it.

    Raises: ProgrammingError (2014).
    """
    values = statement.args.get("expression") if isinstance(statement, exp.Insert) else None
    rows = values.expressions if isinstance(values, exp.Values) else []
    for value in (value for row in rows for value in row.expressions):
        is_constant = isinstance(value, exp.Array) and "value_constructor" in value.args
        if isinstance(value, exp.ParseJSON | exp.Array) and not is_constant:
            written = value.sql(dialect="snowflake")
            called = f"ARRAY_CONSTRUCT({written[1:-1]})" if isinstance(value, exp.Array) else written
            raise ProgrammingError(
                msg=f"SQL compilation error:\nInvalid expression [{called}] in VALUES clause",
                errno=2014,
                sqlstate="22000",
            )


def target(statement: Expr) -> exp.Table | None:
    """Return the table that a statement writes into, or None of one that writes into none."""
    if not isinstance(statement, exp.Insert | exp.Update | exp.Merge):
        return None
    written = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    return written if isinstance(written, exp.Table) else None


def length(kind: exp.DataType) -> int | None:
    """Return how many characters a type of text holds, or None where as many as any."""
    if kind.this not in TEXTS or not kind.expressions:
        return None
    size = int(kind.expressions[0].name)
    return size if size < DEFAULT_TEXT else None


def _limit(kind: exp.DataType) -> Limit | None:
    """Return what has to be checked of a column: the characters of a text, or the type of numbers or moments."""
    return kind if kind.meta.get(UNCHECKED) or kind.is_type(*_READ) else length(kind)


def _inserts(statement: Expr, columns: Columns) -> Iterator[tuple[Expr, list[str]]]:
    """Yield what inserts rows, with the names of the columns that it gives."""
    if isinstance(statement, exp.Insert):
        schema = statement.this
        listed = [part.name for part in schema.expressions] if isinstance(schema, exp.Schema) else list(columns)
        yield statement, listed
    elif isinstance(statement, exp.Merge):
        for when in statement.args["whens"].expressions:
            then = when.args["then"]
            if isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
                listed = [c.name for c in then.this.expressions] if isinstance(then.this, exp.Tuple) else list(columns)
                yield then, listed


def _rows(source: Expr | None) -> Iterator[list[Expr]]:
    """Yield the rows of values, or of projections, that are inserted."""
    match source:
        case exp.Select():
            yield source.expressions
        case exp.Tuple():
            yield source.expressions
        case exp.Values():
            yield from (row.expressions for row in source.expressions if isinstance(row, exp.Tuple))


def _assignments(statement: Expr) -> Iterator[exp.EQ]:
    changes = [statement] if isinstance(statement, exp.Update) else []
    if isinstance(statement, exp.Merge):
        changes = [when.args["then"] for when in statement.args["whens"].expressions]
    for change in changes:
        if isinstance(change, exp.Update):
            yield from (each for each in change.expressions if isinstance(each, exp.EQ))


def _fit_inserted(node: Expr, names: list[str], limits: dict[str, Limit], table: str) -> None:
    source = node.args.get("expression")
    if isinstance(source, exp.Values | exp.Tuple):
        for row in source.expressions if isinstance(source, exp.Values) else [source]:
            if isinstance(row, exp.Tuple):
                row.set("expressions", [
                    _fit(value, limits[name], table, name) if (name := dict(enumerate(names)).get(n, "")) in limits
                    else value
                    for n, value in enumerate(row.expressions)
                ])  # fmt: skip
    elif isinstance(source, exp.Query) and not _fits(source, names, limits):
        inner = [exp.to_identifier(f"_{n}", quoted=True) for n in range(len(names))]
        values = [exp.column(c.copy()) for c in inner]
        for value, projection in zip(values, source.selects, strict=False):
            value.type = projection.type
        values = [
            _fit(value, limits[name], table, name) if name in limits else value
            for value, name in zip(values, names, strict=True)
        ]
        alias = exp.TableAlias(this=exp.to_identifier("_written"), columns=inner)
        with_ = source.args.get("with_")
        node.set("expression", exp.select(*values).from_(exp.Subquery(this=source, alias=alias)))
        if with_ is not None and source.args.get("with_") is not with_:
            source.set("with_", with_)


def _fits(query: Expr, names: list[str], limits: dict[str, Limit]) -> bool:
    """Tell whether the types of a query's columns say that every value fits."""
    if not isinstance(query, exp.Select) or any(p.is_star for p in query.expressions):
        return False
    return all(
        isinstance(p.unalias(), exp.Var) or _is_short(p.unalias(), limits[name])
        for name, p in zip(names, query.expressions, strict=False)
        if name in limits
    )


def _fit(value: Expr, limit: Limit, table: str, column: str) -> Expr:
    if isinstance(value, exp.Var) or _is_short(value, limit):  # DEFAULT is a variable of sqlglot's
        return value
    if isinstance(limit, exp.DataType):
        return exp.Cast(this=value, to=limit.copy())
    return fitting(value, limit, f"DML operation to table {table} failed on column {column} with error: ")


def _is_short(value: Expr, size: Limit) -> bool:
    """Tell whether a value cannot be too long: a constant that is not, or one of a type that is shorter."""
    if isinstance(size, exp.DataType) and size.is_type(*_READ):
        return not is_text(value) or isinstance(value, exp.Null) or readings.is_common(value)
    if isinstance(size, exp.DataType):
        wanted, found = size_of(size), size_of(value.type) if value.type else None
        return wanted is not None and found is not None and found[0] <= wanted[0] and found[1] == wanted[1]
    if isinstance(value, exp.Literal) and value.is_string:
        return len(value.name) <= size
    known = length(value.type) if value.type else None
    return isinstance(value, exp.Null) or (known is not None and known <= size)


def _require_kind(name: str, wanted: exp.DataType | None, projection: Expr) -> None:
    column, value = DataType.of_known(wanted), DataType.of_known(projection.type)
    if column is None or value is None:
        return
    containers = {column.name, value.name} == {"ARRAY", "OBJECT"}
    if containers or value.family in _NEVER.get(column.family, ()):
        raise ProgrammingError(
            msg="SQL compilation error:\nExpression type does not match column data type, "
            f"expecting {column} but got {shown(value, projection)} for column {name}",
            errno=2023,
            sqlstate="22000",
        )


def shown(kind: DataType, value: Expr) -> str:
    """Write the type of a value as Snowflake's messages do: of a constant text its own length."""
    plain = value.unalias()
    return f"VARCHAR({len(plain.name)})" if isinstance(plain, exp.Literal) and plain.is_string else str(kind)
