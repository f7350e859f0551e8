"""ALTER TABLE, ALTER VIEW and COMMENT ON: changes of the data plane, and what only the catalog knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.catalog.objects import Relation, View
from local_account.errors import already_exists, column_exists, invalid_identifier, invalid_value, not_supported
from local_account.identifiers import Name, identifier, quoted, written
from local_account.parsing import Cursor
from local_account.queries import column_definitions, rewrite
from local_account.queries.columns import columns
from local_account.queries.rights import missing
from local_account.results import Result, status_result
from local_account.statements import keys
from local_account.statements.governance import alter_masking
from local_account.statements.registry import Statement, handles
from local_account.statements.renames import rename, swap
from local_account.statements.tag_clause import alter_tags, is_about_tags
from local_account.translation.declared import check_added_default
from local_account.types import DataType, Family

if TYPE_CHECKING:
    from local_account.session.session import Session

_DONE = "Statement executed successfully."
_RETENTION_DAYS = 90
_OTHER_SETTINGS = ("STAGE_FILE_FORMAT", "STAGE_COPY_OPTIONS", "ROW_TIMESTAMP", "CONTACT", "LOG_LEVEL")
_SETTINGS = ("DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "CHANGE_TRACKING", "COMMENT",
             "DEFAULT_DDL_COLLATION", "ENABLE_SCHEMA_EVOLUTION")  # fmt: skip


@handles("ALTER TABLE", "ALTER VIEW")
def alter(session: Session, statement: Statement) -> Result:
    """ALTER TABLE | VIEW [IF EXISTS] name: rename, columns, clustering, comment, settings."""
    cursor, kind = statement.cursor, statement.phrase.split()[1]
    guarded = cursor.accept("IF", "EXISTS")
    name = session.resolve(cursor.name())
    if kind == "TABLE" and str(name) in session.temporaries:
        _alter_temporary(session, name, cursor)
        return status_result(_DONE)
    # dbt and Snowflake accept ALTER TABLE ... RENAME on views
    catalog = session.account.catalog
    item = catalog.find_relation(name) if kind == "TABLE" else catalog.find(View, name)
    if item is None:
        if guarded:
            return status_result(_DONE)
        session.require_containers(name)
        raise missing(name, kind)
    session.require("OWNERSHIP", item.kind, name)
    session.commit()
    if cursor.accept("RENAME", "TO"):
        rename(session, item, _last_name(session, item, cursor))
    elif cursor.accept("SWAP", "WITH"):
        swap(session, item, _last_name(session, item, cursor))
    else:
        with session.account.altering:  # two that began with the same copy would lose what one of them sets
            _alter(session, item, cursor)
    return status_result(_DONE)


def _alter(session: Session, item: Relation, cursor: Cursor) -> None:
    """Work out what a statement makes of an object, and do it: first the data plane, then the catalog."""
    changed, steps = (session.account.catalog.find_relation(item.name) or item).copy(), _Steps()
    _change(session, changed, cursor, steps)
    _expect_end(item, cursor)
    if not steps:
        session.account.catalog.save(changed)
        return
    with session.account.changing(changed, item.name):
        for step in steps:
            step()


def _last_name(session: Session, item: Relation, cursor: Cursor) -> Name:
    name = session.resolve(cursor.name())
    _expect_end(item, cursor)
    return name


def _expect_end(item: Relation, cursor: Cursor) -> None:
    if not cursor.done:
        raise not_supported(f"ALTER {item.kind} ... {cursor.rest()}")


class _Steps(list[Callable[[], object]]):
    """What a statement does to the data plane, step by step."""

    def alter(self, session: Session, item: Relation, action: str) -> None:
        """Add one ALTER of DuckDB on the object."""
        self.append(lambda: _run(session, item, action))


def _change(  # noqa: C901, PLR0912 - one branch an action
    session: Session, item: Relation, cursor: Cursor, steps: _Steps
) -> None:
    if cursor.accept("CLUSTER", "BY"):
        item.cluster_by = f"LINEAR{_parenthesised(cursor)}"
    elif cursor.accept("DROP", "CLUSTERING", "KEY"):
        item.cluster_by = None
    elif cursor.accept("SUSPEND", "RECLUSTER") or cursor.accept("RESUME", "RECLUSTER"):
        pass  # nothing is ever reclustered here
    elif cursor.accept("SET", "SECURE"):
        item.secure = True
    elif cursor.accept("UNSET", "SECURE"):
        item.secure = False
    elif is_about_tags(cursor):
        alter_tags(session, item, cursor)
    elif cursor.accept("SET"):
        _set(item, cursor.properties())
    elif cursor.accept("UNSET"):
        _unset(item, cursor)
    elif cursor.accept("ADD"):
        _add(session, item, cursor, steps)
    elif cursor.accept("DROP"):
        _drop_columns(session, item, cursor, steps)
    elif cursor.accept("RENAME", "COLUMN"):
        old = cursor.identifier()
        cursor.expect("TO")
        new = cursor.identifier()
        there = {c.name for c in columns(session, item.name)}
        if old not in there:
            raise missing(Name(old))
        if new in there:
            raise already_exists(f"{item.name.name}.{new}")
        steps.alter(session, item, f"RENAME COLUMN {quoted(old)} TO {quoted(new)}")
        for values in item.by_column():
            if old in values:
                values[new] = values.pop(old)
    elif cursor.accept("ALTER") or cursor.accept("MODIFY"):
        _alter_columns(session, item, cursor, steps)
    else:
        raise not_supported(f"ALTER {item.kind} ... {cursor.rest()}")


def _set(item: Relation, given: dict[str, Any]) -> None:
    for key, value in given.items():
        if key not in _SETTINGS:
            if key in _OTHER_SETTINGS:
                raise not_supported(f"The property {key} of a {item.kind.lower()}")
            raise ProgrammingError(
                msg=f"SQL compilation error:\ninvalid property '{key}' for '{item.kind}'", errno=1006, sqlstate="42601"
            )
        if key == "DATA_RETENTION_TIME_IN_DAYS" and not (isinstance(value, int) and 0 <= value <= _RETENTION_DAYS):
            raise invalid_value(f"invalid value [{value}] for parameter '{key}'")
        if key == "COMMENT":
            item.comment = str(value or "")
        else:
            item.parameters[key] = value


def _unset(item: Relation, cursor: Cursor) -> None:
    while not cursor.done:
        key = cursor.identifier()
        if key not in _SETTINGS:
            raise not_supported(f"The property {key} of a {item.kind.lower()}")
        if key == "COMMENT":
            item.comment = ""
        else:
            item.parameters.pop(key, None)
        cursor.accept(",")


def _run(session: Session, item: Relation, action: str) -> None:
    """Execute one ALTER of DuckDB on the object."""
    session.connection.sql(f"ALTER {item.kind} {item.name.sql} {action}")


def _add(session: Session, item: Relation, cursor: Cursor, steps: _Steps) -> None:
    if cursor.looking_at("ROW") or cursor.looking_at("SEARCH"):
        raise not_supported(f"ALTER TABLE ... ADD {cursor.rest()}")
    if any(cursor.looking_at(word) for word in ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN")):
        keys.add(item, cursor)
        return
    cursor.accept("COLUMN")
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    there = {c.name for c in columns(session, item.name)}
    for text in _parts(cursor):
        statement = f"ALTER TABLE {item.name.sql} ADD COLUMN {'IF NOT EXISTS ' if guarded else ''}{text}"
        parsed = parse_one(statement)
        column = _definition(parsed, text)
        column_name = identifier(column.this)
        if column_name in there:
            if guarded:
                continue
            raise column_exists(column_name)
        there.add(column_name)
        kept, needed = _taken_out(item, column)
        item.column_types[column_name] = column_definitions.declare_type(column)
        for default in (c.kind.this for c in kept if isinstance(c.kind, exp.DefaultColumnConstraint)):
            check_added_default(column_name, DataType.parse(item.column_types[column_name]), default)
        steps.append(partial(session.connection.define, parsed, None, session.tag))
        if needed:
            _require(session, item, column_name, kept, steps)


def _taken_out(item: Relation, column: exp.ColumnDef) -> tuple[list[exp.ColumnConstraint], bool]:
    """Take comment and NOT NULL out of an added column. Returns: what is left, and whether it refuses NULL."""
    kept, needed = [], False
    for constraint in column.args.get("constraints") or []:
        if isinstance(constraint.kind, exp.CommentColumnConstraint):
            item.column_comments[identifier(column.this)] = constraint.kind.this.name
        elif isinstance(constraint.kind, exp.NotNullColumnConstraint):
            needed = not constraint.kind.args.get("allow_null")
        else:
            kept.append(constraint)
    column.set("constraints", kept)
    return kept, needed


def _definition(parsed: exp.Expr, text: str) -> exp.ColumnDef:
    """Return the column that an ADD COLUMN defines. Raises: ProgrammingError where it does not define one."""
    for action in parsed.args.get("actions") or ():
        if isinstance(action, exp.ColumnDef) and action.kind is not None:
            return action
    definition = Cursor.over(text)
    definition.identifier()
    definition.data_type()  # raises: mostly it is the type that sqlglot does not know
    raise not_supported(f"ALTER TABLE ... ADD {text}")


def _require(
    session: Session, item: Relation, column: str, constraints: list[exp.ColumnConstraint], steps: _Steps
) -> None:
    """Have an added column refuse NULL. DuckDB adds none that does so from the start."""
    has_value = any(isinstance(c.kind, exp.DefaultColumnConstraint) for c in constraints)
    if not has_value and session.connection.sql(f"select 1 from {item.name.sql} limit 1"):
        raise invalid_value(
            f"Non-nullable column '{column}' cannot be added to non-empty table '{item.name.name}' unless it has a "
            "non-null default value."
        )
    steps.alter(session, item, f"ALTER COLUMN {quoted(column)} SET NOT NULL")


def _parts(cursor: Cursor) -> list[str]:
    """Consume the rest of a statement as texts between commas that are not inside parentheses."""
    return [part.rest() for part in cursor.parts() if not part.done]


def _parenthesised(cursor: Cursor) -> str:
    opening = cursor.next()
    cursor.inside()
    return cursor.sql[opening.start : cursor.tokens[cursor.index - 1].end]


def _drop_columns(session: Session, item: Relation, cursor: Cursor, steps: _Steps) -> None:
    if cursor.looking_at("ROW"):
        raise not_supported(f"ALTER TABLE ... DROP {cursor.rest()}")
    if keys.drop(item, cursor):
        return
    cursor.accept("COLUMN")
    guarded = "IF EXISTS " if cursor.accept("IF", "EXISTS") else ""
    left = {c.name for c in columns(session, item.name)}
    while True:
        column = cursor.identifier()
        if column not in left and not guarded:
            raise ProgrammingError(
                msg=f"SQL compilation error:\ncolumn '{column}' does not exist", errno=904, sqlstate="42000"
            )
        left.discard(column)
        if not left:
            raise invalid_value("cannot drop all the columns of a table.")
        steps.alter(session, item, f"DROP COLUMN {guarded}{quoted(column)}")
        for values in item.by_column():
            values.pop(column, None)
        if not cursor.accept(","):
            return


def _alter_columns(session: Session, item: Relation, cursor: Cursor, steps: _Steps) -> None:
    parenthesised = cursor.accept("(")
    while True:
        cursor.accept("COLUMN")
        _alter_column(session, item, cursor.identifier(), cursor, steps)
        if not cursor.accept(","):
            break
    if parenthesised:
        cursor.expect(")")


def _require_column(session: Session, item: Relation, column: str) -> None:
    if column not in (c.name for c in columns(session, item.name)):
        raise invalid_identifier(written(column))


def _alter_column(session: Session, item: Relation, column: str, cursor: Cursor, steps: _Steps) -> None:
    _require_column(session, item, column)
    if cursor.accept("COMMENT"):
        item.column_comments[column] = str(cursor.value())
    elif cursor.accept("UNSET", "COMMENT"):
        item.column_comments.pop(column, None)
    elif cursor.accept("SET", "NOT", "NULL") or cursor.accept("NOT", "NULL"):
        steps.alter(session, item, f"ALTER COLUMN {quoted(column)} SET NOT NULL")
    elif cursor.accept("DROP", "NOT", "NULL"):
        steps.alter(session, item, f"ALTER COLUMN {quoted(column)} DROP NOT NULL")
    elif cursor.accept("DROP", "DEFAULT"):
        steps.alter(session, item, f"ALTER COLUMN {quoted(column)} DROP DEFAULT")
    elif cursor.accept("SET", "DATA", "TYPE") or cursor.accept("TYPE"):
        _set_type(session, item, column, cursor, steps)
    elif is_about_tags(cursor):
        alter_tags(session, item, cursor, column)
    elif cursor.looking_at("SET", "MASKING") or cursor.looking_at("UNSET", "MASKING"):
        alter_masking(session, item, column, cursor)
    else:
        _set_other(session, item, column, cursor, steps)


def _set_other(session: Session, item: Relation, column: str, cursor: Cursor, steps: _Steps) -> None:
    """Change a column's type, whose words may stand alone; of what is set there is nothing else that can be."""
    if cursor.accept("SET", "DEFAULT") and not cursor.rest().upper().endswith("NEXTVAL"):
        raise ProgrammingError(msg="Unsupported feature 'Alter Column Set Default'.", errno=2, sqlstate="0A000")
    if cursor.done or cursor.looking_at("SET") or cursor.looking_at("UNSET") or cursor.looking_at("DROP"):
        raise not_supported(f"ALTER {item.kind} ... ALTER {column} {cursor.rest()}")
    _set_type(session, item, column, cursor, steps)


