"""The sizes that documents and configuration promise follow from the few numbers that are declared."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline import scale


def test_the_history_is_five_whole_years() -> None:
    assert (scale.FIRST_DAY.month, scale.FIRST_DAY.day) == (1, 1)
    after = scale.AS_OF_DATE + timedelta(days=1)
    assert after == date(scale.FIRST_DAY.year + 5, 1, 1)
    assert (after - scale.FIRST_DAY).days == 1_827  # two of the years have 366 days


def test_full_scale_is_fifty_thousand_customers_with_thirteen_and_a_half_million_transactions() -> None:
    assert scale.CUSTOMERS == 50_000
    assert scale.CUSTOMERS * scale.TRANSACTIONS_PER_CUSTOMER == 13_500_000


def test_every_number_of_customers_has_an_id_of_six_digits() -> None:
    assert len(str(scale.MOST_CUSTOMERS)) == 6
    assert len(str(scale.MOST_CUSTOMERS + 1)) == 7
    assert 0 < scale.LEAST_CUSTOMERS < scale.CUSTOMERS < scale.MOST_CUSTOMERS
