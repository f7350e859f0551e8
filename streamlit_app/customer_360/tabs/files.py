"""Files that a reader takes out of the page: the one way of every tab, by which each is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer_360.access.exports import Export, record_export
from customer_360.database import viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from customer_360.context import Page


def recorded(
    page: Page, content: str, count: int, make: Callable[[], bytes], *, has_contact_data: bool
) -> Callable[[], bytes]:
    """Return what a download button calls: it records who takes what, and then makes the file.

    Args:
        page: the page's run.
        content: what the file holds, in words that name nobody.
        count: its rows.
        make: writes it.
        has_contact_data: whether names or e-mail addresses are in it.
    """
    export = Export(viewer(page.ask), page.audience.name, content, count, has_contact_data)

    def file() -> bytes:
        record_export(page.ask_anew, export)
        return make()

    return file
