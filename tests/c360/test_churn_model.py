"""The return to the churn model before: which renames are called, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from c360.churn_model import model_in_use, require_model, return_to_model
from c360.errors import CommandError


class Cursor:
    """An account with models by name, each with its comment; it renames them as the procedure does."""

    description = (SimpleNamespace(name="name"), SimpleNamespace(name="comment"))

    def __init__(self, **models: str) -> None:
        self.models = models

    def execute(self, statement: str) -> None:
        if statement.startswith("call PLATFORM.RENAME_CHURN_MODEL"):
            _, old, _, new, _ = statement.split("'")
            assert new not in self.models
            self.models[new] = self.models.pop(old)

    def fetchall(self) -> list[tuple[str, str]]:
        return list(self.models.items())


def test_the_one_before_is_put_to_use_and_nothing_is_lost() -> None:
    cursor: Any = Cursor(CHURN_MODEL="new", CHURN_MODEL_PREVIOUS="old")
    assert return_to_model(cursor, "old")
    assert cursor.models == {"CHURN_MODEL": "old", "CHURN_MODEL_PREVIOUS": "new"}
    assert model_in_use(cursor) == "old"


def test_where_a_promotion_was_cut_short_the_one_before_gets_its_name_back() -> None:
    cursor: Any = Cursor(CHURN_MODEL_PREVIOUS="old")
    assert return_to_model(cursor, "old")
    assert cursor.models == {"CHURN_MODEL": "old"}


@pytest.mark.parametrize("wanted", ["", "new"])
def test_nothing_moves_where_nothing_else_is_wanted(wanted: str) -> None:
    cursor: Any = Cursor(CHURN_MODEL="new", CHURN_MODEL_PREVIOUS="old")
    require_model(cursor, wanted)
    assert not return_to_model(cursor, wanted)
    assert cursor.models == {"CHURN_MODEL": "new", "CHURN_MODEL_PREVIOUS": "old"}


def test_a_model_that_is_gone_is_refused_before_anything_moves() -> None:
    cursor: Any = Cursor(CHURN_MODEL="new", CHURN_MODEL_PREVIOUS="old")
    for attempt in (require_model, return_to_model):
        with pytest.raises(CommandError, match="is not kept any more"):
            attempt(cursor, "older")
    assert cursor.models == {"CHURN_MODEL": "new", "CHURN_MODEL_PREVIOUS": "old"}
