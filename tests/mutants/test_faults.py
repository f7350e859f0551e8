"""Faults are planted where they change what a program does, one at a time, and leave it a program."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.mutants.faults import faults_of
from tests.mutants.recording import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def planted(folder: Path, text: str) -> list[str]:
    file = folder / "module.py"
    file.write_text(text)
    return [fault.planted(text.encode()).decode() for fault in faults_of(file, folder)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a == b", ["a != b"]),
        ("(a) < (b)", ["(a) <= (b)"]),
        ("a not  in b", ["a in b"]),
        ("a is not b", ["a is b"]),
        ("a in b", ["a not in b"]),
        ("a < b < c", ["a <= b < c", "a < b <= c"]),
        ("a and b and c", ["a or b and c"]),
        ("a or (  # and\n b)", ["a and (  # and\n b)"]),
        ("not (a)", ["(a)"]),
        ("x = True", ["x = False"]),
        ("x = 9", ["x = 10"]),
        ("a + b", ["a - b"]),
        ("a // b", ["a * b"]),
        ("'ä' if a > b else c", ["'ä' if a >= b else c"]),
        ("'text' + a", []),
        ("'text'", []),
        ("f'{a == b} 1'", ["f'{a != b} 1'"]),
        ("x: Literal[1]", []),
        ("@cached(True)\nclass A: ...", []),
        ("if TYPE_CHECKING:\n    a == b", []),
        (
            "def f():\n    '''Say.'''\n    a()\n    return b",
            ["def f():\n    '''Say.'''\n    return None\n    a()\n    return b"],
        ),
        ("def f():\n    return a", []),
        ("def f():\n    a()\n    yield b", []),
    ],
)
def test_what_is_planted(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert planted(tmp_path, text) == expected


def test_two_faults_of_lines_that_read_alike_have_names_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("if a == b:\n    c()\nif a == b:\n    d()\n")
    assert [fault.key for fault in faults_of(file, tmp_path)] == [
        "module.py: == becomes != at 5: if a == b:", "module.py: == becomes != (number 2) at 5: if a == b:",
    ]  # fmt: skip
    assert [fault.line for fault in faults_of(file, tmp_path)] == [1, 3]


def test_every_fault_leaves_a_program() -> None:
    for file in sorted((ROOT / "local_account" / "scripting").glob("*.py")):
        source = file.read_bytes()
        for fault in faults_of(file, ROOT):
            ast.parse(fault.planted(source))
            assert fault.planted(source) != source
