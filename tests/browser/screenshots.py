"""Pictures of every tab of a served page in both themes and three widths: `python -m tests.browser.screenshots`.

They are for people to look at; nothing compares them. With `--best` it makes those of the documentation instead, with
`--preview` the one of a preview's comment.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import click
from markdown_it import MarkdownIt
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
# A tab that waits for somebody shows nothing of what it is for: its picture is of the first thing that people ask.
ASKED = {"customer": "customer=C000812", "assistant": f"question={QUESTION}"}
BEST: tuple[tuple[str, str, Literal["light", "dark"], str], ...] = (
    ("explorer", "tab=explorer", "light", "Customers in selection"),
    ("customer", f"tab=customer&{ASKED['customer']}", "light", "Key figures"),
    ("assistant", f"tab=assistant&{ASKED['assistant']}", "light", "Verified query"),
    ("campaign", "tab=campaign", "dark", "ROI projection"),
)

# As a forge shows a comment: its own style is not ours to copy.
_COMMENT = """<!doctype html><meta charset="utf-8"><style>
body { font: 14px/1.5 system-ui, sans-serif; color: #1f2328; margin: 0; padding: 8px 24px; width: 860px; }
table { border-collapse: collapse; } td, th { border: 1px solid #d1d9e0; padding: 4px 12px; }
code, pre { background: #eff2f5; font-size: 12px; } pre { padding: 8px; overflow: hidden; }
</style>"""


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
    _make_small(file)


def comment_picture(browser: Browser, comment: str, file: Path) -> None:
    """Take a picture of a comment, its details closed.

    Args:
        browser: takes it.
        comment: in Markdown, as `c360 preview` prints it.
        file: where it goes.
    """
    page = browser.new_page(viewport={"width": 908, "height": 100}, device_scale_factor=0.8)
    page.set_content(_COMMENT + MarkdownIt("commonmark").enable("table").render(comment))
    page.screenshot(path=file, full_page=True)
    page.close()
    _make_small(file)


def _make_small(file: Path) -> None:
    """Keep few colours, as pages have: a third of the bytes."""
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
@click.option(
    "--preview", type=click.Path(exists=True, path_type=Path), help="What `c360 preview` printed: its picture alone."
)
@click.option("--chromium", default=None, help="Path of a Chromium; default: the one on PATH.")
def main(  # noqa: PLR0913 - the options of a command
    address: str, name: str, tabs: tuple[str, ...], preview: Path | None, chromium: str | None, *, best: bool
) -> None:
    """Take pictures of every tab of a served page, into the folder screenshots."""
    (PICTURES if best or preview else FOLDER).mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium or find_chromium(), args=["--no-sandbox"])
        if preview:
            comment_picture(browser, preview.read_text(), PICTURES / "preview.png")
        elif best:
            for title, parameters, scheme, words in BEST:
                if title in (tabs or (title,)):
                    best_picture(browser, f"{address}/?{parameters}", scheme, words, PICTURES / f"{title}.png")
        else:
            for tab, scheme, width in product(tabs or tabs_of(browser, address), THEMES, WIDTHS):
                file = FOLDER / f"{name}-{tab}-{scheme}-{width}.png"
                picture(browser, f"{address}/?tab={tab}&{ASKED.get(tab, '')}", scheme, width, file)
                click.echo(file)
        browser.close()


if __name__ == "__main__":
    main()
