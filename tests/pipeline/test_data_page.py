"""docs/data.md: its pictures and its table can be made from any run, and the page shows all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import draw

from pipeline.categories import MERCHANT_CATEGORIES

if TYPE_CHECKING:
    from tests.support.platforms import Platform

DOCS = Path(__file__).parents[2] / "docs"


def test_every_picture_is_on_the_page_and_has_its_query() -> None:
    page = (DOCS / "data.md").read_text()
    names = {picture.__name__ for picture in draw.PICTURES}
    assert {f.stem for f in (DOCS / "data").glob("*.svg")} == names
    assert {f.stem for f in (DOCS / "data").glob("*.sql")} == names | {"fidelity"}
    assert all(f"(data/{name}.svg)" in page for name in names)


def test_the_page_lists_the_categories_as_the_load_wants_them() -> None:
    (line,) = [line for line in (DOCS / "data.md").read_text().splitlines() if line.startswith("- **Categories**")]
    assert re.findall(r"`([^`]+)`", line) == [category.name for category in MERCHANT_CATEGORIES]


def test_pictures_and_table_are_made_from_what_a_run_left(platform: Platform, tmp_path: Path) -> None:
    with platform.cursor() as cursor:
        draw.draw(cursor, tmp_path)
        page = draw.with_table("before\n<!-- table -->\nold\n<!-- end -->\nafter", cursor)
    for picture in draw.PICTURES:
        svg = (tmp_path / f"{picture.__name__}.svg").read_text()
        assert svg.startswith("<svg")
        assert svg.count("<path") > 20, picture.__name__
    lines = page.splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    measured = {cells[1].strip(): cells[3].strip() for cells in (line.split("|") for line in lines if "|" in line)}
    assert 2.5 < float(measured["Declined transactions"].removesuffix(" %")) < 3.5
    assert 15 < float(measured["Gaps shorter than two hours"].removesuffix(" %")) < 25
    assert 60 < float(measured["Declining customers who decline gradually"].removesuffix(" %")) < 80
