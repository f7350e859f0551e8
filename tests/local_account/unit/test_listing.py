"""SHOW's clauses: LIKE with its wildcards and escapes, STARTS WITH, LIMIT ... FROM."""

from __future__ import annotations

import pytest

from local_account.statements.listing import Options, like


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("SIZED_WH", "SIZED_WH", True),
        ("sized_wh", "SIZED_WH", True),  # case does not count
        ("SIZED_WH", "sized_wh", True),
        ("SIZED_WH", "SIZEDXWH", True),  # _ is any one character
        (r"SIZED\_WH", "SIZED_WH", True),
        (r"SIZED\_WH", "SIZEDXWH", False),
        (r"SIZED\_WH", r"SIZED\_WH", False),
        ("SIZED_WH", "SIZED__WH", False),
        ("SIZED_WH", "SIZEDWH", False),
        ("%WH", "SIZED_WH", True),
        ("SIZED%", "SIZED_WH", True),
        ("%", "", True),
        ("", "", True),
        ("", "A", False),
        ("A%C", "ABBC", True),
        ("A%C", "AC", True),
        (r"100\%", "100%", True),
        (r"100\%", "1000", False),
        (r"A\\B", r"A\B", True),
        ("A", "AB", False),
        ("B", "AB", False),
        ("A.B", "AXB", False),  # what means something to a regular expression means itself here
        ("A(B", "A(B", True),
        ("A%B", "A\nB", True),
        ("\\", "\\", True),
    ],
)
def test_like(pattern: str, text: str, matches: bool) -> None:
    assert like(pattern, text) is matches


@pytest.mark.parametrize(
    ("options", "selected"),
    [
        (Options(), ["A1", "A2", "B1", "a3"]),
        (Options(like="a%"), ["A1", "A2", "a3"]),
        (Options(start="A"), ["A1", "A2"]),  # STARTS WITH knows case
        (Options(start="a"), ["a3"]),
        (Options(after="A1"), ["A2", "B1", "a3"]),  # behind the name, not from it on
        (Options(after="A"), ["A1", "A2", "B1", "a3"]),
        (Options(after="Z"), ["a3"]),
        (Options(like="%1", start="A"), ["A1"]),
        (Options(like="%1", after="A1"), ["B1"]),
    ],
)
def test_clauses_select_together(options: Options, selected: list[str]) -> None:
    assert [name for name in ("A1", "A2", "B1", "a3") if options.matches(name)] == selected
