"""What the page hands to the tab that is open."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from customer_360.audiences import Audience
    from customer_360.database import Query
    from customer_360.state import Address
    from customer_360.themes import Theme


@dataclass(frozen=True)
class Page:
    """One run of the page.

    Attributes:
        audience: Who looks at it.
        tab: Name of the open tab.
        ask: The query of this run, which remembers its answers.
        ask_anew: A query that remembers nothing: for whole tables that are written to a file, and for procedures.
        theme: Colours of its charts.
        address: Its address, where a tab keeps what is worth sharing.
        as_of_date: Day that the data are of; None before the first run of the pipeline.
        data_version: A text that is another after each run of the pipeline.
        is_stale: Whether the database is away, and figures are those remembered.
    """

    audience: Audience
    tab: str
    ask: Query
    ask_anew: Query
    theme: Theme
    address: Address
    as_of_date: date | None
    data_version: str
    is_stale: bool


@dataclass(frozen=True)
class Tab:
    """One tab of the page.

    Attributes:
        name: In the address, and of the module that draws it.
        label: What people read.
        icon: A Material symbol.
    """

    name: str
    label: str
    icon: str

    def show(self, page: Page) -> None:
        """Draw it. Its module is loaded when it is opened first, so that nobody waits for those of other tabs."""
        name = f"customer_360.tabs.{self.name}"
        is_loaded = name in sys.modules
        module = import_module(name)
        if not is_loaded:
            # Streamlit looks for garbage after each run of a page, among all objects of all libraries, which took a
            # third of the server's time. What is loaded stays, and is not looked at again.
            gc.freeze()
        module.show(page)
