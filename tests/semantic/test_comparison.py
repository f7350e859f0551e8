"""What counts as the same table: every rule of the comparison, from both sides."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from semantic.evaluation.comparison import Row, Rules, same

NEW_YEAR, APRIL = date(2024, 1, 1), date(2024, 4, 1)
LABELLED: list[Row] = [("Gold", 2), ("Platinum", 5)]

SAME: dict[str, tuple[list[Row], list[Row]]] = {
    "types of numbers": ([(1,)], [(Decimal("1.00"),)]),
    "one part in a million": ([(1000000,)], [(1000000.9,)]),
    "blanks around text": ([("Gold",)], [(" Gold ",)]),
    "truths in words": ([(True,), (False,)], [("true",), ("N",)]),
    "days of the week": ([("Mon",)], [("Monday",)]),
    "states": ([("TX",)], [("Texas",)]),
    "order of rows": (LABELLED, LABELLED[::-1]),
    "order of columns": (LABELLED, [(5, "Platinum"), (2, "Gold")]),
    "further columns": (LABELLED, [("x", "Gold", 1, 2), ("y", "Platinum", 1, 5)]),
    "no rows": ([], []),
    "nothing told": ([(None,)], [(None,)]),
    "midnight": ([(NEW_YEAR,)], [(datetime(2024, 1, 1),)]),  # noqa: DTZ001 - as the connector gives it
    "a day in words": ([(NEW_YEAR,)], [("2024-01-01",)]),
    "a month in words": ([(APRIL,)], [("2024-04",)]),
    "a named month": ([(APRIL,)], [("April 2024",)]),
    "a quarter in words": ([(APRIL,)], [("2024-Q2",)]),
    "a year by its first day": ([(2024,)], [(NEW_YEAR,)]),
    "year and month": ([(APRIL, 7), (NEW_YEAR, 8)], [(2024, 1, 8), (2024, 4, 7)]),
    "year and named month": ([(APRIL, 7)], [(2024, "Apr", 7)]),
    "year and quarter": ([(APRIL, 7)], [(2024, 2, 7)]),
    "side by side": (LABELLED, [(5, 2)]),
    "side by side with the difference": (LABELLED, [(2, 5, 3)]),
    "columns alike are told apart by their rows": ([("a", 1, 2), ("b", 2, 1)], [("a", 2, 1), ("b", 1, 2)]),
}
DIFFERENT: dict[str, tuple[list[Row], list[Row]]] = {
    "another number": ([(1000000,)], [(1000002,)]),
    "a row less": (LABELLED, LABELLED[:1]),
    "a row more": (LABELLED, [*LABELLED, ("Basic", 1)]),
    "a row twice": ([(1,), (1,), (2,)], [(1,), (2,), (2,)]),
    "numbers of other labels": (LABELLED, [("Gold", 5), ("Platinum", 2)]),
    "a column less": (LABELLED, [("Gold",), ("Platinum",)]),
    "no rows": ([(0,)], []),
    "nothing told": ([(0,)], [(None,)]),
    "another month": ([(APRIL,)], [("2024-05",)]),
    "another quarter": ([(APRIL, 7)], [(2024, 3, 7)]),
    "a rounded number": ([(12.3456,)], [(12.35,)]),
    "a fraction": ([(12.5,)], [(0.125,)]),
    "one number of two side by side": (LABELLED, [(5, 3)]),
    "case of letters": ([("Gold",)], [("gold",)]),
    "a moment": ([(NEW_YEAR,)], [(datetime(2024, 1, 1, 12),)]),  # noqa: DTZ001 - as the connector gives it
}


@pytest.mark.parametrize("case", SAME)
def test_the_same_is_known(case: str) -> None:
    assert same(*SAME[case])


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_is_told_apart(case: str) -> None:
    assert not same(*DIFFERENT[case])


def test_order_counts_where_it_is_asked_for() -> None:
    rules = Rules(ordered=True)
    assert same(LABELLED, LABELLED, rules)
    assert not same(LABELLED, LABELLED[::-1], rules)


@pytest.mark.parametrize(("gold", "answer"), [(12.3456, 12.35), (0.0449, 0.04), (12.5, 0.125), (12.3456, 0.123456)])
def test_a_percentage_may_be_rounded_or_told_as_a_fraction(gold: float, answer: float) -> None:
    assert same([(gold,)], [(answer,)], Rules(percent=True))


@pytest.mark.parametrize(("gold", "answer"), [(12.3456, 12.34), (12.3456, 12.3), (12.5, 12.6), (0.5, 50)])
def test_another_percentage_is_told_apart(gold: float, answer: float) -> None:
    assert not same([(gold,)], [(answer,)], Rules(percent=True))


def test_rounding_may_turn_the_order_of_rows() -> None:
    gold: list[Row] = [("b", 1.0049), ("a", 1.0051)]
    assert same(gold, [("a", 1.01), ("b", 1.0)], Rules(percent=True))
    assert not same(gold, [("b", 1.01), ("a", 1.0)], Rules(percent=True))
