"""A lexicon is made once for a model and a state of its data, and goes when newer ones have come."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from typing import TYPE_CHECKING

from local_account.analyst.lexicon import lexicon_of
from local_account.semantic.model import Expression, Kind, LogicalTable, SemanticModel

if TYPE_CHECKING:
    from collections.abc import Sequence


class State:
    """One state of the data."""

    asked = 0

    def as_of(self) -> date:
        return date(2024, 12, 31)

    def values(self, table: str, dimension: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's
        self.asked += 1
        return ["a", "b"]

    def has_value(self, table: str, dimension: str, value: str) -> bool:  # noqa: ARG002 - the protocol's
        return False

    def range(self, table: str, time_dimension: str) -> tuple[date, date] | None:  # noqa: ARG002 - the protocol's
        return None

    def personal(self, table: str, dimension: str) -> bool:  # noqa: ARG002 - the protocol's
        return False


def test_a_lexicon_is_made_once_and_goes_with_its_data() -> None:
    segment = Expression("SEGMENT", Kind.DIMENSION, "segment", "PEOPLE", "VARCHAR")
    model = SemanticModel("M", tables=(LogicalTable("PEOPLE", ("D", "S", "P"), expressions=(segment,)),))
    state = State()
    first = lexicon_of(model, state)
    assert lexicon_of(model, state) is first
    assert state.asked == 1
    gone = weakref.ref(state)
    other = State()
    assert lexicon_of(model, other) is not first
    del state, first
    for _ in range(40):
        lexicon_of(model, State())
    gc.collect()
    assert gone() is None
