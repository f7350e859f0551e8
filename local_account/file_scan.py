"""Reads one staged file with DuckDB: which rows are good, which are not and why, both without a Python step per row."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from local_account.errors import execution_error, invalid_value, not_supported
from local_account.file_formats import FileFormat

MAX_LENGTH = 16777216
_PLAIN = re.compile(r"BIGINT|INTEGER|HUGEINT|DOUBLE|FLOAT|BOOLEAN|DATE|TIME|TIMESTAMP( WITH TIME ZONE)?|DECIMAL\(.*\)")
_MISMATCHES = ("TOO MANY COLUMNS", "MISSING COLUMNS")
_ids = itertools.count()
_FEW = 20  # left-out rows up to which row numbers are computed without a join
_FORMAT_PARTS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MON": "%b", "MM": "%m", "DD": "%d", "DY": "%a", "HH24": "%H", "HH12": "%I",
    "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "FF9": "%n", "FF6": "%f", "FF3": "%g", "FF": "%f", "TZHTZM": "%z",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of the target table: DuckDB's type, Snowflake's text length (characters) or None."""

    name: str
    type: str
    nullable: bool = True
    length: int | None = None

    @property
    def quoted(self) -> str:
        return quote(self.name)


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
    columns: list[Column]
    registered: list[str] = field(default_factory=list)

    @property
    def good(self) -> int:
        return self.parsed - len(self.rejects)


@dataclass(frozen=True)
class Rule:
    """A condition that a row must not meet: (SQL, target column, SQL of the offending value, message, code)."""

    broken: str
    column: Column
    value: str
    message: str
    code: int


def quote(name: str) -> str:
    """Quote an identifier for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a string for DuckDB."""
    return "'" + value.replace("'", "''") + "'"


def scan_csv(
    duck: DuckDBPyConnection, path: Path, columns: list[Column], file_format: FileFormat, match: str | None,
    *, enforce_length: bool = True,
) -> Scan:  # fmt: skip
    """Read a CSV file once and find its bad rows.

    Args:
        duck: the connection that will load the rows.
        path: the file on this computer; gzip where its name ends in .gz or the format says so.
        columns: of the target, in order.
        file_format: a CSV format.
        match: None (by position), CASE_SENSITIVE or CASE_INSENSITIVE (by the header's names).
        enforce_length: whether a text that is too long is an error (else it is cut).
    """
    fields = _fields(path, columns, file_format, match)
    by_field = {i: c for i, c in enumerate(fields) if c}
    skip = 1 if file_format["PARSE_HEADER"] else file_format["SKIP_HEADER"]
    types = {f"c{i}": c.type if c and _PLAIN.fullmatch(c.type) else "VARCHAR" for i, c in enumerate(fields)}
    source = _read_csv(path, types, file_format, skip)
    expressions, rules = _csv_expressions(by_field, file_format, enforce_length=enforce_length)
    scan = Scan(0, [], "", list(by_field.values()))
    broken = any_broken(rules)
    total, violations, raw = _first_reading(duck, source, broken, list(by_field))
    repaired, skipped = _sort_out(scan, raw, fields, file_format, skip)
    numbered = _numbered(duck, scan, source.format(more="ignore_errors=true, parallel=false"), skipped)
    listed = ", ".join(f"{expressions[i]} as {c.quoted}" for i, c in by_field.items())
    scan.select = f"select _n, {listed} from ({numbered}) where not ({broken})"
    if violations:
        query = f"select * from ({numbered}) where {broken}"
        scan.rejects += _violations(duck, query, rules, skip, len(fields), file_format)
    if repaired:
        _repair(duck, scan, repaired, by_field, types, expressions, rules, skip)
    scan.parsed = total + len(skipped)
    scan.rejects.sort(key=lambda r: r.row_number)
    return scan


