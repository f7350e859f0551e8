"""No question gets anything but a read of the semantic view out of the analyst, whatever it or the data say.

Questions come from a grammar, from random bytes, and with injections in words, names, values and synonyms. The number
of questions is small here; C360_FUZZED_QUESTIONS asks more.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analyst_client.sql_check import check
from local_account.analyst import answer
from local_account.analyst.answers import Answered, Clarify, Refused, Turn
from local_account.semantic import yaml_form
from local_account.semantic.model import Kind
from semantic.rendering import render
from semantic.source import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_account.analyst.answers import Answer
    from local_account.semantic.model import SemanticModel

QUESTIONS = int(os.environ.get("C360_FUZZED_QUESTIONS", "600"))
SOURCE = Path(__file__).parents[2] / "semantic" / "model"
VIEW = ("CUSTOMER_ANALYTICS", "GOLD", "CUSTOMER_360")
INJECTIONS = (
    "'; drop table GOLD.FACT_TRANSACTION; --", "' or '1'='1", "\\'; select 1; --", "$$; delete from X; $$",
    '"; grant role ACCOUNTADMIN to user X; --', "x') union all select * from BRONZE.CUSTOMERS --",
    "/* */ */ ; call P()", "{{ env_var('X') }}", "${jndi}", "%s%n", "\x00", "';--\n", "\\", "'", "''",
    "\u2019; drop", "@STAGE/x", "identifier('x')", "system$wait(9)",
)  # fmt: skip
STARTS = ("how many", "what is the", "show me the", "list", "top 5", "which", "average", "median", "total", "compare",
          "share of", "what percentage of", "drop", "delete", "count", "when did", "who")  # fmt: skip
MIDDLES = ("by", "per", "for", "with", "without", "and", "or", "not", "in", "between 5 and 10", "over 1k", "at least 3",
           "last month", "in 2023", "since June", "last 90 days", "Q3 2024", "next year", "each", "than", "from", "to",
           "of", "the", "?", ",", "10%", "$5,000", "year over year", "top 3")  # fmt: skip


class HostileData:
    """Data whose values are the worst there can be."""

    def as_of(self) -> date:
        return date(2024, 12, 31)

    def values(self, table: str, dimension: str) -> Sequence[str]:
        return [*INJECTIONS, "Gold", "Platinum", "High", "Declining", "CA", f"{table} {dimension}"]

    def has_value(self, table: str, dimension: str, value: str) -> bool:  # noqa: ARG002 - the protocol's
        return True

    def range(self, table: str, time_dimension: str) -> tuple[date, date] | None:  # noqa: ARG002 - the protocol's
        return date(2023, 1, 1), date(2024, 12, 31)

    def personal(self, table: str, dimension: str) -> bool:  # noqa: ARG002 - the protocol's
        return dimension in ("NAME", "EMAIL", "PHONE", "ZIP_CODE")


@pytest.fixture(scope="module")
def model() -> SemanticModel:
    """The model of this repository, with injections among its synonyms."""
    found = yaml_form.read(render(load(SOURCE), "CUSTOMER_ANALYTICS"))
    changed = []
    for table in found.tables:
        hostile = iter(INJECTIONS)
        expressions = tuple(
            replace(e, synonyms=(*e.synonyms, next(hostile, "harmless"))) if e.kind is Kind.DIMENSION else e
            for e in table.expressions
        )
        changed.append(replace(table, expressions=expressions))
    return replace(found, tables=tuple(changed))


@pytest.fixture(scope="module")
def data() -> HostileData:
    """Such data, the same for all: of other data the analyst would learn the names anew, for half a second."""
    return HostileData()


def names(model: SemanticModel) -> list[str]:
    found = [e for table in model.tables for e in table.expressions]
    words = [e.name.lower().replace("_", " ") for e in found] + [word for e in found for word in e.synonyms]
    return [*words, *(table.name.lower() for table in model.tables), "gold", "platinum", "high", "california"]


def question(chance: random.Random, words: list[str]) -> str:
    """Return one question: of the grammar, of the grammar with an injection, or of random bytes."""
    kind = chance.random()
    if kind < 0.15:
        return chance.randbytes(chance.randrange(1, 60)).decode("latin-1")
    parts = [chance.choice(STARTS), chance.choice(words)]
    for _ in range(chance.randrange(4)):
        parts += [chance.choice(MIDDLES), chance.choice(words)]
    if kind < 0.5:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(INJECTIONS))
    return " ".join(parts)


def require_harmless(found: Answer) -> bool:
    """Check an answer; return whether there was SQL in it."""
    if isinstance(found, Clarify | Refused):
        assert found.text.strip()
        return False
    check(found.sql, VIEW, frozenset)
    return True


@pytest.mark.parametrize("asked", ["what percentage of lapsed at least 3 customers who left"])
def test_questions_that_were_no_questions_once(model: SemanticModel, data: HostileData, asked: str) -> None:
    """What a larger number of questions at random came to crash on."""
    require_harmless(answer(asked, model=model, view=".".join(VIEW), data=data, history=()))


def test_no_question_gets_more_than_a_read_of_the_view(model: SemanticModel, data: HostileData) -> None:
    chance = random.Random(13)  # noqa: S311 - no secret
    words, view = names(model), ".".join(VIEW)
    history: list[Turn] = []
    answered = 0
    for number in range(QUESTIONS):
        asked = question(chance, words)
        found = answer(asked, model=model, view=view, data=data, history=history[-2:])
        try:
            answered += require_harmless(found)
        except Exception as error:
            raise AssertionError(f"question {number}: {asked!r}") from error
        history.append(Turn(asked, found.sql if isinstance(found, Answered) else None))
    assert answered > QUESTIONS / 50, "the grammar asks what can be answered"


def test_every_verified_query_may_run(model: SemanticModel, data: HostileData) -> None:
    assert len(model.verified_queries) >= 20
    for query in model.verified_queries:
        found = answer(query.question, model=model, view=".".join(VIEW), data=data, history=())
        assert isinstance(found, Answered), query.question
        assert found.verified == query, query.question
        assert require_harmless(found)


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_hostile_value_stays_within_its_literal(model: SemanticModel, data: HostileData, value: str) -> None:
    """The values of the data, and the synonyms of the model, are the injections themselves."""
    for asked in (f"How many customers in {value}?", f"revenue by {value}", f'customers named "{value}"', value):
        found = answer(asked, model=model, view=".".join(VIEW), data=data, history=())
        require_harmless(found)
