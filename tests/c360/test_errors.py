"""Errors of any shape become one line that fits."""

from __future__ import annotations

import pytest

from c360.errors import innermost, one_sentence


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("one\n  two\t three ", 400, "one two three"),
        (ValueError("a\nb"), 400, "a b"),
        ("x" * 10, 10, "x" * 10),
        ("x" * 11, 10, "x" * 7 + "..."),
        ("abcdef gh", 8, "abcde..."),
        ("abcd efgh", 8, "abcd..."),  # no blank before the dots
        ("x" * 401, 400, "x" * 397 + "..."),
        ("", 400, ""),
    ],
)
def test_one_sentence(text: object, limit: int, expected: str) -> None:
    assert one_sentence(text, limit) == expected


def test_four_hundred_characters_are_kept() -> None:
    assert len(one_sentence("x" * 500)) == 400
    assert one_sentence("x" * 400) == "x" * 400


CHAIN = "Uncaught exception of type 'REFUSED' on line 136 at position 2 : "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Division by zero", "Division by zero"),
        (f"{CHAIN}200 of\n200 rows", "200 of 200 rows"),
        (f"Procedure PLATFORM.LOAD: {CHAIN}Procedure P.REFUSE_LOAD: {CHAIN}no: 2 {'x' * 700}", f"no: 2 {'x' * 700}"),
        (f"ONE: {CHAIN}no; TWO: {CHAIN}nor this", "ONE: no; TWO: nor this"),
    ],
)
def test_of_an_error_in_procedures_the_innermost_reason_is_left_whole(text: str, expected: str) -> None:
    assert innermost(text) == expected
