"""How the browser tests read a page of the app: figures, tables, and when it is drawn."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

# Nobody looks: pictures of a quarter of the size, without movement, take a third of what a page costs.
_SCALE = 0.5
_STILL = """addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important }';
    document.head.append(style);
})"""


@contextmanager
def new_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a context that remembers nothing from others.

    Args:
        browser: in which.
        options: of Playwright, such as `color_scheme`.
    """
    context = browser.new_context(device_scale_factor=_SCALE, **options)
    context.add_init_script(_STILL)
    yield context
    context.close()


def new_page(context: BrowserContext, height: int, width: int = 1440) -> Page:
    """Open a page of a size in pixels; tables far below its visible part are not drawn."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    return page


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
