"""The reader of a block: where a token stands, and where a fragment of SQL ends."""

from __future__ import annotations

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.scripting.reader import Reader


@pytest.mark.parametrize(
    ("source", "index", "position"),
    [
        ("a b", 0, (1, 0)), ("a b", 1, (1, 2)), ("a\nb", 1, (2, 0)), ("a\n\n  b", 1, (3, 2)), ("a\nb\nc d", 3, (3, 2)),
        ("a b", 2, (1, 3)),  # the end of the text
    ],
)  # fmt: skip
def test_lines_count_from_one_and_columns_from_zero(source: str, index: int, position: tuple[int, int]) -> None:
    reader = Reader(source)
    reader.index = index
    assert reader.position() == position


def test_words_are_read_ahead_in_upper_case_and_the_end_is_none() -> None:
    reader = Reader("let x := 1")
    assert [reader.word(ahead) for ahead in (0, 1, 9)] == ["LET", "X", ""]


@pytest.mark.parametrize(
    ("source", "stops", "text", "behind"),
    [
        ("x + 1 then y", ("THEN",), "x + 1", "THEN"),
        ("f(then) then y", ("THEN",), "f(then)", "THEN"),
        ("(a; b) ;", (";",), "(a; b)", ";"),
        ("case when a then b end then y", ("THEN",), "case when a then b end", "THEN"),
        ("case when case when a then b end then c end then y", ("THEN",),
         "case when case when a then b end then c end", "THEN"),
        ("a end", ("END",), "a", "END"),
        ("a do b loop", ("LOOP", "DO"), "a", "DO"),
        ("f((a), (b)) , c", (",",), "f((a), (b))", ","),
    ],
)  # fmt: skip
def test_a_fragment_ends_at_the_first_stop_outside_of_parentheses_and_cases(
    source: str, stops: tuple[str, ...], text: str, behind: str
) -> None:
    reader = Reader(source)
    assert reader.until(*stops).text == text
    assert reader.word() == behind


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("then", "line 1 at position 0 unexpected 'then'"),
        ("a ; then", "line 1 at position 2 unexpected ';'"),
        ("a +\n b", "line 2 at position 2 unexpected '<EOF>'"),
        ("(a then", "line 1 at position 7 unexpected '<EOF>'"),
    ],
)
def test_a_fragment_that_is_empty_or_has_no_stop_is_a_syntax_error(source: str, where: str) -> None:
    with pytest.raises(ProgrammingError, match=where) as refused:
        Reader(source).until("THEN")
    assert refused.value.errno == 1003


def test_a_fragment_knows_where_it_began_and_its_tokens_where_they_stand_in_it() -> None:
    reader = Reader("if\n  (x = 10) then")
    reader.index = 1
    fragment = reader.until("THEN")
    assert (fragment.text, fragment.line, fragment.column) == ("(x = 10)", 2, 2)
    assert [(t.text, t.start, t.end) for t in fragment.tokens] == [
        ("(", 0, 1), ("x", 1, 2), ("=", 3, 4), ("10", 5, 7), (")", 7, 8),
    ]  # fmt: skip
