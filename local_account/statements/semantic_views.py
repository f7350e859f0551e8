"""SEMANTIC VIEW objects: made by CREATE or of YAML, altered, dropped, and read back as YAML."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fakesnow import statement_type

from local_account.catalog.objects import SemanticView, model_of
from local_account.errors import invalid_value, not_supported, require_one_way, syntax_error
from local_account.identifiers import Name
from local_account.queries.rewrite import scalar_function
from local_account.queries.rights import missing
from local_account.results import Result, status_result, table_result
from local_account.semantic import yaml_form
from local_account.statements.calls import call_arguments
from local_account.statements.declared import (
    COMMENT,
    CREATED_ON,
    DATABASE_NAME,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA_NAME,
    Kind,
    const,
    declare,
)
from local_account.statements.kinds import admit
from local_account.statements.registry import Statement, handles
from local_account.statements.semantic_checks import checked
from local_account.statements.semantic_clauses import read_clauses

if TYPE_CHECKING:
    from local_account.semantic.model import SemanticModel
    from local_account.session.session import Session

_FROM_YAML = "SYSTEM$CREATE_SEMANTIC_VIEW_FROM_YAML"
_FEWEST, _MOST = 2, 4  # of its arguments

SEMANTIC_VIEW = declare(
    Kind(
        SemanticView,
        {},
        (CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, COMMENT, OWNER, ROLE_TYPE, const("extension", None)),
        create=False,
        describe=False,
    )
)


@handles("CREATE SEMANTIC VIEW")
def create(session: Session, statement: Statement) -> Result:
    """CREATE [OR REPLACE | OR ALTER] SEMANTIC VIEW [IF NOT EXISTS] name clauses [COPY GRANTS]."""
    if other := statement.modifiers - {"OR REPLACE", "OR ALTER"}:
        raise not_supported(f"CREATE {min(other)} SEMANTIC VIEW")
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name(), SemanticView.KIND)
    alters = "OR ALTER" in statement.modifiers
    require_one_way(replace=alters, guarded=guarded)
    replaces = alters or "OR REPLACE" in statement.modifiers
    if answer := admit(session, SemanticView, name, guarded=guarded, replace=replaces):
        return answer
    model = read_clauses(cursor, session.resolve)
    if model is None:
        raise syntax_error(f"Semantic view {name.name} needs TABLES.")
    copy_grants = cursor.accept("COPY", "GRANTS")
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")
    _make(session, name, checked(session, replace(model, name=name.name)), alters=alters, copy_grants=copy_grants)
    return status_result(f"Semantic view {name.name} successfully created.")


def _make(session: Session, name: Name, model: SemanticModel, *, alters: bool, copy_grants: bool) -> None:
    """Put a checked model into the catalog; a view that is altered stays what it is, with owner, tags and grants."""
    existing = session.account.catalog.find(SemanticView, name)
    if existing and alters:
        item = existing.copy()
        item.definition, item.comment = yaml_form.write(model, typed=True), model.description
        session.account.catalog.save(item)
        return
    item = SemanticView(name, session.role, model.description, definition=yaml_form.write(model, typed=True))
    session.add_object(item, copy_grants=copy_grants)


@handles(f"CALL {_FROM_YAML}")
def create_from_yaml(session: Session, statement: Statement) -> Result:
    """CALL SYSTEM$CREATE_SEMANTIC_VIEW_FROM_YAML('database.schema', yaml [, verify_only] [, create_or_alter]).

    https://docs.snowflake.com/en/sql-reference/stored-procedures/system_create_semantic_view_from_yaml
    """
    texts, named = call_arguments(statement.cursor)
    if any(named) or not _FEWEST <= len(texts) <= _MOST:
        raise invalid_value(f"{_FROM_YAML} takes a schema, a YAML specification, and up to two of TRUE or FALSE.")
    values = session.execute(f"select {', '.join(texts)}", statement.binds).rows()[0]
    schema, text, verify_only, alters = (*values, False, False)[:_MOST]
    if not isinstance(schema, str) or not isinstance(text, str):
        raise invalid_value(f"The schema and the YAML specification of {_FROM_YAML} must be text.")
    within = Name.parse(schema)
    if within.schema is None or within.database is not None:
        raise invalid_value(f"'{schema}' must be the name of a schema with its database, such as MY_DB.MY_SCHEMA.")
    model = yaml_form.read(text)
    name = Name.of(within.schema, within.name, model.name)
    admit(session, SemanticView, name, guarded=False, replace=True)
    model = checked(session, model)
    if verify_only:
        said = "YAML file is valid for creating a semantic view. No object has been created yet."
    else:
        _make(session, name, model, alters=bool(alters), copy_grants=True)
        said = "Semantic view was successfully created."
    return table_result([(_FROM_YAML, "text")], [(said,)], statement_type.SELECT)


@scalar_function("SYSTEM$READ_YAML_FROM_SEMANTIC_VIEW")
def read_yaml(session: Session, view: str) -> str:
    """SYSTEM$READ_YAML_FROM_SEMANTIC_VIEW('database.schema.view'): the model, as YAML."""
    return yaml_form.write(model_of(found(session, session.resolve(Name.parse(str(view))))))


def found(session: Session, name: Name) -> SemanticView:
    """Return a semantic view that the role may see. Raises: ProgrammingError (2003) where there is none."""
    item = session.account.catalog.find(SemanticView, name)
    session.require_containers(name)
    if item is None or not session.account.access.sees(session.role, SemanticView.KIND, name):
        raise missing(name)
    return item
