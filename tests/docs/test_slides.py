"""Slides are parts of pages: each is there, none is empty, and no deck is longer than people listen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from docs.pages import slides

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", slides.DECKS)
def test_a_deck_is_short_and_every_slide_says_something(name: str) -> None:
    html = slides.deck(name)
    shown = re.findall(r"<section><h[12]>(.*?)</section>", html, re.DOTALL)
    assert 8 < len(shown) <= slides.MOST_SLIDES
    assert [text[:60] for text in shown if len(re.sub(r"<[^>]+>", "", text)) < 60] == []


def test_pictures_lie_beside_what_shows_them(tmp_path: Path) -> None:
    slides.write(tmp_path)
    for file in tmp_path.glob("*.html"):
        named = re.findall(r'src="([^"]+)"', file.read_text())
        assert [picture for picture in named if not (tmp_path / picture).exists()] == []
    assert (tmp_path / "pictures/explorer.png").exists()


def test_a_part_ends_where_the_next_one_begins() -> None:
    drift = slides.part("docs/admin.md", "drift")
    assert "stability index" in drift
    assert "resource monitor" not in drift
    with pytest.raises(KeyError, match="no heading 'Nowhere'"):
        slides.part("docs/admin.md", "Nowhere")
