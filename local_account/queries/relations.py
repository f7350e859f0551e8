"""CREATE, DROP and TRUNCATE of tables, views and sequences, which the catalog owns and describes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from sqlglot import Expr, exp

from local_account.catalog.recovery import changing, forget
from local_account.catalog.store import CatalogObject
from local_account.data_plane import plane
from local_account.errors import already_exists, not_supported
from local_account.parsing import Name
from local_account.queries import reads, rewrite, rights
from local_account.queries.rights import missing
from local_account.results import Result, status_result
from local_account.stages.load_history import LoadHistory
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.session.session import Session

STATEMENTS = (exp.Create, exp.Drop, exp.TruncateTable)
_TEMPORARY = ("TABLE", "VIEW")
_KINDS = ("TABLE", "VIEW", "SEQUENCE")
_KEYS = (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.PrimaryKey, exp.ForeignKey,
         exp.Reference, exp.Constraint)  # fmt: skip

_KEPT = (exp.NotNullColumnConstraint, exp.DefaultColumnConstraint, exp.AutoIncrementColumnConstraint,
         exp.GeneratedAsIdentityColumnConstraint)  # fmt: skip


def execute(session: Session, expression: Expr, params: list[Any], sql: str) -> Result:
    """Execute one of `STATEMENTS`; sql is its text, which SHOW VIEWS shows. Raises: as the data plane does."""
    query = expression.expression if isinstance(expression, exp.Create) else None
    kept = query.copy() if isinstance(query, exp.Query) and expression.args.get("kind") == "VIEW" else None
    expression = rewrite.prepare(session, expression, params)
    if isinstance(expression, exp.TruncateTable):
        return _truncate(session, expression)
    kind = str(expression.args.get("kind") or "").upper()
    if kind not in _KINDS:
        raise not_supported(f"{expression.key.upper()} {kind}")
    commit_before_ddl(session)
    if isinstance(expression, exp.Drop):
        return _drop(session, expression, kind)
    return _create(session, expression, kind, params, sql, kept)


def commit_before_ddl(session: Session) -> None:
    """Commit the open transaction, as DDL does on Snowflake."""
    if session.in_transaction:
        session.execute("COMMIT")


@dataclass
class _Definition:
    """What a CREATE says about a relation beside its data."""

    comment: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    temporary: bool = False
    copy_grants: bool = False


def _create(  # noqa: PLR0913, PLR0917 - the statement in its parts
    session: Session, expression: Expr, kind: str, params: list[Any], sql: str, query: Expr | None
) -> Result:
    target = expression.this.this if isinstance(expression.this, exp.Schema) else expression.this
    name = session.resolve(rewrite.table_name(target))
    definition = _strip(expression)
    replace, guarded = bool(expression.args.get("replace")), bool(expression.args.get("exists"))
    if definition.temporary:
        return _create_temporary(session, expression, target, name, params)
    existing = _existing(session, kind, name)
    if existing and guarded:
        return status_result(f"{name.name} already exists, statement succeeded.")
    _require_creation(session, kind, name, existing, replace=replace)
    clone = expression.args.get("clone")
    tables = rewrite.qualify(session, expression, name if kind == "VIEW" else None)
    sources = [(t, n) for t, n in tables if t is not target]
    rights.authorise(session, expression, sources)
    if expression.expression and kind == "TABLE":
        rights.require_warehouse(session, expression, sources)
    if kind == "TABLE" and not clone:
        reads.apply(session, sources)
    if clone:
        _inherit(session, definition, rewrite.table_name(clone.this))
    if query is not None:
        definition.properties |= reads.view_properties(session, query, name) | {"TEXT": sql}
    item = CatalogObject(kind, name, session.role, definition.properties, definition.comment)
    keeps_grants = replace and definition.copy_grants and existing
    with changing(session.account, item, name if keeps_grants else None):
        plane.run(session.connection, expression, params, session.tag)
    return status_result(f"{kind.capitalize()} {name.name} successfully created.")


def _existing(session: Session, kind: str, name: Name) -> str | None:
    session.require_containers(name)
    if kind == "SEQUENCE":
        return "SEQUENCE" if session.account.catalog.find("SEQUENCE", name) else None
    return session.find_relation(name)


def _require_creation(session: Session, kind: str, name: Name, existing: str | None, *, replace: bool) -> None:
    if existing and not replace:
        raise already_exists(existing, name)
    if existing:
        session.require("OWNERSHIP", existing, name)
    session.require(f"CREATE {kind}", "SCHEMA", Name.of(name.database, name.schema))


def _create_temporary(session: Session, expression: Expr, target: exp.Table, name: Name, params: list[Any]) -> Result:
    kind = str(expression.args["kind"])
    if kind not in _TEMPORARY:
        raise not_supported(f"CREATE TEMPORARY {kind}")
    session.require_containers(name)
    if str(name) in session.temporaries and not expression.args.get("replace"):
        if expression.args.get("exists"):
            return status_result(f"{name.name} already exists, statement succeeded.")
        raise already_exists(kind, name)
    sources = [(t, n) for t, n in rewrite.qualify(session, expression) if t is not target]
    rights.authorise(session, expression, sources)
    reads.apply(session, sources)
    rewrite.place_temporary(target, name)
    expression.set("properties", exp.Properties(expressions=[exp.TemporaryProperty()]))
    plane.execute_translated(session.connection, expression, params, session.tag)
    session.temporaries[str(name)] = kind
    return status_result(f"{kind.capitalize()} {name.name} successfully created.")


def _inherit(session: Session, definition: _Definition, source: Name) -> None:
    item = session.account.catalog.find("TABLE", source)
    if item:
        definition.properties = dict(item.properties) | definition.properties
        definition.comment = definition.comment or item.comment


def _strip(expression: Expr) -> _Definition:  # noqa: C901 - one case a property
    """Take out of a CREATE what DuckDB does not know; return it."""
    definition = _Definition()
    properties = expression.args.get("properties")
    for item in properties.expressions if properties else []:
        match item:
            case exp.SchemaCommentProperty():
                definition.comment = item.this.name
            case exp.TemporaryProperty():
                definition.temporary = True
            case exp.TransientProperty():
                definition.properties["TRANSIENT"] = True
            case exp.CopyGrantsProperty():
                definition.copy_grants = True
            case exp.SecureProperty():
                definition.properties["SECURE"] = True
            case exp.Cluster() | exp.ClusterProperty() | exp.ClusteredByProperty():
                definition.properties["CLUSTER_BY"] = clustering(item.expressions)
            case exp.LikeProperty():
                expression.set("expression", exp.select("*").from_(item.this).limit(0))
            case exp.Property() if "value" in item.args:
                key = item.name.upper()
                if key not in ("DATA_RETENTION_TIME_IN_DAYS", "CHANGE_TRACKING", "MAX_DATA_EXTENSION_TIME_IN_DAYS"):
                    raise not_supported(f"The table property {key}")
                value = item.args["value"]
                definition.properties[key] = int(value.name) if value.name.isdigit() else value.name.upper()
            case exp.SequenceProperties():
                return definition
            case _:
                raise not_supported(f"The table property {item.sql(dialect='snowflake')}")
    expression.set("properties", None)
    _strip_columns(expression, definition)
    return definition


def clustering(expressions: list[Expr]) -> str:
    """Return a clustering key as SHOW TABLES writes it."""
    inner = ", ".join(e.sql(dialect="snowflake").upper() for e in expressions)
    return f"LINEAR({inner})"


def _strip_columns(expression: Expr, definition: _Definition) -> None:
    schema = expression.this
    if not isinstance(schema, exp.Schema):
        return
    keys = [e.sql(dialect="snowflake") for e in schema.expressions if isinstance(e, _KEYS)]
    kept = [e for e in schema.expressions if not isinstance(e, _KEYS)]
    comments: dict[str, str] = {}
    types: dict[str, str] = {}
    for column in kept:
        if isinstance(column, exp.ColumnDef):
            keys += _strip_column(column, comments, types)
    if expression.args.get("kind") == "VIEW":
        kept = [c.this if isinstance(c, exp.ColumnDef) else c for c in kept]
    schema.set("expressions", kept)
    definition.properties |= {
        k: v for k, v in (("COLUMN_COMMENTS", comments), ("COLUMN_TYPES", types), ("KEYS", keys)) if v
    }


def _strip_column(column: exp.ColumnDef, comments: dict[str, str], types: dict[str, str]) -> list[str]:
    """Take a column's comment and keys out of its definition; return the keys."""
    name, keys, kept = _column_name(column), [], []
    if column.kind:
        types[name] = declare_type(column)
    for constraint in column.args.get("constraints") or []:
        rule = constraint.kind if isinstance(constraint, exp.ColumnConstraint) else constraint
        if isinstance(rule, exp.CommentColumnConstraint):
            comments[name] = rule.this.name
        elif isinstance(rule, _KEYS):
            keys.append(f"{rule.sql(dialect='snowflake')} ({name})")
        elif isinstance(rule, _KEPT):
            kept.append(constraint)
        elif not (isinstance(rule, exp.CollateColumnConstraint) and rule.name == ""):  # the empty one is the default
            raise not_supported(f"{rule.sql(dialect='snowflake')} inside CREATE TABLE")
    column.set("constraints", kept)
    return keys


