"""Tasks and task graphs over the protocol: order, failure, retries, schedules, history."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from tests.support.rows import rows

GRAPHS = "table(information_schema.{}(root_task_name => '{}'))"


def history(cursor: Any) -> dict[str, dict[str, Any]]:
    """The runs of the newest graph run, by task."""
    found = rows(
        cursor,
        "select * from table(information_schema.task_history(result_limit => 1000)) "
        "where database_name = current_database() order by scheduled_time",
    )
    return {r["NAME"]: r for r in found}


def run_graph(cursor: Any, root: str = "R", statement: str | None = None, seconds: float = 30) -> dict[str, Any]:
    """Execute a graph and wait for its end. Returns: its row of COMPLETE_TASK_GRAPHS."""
    before = len(rows(cursor, f"select * from {GRAPHS.format('complete_task_graphs', root)}"))
    cursor.execute(statement or f"execute task {root}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        running = rows(cursor, f"select * from {GRAPHS.format('current_task_graphs', root)}")
        done = rows(cursor, f"select * from {GRAPHS.format('complete_task_graphs', root)} order by run_id desc")
        if len(done) > before and not running:
            return done[0]
        time.sleep(0.05)
    raise AssertionError(f"graph {root} did not end: {history(cursor)}")


def make(cursor: Any, *tasks: str) -> None:
    for task in tasks:
        cursor.execute(f"create task {task}")
        name = task.split()[0]
        if " after " in task or " finalize " in task:
            cursor.execute(f"alter task {name} resume")


@pytest.fixture
def log(cursor: Any) -> Any:
    cursor.execute("create table log (task varchar, noted_at timestamp_ntz default current_timestamp(), note varchar)")
    return cursor


def test_tasks_run_in_order_of_dependencies_and_the_finalizer_last(log: Any) -> None:
    make(
        log,
        "r warehouse = COMPUTE_WH as insert into log (task) values ('R')",
        "a warehouse = COMPUTE_WH after r as begin call system$wait(0.5); insert into log (task) values ('A'); end",
        "b warehouse = COMPUTE_WH after r as begin call system$wait(0.5); insert into log (task) values ('B'); end",
        "c warehouse = COMPUTE_WH after a, b as insert into log (task) values ('C')",
        "f warehouse = COMPUTE_WH finalize = r as insert into log (task) values ('F')",
    )
    started = time.monotonic()
    done = run_graph(log)
    assert done["STATE"] == "SUCCEEDED", done
    order = [r["TASK"] for r in rows(log, "select task from log order by noted_at")]
    assert (order[0], set(order[1:3]), order[3:]) == ("R", {"A", "B"}, ["C", "F"])
    runs = history(log)
    assert {r["STATE"] for r in runs.values()} == {"SUCCEEDED"}
    assert len({r["GRAPH_RUN_GROUP_ID"] for r in runs.values()}) == 1
    overlap = min(runs["A"]["COMPLETED_TIME"], runs["B"]["COMPLETED_TIME"]) - max(
        runs["A"]["QUERY_START_TIME"], runs["B"]["QUERY_START_TIME"]
    )
    assert overlap.total_seconds() > 0.2, "siblings run in parallel"
    assert time.monotonic() - started < 10


def test_dependents_of_a_failed_task_do_not_run_and_the_error_is_kept(log: Any) -> None:
    make(
        log,
        "r as select 1",
        "bad warehouse = COMPUTE_WH after r as insert into nowhere values (1)",
        "child warehouse = COMPUTE_WH after bad as insert into log (task) values ('CHILD')",
        "sibling warehouse = COMPUTE_WH after r as insert into log (task) values ('SIBLING')",
        "f warehouse = COMPUTE_WH finalize = r as insert into log (task) values ('F')",
    )
    done = run_graph(log)
    assert done["STATE"] == "FAILED"
    assert done["FIRST_ERROR_TASK_NAME"] == "BAD"
    assert "NOWHERE" in done["FIRST_ERROR_MESSAGE"]
    runs = history(log)
    assert set(runs) == {"R", "BAD", "SIBLING", "F"}
    assert (runs["BAD"]["STATE"], runs["BAD"]["ERROR_CODE"]) == ("FAILED", 2003)
    assert {r["TASK"] for r in rows(log, "select task from log")} == {"SIBLING", "F"}


def test_config_return_values_and_runtime_info_reach_the_bodies(log: Any) -> None:
    make(
        log,
        """r warehouse = COMPUTE_WH config = $${"as_of_date": "2024-12-31", "deep": {"n": 5}}$$ as
           call system$set_return_value(system$get_task_graph_config('as_of_date'))""",
        """a warehouse = COMPUTE_WH after r as begin
             let previous := system$get_predecessor_return_value('R');
             let group_id := system$task_runtime_info('CURRENT_TASK_GRAPH_RUN_GROUP_ID');
             let n := system$get_task_graph_config('deep.n')::number + 1;
             insert into log (task, note) select :previous, :group_id || '/' || :n;
           end""",
    )
    run_graph(log)
    assert history(log)["R"]["RETURN_VALUE"] == "2024-12-31"
    group = history(log)["A"]["GRAPH_RUN_GROUP_ID"]
    run_graph(log, statement="""execute task r using config = $${"as_of_date": "2020-01-01"}$$""")
    found = rows(log, "select task, note from log order by noted_at")
    assert (found[0]["TASK"], found[0]["NOTE"]) == ("2024-12-31", f"{group}/6")
    assert found[1]["TASK"] == "2020-01-01"
    assert found[1]["NOTE"].endswith("/6"), "keys that USING CONFIG leaves out keep their value"
    with pytest.raises(ProgrammingError, match="from within a task run"):
        log.execute("select system$task_runtime_info('CURRENT_TASK_NAME')")


def test_fresh_children_are_skipped_until_they_are_resumed(log: Any) -> None:
    log.execute("create task r warehouse = COMPUTE_WH as insert into log (task) values ('R')")
    log.execute("create task a warehouse = COMPUTE_WH after r as insert into log (task) values ('A')")
    run_graph(log)
    assert [r["TASK"] for r in rows(log, "select task from log")] == ["R"]
    log.execute("select system$task_dependents_enable('R')")
    assert {r["state"] for r in rows(log, "show tasks")} == {"started"}
    run_graph(log)
    assert sorted(r["TASK"] for r in rows(log, "select task from log")) == ["A", "R", "R"]


def test_automatic_retries_run_the_failed_task_only(log: Any) -> None:
    make(
        log,
        "r warehouse = COMPUTE_WH task_auto_retry_attempts = 2 as insert into log (task) values ('R')",
        """flaky warehouse = COMPUTE_WH after r as begin
             let seen := 0;
             insert into log (task) values ('TRY');
             select count(*) into :seen from log where task = 'TRY';
             if (seen < 2) then select 1 / 0 from nowhere; end if;
           end""",
        "f warehouse = COMPUTE_WH finalize = r as insert into log (task) values ('F')",
    )
    done = run_graph(log)
    assert (done["STATE"], done["ATTEMPT_NUMBER"], done["SCHEDULED_FROM"]) == ("SUCCEEDED", 2, "AUTO_RETRY")
    assert [r["TASK"] for r in rows(log, "select task from log order by noted_at")] == ["R", "TRY", "TRY", "F"]


def test_retry_last_starts_from_the_failure(log: Any) -> None:
    make(
        log,
        "r warehouse = COMPUTE_WH as insert into log (task) values ('R')",
        "a warehouse = COMPUTE_WH after r as insert into later (n) values (1)",
    )
    assert run_graph(log)["STATE"] == "FAILED"
    log.execute("create table later (n number)")
    assert run_graph(log, statement="execute task r retry last")["STATE"] == "SUCCEEDED"
    assert len(rows(log, "select * from log")) == 1
    with pytest.raises(ProgrammingError, match="not FAILED"):
        log.execute("execute task r retry last")


def test_a_task_runs_as_its_owner_and_only_with_execute_task(cursor: Any, database: str, connect: Any) -> None:
    cursor.execute("create or replace role TASK_OWNER")
    for grant in (f"all on database {database}", f"all on schema {database}.PUBLIC"):
        cursor.execute(f"grant {grant} to role TASK_OWNER")
    cursor.execute("grant role TASK_OWNER to user LOCAL")
    owner = connect(role="TASK_OWNER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    owner.execute("create table who (r varchar)")
    owner.execute("create task r warehouse = COMPUTE_WH as insert into who select current_role()")
    assert "EXECUTE TASK privilege" in run_graph(owner)["FIRST_ERROR_MESSAGE"]
    cursor.execute("grant execute task on account to role TASK_OWNER")
    assert run_graph(owner)["STATE"] == "SUCCEEDED"
    assert owner.execute("select r from who").fetchall() == [("TASK_OWNER",)]
    cursor.execute("create or replace role STRANGER")
    cursor.execute("grant role STRANGER to user LOCAL")
    for grant in (f"database {database}", f"schema {database}.PUBLIC", "warehouse COMPUTE_WH"):
        cursor.execute(f"grant usage on {grant} to role STRANGER")
    stranger = connect(role="STRANGER", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        stranger.execute("execute task r")
    assert rows(stranger, "select * from table(information_schema.task_history())") == []


def test_a_timeout_stops_the_body(log: Any) -> None:
    make(log, "r warehouse = COMPUTE_WH user_task_timeout_ms = 500 as begin call system$wait(30); select 1; end")
    started = time.monotonic()
    done = run_graph(log)
    assert done["STATE"] == "FAILED"
    assert "timeout of 0.5 second(s)" in done["FIRST_ERROR_MESSAGE"]
    assert time.monotonic() - started < 10


def test_a_schedule_fires_while_the_root_is_resumed(log: Any) -> None:
    log.execute("create task r warehouse = COMPUTE_WH schedule = '10 SECONDS' as insert into log (task) values ('R')")
    assert rows(log, "show tasks")[0]["state"] == "suspended"
    log.execute("alter task r resume")
    end = time.monotonic() + 20
    while not rows(log, "select * from log") and time.monotonic() < end:
        time.sleep(0.2)
    log.execute("alter task r suspend")
    assert history(log)["R"]["SCHEDULED_FROM"] == "SCHEDULE"


def test_a_root_is_suspended_after_too_many_failures(log: Any) -> None:
    log.execute("create task r schedule = '60 MINUTES' suspend_task_after_num_failures = 2 as select * from nowhere")
    log.execute("alter task r resume")
    run_graph(log)
    assert rows(log, "show tasks")[0]["state"] == "started"
    run_graph(log)
    row = rows(log, "show tasks")[0]
    assert (row["state"], row["last_suspended_reason"]) == ("suspended", "SUSPENDED_DUE_TO_ERRORS")
    assert history(log)["R"]["STATE"] == "FAILED_AND_AUTO_SUSPENDED"


def test_members_of_a_started_graph_cannot_be_changed(log: Any) -> None:
    make(log, "r schedule = '60 MINUTES' as select 1", "a after r as select 2")
    log.execute("alter task r resume")
    for statement in (
        "alter task a modify as select 3",
        "create or replace task a after r as select 3",
        "create task b after r as select 3",
        "drop task a",
        "alter task a suspend",
    ):
        with pytest.raises(ProgrammingError, match="since that root task is not suspended"):
            log.execute(statement)
    log.execute("alter task r suspend")
    log.execute("alter task a modify as select 3")
    assert {r["name"]: r["definition"] for r in rows(log, "show tasks")} == {"R": "select 1", "A": "select 3"}


def test_changes_show_and_survive(log: Any, database: str) -> None:
    make(log, "r as select 1", "a after r as select 2", "f finalize = r as select 3")
    log.execute(
        "alter task r set schedule = 'USING CRON 0 3 * * MON-FRI Europe/Berlin', comment = 'nightly', "
        "config = '{\"k\": 1}', suspend_task_after_num_failures = 3, query_tag = 'x'"
    )
    log.execute("create task b after r as select 4")
    log.execute("alter task a add after b")
    log.execute("alter task a remove after r")
    shown = {r["name"]: r for r in rows(log, "show tasks in schema public")}
    assert shown["R"]["schedule"] == "USING CRON 0 3 * * MON-FRI Europe/Berlin"
    assert (shown["R"]["comment"], json.loads(shown["R"]["config"])) == ("nightly", {"k": 1})
    assert json.loads(shown["A"]["predecessors"]) == [f"{database}.PUBLIC.B"]
    assert json.loads(shown["R"]["task_relations"])["FinalizerTask"] == f"{database}.PUBLIC.F"
    parameters = {r["key"]: r for r in rows(log, "show parameters in task r")}
    assert (parameters["SUSPEND_TASK_AFTER_NUM_FAILURES"]["value"], parameters["QUERY_TAG"]["level"]) == ("3", "TASK")
    assert parameters["USER_TASK_TIMEOUT_MS"]["value"] == "3600000"
    log.execute("alter task r unset schedule, comment")
    assert (rows(log, "describe task r")[0]["schedule"], rows(log, "describe task r")[0]["comment"]) == (None, "")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create task x schedule = 'USING CRON 61 * * * * UTC' as select 1", "has no such minute"),
        ("create task x schedule = 'whenever' as select 1", "Invalid schedule"),
        ("create task x schedule = '5 MINUTES' after r as select 1", "can have only one"),
        ("create task x after missing as select 1", "MISSING' does not exist"),
        ("create task x config = 'no json' as select 1", "CONFIG must be a JSON object"),
        ("create task x user_task_managed_initial_warehouse_size = 'XSMALL' as select 1", "is not supported"),
        ("create task x when system$stream_has_data('s') as select 1", "stream_has_data in the WHEN"),
        ("create task x task_auto_retry_attempts = 31 as select 1", "must be 0 to 30"),
        ("create task x as begin if; end", "unexpected"),
        ("execute task a", "only a root task"),
        ("alter task r add after a", "would have a cycle"),
        ("alter task a set schedule = '5 MINUTES'", "can have only one"),
        ("alter task a remove after a", "is no predecessor of task"),
        ("alter task a set task_auto_retry_attempts = 2", "on a root task only"),
        ("create task x after r task_auto_retry_attempts = 2 as select 1", "on a root task only"),
    ],
)  # fmt: skip
def test_wrong_tasks_are_refused(log: Any, statement: str, message: str) -> None:
    make(log, "r as select 1", "a after r as select 2")
    with pytest.raises(ProgrammingError, match=message):
        log.execute(statement)


def test_a_condition_that_does_not_hold_skips_the_task(log: Any) -> None:
    make(
        log,
        "r as call system$set_return_value('no')",
        "a warehouse = COMPUTE_WH after r when system$get_predecessor_return_value('R') = 'yes' as "
        "insert into log (task) values ('A')",
    )
    assert run_graph(log)["STATE"] == "SUCCEEDED"
    assert history(log)["A"]["STATE"] == "SKIPPED"


def test_a_running_graph_can_be_cancelled(log: Any) -> None:
    make(log, "r as begin call system$wait(30); end", "a after r as select 1")
    log.execute("execute task r")
    while not any(r["STATE"] == "EXECUTING" for r in history(log).values()):
        time.sleep(0.05)
    log.execute("select system$user_task_cancel_ongoing_executions('R')")
    end = time.monotonic() + 10
    while (state := history(log)["R"]["STATE"]) == "EXECUTING" and time.monotonic() < end:
        time.sleep(0.05)
    assert state == "CANCELLED"
