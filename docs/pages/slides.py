"""Makes slides out of the pages: a deck for those who decide, and one for each training, as HTML files of one's own.

A slide is a part of a page under its heading; nothing is written twice. With `python -m docs.pages.slides FOLDER` they
are written beside the pictures that they show.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from components.repository import ROOT

MOST_SLIDES = 12
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_PICTURE = re.compile(r'src="((?:docs/)?([\w/.-]+\.(?:svg|png)))"')
_LINK = re.compile(r'<a href="(?!https?:)[^"]*">(.*?)</a>', re.DOTALL)
_STYLE = """
body { margin: 0; font: 1.15rem/1.45 system-ui, sans-serif; color: #17202a; background: #d5dbe1; }
section { box-sizing: border-box; width: 297mm; min-height: 167mm; margin: 8mm auto; padding: 12mm 16mm;
  background: #fff; }
h1 { font-size: 2.2rem; } h2 { color: #0b5394; margin-top: 0; } img { max-width: 100%; max-height: 110mm; }
table { border-collapse: collapse; font-size: 0.85rem; } td, th { border: 1px solid #c4ccd4; padding: 0.25rem 0.5rem; }
pre { background: #eef2f5; padding: 0.6rem; overflow: auto; font-size: 0.85rem; }
footer { color: #5d6d7e; font-size: 0.8rem; }
@media print { @page { size: 297mm 167mm; margin: 0; } body { background: #fff; }
  section { margin: 0; break-after: page; } }
"""


@dataclass(frozen=True)
class Slide:
    """One slide: a part of a page."""

    page: str
    """The page, from the root of the repository."""

    heading: str
    """The heading of the part without its marks; empty for what stands before the first one below the title."""

    title: str = ""
    """What stands above it, where that is not the heading."""


def _guide(*headings: str, page: str) -> tuple[Slide, ...]:
    return tuple(Slide(page, heading) for heading in headings)


_USER, _ADMIN, _CHANGE = "docs/user_guide.md", "docs/admin.md", "CONTRIBUTING.md"
DECKS: dict[str, tuple[str, tuple[Slide, ...]]] = {
    "deck": ("Customer 360: what it is, and what it shows", (
        Slide("README.md", "", "Why, and what"),
        Slide("README.md", "What just happened", "From files to a page"),
        *_guide("Segment explorer", "Customer 360", "AI assistant", "Campaign performance", page=_USER),
        Slide("docs/churn.md", "How good it is", "Who will leave: how well that is known"),
        Slide("docs/campaigns.md", "The formula", "What a campaign brings"),
        Slide("docs/architecture.md", "What runs is what is deployed", "How it is built"),
        Slide("docs/security.md", "Who sees which personal data"),
        Slide("docs/validation.md", "", "What is done, and what is open"),
    )),
    "users": ("Training for users of the page", (
        *_guide("", "Segment explorer", "Customer 360", "AI assistant", "Campaign performance", page=_USER),
        Slide("docs/analyst.md", "What can be asked"),
        Slide("docs/campaigns.md", "The formula"),
        *_guide("Ways to work", "Questions and troubles", page=_USER),
    )),
    "administrators": ("Training for administrators", (
        *_guide("", "Every day", "Deploy, and return", "Refresh", "Retrain", "Backup and recovery", page=_ADMIN),
        *_guide("run failed", "run overdue", "check failed", "drift", "Access", page=_ADMIN),
    )),
    "developers": ("Training for developers", (
        Slide("README.md", "Where things are"),
        Slide("docs/architecture.md", "What runs is what is deployed"),
        Slide("docs/architecture.md", "One dialect, and a small account that understands it"),
        Slide("docs/architecture.md", "A day is added, not everything rebuilt"),
        *_guide("A column", "A segment", "A metric", "A task", "A tab", page=_CHANGE),
        Slide(_CHANGE, "A statement of the account"),
    )),
}  # fmt: skip


def part(page: str, heading: str) -> str:
    """Return the Markdown of a page's part, down to the next heading of its rank or a higher one.

    Args:
        page: as of a slide.
        heading: as of a slide.

    Raises:
        KeyError: where the page has no such heading.
    """
    text = (ROOT / page).read_text()
    if not heading:
        return re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0].partition("\n")[2].strip()
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    if not found:
        raise KeyError(f"{page} has no heading '{heading}'")
    behind = text[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", behind, maxsplit=1, flags=re.MULTILINE)[0].strip("\n")


def deck(name: str) -> str:
    """Return a deck as one HTML page, a title and then its slides."""
    title, slides = DECKS[name]
    shown = [_slide(one, number) for number, one in enumerate(slides, 2)]
    first = f"<section><h1>{escape(title)}</h1><p>Made from the pages of the repository.</p></section>"
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{first}{''.join(shown)}</body></html>\n"


def _slide(slide: Slide, number: int) -> str:
    body = _MARKDOWN.render(part(slide.page, slide.heading))
    body = _LINK.sub(r"\1", _PICTURE.sub(r'src="\2"', body))
    foot = f"<footer>{number} &middot; {slide.page}</footer>"
    return f"<section><h2>{escape(slide.title or slide.heading or 'At a glance')}</h2>{body}{foot}</section>"


def write(folder: Path) -> None:
    """Write all decks into a folder, with the pictures that they show."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DECKS:
        html = deck(name)
        (folder / f"{name}.html").write_text(html)
        for _, picture in _PICTURE.findall(html):
            (folder / picture).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / "docs" / picture, folder / picture)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
