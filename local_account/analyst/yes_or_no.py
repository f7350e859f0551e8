"""Asks back where a question is to be answered by yes or no, and would be answered by a list of rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_account.analyst.answers import Category, Unclear
from local_account.analyst.plan import Compared, Form
from local_account.analyst.wording import spoken

if TYPE_CHECKING:
    from local_account.analyst.elements import Shape
    from local_account.analyst.plan import Plan

# Not whether there are any, which a list says.
_ASKED = re.compile(
    r"""
    ^\W*(?:(?:so|and|but|also|then)\ )*(?:is|are|was|were|does|do|did|has|have)\ (?!there\b)
    (?!(?:(?:we|you|i)\ (?:still\ |also\ |even\ |already\ )*(?:have|had|got|see|know)|any\w*|some\w*|there)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def refuse_yes_or_no(question: str, plan: Plan, shape: Shape) -> None:
    """Ask for the figure, where the question is whether it passes a bound, and the rows that pass it would be listed.

    Args:
        question: without its asides.
        plan: how it was read.
        shape: the model, seen by its tables.

    Raises:
        Unclear: is the average age above 40, are our customers older than 40.
    """
    if plan.form is not Form.LIST or not _ASKED.match(question):
        return
    keys = {element for table in shape.tables for element in shape.key(table)}
    if any(isinstance(c, Compared) and c.op == "=" and c.element in keys for c in plan.where):
        return  # of one customer, whose row says it
    figures = [h.measure.name for h in plan.having if h.measure is not None]
    figures += [f"average {column.name}" for column in plan.columns]
    raise Unclear(
        "Figures and lists are told here, and not yes or no: ask for the figure, or which rows are meant.",
        Category.INCOMPLETE,
        suggestions=[f"What is the {spoken(name)}?" for name in figures[:2]],
    )
