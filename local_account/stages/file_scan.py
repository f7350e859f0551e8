"""What reading a staged file has in common: columns, the rules that values must meet, rejects; and Parquet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
from snowflake.connector.errors import ProgrammingError

from local_account.data_plane.messages import LONG_WHOLE
from local_account.errors import execution_error, not_supported
from local_account.identifiers import quoted, text_literal
from local_account.translation.text_values import AUTO, from_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local_account.data_plane.connection import Connection

_LONG = re.compile(r"[+-]?0*[1-9]\d{18,37}(?:\.\d*)?")
MAX_LENGTH = 16777216
_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NESTED = re.compile(r"STRUCT|MAP|.*\]$", re.DOTALL)
_MOMENTS = ("DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True)
class TargetColumn:
    """A column of the target table: DuckDB's type, Snowflake's text length (characters) or None.

    `place` is what errors call it: `"TABLE"["COLUMN":1]`, with its position in the table.
    """

    name: str
    type: str
    nullable: bool = True
    length: int | None = None
    place: str = ""

    @property
    def sql(self) -> str:
        """The name as a quoted identifier."""
        return quoted(self.name)


@dataclass(frozen=True)
class Reject:
    """One row that cannot be loaded; positions count from 1, byte_offset from 0."""

    error: str
    code: int
    sql_state: str
    category: str
    line: int
    row_number: int
    character: int
    byte_offset: int
    column: str | None
    record: str


@dataclass
class Scan:
    """What a first reading of a file found, and how to select its good rows.

    parsed: rows in the file; rejects: the bad ones in file order; select: SQL of the good rows, with the columns of
    the target in order and `_n`, the row's number in the file.
    """

    parsed: int
    rejects: list[Reject]
    select: str
    columns: list[TargetColumn]
    registered: list[str] = field(default_factory=list)

    @property
    def good(self) -> int:
        """How many rows can be loaded."""
        return self.parsed - len(self.rejects)


@dataclass(frozen=True)
class Rule:
    """A condition that a row must not meet: (SQL, target column, SQL of the offending value, message, code)."""

    broken: str
    column: TargetColumn
    value: str
    message: str
    code: int


def match_columns(names: list[str], columns: list[TargetColumn], match: str) -> list[TargetColumn | None]:
    """Match a file's names with a table's. Raises: ProgrammingError where none matches, or one is there twice."""
    fold = str.upper if match == "CASE_INSENSITIVE" else str
    if not names:
        raise execution_error("The file is empty: it has no line of column names.", 100127, "22000")
    folded = [fold(name) for name in names]
    if twice := next((c.name for c in columns if folded.count(fold(c.name)) > 1), None):
        raise execution_error(f"The file has several columns of the name {twice}.", 100127, "22000")
    known = {fold(c.name): c for c in columns}
    fields = [known.pop(fold(name), None) for name in names]
    if not any(fields):
        raise execution_error(
            f"No column of the file ({', '.join(names)}) has the name of a column of the table "
            f"({', '.join(c.name for c in columns)}).",
            100127,
            "22000",
        )
    return fields


def null_rule(value: str, column: TargetColumn) -> list[Rule]:
    """Return the rule of a NOT NULL column."""
    if column.nullable:
        return []
    return [Rule(f"{value} is null", column, "null", "NULL result in a non-nullable column", 100072)]


def of_nested(value: str, kind: Any) -> str:
    """Return SQL that turns a value of a Parquet file into JSON, without the fields that are null.

    A file has every field in every row, null where a row's dictionary has it not, and Snowflake leaves it out:
    https://github.com/snowflakedb/snowflake-connector-python/issues/1232.

    Args:
        value: SQL of the value.
        kind: its DuckDBPyType, whose own types do not say of what its children are.
    """
    if kind.id == "struct":
        fields = (
            f"{text_literal(name)}, {of_nested(f'struct_extract({value}, {text_literal(name)})', child)}"
            for name, child in kind.children
        )
        made = f"json_merge_patch('{{}}'::json, json_object({', '.join(fields)}))"
        return f"case when {value} is not null then {made} end"
    if kind.id == "list" and "STRUCT" in str(kind):
        ((_, child),) = kind.children
        return f"to_json(list_transform({value}, lambda _element: {of_nested('_element', child)}))"
    return f"to_json({value})"


def converted(
    value: str, kind: str, column: TargetColumn, *, enforce_length: bool, formats: Mapping[str, str] = AUTO
) -> tuple[str, list[Rule]]:
    """Return SQL that turns a value into a column's, and the rules that it must meet.

    Args:
        value: SQL of the value.
        kind: its type in DuckDB.
        column: where it goes.
        enforce_length: whether a text that is too long is an error (else it is cut).
        formats: of dates and times in text, as `from_text` takes them.
    """
    rules = null_rule(value, column)
    if column.type == "VARCHAR":
        text = of_nested(value, duckdb.sqltype(kind)) if _NESTED.match(kind) else value
        expression = value if kind == "VARCHAR" else f"cast({text} as varchar)"
        if column.length and column.length < MAX_LENGTH:
            if not enforce_length:
                return f"left({expression}, {column.length})", rules
            message = f"User character length limit ({column.length}) exceeded by string '{{}}'"
            rules.append(Rule(f"length({expression}) > {column.length}", column, expression, message, 100078))
        return expression, rules
    if kind == column.type:
        return value, rules
    if kind == "VARCHAR":
        expression = from_text(value, column.type, formats)
    elif kind in _WHOLE_NUMBERS and column.type in _MOMENTS:
        expression = from_text(f"cast({value} as varchar)", column.type)
    else:
        # DuckDB casts a moment in nanoseconds, as pandas writes it, to one with microseconds only.
        known = f"try_cast({value} as timestamptz)" if kind == "TIMESTAMPTZ_NS" else value
        if column.type == "JSON" and _NESTED.match(kind):
            known = of_nested(value, duckdb.sqltype(kind))
        expression = f"try_cast({known} as {column.type})"
    message, code = message_for(column.type)
    rules.append(
        Rule(f"{value} is not null and {expression} is null", column, f"cast({value} as varchar)", message, code)
    )
    return expression, rules


def any_broken(rules: list[Rule]) -> str:
    """Return SQL that is true for a row that breaks a rule, and false (never NULL) for any other."""
    return " or ".join(f"coalesce({r.broken}, false)" for r in rules) or "false"


def message_for(kind: str) -> tuple[str, int]:
    """Return Snowflake's message (with {} for the value) and code for a text that is not of a DuckDB type."""
    if kind == "DATE":
        return "Date '{}' is not recognized", 100040
    if kind.startswith("TIMESTAMP"):
        return "Timestamp '{}' is not recognized", 100035
    if kind == "BOOLEAN":
        return "Boolean value '{}' is not recognized", 100037
    if kind == "JSON":
        return "Error parsing JSON: {}", 100069
    return "Numeric value '{}' is not recognized", 100038