def _first_reading(
    duck: DuckDBPyConnection, source: str, broken: str, loaded: list[int]
) -> tuple[int, int, list[tuple[Any, ...]]]:
    """Read the file; return the rows read, how many of them break a rule, and what the reader rejected."""
    token = next(_ids)
    reading = source.format(
        more=f"store_rejects=true, rejects_table='rejects_{token}', rejects_scan='reject_scans_{token}', rejects_limit=0"
    )
    counted = ", ".join(["count(*)", f"count(*) filter (where {broken})", *(f"count(c{i})" for i in loaded)])
    counts = duck.execute(f"select {counted} from {reading}").fetchall()[0]
    rejected = duck.execute(
        "select line, line_byte_position, byte_position, column_idx, error_type, csv_line, error_message "
        f"from rejects_{token} order by line, byte_position"
    ).fetchall()
    duck.execute(f"drop table rejects_{token}")
    duck.execute(f"drop table reject_scans_{token}")
    return counts[0], counts[1], rejected


def _sort_out(
    scan: Scan, raw: list[tuple[Any, ...]], fields: list[Column | None], file_format: FileFormat, skip: int
) -> tuple[list[tuple[int, list[str | None], str]], list[int]]:
    """Split what the reader rejected into rows to repair and rejects; return the former and all their row numbers."""
    lenient = not file_format["ERROR_ON_COLUMN_COUNT_MISMATCH"]
    repaired, skipped = [], []
    for line, group in itertools.groupby(raw, key=lambda r: r[0]):
        errors = list(group)
        number = line - skip
        skipped.append(number)
        mismatch = next((e for e in errors if e[4] in _MISMATCHES), None)
        if lenient and mismatch and all(e[4] in (*_MISMATCHES, "CAST") for e in errors):
            repaired.append((number, _cells(mismatch[5], len(fields), file_format), mismatch[5]))
        else:
            scan.rejects.append(_csv_reject(mismatch or errors[0], number, fields))
    return repaired, skipped


def _fields(path: Path, columns: list[Column], file_format: FileFormat, match: str | None) -> list[Column | None]:
    """Return the target column of each field of the file (None where a field is not loaded)."""
    if match and not file_format["PARSE_HEADER"]:
        raise invalid_value("MATCH_BY_COLUMN_NAME with CSV needs PARSE_HEADER = TRUE in the file format.")
    strict = file_format["ERROR_ON_COLUMN_COUNT_MISMATCH"]
    if not match and strict:
        return list(columns)
    first = _first_record(path, file_format)
    if not match:
        padded: list[Column | None] = [*columns[: len(first)]]
        return padded + [None] * (len(first) - len(padded))
    return match_columns(first, columns, match)


def match_columns(names: list[str], columns: list[Column], match: str) -> list[Column | None]:
    """Match a file's names with a table's. Raises: ProgrammingError where none matches."""
    fold = str.upper if match == "CASE_INSENSITIVE" else str
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


@contextmanager
def _opened(path: Path, file_format: FileFormat) -> Iterator[IO[str]]:
    raw = gzip.open(path, "rb") if _is_gzip(path, file_format) else path.open("rb")
    with raw, io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as stream:
        yield stream


def _is_gzip(path: Path, file_format: FileFormat) -> bool:
    compression = file_format["COMPRESSION"].upper()
    if compression not in ("AUTO", "NONE", "GZIP"):
        raise not_supported(f"COMPRESSION = {compression}")
    return compression == "GZIP" or (compression == "AUTO" and path.suffix == ".gz")


def _dialect(file_format: FileFormat) -> dict[str, Any]:
    enclosed = _character(file_format["FIELD_OPTIONALLY_ENCLOSED_BY"])
    return {
        "delimiter": _character(file_format["FIELD_DELIMITER"]) or ",",
        "quotechar": enclosed or '"',
        "quoting": csv.QUOTE_MINIMAL if enclosed else csv.QUOTE_NONE,
    }


def _character(value: str) -> str:
    return "" if value.upper() == "NONE" else value.encode().decode("unicode_escape") if "\\" in value else value


def _first_record(path: Path, file_format: FileFormat) -> list[str]:
    with _opened(path, file_format) as stream:
        for _ in range(file_format["SKIP_HEADER"]):
            stream.readline()
        return next(csv.reader(stream, **_dialect(file_format)), [])