def _set_type(session: Session, item: Relation, column: str, cursor: Cursor, steps: _Steps) -> None:
    declared = cursor.data_type()
    _require_similar(column, next(c.type for c in columns(session, item.name) if c.name == column), declared)
    steps.alter(session, item, f"ALTER COLUMN {quoted(column)} SET DATA TYPE {declared.duckdb}")
    item.column_types[column] = str(declared)


def _require_similar(column: str, before: DataType, wanted: DataType) -> None:
    """Refuse to make another type of a column than one that all of its values are of.

    https://docs.snowflake.com/en/sql-reference/sql/alter-table-column; whether a smaller precision holds every number
    is left to the change itself.

    Raises: ProgrammingError (2108, or 40050 for a shorter text).
    """
    reason, errno = None, 2108
    if before.name != wanted.name:
        reason = ""
    elif (wanted.length or 0) < (before.length or 0):
        reason, errno = f" because reducing the byte-length of a {before.name.lower()} is not supported.", 40050
    elif before.family is Family.EXACT and wanted.scale != before.scale:
        reason = " because changing the scale of a number is not supported."
    if reason is not None:
        change = f"cannot change column {written(column)} from type {before} to {wanted}"
        raise ProgrammingError(
            msg=f"SQL compilation error:\n{change}{reason}",
            errno=errno,
            sqlstate="22000",
        )


def _alter_temporary(session: Session, name: Name, cursor: Cursor) -> None:
    if not cursor.accept("RENAME", "TO"):
        raise not_supported(f"Of a temporary table, ALTER TABLE ... {cursor.rest()}")
    new = session.resolve(cursor.name())
    session.connection.sql(f"ALTER TABLE {rewrite.temporary_place(name)} RENAME TO {quoted(str(new))}")
    session.temporaries[str(new)] = replace(session.temporaries.pop(str(name)), name=new)
    types = session.connection.column_types
    types.made_temporary(str(new), types.temporary(str(name)))
