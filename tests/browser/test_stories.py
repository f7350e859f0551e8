"""The table of user stories in docs/app.md names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_story_s_test_is_there() -> None:
    said = (ROOT / "docs" / "app.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", said))
    there = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    assert len(named) > 20
    assert named - there == set()
    assert [
        file for file in re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)`", said) if not (ROOT / file).exists()
    ] == []
