"""Semantic models as YAML, by the specification of semantic views: read strictly, and written as they are kept.

https://docs.snowflake.com/en/user-guide/views-semantic/semantic-view-yaml-spec
"""

from __future__ import annotations

from typing import Any

import yaml
from snowflake.connector.errors import ProgrammingError

from local_account import fast_yaml
from local_account.errors import not_supported
from local_account.identifiers import folded, unquoted, written
from local_account.semantic.model import (
    Expression,
    Kind,
    LogicalTable,
    NonAdditive,
    Relationship,
    SemanticModel,
    VerifiedQuery,
)

Yaml = dict[str, Any]

_NAMED = {"name", "description", "synonyms"}
_COLUMN = _NAMED | {"expr", "data_type"}
_KEYS: dict[str, set[str]] = {
    "the semantic model": {
        "name", "description", "tables", "relationships", "metrics", "verified_queries", "module_custom_instructions",
        "custom_instructions",
    },
    "tables": _NAMED | {"base_table", "primary_key", "unique_keys", *(kind.value for kind in Kind)},
    "base_table": {"database", "schema", "table"},
    "primary_key": {"columns"},
    "unique_keys": {"columns"},
    Kind.DIMENSION.value: _COLUMN | {"sample_values", "is_enum", "labels"},
    Kind.TIME_DIMENSION.value: _COLUMN | {"sample_values", "labels"},
    Kind.FACT.value: _COLUMN | {"access_modifier", "labels"},
    Kind.METRIC.value: _COLUMN | {"data_type", "access_modifier", "non_additive_dimensions", "using_relationships"},
    Kind.FILTER.value: _NAMED | {"expr"},
    "non_additive_dimensions": {"table", "dimension", "sort_direction", "null_order"},
    "relationships": {"name", "left_table", "right_table", "relationship_columns", "join_type", "relationship_type"},
    "relationship_columns": {"left_column", "right_column"},
    "verified_queries": {"name", "question", "sql", "verified_at", "verified_by", "use_as_onboarding_question"},
    "module_custom_instructions": {"sql_generation", "question_categorization"},
}  # fmt: skip
# What the specification has and this account does not do.
_REFUSED = {
    "variables", "max_staleness", "tags", "cortex_search_service", "cortex_search_service_name", "definition", "type",
    "measures",
}  # fmt: skip
# libyaml's, where PyYAML brings it, is ten times as fast.
_INVALID_YAML = 392400  # as accounts answer it
_PRIVATE, _PUBLIC = "private_access", "public_access"


def _invalid_yaml(message: str) -> ProgrammingError:
    """Build the error of a YAML text that is no model."""
    return ProgrammingError(msg=f"SQL compilation error:\n{message}", errno=_INVALID_YAML, sqlstate="22023")


def read(text: str) -> SemanticModel:
    """Read a model.

    Raises:
        ProgrammingError: where it is no YAML or no model, in one sentence that names the key.
    """
    try:
        document = fast_yaml.load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise _invalid_yaml(f"The YAML cannot be read{where}: {getattr(error, 'problem', None)}.") from error
    given = _checked(document, "the semantic model")
    instructions = _checked(given.get("module_custom_instructions") or {}, "module_custom_instructions")
    if legacy := given.get("custom_instructions"):
        instructions = {"sql_generation": legacy} | instructions
    return SemanticModel(
        name=_name(given, "the semantic model"),
        description=_text(given, "description"),
        tables=tuple(_table(one) for one in _list(given, "tables", of="the semantic model")),
        relationships=tuple(_relationship(one) for one in _list(given, "relationships")),
        metrics=tuple(_expression(one, Kind.METRIC, None) for one in _list(given, "metrics")),
        verified_queries=tuple(_verified(one) for one in _list(given, "verified_queries")),
        instructions={key: value for key in instructions if (value := _text(instructions, key))},
    )


def _checked(given: Any, what: str) -> Yaml:
    """Return a mapping that has no keys but those that belong there."""
    if not isinstance(given, dict):
        raise _invalid_yaml(f"An entry of {what} must be a mapping of keys to values.")
    for key in given:
        if key in _REFUSED:
            raise not_supported(f"{key} in the YAML of a semantic view")
        if key not in _KEYS[what]:
            raise _invalid_yaml(f"The YAML has an unknown key '{key}' in {what}{_of(given)}.")
    return given


