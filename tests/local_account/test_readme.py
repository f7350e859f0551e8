"""The README's table is true: its examples do what it says, and it names all that is registered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from snowflake.connector.errors import Error

from local_account.queries import rewrite
from local_account.statements import registry

_README = Path(registry.__file__).parents[1] / "README.md"


@dataclass(frozen=True)
class Row:
    feature: str
    answer: str
    example: str
    note: str


def _rows() -> list[Row]:
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in _README.read_text().splitlines() if line.startswith("|")]
    return [Row(*(cell.strip() for cell in row)) for row in cells[2:]]


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
