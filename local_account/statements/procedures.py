"""Procedures in Snowflake Scripting as objects; calls.py runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.store import CatalogObject
from local_account.errors import not_supported, syntax_error
from local_account.identifiers import Name
from local_account.results import Result, status_result, table_result
from local_account.scripting.parser import parse_block
from local_account.scripting.values import convert
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles
from local_account.tokens import unquote
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

KIND = "PROCEDURE"


@dataclass(frozen=True, slots=True)
class Argument:
    """One declared argument; `default` is an expression or None."""

    name: str
    type: DataType
    default: str | None = None


def procedure_key(name: Name, types: list[DataType]) -> Name:
    """Return the catalog's key of a procedure: overloads differ in their argument types.

    Args:
        name: the procedure's full name without arguments.
        types: the arguments' types; their sizes do not count.
    """
    signature = ", ".join(t.name for t in types)
    return Name(f"{name.name}({signature})", name.schema, name.database)


def read_signature(cursor: Cursor) -> tuple[Name, list[DataType]]:
    """Consume `name(type, ...)` as DROP, DESCRIBE and GRANT write it."""
    name, types = cursor.name(), []
    cursor.expect("(")
    while not cursor.accept(")"):
        types.append(_type(cursor))
        cursor.accept(",")
    return name, types


@handles("CREATE PROCEDURE")
def create_procedure(session: Session, statement: Statement) -> Result:
    """Create a procedure; its body is parsed now, so that syntax errors show at deployment."""
    cursor = statement.cursor
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    arguments = _arguments(cursor)
    properties = _clauses(cursor)
    parse_block(properties["body"])
    key = procedure_key(name, [a.type for a in arguments])
    replace = "OR REPLACE" in statement.modifiers
    if if_not_exists and session.account.catalog.find(KIND, key):
        return status_result(f"{name.name} already exists, statement succeeded.")
    comment = properties.pop("comment")
    copy_grants = properties.pop("copy_grants")
    properties |= {"name": name.name, "arguments": [[a.name, str(a.type), a.default] for a in arguments]}
    created = CatalogObject(KIND, key, session.role, properties, comment)
    session.create_object(created, replace=replace, copy_grants=copy_grants)
    return status_result(f"Function {name.name} successfully created.")


def _arguments(cursor: Cursor) -> list[Argument]:
    found = []
    cursor.expect("(")
    while not cursor.accept(")"):
        if cursor.looking_at("IN") or cursor.looking_at("OUT") or cursor.looking_at("INOUT"):
            raise not_supported("An argument mode (IN, OUT)")
        name, kind, default = cursor.identifier(), _type(cursor), None
        if cursor.accept("DEFAULT"):
            default = argument_text(cursor)
        found.append(Argument(name, kind, default))
        cursor.accept(",")
    return found


def _type(cursor: Cursor) -> DataType:
    """Consume the type of an argument or result, which a variable must be able to hold."""
    found = cursor.data_type()
    convert(None, found)
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


def _clauses(cursor: Cursor) -> dict[str, Any]:
    found: dict[str, Any] = {
        "returns": None, "language": "SQL", "execute_as": "OWNER", "comment": "", "copy_grants": False, "columns": None
    }  # fmt: skip
    while not cursor.accept("AS"):
        _clause(cursor, found)
    if found["language"] != "SQL":
        raise not_supported(f"A procedure in LANGUAGE {found['language']}")
    if found["execute_as"] not in ("OWNER", "CALLER"):
        raise not_supported(f"EXECUTE AS {found['execute_as']}")
    if found["returns"] is None:
        raise syntax_error("CREATE PROCEDURE needs a RETURNS clause.")
    token = cursor.peek()
    if token is not None and token.kind in ("dollar", "string"):
        found["body"] = unquote(cursor.next())
        if not cursor.done:
            raise cursor.unexpected("the end of the statement")
    else:
        found["body"] = cursor.rest()
    return found


def _clause(cursor: Cursor, found: dict[str, Any]) -> None:
    """Consume one clause between the arguments and the body."""
    if cursor.accept("COPY", "GRANTS"):
        found["copy_grants"] = True
    elif cursor.accept("RETURNS", "TABLE", "("):
        found["returns"], found["columns"] = "TABLE ()", []
        while not cursor.accept(")"):
            found["columns"].append([cursor.identifier(), str(_type(cursor))])
            cursor.accept(",")
    elif cursor.accept("RETURNS"):
        found["returns"] = str(_type(cursor))
        cursor.accept("NOT", "NULL")
    elif cursor.accept("LANGUAGE"):
        found["language"] = cursor.identifier()
    elif cursor.accept("EXECUTE", "AS"):
        found["execute_as"] = cursor.identifier()
    elif cursor.accept("COMMENT", "="):
        found["comment"] = cursor.value()
    elif not (cursor.accept("CALLED", "ON", "NULL", "INPUT") or cursor.accept("VOLATILE")):
        raise cursor.unexpected("a clause of CREATE PROCEDURE that is supported")


def _find(session: Session, cursor: Cursor) -> CatalogObject:
    name, types = read_signature(cursor)
    return session.account.catalog.get(KIND, procedure_key(session.resolve(name), types))


@handles("DROP PROCEDURE")
def drop_procedure(session: Session, statement: Statement) -> Result:
    """Drop a procedure by its name and argument types."""
    cursor = statement.cursor
    if_exists = cursor.accept("IF", "EXISTS")
    name, types = read_signature(cursor)
    key = procedure_key(session.resolve(name), types)
    if if_exists and session.account.catalog.find(KIND, key) is None:
        return status_result("Drop statement executed successfully (object already dropped).")
    found = session.account.catalog.get(KIND, key)
    session.drop_object(found)
    return status_result(f"{name.name} successfully dropped.")


@handles("ALTER PROCEDURE")
def alter_procedure(session: Session, statement: Statement) -> Result:
    """Change a procedure's comment or rights."""
    cursor = statement.cursor
    if cursor.accept("IF", "EXISTS"):
        raise not_supported("ALTER PROCEDURE IF EXISTS")
    found = _find(session, cursor)
    session.require("OWNERSHIP", KIND, found.name)
    if cursor.accept("SET", "COMMENT", "="):
        found.comment = str(cursor.value())
    elif cursor.accept("UNSET", "COMMENT"):
        found.comment = ""
    elif cursor.accept("EXECUTE", "AS", "CALLER"):
        found.properties["execute_as"] = "CALLER"
    elif cursor.accept("EXECUTE", "AS", "OWNER"):
        found.properties["execute_as"] = "OWNER"
    else:
        raise not_supported(f"ALTER PROCEDURE {cursor.rest()}")
    session.account.catalog.save(found)
    return status_result("Statement executed successfully.")


