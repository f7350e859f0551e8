"""Reads one staged CSV file with DuckDB: which rows are good, which are not and why, without a Python step per row."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from local_account.errors import invalid_value, not_supported
from local_account.identifiers import text_literal
from local_account.stages.file_scan import (
    Reject,
    Rule,
    Scan,
    TargetColumn,
    any_broken,
    converted,
    first_broken,
    match_columns,
    rule_reject,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_account.data_plane.connection import Connection
    from local_account.stages.formats import FileFormat

_MISMATCHES = ("TOO MANY COLUMNS", "MISSING COLUMNS")
_NO_TEXT = "\ufffe"  # no text of a file: DuckDB's reader wants something to read as NULL
_ids = itertools.count()
_FEW = 20  # left-out rows up to which row numbers are computed without a join


@dataclass(frozen=True)
class _Layout:
    """How one file is read: target column by field, values, rules, lines before the rows."""

    fields: list[TargetColumn | None]
    expressions: dict[int, str]
    rules: list[Rule]
    skip: int
    file_format: FileFormat
    width: int  # of the first record; fields behind it are read where a record is longer

    @property
    def loaded(self) -> dict[int, TargetColumn]:
        return {i: c for i, c in enumerate(self.fields) if c}

    @property
    def values(self) -> str:
        """SQL of the target's columns."""
        return ", ".join(f"{self.expressions[i]} as {c.sql}" for i, c in self.loaded.items())


def scan_csv(  # noqa: PLR0913 - what a COPY says about a file
    connection: Connection, path: Path, columns: list[TargetColumn], file_format: FileFormat, match: str | None,
    *, enforce_length: bool = True, beyond: bool = False,
) -> Scan:  # fmt: skip
    """Read a CSV file once and find its bad rows.

    Args:
        connection: the one that will load the rows.
        path: the file on this computer; gzip where its name ends in .gz or the format says so.
        columns: of the target, in order.
        file_format: a CSV format.
        match: None (by position), CASE_SENSITIVE or CASE_INSENSITIVE (by the header's names).
        enforce_length: whether a text that is too long is an error (else it is cut).
        beyond: whether columns by position take fields beyond those of the first record too, as a query's $n do.
    """
    fields = _fields(path, columns, file_format, match)
    width = len(fields)
    if beyond:
        fields += columns[width:]
    if not width:
        return Scan(0, [], "", [])
    by_field = {i: c for i, c in enumerate(fields) if c}
    skip = 1 if file_format["PARSE_HEADER"] else file_format["SKIP_HEADER"]
    source = _read_csv(path, width, file_format, skip)
    expressions, rules = _csv_expressions(by_field, file_format, enforce_length=enforce_length)
    layout = _Layout(fields, expressions, rules, skip, file_format, width)
    scan = Scan(0, [], "", list(by_field.values()))
    broken = any_broken(rules)
    total, violations, raw = _first_reading(connection, source, broken, [i for i in by_field if i < width])
    repaired, skipped = _sort_out(scan, raw, layout)
    numbered = _numbered(connection, scan, source.format(more="ignore_errors=true, parallel=false"), skipped)
    if absent := ", ".join(f"null::varchar as c{i}" for i in by_field if i >= width):
        numbered = f"select *, {absent} from ({numbered})"
    scan.select = f"select _n, {layout.values} from ({numbered}) where not ({broken})"
    if violations:
        scan.rejects += _violations(connection, f"select * from ({numbered}) where {broken}", layout)
    if repaired:
        _repair(connection, scan, repaired, layout)
    scan.parsed = total + len(skipped)
    scan.rejects.sort(key=lambda r: r.row_number)
    return scan


def _first_reading(
    connection: Connection, source: str, broken: str, loaded: list[int]
) -> tuple[int, int, list[tuple[Any, ...]]]:
    """Read the file; return the rows read, how many of them break a rule, and what the reader rejected."""
    token = next(_ids)
    reading = source.format(
        more=f"store_rejects=true, rejects_table='rejects_{token}', rejects_limit=0, "
        f"rejects_scan='reject_scans_{token}'"
    )
    counted = ", ".join(["count(*)", f"count(*) filter (where {broken})", *(f"count(c{i})" for i in loaded)])
    counts = connection.sql(f"select {counted} from {reading}")[0]
    rejected = connection.sql(
        "select line, line_byte_position, byte_position, error_type, csv_line, error_message "
        f"from rejects_{token} order by line, byte_position"
    )
    connection.drop_scratch(f"rejects_{token}", f"reject_scans_{token}")
    return counts[0], counts[1], rejected


