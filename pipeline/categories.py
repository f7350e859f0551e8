"""The 20 merchant categories, which procedures are written from; dbt's dim_merchant_category agrees with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Travel", "Dining", "Shopping", "Entertainment", "Essentials"]


@dataclass(frozen=True)
class MerchantCategory:
    """One category, and how often generated transactions are of it."""

    name: str
    """As every table and page spells it."""

    group: Group
    """The group of categories that it belongs to."""

    by_amount: tuple[int, int, int, int]
    """Weights for amounts below 20, below 60, below 150 dollars, and above."""

    by_persona: tuple[int, ...]
    """Weights for the personas in the order of `personas.PERSONAS`."""


MERCHANT_CATEGORIES = (
    MerchantCategory("Airlines", "Travel", (0, 1, 6, 12), (8, 2, 0, 3, 1)),
    MerchantCategory("Hotels", "Travel", (0, 2, 8, 9), (8, 2, 0, 3, 1)),
    MerchantCategory("Car Rental", "Travel", (0, 4, 6, 3), (5, 1, 0, 2, 1)),
    MerchantCategory("Travel Agencies", "Travel", (1, 2, 4, 5), (3, 1, 0, 1, 0)),
    MerchantCategory("Restaurants", "Dining", (2, 9, 6, 2), (9, 6, 4, 7, 8)),
    MerchantCategory("Fast Food", "Dining", (9, 2, 0, 0), (2, 4, 9, 5, 6)),
    MerchantCategory("Coffee Shops", "Dining", (9, 0, 0, 0), (4, 4, 5, 4, 6)),
    MerchantCategory("Online Retail", "Shopping", (4, 7, 7, 5), (6, 8, 7, 7, 10)),
    MerchantCategory("Department Stores", "Shopping", (1, 5, 6, 4), (4, 5, 4, 5, 5)),
    MerchantCategory("Clothing", "Shopping", (1, 6, 6, 3), (5, 5, 4, 5, 7)),
    MerchantCategory("Electronics", "Shopping", (0, 2, 5, 9), (4, 3, 1, 4, 6)),
    MerchantCategory("Home Improvement", "Shopping", (1, 4, 6, 6), (3, 5, 3, 4, 4)),
    MerchantCategory("Entertainment", "Entertainment", (3, 6, 4, 3), (5, 4, 4, 4, 6)),
    MerchantCategory("Streaming Services", "Entertainment", (9, 1, 0, 0), (2, 4, 5, 4, 6)),
    MerchantCategory("Grocery", "Essentials", (6, 9, 7, 1), (5, 10, 14, 8, 7)),
    MerchantCategory("Gas Stations", "Essentials", (4, 9, 2, 0), (4, 8, 10, 7, 6)),
    MerchantCategory("Utilities", "Essentials", (1, 4, 7, 2), (2, 6, 6, 5, 3)),
    MerchantCategory("Healthcare", "Essentials", (2, 4, 5, 5), (3, 5, 5, 5, 3)),
    MerchantCategory("Insurance", "Essentials", (0, 2, 6, 5), (3, 5, 3, 4, 2)),
    MerchantCategory("Education", "Essentials", (1, 2, 4, 6), (3, 3, 2, 3, 5)),
)


def sql_names() -> str:
    """Return the names as SQL literals, separated by commas."""
    return ", ".join(f"'{category.name}'" for category in MERCHANT_CATEGORIES)


def trips() -> int:
    """Return the number under which the trips of travelers have weights of their own, behind those of all personas."""
    return len(MERCHANT_CATEGORIES[0].by_persona) + 1


def sql_weights() -> str:
    """Return rows of VALUES: name, number of a persona or of trips, its weight there, the weights by amount."""
    rows = [
        (f"'{c.name}'", number, weight, *c.by_amount)
        for c in MERCHANT_CATEGORIES
        for number, weight in enumerate((*c.by_persona, c.by_persona[0] * (c.group == "Travel")), start=1)
    ]
    return ",\n".join(f"({', '.join(map(str, row))})" for row in rows)
