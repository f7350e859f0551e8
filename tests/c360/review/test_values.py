"""Differences of inputs in words."""

from __future__ import annotations

from typing import Any

import pytest

from c360.review.values import differences, shown

LONG = "x" * 81


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (1, 1, []),
        (1, 2, ["- `k`: `1` → `2`"]),
        (None, "", ["- `k`: nothing → `''`"]),
        ("a", "b", ["- `k`: `a` → `b`"]),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["- `k.b`: `2` → `3`"]),
        ({"password": "old"}, {"password": "new"}, ["- `k.password`: changes (secret)"]),
        (["a", "b"], ["b", "c"], ["- `k`: adds `c`; drops `a`"]),
        (["a", "b"], ["b", "a"], ["- `k`: order changes"]),
        (["a"], ["a", "b"], ["- `k`: adds `b`"]),
        ([{"name": "x", "n": 1}], [{"name": "x", "n": 2}], ["- `k[x].n`: `1` → `2`"]),
        ([{"name": "x"}], [{"name": "y"}, {"name": "x"}], ['- `k[y]`: added `{"name": "y"}`']),
        ([{"name": "x"}, {"name": "y"}], [{"name": "y"}], ["- `k[x]`: dropped"]),
        ([{"name": "x"}, {"name": "y"}], [{"name": "y"}, {"name": "x"}], ["- `k`: order changes"]),
        ([[1], [2]], [[1], [3]], ["- `k[1]`: adds `3`; drops `2`"]),
        (["a"], "b", ['- `k`: `["a"]` → `b`']),
        ("b", ["a"], ['- `k`: `b` → `["a"]`']),
        (None, ["a"], ['- `k`: nothing → `["a"]`']),
        ({"a": 1}, "b", ['- `k`: `{"a": 1}` → `b`']),
        ("b", {"a": 1}, ['- `k`: `b` → `{"a": 1}`']),
        ({"a": 1}, {"b": 2}, ["- `k.a`: `1` → nothing", "- `k.b`: nothing → `2`"]),
        ([{"name": "x"}], [{"other": "x"}], ["- `k[0].name`: `x` → nothing", "- `k[0].other`: nothing → `x`"]),
        ([[1]], [[1], [2]], ["- `k[1]`: nothing → `[2]`"]),
    ],
)
def test_a_difference_in_words(old: Any, new: Any, lines: list[str]) -> None:
    assert differences({"k": old}, {"k": new}, ("k",)) == lines


@pytest.mark.parametrize(
    ("old", "new", "long"),
    [
        ("x" * 80, "y" * 80, False),
        ("x" * 81, "y", True),
        ("y", "x" * 81, True),
        ("a\nb", "a", True),
        ("a", "a\nb", True),
    ],
)
def test_long_texts_and_those_of_several_lines_are_shown_as_a_diff(old: str, new: str, long: bool) -> None:
    lines = differences({"k": old}, {"k": new}, ("k",))
    assert (lines[0] == "- `k`:") is long
    assert (lines[1:2] == ["  ```diff"]) is long


def test_a_diff_keeps_two_lines_around_and_says_how_many_more_there_are() -> None:
    old, new = ("\n".join(f"{word} {n}" for n in range(200)) for word in ("old", "new"))
    lines = differences({"k": f"1\n2\n3\n{old}"}, {"k": f"1\n2\n3\n{new}"}, ("k",))
    assert lines[2:5] == ["  @@ -2,202 +2,202 @@", "   2", "   3"]
    assert lines[-2:] == ["  … 283 more lines", "  ```"]
    exactly = differences({"k": "\n".join("a" * 60)}, {"k": "\n".join("b" * 59)}, ("k",))
    assert not any("more line" in line for line in exactly)


def test_a_fence_is_longer_than_any_run_of_backticks_in_it() -> None:
    lines = differences({"k": "````\na"}, {"k": "````\nb"}, ("k",))
    assert lines[1] == "  `````diff"
    assert lines[-1] == "  `````"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"), ("", "`''`"), (" \n ", "`''`"), ("a\n  b", "`a b`"), ("a`b", "`a'b`"), (True, "`true`"),
        ({"b": 1, "a": 2}, '`{"a": 2, "b": 1}`'), ("x" * 240, f"`{'x' * 240}`"), ("x" * 241, f"`{'x' * 240} …`"),
    ],
)  # fmt: skip
def test_a_value_on_one_line(value: Any, text: str) -> None:
    assert shown(value) == text