def _sort_out(
    scan: Scan, raw: list[tuple[Any, ...]], layout: _Layout
) -> tuple[list[tuple[int, list[str | None], str]], list[int]]:
    """Split what the reader rejected into rows to repair and rejects; return the former and all their row numbers."""
    lenient = not layout.file_format["ERROR_ON_COLUMN_COUNT_MISMATCH"]
    repaired, skipped = [], []
    for line, group in itertools.groupby(raw, key=lambda r: r[0]):
        errors = list(group)
        number = line - layout.skip
        skipped.append(number)
        mismatch = next((e for e in errors if e[3] in _MISMATCHES), None)
        if lenient and mismatch and all(e[3] in _MISMATCHES for e in errors):
            cells = _cells(mismatch[4], len(layout.fields), layout.file_format)
            repaired.append((number, cells, mismatch[4]))
        else:
            scan.rejects.append(_csv_reject(mismatch or errors[0], number, layout.width))
    return repaired, skipped


def _fields(
    path: Path, columns: list[TargetColumn], file_format: FileFormat, match: str | None
) -> list[TargetColumn | None]:
    """Return the target column of each field of the file (None where a field is not loaded)."""
    if match and not file_format["PARSE_HEADER"]:
        raise invalid_value("MATCH_BY_COLUMN_NAME with CSV needs PARSE_HEADER = TRUE in the file format.")
    strict = file_format["ERROR_ON_COLUMN_COUNT_MISMATCH"]
    if not match and strict:
        return list(columns)
    first = _first_record(path, file_format)
    if not match:
        padded: list[TargetColumn | None] = [*columns[: len(first)]]
        return padded + [None] * (len(first) - len(padded))
    return match_columns(first, columns, match)


@contextmanager
def _opened(path: Path, file_format: FileFormat) -> Iterator[IO[str]]:
    with (
        gzip.open(path) if _is_gzip(path, file_format) else path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as stream,
    ):
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
    cells = next(csv.reader([record], **_dialect(file_format)), [])[:width]
    nulls = _nulls(file_format)
    return [None if c in nulls else c for c in cells] + [None] * (width - len(cells))


def _nulls(file_format: FileFormat) -> list[str]:
    nulls = list(dict.fromkeys(v.replace("\\\\", "\\") for v in file_format["NULL_IF"]))
    return [*nulls, ""] if file_format["EMPTY_FIELD_AS_NULL"] and "" not in nulls else nulls or [_NO_TEXT]


def _read_csv(path: Path, width: int, file_format: FileFormat, skip: int) -> str:
    """Return the read_csv call, whose columns c0, c1, ... are text, with a place {more} for further options."""
    enclosed = _character(file_format["FIELD_OPTIONALLY_ENCLOSED_BY"])
    escape = _character(file_format["ESCAPE"]) or enclosed
    if file_format["ENCODING"].upper().replace("-", "") != "UTF8":
        raise not_supported(f"ENCODING = {file_format['ENCODING']}")
    nulls = _nulls(file_format)
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(skip),
        "delim": text_literal(_character(file_format["FIELD_DELIMITER"]) or ","),
        "quote": text_literal(enclosed),
        "escape": text_literal(escape),
        "nullstr": "[" + ", ".join(text_literal(n) for n in nulls) + "]",
        "allow_quoted_nulls": "true" if "" in file_format["NULL_IF"] else "false",
        "columns": "{{" + ", ".join(f"c{i}: 'VARCHAR'" for i in range(width)) + "}}",
        "compression": text_literal("gzip" if _is_gzip(path, file_format) else "none"),
        "max_line_size": str(16 << 20),
    }
    written = ", ".join(f"{k}={v}" for k, v in options.items())
    place = text_literal(path.as_posix()).replace("{", "{{").replace("}", "}}")
    return f"read_csv({place}, {written}, {{more}})"


