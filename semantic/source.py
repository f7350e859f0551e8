"""The typed source of the semantic model: read from its folder, with the file and line of each element."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, StringConstraints, ValidationError

from semantic.places import AT, Fault, Place, SourceError, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

Text = Annotated[str, StringConstraints(min_length=1)]
Kind = Literal["dimension", "time_dimension", "fact", "metric", "filter"]


class Element(BaseModel):
    """A mapping of the files; `at` is where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: SkipValidation[Place] = Field(default_factory=Place, repr=False)


class Named(Element):
    """Something that people ask for by a name."""

    name: Text
    """As the source spells it; the catalog has it in capitals."""

    description: str = ""
    """What it is; a sentence without its end where a unit follows."""

    synonyms: list[Text] = []
    """Other words for it."""


class Expression(Named):
    """What every expression of a logical table has."""

    expr: Text
    """SQL over columns of the base table and over other expressions of the model."""


class Dimension(Expression):
    """Something to group and to filter by."""

    data_type: Text
    sample_values: list[Text] = []
    is_enum: bool = False
    """Whether the sample values are all that there are."""
    personal: bool = False
    """Whether it tells about a person: it may be listed and looked up, but is nothing to group by."""
    labels: list[Text] = []


class TimeDimension(Expression):
    """A day, a moment or a period."""

    data_type: Text
    sample_values: list[Text] = []
    hierarchy: list[Text] = []
    """The dimensions of this table that are periods of it, from the longest to itself."""


class Fact(Expression):
    """A figure of one row."""

    data_type: Text
    unit: str = ""
    """What one of it is, such as USD."""
    access_modifier: Literal["public_access", "private_access"] = "public_access"


class NonAdditive(Element):
    """A dimension over which a metric takes the rows of one value, the last in this order."""

    table: Text
    dimension: Text
    sort_direction: Literal["ascending", "descending"] = "ascending"
    null_order: Literal["first", "last"] = "last"


class Metric(Expression):
    """A figure of many rows."""

    unit: str = ""
    access_modifier: Literal["public_access", "private_access"] = "public_access"
    non_additive_dimensions: list[NonAdditive] = []
    using_relationships: list[Text] = []


class Filter(Expression):
    """A condition that has a name."""


class Key(Element):
    """Columns of the base table that tell its rows apart."""

    columns: Annotated[list[Text], Field(min_length=1)]


class BaseTable(Element):
    """The table that a logical table stands for; the stack adds the database."""

    schema_: Text = Field(alias="schema")
    table: Text

    @property
    def name(self) -> str:
        """The name within the database, such as GOLD.FACT_TRANSACTION."""
        return f"{self.schema_}.{self.table}"


class LogicalTable(Named):
    """A logical table."""

    base_table: BaseTable
    primary_key: Key | None = None
    unique_keys: list[Key] = []
    dimensions: list[Dimension] = []
    time_dimensions: list[TimeDimension] = []
    facts: list[Fact] = []
    metrics: list[Metric] = []
    filters: list[Filter] = []

    def expressions(self) -> Iterator[tuple[Kind, Expression]]:
        """Yield every expression with its kind, in the order of the kinds."""
        yield from (("dimension", one) for one in self.dimensions)
        yield from (("time_dimension", one) for one in self.time_dimensions)
        yield from (("fact", one) for one in self.facts)
        yield from (("metric", one) for one in self.metrics)
        yield from (("filter", one) for one in self.filters)


class ColumnPair(Element):
    """A column on the left and the key's column on the right."""

    left_column: Text
    right_column: Text


class Relationship(Element):
    """Many rows of the left table belong to one row of the right."""

    name: Text
    left_table: Text
    right_table: Text
    relationship_columns: Annotated[list[ColumnPair], Field(min_length=1)]


class VerifiedQuery(Element):
    """A question whose SQL somebody vouches for; its SQL names logical tables, dimensions and facts."""

    name: Text
    question: Text
    sql: Text
    verified_at: int | None = None
    """Seconds since 1970-01-01 UTC."""
    verified_by: Text | None = None
    use_as_onboarding_question: bool = False