def declare_type(column: exp.ColumnDef) -> str:
    """Give a column's definition the type that DuckDB keeps; return Snowflake's, as DESCRIBE TABLE writes it."""
    declared = DataType.of_node(column.args["kind"])
    column.set("kind", declared.node)
    return str(declared)


def _column_name(column: exp.ColumnDef) -> str:
    return column.this.this if column.this.quoted else column.this.this.upper()


def _drop(session: Session, expression: Expr, kind: str) -> Result:
    targets = expression.args["tables"]
    if len(targets) != 1:
        raise not_supported("DROP of several objects in one statement")
    name = session.resolve(rewrite.table_name(targets[0]))
    if session.temporaries.get(str(name)) == kind:
        del session.temporaries[str(name)]
        session.duck.execute(f"DROP {kind} {rewrite.temporary_place(name)}")
        return status_result(f"{name.name} successfully dropped.")
    catalog = session.account.catalog
    if not catalog.find(kind, name):
        if expression.args.get("exists"):
            return status_result(
                "Drop statement executed successfully "
                f"({name.name} already dropped or does not exist or not authorized)."
            )
        session.require_containers(name)
        raise missing(name)
    session.require("OWNERSHIP", kind, name)
    rewrite.set_name(targets[0], name)
    for key in ("cascade", "constraints", "restrict"):
        expression.set(key, None)
    plane.run(session.connection, expression, None, session.tag)
    forget(catalog, session.account.access, kind, name)
    return status_result(f"{name.name} successfully dropped.")


def _truncate(session: Session, expression: Expr) -> Result:
    (table,) = expression.expressions
    (found,) = rewrite.qualify(session, expression) or [(table, None)]
    if found[1] is not None:
        if expression.args.get("exists") and not session.find_relation(found[1]):
            return status_result("Statement executed successfully.")
        rights.require_on_relation(session, "TRUNCATE", found[1])
    expression.set("exists", None)
    plane.run(session.connection, expression, None, session.tag)
    if found[1] is not None:
        LoadHistory(session.duck, found[1]).forget()
    return status_result("Statement executed successfully.", statement_type.DDL)
