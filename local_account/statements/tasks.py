"""CREATE, ALTER, DROP, DESCRIBE, SHOW and EXECUTE of tasks."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import ProgrammingError

from local_account.catalog.moments import now
from local_account.catalog.objects import Task
from local_account.catalog.rights import ACCOUNT
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name
from local_account.results import Result, status_result, table_result
from local_account.scripting.parser import is_block, parse_block
from local_account.statements.kinds import alters, comment_of, creates, describes, drops
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles
from local_account.statements.task_options import (
    OPTIONS,
    SESSION_PARAMETERS,
    check_condition,
    read_options,
    show_rows,
    split_parameters,
)
from local_account.tasks.graph_run import finalizer, members
from local_account.tasks.scheduler import TaskScheduler

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import AccountState, Session


def _add_task(session: Session, task: Task) -> None:
    session.add_object(task)
    _changed(session, task)


@creates(Task, add=_add_task)
def create_task(session: Session, statement: Statement, name: Name) -> Task:
    """Create a task, suspended; CREATE OR REPLACE suspends it again and makes a new graph of it."""
    if "OR ALTER" in statement.modifiers:
        raise not_supported("CREATE OR ALTER TASK")
    task = Task(name, session.role, id=str(uuid.uuid4()))
    _clauses(session, statement.cursor, task)
    if old := session.account.catalog.find(Task, name):
        require_suspended(session.account, old)
    check_graph(session.account, task)
    return task


def _clauses(session: Session, cursor: Cursor, task: Task) -> None:
    options: dict[str, Any] = {}
    while not cursor.accept("AS"):
        if cursor.accept("AFTER"):
            task.predecessors += _names(session, cursor)
        elif cursor.accept("FINALIZE"):
            cursor.accept("=")
            task.finalize = str(session.resolve(cursor.name()))
        elif cursor.accept("WHEN"):
            task.condition = _condition(cursor)
        elif cursor.looking_at("WITH"):
            raise not_supported("WITH TAG in CREATE TASK")
        else:
            options |= cursor.properties("AFTER", "FINALIZE", "WHEN", "AS", "WITH")
        if cursor.done:
            raise cursor.unexpected("AS and the task's statement")
    task.definition = _definition(cursor.rest())
    _set(session, task, read_options(options))
    _require_root(task)


def _require_root(task: Task) -> None:
    """Refuse what only a root has for a task that runs after others. Raises: ProgrammingError (1008)."""
    if not task.predecessors and not task.finalize:
        return
    if task.schedule:
        raise invalid_value(
            f"Task {task.name} has a schedule and predecessors or a root to finalize: it can have only one."
        )
    if task.get("TASK_AUTO_RETRY_ATTEMPTS"):
        raise invalid_value(f"TASK_AUTO_RETRY_ATTEMPTS can be set on a root task only, which {task.name} is not.")


def _definition(text: str) -> str:
    if not text:
        raise invalid_value("A task needs a statement after AS.")
    if is_block(text):
        parse_block(text)
    return text


def _condition(cursor: Cursor) -> str:
    first = cursor.index
    while not cursor.done and not cursor.looking_at("AS"):
        # `x AS type` inside CAST is the only other AS
        if cursor.looking_at("CAST"):
            raise not_supported("CAST in WHEN (write ::)")
        cursor.index += 1
    last = cursor.tokens[cursor.index - 1]
    return check_condition(cursor.sql[cursor.tokens[first].start : last.end])


def _names(session: Session, cursor: Cursor) -> list[str]:
    names = [str(session.resolve(cursor.name()))]
    while cursor.accept(","):
        names.append(str(session.resolve(cursor.name())))
    return names


def named(account: AccountState, full: str) -> Task:
    """Return the task of a full name as predecessors hold it. Raises: ProgrammingError (2003)."""
    return account.catalog.get(Task, Name.parse(full))


def root_of(account: AccountState, task: Task) -> Task:
    """Return the root of the graph that a task belongs to."""
    while above := task.finalize or next(iter(task.predecessors), None):
        found = account.catalog.find(Task, Name.parse(above))
        if found is None:
            break
        task = found
    return task


def require_suspended(account: AccountState, task: Task) -> None:
    """Refuse a change to a graph whose root is started."""
    root = root_of(account, task)
    if root is not task and root.state == "started":
        raise ProgrammingError(
            msg=f"Unable to update graph with root task {root.name} since that root task is not suspended.",
            errno=91089, sqlstate="55000",
        )  # fmt: skip


def check_graph(account: AccountState, task: Task) -> None:
    """Refuse predecessors and roots that Snowflake refuses: missing, elsewhere, of another owner, cyclic, started."""
    above = [*(task.predecessors), *([task.finalize] if task.finalize else [])]
    for full in above:
        other = named(account, full)
        if other.name.parts[:-1] != task.name.parts[:-1] or other.owner != task.owner:
            raise invalid_value(f"Task {task.name} and {full} must have one owner and be in one schema.")
        if other.finalize:
            raise invalid_value(f"Finalizer {full} cannot have child tasks.")
        if any(str(t.name) == str(task.name) for t in _ancestors(account, other)):
            raise invalid_value(f"Task {task.name} cannot run after {full}: the graph would have a cycle.")
        require_suspended_with(account, other)
    if task.finalize:
        root = named(account, task.finalize)
        last = finalizer(account, root)
        if root.predecessors or (last is not None and last.name != task.name):
            raise invalid_value(f"{root.name} is not a root task, or already has a finalizer.")


def require_suspended_with(account: AccountState, task: Task) -> None:
    """Refuse to attach a task to a graph whose root is started."""
    root = root_of(account, task)
    if root.state == "started":
        raise ProgrammingError(
            msg=f"Unable to update graph with root task {root.name} since that root task is not suspended.",
            errno=91089, sqlstate="55000",
        )  # fmt: skip


def _ancestors(account: AccountState, task: Task) -> list[Task]:
    found, waiting = [task], [task]
    while waiting:
        for full in waiting.pop().predecessors:
            other = account.catalog.find(Task, Name.parse(full))
            if other is not None and other not in found:
                found.append(other)
                waiting.append(other)
    return found


def _changed(session: Session, task: Task) -> None:
    """Save a changed task, and count a new version of its graph."""
    catalog = session.account.catalog
    root = root_of(session.account, task)
    root.graph_version += 1
    with catalog.together():
        catalog.save(task)
        catalog.save(root)
    session.account.service(TaskScheduler).tasks_changed()


@alters(Task)
def alter_task(session: Session, task: Task, cursor: Cursor) -> None:
    """Resume, suspend or change a task."""
    if cursor.accept("RESUME"):
        resume(session, task)
    elif cursor.accept("SUSPEND"):
        suspend(session, task)
    else:
        session.require("OWNERSHIP", Task.KIND, task.name)
        if task.state == "started" and not task.predecessors and not task.finalize:
            raise ProgrammingError(
                msg=f"Unable to update task {task.name}: suspend it first.", errno=91089, sqlstate="55000"
            )
        require_suspended(session.account, task)
        _change(session, task, cursor)
        _require_root(task)
        check_graph(session.account, task)
        _changed(session, task)


def _change(session: Session, task: Task, cursor: Cursor) -> None:
    if _change_body(task, cursor):
        pass
    elif cursor.accept("ADD", "AFTER"):
        task.predecessors = list(dict.fromkeys([*task.predecessors, *_names(session, cursor)]))
    elif cursor.accept("REMOVE", "AFTER"):
        gone = dict.fromkeys(_names(session, cursor))
        if others := [name for name in gone if name not in task.predecessors]:
            raise invalid_value(f"Task {others[0]} is no predecessor of task {task.name}.")
        task.predecessors = [n for n in task.predecessors if n not in gone]
    elif cursor.accept("SET", "FINALIZE", "="):
        task.finalize = str(session.resolve(cursor.name()))
    elif cursor.accept("UNSET", "FINALIZE"):
        task.finalize = None
    elif cursor.accept("SET"):
        _set(session, task, read_options(cursor.properties()))
    elif cursor.accept("UNSET"):
        _unset(task, cursor)
    else:
        raise not_supported(f"ALTER TASK ... {cursor.rest()}")
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")


def _change_body(task: Task, cursor: Cursor) -> bool:
    """Apply MODIFY AS, MODIFY WHEN and REMOVE WHEN. Returns: whether it was one of them."""
    if cursor.accept("MODIFY", "AS"):
        task.definition = _definition(cursor.rest())
    elif cursor.accept("MODIFY", "WHEN"):
        task.condition = check_condition(cursor.rest())
    elif cursor.accept("REMOVE", "WHEN"):
        task.condition = None
    else:
        return False
    return True


def _set(session: Session, task: Task, given: dict[str, Any]) -> None:
    options, parameters = split_parameters(given)
    if options.get("WAREHOUSE"):
        options["WAREHOUSE"] = Name.parse(str(options["WAREHOUSE"])).name
        session.require("USAGE", "WAREHOUSE", Name(options["WAREHOUSE"]))
    task.comment = comment_of(options, task.comment)
    task.set(options)
    task.session_parameters |= parameters


def _unset(task: Task, cursor: Cursor) -> None:
    while not cursor.done:
        key = cursor.identifier()
        cursor.accept(",")
        if key == "COMMENT":
            task.comment = ""
        elif key in SESSION_PARAMETERS:
            task.session_parameters.pop(key, None)
        elif key in OPTIONS:
            task.reset(key)
        else:
            raise not_supported(f"The option {key} of a task")


def resume(session: Session, task: Task) -> None:
    """Make a task run with its graph, and a root on its schedule."""
    session.require("OPERATE", Task.KIND, task.name)
    require_suspended(session.account, task)
    if not session.account.access.allows(task.owner, "EXECUTE TASK", "ACCOUNT", ACCOUNT):
        raise ProgrammingError(
            msg="Cannot execute task, EXECUTE TASK privilege must be granted to owner role.",
            errno=91002, sqlstate="42501",
        )  # fmt: skip
    if task.state != "started":
        task.state, task.last_committed_on, task.failures, task.last_suspended_reason = "started", now(), 0, None
        session.account.catalog.save(task)
        session.account.service(TaskScheduler).tasks_changed()


def suspend(session: Session, task: Task) -> None:
    """Take a task out of its graph's runs, and a root off its schedule; a run under way goes on."""
    session.require("OPERATE", Task.KIND, task.name)
    require_suspended(session.account, task)
    if task.state == "started":
        task.state, task.last_suspended_on, task.last_suspended_reason = "suspended", now(), "USER_SUSPENDED"
        session.account.catalog.save(task)
        session.account.service(TaskScheduler).tasks_changed()


