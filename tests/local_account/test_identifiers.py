"""How names are read, compared, written and turned into files."""

from __future__ import annotations

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.identifiers import (
    LONGEST,
    Name,
    file_name,
    folded,
    from_file_name,
    joined,
    parts_of,
    quoted,
    same_for_duckdb,
    unquoted,
    written,
)
from local_account.parsing import Cursor
from local_account.queries.parse import parsed

# what a name means -> as it is shown, and in quotes
WRITTEN = {
    "PLAIN": ("PLAIN", '"PLAIN"'), "_X$1": ("_X$1", '"_X$1"'), "lower": ('"lower"', '"lower"'),
    "1X": ('"1X"', '"1X"'), "$X": ('"$X"', '"$X"'), "we.ird": ('"we.ird"', '"we.ird"'),
    'a"b': ('"a""b"', '"a""b"'), "sp ace": ('"sp ace"', '"sp ace"'), "é": ('"é"', '"é"'), "É": ('"É"', '"É"'),
    "100%": ('"100%"', '"100%"'), "it's": ('"it\'s"', '"it\'s"'), "x" * 255: (f'"{"x" * 255}"', f'"{"x" * 255}"'),
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), WRITTEN.items())
def test_a_name_is_written_so_that_it_is_read_back(name: str, expected: tuple[str, str]) -> None:
    assert (written(name), quoted(name)) == expected
    for text in expected:
        assert parts_of(text) == [name]
        assert Cursor.over(text).identifier() == name
    assert unquoted(quoted(name)) == name
    full = Name.of(name, "S", name)
    assert Name.parse(str(full)) == full == Name.parse(full.sql)
    assert Cursor.over(f"{full} rest").name() == full


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a.b.c", ("A", "B", "C")), ('"a"."b.c"', ("a", "b.c")), (' a . "B" ', ("A", "B")), ("x$1", ("X$1",)),
        ('"""x"', ('"x',)),
    ],
)  # fmt: skip
def test_a_dotted_name_has_parts(text: str, parts: tuple[str, ...]) -> None:
    assert Name.parse(text).parts == parts


@pytest.mark.parametrize(
    "text", ["", ".", "a.", "a..b", '"a', '""', 'a"b"', "a b", "a.b.c.d", "été", "1a", "a-b", "a;drop", "x" * 256]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        Name.parse(text)
    assert error.value.errno == 1003


def test_only_ascii_letters_are_folded() -> None:
    assert folded("aBc_1") == "ABC_1"
    assert parts_of('"straße"') == ["straße"]
    for plain in ("straße", "été", "日本"):
        with pytest.raises(ProgrammingError, match="must stand in double quotes"):
            folded(plain)


def test_a_name_has_at_most_255_characters() -> None:
    assert folded("x" * LONGEST) == "X" * LONGEST
    for read in (folded, lambda n: unquoted(quoted(n)), lambda n: Cursor.over(n).identifier()):
        with pytest.raises(ProgrammingError, match="256 characters; at most 255"):
            read("x" * (LONGEST + 1))


@pytest.mark.parametrize(
    "sql", ['select 1 as ""', "select 1 as été", f"select 1 as {'x' * 256}", "select * from naïve"]
)
def test_queries_are_held_to_the_same_rules(sql: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        parsed(sql)
    assert error.value.errno == 1003


def test_duckdb_does_not_look_at_the_case_of_ascii_letters() -> None:
    assert same_for_duckdb("abc", "ABC")
    assert not same_for_duckdb("é", "É")
    assert not same_for_duckdb("a", "b")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("DB", "S", "X"), "DB.S.X"), (("a.b", "c"), "a%2Eb.c"), (("a", "b.c"), "a.b%2Ec"), (("..",), "%2E%2E"),
        (("a/b",), "a%2Fb"), (("A$B",), "A$B"), (("é",), "%C3%A9"), (("[x]*?",), "%5Bx%5D%2A%3F"),
    ],
)  # fmt: skip
def test_a_file_is_named_after_one_object_only(parts: tuple[str, ...], expected: str) -> None:
    assert file_name(*parts) == expected
    if len(parts) == 1:
        assert from_file_name(expected) == parts[0]


def test_a_long_name_has_a_short_file() -> None:
    one, other = (file_name("D", "S", "é" * 254 + end) for end in "xy")
    assert one != other
    assert len(one) == len(other) == 240
    assert joined(("a", 'b"')) == '"a"."b"""'
