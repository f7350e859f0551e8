"""docs/user_guide.md has a part for each tab of the page, under the name that the page gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from customer_360.audiences import MARKETING, OPERATIONS
from customer_360.page import tabs_of

from components.repository import ROOT

if TYPE_CHECKING:
    from customer_360.audiences import Audience

PAGE = (ROOT / "docs/user_guide.md").read_text()


def labels(audience: Audience) -> list[str]:
    return [tab.label for tab in tabs_of(audience)]


def test_every_tab_has_its_part_in_the_pages_order() -> None:
    parts = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    expected = labels(MARKETING) + labels(OPERATIONS)
    assert parts[: len(expected)] == expected


def test_what_the_page_says_is_quoted_as_it_says_it() -> None:
    quoted = re.findall(r'\*\*"(.*?)\.?"\*\*', PAGE)
    source = "".join(file.read_text() for file in (ROOT / "streamlit_app").rglob("*.py"))
    assert len(quoted) > 1
    assert [words for words in quoted if words not in source] == []


def test_every_picture_is_there() -> None:
    shown = re.findall(r"\]\((pictures/[\w.]+)\)", PAGE)
    assert len(shown) >= 3
    assert [name for name in shown if not (ROOT / "docs" / name).exists()] == []