@drops(Task)
def drop_task(session: Session, task: Task) -> None:
    """Drop a task; its children lose it as a predecessor."""
    require_suspended(session.account, task)
    name, root, catalog = task.name, root_of(session.account, task), session.account.catalog
    with catalog.together():
        session.drop_object(task)
        for other in catalog.list(Task, name.database, name.schema):
            if str(name) in (other.predecessors) or other.finalize == str(name):
                other.predecessors = [n for n in other.predecessors if n != str(name)]
                other.finalize = None if other.finalize == str(name) else other.finalize
                other.state = "suspended"
                catalog.save(other)
        if root is not task:
            root.graph_version += 1
            catalog.save(root)
    session.account.service(TaskScheduler).tasks_changed()


@handles("SHOW TASKS")
def show_tasks(session: Session, statement: Statement) -> Result:
    """List tasks with Snowflake's columns."""
    found = visible(session, Task, statement.cursor)
    return table_result(*show_rows(session.account, found))


@handles("SHOW TERSE TASKS")
def show_terse_tasks(session: Session, statement: Statement) -> Result:
    """List tasks with the columns of SHOW TERSE."""
    found = visible(session, Task, statement.cursor)
    columns = [
        ("created_on", "timestamp_ltz"), *((n, "text") for n in ("name", "kind", "database_name", "schema_name"))
    ]  # fmt: skip
    return table_result(
        columns, [(t.created_on, t.name.name, Task.KIND, t.name.database, t.name.schema) for t in found]
    )


