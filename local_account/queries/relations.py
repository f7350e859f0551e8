"""CREATE, DROP and TRUNCATE of tables, views and sequences, which the catalog owns and describes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.catalog.objects import Relation, Sequence, Table, View
from local_account.catalog.recovery import forget
from local_account.errors import (
    already_dropped,
    already_exists,
    does_not_exist,
    invalid_value,
    not_supported,
    require_one_way,
    syntax_error,
)
from local_account.identifiers import Name, identifier
from local_account.queries import column_definitions, copied_columns, reads, rewrite
from local_account.results import Result, status_result
from local_account.stages.load_history import LoadHistory

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.session.session import Session

_OR_ALTER = re.compile(r"\s*create\s+or\s+alter\b", re.IGNORECASE)
STATEMENTS = (exp.Create, exp.Drop, exp.TruncateTable)
_MOST_DAYS = 90
_TEMPORARY = ("TABLE", "VIEW")
_MADE: dict[str, type[Relation | Sequence]] = {cls.KIND: cls for cls in (Table, View, Sequence)}


@dataclass
class Definition:
    """Which relation a CREATE, DROP or TRUNCATE is about, and what a CREATE says of it beside its data.

    Attributes:
        kind: TABLE, VIEW or SEQUENCE.
        name: its full name.
        target: the node that names it.
        item: of a CREATE, the object as it will be.
        temporary: whether it is the session's.
        copy_grants: whether the grants on what it replaces stay.
        existing: the kind of what has the name already.
        source: of a clone, and of a table that is made like another, what it is a copy of.
        is_clone: whether it is the former.
        query: a view's own, as written.
    """

    kind: str
    name: Name
    target: exp.Table
    item: Relation | Sequence = field(init=False)
    temporary: bool = False
    copy_grants: bool = False
    existing: str | None = None
    source: Name | None = None
    is_clone: bool = False
    query: Expr | None = None


def view_query(expression: Expr) -> Expr | None:
    """Return a copy of the query of a CREATE VIEW as it is written, which is what the catalog keeps; None of others."""
    query = expression.expression if isinstance(expression, exp.Create) else None
    return query.copy() if isinstance(query, exp.Query) and expression.args.get("kind") == "VIEW" else None


def refuse_or_alter(expression: Expr, text: str) -> None:
    """Refuse CREATE OR ALTER, which sqlglot takes for OR REPLACE: the table's rows would be gone.

    Raises: ProgrammingError (2).
    """
    if isinstance(expression, exp.Create) and _OR_ALTER.match(text):
        raise not_supported(f"CREATE OR ALTER {expression.args.get('kind')}")


def define(session: Session, expression: Expr, query: Expr | None) -> Definition | Result:
    """Read which relation one of `STATEMENTS` is about, and check that the role may do this to it.

    Returns: the definition, or the answer where IF [NOT] EXISTS leaves nothing to do.
    Raises: ProgrammingError: not supported (2), taken or missing names (2002, 2003), rights (3001).
    """
    if isinstance(expression, exp.TruncateTable):
        return _define_truncate(session, expression)
    kind = str(expression.args.get("kind") or "").upper()
    if kind not in _MADE:
        raise not_supported(f"{expression.key.upper()} {kind}")
    session.commit()  # as DDL does on Snowflake
    if isinstance(expression, exp.Drop):
        return _define_drop(session, expression, kind)
    return _define_create(session, expression, kind, query)


def _define_create(session: Session, expression: Expr, kind: str, query: Expr | None) -> Definition | Result:
    target = expression.this.this if isinstance(expression.this, exp.Schema) else expression.this
    definition = Definition(kind, session.resolve(rewrite.table_name(target)), target, query=query)
    definition.item = _MADE[kind](definition.name, session.role)
    _require_columns(expression, kind)
    copied = expression.args.get("clone") or expression.find(exp.LikeProperty)
    definition.source = session.resolve(rewrite.table_name(copied.this)) if copied else None
    definition.is_clone = bool(expression.args.get("clone"))
    _name_by_list(expression)
    _strip(expression, definition)
    name, replace = definition.name, bool(expression.args.get("replace"))
    require_one_way(replace=replace, guarded=bool(expression.args.get("exists")))
    if definition.temporary and (clone := expression.args.get("clone")):
        expression.set("expression", exp.select("*").from_(clone.this))  # DuckDB clones no temporary tables
        expression.set("clone", None)
    if definition.temporary and kind not in _TEMPORARY:
        raise not_supported(f"CREATE TEMPORARY {kind}")
    session.require_containers(name)
    definition.existing = _existing(session, kind, name, temporary=definition.temporary)
    if definition.existing and expression.args.get("exists"):
        return status_result(f"{name.name} already exists, statement succeeded.")
    if definition.existing and not replace:
        raise already_exists(name)
    if not definition.temporary:
        if definition.existing:
            session.require("OWNERSHIP", definition.existing, name)
        session.require(f"CREATE {kind}", "SCHEMA", Name.of(name.database, name.schema))
        session.account.catalog.require_distinct(kind, name)
        _require_plain(expression, name)
    return definition


def _require_columns(expression: Expr, kind: str) -> None:
    """Refuse a table without columns, a query or a table to copy. Raises: ProgrammingError (1003)."""
    made_of = expression.args.get("clone") or expression.args.get("expression") or expression.find(exp.LikeProperty)
    if kind == "TABLE" and not made_of and not isinstance(expression.this, exp.Schema):
        raise syntax_error("syntax error: unexpected '<EOF>', where the columns of a table are expected.")


def _require_plain(expression: Expr, name: Name) -> None:
    """Refuse AUTOINCREMENT where fakesnow fails: it names a sequence after table and column, and quotes neither.

    Raises: ProgrammingError (2).
    """
    for column in expression.find_all(exp.ColumnDef):
        if any(isinstance(c.kind, column_definitions.NUMBERED) for c in column.args.get("constraints") or ()):
            for part in (name.name, identifier(column.this)):
                if not part.replace("$", "_").isidentifier() or not part.isascii():
                    raise not_supported(f"AUTOINCREMENT in {name}, with names that need quotes,")


def _existing(session: Session, kind: str, name: Name, *, temporary: bool) -> str | None:
    if temporary:
        return session.temporaries[str(name)].KIND if str(name) in session.temporaries else None
    if kind == "SEQUENCE":
        return "SEQUENCE" if session.account.catalog.find("SEQUENCE", name) else None
    return session.find_relation(name)


def create(session: Session, definition: Definition, expression: Expr, params: list[Any], text: str) -> Result:
    """Create a relation whose sources have their full names; text is the statement's, which SHOW VIEWS shows."""
    name, kind = definition.name, definition.kind
    _require_columns_of_query(session, expression)
    also = list[str]()
    if definition.source is not None and kind == "TABLE":
        own, cloned = definition.temporary, definition.is_clone
        also = copied_columns.changes(session, definition.source, name, temporary=own, counts_on=cloned)
    if definition.temporary:
        rewrite.place_temporary(definition.target, name)
        expression.set("properties", exp.Properties(expressions=[exp.TemporaryProperty()]))
        session.connection.run_translated(expression, params, session.tag)
        for change in also:
            session.connection.sql(change)
        if isinstance(definition.item, Relation):
            types = session.connection.column_types
            types.made_temporary(str(name), {**types.temporary(str(name)), **definition.item.column_types})
            definition.item.set({"TEXT": text} if kind == "VIEW" else {})
            session.temporaries[str(name)] = definition.item
    else:
        if definition.source is not None:
            _inherit(session, definition, definition.source)
        if definition.query is not None:
            definition.item.set(reads.view_properties(session, definition.query, name) | {"TEXT": text})
            _require_other_sources(session, name, definition.item)
        keeps_grants = definition.copy_grants and definition.existing
        with session.account.changing(definition.item, name if keeps_grants else None) as note_again:

            def tell(types: dict[str, str]) -> None:
                if types and isinstance(definition.item, Relation):
                    definition.item.column_types = types | definition.item.column_types
                    note_again()

            session.connection.define(expression, params, session.tag, tell, also)
    return status_result(f"{kind.capitalize()} {name.name} successfully created.")


