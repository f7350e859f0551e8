"""Procedures in Snowflake Scripting as objects; calls.py runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_account.catalog.objects import Function, Procedure, Routine
from local_account.errors import already_exists, not_supported, syntax_error
from local_account.results import Result, status_result, table_result
from local_account.scripting.parser import parse_block
from local_account.statements.kinds import admit, alters, describes, drops, takes_comment
from local_account.statements.listing import visible
from local_account.statements.object_names import argument_type, routine_key
from local_account.statements.registry import Statement, handles
from local_account.tokens import unquote
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session


@dataclass(frozen=True, slots=True)
class Argument:
    """One declared argument; `default` is an expression or None."""

    name: str
    type: DataType
    default: str | None = None


@handles("CREATE PROCEDURE")
def create_procedure(session: Session, statement: Statement) -> Result:
    """Create a procedure; its body is parsed now, so that syntax errors show at deployment."""
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    arguments = read_arguments(cursor)
    key = routine_key(name, [a.type for a in arguments])
    if answer := admit(session, Procedure, key, guarded=guarded, replace="OR REPLACE" in statement.modifiers):
        return answer
    made = Procedure(
        key, session.role, called=name.name, arguments=[(a.name, str(a.type), a.default) for a in arguments]
    )
    copy_grants = _clauses(cursor, made)
    parse_block(made.body)
    session.add_object(made, copy_grants=copy_grants)
    return status_result(f"Function {name.name} successfully created.")


def read_arguments(cursor: Cursor) -> list[Argument]:
    """Consume the arguments that a routine declares, in parentheses."""
    found = []
    cursor.expect("(")
    while not cursor.accept(")"):
        if cursor.looking_at("IN") or cursor.looking_at("OUT") or cursor.looking_at("INOUT"):
            raise not_supported("An argument mode (IN, OUT)")
        name, kind, default = cursor.identifier(), argument_type(cursor), None
        if cursor.accept("DEFAULT"):
            default = argument_text(cursor)
        found.append(Argument(name, kind, default))
        cursor.accept(",")
    return found


def argument_text(cursor: Cursor) -> str:
    """Consume one argument's expression, up to the comma or parenthesis that ends it, and return it as written."""
    first, depth = cursor.index, 0
    while (token := cursor.peek()) is not None and (depth or token.text not in (",", ")")):
        depth += (token.text == "(") - (token.text == ")")
        cursor.index += 1
    if cursor.index == first:
        raise cursor.unexpected("an expression")
    return cursor.sql[cursor.tokens[first].start : cursor.tokens[cursor.index - 1].end]


def _clauses(cursor: Cursor, made: Procedure) -> bool:
    """Consume what stands behind the arguments. Returns: whether COPY GRANTS was said."""
    copy_grants = False
    while not cursor.accept("AS"):
        if cursor.accept("COPY", "GRANTS"):
            copy_grants = True
        else:
            _clause(cursor, made)
    if not made.returns:
        raise syntax_error("CREATE PROCEDURE needs a RETURNS clause.")
    made.body = read_body(cursor)
    return copy_grants


def read_body(cursor: Cursor) -> str:
    """Consume the body of a routine, to the end: a text, or what stands there."""
    token = cursor.peek()
    if token is None or token.kind not in ("dollar", "string"):
        return cursor.rest()
    body = unquote(cursor.next())
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")
    return body


def returns_table(cursor: Cursor, made: Routine) -> bool:
    """Consume RETURNS TABLE (..) of a routine, where it follows. Returns: whether it did."""
    if not cursor.accept("RETURNS", "TABLE", "("):
        return False
    made.returns, made.columns = "TABLE ()", []
    while not cursor.accept(")"):
        made.columns.append((cursor.identifier(), str(argument_type(cursor))))
        cursor.accept(",")
    return True


