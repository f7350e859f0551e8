"""How the browser tests read a page of the app: figures, tables, and when it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def figure(page: Page, label: str) -> Locator:
    """Return the value of a headline figure."""
    # While the page is drawn again the old figure stands beside the new one for a moment.
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue").first


def section(page: Page, key: str) -> Locator:
    """Return the container that the page draws under a key."""
    return page.locator(f".st-key-{key}")


def row_of(table: Locator, row: int) -> Locator:
    """Return the cells of a row of a table, counted from 1, as assistive technology reads them.

    Args:
        table: what holds one table; its rows below the visible ones are not there to be read.
        row: its number; 0 is the head.
    """
    return table.locator(f'[role="row"][aria-rowindex="{row + 1}"] [role="gridcell"], '
                         f'[role="row"][aria-rowindex="{row + 1}"] [role="columnheader"]')  # fmt: skip


def cells(table: Locator, row: int) -> list[str]:
    """Return the texts of a row of a table as it is drawn now: of one that is about to change, expect them instead."""
    found = row_of(table, row)
    expect(found.first).to_be_attached()
    return [(text or "").strip() for text in found.all_text_contents()]


def row_count(table: Locator) -> int:
    """Return how many rows a table has, without its head."""
    grid = table.locator('[role="grid"]')
    expect(grid).to_be_attached()
    return int(grid.get_attribute("aria-rowcount") or 0) - 1


def settle(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def drawn(page: Page) -> None:
    """Wait until every chart has its picture: it is drawn after the script."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]"
        ".every(chart => chart.querySelector('canvas, svg.marks'))"
    )


def cut_figures(page: Page) -> list[str]:
    """Return the texts of headline figures that do not fit their cards, once the layout follows the width."""
    page.wait_for_timeout(500)
    return page.get_by_test_id("stMetric").evaluate_all(
        "cards => cards.flatMap(card => [...card.querySelectorAll('*')])"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden')"
        ".map(e => e.innerText)"
    )