def _of(given: Yaml) -> str:
    return f" of '{given['name']}'" if isinstance(given.get("name"), str) else ""


def _list(given: Yaml, key: str, of: str | None = None) -> list[Yaml]:
    """Return a list of mappings; `of` says what cannot be without it."""
    found = given.get(key) or []
    if not isinstance(found, list):
        raise _invalid_yaml(f"{key}{_of(given)} must be a list.")
    if of and not found:
        raise _invalid_yaml(f"{key} is missing in {of}{_of(given)}.")
    return [_checked(one, key) for one in found]


def _text(given: Yaml, key: str, of: str | None = None) -> str:
    found = given.get(key)
    if found is None and of is None:
        return ""
    if found is None or found == "":
        raise _invalid_yaml(f"{key} is missing in {of}{_of(given)}.")
    if not isinstance(found, str):
        raise _invalid_yaml(f"{key}{_of(given)} must be text.")
    return found


def _flag(given: Yaml, key: str) -> bool:
    found = given.get(key, False)
    if not isinstance(found, bool):
        raise _invalid_yaml(f"{key}{_of(given)} must be true or false.")
    return found


def _texts(given: Yaml, key: str) -> tuple[str, ...]:
    found = given.get(key) or []
    if not isinstance(found, list):
        raise _invalid_yaml(f"{key}{_of(given)} must be a list.")
    # Sample values are of the column's type.
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in found)


def _identifier(text: str) -> str:
    return unquoted(text) if len(text) > 1 and text[0] == text[-1] == '"' else folded(text)


def _name(given: Yaml, of: str, key: str = "name") -> str:
    return _identifier(_text(given, key, of))


def _names(given: Yaml, key: str) -> tuple[str, ...]:
    return tuple(_identifier(one) for one in _texts(given, key))


def _table(given: Yaml) -> LogicalTable:
    name = _name(given, "tables")
    if "base_table" not in given:
        raise _invalid_yaml(f"base_table is missing in tables of '{name}'.")
    base = _checked(given["base_table"], "base_table")
    database, schema, base_name = (_name(base, "base_table", key) for key in ("database", "schema", "table"))
    return LogicalTable(
        name=name,
        base=(database, schema, base_name),
        primary_key=_names(_checked(given.get("primary_key") or {}, "primary_key"), "columns"),
        unique_keys=tuple(_names(key, "columns") for key in _list(given, "unique_keys")),
        description=_text(given, "description"),
        synonyms=_texts(given, "synonyms"),
        expressions=tuple(_expression(one, kind, name) for kind in Kind for one in _list(given, kind.value)),
    )


def _expression(given: Yaml, kind: Kind, table: str | None) -> Expression:
    access = given.get("access_modifier", _PUBLIC)
    if access not in (_PRIVATE, _PUBLIC):
        raise _invalid_yaml(f"access_modifier{_of(given)} must be {_PUBLIC} or {_PRIVATE}.")
    return Expression(
        name=_name(given, kind.value),
        kind=kind,
        expr=_text(given, "expr", kind.value).strip(),
        table=table,
        data_type=_text(given, "data_type") or None,
        description=_text(given, "description"),
        synonyms=_texts(given, "synonyms"),
        sample_values=_texts(given, "sample_values"),
        is_enum=_flag(given, "is_enum"),
        private=access == _PRIVATE,
        labels=_texts(given, "labels"),
        non_additive=tuple(_non_additive(one) for one in _list(given, "non_additive_dimensions")),
        using=_names(given, "using_relationships"),
    )


def _non_additive(given: Yaml) -> NonAdditive:
    return NonAdditive(
        table=_name(given, "non_additive_dimensions", "table"),
        dimension=_name(given, "non_additive_dimensions", "dimension"),
        descending=given.get("sort_direction", "ascending") == "descending",
        nulls_first=given.get("null_order", "last") == "first",
    )


