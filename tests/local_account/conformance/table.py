"""The README's table of conformance: how many facts of each area the account answers as Snowflake does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from local_account import route
from tests.local_account.conformance.facts import CLASSES, counts

README = Path(route.__file__).with_name("README.md")
_BEGIN, _END = "<!-- conformance: begin -->\n", "<!-- conformance: end -->"


def section() -> str:
    """Return the table, in Markdown."""
    found = counts()
    total = sum(found.values(), Counter[str]())
    rows = [_row(area.replace("_", " "), each) for area, each in sorted(found.items())]
    head = f"| Area | {' | '.join(CLASSES)} | facts |\n| --- |{' ---: |' * (len(CLASSES) + 1)}\n"
    return head + "".join(rows) + _row("all", total)


def with_section(readme: str, table: str) -> str:
    """Return a README with the table between its marks."""
    before, _, rest = readme.partition(_BEGIN)
    return before + _BEGIN + table + _END + rest.partition(_END)[2]


def _row(area: str, found: Counter[str]) -> str:
    return f"| {area} | {' | '.join(str(found[each]) for each in CLASSES)} | {found.total()} |\n"
