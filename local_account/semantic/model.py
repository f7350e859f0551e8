"""What a semantic view declares, as typed data: read from YAML or from the parsed statement, and written as YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What an expression of a logical table is for; the value is its list's key in YAML."""

    DIMENSION = "dimensions"
    TIME_DIMENSION = "time_dimensions"
    FACT = "facts"
    METRIC = "metrics"
    FILTER = "filters"


@dataclass(frozen=True)
class Expression:
    """A dimension, time dimension, fact, metric or filter.

    Attributes:
        name: its name as the catalog keeps it, so in capitals unless it was quoted.
        kind: what it is for.
        expr: SQL over the columns of the base table, and over other expressions of the model by `TABLE.NAME`.
        table: the logical table that it belongs to; None of a metric that is derived from several.
        data_type: its type in Snowflake's words, such as NUMBER(14,2); None where nobody said or found it.
        description: what it is, in a sentence.
        synonyms: other words for it.
        sample_values: some of its values, as text.
        is_enum: whether the sample values are all there are.
        private: whether only the model's own expressions may use it.
        labels: such as "filter".
        non_additive: the dimensions over which a metric must not be summed, each with its order.
        using: the relationships that a metric goes along, where there are several ways.
    """

    name: str
    kind: Kind
    expr: str
    table: str | None = None
    data_type: str | None = None
    description: str = ""
    synonyms: tuple[str, ...] = ()
    sample_values: tuple[str, ...] = ()
    is_enum: bool = False
    private: bool = False
    labels: tuple[str, ...] = ()
    non_additive: tuple[NonAdditive, ...] = ()
    using: tuple[str, ...] = ()


@dataclass(frozen=True)
class NonAdditive:
    """A dimension over which a metric takes the rows of one value, the last in this order."""

    table: str
    dimension: str
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True)
class LogicalTable:
    """A logical table.

    Attributes:
        name: its alias in the model.
        base: database, schema and name of the table that it stands for.
        primary_key: columns whose values tell its rows apart; empty where none were declared.
        unique_keys: further keys.
        description: what one row is.
        synonyms: other words for it.
        expressions: its dimensions, time dimensions, facts, metrics and filters, in the order of the source.
    """

    name: str
    base: tuple[str, str, str]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    description: str = ""
    synonyms: tuple[str, ...] = ()
    expressions: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Relationship:
    """Many rows of `left` belong to one row of `right`; columns go by position."""

    name: str
    left: str
    right: str
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]


@dataclass(frozen=True)
class VerifiedQuery:
    """A question whose SQL somebody vouches for; its SQL names logical tables."""

    name: str
    question: str
    sql: str
    verified_at: int | None = None
    verified_by: str | None = None
    onboarding: bool = False


@dataclass(frozen=True)
class SemanticModel:
    """A semantic view's content.

    Attributes:
        name: the view's name.
        description: what can be asked of it.
        tables: its logical tables.
        relationships: how they belong together.
        metrics: metrics that are derived from those of several tables.
        verified_queries: questions with their SQL.
        instructions: text of `module_custom_instructions`, by "sql_generation" and "question_categorization".
    """

    name: str
    description: str = ""
    tables: tuple[LogicalTable, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    metrics: tuple[Expression, ...] = ()
    verified_queries: tuple[VerifiedQuery, ...] = ()
    instructions: dict[str, str] = field(default_factory=dict, hash=False)
