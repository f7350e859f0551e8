"""Procedures in Snowflake Scripting, their calls, anonymous blocks and EXECUTE IMMEDIATE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account import data_plane
from local_account.catalog import CatalogObject
from local_account.errors import does_not_exist, not_supported, syntax_error
from local_account.parsing import Cursor, Name, unquote
from local_account.registry import Statement, handles
from local_account.results import Result, column_info, status_result, table_result
from local_account.schema_objects import create_object, drop_object, listed
from local_account.scripting.interpreter import Outcome, run_block
from local_account.scripting.parser import is_block, parse_block
from local_account.scripting.values import Cell, canonical_type, convert, full_type

if TYPE_CHECKING:
    from local_account.session import Session

KIND = "PROCEDURE"


@dataclass(frozen=True, slots=True)
class Argument:
    """One declared argument; `default` is an expression or None."""

    name: str
    type_name: str
    default: str | None = None


def procedure_key(name: Name, types: list[str]) -> Name:
    """Return the catalog's key of a procedure: overloads differ in their argument types.

    Args:
        name: the procedure's full name without arguments.
        types: the arguments' types as written, such as `["STRING", "NUMBER(12,2)"]`.
    """
    signature = ", ".join(canonical_type(t) for t in types)
    return Name(f"{name.name}({signature})", name.schema, name.database)


def read_signature(cursor: Cursor) -> tuple[Name, list[str]]:
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
    key = procedure_key(name, [a.type_name for a in arguments])
    replace = "OR REPLACE" in statement.modifiers
    if if_not_exists and session.account.catalog.find(KIND, key):
        return status_result(f"{name.name} already exists, statement succeeded.")
    comment = properties.pop("comment")
    copy_grants = properties.pop("copy_grants")
    properties |= {"name": name.name, "arguments": [[a.name, a.type_name, a.default] for a in arguments]}
    created = CatalogObject(KIND, key, session.role, properties, comment)
    create_object(session, created, replace=replace, copy_grants=copy_grants)
    return status_result(f"Function {name.name} successfully created.")


def _arguments(cursor: Cursor) -> list[Argument]:
    found = []
    cursor.expect("(")
    while not cursor.accept(")"):
        if cursor.looking_at("IN") or cursor.looking_at("OUT") or cursor.looking_at("INOUT"):
            raise not_supported("An argument mode (IN, OUT)")
        name, type_name, default = cursor.identifier(), _type(cursor), None
        if cursor.accept("DEFAULT"):
            default = _argument_text(cursor)
        found.append(Argument(name, type_name, default))
        cursor.accept(",")
    return found


def _type(cursor: Cursor) -> str:
    text = cursor.identifier()
    if text == "DOUBLE" and cursor.accept("PRECISION"):
        text = "DOUBLE PRECISION"
    if cursor.accept("("):
        numbers = []
        while not cursor.accept(")"):
            numbers.append(cursor.next().text)
            cursor.accept(",")
        text += f"({','.join(numbers)})"
    convert(None, text)
    return text


def _argument_text(cursor: Cursor) -> str:
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
        if cursor.accept("COPY", "GRANTS"):
            found["copy_grants"] = True
        elif cursor.accept("RETURNS", "TABLE", "("):
            found["returns"], found["columns"] = "TABLE ()", []
            while not cursor.accept(")"):
                found["columns"].append([cursor.identifier(), _type(cursor)])
                cursor.accept(",")
        elif cursor.accept("RETURNS"):
            found["returns"] = _type(cursor)
            cursor.accept("NOT", "NULL")
        elif cursor.accept("LANGUAGE"):
            found["language"] = cursor.identifier()
        elif cursor.accept("EXECUTE", "AS"):
            found["execute_as"] = cursor.identifier()
        elif cursor.accept("COMMENT", "="):
            found["comment"] = cursor.value()
        elif not (cursor.accept("CALLED", "ON", "NULL", "INPUT") or cursor.accept("VOLATILE")):
            raise cursor.unexpected("a clause of CREATE PROCEDURE that is supported")
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
    drop_object(session, found)
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
    signature = "(" + ", ".join(f"{n} {canonical_type(t)}" for n, t, _ in p["arguments"]) + ")"
    rows = [
        ("signature", signature), ("returns", _returns(p)), ("language", "SQL"), ("null handling", "CALLED ON NULL INPUT"),
        ("volatility", "VOLATILE"), ("execute as", p["execute_as"]), ("body", p["body"]),
    ]  # fmt: skip
    return table_result([("property", "text"), ("value", "text")], rows, statement_type.DESCRIBE)


def _returns(properties: dict[str, Any]) -> str:
    if properties["columns"] is not None:
        return "TABLE (" + ", ".join(f"{n} {full_type(t)}" for n, t in properties["columns"]) + ")"
    return full_type(properties["returns"])


@handles("SHOW PROCEDURES")
def show_procedures(session: Session, statement: Statement) -> Result:
    """List procedures with Snowflake's columns."""
    rows = []
    for item in listed(session, KIND, statement.cursor, name=lambda o: o.properties["name"]):
        p = item.properties
        types = ", ".join(canonical_type(t) for _, t, _ in p["arguments"])
        optional = sum(1 for a in p["arguments"] if a[2] is not None)
        returns = "TABLE ()" if p["columns"] is not None else canonical_type(p["returns"])
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


