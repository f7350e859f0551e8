"""How a file format is read: compression, characters, NULLs, and records with too few or too many fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.stages.csv_scan import _cells, _character, _first_record, _is_gzip, _nulls

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
