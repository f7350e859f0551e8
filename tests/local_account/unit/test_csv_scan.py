"""How a file format is read: compression, characters, NULLs, and records with too few or too many fields."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.stages.csv_scan import (
    _cells,
    _character,
    _first_record,
    _is_gzip,
    _Layout,
    _nulls,
    _sort_out,
    scan_csv,
)
from local_account.stages.file_scan import Scan, TargetColumn
from local_account.stages.formats import complete

if TYPE_CHECKING:
    from local_account.session.session import Session

DEFAULTS = {
    "COMPRESSION": "AUTO", "FIELD_DELIMITER": ",", "FIELD_OPTIONALLY_ENCLOSED_BY": "NONE", "NULL_IF": ["\\\\N"],
    "EMPTY_FIELD_AS_NULL": True, "SKIP_HEADER": 0,
}  # fmt: skip


def form(**options: Any) -> Any:
    return DEFAULTS | options


@pytest.mark.parametrize(
    ("compression", "name", "gzipped"),
    [
        ("AUTO", "a.csv.gz", True), ("AUTO", "a.csv", False), ("gzip", "a.csv", True), ("NONE", "a.csv.gz", False),
        ("GZIP", "a.gz", True),
    ],
)  # fmt: skip
def test_compression_by_format_or_name(compression: str, name: str, gzipped: bool) -> None:
    assert _is_gzip(Path(name), form(COMPRESSION=compression)) is gzipped


def test_other_compression_is_refused() -> None:
    with pytest.raises(ProgrammingError, match="COMPRESSION = ZSTD"):
        _is_gzip(Path("a.csv"), form(COMPRESSION="zstd"))


@pytest.mark.parametrize(
    ("written", "character"), [("NONE", ""), ("none", ""), (",", ","), (r"\t", "\t"), (r"\x01", "\x01"), ("'", "'")]
)
def test_a_character_of_a_format(written: str, character: str) -> None:
    assert _character(written) == character


@pytest.mark.parametrize(
    ("null_if", "empty", "nulls"),
    [
        (["\\\\N"], True, ["\\N", ""]), (["\\\\N"], False, ["\\N"]), (["", "NULL"], True, ["", "NULL"]),
        (["x", "x"], False, ["x"]), ([], True, [""]), ([], False, ["\ufffe"]),
    ],
)  # fmt: skip
def test_what_stands_for_null(null_if: list[str], empty: bool, nulls: list[str]) -> None:
    assert _nulls(form(NULL_IF=null_if, EMPTY_FIELD_AS_NULL=empty)) == nulls


@pytest.mark.parametrize(
    ("record", "enclosed", "cells"),
    [
        ("a,b", "NONE", ["a", "b", None]),
        ("a,b,c,d", "NONE", ["a", "b", "c"]),
        ("a,,\\N", "NONE", ["a", None, None]),
        ('"a,b",c', '"', ["a,b", "c", None]),
        ('"a,b",c', "NONE", ['"a', 'b"', "c"]),
        ("", "NONE", [None, None, None]),
    ],
)
def test_a_record_is_filled_or_cut_to_its_width(record: str, enclosed: str, cells: list[str | None]) -> None:
    assert _cells(record, 3, form(FIELD_OPTIONALLY_ENCLOSED_BY=enclosed)) == cells


def test_the_first_record_stands_behind_the_header_and_a_byte_order_mark_is_none_of_it(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbfa;b\n1;2\n3;4\n")
    assert _first_record(file, form(FIELD_DELIMITER=";")) == ["a", "b"]
    assert _first_record(file, form(FIELD_DELIMITER=";", SKIP_HEADER=1)) == ["1", "2"]
    assert _first_record(file, form(FIELD_DELIMITER=";", SKIP_HEADER=9)) == []


def rejected(line: int, kind: str, record: str = "1") -> tuple[object, ...]:
    """A row of DuckDB's list of rejects: line, where the line and the fault begin, kind, text, message."""
    return line, 10, 12, kind, record, f"Expected Number of Columns: 2 Found: {record.count(',') + 1}"


