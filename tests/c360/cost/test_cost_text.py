"""What `c360 cost` and `c360 status` print of an estimate, and what the account metered beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from c360 import cli
from c360.commands import asking
from c360.connection import target
from c360.cost.assumptions import Assumptions
from c360.cost.estimate import Estimate, Line
from c360.cost.metered import credits_per_day
from c360.cost.text import as_text, compared_text

if TYPE_CHECKING:
    from tests.support.platforms import Platform

LINES = (
    Line("task A", "W", 1.0, 3.0, "because of A"),
    Line("app", "V", 0.5, 1.5, "visits"),
    Line("storage", "", 0, 2, ""),
)


def rows(text: str) -> dict[str, list[str]]:
    return {line.split("  ")[0]: line.split() for line in text.splitlines()}


def test_an_estimate_is_a_line_for_each_thing_and_a_sum() -> None:
    text = as_text(Estimate(LINES, 3.0, 100), Assumptions(), "prod")
    assert rows(text)["task A"][2:6] == ["1.000", "30.4", "3.00", "91.25"]
    assert rows(text)["everything"][1:] == ["1.500", "45.6", "6.50", "197.71"]
    assert rows(text)["W"][1:] == ["1.000", "30.4", "3.00", "91.25"]
    assert "allows 100 credits a month; 45.6 are expected, 46% of them." in text
    assert "visits_per_day=10" in text
    assert "would be suspended" in as_text(Estimate(LINES, 3.0, 45), Assumptions(), "prod")
    assert "monitor allows" not in as_text(Estimate(LINES, 3.0, None), Assumptions(), "prod")


def test_what_was_used_stands_beside_what_was_expected() -> None:
    found = rows(compared_text({"W": 2.0, "OF_OTHERS": 9.0}, Estimate(LINES, 3.0, None)))
    assert found["W"][1:] == ["2.000", "1.000", "200%"]
    assert found["V"][1:] == ["0.000", "0.500", "0%"]
    assert found["all"][1:] == ["2.000", "1.500", "133%"]
    assert "OF_OTHERS" not in found


def test_hours_are_summed_over_whole_days(platform: Platform) -> None:
    cursor = SimpleNamespace(execute=lambda _: None, fetchall=lambda: [("W", 3.5), ("V", None)])
    assert credits_per_day(cursor) == {"W": 3.5, "V": 0.0}  # pyrefly: ignore[bad-argument-type]
    with platform.cursor("APP_OPERATIONS") as here:
        assert credits_per_day(here) == {}


def test_status_compares_where_credits_were_used(monkeypatch: pytest.MonkeyPatch, platform: Platform) -> None:
    monkeypatch.setattr("c360.cost.metered.credits_per_day", lambda _: {"APP_WH": 0.5})
    text = asking._used_credits(target("local", platform.ports, platform.home))
    assert rows(text)["APP_WH"][1] == "0.500"
    assert float(rows(text)["APP_WH"][2]) > 0


@pytest.mark.parametrize(
    ("arguments", "expected"), [(["visits=1"], "is no assumption"), (["edition=free"], "choose one of standard")]
)
def test_the_command_refuses_what_cannot_be_assumed(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    assert cli.run_command(["cost", *(part for one in arguments for part in ("--set", one))]) == 1
    assert expected in capsys.readouterr().err


def test_prod_is_sized_below_its_quota(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run_command(["cost", "--stack", "prod", "--set", "visits_per_day=0"]) == 0
    nobody_looks = capsys.readouterr().out
    assert rows(nobody_looks)["app"][1] == "0.000"
    assert cli.run_command(["cost", "--stack", "prod"]) == 0
    assert "% of them." in capsys.readouterr().out
