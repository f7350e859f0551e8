"""Prepares a parsed query for the data plane: session functions, table functions, and full table names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from inspect import Signature, signature
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.errors import invalid_value, not_supported, syntax_error
from local_account.identifiers import Name, identifier, joined, written
from local_account.queries import column_names
from local_account.translation import macros
from local_account.types import MICROSECONDS, DataType, Family

if TYPE_CHECKING:
    from local_account.results import Result
    from local_account.session.session import Session

ScalarFunction = Callable[..., Any]
TableFunction = Callable[..., "Result"]
MethodRewriter = Callable[["Session", exp.ModelAttribute, list[Any] | None], Expr]
_SCALARS: dict[str, ScalarFunction] = {}
_TABLES: dict[str, TableFunction] = {}
_METHODS: dict[str, MethodRewriter] = {}
_CUT = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME)
# Values of a result of these types are JSON texts.
_WRITTEN_AS_JSON = ("variant", "array", "object")
# Table functions of Snowflake that the data plane knows.
_DATA_PLANE_TABLES = ("GENERATOR", "EXPLODE", "POSEXPLODE", "FLATTEN", "SPLIT_TO_TABLE", "STRTOK_SPLIT_TO_TABLE",
                      "UNNEST")  # fmt: skip


def scalar_function(*names: str) -> Callable[[ScalarFunction], ScalarFunction]:
    """Register `function(session, *args) -> value`; its calls are replaced by that value before the query runs.

    Arguments are constants: literals, bound values, or other registered functions.
    """

    def register(function: ScalarFunction) -> ScalarFunction:
        for name in names:
            _SCALARS[name] = function
        return function

    return register


def table_function(*names: str) -> Callable[[TableFunction], TableFunction]:
    """Register `function(session, *args, **named) -> Result` for TABLE(name(...)); named arguments in lower case."""

    def register(function: TableFunction) -> TableFunction:
        for name in names:
            _TABLES[name] = function
        return function

    return register


def method(name: str) -> Callable[[MethodRewriter], MethodRewriter]:
    """Register `function(session, node, params) -> expression` for `model!NAME(...)` within queries."""

    def register(function: MethodRewriter) -> MethodRewriter:
        _METHODS[name] = function
        return function

    return register


def functions() -> list[str]:
    """Return the registered functions, for the README's table and its test."""
    return sorted([*_SCALARS, *_TABLES])


def prepare(session: Session, expression: Expr, params: list[Any] | None, text: str = "") -> Expr:
    """Replace IDENTIFIER(), registered functions and table names by what they stand for in this session.

    Args:
        session: whose statement it is.
        expression: the statement, which is changed in place.
        params: values of its placeholders.
        text: as the client wrote it, which names its columns.

    COUNT_IF is written as the COUNT that it is: of no rows it is 0, where DuckDB's is NULL.
    """
    resolve_identifiers(expression, params)
    for column in list(expression.find_all(exp.Column)):
        _replace_nextval(session, column)
    column_names.name(expression, text)
    for node in list(expression.find_all(exp.ModelAttribute)):
        name = function_name(node.expression)
        if name not in _METHODS:
            raise syntax_error(f"Unknown method {name or node.sql(dialect='snowflake')}.")
        node.replace(_METHODS[name](session, node, params))
    for node in list(expression.find_all(exp.TableFromRows)):
        if isinstance(node.this, exp.Literal) and node.this.is_string:  # TABLE('name')
            table = exp.table_("")
            set_name(table, Name.parse(node.this.name))
            table.set("alias", node.args.get("alias"))
            _ = node.replace(table)
            continue
        _replace_table_function(session, node, params)
    for node in session_calls(expression):
        node.replace(literal(call_scalar(session, node, params)))
    for cast in list(expression.find_all(exp.Cast)):
        _check_cast(cast)
    for count in list(expression.find_all(exp.CountIf)):
        _ = count.replace(exp.Count(this=exp.Case(ifs=[exp.If(this=count.this, true=exp.Literal.number(1))])))
    return expression


