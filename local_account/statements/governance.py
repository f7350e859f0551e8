"""Masking policies, and setting them on columns of tables and views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakesnow import statement_type

from local_account.catalog.store import CatalogObject
from local_account.errors import already_exists, does_not_exist, invalid_value, not_supported
from local_account.queries.columns import columns
from local_account.results import Result, status_result, table_result
from local_account.statements import listing
from local_account.statements.kinds import alters, drops
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_DONE = "Statement executed successfully."


@handles("CREATE MASKING POLICY")
def create_policy(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE] MASKING POLICY [IF NOT EXISTS] name AS (value type) RETURNS type -> body [COMMENT = '..']."""
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    cursor.expect("AS")
    cursor.expect("(")
    argument = cursor.identifier()
    kind = cursor.data_type().name
    if cursor.accept(","):
        raise not_supported("A masking policy with more than one argument")
    cursor.expect(")")
    cursor.expect("RETURNS")
    returned = cursor.data_type().name
    if kind != returned:
        raise invalid_value(
            f"Masking policy {name}: the argument's type {kind} and the returned type {returned} differ."
        )
    cursor.expect("->")
    body, comment = _body(cursor)
    existing = session.account.catalog.find("MASKING POLICY", name)
    if existing and guarded:
        return status_result(f"{name.name} already exists, statement succeeded.")
    if existing and "OR REPLACE" not in statement.modifiers:
        raise already_exists("MASKING POLICY", name)
    if existing and _is_used(session, name):
        raise invalid_value(f"Policy {name} cannot be dropped/replaced as it is associated with one or more entities.")
    properties = {"ARGUMENT": argument, "TYPE": kind, "BODY": body}
    item = CatalogObject("MASKING POLICY", name, session.role, properties, comment)
    session.create_object(item, replace="OR REPLACE" in statement.modifiers)
    return status_result(f"Masking policy {name.name} successfully created.")


def _body(cursor: Cursor) -> tuple[str, str]:
    """Consume the body, up to a COMMENT = '...' at its end."""
    tokens = cursor.tokens[cursor.index :]
    comment = ""
    if len(tokens) > 3 and tokens[-3].upper == "COMMENT" and tokens[-2].text == "=":  # noqa: PLR2004 - COMMENT = 'x'
        del cursor.tokens[-3:]
        comment = tokens[-1].text[1:-1].replace("''", "'")
    return cursor.rest(), comment


@alters("MASKING POLICY")
def alter_policy(session: Session, item: CatalogObject, cursor: Cursor) -> None:
    """ALTER MASKING POLICY [IF EXISTS] name SET BODY -> body | SET COMMENT = '..' | UNSET COMMENT | RENAME TO name."""
    catalog, name = session.account.catalog, item.name
    session.require("OWNERSHIP", "MASKING POLICY", name)
    if cursor.accept("SET", "BODY", "->"):
        item.properties["BODY"] = cursor.rest()
    elif cursor.accept("SET", "COMMENT", "="):
        item.comment = str(cursor.value())
    elif cursor.accept("UNSET", "COMMENT"):
        item.comment = ""
    elif cursor.accept("RENAME", "TO"):
        new = session.resolve(cursor.name())
        with catalog.together():
            session.rename_object(item, new)
            for relation, column in _users(session, name):
                relation.properties["MASKING"][column] = str(new)
                catalog.save(relation)
            for tag in catalog.list("TAG"):
                if policies := tag["POLICIES"]:
                    tag.properties["POLICIES"] = {k: str(new) if p == str(name) else p for k, p in policies.items()}
                    catalog.save(tag)
        return
    else:
        raise not_supported(f"ALTER MASKING POLICY ... {cursor.rest()}")
    catalog.save(item)


@drops("MASKING POLICY")
def drop_policy(session: Session, item: CatalogObject) -> None:
    """DROP MASKING POLICY [IF EXISTS] name."""
    if _is_used(session, item.name):
        raise invalid_value(
            f"Policy {item.name} cannot be dropped/replaced as it is associated with one or more entities."
        )
    session.drop_object(item)


def _is_used(session: Session, policy: Name) -> bool:
    """Tell whether a policy is set on a column or a tag."""
    tags = session.account.catalog.list("TAG")
    return bool(_users(session, policy)) or any(str(policy) in (tag["POLICIES"] or {}).values() for tag in tags)


def _users(session: Session, policy: Name) -> list[tuple[CatalogObject, str]]:
    """Return the relations and columns on which a policy is set."""
    catalog = session.account.catalog
    return [
        (item, column)
        for kind in ("TABLE", "VIEW")
        for item in catalog.list(kind)
        for column, name in (item["MASKING"] or {}).items()
        if name == str(policy)
    ]


@handles("SHOW MASKING POLICIES")
def show_policies(session: Session, statement: Statement) -> Result:
    """SHOW MASKING POLICIES [LIKE ..] [IN ..]."""
    items = listing.visible(session, "MASKING POLICY", statement.cursor)
    columns_ = [("created_on", "timestamp_ltz")] + [
        (n, "text") for n in ("name", "database_name", "schema_name", "kind", "owner", "comment", "owner_role_type",
                              "options")
    ]  # fmt: skip
    rows = [(o.created_on, o.name.name, o.name.database, o.name.schema, "MASKING_POLICY", o.owner, o.comment, "ROLE",
             "") for o in items]  # fmt: skip
    return table_result(columns_, rows)


@handles("DESCRIBE MASKING POLICY", "DESC MASKING POLICY")
def describe_policy(session: Session, statement: Statement) -> Result:
    """DESCRIBE MASKING POLICY name."""
    name = session.resolve(statement.cursor.name())
    item = session.account.catalog.get("MASKING POLICY", name)
    if not session.account.access.sees(session.role, "MASKING POLICY", name):
        raise does_not_exist("Masking policy", name)
    row = (name.name, f"({item['ARGUMENT']} {item['TYPE']})", item["TYPE"], item["BODY"])
    columns_ = [(n, "text") for n in ("name", "signature", "return_type", "body")]
    return table_result(columns_, [row], statement_type.DESCRIBE)


def alter_masking(session: Session, item: CatalogObject, column: str, cursor: Cursor) -> None:
    """Read and apply SET MASKING POLICY name [FORCE] or UNSET MASKING POLICY to a column."""
    policies = item.properties.setdefault("MASKING", {})
    if cursor.accept("UNSET", "MASKING", "POLICY"):
        policies.pop(column, None)
        return
    cursor.expect("SET", "MASKING", "POLICY")
    name = session.resolve(cursor.name())
    force = cursor.accept("FORCE")
    policy = session.account.catalog.get("MASKING POLICY", name)
    if not (session.allows("APPLY", "MASKING POLICY", name) or session.allows("APPLY MASKING POLICY", "ACCOUNT")):
        session.require("APPLY", "MASKING POLICY", name)
    found = next((c for c in columns(session, item.name) if c.name == column), None)
    if found is None:
        raise does_not_exist("Column", column)
    if found.type.name != policy["TYPE"]:
        raise invalid_value(f"Masking policy {name} is for {policy['TYPE']}, but column {column} is {found.type.name}.")
    if policies.get(column) and not force:
        raise invalid_value(
            f"Column {column} already has masking policy {policies[column]}; unset it first, or use FORCE."
        )
    policies[column] = str(name)
