"""Scripting expressions that are answered in place agree with Snowflake's, and what is not simple is left to it."""

from __future__ import annotations

from typing import Any

import pytest

from local_account.scripting.arithmetic import NotSimpleError, evaluate
from local_account.scripting.tree import Fragment
from local_account.scripting.values import Cell
from local_account.tokens import tokenize

VARIABLES = {"N": Cell(None, 7), "ZERO": Cell(None, 0), "YES": Cell(None, True), "TEXT": Cell(None, "x")}


def value(text: str) -> Any:
    return evaluate(Fragment(text, tokenize(text), 1, 0), VARIABLES.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("2 - -3", 5), ("-n", -7), (":n + 1", 8),
        ("n * n - 1", 48), ("- (2 + 3)", -5),
        ("n = 7", True), ("n <> 7", False), ("n != 6", True), ("n < 7", False), ("n <= 7", True), ("n > 7", False),
        ("n >= 7", True), ("1 + 1 = 2", True),
        ("n > 1 and n < 9", True), ("n > 1 and n > 9", False), ("n > 9 or n > 1", True), ("n > 9 or n > 8", False),
        ("not n > 9", True), ("not not n > 9", False), ("yes and n = 7", True),
        ("n = 1 or n = 7 and n = 7", True), ("(n = 7 or n = 1) and n = 2", False), ("n = 7 or n = 1 and n = 2", True),
        ("not n = 7 and n = 1", False), ("zero", 0),
    ],
)  # fmt: skip
def test_simple_expressions(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 2", "n % 2", "1.5", "text", "unknown", "null", "f(1)", "1 + (n = 7)", "n and n = 7", "not 1", "(1", "1 +",
        "1 2", "'x'", "yes + 1", "-yes", "yes < 1", "n = 7 or 1", "",
    ],
)  # fmt: skip
def test_what_is_not_simple_is_left_to_the_data_plane(text: str) -> None:
    with pytest.raises(NotSimpleError):
        value(text)