def _name_by_list(expression: Expr) -> None:
    """Give the columns of CREATE TABLE ... (a, b) AS SELECT ... the names of its list, which DuckDB does not know.

    Raises: ProgrammingError (2026) where the query has more columns, or fewer.
    """
    schema, query = expression.this, expression.expression
    if expression.args.get("kind") != "TABLE" or not isinstance(schema, exp.Schema) or not isinstance(query, exp.Query):
        return
    if query.is_star or not all(isinstance(part, exp.Identifier) for part in schema.expressions):
        return
    _require_count(expression)
    alias = exp.TableAlias(this=exp.to_identifier("_named"), columns=schema.expressions)
    expression.set("expression", exp.select("*").from_(exp.Subquery(this=query, alias=alias)))
    expression.set("this", schema.this)


def _require_count(expression: Expr) -> None:
    """Refuse a list of columns that is longer, or shorter, than what a query gives. Raises: ProgrammingError (2026)."""
    schema, query = expression.this, expression.expression
    if not isinstance(schema, exp.Schema) or not isinstance(query, exp.Query) or query.is_star:
        return
    if len(query.selects) != len(schema.expressions):
        raise ProgrammingError(
            msg="SQL compilation error:\nInvalid column definition list", errno=2026, sqlstate="42601"
        )