def _relationship(given: Yaml) -> Relationship:
    pairs = _list(given, "relationship_columns", of="relationships")
    return Relationship(
        name=_name(given, "relationships"),
        left=_name(given, "relationships", "left_table"),
        right=_name(given, "relationships", "right_table"),
        left_columns=tuple(_name(pair, "relationship_columns", "left_column") for pair in pairs),
        right_columns=tuple(_name(pair, "relationship_columns", "right_column") for pair in pairs),
    )


def _verified(given: Yaml) -> VerifiedQuery:
    at = given.get("verified_at")
    if at is not None and (not isinstance(at, int) or isinstance(at, bool)):
        raise _invalid_yaml(f"verified_at{_of(given)} must be a number of seconds since 1970.")
    return VerifiedQuery(
        name=_text(given, "name", "verified_queries"),
        question=_text(given, "question", "verified_queries"),
        sql=_text(given, "sql", "verified_queries").strip(),
        verified_at=at,
        verified_by=_text(given, "verified_by") or None,
        onboarding=_flag(given, "use_as_onboarding_question"),
    )


def write(model: SemanticModel, *, typed: bool = False) -> str:
    """Write a model, as SYSTEM$READ_YAML_FROM_SEMANTIC_VIEW returns it; what nobody said is left out.

    Args:
        model: what to write.
        typed: whether metrics have their types, which the specification has no place for; `read` knows them.
    """
    document = _without_nothing(
        {
            "name": written(model.name),
            "description": model.description,
            "tables": [_table_form(table, typed=typed) for table in model.tables],
            "relationships": [_relationship_form(one) for one in model.relationships],
            "metrics": [_expression_form(one, typed=typed) for one in model.metrics],
            "verified_queries": [
                _without_nothing(
                    {
                        "name": one.name,
                        "question": one.question,
                        "sql": one.sql,
                        "verified_at": one.verified_at,
                        "verified_by": one.verified_by,
                        "use_as_onboarding_question": one.onboarding,
                    }
                )
                for one in model.verified_queries
            ],
            "module_custom_instructions": model.instructions,
        }
    )
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _table_form(table: LogicalTable, *, typed: bool) -> Yaml:
    database, schema, name = (written(part) for part in table.base)
    return _without_nothing(
        {
            "name": written(table.name),
            "synonyms": list(table.synonyms),
            "description": table.description,
            "base_table": {"database": database, "schema": schema, "table": name},
            "primary_key": {"columns": [written(c) for c in table.primary_key]} if table.primary_key else None,
            "unique_keys": [{"columns": [written(c) for c in key]} for key in table.unique_keys],
        }
        | {kind.value: [_expression_form(e, typed=typed) for e in table.expressions if e.kind is kind] for kind in Kind}
    )


def _expression_form(one: Expression, *, typed: bool) -> Yaml:
    has_access = one.kind in (Kind.FACT, Kind.METRIC)
    has_type = typed or one.kind is not Kind.METRIC
    return _without_nothing(
        {
            "name": written(one.name),
            "synonyms": list(one.synonyms),
            "description": one.description,
            "expr": one.expr,
            "data_type": one.data_type if has_type else None,
            "sample_values": list(one.sample_values),
            "is_enum": one.is_enum,
            "labels": list(one.labels),
            "access_modifier": (_PRIVATE if one.private else _PUBLIC) if has_access else None,
            "non_additive_dimensions": [
                {
                    "table": written(by.table),
                    "dimension": written(by.dimension),
                    "sort_direction": "descending" if by.descending else "ascending",
                    "null_order": "first" if by.nulls_first else "last",
                }
                for by in one.non_additive
            ],
            "using_relationships": [written(name) for name in one.using],
        }
    )


def _relationship_form(one: Relationship) -> Yaml:
    return {
        "name": written(one.name),
        "left_table": written(one.left),
        "right_table": written(one.right),
        "relationship_columns": [
            {"left_column": written(left), "right_column": written(right)}
            for left, right in zip(one.left_columns, one.right_columns, strict=True)
        ],
    }


def _without_nothing(mapping: Yaml) -> Yaml:
    return {key: value for key, value in mapping.items() if value not in (None, False, "", [], {})}


class _Dumper(yaml.SafeDumper):
    """Writes SQL of several lines as it stands."""


def _block_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _block_text)