def _clause(cursor: Cursor, made: Procedure) -> None:
    """Consume one clause between the arguments and the body."""
    if returns_table(cursor, made):
        return
    if cursor.accept("RETURNS"):
        made.returns = str(argument_type(cursor))
        cursor.accept("NOT", "NULL")
    elif cursor.accept("LANGUAGE"):
        if (language := cursor.identifier()) != "SQL":
            raise not_supported(f"A procedure in LANGUAGE {language}")
    elif cursor.accept("EXECUTE", "AS"):
        made.execute_as = cursor.identifier()
        if made.execute_as not in ("OWNER", "CALLER"):
            raise not_supported(f"EXECUTE AS {made.execute_as}")
    elif cursor.accept("COMMENT", "="):
        made.comment = str(cursor.value() or "")
    elif not (cursor.accept("CALLED", "ON", "NULL", "INPUT") or cursor.accept("VOLATILE")):
        raise cursor.unexpected("a clause of CREATE PROCEDURE that is supported")


@drops(Procedure)
def drop_procedure(session: Session, item: Procedure) -> None:
    """Drop a procedure by its name and argument types."""
    session.drop_object(item)


@alters(Procedure)
def alter_procedure(session: Session, item: Procedure, cursor: Cursor) -> None:
    """Change a procedure's comment, rights or name."""
    session.require("OWNERSHIP", Procedure.KIND, item.name)
    if cursor.accept("RENAME", "TO"):
        rename(session, item, cursor)
        return
    if cursor.accept("EXECUTE", "AS", "CALLER"):
        item.execute_as = "CALLER"
    elif cursor.accept("EXECUTE", "AS", "OWNER"):
        item.execute_as = "OWNER"
    elif not takes_comment(item, cursor):
        raise not_supported(f"ALTER PROCEDURE {cursor.rest()}")
    session.account.catalog.save(item)


def rename(session: Session, item: Routine, cursor: Cursor) -> None:
    """Give a routine the name that follows; the types of its arguments stay."""
    name = session.resolve(cursor.name())
    key = routine_key(name, [DataType.parse(kind) for _, kind, _ in item.arguments])
    if session.account.catalog.find(item.kind, key):
        raise already_exists(name.name)
    session.rename_object(item, key)
    moved = session.account.catalog.get(Function if isinstance(item, Function) else Procedure, key).copy()
    moved.called = name.name
    session.account.catalog.save(moved)


@describes(Procedure)
def describe_procedure(_session: Session, item: Procedure) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Describe a procedure: one row a property."""
    signature = "(" + ", ".join(f"{n} {DataType.parse(t).name}" for n, t, _ in item.arguments) + ")"
    rows = [
        ("signature", signature), ("returns", _returns(item)), ("language", "SQL"),
        ("null handling", "CALLED ON NULL INPUT"),
        ("volatility", "VOLATILE"), ("execute as", item.execute_as), ("body", item.body),
    ]  # fmt: skip
    return [("property", "text"), ("value", "text")], rows


def _returns(item: Procedure) -> str:
    if item.columns is None:
        return str(DataType.parse(item.returns))
    return "TABLE (" + ", ".join(f"{n} {DataType.parse(t)}" for n, t in item.columns) + ")"


@handles("SHOW PROCEDURES")
def show_procedures(session: Session, statement: Statement) -> Result:
    """List procedures with Snowflake's columns."""
    rows = []
    for item in visible(session, Procedure, statement.cursor, name=lambda o: o.called):
        types = ", ".join(DataType.parse(t).name for _, t, _ in item.arguments)
        optional = sum(1 for _, _, default in item.arguments if default is not None)
        returns = "TABLE ()" if item.columns is not None else DataType.parse(item.returns).name
        rows.append((
            item.created_on, item.called, item.name.schema, "N", "N", "N", len(item.arguments) - optional,
            len(item.arguments), f"{item.called}({types}) RETURN {returns}", item.comment or "user-defined procedure",
            item.name.database, "Y" if item.columns is not None else "N", "N", "N", "SQL", "", "",
        ))  # fmt: skip
    columns = [("created_on", "timestamp_ltz"), *(
        (n, "fixed" if n.endswith("num_arguments") else "text") for n in (
            "name", "schema_name", "is_builtin", "is_aggregate", "is_ansi", "min_num_arguments", "max_num_arguments",
            "arguments", "description", "catalog_name", "is_table_function", "valid_for_clustering", "is_secure",
            "language", "secrets", "external_access_integrations",
        )
    )]  # fmt: skip
    return table_result(columns, rows)
