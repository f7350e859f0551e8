"""What the answers of an analyst are worth: a verdict for each question, and the figures by kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING

from semantic.evaluation.comparison import Rules, same
from semantic.evaluation.questions import Case, Gold, Refusal, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from semantic.evaluation.comparison import Row

_TWO = 2


@dataclass(frozen=True)
class Response:
    """What came back for a question.

    Attributes:
        status: an answer, a question back, or a refusal.
        text: all that it says in words: its reading, or what it asks.
        suggestions: questions that it offers.
        sql: the answer's statement.
        rows: the statement's rows.
        error: what the account said to the statement, or to the question, where it failed.
        reading_seconds: until the answer was there.
        result_seconds: until its rows were there, from the question on; None where there are none.
    """

    status: Status
    text: str = ""
    suggestions: tuple[str, ...] = ()
    sql: str | None = None
    rows: tuple[Row, ...] = ()
    error: str | None = None
    reading_seconds: float = 0.0
    result_seconds: float | None = None


@dataclass(frozen=True)
class Verdict:
    """A question with its answer and what that is worth.

    Attributes:
        case: the question.
        response: the answer.
        right: whether it does what was expected.
        reason: what is wrong, in a sentence; empty where it is right.
    """

    case: Case
    response: Response
    right: bool
    reason: str = ""

    @property
    def is_wrong_answer(self) -> bool:
        """Whether a wrong table was shown: the failure that costs trust."""
        return not self.right and self.response.status == "answer" and self.response.error is None


@dataclass
class Tally:
    """The figures of a kind: questions, of these answered with a table, right ones, and wrong tables."""

    questions: int = 0
    answered: int = 0
    right: int = 0
    wrong: int = 0
    groups: dict[str, bool] = field(default_factory=dict)


def judge(case: Case, response: Response, golds: Sequence[Sequence[Row]]) -> Verdict:
    """Say what an answer is worth.

    Args:
        case: the question.
        response: the answer.
        golds: rows of the gold SQL and of each other reading; empty for an unanswerable question.
    """
    reason = (
        _unlike_gold(case.expected, response, golds)
        if isinstance(case.expected, Gold)
        else _unlike_refusal(case.expected, response)
    )
    return Verdict(case, response, not reason, reason)


def _unlike_gold(gold: Gold, response: Response, golds: Sequence[Sequence[Row]]) -> str:
    if response.error is not None:
        return f"it failed: {response.error}"
    if response.status != "answer":
        return f"it did not answer ({response.status}): {response.text}"
    rules = Rules(gold.ordered, gold.percent)
    if any(same(rows, response.rows, rules) for rows in golds):
        return ""
    return f"it shows {_shown(response.rows)} where {_shown(golds[0])} is right"


def _unlike_refusal(expected: Refusal, response: Response) -> str:
    if response.error is not None:
        return f"it failed: {response.error}"
    if response.status not in expected.allowed:
        shown = f": {_shown(response.rows)}" if response.status == "answer" else f": {response.text}"
        return f"it should {' or '.join(expected.allowed)}, and chose to {response.status}{shown}"
    said = _plain(" ".join((response.text, *response.suggestions)))
    missing = [names for names in expected.names if not _is_named(names, said)]
    if missing:
        return f"it does not name {' and '.join(missing)}: {response.text}"
    if expected.between and sum(_is_named(names, said) for names in expected.between) < _TWO:
        return f"it does not name two of {', '.join(expected.between)}: {response.text}"
    if expected.suggestions and not response.suggestions:
        return "it suggests no question"
    return ""


def _is_named(alternatives: str, said: str) -> bool:
    return any(f" {_plain(name)}" in f" {said}" for name in alternatives.split("|"))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _shown(rows: Sequence[Row], most: int = 3) -> str:
    head = ", ".join("(" + ", ".join(map(str, row)) + ")" for row in rows[:most])
    return f"{len(rows)} rows {head}{' ...' if len(rows) > most else ''}"


def tallies(verdicts: Iterable[Verdict]) -> dict[str, Tally]:
    """Count by kind."""
    found: dict[str, Tally] = {}
    for verdict in verdicts:
        tally = found.setdefault(verdict.case.kind, Tally())
        tally.questions += 1
        tally.answered += verdict.response.status == "answer"
        tally.right += verdict.right
        tally.wrong += verdict.is_wrong_answer
        if verdict.case.group is not None:
            tally.groups[verdict.case.group] = tally.groups.get(verdict.case.group, True) and verdict.right
    return found


def precision(verdicts: Iterable[Verdict]) -> float:
    """Return the share of right ones among all tables that were shown, those to unanswerable questions too; 0-1."""
    shown = [verdict for verdict in verdicts if verdict.response.status == "answer"]
    return sum(verdict.right for verdict in shown) / len(shown) if shown else 1.0


def seconds(measured: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    if len(measured) < 2:  # noqa: PLR2004 - quantiles take two
        return (measured[0], measured[0]) if measured else (0.0, 0.0)
    cuts = quantiles(measured, n=20, method="inclusive")
    return cuts[9], cuts[18]


def dropped(tally: Mapping[str, Tally], baseline: Mapping[str, int], allowance: int = 1) -> list[str]:
    """Say which kinds have lost more questions than is allowed against a baseline of right ones by kind.

    A kind of the baseline that was not asked is lost whole.
    """
    return [
        f"{kind}: {now} right, {before} before"
        for kind, before in sorted(baseline.items())
        if before - (now := tally[kind].right if kind in tally else 0) > allowance
    ]