def _require_columns_of_query(session: Session, expression: Expr) -> None:
    """Refuse a query that does not give the columns that a CREATE needs, once it is known to be a query at all."""
    try:
        _require_names(expression)
        if expression.args.get("kind") == "VIEW":
            _require_count(expression)
    except ProgrammingError:
        _require_known(session, expression)
        raise


def _require_known(session: Session, expression: Expr) -> None:
    """Let a view's query fail by itself before its columns are looked at.

    Raises: ProgrammingError: what the query runs into.
    """
    if expression.args.get("kind") == "VIEW" and isinstance(expression.expression, exp.Query):
        query = exp.Subquery(this=expression.expression.copy(), alias=exp.to_identifier("_OF_VIEW"))
        session.connection.run(exp.select(exp.Literal.number(1)).from_(query).limit(0))


def _require_names(expression: Expr) -> None:
    """Refuse a query that gives a column no name to what is made of it: an expression without an alias does not.

    A list of columns names them all, and a set operation, or an asterisk beside it, lets an expression pass.

    Raises: ProgrammingError (2071).
    """
    query = expression.expression.unnest() if isinstance(expression.expression, exp.Query) else None
    if not isinstance(query, exp.Select) or isinstance(expression.this, exp.Schema) or query.is_star:
        return
    for projection in query.expressions:
        if not isinstance(projection.unnest(), exp.Alias | exp.Column):
            raise ProgrammingError(
                msg="SQL compilation error:\nMissing column specification", errno=2071, sqlstate="42601"
            )


def _require_other_sources(session: Session, name: Name, item: CatalogObject | None) -> None:
    """Refuse a view that reads itself, be it through other views. Raises: ProgrammingError (2037)."""
    for parts in item.sources if isinstance(item, View) else ():
        source = Name.of(*parts)
        if source == name:
            raise ProgrammingError(
                msg=f"SQL compilation error:\nView definition for '{name}' reads the view itself.",
                errno=2037,
                sqlstate="42601",
            )
        _require_other_sources(session, name, session.account.catalog.find(View, source))


def _inherit(session: Session, definition: Definition, source: Name) -> None:
    """Give a clone what is set on its source, and a table that is made like another its keys."""
    found, item = session.account.catalog.find(Table, source), definition.item
    if found and isinstance(item, Table) and not definition.is_clone:
        item.keys = list(found.keys)
    elif found and isinstance(item, Table):
        copied = found.copy()
        copied.name, copied.owner, copied.created_on = item.name, item.owner, item.created_on
        copied.comment = item.comment or copied.comment
        copied.transient = item.transient or copied.transient
        copied.cluster_by = item.cluster_by or copied.cluster_by
        copied.parameters |= item.parameters
        definition.item = copied


