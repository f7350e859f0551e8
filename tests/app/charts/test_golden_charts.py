"""Every picture is as it was last reviewed: its marks, scales, sizes, words and rows."""

from __future__ import annotations

from tests.support.drawn_charts import GOLDEN, pictures


def test_the_pictures_are_those_last_reviewed() -> None:
    found = pictures()
    assert sorted(found) == sorted(path.name for path in GOLDEN.iterdir())
    changed = [name for name, text in found.items() if text != (GOLDEN / name).read_text(encoding="utf-8")]
    assert not changed, f"Pictures changed; where that is meant, run 'make golden': {changed}"
