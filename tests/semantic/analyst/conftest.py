"""The platform's own model with a handful of values: what the analyst reads questions by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from local_account.analyst import Answer, Answered, Turn, answer
from local_account.semantic import yaml_form
from local_account.semantic.model import Kind, SemanticModel
from semantic.rendering import render
from semantic.source import load

ROOT = Path(__file__).parents[3]
VIEW = "CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360"
AS_OF = date(2024, 12, 31)
STATES = ("CA", "FL", "NY", "TX", "VT")
HIGH = {"CUSTOMER_ID": ("C000001", "C000042"), "NAME": ("Michael Schaefer",), "TRANSACTION_ID": ("T00000000001",)}
PERSONAL = {"NAME", "EMAIL", "PHONE", "ZIP_CODE"}
CITIES = ("Springfield", "Lake Michael")

Ask = Callable[..., Answer]


class Values:
    """The values of a model's enumerations, some states and cities, and a few keys."""

    def __init__(self, model: SemanticModel) -> None:
        self._values = {
            (table.name, e.name): e.sample_values
            for table in model.tables
            for e in table.expressions
            if e.kind is Kind.DIMENSION and e.is_enum
        }
        categories = self._values["MERCHANT_CATEGORIES", "MERCHANT_CATEGORY_NAME"]
        self._values |= {("CUSTOMERS", f"TOP_CATEGORY_{n}"): categories for n in (1, 2, 3)}
        self._values["CUSTOMERS", "STATE"] = STATES
        self._values["CUSTOMERS", "STATE_NAME"] = ("California", "Florida", "New York", "Texas", "Vermont")
        self._values["CUSTOMERS", "CITY"] = CITIES

    def as_of(self) -> date:
        return AS_OF

    def values(self, table: str, dimension: str) -> Sequence[str]:
        return self._values.get((table, dimension), ())

    def has_value(self, table: str, dimension: str, value: str) -> bool:
        return value in self.values(table, dimension) or value in HIGH.get(dimension, ())

    def range(self, table: str, time_dimension: str) -> tuple[date, date]:
        del table, time_dimension
        return date(2020, 1, 1), AS_OF

    def personal(self, table: str, dimension: str) -> bool:
        return table == "CUSTOMERS" and dimension in PERSONAL


def sql_of(ask: Ask, question: str) -> str:
    """Return the SQL of a question that has to be answered."""
    found = ask(question)
    assert isinstance(found, Answered), (question, found)
    return found.sql


def check_pieces(ask: Ask, question: str, there: str, absent: str) -> None:
    """Look whether a question is answered by SQL with one piece in it, and without another."""
    sql = sql_of(ask, question)
    assert there in sql
    assert absent not in sql


@pytest.fixture(scope="session")
def model() -> SemanticModel:
    return yaml_form.read(render(load(ROOT / "semantic/model"), "CUSTOMER_ANALYTICS"))


@pytest.fixture(scope="session")
def ask(model: SemanticModel) -> Ask:
    data = Values(model)

    def asked(question: str, *before: str) -> Answer:
        return answer(question, model=model, view=VIEW, data=data, history=[Turn(one) for one in before])

    return asked
