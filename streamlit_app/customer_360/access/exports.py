"""Keeps who took which data out of the app, by the procedure that may write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from customer_360.database import Query

_RECORD = "call PLATFORM.RECORD_EXPORT(?, ?, ?, ?::number, ?::boolean)"


@dataclass(frozen=True)
class Export:
    """A file that a reader takes.

    Attributes:
        viewer: Who takes it.
        audience: Short name of the app that it comes from.
        content: What it holds, in words.
        row_count: Its rows.
        has_contact_data: Whether it has what it takes to reach customers.
    """

    viewer: str
    audience: str
    content: str
    row_count: int
    has_contact_data: bool


def record_export(ask_anew: Query, export: Export) -> None:
    """Record an export before its file is handed over: what cannot be recorded is not exported.

    Raises:
        DatabaseUnavailableError: where the record could not be written.
    """
    values = (export.viewer, export.audience, export.content, export.row_count, export.has_contact_data)
    ask_anew(_RECORD, values)
