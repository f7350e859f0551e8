"""Whatever is asked: no crash, at most one statement, and nothing but the view in it."""

from __future__ import annotations

import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from local_account.analyst import Answered
from tests.semantic.analyst.conftest import VIEW, Ask

_PIECES = """
how many customers transactions revenue average median total lifetime value credit limit by segment state card
type month in 2024 last quarter Q3 top 10 5 highest lowest most platinum gold travel grocery over under
between and or not without who spent bought more than $5,000 10% share of percentage compare versus growth
trend each per for which what when show C000042 T00000000001 Michael Schaefer Texas declining moved from to
lapsed high risk churn probability age 30 to 40 '; DROP TABLE x; -- " ( ) , ? the a is are have had next year
instead only also them their distribution correlation
"""
_WORDS = st.sampled_from(_PIECES.split())
_QUESTIONS = st.lists(_WORDS, min_size=1, max_size=14).map(" ".join)
_NO_CLOCK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _check(ask: Ask, question: str) -> None:
    found = ask(question)
    if not isinstance(found, Answered):
        assert found.text
        return
    (tree,) = sqlglot.parse(found.sql, dialect="snowflake")
    assert isinstance(tree, exp.Select)
    assert {node.this.sql() for node in tree.find_all(exp.SemanticView)} == {VIEW}
    parts = {cte.alias for cte in tree.find_all(exp.CTE)}
    assert {table.name for table in tree.find_all(exp.Table) if table.name} - parts == {VIEW.rpartition(".")[2]}


@given(question=_QUESTIONS)
@_NO_CLOCK
def test_words_in_any_order_do_no_harm(ask: Ask, question: str) -> None:
    _check(ask, question)


@given(question=st.text(max_size=80))
@_NO_CLOCK
def test_any_text_does_no_harm(ask: Ask, question: str) -> None:
    _check(ask, question)


@given(before=_QUESTIONS, question=_QUESTIONS)
@_NO_CLOCK
def test_any_follow_up_does_no_harm(ask: Ask, before: str, question: str) -> None:
    ask(question, before)
