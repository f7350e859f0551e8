"""Rules of types and values: data types, sample values, enumerations, what is personal."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from sqlglot import exp

from semantic.check.rules import RuleSet, did_you_mean
from semantic.check.subject import Part, parsed
from semantic.source import Dimension, Fact, TimeDimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from semantic.check.rules import Faults
    from semantic.check.subject import Subject

rule = RuleSet()
_NUMERIC = frozenset({
    "NUMBER", "DECIMAL", "NUMERIC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT", "FLOAT", "FLOAT4",
    "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL",
})  # fmt: skip
_TEMPORAL = frozenset({"DATE", "TIME", "DATETIME", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})
_TEXT = frozenset({"VARCHAR", "CHAR", "CHARACTER", "STRING", "TEXT", "NVARCHAR"})
_TYPES = _NUMERIC | _TEMPORAL | _TEXT | {"BOOLEAN", "BINARY", "VARBINARY", "VARIANT", "OBJECT", "ARRAY", "GEOGRAPHY"}
_FILTER = "filter"


def base_type(data_type: str) -> str:
    """Return a type without its length and precision, in capitals."""
    return " ".join(data_type.partition("(")[0].upper().split())


def _typed(subject: Subject) -> Iterator[tuple[Part, Dimension | TimeDimension | Fact]]:
    for part in subject.parts:
        if isinstance(part.element, Dimension | TimeDimension | Fact):
            yield part, part.element


def _dimensions(subject: Subject) -> Iterator[tuple[Part, Dimension]]:
    return ((part, one) for part, one in _typed(subject) if isinstance(one, Dimension))


def _sampled(subject: Subject) -> Iterator[tuple[Part, Dimension | TimeDimension]]:
    return ((part, one) for part, one in _typed(subject) if isinstance(one, Dimension | TimeDimension))


@rule("V01")
def types(subject: Subject) -> Faults:
    """A data type is one of Snowflake's."""
    for part, one in _typed(subject):
        name = base_type(one.data_type)
        if name not in _TYPES:
            yield one.at.of("data_type"), f"{part.path} has no type of Snowflake: {name}; {did_you_mean(name, _TYPES)}"


@rule("V02")
def facts_are_numbers(subject: Subject) -> Faults:
    """A fact is a number."""
    for part, one in _typed(subject):
        if isinstance(one, Fact) and base_type(one.data_type) in _TYPES - _NUMERIC:
            yield one.at.of("data_type"), f"The fact {part.path} is no number but {one.data_type}; make it a dimension."


@rule("V03")
def times(subject: Subject) -> Faults:
    """A time dimension is a day or a moment, or the whole number of a year."""
    for part, one in _typed(subject):
        is_year = isinstance(part.sql, exp.Year) and base_type(one.data_type) in _NUMERIC
        if isinstance(one, TimeDimension) and base_type(one.data_type) in _TYPES - _TEMPORAL and not is_year:
            yield (
                one.at.of("data_type"),
                f"The time dimension {part.path} is no time but {one.data_type}; make it a dimension.",
            )


@rule("V04")
def enums_have_values(subject: Subject) -> Faults:
    """An enumeration lists its values."""
    for part, one in _dimensions(subject):
        if one.is_enum and not one.sample_values:
            yield one.at.of("is_enum"), f"{part.path} is an enumeration without sample_values; list all that there are."


@rule("V05")
def values_twice(subject: Subject) -> Faults:
    """A value is listed once."""
    for part, one in _sampled(subject):
        for index, value in enumerate(one.sample_values):
            if value in one.sample_values[:index]:
                yield one.at.of("sample_values", index), f"{part.path} lists the value '{value}' twice; take one out."


@rule("V06")
def personal_values(subject: Subject) -> Faults:
    """What is personal lists no values."""
    for part, one in _sampled(subject):
        if one.sample_values and _is_personal(subject, part):
            yield (
                one.at.of("sample_values"),
                f"{part.path} is personal and lists sample_values, which everyone who asks may read; take them out.",
            )


@rule("V07")
def personal_columns(subject: Subject) -> Faults:
    """A dimension over a personal column is marked as personal."""
    for part, one in _dimensions(subject):
        if not one.personal and _reads_personal(subject, part):
            yield one.at, f"{part.path} reads a personal column; mark it `personal: true`, or leave it out."


@rule("V08")
def personal_enums(subject: Subject) -> Faults:
    """What is personal is no enumeration."""
    for part, one in _dimensions(subject):
        if one.personal and one.is_enum:
            yield one.at.of("is_enum"), f"{part.path} is personal and an enumeration; it cannot be both."


def _is_personal(subject: Subject, part: Part) -> bool:
    marked = isinstance(part.element, Dimension) and part.element.personal
    return marked or _reads_personal(subject, part)


