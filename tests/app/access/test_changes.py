"""What changed since the last run is what SQL says that was written without the app's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from customer_360.access import changes
from customer_360.selection import Selection
from snowflake.connector.errors import ProgrammingError

from tests.support.asking import asking
from tests.support.previous_standing import TABLE, planted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from customer_360.database import Query

    from tests.support.platforms import Platform

SELECTIONS = {
    "all": (Selection(), "true", "Active"),
    "gold": (Selection(card_types=("Gold",)), "p.card_type = 'Gold'", "Active"),
    "lapsed": (Selection(statuses=("Lapsed",)), "p.customer_status = 'Lapsed'", "Lapsed"),
}


@pytest.fixture(scope="module")
def a_day_before(platform: Platform) -> Iterator[None]:
    with planted(platform):
        yield


def moves(platform: Platform, column: str, where: str) -> dict[tuple[str, str], int]:
    rows = platform.ask(
        f"select coalesce(b.{column}, 'Not scored'), p.{column}, count(*) from GOLD.CUSTOMER_360_PROFILE p, {TABLE} b"
        f" where p.customer_id = b.customer_id and not equal_null(p.{column}, b.{column}) and {where} group by 1, 2"
    )
    return {(before, now): count for before, now, count in rows}


def test_without_an_earlier_day_nothing_is_compared(ask: Query) -> None:
    assert changes.since_last_run(ask, Selection()) is None


@pytest.mark.usefixtures("a_day_before")
@pytest.mark.parametrize("name", SELECTIONS)
def test_each_move_is_counted(ask: Query, platform: Platform, name: str) -> None:
    selection, where, of_risk = SELECTIONS[name]
    found = changes.since_last_run(ask, selection)
    assert found is not None
    ((since, known, newcomers),) = platform.ask(
        "select max(b.as_of_date), count(b.customer_id), count_if(b.customer_id is null)"
        f" from GOLD.CUSTOMER_360_PROFILE p left join {TABLE} b on b.customer_id = p.customer_id where {where}"
    )
    assert (found.since, found.customers, found.newcomers) == (since, known, newcomers)
    for column, what in changes.COMPARED.items():
        risk = f" and p.customer_status = '{of_risk}'" if column == "churn_risk_category" else ""
        expected = moves(platform, column, where + risk)
        shown = found.moves[found.moves["what"] == what]
        assert dict(zip(zip(shown["before"], shown["now"], strict=True), shown["customers"], strict=True)) == expected
        assert found.changed[what] == sum(expected.values())
    assert list(found.moves["customers"]) == sorted(found.moves["customers"], reverse=True)
    assert name != "all" or min(*found.changed.values(), found.newcomers) > 0


@pytest.mark.parametrize(("role", "reads"), [("APP_MARKETING", True), ("APP_ANALYST", True), ("APP_OPERATIONS", False)])
def test_it_is_read_by_the_owners_whose_pages_show_customers(platform: Platform, role: str, *, reads: bool) -> None:
    with asking(platform, role) as ask:
        if reads:
            assert len(ask(f"select count(*) from {TABLE}")) == 1
            return
        with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
            ask(f"select count(*) from {TABLE}")
