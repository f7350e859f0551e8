"""What the analyst may learn from the data: which values there are, and which days, as the asking role sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class DataIndex(Protocol):
    """The values behind a model's dimensions. Tables and dimensions are named as the model names them.

    One object stands for one state of the data, as one user sees it in one role: what it says holds while it lives.
    """

    def as_of(self) -> date:
        """Return the day that questions are asked of: what "last month" counts back from."""
        ...

    def values(self, table: str, dimension: str) -> Sequence[str]:
        """Return the distinct values of a text dimension in order; none where there are too many to list.

        Args:
            table: the logical table.
            dimension: one of its dimensions.
        """
        ...

    def has_value(self, table: str, dimension: str, value: str) -> bool:
        """Tell whether a dimension, such as a customer's id, holds a value, spelled exactly so."""
        ...

    def range(self, table: str, time_dimension: str) -> tuple[date, date] | None:
        """Return the first and the last day of a time dimension, or None where it has no values."""
        ...

    def personal(self, table: str, dimension: str) -> bool:
        """Tell whether a dimension is about a person: its column has a masking policy, set there or by a tag."""
        ...