def _cells(record: str, width: int, file_format: FileFormat) -> list[str | None]:
    """Split one record whose number of fields is off, and fill or cut it to the expected number."""
    cells: list[str | None] = [*next(csv.reader([record], **_dialect(file_format)), [])][:width]
    nulls = _nulls(file_format)
    return [None if c in nulls else c for c in cells] + [None] * (width - len(cells))


def _nulls(file_format: FileFormat) -> list[str]:
    nulls = list(dict.fromkeys(v.replace("\\\\", "\\") for v in file_format["NULL_IF"]))
    return [*nulls, ""] if file_format["EMPTY_FIELD_AS_NULL"] and "" not in nulls else nulls


def _read_csv(path: Path, types: dict[str, str], file_format: FileFormat, skip: int) -> str:
    """Return the read_csv call, with a place {more} for further options."""
    enclosed = _character(file_format["FIELD_OPTIONALLY_ENCLOSED_BY"])
    escape = _character(file_format["ESCAPE"]) or enclosed
    if file_format["ENCODING"].upper().replace("-", "") != "UTF8":
        raise not_supported(f"ENCODING = {file_format['ENCODING']}")
    nulls = _nulls(file_format)
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(skip),
        "delim": text(_character(file_format["FIELD_DELIMITER"]) or ","),
        "quote": text(enclosed),
        "escape": text(escape),
        "nullstr": "[" + ", ".join(text(n) for n in nulls) + "]",
        "allow_quoted_nulls": "true" if "" in file_format["NULL_IF"] else "false",
        "columns": "{{" + ", ".join(f"{text(n)}: {text(t)}" for n, t in types.items()) + "}}",
        "compression": text("gzip" if _is_gzip(path, file_format) else "none"),
        "max_line_size": str(16 << 20),
    }
    for option, key in (("dateformat", "DATE_FORMAT"), ("timestampformat", "TIMESTAMP_FORMAT")):
        if file_format[key].upper() != "AUTO":
            options[option] = text(strptime(file_format[key]))
    written = ", ".join(f"{k}={v}" for k, v in options.items())
    place = text(path.as_posix()).replace("{", "{{").replace("}", "}}")
    return f"read_csv({place}, {written}, {{more}})"


def strptime(snowflake_format: str) -> str:
    """Translate a date or time format of Snowflake, such as YYYY-MM-DD HH24:MI:SS, for DuckDB."""
    pattern = "|".join(sorted(_FORMAT_PARTS, key=len, reverse=True))
    return re.sub(pattern, lambda m: _FORMAT_PARTS[m[0].upper()], snowflake_format, flags=re.IGNORECASE)


def _numbered(duck: DuckDBPyConnection, scan: Scan, reading: str, skipped: list[int]) -> str:
    """Return SQL of the rows with `_n`, their number in the file; `skipped` are the rows that the reader leaves out.

    The k-th row that is read has number k plus the left-out rows before it: the j-th left-out row (from 0), number s,
    lies before it once k >= s - j.
    """
    if not skipped:
        return f"select row_number() over () as _n, * from {reading}"
    thresholds = {number - position: position + 1 for position, number in enumerate(sorted(skipped))}
    if len(thresholds) < _FEW:
        shift = " ".join(f"when _k >= {t} then {s}" for t, s in sorted(thresholds.items(), reverse=True))
        inner = f"select row_number() over () as _k, * from {reading}"
        return f"select _k + case {shift} else 0 end as _n, * exclude (_k) from ({inner})"
    name = f"left_out_{next(_ids)}"
    duck.register(name, pa.table({"_at": list(thresholds), "_shift": list(thresholds.values())}))
    scan.registered.append(name)
    inner = f"select row_number() over () as _k, * from {reading}"
    return (
        f"select _k + coalesce(_shift, 0) as _n, * exclude (_k, _at, _shift) from ({inner}) "
        f"asof left join {name} on _k >= _at"
    )


