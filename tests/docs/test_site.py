"""The site has every page, and each of its links leads to one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from components.repository import ROOT
from docs.pages import site, slides

if TYPE_CHECKING:
    from pathlib import Path


def test_every_page_has_its_place() -> None:
    placed = [name for names in site.PARTS.values() for name in names]
    assert sorted(placed) == sorted(site.sources())


def test_every_link_of_the_site_leads_somewhere(tmp_path: Path) -> None:
    site.write_source(tmp_path)
    pages = tmp_path / "pages"
    broken = {}
    for page in pages.glob("*.md"):
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        targets = {one for one, _ in site._LINK.findall(text)}
        made = {"dbt/index.html", *(f"slides/{name}.html" for name in slides.DECKS)}
        broken |= {(page.name, target): "" for target in targets - made if not (pages / target).exists()}
    assert broken == {}
    assert "index.md" in (tmp_path / "zensical.toml").read_text()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](../README.md#b)", "[a](index.md#b)"),
        ("[a](deploy.md)", "[a](deploy.md)"),
        ("[a](https://x.org/y)", "[a](https://x.org/y)"),
        ("![a](pictures/explorer.png)", "![a](pictures/explorer.png)"),
        ("[a](../Makefile)", "[a](index.md#where-things-are)"),
    ],
)
def test_a_link_of_the_repository_becomes_one_of_the_site(text: str, expected: str) -> None:
    assert site.relinked(text, ROOT / "docs") == expected


def test_a_link_to_nowhere_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"docs/nowhere\.md is linked and not there"):
        site.relinked("[a](nowhere.md)", ROOT / "docs")
