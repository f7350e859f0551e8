"""Functions in SQL as objects; `queries.user_functions` puts their bodies in place of their calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.catalog.objects import Function
from local_account.errors import invalid_identifier, not_supported, syntax_error
from local_account.identifiers import identifier
from local_account.queries.rewrite import table_name
from local_account.queries.user_functions import body_of
from local_account.results import Result, status_result, table_result
from local_account.scripting.parser import is_block
from local_account.statements.kinds import admit, alters, describes, drops, takes_comment
from local_account.statements.listing import column_list, visible
from local_account.statements.object_names import argument_type, routine_key
from local_account.statements.procedures import read_arguments, read_body, rename, returns_table
from local_account.statements.registry import Statement, handles
from local_account.translation.declared import check_returned
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_IGNORED = ("VOLATILE", "IMMUTABLE", "STABLE", "MEMOIZABLE")


@handles("CREATE FUNCTION")
def create_function(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] FUNCTION [IF NOT EXISTS] name (arguments) RETURNS type | TABLE (...) AS body."""
    if other := statement.modifiers - {"OR REPLACE"}:
        raise not_supported(f"CREATE {min(other)} FUNCTION")
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    arguments = read_arguments(cursor)
    key = routine_key(name, [a.type for a in arguments])
    if answer := admit(session, Function, key, guarded=guarded, replace="OR REPLACE" in statement.modifiers):
        return answer
    made = Function(
        key, session.role, called=name.name, arguments=[(a.name, str(a.type), a.default) for a in arguments]
    )
    copy_grants = _clauses(cursor, made)
    made.body = _read_body(cursor)
    _check(session, made)
    session.add_object(made, copy_grants=copy_grants)
    return status_result(f"Function {name.name} successfully created.")


def _read_body(cursor: Cursor) -> str:
    """Consume the body, which stands in quotes. Raises: ProgrammingError: 1003 for another, 2 for a block."""
    token = cursor.peek()
    body = read_body(cursor)
    if is_block(body):
        raise not_supported("A function with a block of Snowflake Scripting")
    if token is None or token.kind not in ("dollar", "string"):
        raise syntax_error(f"syntax error: unexpected '{body.split()[0] if body else '<EOF>'}' behind AS.")
    return body


def _clauses(cursor: Cursor, made: Function) -> bool:
    """Consume what stands between the arguments and the body. Returns: whether COPY GRANTS was said."""
    copy_grants, said = False, list[str]()
    while not cursor.accept("AS"):
        token = cursor.peek()
        word = token.upper if token else ""
        said.append("VOLATILE" if word in _IGNORED[:3] else word)
        if word != "COMMENT" and said.count(said[-1]) > 1:
            raise cursor.unexpected("AS")
        if cursor.looking_at("RETURNS"):
            _returns(cursor, made)
        elif cursor.accept("LANGUAGE"):
            if (language := cursor.identifier()) != "SQL":
                raise not_supported(f"A function in LANGUAGE {language}")
        elif cursor.accept("COMMENT", "="):
            made.comment = str(cursor.value() or "")
        elif cursor.accept("COPY", "GRANTS"):
            copy_grants = True
        elif not (cursor.accept("CALLED", "ON", "NULL", "INPUT") or any(cursor.accept(word) for word in _IGNORED)):
            raise cursor.unexpected("a clause of CREATE FUNCTION that is supported")
    if not made.returns:
        raise syntax_error("CREATE FUNCTION needs a RETURNS clause.")
    return copy_grants


def _returns(cursor: Cursor, made: Function) -> None:
    """Consume a RETURNS clause. Raises: ProgrammingError (2) for RETURNS NULL ON NULL INPUT."""
    if returns_table(cursor, made):
        return
    cursor.next()
    if cursor.looking_at("NULL"):
        raise not_supported("A function in SQL that RETURNS NULL ON NULL INPUT")
    made.returns = str(argument_type(cursor))
    cursor.accept("NOT", "NULL")