def rule_reject(rule: Rule, number: int, offending: str | None, record: str, skip: int) -> Reject:
    """Build the reject of a row that breaks a rule.

    Raises: ProgrammingError (2) for a whole number that Snowflake loads, and NUMBER(38,0) does not hold here.
    """
    if rule.column.type == "BIGINT" and offending is not None and _LONG.fullmatch(offending.strip()):
        raise ProgrammingError(msg=f"{offending.strip()}: {LONG_WHOLE}", errno=2, sqlstate="0A000")
    return Reject(
        error=rule.message.format(offending), code=rule.code, sql_state="22000", category="conversion",
        line=number + skip, row_number=number, character=1, byte_offset=0, column=rule.column.place, record=record,
    )  # fmt: skip


def first_broken(rules: list[Rule]) -> str:
    """Return SQL of the number of the first rule that a row breaks, and of the value that breaks it."""
    cases = [(n, r) for n, r in enumerate(rules)]
    which = " ".join(f"when {r.broken} then {n}" for n, r in cases)
    value = " ".join(f"when {r.broken} then {r.value}" for _, r in cases)
    return f"case {which} end, case {value} end" if cases else "null, null"


def scan_parquet(
    connection: Connection,
    path: Path,
    columns: list[TargetColumn],
    match: str | list[str] | None,
    *,
    enforce_length: bool = True,
) -> Scan:
    """Read a Parquet file once and find its bad rows.

    Args:
        connection: reads the file.
        path: of the file.
        columns: of the target table, in order.
        match: how names match: CASE_SENSITIVE or CASE_INSENSITIVE, or the file's column for each of the table's; one
            that the file has not is NULL.
        enforce_length: whether a text that is too long is an error (else it is cut).

    Raises: ProgrammingError without MATCH_BY_COLUMN_NAME or a SELECT.
    """
    if match is None:
        raise not_supported("COPY INTO from Parquet without MATCH_BY_COLUMN_NAME or SELECT $1:column")
    source = f"read_parquet({text_literal(path.as_posix())}, file_row_number=true)"
    described = connection.sql(f"describe select * exclude (file_row_number) from {source}")
    names = [row[0] for row in described]
    kinds = {row[0]: str(row[1]) for row in described}
    if isinstance(match, list):
        pairs = list(zip(match, columns, strict=True))
    else:
        pairs = [
            (name, column) for name, column in zip(names, match_columns(names, columns, match), strict=True) if column
        ]
    expressions, rules = [], []
    for name, column in pairs:
        value, kind = (quoted(name), kinds[name]) if name in kinds else ("null::varchar", "VARCHAR")
        expression, checks = converted(value, kind, column, enforce_length=enforce_length)
        expressions.append(f"{expression} as {column.sql}")
        rules += checks
    broken = any_broken(rules)
    total, bad = connection.sql(f"select count(*), count(*) filter (where {broken}) from {source}")[0]
    number = "file_row_number + 1"
    rejects = []
    if bad:
        record = f"to_json(struct_pack({', '.join(f'{quoted(n)} := {quoted(n)}' for n in names)}))"
        query = f"select {number}, {first_broken(rules)}, {record} from {source} where {broken} order by 1"
        rejects = [rule_reject(rules[c], n, v, r, 0) for n, c, v, r in connection.sql(query)]
    select = f"select {number} as _n, {', '.join(expressions)} from {source} where not ({broken})"
    return Scan(total, rejects, select, [c for _, c in pairs])
