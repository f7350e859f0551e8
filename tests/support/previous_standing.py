"""A day before the platform's own, in which some customers stood elsewhere: what pages compare with."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.platforms import Platform

TABLE = "GOLD.CUSTOMER_PREVIOUS_STANDING"


@contextmanager
def planted(platform: Platform) -> Iterator[None]:
    """Put the day before there while the block runs: who ends in 13 came later, others changed by their last digit."""
    platform.ask(
        f"insert into {TABLE} (customer_id, as_of_date, segment, customer_status, churn_risk_category,"
        " churn_probability) select customer_id, dateadd(day, -1, as_of_date),"
        " iff(right(customer_id, 1) = '7', 'Declining', segment),"
        " iff(right(customer_id, 2) in ('01', '51'), 'Lapsed', customer_status),"
        " case right(customer_id, 1) when '2' then 'Medium' when '5' then null else churn_risk_category end,"
        " iff(right(customer_id, 1) = '5', null, churn_probability)"
        " from GOLD.CUSTOMER_360_PROFILE where right(customer_id, 2) <> '13'"
    )
    try:
        yield
    finally:
        platform.ask(f"delete from {TABLE}")
