"""The cursor over a statement's tokens: values, lists, properties, names, parts, and what stands unquoted."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.parsing import Cursor, type_at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'it''s'", "it's"), ("$$ any $$", " any "), ("12", 12), ("-12", -12), ("1.5", 1.5), ("-0.5", -0.5),
        ("2e3", 2000.0), ("TRUE", True), ("false", False), ("null", None), ("xsmall", "XSMALL"), ('"Mixed"', '"Mixed"'),
        ("db.s.t", "DB.S.T"), ("()", []), ("('a', 'b')", ["a", "b"]), ("('a' 'b')", ["a", "b"]),
        ("(1, (2, 3))", [1, [2, 3]]),
        ("(type = csv, skip_header = 1)", {"TYPE": "CSV", "SKIP_HEADER": 1}),
        ("(a = (1, 2) b = 'x')", {"A": [1, 2], "B": "x"}),
    ],
)  # fmt: skip
def test_a_value(text: str, expected: Any) -> None:
    cursor = Cursor.over(text)
    found = cursor.value()
    assert found == expected
    assert type(found) is type(expected)
    assert cursor.done


@pytest.mark.parametrize(
    ("text", "expected"), [("?", "a"), ("(1, ?, 'x?', ?)", [1, "a", "x?", "b"]), ("('?' ?)", ["?", "a"])]
)
def test_a_placeholder_is_the_value_of_its_place(text: str, expected: Any) -> None:
    cursor = Cursor.over(text)
    cursor.binds = ["a", "b"]
    assert cursor.value() == expected


def test_a_placeholder_without_a_value_is_refused() -> None:
    with pytest.raises(ProgrammingError, match="Bind variable 1 not set"):
        Cursor.over("?").value()


@pytest.mark.parametrize("text", ["=", "*", "", "- x", "(1"])
def test_what_is_no_value_is_a_syntax_error(text: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        Cursor.over(text).value()
    assert error.value.errno == 1003


def test_a_trailing_semicolon_is_no_part_of_a_statement() -> None:
    assert [t.text for t in Cursor.over("a ; b ;;").tokens] == ["a", ";", "b"]


def test_keywords_are_looked_at_accepted_and_expected() -> None:
    cursor = Cursor.over("create or replace Task t")
    assert cursor.looking_at("CREATE", "OR")
    assert not cursor.looking_at("CREATE", "REPLACE")
    assert not cursor.accept("CREATE", "TASK")
    assert cursor.index == 0
    assert cursor.accept("CREATE", "OR", "REPLACE")
    cursor.expect("TASK")
    assert cursor.peek() is not None
    assert cursor.peek(1) is None
    assert not cursor.looking_at("T", "MORE")
    with pytest.raises(ProgrammingError, match="expected AS, found 't' at position 23"):
        cursor.expect("AS")
    assert cursor.next().text == "t"
    with pytest.raises(ProgrammingError, match="expected more, found the end of the statement"):
        cursor.next()


def test_a_quoted_word_is_no_keyword() -> None:
    assert not Cursor.over('"CREATE"').accept("CREATE")
    assert not Cursor.over("'CREATE'").accept("CREATE")


def test_identifiers_are_upper_case_unless_quoted() -> None:
    cursor = Cursor.over('ab "Cd" 12')
    assert (cursor.identifier(), cursor.identifier()) == ("AB", "Cd")
    with pytest.raises(ProgrammingError, match="expected an identifier, found '12'"):
        cursor.identifier()
    assert cursor.index == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("t", ("T",)),
        ("s.t", ("S", "T")),
        ("d.s.t", ("D", "S", "T")),
        ('d."s.x".t', ("D", "s.x", "T")),
        ("d . s", ("D", "S")),
    ],
)
def test_a_name(text: str, parts: tuple[str, ...]) -> None:
    assert Cursor.over(text).name().parts == parts


@pytest.mark.parametrize("text", ["a.b.c.d", "a.", ".a", "a.1"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ProgrammingError, match="expected"):
        Cursor.over(text).name()


def test_properties_end_at_a_stop_word() -> None:
    cursor = Cursor.over("warehouse = w, comment = 'c' as select 1")
    assert cursor.properties("AS") == {"WAREHOUSE": "W", "COMMENT": "c"}
    assert cursor.rest() == "as select 1"
    assert cursor.done
    assert cursor.rest() == ""


def test_a_property_needs_its_equals_sign() -> None:
    with pytest.raises(ProgrammingError, match="expected =, found 'w'"):
        Cursor.over("warehouse w").properties()


def test_what_stands_inside_parentheses() -> None:
    cursor = Cursor.over("(a (b, c) d) e")
    cursor.expect("(")
    inside = cursor.inside()
    assert inside.rest() == "a (b, c) d"
    assert cursor.rest() == "e"
    with pytest.raises(ProgrammingError, match="end of the statement"):
        Cursor.over("a (b)").inside()


def test_parts_between_commas_outside_of_parentheses() -> None:
    assert [part.rest() for part in Cursor.over("a number(12, 2), b f((1), 2) not null, c").parts()] == [
        "a number(12, 2)", "b f((1), 2) not null", "c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("@s/a-b/2024*.csv pattern = 'x'", "@s/a-b/2024*.csv", "pattern = 'x'"),
        ("@s)", "@s", ")"),
        ("@s/x, b", "@s/x", ", b"),
        ("@s//x file_format = f", "@s//x", "file_format = f"),  # two slashes begin a comment elsewhere
        ('@"a b"."c""d"/e f', '@"a b"."c""d"/e', "f"),
        ("@s;", "@s", ""),
    ],
)
def test_an_address_is_consumed_as_written_and_what_follows_read_anew(text: str, address: str, rest: str) -> None:
    cursor = Cursor.over(text)
    assert cursor.written() == address
    assert cursor.rest() == rest


def test_a_file_s_address_may_hold_what_ends_others() -> None:
    cursor = Cursor.over("put file:///tmp/a(1),b.csv @s overwrite = true")
    cursor.expect("PUT")
    assert cursor.written(";") == "file:///tmp/a(1),b.csv"
    assert cursor.written() == "@s"
    assert cursor.properties() == {"OVERWRITE": True}
    with pytest.raises(ProgrammingError, match="expected an address"):
        cursor.written()


def test_places_in_the_text_stay_right_behind_an_address() -> None:
    cursor = Cursor.over("@s//x where 1")
    cursor.written()
    with pytest.raises(ProgrammingError, match="found 'where' at position 6"):
        cursor.expect("FILES")


@pytest.mark.parametrize("text", ["abc", "'1'", "1.5", "-1", ""])
def test_what_is_no_whole_number_is_a_syntax_error(text: str) -> None:
    assert Cursor.over("10").whole_number() == 10
    cursor = Cursor.over(text)
    with pytest.raises(ProgrammingError, match="expected a whole number") as error:
        cursor.whole_number()
    assert error.value.errno == 1003
    assert cursor.index == 0


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("(1), 2", [1], ", 2"),
        ("abc.d e", "ABC.D", "e"),
        ("= 1", None, "= 1"),  # what is no value is left for whoever reads on
        ("* 1", None, "* 1"),
    ],
)
def test_a_value_consumes_no_more_than_itself(text: str, expected: Any, rest: str) -> None:
    cursor = Cursor.over(text)
    if expected is None:
        with pytest.raises(ProgrammingError):
            cursor.value()
    else:
        assert cursor.value() == expected
    assert cursor.rest() == rest


@pytest.mark.parametrize(
    ("text", "written", "rest"),
    [
        ("number(12, 2) not null", "number ( 12 , 2 )", "not null"),
        ("timestamp(3) with time zone x", "timestamp ( 3 ) with time zone", "x"),
        ("varchar((1)) x", "varchar ( ( 1 ) )", "x"),
        ("double precision, b", "double precision", ", b"),
        ("date", "date", ""),
    ],
)
def test_a_type_ends_where_its_size_or_its_last_word_does(text: str, written: str, rest: str) -> None:
    cursor = Cursor.over(text)
    found, cursor.index = type_at(cursor.tokens, 0)
    assert found == written
    assert cursor.rest() == rest
