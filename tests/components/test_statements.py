"""Statements as the provider is handed them: what it cannot tell apart bears a mark."""

from __future__ import annotations

import pytest

from components.statements import marked, marked_code, same_statement

BLOCK = "begin\n    return 'Active';\nend"


@pytest.mark.parametrize(
    ("one", "other", "is_seen"),
    [
        (BLOCK, BLOCK.replace("    ", "\t"), False),
        (BLOCK, BLOCK.upper().replace("'ACTIVE'", "'Active'"), False),
        (BLOCK, BLOCK.replace("Active", "ACTIVE"), True),
        ("select 'a b'", "select 'a  b'", True),
        ("select 'it''s'", "select 'IT''S'", True),
        ("select 'a\\'b', c", "select 'a\\'b', C", False),
        ('select "a"', 'select "A"', True),
        ("select 1 -- isn't\n", "select 1 -- ISN'T\n", False),
        ("select 1 /* 'a' */", "select 1 /* 'A' */", False),
        ("select 1", "select 2", True),
    ],
)
def test_a_change_within_quotes_is_seen_and_one_of_blanks_and_case_is_none(one: str, other: str, is_seen: bool) -> None:
    assert same_statement(marked(one), marked(other)) is not is_seen


def test_a_statement_without_texts_stays_as_it_is() -> None:
    assert marked("select 1") == "select 1"


def test_every_blank_of_code_is_seen() -> None:
    code = "def run(session):\n    if session:\n        pass\n    return 1\n"
    assert not same_statement(marked_code(code), marked_code(code.replace("    return", "        return")))
    assert marked_code(code).startswith("# code ")