def _csv_expressions(
    by_field: dict[int, Column], file_format: FileFormat, *, enforce_length: bool
) -> tuple[dict[int, str], list[Rule]]:
    """Return the value of each loaded field, and the rules that DuckDB's reader does not check."""
    expressions, rules = {}, []
    for i, column in by_field.items():
        value = f"c{i}"
        if column.type == "VARCHAR" and file_format["TRIM_SPACE"]:
            value = f"trim({value})"
        expression, checks = converted(value, "VARCHAR", column, enforce_length=enforce_length)
        if _PLAIN.fullmatch(column.type):
            expression, checks = value, null_rule(value, column)
        expressions[i] = expression
        rules += checks
    return expressions, rules


def null_rule(value: str, column: Column) -> list[Rule]:
    """Return the rule of a NOT NULL column."""
    if column.nullable:
        return []
    return [Rule(f"{value} is null", column, "null", "NULL result in a non-nullable column", 100072)]


def converted(value: str, kind: str, column: Column, *, enforce_length: bool) -> tuple[str, list[Rule]]:
    """Return SQL that turns a value of DuckDB type `kind` into a column's, and the rules that it must meet."""
    rules = null_rule(value, column)
    if column.type == "VARCHAR":
        expression = value if kind == "VARCHAR" else f"cast({value} as varchar)"
        if column.length and column.length < MAX_LENGTH:
            if not enforce_length:
                return f"left({expression}, {column.length})", rules
            message = f"User character length limit ({column.length}) exceeded by string '{{}}'"
            rules.append(Rule(f"length({expression}) > {column.length}", column, expression, message, 100078))
        return expression, rules
    if kind == column.type:
        return value, rules
    expression = f"try_cast({value} as {column.type})"
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


def _csv_reject(error: tuple[Any, ...], number: int, fields: list[Column | None]) -> Reject:
    line, line_byte, byte, column_idx, kind, record, message = error
    index = (column_idx or 0) - 1
    column = fields[index] if kind == "CAST" and 0 <= index < len(fields) else None
    found = re.search(r'Could not convert string "(.*)" to', message, re.DOTALL)
    if column and found:
        template, code = message_for(column.type)
        explained, state, category = template.format(found[1]), "22018", "conversion"
    else:
        explained, code, state, category = _structural(kind, message, len(fields))
    return Reject(
        error=explained, code=code, sql_state=state, category=category, line=line, row_number=number,
        character=max(1, (byte or line_byte) - line_byte + 1), byte_offset=max(0, (byte or 1) - 1),
        column=column.name if column else None, record=record.rstrip("\r\n"),
    )  # fmt: skip


def _structural(kind: str, message: str, width: int) -> tuple[str, int, str, str]:
    if kind in _MISMATCHES:
        found = message.rpartition(":")[2].strip()
        return f"Number of columns in file ({found}) does not match that of the corresponding table ({width}), use " \
               "file format option error_on_column_count_mismatch=false to ignore this error", 100080, "22000", "parsing"  # fmt: skip
    if kind == "INVALID ENCODING":
        return "Invalid UTF8 detected in string", 100144, "22000", "parsing"
    if kind == "UNQUOTED VALUE":
        return "Found character outside of a quoted field, or a quote that is not closed", 100066, "22000", "parsing"
    return message.splitlines()[0], 100016, "22000", "parsing"


def _violations(
    duck: DuckDBPyConnection, query: str, rules: list[Rule], skip: int, width: int, file_format: FileFormat
) -> list[Reject]:
    """Fetch the rows that break a rule; the record is written again from its fields."""
    causes = "case " + " ".join(f"when {r.broken} then {n}" for n, r in enumerate(rules)) + " end"
    value = "case " + " ".join(f"when {r.broken} then {r.value}" for r in rules) + " end"
    rows = duck.execute(f"select _n, {causes}, {value}, * exclude (_n) from ({query})").fetchall()
    dialect = _dialect(file_format)
    found = []
    for number, cause, offending, *cells in rows:
        out = io.StringIO()
        csv.writer(out, lineterminator="", escapechar="\\", **dialect).writerow(
            ["" if c is None else c for c in cells[:width]]
        )
        found.append(rule_reject(rules[cause], number, offending, out.getvalue(), skip))
    return found


