"""Mail about failed runs: sent by the finalizer where somebody is to be told, and never in the way of the record."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from pipeline.jobs import RunSettings, root_config

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_account.server.serve import ServedAccount
    from tests.support.bronze_jobs import Ingestion


@pytest.fixture
def outbox(account: ServedAccount) -> Path:
    folder = account.account.home / "outbox"
    folder.mkdir(exist_ok=True)
    for mail in folder.iterdir():
        mail.unlink()
    return folder


@pytest.fixture
def failing(deploy_ingestion: Callable[[], Ingestion]) -> Ingestion:
    """A graph without any customers, whose run fails; it mails to ops@example.com."""
    bronze = deploy_ingestion()
    bronze.cursor.execute("create or replace user OPS email = 'ops@example.com'")
    bronze.cursor.execute("create or replace notification integration OPS type = email enabled = true"
                          " allowed_recipients = ('ops@example.com')")  # fmt: skip
    config = root_config(RunSettings(mail_integration="OPS", mail_recipients=("ops@example.com",)))
    bronze.cursor.execute(f"alter task {bronze.database}.PLATFORM.RUN_PIPELINE set config = $${config}$$")
    return bronze


def test_a_failed_run_is_mailed_with_its_reason(failing: Ingestion, outbox: Path) -> None:
    states = failing.run()
    assert states["CLOSE_RUN"][0] == "SUCCEEDED"
    (mail,) = (message_from_bytes(file.read_bytes(), policy=default) for file in outbox.iterdir())
    run_id, error = failing.rows(
        "select run_id, error_message from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = 'RUN_PIPELINE'"
    )[0]
    assert (mail["To"], mail["Subject"]) == ("ops@example.com", f"Customer 360: run {run_id} failed")
    assert mail.get_content().split() == error.split()


def test_mail_that_cannot_be_sent_fails_the_finalizer_and_not_the_record(failing: Ingestion, outbox: Path) -> None:
    failing.cursor.execute("alter notification integration OPS set enabled = false")
    states = failing.run()
    state, error = states["CLOSE_RUN"]
    assert (state, "not enabled" in str(error)) == ("FAILED", True)
    assert list(outbox.iterdir()) == []
    recorded = "select status, ended_at is not null from OBSERVABILITY.PIPELINE_RUN_METADATA where task_name = '{}'"
    assert failing.rows(recorded.format("RUN_PIPELINE")) == [("FAILED", True)]
