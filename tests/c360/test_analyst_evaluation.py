"""The analyst on a deployed platform: of the questions to work with, no kind has lost more than one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from analyst import BASELINE, examine

from c360.connection import target
from semantic.evaluation.questions import cases
from semantic.evaluation.scoring import dropped, tallies

if TYPE_CHECKING:
    from tests.support.platforms import Platform

PART = "development"


@pytest.mark.timeout(900)  # a thousand questions, and the tables of most
def test_no_kind_of_question_has_lost_more_than_one(platform: Platform) -> None:
    baseline = json.loads(BASELINE.read_text())[PART]
    asked = cases(PART)
    assert {case.kind for case in asked} == set(baseline)
    verdicts, suggested = examine(target("local", platform.ports, platform.home), asked)
    fallen = dropped(tallies(verdicts), baseline)
    assert fallen == [], "\n".join(f"{v.case.kind}: {v.case.question}: {v.reason}" for v in verdicts if not v.right)
    assert [question for question, is_answered in suggested.items() if not is_answered] == []