class Instructions(Element):
    """What an analyst is told in words."""

    question_categorization: str = ""
    sql_generation: str = ""


class Model(Element):
    """The whole semantic model; the words are those of Snowflake's YAML, with the source's own keys."""

    name: Text
    description: str = ""
    tables: list[LogicalTable] = []
    relationships: list[Relationship] = []
    metrics: list[Metric] = []
    """Derived metrics: over those of several tables."""
    verified_queries: list[VerifiedQuery] = []
    module_custom_instructions: Instructions = Instructions()

    def table(self, name: str) -> LogicalTable | None:
        """Return the logical table of a name, in any case of letters."""
        return next((table for table in self.tables if table.name.upper() == name.upper()), None)


def load(folder: Path) -> Model:
    """Read the model: the union of the folder's YAML files, whose lists and tables of one name are joined.

    Raises:
        SourceError: where the files are no model; it says file, line and repair of each fault.
    """
    faults: list[Fault] = []
    merged: dict[str, Any] = {AT: Place(folder.name, 1)}
    for path in sorted(folder.glob("*.yaml")):
        try:
            _merge(merged, read_file(path, path.name))
        except SourceError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    try:
        return Model.model_validate(merged)
    except ValidationError as error:
        raise SourceError([_fault(merged, one) for one in error.errors()]) from error


def _merge(merged: dict[str, Any], more: dict[str, Any]) -> None:
    """Add a file, or a table's further part, to what was read before."""
    before, place = merged[AT], more[AT]
    for key, value in more.items():
        if key == AT or (key == "name" and merged.get(key) == value):
            continue
        if key == "tables" and isinstance(value, list):
            _merge_tables(merged.setdefault(key, []), value)
        elif isinstance(value, list) and isinstance(merged.get(key, []), list):
            merged[key] = [*merged.get(key, []), *value]
        elif key in merged:
            raise SourceError([Fault(place.of(key), f"{key} is given a second time; keep one of the two.")])
        else:
            merged[key] = value
        before.keys.setdefault(key, place.of(key))
        before.items.setdefault(key, []).extend(place.items.get(key, []))


def _merge_tables(tables: list[Any], more: list[Any]) -> None:
    for table in more:
        known = (one for one in tables if isinstance(one, dict) and isinstance(table, dict))
        same = next((one for one in known if "name" in one and one["name"] == table.get("name")), None)
        if same is None:
            tables.append(table)
        else:
            _merge(same, table)


def _fault(merged: dict[str, Any], error: ErrorDetails) -> Fault:
    """Say in a sentence what pydantic found."""
    found: Any = merged
    element, key, index = merged, "", None
    for part in error["loc"]:
        if isinstance(found, dict):
            element, key, index = found, str(part), None
            found = found.get(key)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            index, found = part, found[part]
        if isinstance(found, dict):
            element = found
    place = element[AT].of(key, index)
    whose = f" of {element['name']}" if isinstance(element.get("name"), str) else ""
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(key, _KEYS, 1)
            return Fault(place, f"There is no key {key}{whose}{f'; did you mean {near[0]}' if near else ''}.")
        case "missing":
            return Fault(place, f"The key {key}{whose} is missing.")
        case "string_type":
            return Fault(place, f"{key}{whose} must be text: write '{found}' in quotes.")
        case _:
            return Fault(place, f"{key}{whose} cannot be {found!r}: {error['msg'].lower()}.")


_ELEMENTS = (
    Model, LogicalTable, Dimension, TimeDimension, Fact, Metric, Filter, Relationship, ColumnPair, VerifiedQuery,
    Instructions, Key, BaseTable, NonAdditive,
)  # fmt: skip
_KEYS = {info.alias or name for kind in _ELEMENTS for name, info in kind.model_fields.items()} - {AT}
