"""Writes docs/validation.md: each line of the checklist of requirements with its state and what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.markdown_table import markdown_table
from components.repository import ROOT
from docs.pages.evidence import STATES, read_phases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docs.pages.evidence import Section, State

PAGE = ROOT / "docs" / "validation.md"
_HEAD = """# Validation

Every line of the checklist that this platform was ordered by, with its state and what shows it. Lines are counted from
the first of each section, those under a heading too, and told in our words. Written by `make reference` from
`docs/pages/checklist/`; a test holds that every line has its place and that each test, command and file is there.
`make test` runs the tests that are named.
"""


def validation_page() -> str:
    """Return the page as Markdown."""
    phases = read_phases()
    counted = counts(section for phase in phases for section in phase.sections)
    rows = [(f"**{state}**", str(counted[state]), meaning) for state, meaning in STATES.items()]
    parts = [_HEAD, markdown_table(("state", f"of {sum(counted.values())} lines", "means"), rows)]
    for phase in phases:
        parts += [f"## {phase.title}\n", *map(_section, phase.sections)]
    return "\n".join(parts)


def counts(sections: Iterable[Section]) -> dict[State, int]:
    """Count lines of the checklist by their state."""
    found: dict[State, int] = dict.fromkeys(STATES, 0)
    for section in sections:
        for line in section.lines:
            found[line.state] += len(line.covered)
    return found


def _section(section: Section) -> str:
    rows = [(line.lines, line.what, line.state, ", ".join(map(_shown, line.shown_by))) for line in section.lines]
    return f"### {section.number} {section.title}\n\n" + markdown_table(("line", "what", "state", "shown by"), rows)


def _shown(one: str) -> str:
    """Write one piece of evidence: a test by its file and name, a command, or a file."""
    if is_test(one):
        file, _, name = one.partition("::")
        return f"`tests/{file}.py`" + (f" `test_{name}`" if name else "")
    return f"`{one.removeprefix('$ ')}`"


def is_test(one: str) -> bool:
    """Whether a piece of evidence names a test or a file of tests."""
    return one.partition("::")[0].rpartition("/")[2].startswith("test_")


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(validation_page())
