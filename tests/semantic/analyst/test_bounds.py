"""What one question may cost: a counted number of look-ups and readings, whatever its length."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from local_account import analyst as analyst_package
from local_account.analyst import Answered, answer, understanding
from tests.semantic.analyst.conftest import VIEW, Values

if TYPE_CHECKING:
    import pytest

    from local_account.semantic.model import SemanticModel
    from tests.semantic.analyst.conftest import Ask


class CountedValues(Values):
    """Values that count how often they are asked for one."""

    asked = 0

    def has_value(self, table: str, dimension: str, value: str) -> bool:
        self.asked += 1
        return super().has_value(table, dimension, value)


def test_a_title_in_capitals_looks_few_names_up(model: SemanticModel) -> None:
    data = CountedValues(model)
    found = answer(
        "Show Me The Total Revenue And The Average Transaction Value By Card Type For Customers In Texas Who Joined In "
        "2023",
        model=model,
        view=VIEW,
        data=data,
    )
    assert isinstance(found, Answered)
    assert data.asked <= 100


def test_a_question_is_read_in_a_counted_number_of_ways(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    real = understanding.read_draft

    def counted(*given: object) -> object:
        read.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(understanding, "read_draft", counted)
    question = "averag transacton valu by montth over montth chang of high valu travlers "
    ask((question * 12)[:990])
    assert 0 < len(read) <= 200  # of the question and of all that might be suggested instead


def test_the_english_of_questions_is_loaded_at_the_first_of_them() -> None:
    source = ast.parse(Path(analyst_package.__file__).read_text())
    loaded = {node.module for node in source.body if isinstance(node, ast.ImportFrom) and node.module}
    assert {name for name in loaded if name.startswith("local_account")} == {
        "local_account.analyst.answers",
        "local_account.analyst.data_index",
    }