@describes(Task)
def describe_task(session: Session, item: Task) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """Describe a task: the row of SHOW TASKS."""
    return show_rows(session.account, [item])


@handles("EXECUTE TASK")
def execute_task(session: Session, statement: Statement) -> Result:
    """Start a run of a graph by hand; returns at once."""
    cursor = statement.cursor
    name = session.resolve(cursor.name())
    root = session.account.catalog.find(Task, name)
    if root is None:
        raise does_not_exist(Task.KIND, name)
    session.require("OPERATE", Task.KIND, name)
    if root.predecessors or root.finalize:
        raise ProgrammingError(
            msg=f"Cannot execute task {name}: only a root task can be executed.", errno=91088, sqlstate="55000"
        )
    if cursor.accept("RETRY", "LAST"):
        session.account.service(TaskScheduler).retry(root)
    else:
        config = None
        if cursor.accept("USING", "CONFIG"):
            cursor.accept("=")
            config = _config(cursor.value())
        if not cursor.done:
            raise not_supported(f"EXECUTE TASK ... {cursor.rest()}")
        session.account.service(TaskScheduler).execute(root, config)
    return status_result(f"Task {name.name} is scheduled to run immediately.")


def _config(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid_value("CONFIG must be a JSON object.")
    return found


def graph(account: AccountState, root: Task) -> list[Task]:
    """Return every task of a graph, children before parents, the root last."""
    last = finalizer(account, root)
    return [*([last] if last else []), *reversed(members(account, root))]
