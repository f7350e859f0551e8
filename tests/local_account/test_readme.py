"""The README's table is true: its examples do what it says, and it names all that is registered."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from snowflake.connector.errors import Error

from local_account import route
from local_account.queries import rewrite
from local_account.statements import registry

_README = Path(route.__file__).with_name("README.md")
_SETTINGS = Path(route.__file__).parents[1] / "pyproject.toml"


@dataclass(frozen=True)
class Row:
    feature: str
    answer: str
    example: str
    note: str


def _rows() -> list[Row]:
    return [Row(*row) for row in _table("What it answers")]


def _section(title: str) -> str:
    """Return a section of the README."""
    return _README.read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]


def _table(title: str) -> list[list[str]]:
    """Return the rows of the table in a section."""
    lines = [line for line in _section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_every_example_is_answered_as_the_table_says(connect: Any) -> None:
    cursor = connect().cursor()
    wrong = []
    for row in _rows():
        sql = row.example.strip("`")
        try:
            cursor.execute(sql)
            outcome = "succeeds"
        except Error as error:
            outcome = str(error.msg)
        expected = row.note if row.answer == "refused" else "succeeds"
        if expected not in outcome:
            wrong.append((row.answer, sql, outcome))
    assert wrong == []


@pytest.mark.parametrize("word", ["yes", "differs", "refused"])
def test_each_row_has_an_answer_and_an_example(word: str) -> None:
    assert any(row.answer == word for row in _rows())
    assert all(row.answer in ("yes", "differs", "refused") and row.example.startswith("`") for row in _rows())


def test_everything_registered_is_in_the_table() -> None:
    registry.load_handlers()
    words = " ".join(re.findall(r"[\w$!.]+", " ".join(row.feature.upper() for row in _rows())))
    hidden = {"DESC", "DESCRIBE", "SHOW", "CALL !"}  # the refusals of unknown kinds, and methods of models
    phrases = [p.replace(" . ", ".") for p in registry.phrases() if p not in hidden]
    missing = [p for p in [*phrases, *rewrite.functions()] if not re.search(rf"\b{re.escape(p)}(?![\w$])", words)]
    assert missing == []


def test_the_picture_of_the_route_shows_its_steps_in_their_order() -> None:
    picture = _section("The route of a statement").partition("```mermaid")[2].partition("```")[0]
    steps = [step.__name__ for step in route.EXECUTE]
    edges = set()
    for line in picture.splitlines():
        stations = re.split(r"\s*-->(?:\|[^|]*\|)?\s*", line.strip())
        edges |= {pair for pair in itertools.pairwise(stations) if set(pair) <= set(steps)}
    assert edges == set(itertools.pairwise(steps))


def test_each_step_of_the_route_is_explained() -> None:
    text = _section("The route of a statement").rpartition("```")[2]
    assert [step.__name__ for step in route.EXECUTE if f"`{step.__name__}`" not in text] == []


def test_the_wings_are_those_of_the_contract_from_the_top_down() -> None:
    contracts = tomllib.loads(_SETTINGS.read_text())["tool"]["importlinter"]["contracts"]
    (wings,) = [contract["layers"] for contract in contracts if contract["id"] == "wings"]
    contracted = [layer for layer in wings if layer != "__main__"]
    shown = [re.findall(r"`(\w+)(?:/|\.py)`", row[0]) for row in _table("How it is built")]
    assert shown == [layer.split(" : ") for layer in contracted[: len(shown)]]
    assert shown[-1] == ["data_plane"]
