"""What the current role must have for a statement on relations: privileges on each of them, and a warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.catalog.objects import SemanticView
from local_account.errors import not_supported
from local_account.identifiers import Name
from local_account.queries import merge, rewrite

if TYPE_CHECKING:
    from local_account.session.session import Session

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
DML = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_INFORMATION_SCHEMA = "INFORMATION_SCHEMA"


def authorise(session: Session, expression: Expr, tables: list[tuple[exp.Table, Name]]) -> None:
    """Check the current role's rights on every relation that a statement names."""
    written = target(expression)
    for table, name in tables:
        if name.schema == _INFORMATION_SCHEMA:
            session.require("USAGE", "DATABASE", Name(str(name.database)))
            continue
        if isinstance(table.parent, exp.SemanticView):
            require_on_semantic_view(session, name)
            continue
        privileges = privileges_of(expression) if table is written else ("SELECT",)
        for privilege in privileges:
            require_on_relation(session, privilege, name)


def target(expression: Expr) -> Expr | None:
    """Return the table that DML or TRUNCATE writes."""
    if isinstance(expression, exp.TruncateTable):
        return expression.expressions[0]
    written = expression.this if isinstance(expression, DML) else None
    return written.this if isinstance(written, exp.Schema) else written


def missing(name: Name, kind: str = "Object") -> ProgrammingError:
    """Build the error for a table or view that does not exist, with the code that queries give."""
    return ProgrammingError(
        msg=f"SQL compilation error:\n{kind.capitalize()} '{name}' does not exist or not authorized.",
        errno=2003,
        sqlstate="42S02",
    )


def require_on_relation(session: Session, privilege: str, name: Name) -> str:
    """Check a privilege on a table or view; return its kind."""
    kind = session.find_relation(name)
    if kind is None:
        # USAGE around it is checked first, so that nobody learns what exists where they may not look.
        session.require_containers(name)
        of_model = session.account.catalog.find(SemanticView, name)
        if of_model and session.account.access.sees(session.role, SemanticView.KIND, name):
            raise not_supported(f"Naming the semantic view {name} outside of SEMANTIC_VIEW(...)")
        raise missing(name)
    session.require(privilege, kind, name)
    return kind


def require_on_semantic_view(session: Session, name: Name) -> None:
    """Check that the role may query a semantic view; it needs no right on the tables that the view reads.

    https://docs.snowflake.com/en/user-guide/views-semantic/querying#privileges-required-to-query-a-semantic-view
    """
    if session.account.catalog.find(SemanticView, name) is None:
        session.require_containers(name)
        raise missing(name)
    session.require("SELECT", SemanticView.KIND, name)


def privileges_of(expression: Expr) -> tuple[str, ...]:
    """Return the privileges that DML or TRUNCATE needs on the table it writes; none for a query."""
    match expression:
        case exp.Insert():
            return ("INSERT", "DELETE") if expression.args.get("overwrite") else ("INSERT",)
        case exp.Update():
            return ("UPDATE",)
        case exp.Delete():
            return ("DELETE",)
        case exp.Merge():
            return tuple(merge.actions(expression))
        case exp.TruncateTable():
            return ("TRUNCATE",)
        case _:
            return ()


def require_warehouse(session: Session, expression: Expr, tables: list[tuple[exp.Table, Name]]) -> None:
    """Refuse to compute without a warehouse; SHOW, DESCRIBE, constants and session functions need none.

    INFORMATION_SCHEMA and table functions need one too:
    https://docs.snowflake.com/en/sql-reference/info-schema#general-usage-notes
    """
    if not tables and not rewrite.reads_results(expression) and not expression.find(exp.Generator):
        return
    if session.warehouse is None:
        raise ProgrammingError(
            msg="No active warehouse selected in the current session. Select an active warehouse with the 'use "
            "warehouse' command.",
            errno=606,
            sqlstate="57P03",
        )
    session.require("USAGE", "WAREHOUSE", Name(session.warehouse))
