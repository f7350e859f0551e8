"""How one customer's spend is spread over merchant categories: the five greatest, and the rest together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SHOWN = 5
OTHER = "Other"


@dataclass(frozen=True)
class CategoryShares:
    """The parts of a pie, and what no pie can show.

    Attributes:
        parts: `category`, `spend` (US dollars), `transaction_count`, `share` (0 to 1, adding up to 1), the greatest
            first and the rest last, as `Other`; empty where nothing was spent.
        total: what the parts add up to, US dollars.
        refunded: categories in which more was returned than bought, which are no part.
    """

    parts: pd.DataFrame
    total: float
    refunded: tuple[str, ...]


def category_shares(categories: pd.DataFrame) -> CategoryShares:
    """Split a customer's spend into the five greatest categories and the rest.

    Args:
        categories: `category`, `transaction_count` and `spend`, one row a category.
    """
    spent = categories[categories["spend"] > 0].sort_values(["spend", "category"], ascending=[False, True])
    spent = spent[["category", "spend", "transaction_count"]]
    total = float(spent["spend"].sum())
    rest = spent.iloc[SHOWN:]
    if len(rest):
        other = pd.DataFrame(
            {
                "category": [OTHER],
                "spend": [rest["spend"].sum()],
                "transaction_count": [rest["transaction_count"].sum()],
            }
        )
        spent = pd.concat([spent.iloc[:SHOWN], other])
    parts = spent.reset_index(drop=True)
    return CategoryShares(
        parts=parts.assign(share=parts["spend"] / total if total else 0.0),
        total=total,
        refunded=tuple(categories.loc[categories["spend"] < 0, "category"]),
    )
