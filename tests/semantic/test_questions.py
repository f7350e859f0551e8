"""The questions themselves: enough of every kind, and gold SQL that is independent, runs, and depends on no chance."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from semantic.evaluation.questions import CHAINS, PARTS, TYPING_ERRORS, UNANSWERABLE, WORDINGS, Case, Gold, cases

if TYPE_CHECKING:
    from tests.support.platforms import Platform

CASES = {part: cases(part) for part in PARTS}
EVERY = [case for part in PARTS for case in CASES[part] if case.kind != TYPING_ERRORS]
GOLD = {sql for case in EVERY if isinstance(case.expected, Gold) for sql in (case.expected.sql, *case.expected.also)}
# Right answers that are nothing: by the checklist's own question, at the scale of tests.
NOTHING = {"What percentage of New & Growing segment customers have churn probability above 0.5?"}


def is_single(kind: str) -> bool:
    """Tell whether a kind's questions stand alone: neither wordings of an intent nor turns of a conversation."""
    return kind not in (WORDINGS, CHAINS)


def test_there_are_enough_questions_of_every_kind() -> None:
    count = Counter(case.kind for case in EVERY)
    answerable = {kind: n for kind, n in count.items() if is_single(kind) and not kind.startswith(UNANSWERABLE)}
    assert len(answerable) >= 17
    assert sum(answerable.values()) >= 400
    categories = {kind: n for kind, n in count.items() if kind.startswith(UNANSWERABLE)}
    assert len(categories) >= 12
    assert min(categories.values()) >= 15
    sizes = Counter(Counter(case.group for case in EVERY if case.kind == WORDINGS).values())
    assert sizes == {5: 106}
    sizes = Counter(Counter(case.group for case in EVERY if case.kind == CHAINS).values())
    assert set(sizes) == {4}
    assert sizes[4] >= 57


def test_what_is_unseen_has_every_form() -> None:
    unseen = [case for case in CASES["unseen"] if case.kind != TYPING_ERRORS]
    count = Counter(case.kind for case in unseen)
    seen = {case.kind for case in CASES["development"]} - {TYPING_ERRORS, "verified"}
    assert set(count) == seen
    answerable = {kind: n for kind, n in count.items() if is_single(kind) and not kind.startswith(UNANSWERABLE)}
    assert sum(answerable.values()) >= 100
    assert min(answerable.values()) >= 5
    assert min(n for kind, n in count.items() if kind.startswith(UNANSWERABLE)) >= 6
    tables = {name for case in unseen if isinstance(case.expected, Gold) for name in _tables(case.expected.sql)}
    assert tables == {
        "gold.customer_360_profile", "gold.customer_monthly_spend", "gold.customer_segment_history",
        "gold.customer_segments", "gold.dim_date", "gold.dim_merchant_category", "gold.fact_transaction",
    }  # fmt: skip


def _tables(sql: str) -> list[str]:
    made = set(re.findall(r"(?:\bwith|,) (\w+) as \(", sql))  # by the statement itself
    return [name for name in re.findall(r"\b(?:from|join) ([\w.]+)", sql) if name not in made]


def test_no_question_is_in_both_parts() -> None:
    first, second = ({case.question for case in CASES[part] if is_single(case.kind)} for part in PARTS)
    assert first & second == set()


def test_a_third_is_unseen() -> None:
    seen, unseen = (len(CASES[part]) for part in PARTS)
    assert 0.28 < unseen / (seen + unseen) < 0.38


def test_gold_reads_physical_tables_and_no_clock() -> None:
    for sql in GOLD:
        tables = _tables(sql)
        assert tables, sql
        assert all(name.startswith("gold.") and name != "gold.customer_360" for name in tables), sql
        assert not re.search(r"\blimit\b|current_date|semantic_view", sql, re.IGNORECASE), sql


def test_gold_runs_and_returns_something_and_no_tie_decides(platform: Platform) -> None:
    found: dict[str, list[tuple[object, ...]]] = {}
    with platform.cursor() as cursor:

        def rows(sql: str) -> list[tuple[object, ...]]:
            if sql not in found:
                cursor.execute(sql)
                found[sql] = [tuple(row) for row in cursor.fetchall()]  # type: ignore[arg-type]
            return found[sql]

        empty = {
            case.question for case in EVERY if isinstance(case.expected, Gold) and _is_nothing(rows(case.expected.sql))
        }
        assert empty == NOTHING
        broken = {sql for sql in sorted(GOLD) if not rows(sql)}
        assert broken == set()
        ranked = [sql for sql in sorted(GOLD) if "rank()" in sql]
        tied = [sql for sql in ranked if len(rows(sql)) != len(rows(sql.replace("rank()", "row_number()")))]
        assert tied == []


def _is_nothing(rows: list[tuple[object, ...]]) -> bool:
    return not rows or (len(rows) == 1 and not any(rows[0]))


def test_a_follow_up_comes_after_the_questions_of_its_conversation() -> None:
    name = next(case.group for case in EVERY if case.kind == CHAINS)
    chain = [case for case in EVERY if case.kind == CHAINS and case.group == name]
    assert [len(case.history) for case in chain] == [0, 1, 2, 3]
    assert chain[3].history == tuple(case.question for case in chain[:3])


def test_kinds_can_be_picked() -> None:
    picked: list[Case] = cases("development", frozenset({CHAINS}))
    assert {case.kind for case in picked} == {CHAINS}
