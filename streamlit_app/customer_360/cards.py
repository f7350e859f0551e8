"""Headline figures as a row of cards: the one way of every tab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Card:
    """One headline figure.

    Attributes:
        label: What it is, with its unit where the value does not show it.
        value: As it is read.
        note: Below the value: what it is compared with, or whom it is of. With `rising`, it begins with + or -.
        rising: Whether a rise is good or bad news, which colours the note and gives it an arrow; None for neither.
        help: How it is defined.
    """

    label: str
    value: str
    note: str | None = None
    rising: Literal["good", "bad"] | None = None
    help: str | None = None


def show_cards(key: str, cards: Sequence[Card]) -> None:
    """Draw figures side by side; on narrow screens two in a row, on phones one.

    Args:
        key: another for each row of the page.
        cards: the figures.
    """
    columns = st.container(key=f"figures_{key}").columns(len(cards))
    for column, card in zip(columns, cards, strict=True):
        column.metric(
            card.label,
            card.value,
            delta=card.note,
            delta_color="off" if card.rising is None else "normal" if card.rising == "good" else "inverse",
            delta_arrow="auto" if card.rising else "off",
            help=card.help,
            border=True,
            height="stretch",
        )