@handles("DESCRIBE PROCEDURE", "DESC PROCEDURE")
def describe_procedure(session: Session, statement: Statement) -> Result:
    """Describe a procedure: one row a property."""
    found = _find(session, statement.cursor)
    session.require("USAGE", KIND, found.name)
    p = found.properties
    signature = "(" + ", ".join(f"{n} {DataType.parse(t).name}" for n, t, _ in p["arguments"]) + ")"
    rows = [
        ("signature", signature), ("returns", _returns(p)), ("language", "SQL"),
        ("null handling", "CALLED ON NULL INPUT"),
        ("volatility", "VOLATILE"), ("execute as", p["execute_as"]), ("body", p["body"]),
    ]  # fmt: skip
    return table_result([("property", "text"), ("value", "text")], rows, statement_type.DESCRIBE)


def _returns(properties: dict[str, Any]) -> str:
    if properties["columns"] is not None:
        return "TABLE (" + ", ".join(f"{n} {DataType.parse(t)}" for n, t in properties["columns"]) + ")"
    return str(DataType.parse(properties["returns"]))


@handles("SHOW PROCEDURES")
def show_procedures(session: Session, statement: Statement) -> Result:
    """List procedures with Snowflake's columns."""
    rows = []
    for item in visible(session, KIND, statement.cursor, name=lambda o: o.properties["name"]):
        p = item.properties
        types = ", ".join(DataType.parse(t).name for _, t, _ in p["arguments"])
        optional = sum(1 for a in p["arguments"] if a[2] is not None)
        returns = "TABLE ()" if p["columns"] is not None else DataType.parse(p["returns"]).name
        rows.append((
            item.created_on, p["name"], item.name.schema, "N", "N", "N", len(p["arguments"]) - optional,
            len(p["arguments"]), f"{p['name']}({types}) RETURN {returns}", item.comment or "user-defined procedure",
            item.name.database, "Y" if p["columns"] is not None else "N", "N", "N", "SQL", "", "",
        ))  # fmt: skip
    columns = [("created_on", "timestamp_ltz"), *(
        (n, "fixed" if n.endswith("num_arguments") else "text") for n in (
            "name", "schema_name", "is_builtin", "is_aggregate", "is_ansi", "min_num_arguments", "max_num_arguments",
            "arguments", "description", "catalog_name", "is_table_function", "valid_for_clustering", "is_secure",
            "language", "secrets", "external_access_integrations",
        )
    )]  # fmt: skip
    return table_result(columns, rows)
