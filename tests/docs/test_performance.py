"""docs/performance.md says what was measured, when, and on what; and when that machine had other work."""

from __future__ import annotations

import pytest

from docs.pages.performance import PAGE, _app, _measured, _part, _ran_on, performance_page

MACHINE = {"day": "2026-11-30", "processor": "Any", "cores": 2, "memory": "8 GB", "system": "Linux", "load": 0.5}


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == performance_page(), "figures are new: 'make reference' writes the page anew"


def test_it_names_the_day_and_the_machine() -> None:
    measured = _measured("run")
    assert measured
    text = PAGE.read_text()
    assert f"Measured on {measured['machine']['day']}: {measured['machine']['processor']}" in text
    assert [name for name in measured["figures"]["figures"] if f"| {name} | " not in text] == []


@pytest.mark.parametrize(("load", "is_busy"), [(0.5, False), (0.6, True)])
def test_it_warns_of_figures_of_a_busy_machine(*, load: float, is_busy: bool) -> None:
    assert ("was busy" in _ran_on(MACHINE | {"load": load})) is is_busy


def test_the_app_s_figures_stand_beside_what_is_wanted_of_them() -> None:
    figures = {
        "customers": 50_000, "users": 20, "failed": 1, "bare": {"another filter": 0.2},
        "targets": {"another filter": ("p95", 1.0)},
        "seconds": {
            "another filter": {"times": 3, "median": 0.6, "p95": 9.0},
            "search": {"times": 1, "median": 0.1, "p95": 0.1},
        },
    }  # fmt: skip
    text = "\n".join(_part("The app", _app, {"machine": MACHINE, "figures": figures}))
    assert text.startswith("## The app, 50,000 customers\n")
    assert "| another filter | 3 | 0.60 | 9.00 | 0.20 | p95 1.0 |\n| search | 1 | 0.10 | 0.10 |  |  |" in text
    assert "20 users at the same time" in text
    assert "1 pages failed" in text


def test_what_was_never_measured_is_said() -> None:
    assert "".join(_part("The app", _app, None)) == "## The app\n\nNot measured yet.\n"
