"""Reads the SQL files of the payload: what they have to agree on with Python stands in {{ }} and is filled in here."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import cards, categories, feeds, personas, scale, segments

if TYPE_CHECKING:
    from collections.abc import Callable

SQL = Path(__file__).parent / "sql"

_NAMED = re.compile(r"\{\{ (\w+) \}\}")


def _generator_version() -> str:
    """Return a name of what makes the transactions: of its statements without their comments, and of their facts."""
    files = sorted((SQL / "procedures" / "generate").glob("*.sql"))
    code = re.sub(r"--[^\n]*", "", "".join(file.read_text() for file in files))
    named = sorted({*_NAMED.findall(code)} - {"generator_version"})
    return sha256(" ".join([*code.split(), *(str(_FACTS[name]()) for name in named)]).encode()).hexdigest()[:8]


_FACTS: dict[str, Callable[[], object]] = {
    "card_ranks_in_text": lambda: cards.sql_ranks().replace("'", "''"),
    "card_type_count": lambda: len(cards.CARD_TYPES),
    "card_types": cards.sql_names,
    "card_types_in_words": cards.in_words,
    "category_count": lambda: len(categories.MERCHANT_CATEGORIES),
    "category_weights": categories.sql_weights,
    "customer_file": lambda: feeds.CUSTOMER_FILE,
    "expected_segment_percents": segments.sql_expected_percents,
    "generator_version": _generator_version,
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
    return _NAMED.sub(lambda match: str(_FACTS[match[1]]()), text)


def query(name: str) -> str:
    """Return the statement of a file directly under sql/, such as segment_shares, its comments included."""
    return render((SQL / f"{name}.sql").read_text())
