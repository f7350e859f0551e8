"""Pictures of every tab of a served page in both themes and three widths: `python -m tests.browser.screenshots`.

They are for people to look at; nothing compares them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import click
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390)


def picture(browser: Browser, address: str, scheme: Literal["light", "dark"], width: int, file: Path) -> None:
    """Take a picture of a whole page.

    Args:
        browser: takes it.
        address: of the page, with its tab.
        scheme: light or dark, as the reader's system asks.
        width: of the window, in pixels.
        file: where it goes.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    app = page.locator('[data-testid="stApp"]')
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    # The page scrolls inside of its window: only a window as high as the page shows all of it.
    for _ in range(2):
        height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(int(height) + 20, 900)})
        page.wait_for_timeout(1_000)  # charts are drawn when they come into sight, and then they are higher
    page.screenshot(path=file)
    context.close()


def tabs_of(browser: Browser, address: str) -> list[str]:
    """Open one tab after the other, and return their names in the page's address."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    choices = page.locator(".st-key-open_tab label").filter(has=page.locator("input"))
    expect(choices.first).to_be_visible(timeout=60_000)
    names: list[str] = []
    for choice in choices.all():
        choice.click()
        page.wait_for_function("known => !known.some(name => location.search.includes(`tab=${name}`))", arg=names)
        page.wait_for_function("location.search.includes('tab=')")
        names += parse_qs(urlsplit(page.url).query)["tab"]
    context.close()
    return names


@click.command()
@click.option("--address", default="http://127.0.0.1:8501", show_default=True, help="Where the page is served.")
@click.option("--name", default="marketing", show_default=True, help="What the pictures' names begin with.")
@click.option("--tab", "tabs", multiple=True, help="Only this tab; default: all that the page has.")
@click.option("--chromium", default=None, help="Path of a Chromium; default: the one on PATH.")
def main(address: str, name: str, tabs: tuple[str, ...], chromium: str | None) -> None:
    """Take pictures of every tab of a served page, into the folder screenshots."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium or shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        for tab in tabs or tabs_of(browser, address):
            for scheme in THEMES:
                for width in WIDTHS:
                    file = FOLDER / f"{name}-{tab}-{scheme}-{width}.png"
                    picture(browser, f"{address}/?tab={tab}", scheme, width, file)
                    click.echo(file)
        browser.close()


if __name__ == "__main__":
    main()
