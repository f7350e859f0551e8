"""Pictures of every tab of a served page in both themes and three widths: `python -m tests.browser.screenshots`.

They are for people to look at; nothing compares them. With `--best` it makes those of the documentation instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import click
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from c360.doctor import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390)
# Of the documentation: name, parameters of the address, theme, and the words to which the page is scrolled.
PICTURES = FOLDER.with_name("docs") / "pictures"
QUESTION = "Show+me+revenue+trends+by+segment+over+the+last+6+months"
BEST: tuple[tuple[str, str, Literal["light", "dark"], str], ...] = (
    ("explorer", "tab=explorer", "light", "Customers in selection"),
    ("customer", "tab=customer&customer=C000812", "light", "Key figures"),
    ("assistant", f"tab=assistant&question={QUESTION}", "light", "Verified query"),
    ("campaign", "tab=campaign", "dark", "ROI projection"),
)


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


def best_picture(browser: Browser, url: str, scheme: Literal["light", "dark"], words: str, file: Path) -> None:
    """Take a small picture of a window, scrolled to some words; arguments as `picture`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=0.7, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    app = page.locator('[data-testid="stApp"]')
    page.get_by_text(words).first.wait_for()
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    page.get_by_text(words).first.evaluate("e => e.scrollIntoView({block: 'start'})")
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, -90)")
    page.wait_for_timeout(2_000)
    page.screenshot(path=file)
    context.close()
    # A page has few colours: a third of the bytes.
    Image.open(file).convert("P", palette=Image.Palette.ADAPTIVE).save(file, optimize=True)


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
@click.option("--best", is_flag=True, help="Those of the documentation, into docs/pictures.")
@click.option("--chromium", default=None, help="Path of a Chromium; default: the one on PATH.")
def main(address: str, name: str, tabs: tuple[str, ...], chromium: str | None, *, best: bool) -> None:
    """Take pictures of every tab of a served page, into the folder screenshots."""
    (PICTURES if best else FOLDER).mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium or find_chromium(), args=["--no-sandbox"])
        for title, parameters, scheme, words in BEST if best else ():
            best_picture(browser, f"{address}/?{parameters}", scheme, words, PICTURES / f"{title}.png")
        for tab in () if best else tabs or tabs_of(browser, address):
            for scheme in THEMES:
                for width in WIDTHS:
                    file = FOLDER / f"{name}-{tab}-{scheme}-{width}.png"
                    picture(browser, f"{address}/?tab={tab}", scheme, width, file)
                    click.echo(file)
        browser.close()


if __name__ == "__main__":
    main()