@handles("CALL")
def call(session: Session, statement: Statement) -> Result:
    """Run a procedure, or a system function as a procedure."""
    cursor = statement.cursor
    written = cursor.name()
    if written.name.startswith("SYSTEM$"):
        result = session.execute(f"select {written.name}{cursor.rest()}", statement.binds)
        return _named(result, written.name)
    texts, names = _call_arguments(cursor)
    name = session.resolve(written)
    values = session.execute(f"select {', '.join(texts)}", statement.binds).rows()[0] if texts else ()
    found = _overload(session, name, values, names)
    session.require("USAGE", KIND, found.name)
    outcome = _run(session, found, _cells(session, found, values, names))
    if found["columns"] is not None:
        if outcome.table is None:
            raise ProgrammingError(msg=f"{name.name} must RETURN TABLE(...).", errno=2141, sqlstate="42601")
        return outcome.table
    return _scalar(name.name, convert(outcome.value, found["returns"]), found["returns"])


def _named(result: Result, name: str) -> Result:
    result.rowtype[0]["name"] = name
    return Result(result.arrow.rename_columns([name, *result.arrow.column_names[1:]]), result.rowtype)


def _scalar(name: str, value: Any, type_name: str) -> Result:
    """Build a call's one-row result; exact numbers with a scale keep it."""
    kind = {
        "VARCHAR": "text", "NUMBER": "fixed", "FLOAT": "real", "BOOLEAN": "boolean", "DATE": "date",
        "TIMESTAMP_NTZ": "timestamp_ntz", "TIMESTAMP_LTZ": "timestamp_ltz", "TIMESTAMP_TZ": "timestamp_ltz",
    }.get(canonical_type(type_name), "variant")  # fmt: skip
    if kind == "fixed" and not isinstance(value, int | None):
        import pyarrow as pa  # noqa: PLC0415 - only this rare type needs it

        precision, scale = 38, -value.as_tuple().exponent
        arrow = pa.table({name: pa.array([value], pa.decimal128(precision, scale))})
        info = column_info(name, "fixed")
        info["scale"] = scale
        return Result(arrow, [info])
    return table_result([(name, kind)], [(value,)], statement_type.SELECT)


def _call_arguments(cursor: Cursor) -> tuple[list[str], list[str | None]]:
    """Return the arguments' expressions and, for `name => expression`, their names."""
    texts: list[str] = []
    names: list[str | None] = []
    cursor.expect("(")
    while not cursor.accept(")"):
        following = cursor.peek(1)
        named = following is not None and following.text == "=>"
        names.append(cursor.identifier() if named else None)
        cursor.accept("=>")
        texts.append(_argument_text(cursor))
        cursor.accept(",")
    if not cursor.done:
        raise cursor.unexpected("the end of CALL")
    return texts, names