def _check_cast(cast: exp.Cast) -> None:
    """Take the sizes off a cast that DuckDB has none for. Raises: ProgrammingError where it would ignore one."""
    wanted = DataType.of_node(cast.to)
    if wanted.family in (Family.TIME, Family.TIMESTAMP) and wanted.scale is not None and cast.to.expressions:
        is_cut = wanted.scale < MICROSECONDS
        if is_cut and (cast.to.this not in _CUT or isinstance(cast, exp.TryCast)):
            raise not_supported(f"A cast to {wanted}, which drops digits of the seconds,")
        cast.to.set("expressions", [])
        if is_cut:
            whole = exp.Literal.number(10 ** (MICROSECONDS - wanted.scale))
            cut = exp.cast(macros.call("cut", cast.copy(), whole), "TIMESTAMP_NTZ", dialect="snowflake")
            _ = cast.replace(cut)
    elif wanted.family is Family.BINARY:
        cast.to.set("expressions", [])


def bound(placeholder: exp.Placeholder, params: list[Any] | None) -> Any:
    """Return the value of a named placeholder. Raises: ProgrammingError (2049) where the client sent too few."""
    index = int(placeholder.name[1:] or 0) - 1 if placeholder.name else -1
    if not params or not 0 <= index < len(params):
        raise invalid_value(f"Bind variable {placeholder.name or '?'} not set.")
    return params[index]


def resolve_identifiers(expression: Expr, params: list[Any] | None) -> None:
    """Replace IDENTIFIER('name') and IDENTIFIER(?) by the name."""
    for table in expression.find_all(exp.Table):
        if isinstance(table.this, exp.DynamicIdentifier):
            given = table.this.this
            set_name(table, Name.parse(str(bound(given, params) if isinstance(given, exp.Placeholder) else given.name)))


def _replace_nextval(session: Session, column: exp.Column) -> None:
    """Replace `sequence.NEXTVAL` by the call that DuckDB knows, which names the sequence in full."""
    if not column.table or not isinstance(column.this, exp.Identifier) or identifier(column.this) != "NEXTVAL":
        return
    parts = [column.args.get(key) for key in ("catalog", "db", "table")]
    name = session.resolve(Name.of(*(part and identifier(part) for part in parts)))
    if session.account.catalog.find("SEQUENCE", name):
        call = exp.Anonymous(this="nextval", expressions=[exp.Literal.string(name.sql)])
        is_named = isinstance(column.parent, exp.Alias) or not isinstance(column.parent, exp.Select)
        column.replace(call if is_named else exp.alias_(call, "NEXTVAL"))


def calls_session(expression: Expr) -> bool:
    """Tell whether a query's result depends on the session that asks."""
    if session_calls(expression):
        return True
    return any(function_name(_called(node)) in _TABLES for node in expression.find_all(exp.TableFromRows))


def _called(node: exp.TableFromRows) -> Expr:
    call = node.this
    while isinstance(call, exp.Dot):
        call = call.expression
    return call


