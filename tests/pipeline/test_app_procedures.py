"""What pages write: that something was asked, verdicts on answers, campaign lists, and who took data out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bronze_jobs import Ingestion


@pytest.fixture(scope="module")
def written(deploy_ingestion: Callable[[], Ingestion]) -> Ingestion:
    """Empty tables of what pages write, and three customers."""
    ingestion = deploy_ingestion()
    ingestion.rows(
        "create or replace table GOLD.CUSTOMER_360_PROFILE as select 'C00000' || value as customer_id "
        "from (values ('1'), ('2'), ('3')) as t (value)"
    )
    return ingestion


def judge(written: Ingestion, viewer: str, request: str, helped: bool, remark: str | None) -> list[tuple[Any, ...]]:
    said = "null" if remark is None else f"'{remark}'"
    return written.rows(
        "call PLATFORM.RECORD_ANALYST_FEEDBACK("
        f"'{viewer}', '{request}', '2024-12-31 10:00:00'::timestamp_ntz, 'How many?', 'select 1', {helped}, {said})"
    )


def test_a_verdict_is_kept_with_who_gave_it_and_a_second_one_takes_its_place(written: Ingestion) -> None:
    assert judge(written, "ANNA", "r1", True, None) == [("r1",)]
    judge(written, "BEN", "r2", False, "Not our segments")
    judge(written, "ANNA", "r1", False, "It''s last year")
    kept = written.rows(
        "select feedback_id, asked_at, user_name, question, generated_sql, is_positive, comment "
        "from OBSERVABILITY.ANALYST_FEEDBACK order by feedback_id"
    )
    at = datetime(2024, 12, 31, 10)  # noqa: DTZ001 - TIMESTAMP_NTZ has no zone
    assert kept == [
        ("r1", at, "ANNA", "How many?", "select 1", False, "It's last year"),
        ("r2", at, "BEN", "How many?", "select 1", False, "Not our segments"),
    ]


def test_a_question_is_kept_without_its_words(written: Ingestion) -> None:
    at = "'2024-12-31 10:00:00'::timestamp_ntz"
    call = f"call PLATFORM.RECORD_ANALYST_QUESTION('marketing', {{}}, {at}, '{{}}', {{}}, {{}})"
    assert written.rows(call.format("'r1'", "answered", "true", "0.25::float")) == [("answered",)]
    written.rows(call.format("null", "failed", "false", "30::float"))
    kept = written.rows(
        "select audience, request_id, outcome, is_verified, seconds"
        " from OBSERVABILITY.ANALYST_QUESTIONS order by seconds"
    )
    assert kept == [("marketing", "r1", "answered", True, 0.25), ("marketing", None, "failed", False, 30.0)]


def test_customers_come_on_a_list_once_and_strangers_never(written: Ingestion) -> None:
    def save(who: str, name: str, customers: str) -> int:
        return written.rows(f"call PLATFORM.SAVE_CAMPAIGN_LIST('{who}', '{name}', '{customers}')")[0][0]

    assert save("ANNA", "Autumn", '["C000001", "C000002", "C999999", "C000001"]') == 2
    assert save("BEN", "Autumn", '["C000002", "C000003"]') == 1
    assert save("BEN", "Winter", '["C000002"]') == 1
    assert save("BEN", "Winter", "[]") == 0
    kept = written.rows(
        "select list_name, customer_id, added_by from OBSERVABILITY.CAMPAIGN_LIST_ENTRIES order by 1, 2"
    )
    assert kept == [
        ("Autumn", "C000001", "ANNA"), ("Autumn", "C000002", "ANNA"), ("Autumn", "C000003", "BEN"),
        ("Winter", "C000002", "BEN"),
    ]  # fmt: skip


def test_who_took_data_out_is_kept(written: Ingestion) -> None:
    call = "call PLATFORM.RECORD_EXPORT('ANNA', 'marketing', 'Target list', 120, true)"
    assert written.rows(call) == [(120,)]
    written.rows(call)
    kept = written.rows(
        "select user_name, audience, content, row_count, has_contact_data, exported_at is not null "
        "from OBSERVABILITY.EXPORT_LOG"
    )
    assert kept == [("ANNA", "marketing", "Target list", 120, True, True)] * 2
