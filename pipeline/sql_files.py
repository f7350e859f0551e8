"""Reads the SQL files of the payload: what they have to agree on with Python stands in {{ }} and is filled in here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import cards, categories, feeds, personas, scale, segments

if TYPE_CHECKING:
    from collections.abc import Callable

SQL = Path(__file__).parent / "sql"

_FACTS: dict[str, Callable[[], object]] = {
    "card_ranks_in_text": lambda: cards.sql_ranks().replace("'", "''"),
    "card_type_count": lambda: len(cards.CARD_TYPES),
    "card_types": cards.sql_names,
    "card_types_in_words": cards.in_words,
    "category_count": lambda: len(categories.MERCHANT_CATEGORIES),
    "category_weights": categories.sql_weights,
    "customer_file": lambda: feeds.CUSTOMER_FILE,
    "expected_segment_percents": segments.sql_expected_percents,
    "greatest_limit": lambda: cards.GREATEST_LIMIT,
    "known_format": lambda: feeds.KNOWN_FORMAT,
    "last_date": lambda: feeds.LAST_DATE,
    "least_limit": lambda: cards.LEAST_LIMIT,
    "merchant_categories": categories.sql_names,
    "persona_amounts": personas.sql_amounts,
    "segment_count": lambda: len(segments.SEGMENTS),
    "personas": personas.sql_rows,
    "segment_names": segments.sql_names,
    "transactions_per_customer": lambda: scale.TRANSACTIONS_PER_CUSTOMER,
    "trips": categories.trips,
}


def facts() -> dict[str, str]:
    """Return the SQL of every fact by the name that stands for it."""
    return {name: str(fact()) for name, fact in _FACTS.items()}


def render(text: str) -> str:
    """Fill in the facts of a text.

    Args:
        text: SQL with names of facts in {{ }}.

    Raises:
        KeyError: for a name that is no fact.
    """
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: str(_FACTS[match[1]]()), text)


def query(name: str) -> str:
    """Return the statement of a file directly under sql/, such as segment_shares, its comments included."""
    return render((SQL / f"{name}.sql").read_text())
