"""ORDER BY decides the order in which a client sees the rows, however many there are."""

from __future__ import annotations

from typing import Any


def test_rows_arrive_in_the_order_of_the_query(cursor: Any) -> None:
    cursor.execute(
        "create table NUMBERS as select (row_number() over (order by seq4()) * 7919) % 400009 as n"
        " from table(generator(rowcount => 400000))"
    )
    for _ in range(5):
        numbers = [n for (n,) in cursor.execute("select n from NUMBERS order by n").fetchall()]
        assert numbers == sorted(numbers)
