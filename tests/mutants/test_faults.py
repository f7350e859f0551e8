"""Faults are planted where they change what a program does, one at a time, and leave it a program."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.mutants import tests_of_faults
from tests.mutants.copies import ROOT
from tests.mutants.faults import faults_of

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


def places(folder: Path, text: str) -> list[tuple[str, list[int], str]]:
    file = folder / "module.py"
    file.write_text(text)
    return [(fault.kind, list(fault.lines), fault.name) for fault in faults_of(file, folder)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MOST = 3", [("3 becomes 4", [], "MOST")]),
        ("MOST: int = 3", [("3 becomes 4", [], "MOST")]),
        ("class A:\n    most = 3", [("3 becomes 4", [], "most")]),
        ("f(3)", [("3 becomes 4", [], "")]),
        ("def f(a=3):\n    b()", [("3 becomes 4", [2], "")]),
        ("def f():\n    b(\n        3\n    )", [("3 becomes 4", [2, 3, 4], "")]),
        ("def f():\n    if a == b:\n        c()", [("== becomes !=", [2], "")]),
        ("def f():\n    if (\n        a\n        == b\n    ):\n        c()", [("== becomes !=", [2, 3, 4, 5], "")]),
        ("def f():\n    a()\n    b()", [("f returns at once", [2, 3], "")]),
    ],
)
def test_a_fault_is_where_its_statement_is_executed(
    tmp_path: Path, text: str, expected: list[tuple[str, list[int], str]]
) -> None:
    assert places(tmp_path, text) == expected


_OWN, _OTHER = "tests/mutants/test_faults.py", "tests/test_layers.py"
RECORDED = {
    "tests": {
        f"{_OWN}::test_what_is_planted": {"seconds": 2.0, "fixtures": []},
        f"{_OWN}::test_every_fault_leaves_a_program": {"seconds": 0.1, "fixtures": ["account"]},
        f"{_OWN}::test_the_nearest_tests_run_first": {"seconds": 0.5, "fixtures": []},
        f"{_OWN}::test_that_is_gone": {"seconds": 0.0, "fixtures": []},
        f"{_OTHER}::test_the_table_holds": {"seconds": 0.2, "fixtures": []},
        f"{_OTHER}::test_no_cycle_between_files": {"seconds": 0.3, "fixtures": ["account"]},
    },
    "fixtures": {"account": 8.0},
    "files": {
        "tests/mutants/faults.py": {"lines": {"1": [], "10": [0, 1, 2, 3], "11": [2], "12": [2, 4, 0], "13": [6]}}
    },
}


@pytest.mark.parametrize(
    ("lines", "seconds", "chosen"),
    [
        (range(10, 11), 20, ["the_nearest_tests_run_first", "what_is_planted", "every_fault_leaves_a_program"]),
        (range(10, 11), 3, ["the_nearest_tests_run_first", "what_is_planted"]),
        (range(11, 12), 20, ["the_nearest_tests_run_first"]),
        (range(12, 13), 20, ["the_nearest_tests_run_first", "what_is_planted", "the_table_holds"]),
        (range(12, 13), 1, ["the_nearest_tests_run_first", "the_table_holds"]),
        (range(13, 14), 20, ["every_fault_leaves_a_program", "no_cycle_between_files"]),  # a fixture executes it
        (range(13, 14), 3.2, ["every_fault_leaves_a_program"]),
        (range(14, 15), 20, []),  # executed by no test
        (range(0), 1, ["the_nearest_tests_run_first", "the_table_holds"]),
    ],
)
def test_the_nearest_tests_run_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: range, seconds: float, chosen: list[str]
) -> None:
    file = "tests/mutants/faults.py"
    known = {"text": (ROOT / file).read_text(), **RECORDED["files"][file]}
    (tmp_path / "recording.1.json").write_text(json.dumps(RECORDED | {"files": {file: known}}))
    monkeypatch.setattr(tests_of_faults, "HOME", tmp_path)
    monkeypatch.setattr(tests_of_faults, "_is_there", lambda test: not test.endswith("gone"))
    fault = replace(faults_of(ROOT / file, ROOT)[0], lines=lines, name="")
    found = tests_of_faults.TestsOfFaults().of(fault, seconds).tests
    assert [test.partition("::test_")[2] for test in found] == chosen


def test_tests_of_one_file_run_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"tests/{file}.py::test_{number}" for number in range(2) for file in "ab"]
    tests = {name: {"seconds": 0.1 * number, "fixtures": []} for number, name in enumerate(names)}
    lines = {"1": list(range(len(names)))}
    (tmp_path / "recording.1.json").write_text(
        json.dumps({"tests": tests, "fixtures": {}, "files": {"c360/cli.py": {"text": "", "lines": lines}}})
    )
    monkeypatch.setattr(tests_of_faults, "HOME", tmp_path)
    monkeypatch.setattr(tests_of_faults, "_is_there", lambda _: True)
    monkeypatch.setattr(tests_of_faults, "_text", lambda _: "")
    fault = replace(faults_of(ROOT / "c360/cli.py", ROOT)[0], lines=range(1, 2), name="")
    found = tests_of_faults.TestsOfFaults()
    assert [test.removeprefix("tests/") for test in found.of(fault, 20).tests] == [
        "a.py::test_0", "a.py::test_1", "b.py::test_0", "b.py::test_1",
    ]  # fmt: skip
    assert [test.removeprefix("tests/") for test in found.of(fault, 0.15).tests] == ["a.py::test_0", "b.py::test_0"]


def test_is_there_tells_tests_that_are_gone() -> None:
    assert tests_of_faults._is_there(f"{_OWN}::test_what_is_planted[a == b]")
    assert not tests_of_faults._is_there(f"{_OWN}::test_that_is_gone")


def test_a_line_is_found_again_where_it_stands_now() -> None:
    assert tests_of_faults._moved("a\nb\nc\n", "new\na\nc\n") == {1: 2, 3: 3}
    assert tests_of_faults._moved("a\nb", "a\nb") == {1: 1, 2: 2}
