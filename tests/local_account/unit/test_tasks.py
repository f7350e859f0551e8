"""Statements about tasks: what CREATE and ALTER take, what they refuse, and what SHOW and DESCRIBE say of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from local_account.catalog.objects import Task
from local_account.identifiers import Name
from local_account.session.task_run import TaskRun
from local_account.statements import tasks
from local_account.tasks.history import GraphRow
from local_account.tasks.scheduler import TaskScheduler
from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session


@pytest.fixture
def schema(session: Session) -> Session:
    """The session in an empty schema."""
    session.execute("create or replace schema TASKS")
    return session


def made(session: Session, *statements: str) -> None:
    for sql in statements:
        session.execute(sql)


def shown(session: Session, name: str) -> dict[str, Any]:
    return records(session, f"describe task {name}")[0]


@pytest.mark.parametrize(
    ("clauses", "column", "value"),
    [
        ("", "state", "suspended"),
        ("", "owner_role_type", "ROLE"),
        ("", "warehouse", None),
        ("", "allow_overlapping_execution", "false"),
        ("", "predecessors", "[]"),
        ("", "task_relations", '{"Predecessors": []}'),
        ("", "definition", "select 1"),
        ("", "condition", None),
        ("warehouse = w", "warehouse", "W"),
        ("schedule = '10 SECONDS'", "schedule", "10 SECONDS"),
        ("schedule = 'USING CRON 0 4 * * * UTC'", "schedule", "USING CRON 0 4 * * * UTC"),
        ("comment = 'it''s'", "comment", "it's"),
        ("allow_overlapping_execution = true", "allow_overlapping_execution", "true"),
        ("""config = '{"a": 1}'""", "config", '{"a": 1}'),
        ("schedule = '1 minute', comment = 'c' warehouse = W", "comment", "c"),
        ("when 1 = 1 and not (2 in (3))", "condition", "1 = 1 and not (2 in (3))"),
    ],
)
def test_a_new_task_is_shown_as_it_was_written(schema: Session, clauses: str, column: str, value: object) -> None:
    schema.execute(f"create task X {clauses} as select 1")
    assert shown(schema, "X")[column] == value
    assert records(schema, "show tasks")[0][column] == value


@pytest.mark.parametrize("value", [0, 30])
def test_retries_are_0_to_30(schema: Session, value: int) -> None:
    schema.execute(f"create task X task_auto_retry_attempts = {value} as select 1")
    assert schema.account.catalog.get(Task, schema.resolve(Name("X"))).get("TASK_AUTO_RETRY_ATTEMPTS") == value


@pytest.mark.parametrize(
    ("clauses", "code", "says"),
    [
        ("schedule = '9 SECONDS' as select 1", 1008, "must be 10 seconds to 11520 minutes"),
        ("user_task_timeout_ms = 604800001 as select 1", 1008, "it must be 0 to 604800000."),
        ("user_task_timeout_ms = -1 as select 1", 1008, "it must be 0 to 604800000."),
        ("user_task_timeout_ms = 'x' as select 1", 1008, "it must be 0 to 604800000."),
        ("task_auto_retry_attempts = 31 as select 1", 1008, "it must be 0 to 30."),
        ("suspend_task_after_num_failures = 1.5 as select 1", 1008, "it must be 0 to"),
        ("allow_overlapping_execution = 'x' as select 1", 1008, "it must be TRUE or FALSE."),
        ("config = '[1]' as select 1", 1008, "CONFIG must be a JSON object."),
        ("config = '{' as select 1", 1008, "CONFIG must be a JSON object."),
        ("nothing = 1 as select 1", 2, "The option NOTHING of a task"),
        ("data_retention_time_in_days = 1 as select 1", 2, "The option DATA_RETENTION_TIME_IN_DAYS of a task"),
        ("warehouse = NOTHING as select 1", 2003, "Warehouse 'NOTHING'"),
        ("after NOTHING as select 1", 2003, "NOTHING' does not exist"),
        ("with tag (a = 'b') as select 1", 2, "WITH TAG in CREATE TASK"),
        ("as", 1008, "A task needs a statement after AS."),
        ("", 1003, "expected AS and the task's statement"),
        ("comment = 'x'", 1003, "expected AS and the task's statement"),
        ("as begin select 1", 1003, "expected"),
        ("when select 1 as select 1", 2, "select in the WHEN of a task"),
        ("when system$stream_has_data('x') as select 1", 2, "system$stream_has_data in the WHEN"),
        ("when f(1) as select 1", 2, "f in the WHEN of a task"),
        ("when cast(1 as int) = 1 as select 1", 2, "CAST in WHEN"),
    ],
)
def test_what_a_task_cannot_be_is_refused_and_nothing_is_made(
    schema: Session, clauses: str, code: int, says: str
) -> None:
    found, _, message = refusal(schema, f"create task X {clauses}")
    assert (found, says in message) == (code, True), message
    assert records(schema, "show tasks") == []


def test_a_condition_may_ask_for_what_a_predecessor_returned(schema: Session) -> None:
    made(schema, "create task R as select 1")
    condition = "system$get_predecessor_return_value('R') = 'x' or true"
    made(schema, f"create task X after R when {condition} as select 1")
    assert shown(schema, "X")["condition"] == condition


def test_tasks_of_a_graph_show_how_they_hang_together(schema: Session) -> None:
    made(
        schema, "create task R schedule = '1 minute' as select 1", "create task A after R as select 1",
        "create task B after R, A as select 1", "create task F finalize = R as select 1",
    )  # fmt: skip
    place = f"{schema.database}.TASKS"
    rows = {row["name"]: row for row in records(schema, "show tasks")}
    assert json.loads(rows["B"]["predecessors"]) == [f"{place}.R", f"{place}.A"]
    assert json.loads(rows["R"]["task_relations"]) == {"Predecessors": [], "FinalizerTask": f"{place}.F"}
    assert json.loads(rows["F"]["task_relations"]) == {"Predecessors": [], "FinalizedRootTask": f"{place}.R"}
    assert {name: row["allow_overlapping_execution"] for name, row in rows.items()} == {
        "R": "false", "A": "null", "B": "null", "F": "null",
    }  # fmt: skip
    root = schema.account.catalog.get(Task, Name.of(schema.database, "TASKS", "R"))
    assert [t.name.name for t in tasks.graph(schema.account, root)] == ["F", "B", "A", "R"]
    assert records(schema, "show terse tasks like 'b'")[0] | {"created_on": None} == {
        "created_on": None, "name": "B", "kind": "TASK", "database_name": schema.database, "schema_name": "TASKS",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "code", "says"),
    [
        ("create task X after F as select 1", 1008, "Finalizer .*F cannot have child tasks"),
        ("create task X finalize = R as select 1", 1008, "R is not a root task, or already has a finalizer"),
        ("create task X finalize = A as select 1", 1008, "A is not a root task, or already has a finalizer"),
        ("create task X schedule = '1 minute' after R as select 1", 1008, "it can have only one"),
        ("create task X schedule = '1 minute' finalize = R as select 1", 1008, "it can have only one"),
        ("create task PUBLIC.X after TASKS.R as select 1", 1008, "must have one owner and be in one schema"),
        ("alter task R add after B", 1008, "the graph would have a cycle"),
        ("alter task R add after R", 1008, "the graph would have a cycle"),
        ("alter task A frobnicate", 2, "ALTER TASK ... frobnicate"),
        ("alter task A unset NOTHING", 2, "The option NOTHING of a task"),
        ("alter task A set NOTHING = 1", 2, "The option NOTHING of a task"),
        ("alter task A add after R nonsense", 1003, "expected the end of the statement"),
        ("alter task A set warehouse = NOTHING", 2003, "Warehouse 'NOTHING'"),
        ("execute task A", 91088, "only a root task can be executed"),
        ("execute task F", 91088, "only a root task can be executed"),
        ("execute task R using config '{'", 1008, "CONFIG must be a JSON object"),
        ("execute task R using config = '[]'", 1008, "CONFIG must be a JSON object"),
        ("execute task R nonsense", 2, "EXECUTE TASK ... nonsense"),
        ("create or alter task X as select 1", 2, "CREATE OR ALTER TASK"),
    ],
)
def test_a_graph_stays_a_graph(schema: Session, sql: str, code: int, says: str) -> None:
    made(
        schema, "create task R as select 1", "create task A after R as select 1", "create task B after A as select 1",
        "create task F finalize = R as select 1",
    )  # fmt: skip
    found, _, message = refusal(schema, sql)
    assert (found, bool(re.search(says, message))) == (code, True), message


def test_a_started_root_holds_its_graph(schema: Session) -> None:
    made(
        schema, "create task R schedule = '1 minute' as select 1", "create task A after R as select 1",
        "alter task A resume", "alter task R resume",
    )  # fmt: skip
    assert shown(schema, "R")["state"] == shown(schema, "A")["state"] == "started"
    assert shown(schema, "R")["last_committed_on"] is not None
    for sql in ("alter task A suspend", "alter task A set comment = 'x'", "drop task A", "alter task A resume",
                "create or replace task A after R as select 1", "create task B after R as select 1",
                "create task F finalize = R as select 1", "alter task R set comment = 'x'"):  # fmt: skip
        assert refusal(schema, sql)[0] == 91089, sql
    made(schema, "alter task R suspend", "alter task A set comment = 'x'", "alter task A suspend")
    row = shown(schema, "R")
    assert (row["state"], row["last_suspended_reason"]) == ("suspended", "USER_SUSPENDED")
    assert row["last_suspended_on"] is not None
    made(schema, "alter task R resume")
    assert shown(schema, "R")["last_suspended_reason"] is None


def test_a_suspended_task_that_is_suspended_again_keeps_its_reason(schema: Session) -> None:
    made(schema, "create task R as select 1", "alter task R suspend")
    assert (shown(schema, "R")["state"], shown(schema, "R")["last_suspended_reason"]) == ("suspended", None)


def test_resuming_all_of_a_graph(schema: Session) -> None:
    made(
        schema, "create task R as select 1", "create task A after R as select 1", "create task B after A as select 1",
        "create task F finalize = R as select 1", "select system$task_dependents_enable('R')",
    )  # fmt: skip
    assert {row["name"]: row["state"] for row in records(schema, "show tasks")} == dict.fromkeys("ABFR", "started")


def test_every_change_is_a_new_version_of_the_graph(schema: Session) -> None:
    def version() -> int:
        return schema.account.catalog.get(Task, Name.of(schema.database, "TASKS", "R")).graph_version

    made(schema, "create task R as select 1")
    first = version()
    made(schema, "create task A after R as select 1")
    made(schema, "alter task A set comment = 'x'")
    made(schema, "alter task R modify as select 2")
    assert version() == first + 3
    made(schema, "drop task A")
    assert version() == first + 4


@pytest.mark.parametrize(
    ("action", "column", "value"),
    [
        ("modify as select 2", "definition", "select 2"),
        ("modify when 1 = 2", "condition", "1 = 2"),
        ("remove when", "condition", None),
        ("set comment = 'new', warehouse = W", "comment", "new"),
        ("set comment = 'new', warehouse = W", "warehouse", "W"),
        ("set schedule = '5 minutes'", "schedule", "5 minutes"),
        ("unset comment", "comment", ""),
        ("unset schedule", "schedule", None),
        ("unset schedule, comment", "comment", ""),
        ("set query_tag = 'x'", "comment", "old"),
        ("set query_tag = 'x'", "schedule", "1 minute"),
    ],
)
def test_altering_a_task_changes_what_it_names_alone(schema: Session, action: str, column: str, value: object) -> None:
    made(schema, "create task X schedule = '1 minute' comment = 'old' when 1 = 1 as select 1", f"alter task X {action}")
    assert shown(schema, "X")[column] == value


def test_predecessors_come_and_go(schema: Session) -> None:
    made(
        schema, "create task R as select 1", "create task A after R as select 1", "create task B after R as select 1",
        "alter task B add after A, R",
    )  # fmt: skip
    place = f"{schema.database}.TASKS"
    assert json.loads(shown(schema, "B")["predecessors"]) == [f"{place}.R", f"{place}.A"]
    made(schema, "alter task B remove after R")
    assert json.loads(shown(schema, "B")["predecessors"]) == [f"{place}.A"]
    made(schema, "alter task B remove after A", "alter task B set finalize = R")
    assert json.loads(shown(schema, "B")["task_relations"])["FinalizedRootTask"] == f"{place}.R"
    made(schema, "alter task B unset finalize")
    assert "FinalizedRootTask" not in json.loads(shown(schema, "B")["task_relations"])


def test_a_task_s_parameters_are_its_session_s(schema: Session) -> None:
    made(schema, "create task X query_tag = 'x' as select 1")
    rows = {row["key"]: row for row in records(schema, "show parameters in task X")}
    assert (rows["QUERY_TAG"]["value"], rows["QUERY_TAG"]["level"]) == ("x", "TASK")
    made(schema, "alter task X unset query_tag")
    rows = {row["key"]: row for row in records(schema, "show parameters in task X")}
    assert (rows["QUERY_TAG"]["value"], rows["QUERY_TAG"]["level"]) == ("", "")


def test_who_hung_on_a_dropped_task_hangs_on_it_no_more_and_sleeps(schema: Session) -> None:
    made(
        schema, "create task R as select 1", "create task S as select 1", "create task A after R as select 1",
        "create task OTHER after S as select 1", "create task F finalize = R as select 1", "alter task A resume",
        "alter task OTHER resume", "drop task R",
    )  # fmt: skip
    rows = {row["name"]: row for row in records(schema, "show tasks")}
    assert {name: (row["state"], row["predecessors"] == "[]") for name, row in rows.items()} == {
        "A": ("suspended", True), "F": ("suspended", True), "S": ("suspended", True), "OTHER": ("started", False),
    }  # fmt: skip
    assert "FinalizedRootTask" not in json.loads(rows["F"]["task_relations"])


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select system$task_dependents_enable('NOTHING')", 2003),
        ("select system$user_task_cancel_ongoing_executions('NOTHING')", 2003),
        ("select system$wait(1, 'weeks')", 1008),
        ("select * from table(information_schema.task_history(result_limit => 0))", 1008),
        ("select * from table(information_schema.task_history(result_limit => 10001))", 1008),
        ("select system$get_predecessor_return_value('x')", 91000),
        ("select system$get_task_graph_config()", 91000),
    ],
)
def test_functions_about_tasks_refuse_what_they_do_not_know(session: Session, sql: str, code: int) -> None:
    assert refusal(session, sql)[0] == code


@pytest.mark.parametrize("limit", [1, 10_000])
def test_a_history_has_1_to_10000_rows(session: Session, limit: int) -> None:
    assert (
        session.execute(f"select * from table(information_schema.task_history(result_limit => {limit}))").rows() == []
    )


@pytest.mark.parametrize(
    ("call", "answer"),
    [("system$wait(0.001)", "waited 0.001 seconds"), ("system$wait(2, 'MILLISECONDS')", "waited 2 milliseconds")],
)
def test_waiting_says_how_long(session: Session, call: str, answer: str) -> None:
    assert session.execute(f"select {call}").scalar() == answer


@pytest.fixture
def running(session: Session) -> Iterator[TaskRun]:
    """The run of the task whose body the session executes."""
    session.task = TaskRun(
        {"a": {"b": 1}, "list": ["x", [2]], "text": "t", "no": None}, "7", "ROOT", "CHILD", {"A": "one", "B": None},
        "id", "2024-01-01", None,
    )  # fmt: skip
    yield session.task
    session.task = None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", '{"b": 1}'), ("a.b", "1"), ("a['b']", "1"), ("list", '["x", [2]]'), ("list[0]", "x"), ("list[1]", "[2]"),
        ("list[1][0]", "2"), ("list[2]", None), ("list.x", None), ("text", "t"), ("text.x", None), ("no", None),
        ("nothing", None), ("a.b.c", None),
    ],
)  # fmt: skip
def test_a_graph_s_configuration_is_read_by_path(
    session: Session, running: TaskRun, path: str, value: str | None
) -> None:
    literal = path.replace("'", "''")
    assert session.execute(f"select system$get_task_graph_config('{literal}')").scalar() == value
    assert json.loads(session.execute("select system$get_task_graph_config()").scalar()) == running.graph_config


def test_a_run_without_configuration_has_none(session: Session, running: TaskRun) -> None:
    running.graph_config = {}
    assert session.execute("select system$get_task_graph_config()").scalar() is None


@pytest.mark.usefixtures("running")
def test_a_run_knows_what_it_is(session: Session) -> None:
    def info(what: str) -> object:
        return session.execute(f"select system$task_runtime_info('{what}')").scalar()

    assert info("current_root_task_name") == "ROOT"
    assert info("CURRENT_TASK_NAME") == "CHILD"
    assert info("CURRENT_ROOT_TASK_UUID") == "id"
    assert info("CURRENT_TASK_GRAPH_RUN_GROUP_ID") == "7"
    assert info("CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP") == "2024-01-01"
    assert info("LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP") is None
    for what in ("NOTHING", "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID"):
        assert refusal(session, f"select system$task_runtime_info('{what}')")[0] == 2


def test_a_run_is_told_what_its_predecessors_returned(session: Session, running: TaskRun) -> None:
    assert session.execute("select system$get_predecessor_return_value('A')").scalar() == "one"
    assert session.execute("select system$get_predecessor_return_value('B')").scalar() is None
    for call in ("system$get_predecessor_return_value('C')", "system$get_predecessor_return_value()"):
        assert refusal(session, f"select {call}")[0] == 1008
    del running.predecessor_returns["B"]
    assert session.execute("select system$get_predecessor_return_value()").scalar() == "one"


@pytest.mark.parametrize(("value", "kept"), [("'x'", "x"), ("null", ""), ("12", "12"), (f"'{'é' * 5120}'", "é" * 5120)])
def test_a_run_returns_a_text_of_10_kilobytes(session: Session, running: TaskRun, value: str, kept: str) -> None:
    session.execute(f"select system$set_return_value({value})")
    assert running.return_value == kept
    assert refusal(session, f"select system$set_return_value('{'é' * 5121}')")[0] == 1008
    assert running.return_value == kept


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        ("complete_task_graphs()", 1000), ("complete_task_graphs(result_limit => 3)", 3),
        ("complete_task_graphs(error_only => true)", 2), ("complete_task_graphs(root_task_name => 'OTHER')", 1),
        ("current_task_graphs()", 1000), ("current_task_graphs(result_limit => 1200)", 1001),
    ],
)  # fmt: skip
def test_graph_runs_are_listed_up_to_a_limit(
    session: Session, monkeypatch: pytest.MonkeyPatch, call: str, rows: int
) -> None:
    def run(state: str, name: str = "R") -> GraphRow:
        return GraphRow(
            name, str(session.database), "PUBLIC", "id", 1, 1, 1, state, "2024-01-01T00:00:00+00:00", "EXECUTE TASK"
        )

    runs = [run("SUCCEEDED", "OTHER"), run("FAILED"), run("CANCELLED"), *(run("SUCCEEDED") for _ in range(998)),
            *(run("EXECUTING") for _ in range(1001))]  # fmt: skip
    history = session.account.service(TaskScheduler).history
    monkeypatch.setattr(history, "graphs", lambda: runs)
    assert len(records(session, f"select * from table(information_schema.{call})")) == rows