def _numbered(connection: Connection, scan: Scan, reading: str, skipped: list[int]) -> str:
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
    connection.register(name, pa.table({"_at": list(thresholds), "_shift": list(thresholds.values())}))
    scan.registered.append(name)
    inner = f"select row_number() over () as _k, * from {reading}"
    return (
        f"select _k + coalesce(_shift, 0) as _n, * exclude (_k, _at, _shift) from ({inner}) "
        f"asof left join {name} on _k >= _at"
    )


def _csv_expressions(
    by_field: dict[int, TargetColumn], file_format: FileFormat, *, enforce_length: bool
) -> tuple[dict[int, str], list[Rule]]:
    """Return the value of each loaded field, and the rules that DuckDB's reader does not check."""
    expressions, rules = {}, []
    for i, column in by_field.items():
        value = f"c{i}"
        if column.type == "VARCHAR" and file_format["TRIM_SPACE"]:
            value = f"trim({value})"
        expressions[i], checks = converted(
            value, "VARCHAR", column, enforce_length=enforce_length, formats=file_format.options
        )
        rules += checks
    return expressions, rules


def _csv_reject(error: tuple[Any, ...], number: int, width: int) -> Reject:
    line, line_byte, byte, kind, record, message = error
    explained, code = _structural(kind, message, width)
    return Reject(
        error=explained, code=code, sql_state="22000", category="parsing", line=line, row_number=number,
        character=max(1, (byte or line_byte) - line_byte + 1), byte_offset=max(0, (byte or 1) - 1),
        column=None, record=record.rstrip("\r\n"),
    )  # fmt: skip


def _structural(kind: str, message: str, width: int) -> tuple[str, int]:
    if kind in _MISMATCHES:
        found = message.rpartition(":")[2].strip()
        explained = (
            f"Number of columns in file ({found}) does not match that of the corresponding table ({width}), use file "
            "format option error_on_column_count_mismatch=false to ignore this error"
        )
        return explained, 100080
    if kind == "INVALID ENCODING":
        return "Invalid UTF8 detected in string", 100144
    if kind == "UNQUOTED VALUE":
        return "Found character outside of a quoted field, or a quote that is not closed", 100066
    return message.splitlines()[0], 100016


def _violations(connection: Connection, query: str, layout: _Layout) -> list[Reject]:
    """Fetch the rows that break a rule; the record is written again from its fields."""
    rows = connection.sql(f"select _n, {first_broken(layout.rules)}, * exclude (_n) from ({query})")
    dialect = _dialect(layout.file_format)
    found = []
    for number, cause, offending, *cells in rows:
        out = io.StringIO()
        written = ["" if c is None else c for c in cells[: len(layout.fields)]]
        csv.writer(out, lineterminator="", escapechar="\\", **dialect).writerow(written)
        found.append(rule_reject(layout.rules[cause], number, offending, out.getvalue(), layout.skip))
    return found


def _repair(
    connection: Connection, scan: Scan, repaired: list[tuple[int, list[str | None], str]], layout: _Layout
) -> None:
    """Add rows with too few or too many fields to the good ones, as ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE asks."""
    name = f"repaired_{next(_ids)}"
    arrays = {"_n": pa.array([n for n, _, _ in repaired], pa.int64()), "_record": [r for _, _, r in repaired]}
    arrays |= {f"r{i}": pa.array([cells[i] for _, cells, _ in repaired], pa.string()) for i in layout.loaded}
    connection.register(name, pa.table(arrays))
    scan.registered.append(name)
    rules = layout.rules
    fields = f"(select *, {', '.join(f'r{i} as c{i}' for i in layout.loaded)} from {name})"
    broken = any_broken(rules)
    rows = connection.sql(f"select _n, {first_broken(rules)}, _record from {fields} where {broken}")
    scan.rejects += [
        rule_reject(rules[cause], number, offending, record, layout.skip) for number, cause, offending, record in rows
    ]
    scan.select += f" union all select _n, {layout.values} from {fields} where not ({broken})"
