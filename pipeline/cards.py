"""The card types, each with the credit limit from which on it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class CardType:
    """One type of card."""

    name: str
    """As every table and page spells it."""

    least_limit: Decimal
    """Credit limit from which on customers have this card, USD."""


# The highest first.
CARD_TYPES = (
    CardType("Platinum", Decimal(25_000)),
    CardType("Gold", Decimal(10_000)),
    CardType("Silver", Decimal(3_000)),
    CardType("Basic", Decimal(500)),
)
CARD_TYPE_NAMES = tuple(card.name for card in CARD_TYPES)
# Credit limits of customers, USD.
LEAST_LIMIT, GREATEST_LIMIT = CARD_TYPES[-1].least_limit, Decimal(50_000)


def card_type(credit_limit: Decimal) -> str:
    """Return the name of the card that goes with a credit limit.

    Args:
        credit_limit: in USD; below the least limit of all it is that of the lowest card.

    Returns:
        A name of `CARD_TYPE_NAMES`.
    """
    return next((card.name for card in CARD_TYPES if credit_limit >= card.least_limit), CARD_TYPES[-1].name)


def sql_names() -> str:
    """Return the names as SQL literals, separated by commas."""
    return ", ".join(f"'{name}'" for name in CARD_TYPE_NAMES)


def in_words() -> str:
    """Return the names as a sentence lists them."""
    return f"{', '.join(CARD_TYPE_NAMES[:-1])} or {CARD_TYPE_NAMES[-1]}"


def sql_ranks() -> str:
    """Return the arguments of DECODE that turn a name into its rank by credit limit, from 1 for the lowest card."""
    return ", ".join(f"'{name}', {rank}" for rank, name in enumerate(reversed(CARD_TYPE_NAMES), start=1))
