"""Masking policies, and setting them on columns of tables and views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import MaskingPolicy, Relation, Table, Tag, View
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.queries.columns import columns
from local_account.results import Result, table_result
from local_account.statements import listing
from local_account.statements.kinds import alters, creates, describes, drops, takes_comment
from local_account.statements.registry import Statement, handles
from local_account.types import DataType

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session


@creates(MaskingPolicy)
def create_policy(session: Session, statement: Statement, name: Name) -> MaskingPolicy:
    """CREATE [OR REPLACE] MASKING POLICY [IF NOT EXISTS] name AS (value type) RETURNS type -> body [COMMENT = '..']."""
    cursor = statement.cursor
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
            f"Masking policy function argument and return type mismatch. {name} takes {kind} and returns {returned}."
        )
    cursor.expect("->")
    body, comment = _body(cursor)
    _require_unused(session, name)
    return MaskingPolicy(name, session.role, comment, argument=argument, type=kind, body=body)


def _require_unused(session: Session, policy: Name) -> None:
    """Refuse to lose a policy that is set on a column or a tag."""
    tags = session.account.catalog.list(Tag)
    if _users(session, policy) or any(str(policy) in tag.policies.values() for tag in tags):
        raise invalid_value(
            f"Policy {policy} cannot be dropped/replaced as it is associated with one or more entities."
        )


def _body(cursor: Cursor) -> tuple[str, str]:
    """Consume the body, up to a COMMENT = '...' at its end."""
    tokens = cursor.tokens[cursor.index :]
    comment = ""
    if len(tokens) > 3 and tokens[-3].upper == "COMMENT" and tokens[-2].text == "=":  # noqa: PLR2004 - COMMENT = 'x'
        del cursor.tokens[-3:]
        comment = tokens[-1].text[1:-1].replace("''", "'")
    return cursor.rest(), comment


@alters(MaskingPolicy)
def alter_policy(session: Session, item: MaskingPolicy, cursor: Cursor) -> None:
    """ALTER MASKING POLICY [IF EXISTS] name SET BODY -> body | SET COMMENT = '..' | UNSET COMMENT | RENAME TO name."""
    session.require("OWNERSHIP", MaskingPolicy.KIND, item.name)
    if cursor.accept("SET", "BODY", "->"):
        item.body = cursor.rest()
    elif cursor.accept("RENAME", "TO"):
        _rename(session, item, session.resolve(cursor.name()))
        return
    elif not takes_comment(item, cursor):
        raise not_supported(f"ALTER MASKING POLICY ... {cursor.rest()}")
    session.account.catalog.save(item)


def _rename(session: Session, item: MaskingPolicy, new: Name) -> None:
    catalog, old = session.account.catalog, str(item.name)
    with catalog.together():
        for relation, column in _users(session, item.name):
            relation.masking[column] = str(new)
            catalog.save(relation)
        for tag in catalog.list(Tag):
            if old in tag.policies.values():
                tag.policies = {kind: str(new) if policy == old else policy for kind, policy in tag.policies.items()}
                catalog.save(tag)
        session.rename_object(item, new)


@drops(MaskingPolicy)
def drop_policy(session: Session, item: MaskingPolicy) -> None:
    """DROP MASKING POLICY [IF EXISTS] name."""
    _require_unused(session, item.name)
    session.drop_object(item)


def _users(session: Session, policy: Name) -> list[tuple[Relation, str]]:
    """Return the relations and columns on which a policy is set."""
    catalog = session.account.catalog
    relations: list[Relation] = [*catalog.list(Table), *catalog.list(View)]
    return [(item, column) for item in relations for column, name in item.masking.items() if name == str(policy)]


@handles("SHOW MASKING POLICIES")
def show_policies(session: Session, statement: Statement) -> Result:
    """SHOW MASKING POLICIES [LIKE ..] [IN ..]."""
    items = listing.visible(session, MaskingPolicy, statement.cursor)
    columns_ = [("created_on", "timestamp_ltz")] + [
        (n, "text") for n in ("name", "database_name", "schema_name", "kind", "owner", "comment", "owner_role_type",
                              "options")
    ]  # fmt: skip
    rows = [(o.created_on, o.name.name, o.name.database, o.name.schema, "MASKING_POLICY", o.owner, o.comment, "ROLE",
             "") for o in items]  # fmt: skip
    return table_result(columns_, rows)


@describes(MaskingPolicy)
def describe_policy(
    _session: Session, item: MaskingPolicy
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, str]]]:
    """DESCRIBE MASKING POLICY name."""
    row = (item.name.name, f"({item.argument} {item.type})", item.type, item.body)
    return [(n, "text") for n in ("name", "signature", "return_type", "body")], [row]


def alter_masking(session: Session, item: Relation, column: str, cursor: Cursor) -> None:
    """Read and apply SET MASKING POLICY name [FORCE] or UNSET MASKING POLICY to a column."""
    policies = item.masking
    if cursor.accept("UNSET", "MASKING", "POLICY"):
        policies.pop(column, None)
        return
    cursor.expect("SET", "MASKING", "POLICY")
    name = session.resolve(cursor.name())
    session.require_containers(name)
    force = cursor.accept("FORCE")
    policy = session.account.catalog.get(MaskingPolicy, name)
    if not (session.allows("APPLY", "MASKING POLICY", name) or session.allows("APPLY MASKING POLICY", "ACCOUNT")):
        session.require("APPLY", "MASKING POLICY", name)
    found = next((c for c in columns(session, item.name) if c.name == column), None)
    if found is None:
        raise does_not_exist("Column", column)
    if found.type.name != policy.type:
        raise ProgrammingError(
            msg=f"SQL compilation error: COLUMN data type {found.type} does not match with masking policy data type "
            f"{DataType.parse(policy.type).json(nullable=True)['type']}.",
            errno=3003,
            sqlstate="42601",
        )
    if policies.get(column) not in (None, str(name)) and not force:
        raise invalid_value(
            f"Column {column} is already attached to another masking policy: {policies[column]}; use FORCE."
        )
    policies[column] = str(name)
