"""How much synthetic data there is, of which days and from which seed."""

from __future__ import annotations

from datetime import date

SEED = 360
CUSTOMERS = 50_000  # at full scale; any other number works
LEAST_CUSTOMERS, MOST_CUSTOMERS = 10, 999_999  # what a stack may ask for; ids have six digits
TRANSACTIONS_PER_CUSTOMER = 270  # on average, and exactly so in sum
FIRST_DAY = date(2020, 1, 1)  # of any account; generated days are numbered from it
AS_OF_DATE = date(2024, 12, 31)  # the last day, on which every rolling window ends
