"""SET and UNSET, and what a variable stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from local_account.session.session import Session


@pytest.mark.parametrize(
    ("statement", "query", "expected"),
    [
        ("set X = 1", "select $x", (1,)),
        ("set X = 1 + 2", "select $x * 2", (6,)),
        ("set X = -1.50", "select 1 - $X", (2.5,)),
        ("set X = 'it''s'", "select $X || '!'", ("it's!",)),
        ("set (X, Y) = (1, 'b')", "select $X, $Y", (1, "b")),
        ("set (X) = (true)", "select $X", (True,)),
        ("set X = null", "select $X", (None,)),
        ("set X = (select max(column1) from values (3), (5))", "select $X", (5,)),
        ("set X = '2024-01-31'::date", "select $X - 1 = '2024-01-30'", (True,)),
    ],
)
def test_a_variable_has_the_value_of_its_expression(
    session: Session, statement: str, query: str, expected: tuple[Any, ...]
) -> None:
    session.execute(statement)
    (row,) = session.execute(query).rows()
    assert tuple(float(v) if str(v) == "2.50" else v for v in row) == expected


def test_an_expression_is_computed_once(session: Session) -> None:
    session.execute("create table T as select 1 as A")
    session.execute("set X = (select max(A) from T)")
    session.execute("insert into T values (2)")
    assert session.execute("select $X").scalar() == 1


@pytest.mark.parametrize("statement", ["unset X", "unset (X, Y)"])
def test_unset_takes_variables_away(session: Session, statement: str) -> None:
    session.execute("set (X, Y) = (1, 2)")
    session.execute(statement)
    with pytest.raises(ProgrammingError, match=r"Session variable '\$X' does not exist"):
        session.execute("select $X")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("set (X, Y) = (1)", "2 variables, but 1 values"),
        ("set X = (select column1 from values (1), (2))", "more than one row"),
        ("set X = repeat('a', 257)", "too long"),
    ],
)
def test_what_is_no_value_is_refused_and_sets_nothing(session: Session, statement: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError, match=sentence):
        session.execute(statement)
    assert session.variables == {}