def _strip(expression: Expr, definition: Definition) -> None:  # noqa: C901, PLR0912 - one case a property
    """Take out of a CREATE what DuckDB does not know, and write it into the definition."""
    made = definition.item
    properties, kept = expression.args.get("properties"), list[Expr]()
    for item in properties.expressions if properties else []:
        match item:
            case exp.SchemaCommentProperty():
                if made.comment:
                    raise invalid_value("duplicate property 'COMMENT';")
                made.comment = item.this.name
            case exp.TemporaryProperty():
                definition.temporary = True
            case exp.TransientProperty():
                made.set({"TRANSIENT": True})
            case exp.CopyGrantsProperty():
                definition.copy_grants = True
            case exp.SecureProperty():
                made.set({"SECURE": True})
            case exp.Cluster() | exp.ClusterProperty() | exp.ClusteredByProperty():
                made.set({"CLUSTER_BY": clustering(item.expressions)})
            case exp.LikeProperty():
                expression.set("expression", exp.select("*").from_(item.this).limit(0))
            case exp.Property() if "value" in item.args:
                _set_parameter(made, item.name.upper(), item.args["value"])
            case exp.SequenceProperties():
                if item.text("increment") == "0":
                    raise invalid_value("invalid value '0' for property 'SEQUENCE_INCREMENT'")
                words = [word.name.upper() for word in item.args.get("options") or ()]
                made.set({"ORDERED": "ORDER" in words})
                item.set("options", None)
                kept.append(item)
            case _:
                raise not_supported(f"The table property {item.sql(dialect='snowflake')}")
    expression.set("properties", exp.Properties(expressions=kept) if kept else None)
    if isinstance(made, Relation):
        column_definitions.strip(expression, made)


def _set_parameter(made: CatalogObject, key: str, value: Expr) -> None:
    if key not in ("DATA_RETENTION_TIME_IN_DAYS", "CHANGE_TRACKING", "MAX_DATA_EXTENSION_TIME_IN_DAYS"):
        raise not_supported(f"The table property {key}")
    if key in made.parameters:
        raise invalid_value(f"duplicate property '{key}';")
    text = value.sql(dialect="snowflake").strip("'")
    if key == "DATA_RETENTION_TIME_IN_DAYS" and not (text.isdigit() and int(text) <= _MOST_DAYS):
        raise invalid_value(f"invalid value [{text}] for parameter '{key}'")
    if key == "MAX_DATA_EXTENSION_TIME_IN_DAYS" and text.isdigit() and int(text) > _MOST_DAYS:
        raise invalid_value(f"Exceeds maximum allowable extension time ({_MOST_DAYS}).")
    made.parameters[key] = int(text) if text.isdigit() else text.upper()


def clustering(expressions: list[Expr]) -> str:
    """Return a clustering key as SHOW TABLES writes it."""
    inner = ", ".join(e.sql(dialect="snowflake") for e in expressions)
    return f"LINEAR({inner})"


def _define_drop(session: Session, expression: Expr, kind: str) -> Definition | Result:
    targets = expression.args["tables"]
    if len(targets) != 1:
        raise not_supported("DROP of several objects in one statement")
    definition = Definition(kind, session.resolve(rewrite.table_name(targets[0])), targets[0])
    name = definition.name
    if str(name) in session.temporaries and kind == session.temporaries[str(name)].KIND:
        definition.temporary = True
        return definition
    if not session.account.catalog.find(kind, name):
        if expression.args.get("exists"):
            return status_result(already_dropped(name.name))
        session.require_containers(name)
        raise does_not_exist(kind, name)
    session.require("OWNERSHIP", kind, name)
    return definition


def drop(session: Session, definition: Definition, expression: Expr) -> Result:
    """Drop a relation from the data plane, then from the catalog."""
    name, kind = definition.name, definition.kind
    if definition.temporary:
        del session.temporaries[str(name)]
        session.connection.sql(f"DROP {kind} {rewrite.temporary_place(name)}")
    else:
        rewrite.set_name(definition.target, name)
        for key in ("cascade", "constraints", "restrict"):
            expression.set(key, None)
        session.connection.run_translated(expression, None, session.tag)
        forget(session.account.catalog, session.account.access, kind, name)
    return status_result(f"{name.name} successfully dropped.")


def _define_truncate(session: Session, expression: exp.TruncateTable) -> Definition | Result:
    (table,) = expression.expressions
    definition = Definition("TABLE", session.resolve(rewrite.table_name(table)), table)
    definition.temporary = str(definition.name) in session.temporaries
    if expression.args.get("exists") and not definition.temporary and not session.find_relation(definition.name):
        return status_result("Statement executed successfully.")
    expression.set("exists", None)
    return definition


def truncate(session: Session, definition: Definition, expression: Expr) -> Result:
    """Empty a table, and forget which files it was loaded from."""
    session.connection.run_translated(expression, None, session.tag)
    if not definition.temporary:
        LoadHistory(session.connection, definition.name).forget()
    return status_result("Statement executed successfully.", statement_type.DDL)