@pytest.mark.parametrize(
    ("strict", "raw", "repaired", "codes"),
    [
        (True, [rejected(3, "MISSING COLUMNS")], [], [100080]),
        (False, [rejected(3, "MISSING COLUMNS")], [(2, ["1", None], "1")], []),
        (False, [rejected(3, "TOO MANY COLUMNS", "1,2,3")], [(2, ["1", "2"], "1,2,3")], []),
        # a record that is wrong in another way too stays a reject, told by what is amiss with its fields
        (False, [rejected(3, "MISSING COLUMNS"), rejected(3, "INVALID ENCODING")], [], [100080]),
        (False, [rejected(3, "INVALID ENCODING")], [], [100144]),
        (False, [rejected(3, "UNQUOTED VALUE")], [], [100066]),
        (False, [rejected(3, "LINE SIZE OVER MAXIMUM")], [], [100016]),
    ],
)
def test_records_that_the_reader_refuses_are_repaired_or_rejected(
    strict: bool, raw: list[tuple[object, ...]], repaired: list[object], codes: list[int]
) -> None:
    columns: list[TargetColumn | None] = [TargetColumn("A", "VARCHAR"), TargetColumn("B", "VARCHAR")]
    layout = _Layout(columns, {}, [], 1, form(ERROR_ON_COLUMN_COUNT_MISMATCH=strict), 2)
    scan = Scan(0, [], "", [])
    assert _sort_out(scan, raw, layout) == (repaired, [2])
    assert [reject.code for reject in scan.rejects] == codes
    for reject in scan.rejects:
        assert (reject.line, reject.row_number, reject.character, reject.byte_offset) == (3, 2, 3, 11)


def scanned(session: Session, path: Path, text: str, **options: Any) -> tuple[Scan, list[tuple[Any, ...]]]:
    path.write_text(text)
    beyond = options.pop("beyond", False)
    columns = [TargetColumn(name, "VARCHAR") for name in "AB"]
    options = {"ERROR_ON_COLUMN_COUNT_MISMATCH": False, **options}
    scan = scan_csv(session.connection, path, columns, complete(options), None, beyond=beyond)
    return scan, session.connection.sql(f"{scan.select} order by 1")


@pytest.mark.parametrize(
    ("text", "beyond", "rows"),
    [
        ("1,2\n3,4\n", False, [(1, "1", "2"), (2, "3", "4")]),
        ("1\n3,4\n5\n", False, [(1, "1"), (2, "3"), (3, "5")]),
        ("1\n3,4\n5\n", True, [(1, "1", None), (2, "3", "4"), (3, "5", None)]),
        ("1,2\n3\n5,6,7\n", True, [(1, "1", "2"), (2, "3", None), (3, "5", "6")]),
    ],
)
def test_fields_beyond_the_first_record_are_read_where_a_query_asks(
    session: Session, tmp_path: Path, text: str, beyond: bool, rows: list[tuple[Any, ...]]
) -> None:
    scan, found = scanned(session, tmp_path / "a.csv", text, beyond=beyond)
    assert found == rows
    assert (scan.parsed, scan.good, scan.rejects) == (len(rows), len(rows), [])


def test_an_empty_file_has_no_rows(session: Session, tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    columns = [TargetColumn("A", "VARCHAR")]
    form_of_file = complete({"ERROR_ON_COLUMN_COUNT_MISMATCH": False})
    assert scan_csv(session.connection, tmp_path / "a.csv", columns, form_of_file, None) == Scan(0, [], "", [])


@pytest.mark.parametrize(("options", "codes"), [({}, [100078]), ({"enforce_length": False}, [])])
def test_a_text_that_is_too_long_is_rejected_unless_it_shall_be_cut(
    session: Session, tmp_path: Path, options: dict[str, bool], codes: list[int]
) -> None:
    (tmp_path / "a.csv").write_text("1\n12\n")
    columns = [TargetColumn("A", "VARCHAR", length=1)]
    scan = scan_csv(session.connection, tmp_path / "a.csv", columns, complete({}), None, **options)
    assert [reject.code for reject in scan.rejects] == codes
    assert [row[1] for row in session.connection.sql(f"{scan.select} order by 1")] == ["1", "1"][: 2 - len(codes)]
