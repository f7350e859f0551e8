"""Tokens: kinds, values and places of everything that Snowflake's statements are written with."""

from __future__ import annotations

import threading

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.tokens import head, tokenize, unquote


def written(sql: str) -> list[str]:
    return [token.text for token in tokenize(sql)]


def kinds(sql: str) -> list[str]:
    return [token.kind for token in tokenize(sql)]


@pytest.mark.parametrize(
    ("sql", "tokens"),
    [
        ("", []),
        ("  \n\t ", []),
        ("x := 1;", ["x", ":=", "1", ";"]),
        ("f(a => 1, b=>2)", ["f", "(", "a", "=>", "1", ",", "b", "=>", "2", ")"]),
        ("v:a.b::int", ["v", ":", "a", ".", "b", "::", "int"]),
        ("show tables ->> select * from $1", ["show", "tables", "->>", "select", "*", "from", "$", "1"]),
        ("a -> a + 1", ["a", "->", "a", "+", "1"]),
        ("a <> b != c <= d >= e || f", ["a", "<>", "b", "!=", "c", "<=", "d", ">=", "e", "||", "f"]),
        ("values (?, :1, :name)", ["values", "(", "?", ",", ":", "1", ",", ":", "name", ")"]),
        ("$x $2", ["$", "x", "$", "2"]),
        ("from @db.s.stage/path", ["from", "@", "db", ".", "s", ".", "stage", "/", "path"]),
        ("@~/x @%t", ["@", "~", "/", "x", "@", "%", "t"]),
        ("m!predict({*})", ["m", "!", "predict", "(", "{", "*", "}", ")"]),
        ("group by primary key not null", ["group", "by", "primary", "key", "not", "null"]),
        ("execute task T; show tasks", ["execute", "task", "T", ";", "show", "tasks"]),
        ("a$b _c d1 naïve", ["a$b", "_c", "d1", "naïve"]),
        ("1 1.5 2e3 1.5E-3", ["1", "1.5", "2e3", "1.5E-3"]),
        ("a.1", ["a", ".", "1"]),
        ("x'41'", ["x", "'41'"]),
        ('"we.ird"."a""b"', ['"we.ird"', ".", '"a""b"']),
        ("'it''s' 'a\\'b' ''", ["'it''s'", "'a\\'b'", "''"]),
        ('$$ it\'s "any" -- text /* $$ x', ['$$ it\'s "any" -- text /* $$', "x"]),
        ("a -- one\nb // two\nc /* three */ d", ["a", "b", "c", "d"]),
        ("a /* no /* nesting */ b", ["a", "b"]),
        ("'-- no comment' '/* nor this */'", ["'-- no comment'", "'/* nor this */'"]),
        ("a/**/b", ["a", "b"]),
        ("a - -b", ["a", "-", "-", "b"]),
    ],
)
def test_a_statement_is_split_where_snowflake_splits_it(sql: str, tokens: list[str]) -> None:
    assert written(sql) == tokens
    assert [sql[token.start : token.end] for token in tokenize(sql)] == tokens


def test_each_token_has_a_kind() -> None:
    sql = """word "quoted" 'string' $$dollar$$ 12.5 ( => ,"""
    assert kinds(sql) == ["word", "quoted", "string", "dollar", "number", "punct", "punct", "punct"]


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'it''s'", "it's"),
        (r"'a\'b'", "a'b"),
        (r"'a\nb\tc\\d'", "a\nb\tc\\d"),
        (r"'\q\%'", "q%"),
        ("'two\nlines'", "two\nlines"),
        ("''", ""),
        (r"$$a\n'b$$", r"a\n'b"),
        ("$$$$", ""),
        ('"a""b"', 'a"b'),
        ('"lower.Case"', "lower.Case"),
        ("word$1", "WORD$1"),
        ("1.50", "1.50"),
        ("=>", "=>"),
    ],
)
def test_the_value_of_a_token(literal: str, value: str) -> None:
    (token,) = tokenize(literal)
    assert unquote(token) == value


def test_only_words_and_marks_are_keywords() -> None:
    assert [t.upper for t in tokenize("""Create := 'create' "create" $$create$$ 1""")] == [
        "CREATE",
        ":=",
        "",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize("sql", ["'open", '"open', "$$ open", "a /* open", r"'open\'", "select 'a' 'b", '""'])
def test_what_is_not_closed_or_empty_is_a_syntax_error(sql: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        tokenize(sql)
    assert error.value.errno == 1003


@pytest.mark.parametrize("length", [0, 350, 390, 396, 399, 400, 401, 5_000])
def test_a_head_is_the_beginning_of_all_tokens_wherever_the_text_is_cut(length: int) -> None:
    for sql in (f"/* {'x' * length} */ create table {'t' * 20} ('a', \"b\")", f"call p('{'x' * length}', 1)"):
        for count in (1, 3, 10):
            assert [t.text for t in head(sql, count)] == [t.text for t in tokenize(sql)[:count]]


def test_a_long_query_is_not_read_to_its_end() -> None:
    assert [t.upper for t in head("select a, b from t where " + "x = 1 and " * 100 + "'never closed", 2)] == [
        "SELECT",
        "A",
    ]


def test_threads_do_not_disturb_one_another() -> None:
    texts = [" ".join(f"w{i}_{n}" for n in range(200)) for i in range(4)]
    wrong: list[str] = []

    def read(text: str) -> None:
        wrong.extend(text for _ in range(200) if " ".join(written(text)) != text)

    threads = [threading.Thread(target=read, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("sql", ["select a, b", "select a, b" + " " * 20_000])
def test_who_changes_the_tokens_of_a_text_changes_nobody_elses(sql: str) -> None:
    tokenize(sql).clear()
    assert written(sql) == ["select", "a", ",", "b"]
