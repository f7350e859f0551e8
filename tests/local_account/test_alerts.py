"""Alerts and mail: kept, evaluated, and put into the outbox."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows

if TYPE_CHECKING:
    from local_account.server.serve import ServedAccount


@pytest.fixture
def alert(cursor: Any) -> Any:
    cursor.execute("create table FINDINGS (n integer)")
    cursor.execute("create table SEEN (n integer)")
    cursor.execute(
        "create alert WATCH warehouse = COMPUTE_WH schedule = '60 MINUTE' comment = 'looks'"
        " if (exists (select 1 from FINDINGS where n in (1, 2))) then insert into SEEN select count(*) from FINDINGS"
    )
    return cursor


def test_it_is_created_suspended_and_shown(alert: Any) -> None:
    (row,) = rows(alert, "show alerts like 'WATCH'")
    assert {key: row[key] for key in ("warehouse", "schedule", "state", "condition", "action", "comment")} == {
        "warehouse": "COMPUTE_WH",
        "schedule": "60 MINUTE",
        "state": "suspended",
        "condition": "select 1 from FINDINGS where n in (1, 2)",
        "action": "insert into SEEN select count(*) from FINDINGS",
        "comment": "looks",
    }
    assert rows(alert, "describe alert WATCH") == [row]
    assert rows(alert, "show terse alerts")[0]["kind"] == "ALERT"


def test_its_action_runs_where_the_condition_holds(alert: Any) -> None:
    alert.execute("execute alert WATCH")
    assert rows(alert, "select n from SEEN") == []
    alert.execute("insert into FINDINGS values (1), (5)")
    alert.execute("execute alert WATCH")
    assert rows(alert, "select n from SEEN") == [{"N": 2}]


def test_it_changes_in_place(alert: Any) -> None:
    alert.execute("alter alert WATCH resume")
    alert.execute("alter alert WATCH set schedule = 'USING CRON 0 6 * * * UTC' comment = 'c'")
    alert.execute("alter alert WATCH modify condition exists (select 2)")
    alert.execute("alter alert WATCH modify action select 3")
    (row,) = rows(alert, "show alerts")
    found = [row[key] for key in ("state", "schedule", "condition", "action", "comment")]
    assert found == ["started", "USING CRON 0 6 * * * UTC", "select 2", "select 3", "c"]
    alert.execute("alter alert WATCH suspend")
    assert rows(alert, "show alerts")[0]["state"] == "suspended"
    alert.execute("drop alert WATCH")
    assert rows(alert, "show alerts") == []


def test_what_is_wrong_is_refused(alert: Any, connect: Any, database: str) -> None:
    for sql, sentence in [
        ("create alert A schedule = '60 MINUTE'", "needs IF"),
        ("create alert A schedule = 'daily' if (exists (select 1)) then select 1", "Invalid schedule"),
        ("create alert A if (exists (delete from SEEN)) then select 1", "The condition of an alert must be"),
        ("create alert A warehouse = NONE_SUCH if (exists (select 1)) then select 1", "NONE_SUCH"),
        ("alter alert NONE_SUCH resume", "does not exist"),
    ]:
        with pytest.raises(ProgrammingError, match=sentence):
            alert.execute(sql)
    alert.execute("create or replace role WATCHER")
    alert.execute("grant role WATCHER to user LOCAL")
    alert.execute(f"grant usage on database {database} to role WATCHER")
    alert.execute("grant usage, create alert on schema PUBLIC to role WATCHER")
    own = connect(role="WATCHER", database=database, schema="PUBLIC").cursor()
    own.execute("create alert OWN schedule = '60 MINUTE' if (exists (select 1)) then select 1")
    with pytest.raises(ProgrammingError, match="lacks EXECUTE ALERT"):
        own.execute("alter alert OWN resume")


def test_mail_lands_in_the_outbox_of_those_it_may_reach(cursor: Any, account: ServedAccount) -> None:
    for name in ("ann", "bob"):
        cursor.execute(f"create or replace user MAIL_{name} email = '{name}@example.com'")
    cursor.execute("create or replace notification integration TEST_MAIL type = email enabled = true"
                   " allowed_recipients = ('ann@example.com', 'bob@example.com')")  # fmt: skip
    cursor.execute("call system$send_email('TEST_MAIL', 'ann@example.com, bob@example.com', 'A run failed', 'Why: x')")
    newest = max((account.account.home / "outbox").iterdir())
    mail = message_from_bytes(newest.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("ann@example.com, bob@example.com", "A run failed")
    assert mail.get_content().strip() == "Why: x"
    for call, sentence in [
        ("('TEST_MAIL', 'eve@example.com', 's', 'b')", "not allowed"),
        ("('TEST_MAIL', '', 's', 'b')", "not allowed"),
        ("('TEST_MAIL', 'ann@example.com', 's', '')", "1 to 128000"),
        ("('NONE_SUCH', 'ann@example.com', 's', 'b')", "does not exist"),
    ]:
        with pytest.raises(ProgrammingError, match=sentence):
            cursor.execute(f"call system$send_email{call}")
    cursor.execute("alter notification integration TEST_MAIL set enabled = false")
    with pytest.raises(ProgrammingError, match="not enabled"):
        cursor.execute("call system$send_email('TEST_MAIL', 'ann@example.com', 's', 'b')")
    cursor.execute("drop notification integration TEST_MAIL")
