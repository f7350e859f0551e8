"""The validation report leaves no line out, and what it names is there."""

from __future__ import annotations

import re
from functools import cache

import pytest

from c360.cli import c360
from components.repository import ROOT
from docs.pages.evidence import Line, Section, read_phases
from docs.pages.validation import PAGE, is_test, validation_page

SECTIONS = [section for phase in read_phases() for section in phase.sections]


@cache
def names_in(file: str) -> set[str]:
    path = ROOT / "tests" / f"{file}.py"
    return set(re.findall(r"^def test_(\w+)", path.read_text(), re.MULTILINE)) if path.exists() else set()


def is_there(one: str) -> bool:
    """Whether a test, a command or a file that is named as evidence can be found."""
    if one.startswith("$ "):
        program, command, *_ = one[2:].split()
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return command in {"c360": set(c360.commands), "make": set(targets)}.get(program, set())
    if is_test(one):
        file, _, name = one.partition("::")
        return name in names_in(file) if name else bool(names_in(file))
    return (ROOT / one).is_file()


def left_out(section: Section) -> list[int]:
    """Return the numbers that no line speaks of, or more than one, or that the section does not have."""
    told = [number for line in section.lines for number in line.covered]
    expected = range(1, section.length + 1)
    return sorted({n for n in {*told, *expected} if told.count(n) != 1 or n not in expected})


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == validation_page(), "the evidence changed: 'make reference' writes the page anew"


def test_every_line_of_the_checklist_has_its_place() -> None:
    assert {section.number: gaps for section in SECTIONS if (gaps := left_out(section))} == {}
    assert sum(section.length for section in SECTIONS) == 1007


def test_no_line_is_without_evidence_and_all_of_it_is_there() -> None:
    lines = [(section.number, line) for section in SECTIONS for line in section.lines]
    assert [(number, line.lines) for number, line in lines if not line.shown_by] == []
    assert {(number, one) for number, line in lines for one in line.shown_by if not is_there(one)} == set()


@pytest.mark.parametrize("lines", [["1-2"], ["1-3", "3"], ["1-4"], ["2-3"]])
def test_a_line_that_is_left_out_is_seen(lines: list[str]) -> None:
    told = tuple(Line(lines=one, state="done", what="", shown_by=()) for one in lines)
    assert left_out(Section(number="1", title="", length=3, lines=told))


@pytest.mark.parametrize(
    "one",
    [
        "docs/test_nowhere",
        "docs/test_validation::no_such_test",
        "$ c360 fly",
        "$ make coffee",
        "$ rm all",
        "docs/no.md",
    ],
)
def test_evidence_that_is_not_there_is_seen(one: str) -> None:
    assert not is_there(one)