def _check(session: Session, made: Function) -> None:
    """Compile a body, as Snowflake does when the function is made.

    Raises: ProgrammingError: what the body runs into, 2 for an argument with the name of a column that it reads.
    """
    body = body_of(session, made)
    names = {name for name, _, _ in made.arguments}
    catalog = session.account.catalog
    for table in body.find_all(exp.Table):
        found = catalog.find_relation(table_name(table)) if isinstance(table.this, exp.Identifier) else None
        if found and (both := names & found.column_types.keys()):
            raise not_supported(f"A function whose argument {min(both)} has the name of a column of {found.name}")
    if made.columns is not None and not isinstance(body, exp.Query):
        raise syntax_error("the body of a table function is a query.")
    selects = body.selects if isinstance(body, exp.Query) and not body.is_star else None
    if selects and len(selects) != (1 if made.columns is None else len(made.columns)):
        raise ProgrammingError(
            msg="SQL compilation error:\nDeclared return type is incompatible with actual return type",
            errno=1044, sqlstate="42P13",
        )  # fmt: skip
    if made.columns is None:
        _check_type(made, body)
    own = {identifier(c.this) for c in body.find_all(exp.Column) if not c.table and isinstance(c.this, exp.Identifier)}
    if not isinstance(body, exp.Query) and body.find(exp.Query) is None and (unknown := own - names):
        raise invalid_identifier(min(unknown))


def _check_type(made: Function, body: Expr) -> None:
    """Refuse a body of another type, where that is known: an expression, or a query of one without tables."""
    given = body.selects[0].unalias() if isinstance(body, exp.Select) and not body.args.get("from_") else body
    if not isinstance(given, exp.Query):
        check_returned(DataType.parse(made.returns), given, {name: kind for name, kind, _ in made.arguments})


@drops(Function)
def drop_function(session: Session, item: Function) -> None:
    """Drop a function by its name and argument types."""
    session.drop_object(item)


@alters(Function)
def alter_function(session: Session, item: Function, cursor: Cursor) -> None:
    """Change a function's comment or name."""
    session.require("OWNERSHIP", Function.KIND, item.name)
    if cursor.accept("RENAME", "TO"):
        rename(session, item, cursor)
        return
    if not takes_comment(item, cursor):
        raise not_supported(f"ALTER FUNCTION {cursor.rest()}")
    session.account.catalog.save(item)


@describes(Function)
def describe_function(_session: Session, item: Function) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Describe a function: one row a property."""
    signature = "(" + ", ".join(f"{n} {DataType.parse(t).name}" for n, t, _ in item.arguments) + ")"
    returns = item.returns if item.columns is None else f"TABLE ({', '.join(f'{n} {t}' for n, t in item.columns)})"
    rows = [("signature", signature), ("returns", returns), ("language", "SQL"), ("body", item.body)]
    return [("property", "text"), ("value", "text")], rows


@handles("SHOW USER FUNCTIONS", "SHOW FUNCTIONS")
def show_functions(session: Session, statement: Statement) -> Result:
    """SHOW [USER] FUNCTIONS [LIKE ..] [IN ..]: those of users; Snowflake's own are not listed."""
    names = (
        "created_on:t name schema_name is_builtin is_aggregate is_ansi min_num_arguments:n max_num_arguments:n "
        "arguments description catalog_name is_table_function valid_for_clustering is_secure secrets "
        "external_access_integrations is_external_function language is_memoizable is_data_metric"
    )
    rows = []
    for item in visible(session, Function, statement.cursor, name=lambda o: o.called):
        types = ", ".join(DataType.parse(kind).name for _, kind, _ in item.arguments)
        least = sum(default is None for *_, default in item.arguments)
        of_table = "N" if item.columns is None else "Y"
        returns = DataType.parse(item.returns).name if item.columns is None else f"TABLE ({_types(item.columns)})"
        rows.append((
            item.created_on, item.called, item.name.schema, "N", "N", "N", least, len(item.arguments),
            f"{item.called}({types}) RETURN {returns}", item.comment or "user-defined function", item.name.database,
            of_table, "N", "N", "", "", "N", "SQL", "N", "N",
        ))  # fmt: skip
    return table_result(column_list(names), rows)


def _types(columns: list[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {DataType.parse(kind).name}" for name, kind in columns)