def rule_reject(rule: Rule, number: int, offending: str | None, record: str, skip: int) -> Reject:
    """Build the reject of a row that breaks a rule."""
    return Reject(
        error=rule.message.format(offending), code=rule.code, sql_state="22000", category="conversion",
        line=number + skip, row_number=number, character=1, byte_offset=0, column=rule.column.name, record=record,
    )  # fmt: skip


def _repair(
    duck: DuckDBPyConnection, scan: Scan, repaired: list[tuple[int, list[str | None], str]],
    by_field: dict[int, Column], types: dict[str, str], expressions: dict[int, str], rules: list[Rule], skip: int,
) -> None:  # fmt: skip
    """Add rows with too few or too many fields to the good ones, as ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE asks."""
    name = f"repaired_{next(_ids)}"
    arrays = {"_n": pa.array([n for n, _, _ in repaired], pa.int64()), "_record": [r for _, _, r in repaired]}
    arrays |= {f"r{i}": pa.array([cells[i] for _, cells, _ in repaired], pa.string()) for i in by_field}
    duck.register(name, pa.table(arrays))
    scan.registered.append(name)
    casts, more = [], []
    for i, column in by_field.items():
        kind = types[f"c{i}"]
        casts.append(f"try_cast(r{i} as {kind}) as c{i}")
        if kind != "VARCHAR":
            message, code = message_for(kind)
            more.append(Rule(f"r{i} is not null and c{i} is null", column, f"r{i}", message, code))
    typed = f"(select *, {', '.join(casts)} from {name})"
    every = more + rules
    broken = any_broken(every)
    causes = "case " + " ".join(f"when {r.broken} then {n}" for n, r in enumerate(every)) + " end" if every else "0"
    value = "case " + " ".join(f"when {r.broken} then {r.value}" for r in every) + " end" if every else "null"
    rows = duck.execute(f"select _n, {causes}, {value}, _record from {typed} where {broken}").fetchall()
    scan.rejects += [rule_reject(every[cause], n, offending, record, skip) for n, cause, offending, record in rows]
    listed = ", ".join(f"{expressions[i]} as {c.quoted}" for i, c in by_field.items())
    scan.select += f" union all select _n, {listed} from {typed} where not ({broken})"


def scan_parquet(
    duck: DuckDBPyConnection, path: Path, columns: list[Column], match: str | None, *, enforce_length: bool = True
) -> Scan:
    """Read a Parquet file once and find its bad rows; arguments as for `scan_csv`.

    Raises: ProgrammingError without MATCH_BY_COLUMN_NAME.
    """
    if match is None:
        raise not_supported("COPY INTO from Parquet without MATCH_BY_COLUMN_NAME")
    source = f"read_parquet({text(path.as_posix())}, file_row_number=true)"
    described = duck.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    names = [row[0] for row in described]
    pairs = [
        (name, str(row[1]), column)
        for name, row, column in zip(names, described, match_columns(names, columns, match), strict=True)
        if column
    ]
    expressions, rules = [], []
    for name, kind, column in pairs:
        expression, checks = converted(quote(name), kind, column, enforce_length=enforce_length)
        expressions.append(f"{expression} as {column.quoted}")
        rules += checks
    broken = any_broken(rules)
    total, bad = duck.execute(f"select count(*), count(*) filter (where {broken}) from {source}").fetchall()[0]
    number = "file_row_number + 1"
    rejects = []
    if bad:
        causes = "case " + " ".join(f"when {r.broken} then {n}" for n, r in enumerate(rules)) + " end"
        value = "case " + " ".join(f"when {r.broken} then {r.value}" for r in rules) + " end"
        record = f"to_json(struct_pack({', '.join(f'{quote(n)} := {quote(n)}' for n in names)}))"
        query = f"select {number}, {causes}, {value}, {record} from {source} where {broken} order by 1"
        rejects = [rule_reject(rules[c], n, v, r, 0) for n, c, v, r in duck.execute(query).fetchall()]
    select = f"select {number} as _n, {', '.join(expressions)} from {source} where not ({broken})"
    return Scan(total, rejects, select, [c for _, _, c in pairs])