def _overload(session: Session, name: Name, values: tuple[Any, ...], names: list[str | None]) -> CatalogObject:
    """Choose the procedure whose arguments take these values."""
    found = session.account.catalog.list(KIND, name.database, name.schema)
    found = [o for o in found if o.properties["name"] == name.name]
    if not found:
        raise does_not_exist(KIND, name)
    fitting = [o for o in found if _fits(o, values, names)]
    if len(fitting) > 1:
        exact = [o for o in fitting if _exact(o, values)]
        fitting = exact or fitting
    if len(fitting) != 1:
        count = "no procedure" if not fitting else "more than one procedure"
        given = ", ".join(type(v).__name__ for v in values)
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInvalid argument types for function '{name.name}': {count} takes ({given}).",
            errno=1044, sqlstate="42P13",
        )  # fmt: skip
    return fitting[0]


def _fits(item: CatalogObject, values: tuple[Any, ...], names: list[str | None]) -> bool:
    declared = item.properties["arguments"]
    given = {n for n in names if n}
    positional = names.count(None)
    if len(values) > len(declared) or not given <= {a[0] for a in declared}:
        return False
    return all(i < positional or a[0] in given or a[2] is not None for i, a in enumerate(declared))


def _exact(item: CatalogObject, values: tuple[Any, ...]) -> bool:
    kinds = {str: "VARCHAR", bool: "BOOLEAN", int: "NUMBER", float: "FLOAT"}
    declared = item.properties["arguments"]
    return all(
        canonical_type(a[1]) == kinds.get(type(v), canonical_type(a[1])) for a, v in zip(declared, values, strict=False)
    )


def _cells(
    session: Session, item: CatalogObject, values: tuple[Any, ...], names: list[str | None]
) -> dict[str, Cell]:
    declared = item.properties["arguments"]
    given = {n or declared[i][0]: v for i, (n, v) in enumerate(zip(names, values, strict=True))}
    cells = {}
    for name, type_name, default in declared:
        value = given[name] if name in given else session.execute(f"select {default}").scalar()
        cells[name] = Cell(type_name, convert(value, type_name))
    return cells


def _run(session: Session, item: CatalogObject, arguments: dict[str, Cell]) -> Outcome:
    """Run the body in the caller's session, or for owner's rights in a session of the owner's in its own schema."""
    block = parse_block(item["body"])
    where = f"Procedure {item.name.schema}.{item['name']}"
    if item["execute_as"] == "CALLER":
        return run_block(session, block, arguments, where=where, cancelled=_cancelled(session))
    owner = session.derive(role=item.owner, database=item.name.database, schema=item.name.schema)
    try:
        return run_block(owner, block, arguments, where=where, cancelled=_cancelled(session))
    finally:
        owner.close()


def _cancelled(session: Session) -> Any:
    return lambda: session.task is not None and session.task.cancelled.is_set()


@handles("DECLARE", "BEGIN")
def anonymous_block(session: Session, statement: Statement) -> Result:
    """Run a block that stands alone; BEGIN [TRANSACTION] is left to the data plane."""
    if not is_block(statement.sql):
        return data_plane.execute(session, statement.sql, [])
    outcome = run_block(session, parse_block(statement.sql), cancelled=_cancelled(session))
    return _anonymous(outcome)


def _anonymous(outcome: Outcome) -> Result:
    if outcome.table is not None:
        return outcome.table
    value = outcome.value
    kind = (
        "boolean" if isinstance(value, bool)
        else "fixed" if isinstance(value, int)
        else "real" if isinstance(value, float)
        else "text"
    )  # fmt: skip
    shown = convert(value, "VARCHAR") if kind == "text" else value
    return table_result([("anonymous block", kind)], [(shown,)], statement_type.SELECT)


@handles("EXECUTE IMMEDIATE")
def execute_immediate(session: Session, statement: Statement) -> Result:
    """Run the statement or block in a literal."""
    cursor = statement.cursor
    token = cursor.next()
    if token.kind not in ("string", "dollar") or not cursor.done:
        raise not_supported("EXECUTE IMMEDIATE of anything but one literal, outside of a block,")
    return session.execute(unquote(token), statement.binds)
