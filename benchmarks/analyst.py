"""Measure the analyst: ask the questions of the evaluation as a client would, and hold the answers against gold SQL.

Prints the figures by kind, the seconds, and what was not right, one by one; the status is 1 where a kind has lost more
than one question against the baseline. Needs a stack after a run (`c360 up`); `C360_HOME` says which local one. It asks
through the client that the command line uses, with the role of those who ask; so it stands here, above `c360`, and the
questions with the rules of comparison in `semantic/evaluation/`, which opens no connection.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import Error

from analyst_client.client import AnalystClient, AnalystError, analyst_message, user_message
from analyst_client.connection import HttpTransport, rows_of
from analyst_client.desk import AnswerError, Limits, QuestionDesk
from c360.account_process import serving
from c360.commands.context import home_folder
from c360.connection import Ports, Target, connect, target
from c360.text_table import text_table
from semantic.evaluation.questions import CHAINS, PARTS, TYPING_ERRORS, UNANSWERABLE, WORDINGS, Case, Gold, cases
from semantic.evaluation.scoring import Response, Verdict, dropped, judge, precision, seconds, tallies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from snowflake.connector import SnowflakeConnection

    from analyst_client.client import AnalystAnswer
    from semantic.evaluation.comparison import Row
    from semantic.evaluation.scoring import Tally

BASELINE = Path(__file__).parents[1] / "semantic" / "evaluation" / "baseline.json"
_VIEW = ("GOLD", "CUSTOMER_360")
_LIMITS = Limits(rows=20_000, seconds=60)


class _TimedClient(AnalystClient):
    """A client that remembers how long the last answer took, before any SQL ran."""

    seconds = 0.0

    def ask(self, question: str, history: Sequence[dict[str, Any]] = ()) -> AnalystAnswer:
        started = time.perf_counter()
        try:
            return super().ask(question, history)
        finally:
            self.seconds = time.perf_counter() - started


class Examiner:
    """Asks questions, conversations in their order, and judges what comes back.

    Args:
        asking: connection of the role that asks.
        knowing: connection of a role that reads the tables of GOLD.
        database: where the semantic view is.
    """

    def __init__(self, asking: SnowflakeConnection, knowing: SnowflakeConnection, database: str) -> None:
        view = (database, *_VIEW)
        self._client = _TimedClient(HttpTransport(asking), ".".join(view))
        run = lru_cache(maxsize=None)(
            rows_of(asking, _LIMITS.seconds)
        )  # with a typing error or without, it is one table
        self._desk = QuestionDesk(self._client, run, view, _LIMITS.rows)
        self._knowing = knowing
        self._gold: dict[str, list[Row]] = {}
        self._messages: list[dict[str, Any]] = []
        self.suggested: dict[str, str] = {}

    def judge(self, case: Case) -> Verdict:
        """Ask one question, after those of its conversation, and say what the answer is worth."""
        response = self._ask(case)
        for suggestion in response.suggestions:
            self.suggested.setdefault(suggestion, case.question)
        golds = (
            [self._rows(sql) for sql in (case.expected.sql, *case.expected.also)]
            if isinstance(case.expected, Gold)
            else []
        )
        return judge(case, response, golds)

    def answers(self, question: str) -> bool:
        """Tell whether a question that was suggested is answered with a table."""
        response = self._ask(Case("suggestions", question, Gold("")))
        return response.status == "answer" and response.error is None

    def _ask(self, case: Case) -> Response:
        if not case.history:
            self._messages = []
        started = time.perf_counter()
        try:
            asked = self._desk.ask(case.question, self._messages)
        except (AnswerError, AnalystError, Error) as error:
            status = "refuse" if isinstance(error, AnalystError) else "answer"
            return Response(status, error=str(error), reading_seconds=self._client.seconds)
        took = time.perf_counter() - started
        self._messages = [*self._messages, user_message(case.question), analyst_message(asked.answer)]
        return Response(
            asked.status, asked.answer.text, asked.answer.suggestions, asked.answer.sql, asked.rows,
            reading_seconds=self._client.seconds, result_seconds=took if asked.status == "answer" else None,
        )  # fmt: skip

    def _rows(self, sql: str) -> list[Row]:
        if sql not in self._gold:
            with self._knowing.cursor() as cursor:
                cursor.execute(sql)
                self._gold[sql] = [tuple(row) for row in cursor.fetchall()]  # type: ignore[arg-type]
        return self._gold[sql]


def examine(to: Target, asked: Iterable[Case], role: str | None = None) -> tuple[list[Verdict], dict[str, bool]]:
    """Ask all questions.

    Args:
        to: the stack.
        asked: the questions, conversations in order.
        role: who asks; default: marketing.

    Returns: a verdict for each, and for each question that was suggested on the way whether it is answered.
    """
    with connect(to, role or to.names.marketing) as asking, connect(to) as knowing:
        examiner = Examiner(asking, knowing, to.names.database)
        verdicts = [examiner.judge(case) for case in asked]
        return verdicts, {question: examiner.answers(question) for question in list(examiner.suggested)}


def report(verdicts: Sequence[Verdict], suggested: Mapping[str, bool]) -> str:
    """Write the figures as text: by kind, over all, the seconds, and what is not right."""
    found = tallies(verdicts)
    lines = [text_table(("kind", "questions", "answered", "right", "percent", "wrong tables"), _by_kind(found)), ""]
    lines.append(text_table(("figure", "value"), [*_figures(verdicts, found, suggested), *_seconds(verdicts)]))
    for title, chosen in (
        ("Wrong tables", [v for v in verdicts if v.is_wrong_answer]),
        ("Otherwise not right", [v for v in verdicts if not v.right and not v.is_wrong_answer]),
    ):
        lines += ["", f"{title}: {len(chosen)}"]
        lines += [f"- {v.case.kind}: {' > '.join((*v.case.history, v.case.question))}\n  {v.reason}" for v in chosen]
    if lost := [question for question, is_answered in suggested.items() if not is_answered]:
        lines += ["", f"Suggested and not answered: {len(lost)}", *(f"- {question}" for question in lost)]
    return "\n".join(lines)


def _by_kind(found: Mapping[str, Tally]) -> list[tuple[Any, ...]]:
    return [
        (kind, one.questions, one.answered, one.right, round(100 * one.right / one.questions, 1), one.wrong)
        for kind, one in found.items()
    ]


def _figures(
    verdicts: Sequence[Verdict], found: Mapping[str, Tally], suggested: Mapping[str, bool]
) -> list[tuple[str, str]]:
    special = (WORDINGS, CHAINS, TYPING_ERRORS)
    answerable = [v for v in verdicts if isinstance(v.case.expected, Gold) and v.case.kind not in special]
    unanswerable = [v for v in verdicts if v.case.kind.startswith(UNANSWERABLE)]
    worst = min((one.right / one.questions for kind, one in found.items() if kind.startswith(UNANSWERABLE)), default=1)
    rows = [
        ("right of the answerable", _share([v.right for v in answerable])),
        ("right of all tables that were shown", f"{100 * precision(verdicts):.1f} %"),
        ("right of the unanswerable", _share([v.right for v in unanswerable])),
        ("the worst of their categories", f"{100 * worst:.1f} %"),
        ("right with a typing error", _share([v.right for v in verdicts if v.case.kind == TYPING_ERRORS])),
        ("suggestions that are answered", _share(list(suggested.values()))),
    ]
    for kind, what in ((WORDINGS, "intents right in all five wordings"), (CHAINS, "conversations right to the end")):
        if kind in found:
            rows.append((what, _share(list(found[kind].groups.values()))))
    return rows


def _share(right: Sequence[bool]) -> str:
    return f"{100 * sum(right) / len(right):.1f} % ({sum(right)} of {len(right)})" if right else "none asked"


def _seconds(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    results = [v.response.result_seconds for v in verdicts if v.response.result_seconds is not None]
    measured = {"reading": [v.response.reading_seconds for v in verdicts], "with the result": results}
    return [
        (f"{what}, p50 and p95", " and ".join(f"{value:.3f} s" for value in seconds(values)))
        for what, values in measured.items()
    ]


def _compared(part: str, found: Mapping[str, Tally], *, write: bool) -> list[str]:
    """Say which kinds fell behind the baseline, or write it anew with what was measured."""
    baseline: dict[str, dict[str, int]] = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    if write:
        baseline[part] = baseline.get(part, {}) | {kind: one.right for kind, one in found.items()}
        BASELINE.write_text(json.dumps(baseline, indent=2, sort_keys=True) + "\n")
        return []
    asked = {kind: right for kind, right in baseline.get(part, {}).items() if kind in found}
    return dropped(found, asked)


def main() -> int:
    """Ask a part's questions and print the report; 1 where a kind has lost more than one question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default=PARTS[0])
    parser.add_argument("--kind", action="append", default=[], help="kinds to ask, such as filter; default: all")
    parser.add_argument("--stack", choices=("local", "dev", "prod"), default="local")
    parser.add_argument("--role", help="who asks; default: the role of marketing")
    parser.add_argument("--home", type=Path, help="state folder of the local stack; default: C360_HOME, or .c360")
    parser.add_argument("--port", type=int, default=Ports.account, help="of the local account, where it is started")
    parser.add_argument("--s3-port", type=int, default=Ports.s3)
    parser.add_argument("--baseline", action="store_true", help="write the baseline anew, where a change is meant")
    options = parser.parse_args()
    asked = cases(options.part, frozenset(options.kind))
    home = (options.home or home_folder()).expanduser().resolve()
    if options.stack == "local":
        with serving(home, Ports(options.port, options.s3_port)) as running:
            verdicts, suggested = examine(target("local", running.ports, home), asked, options.role)
    else:
        verdicts, suggested = examine(target(options.stack, Ports(), home), asked, options.role)
    print(report(verdicts, suggested))
    fallen = _compared(options.part, tallies(verdicts), write=options.baseline)
    print("\n".join(("", *(f"Fewer than before: {line}" for line in fallen))))
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
