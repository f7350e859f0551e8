"""The resource graph of every stack, against the expected one: URNs that move are deletions and creations."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest

from tests.support.graph import GOLDEN, current_graph, graph_text
from tests.support.recorded import STACKS, recorded


def test_the_graph_is_the_expected_one() -> None:
    expected, found = GOLDEN.read_text(), current_graph()
    difference = "\n".join(difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected", "found", n=3))
    assert not difference, f"The resource graph changed; where that is meant, run 'make golden'.\n{difference}"


@pytest.mark.parametrize("stack", STACKS)
def test_unknown_outputs_leave_the_graph_as_it_is(stack: str) -> None:
    known, unknown = (
        [(r.urn, r.protect, r.provider) for r in recorded(stack, preview=p).resources] for p in (False, True)
    )
    assert sorted(known) == sorted(unknown)


def test_the_graph_shows_what_moves_and_what_differs() -> None:
    snapshots = {stack: recorded(stack) for stack in STACKS}
    table = snapshots["prod"].of("Table")[0]
    moved = tuple(replace(r, protect=False) if r == table else r for r in snapshots["prod"].resources)
    snapshots["prod"] = replace(snapshots["prod"], resources=moved)
    difference = list(difflib.unified_diff(current_graph().splitlines(), graph_text(snapshots).splitlines(), n=0))
    assert [line for line in difference if line[0] in "+-" and line[1:3] == "  "] == [
        "-  options: protect | local: — | dev: —"
    ]


def test_the_graph_holds_no_secret() -> None:
    assert "password: — | local: (secret)" in GOLDEN.read_text()
