"""docs/api.md is what the code says, and leaves nothing out that can be called."""

from __future__ import annotations

import ast

import pytest

from c360.cli import c360
from docs.pages import api
from pipeline.procedures import PROCEDURES
from pipeline.tables import TABLES


def test_the_page_is_not_stale() -> None:
    assert api.PAGE.read_text() == api.api_page(), "the code changed: 'make reference' writes the page anew"


def test_every_command_procedure_and_table_is_there() -> None:
    page = api.PAGE.read_text()
    assert [name for name in c360.commands if f"`c360 {name}" not in page] == []
    assert [one.qualified_name for one in PROCEDURES if f"`{one.qualified_name}(" not in page] == []
    assert [one.qualified_name for one in TABLES if f"### {one.qualified_name}\n" not in page] == []


@pytest.mark.parametrize(
    ("source", "signature"),
    [("def f(a, /, b, *, c): ...", "`f(a, b, c)`"), ("class A: ...", "class `A`"), ("def _f(): ...", None)],
)
def test_what_is_public_is_listed_with_its_arguments(source: str, signature: str | None) -> None:
    assert [api._signature(node) for node in api._public(ast.parse(source))] == ([signature] if signature else [])
