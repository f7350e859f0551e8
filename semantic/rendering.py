"""Writes the semantic model as the YAML that Snowflake makes a semantic view of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from semantic.source import Dimension, Expression, Fact, Filter, LogicalTable, Metric, Model, TimeDimension

Yaml = dict[str, Any]

# Units that figures are measured in; others say what is counted.
_MEASURED = frozenset({"USD", "percent", "days", "years"})


def render(model: Model, database: str) -> str:
    """Return the model in Snowflake's own keys: a unit ends its description, what is personal is said in words.

    Args:
        model: the source.
        database: the database of its base tables.
    """
    document = _without_nothing(
        {
            "name": model.name.upper(),
            "description": model.description,
            "tables": [_table(table, database) for table in model.tables],
            "relationships": [
                {
                    "name": one.name.upper(),
                    "left_table": one.left_table.upper(),
                    "right_table": one.right_table.upper(),
                    "relationship_columns": [
                        {"left_column": pair.left_column.upper(), "right_column": pair.right_column.upper()}
                        for pair in one.relationship_columns
                    ],
                }
                for one in model.relationships
            ],
            "metrics": [_metric(metric) for metric in model.metrics],
            "verified_queries": [
                one.model_dump(exclude={"at"}, exclude_defaults=True) for one in model.verified_queries
            ],
            "module_custom_instructions": model.module_custom_instructions.model_dump(exclude={"at"}),
        }
    )
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def described(expression: Expression) -> str:
    """Return what an expression is, with its unit, as one sentence."""
    unit = getattr(expression, "unit", "")
    text = expression.description.rstrip(".")
    if text and unit:
        text += f", in {unit}" if unit in _MEASURED else f" ({unit})"
    return text and f"{text}."


def _table(table: LogicalTable, database: str) -> Yaml:
    base = {"database": database, "schema": table.base_table.schema_, "table": table.base_table.table}
    return _without_nothing(
        {
            "name": table.name.upper(),
            "description": table.description,
            "synonyms": table.synonyms,
            "base_table": base,
            "primary_key": table.primary_key and {"columns": [name.upper() for name in table.primary_key.columns]},
            "unique_keys": [{"columns": [name.upper() for name in key.columns]} for key in table.unique_keys],
            "dimensions": [_dimension(one) for one in table.dimensions],
            "time_dimensions": [_time_dimension(one) for one in table.time_dimensions],
            "facts": [_fact(one) for one in table.facts],
            "metrics": [_metric(one) for one in table.metrics],
            "filters": [_expression(one) for one in table.filters],
        }
    )


def _expression(one: Dimension | TimeDimension | Fact | Metric | Filter) -> Yaml:
    return {"name": one.name.upper(), "synonyms": one.synonyms, "description": described(one), "expr": one.expr}


def _dimension(one: Dimension) -> Yaml:
    return _without_nothing(
        _expression(one)
        | {
            "data_type": one.data_type,
            "sample_values": one.sample_values,
            "is_enum": one.is_enum or None,
            "labels": one.labels,
        }
    )


def _time_dimension(one: TimeDimension) -> Yaml:
    return _without_nothing(_expression(one) | {"data_type": one.data_type, "sample_values": one.sample_values})


def _fact(one: Fact) -> Yaml:
    return _without_nothing(_expression(one) | {"data_type": one.data_type, "access_modifier": one.access_modifier})


def _metric(one: Metric) -> Yaml:
    return _without_nothing(
        _expression(one)
        | {
            "access_modifier": one.access_modifier,
            "non_additive_dimensions": [
                non_additive.model_dump(exclude={"at"}) for non_additive in one.non_additive_dimensions
            ],
            "using_relationships": [name.upper() for name in one.using_relationships],
        }
    )


def _without_nothing(mapping: Yaml) -> Yaml:
    return {key: value for key, value in mapping.items() if value not in (None, "", [], {})}


class _Dumper(yaml.SafeDumper):
    """Writes SQL of several lines as it stands."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