def function_name(node: Expr) -> str:
    """Return a function's name in upper case, whether sqlglot knows it or not."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper()
    return node.sql_name() if isinstance(node, exp.Func) else ""


def call_scalar(session: Session, node: Expr, params: list[Any] | None) -> Any:
    """Evaluate a registered function call. Raises: ProgrammingError (938, 939) for too few and too many arguments."""
    arguments = node.expressions if isinstance(node, exp.Anonymous) else [a for a in node.args.values() if a]
    name = function_name(node)
    taken = _signature(_SCALARS[name])
    try:
        _ = taken.bind(session, *arguments)
    except TypeError:
        words, errno = ("not enough", 938) if len(arguments) + 1 < len(taken.parameters) else ("too many", 939)
        message = f"SQL compilation error:\n{words} arguments for function [{name}]"
        raise ProgrammingError(msg=message, errno=errno, sqlstate="22023") from None
    return _SCALARS[name](session, *(constant(session, a, params) for a in arguments))


@cache
def _signature(function: ScalarFunction) -> Signature:
    return signature(function)


def session_calls(expression: Expr) -> list[Expr]:
    """Return the outermost calls of registered functions; in a copy of the query they come in the same order."""
    found = [node for node in expression.find_all(exp.Func) if function_name(node) in _SCALARS]
    inner = {id(n) for node in found for n in node.find_all(exp.Func) if n is not node}
    return [node for node in found if id(node) not in inner]


def constant(session: Session, node: Expr, params: list[Any] | None) -> Any:  # noqa: C901, PLR0911 - one case a kind of node
    """Return the Python value of a constant expression. Raises: ProgrammingError (1008) where it is none."""
    match node:
        case exp.Kwarg():
            return constant(session, node.expression, params)
        case exp.Placeholder():
            return bound(node, params)
        case exp.Literal():
            if node.is_string:
                return node.this
            return int(node.this) if re.fullmatch(r"\d+", node.this) else float(node.this)
        case exp.RawString():
            return node.this
        case exp.Neg():
            return -constant(session, node.this, params)
        case exp.Boolean():
            return bool(node.this)
        case exp.Null():
            return None
        case exp.Paren() | exp.Cast():
            return constant(session, node.this, params)
        case exp.Func() if function_name(node) in _SCALARS:
            return call_scalar(session, node, params)
    return _evaluated(session, node)


def _evaluated(session: Session, node: Expr) -> Any:
    """Let the data plane compute a constant such as DATEADD('hour', -1, CURRENT_TIMESTAMP())."""
    if next(node.find_all(exp.Column, exp.Table), None):
        raise invalid_value(f"Argument {node.sql(dialect='snowflake')} must be a constant.")
    return session.execute(f"select {node.sql(dialect='snowflake')}").scalar()


def literal(value: Any) -> Expr:
    """Turn a Python value into a typed SQL literal."""
    match value:
        case None:
            return exp.Null()
        case bool():
            return exp.Boolean(this=value)
        case int() | float() | Decimal():
            number = exp.Literal.number(abs(value))
            return exp.Neg(this=number) if value < 0 else number
        case dt.datetime():
            kind = "TIMESTAMPTZ" if value.tzinfo else "TIMESTAMPNTZ"
            return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), kind)
        case dt.date():
            return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
        case _:
            return exp.Literal.string(str(value))


def _replace_table_function(session: Session, node: exp.TableFromRows, params: list[Any] | None) -> None:
    call = _called(node)
    name = function_name(call)
    if name in _DATA_PLANE_TABLES:
        return
    if name not in _TABLES:
        raise syntax_error(f"Unknown table function {name or call.sql(dialect='snowflake')}.")
    arguments, named = [], {}
    for argument in call.expressions if isinstance(call, exp.Anonymous) else call.args.values():
        # a bare name, as in VALIDATE(t, ...), is passed as it is written
        is_name = isinstance(argument, exp.Column)
        value = argument.sql(dialect="snowflake") if is_name else constant(session, argument, params)
        if isinstance(argument, exp.Kwarg):
            named[argument.this.name.lower()] = value
        else:
            arguments.append(value)
    relation = as_relation(session, _TABLES[name](session, *arguments, **named))
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name, quoted=True))
    relation.set("alias", alias)
    node.replace(relation)


def as_relation(session: Session, result: Result) -> Expr:
    """Turn a result into something a FROM clause can name: a view on its Arrow table, with Snowflake's types.

    Rows written out as SQL would take seconds to translate.
    """
    names = _unique(result.names)
    name = session.connection.register_result(result.arrow.rename_columns(names))
    view = exp.table_(exp.to_identifier(name, quoted=True), db="main", catalog="temp")
    if not any(column["type"] in _WRITTEN_AS_JSON for column in result.rowtype):
        return view
    columns = (exp.column(exp.to_identifier(n, quoted=True)) for n in names)
    typed = (
        exp.alias_(exp.ParseJSON(this=c), c.this.copy()) if info["type"] in _WRITTEN_AS_JSON else c
        for c, info in zip(columns, result.rowtype, strict=True)
    )  # fmt: skip
    return exp.Subquery(this=exp.select(*typed).from_(view))


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen[name] = seen.get(name, -1) + 1
        unique.append(f"{name}_{count}" if count else name)
    return unique


def qualify(session: Session, expression: Expr, view: Name | None = None) -> list[tuple[exp.Table, Name]]:
    """Give every table its full name, and temporary tables their place in DuckDB; return those that need a right.

    The names in a view's definition are completed from the view's own database and schema, not the session's
    (https://docs.snowflake.com/en/sql-reference/sql/create-view#general-usage-notes).

    Raises: ProgrammingError where a FROM clause names something that is no table, such as a file or a bare function.
    """
    found: list[tuple[exp.Table, Name]] = []
    for table in list(expression.find_all(exp.Table)):
        if isinstance(table.this, exp.SemanticView):
            continue  # the table inside names it
        if not isinstance(table.this, exp.Identifier):
            raise not_supported(f"Reading from {table.this.sql(dialect='snowflake')} in a FROM clause")
        if is_cte(table) or _is_result(table):
            continue
        name = full_name(session, table, view)
        if view is None and str(name) in session.temporaries and not isinstance(table.parent, exp.SemanticView):
            place_temporary(table, name)
            continue
        found.append((table, name))
        set_name(table, name)
    return found


def full_name(session: Session, table: exp.Table, view: Name | None = None) -> Name:
    """Return a table node's full name, completed from the session's schema, or in a view's query from the view's."""
    name = table_name(table)
    if view:
        name = Name.of(name.database or view.database, name.schema or view.schema, name.name)
    return session.resolve(name)


def reads_results(expression: Expr) -> bool:
    """Tell whether a query reads the rows of a table function, which `as_relation` put in the function's place."""
    return any(map(_is_result, expression.find_all(exp.Table)))


def _is_result(table: exp.Table) -> bool:
    return table.catalog == "temp" and isinstance(table.this, exp.Identifier) and table.this.quoted


def table_name(table: exp.Table) -> Name:
    """Return a table node's name with unquoted parts in upper case."""
    parts = [None if p is None else identifier(p) for p in _parts(table)]
    return Name(str(parts[2]), parts[1], parts[0])


def _parts(table: exp.Table) -> list[exp.Identifier | None]:
    return [table.args.get("catalog"), table.args.get("db"), table.this]


def set_name(table: exp.Table, name: Name) -> None:
    """Write a full name into a table node."""
    for key, part in (("catalog", name.database), ("db", name.schema), ("this", name.name)):
        table.set(key, part and exp.to_identifier(part, quoted=written(part) != part))


def place_temporary(table: exp.Table, name: Name) -> None:
    """Point a table node at a temporary table: DuckDB has them in one place, so the name carries the schema."""
    if not table.alias and isinstance(table.parent, exp.From | exp.Join):
        table.set("alias", exp.TableAlias(this=exp.to_identifier(name.name, quoted=True)))
    for key, part in (("catalog", "temp"), ("db", "main"), ("this", str(name))):
        table.set(key, exp.to_identifier(part, quoted=True))


def temporary_place(name: Name) -> str:
    """Return where DuckDB keeps a temporary table, as SQL."""
    return joined(("temp", "main", str(name)))


def is_cte(table: exp.Table) -> bool:
    """Tell whether a name means a common table expression that is visible where the name stands."""
    if table.args.get("db") or isinstance(table.parent, exp.SemanticView):
        return False
    name = table_name(table).name
    node: Expr | None = table
    within: exp.CTE | None = None
    while node is not None:
        if isinstance(node, exp.CTE):
            within = node
        with_ = node.args.get("with_")
        if isinstance(with_, exp.With):
            for cte in with_.expressions:
                alias = cte.args["alias"].this
                matches = identifier(alias) == name
                if matches and (cte is not within or with_.args.get("recursive")):
                    return True
                if cte is within:
                    break
        node = node.parent
    return False