def _reads_personal(subject: Subject, part: Part, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether an expression gives a personal column, or text of one; an age of a birthday is none."""
    is_text = base_type(getattr(part.element, "data_type", "")) in _TEXT
    if part.table is None or part.path in seen or not (is_text or isinstance(part.sql, exp.Column)):
        return False
    return any(
        _is_personal_column(subject, part, column, seen | {part.path})
        for column in part.columns()
        if not _is_asked(column)
    )


def _is_personal_column(subject: Subject, part: Part, column: exp.Column, seen: frozenset[str]) -> bool:
    table = subject.model.table(column.table) if column.table else part.table
    if table is not None and subject.base_columns(table).get(column.name.upper(), False):
        return True
    meant = subject.means(column, part.table)
    if not isinstance(meant, Part):
        return False
    marked = isinstance(meant.element, Dimension) and meant.element.personal
    return marked or _reads_personal(subject, meant, seen)


def _is_asked(column: exp.Column) -> bool:
    """Tell whether a column only decides what is given, as in the condition of a CASE."""
    return column.find_ancestor(exp.Predicate, exp.Connector) is not None


@rule("V09")
def values_of_type(subject: Subject) -> Faults:
    """A sample value is of the dimension's type."""
    for part, one in _sampled(subject):
        for index, value in enumerate(one.sample_values):
            if not _is_of(value, base_type(one.data_type)):
                yield (
                    one.at.of("sample_values", index),
                    f"The value '{value}' of {part.path} is no {base_type(one.data_type)}; correct one of the two.",
                )


def _is_of(value: str, data_type: str) -> bool:
    if data_type in _NUMERIC:
        try:
            Decimal(value)
        except InvalidOperation:
            return False
        return True
    if data_type == "BOOLEAN":
        return value.lower() in ("true", "false")
    if data_type == "DATE":
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return data_type not in _TEMPORAL or bool(re.match(r"\d", value))


@rule("V10")
def enums_are_whole(subject: Subject) -> Faults:
    """An enumeration lists each value that its expression can give."""
    for part, one in _dimensions(subject):
        missing = [value for value in _given(part.sql) if value not in one.sample_values]
        if one.is_enum and one.sample_values and missing:
            yield (
                one.at.of("sample_values"),
                f"{part.path} can be '{missing[0]}', which is not among its sample_values; add it there.",
            )


def _given(sql: exp.Expr | None) -> list[str]:
    """Return the texts that an expression itself can give, whatever is in the columns."""
    match sql:
        case exp.Literal():
            return [sql.this] if sql.is_string else []
        case exp.Case():
            results = [branch.args["true"] for branch in sql.args["ifs"]] + [sql.args.get("default")]
        case exp.If():
            results = [sql.args["true"], sql.args.get("false")]
        case exp.DecodeCase():
            given = sql.expressions[1:]
            results = given[1::2] + (given[-1:] if len(given) % 2 else [])
        case exp.Coalesce():
            results = [sql.this, *sql.expressions]
        case exp.Paren():
            results = [sql.this]
        case _:
            return []
    return [text for one in results for text in _given(one)]


@rule("V11")
def hierarchies(subject: Subject) -> Faults:
    """A hierarchy names dimensions of its table, each once, and ends with the one that has it."""
    for part, one in _typed(subject):
        if not isinstance(one, TimeDimension) or not one.hierarchy or part.table is None:
            continue
        known = {e.name: e for kind, e in part.table.expressions() if kind in ("dimension", "time_dimension")}
        place = one.at.of("hierarchy")
        for level in one.hierarchy:
            if level not in known:
                yield place, f"The hierarchy of {part.path} names {level}; {did_you_mean(level, known)}"
        if len(set(one.hierarchy)) < len(one.hierarchy):
            yield place, f"The hierarchy of {part.path} names a level twice; name it once."
        elif one.hierarchy[-1] != one.name:
            yield place, f"The hierarchy of {part.path} ends with {one.hierarchy[-1]}; it must end with {one.name}."


@rule("V12")
def labels(subject: Subject) -> Faults:
    """The one label is `filter`, of a dimension that is true or false."""
    for part, one in _dimensions(subject):
        for index, label in enumerate(one.labels):
            if label != _FILTER:
                yield one.at.of("labels", index), f"{part.path} has the label {label}; {did_you_mean(label, [_FILTER])}"
            elif base_type(one.data_type) != "BOOLEAN":
                yield one.at.of("labels"), f"{part.path} is labelled as a filter and is {one.data_type}, not BOOLEAN."


@rule("V13")
def comparisons(subject: Subject) -> Faults:
    """A dimension that is a comparison is BOOLEAN."""
    for part, one in _typed(subject):
        sql = parsed(one.expr)
        if isinstance(sql, exp.Predicate | exp.Not | exp.And | exp.Or) and base_type(one.data_type) != "BOOLEAN":
            yield (
                one.at.of("data_type"),
                f"{part.path} is a comparison and declared {one.data_type}; declare it BOOLEAN.",
            )
