"""Procedures, tasks, Streamlit apps and raw statements."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind, or_replace
from c360.deployment.sql import COMMENT, Clause, alterations, clauses, identifier, literal

if TYPE_CHECKING:
    from c360.deployment.model import Inputs


@dataclass(frozen=True)
class Procedure(SqlKind):
    """A procedure in Snowflake Scripting; another body is another procedure."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        arguments = ", ".join(f"{identifier(a['argName'])} {a['argDataType']}" for a in inputs.get("arguments") or [])
        execute_as = f" EXECUTE AS {inputs['executeAs']}" if inputs.get("executeAs") else ""
        return [
            (
                f"CREATE PROCEDURE {super().name(inputs)}({arguments}) RETURNS {inputs['returnType']} LANGUAGE SQL"
                f"{clauses(inputs, self.properties)}{execute_as} AS $${inputs['procedureDefinition']}$$"
            )
        ]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Set the comment or the rights; anything else replaces."""
        if any(old.get(key) != new.get(key) for key in {*old, *new} - {"comment", "executeAs"}):
            return None
        statement = f"ALTER PROCEDURE {self.name(new)}"
        rights = [f"{statement} EXECUTE AS {new['executeAs']}"] if old.get("executeAs") != new.get("executeAs") else []
        return [*alterations(statement, old, new, self.properties), *rights]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Create it over what is there, which holds no data."""
        return or_replace(self.create(inputs))

    def name(self, inputs: Inputs) -> str:
        """Return the name with the types of its arguments, which are part of it."""
        types = ", ".join(a["argDataType"] for a in inputs.get("arguments") or [])
        return f"{super().name(inputs)}({types})"


_ROOT_PROPERTIES = (
    Clause("config", "CONFIG", lambda value: f"$${value}$$"),
    Clause("schedule", "SCHEDULE", lambda value: literal(_schedule(value))),
    Clause("allowOverlappingExecution", "ALLOW_OVERLAPPING_EXECUTION"),
    Clause("userTaskTimeoutMs", "USER_TASK_TIMEOUT_MS"),
    Clause("timezone", "TIMEZONE", literal),
    Clause("suspendTaskAfterNumFailures", "SUSPEND_TASK_AFTER_NUM_FAILURES"),
    Clause("taskAutoRetryAttempts", "TASK_AUTO_RETRY_ATTEMPTS"),
)


def _schedule(schedule: dict[str, Any]) -> str:
    if cron := schedule.get("usingCron"):
        return f"USING CRON {cron}"
    return next(f"{schedule[unit]} {unit[:-1].upper()}" for unit in ("hours", "minutes", "seconds") if unit in schedule)


@dataclass(frozen=True)
class Task(SqlKind):
    """A task; a graph can only change while its root is suspended."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE, and the RESUME of a task that shall run."""
        finalize = f" FINALIZE = {inputs['finalize']}" if inputs.get("finalize") else ""
        after = f" AFTER {', '.join(inputs['afters'])}" if inputs.get("afters") else ""
        when = f" WHEN {inputs['when']}" if inputs.get("when") else ""
        created = (
            f"CREATE TASK {self.name(inputs)}{clauses(inputs, self.properties)}{finalize}{after}{when}"
            f" AS {inputs['sqlStatement']}"
        )
        return [created, *self._resume(inputs)]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Change the suspended task in place, then resume it where it shall run."""
        keys = {p.key for p in self.properties} | {"sqlStatement", "afters", "started"}
        if any(old.get(key) != new.get(key) for key in {*old, *new} - keys):
            return None
        statement = f"ALTER TASK {self.name(new)}"
        before, wanted = old.get("afters") or [], new.get("afters") or []
        added = [task for task in wanted if task not in before]
        removed = [task for task in before if task not in wanted]
        return [
            f"{statement} SUSPEND",
            *alterations(statement, old, new, self.properties),
            *([f"{statement} MODIFY AS {new['sqlStatement']}"] if old["sqlStatement"] != new["sqlStatement"] else []),
            *([f"{statement} ADD AFTER {', '.join(added)}"] if added else []),
            *([f"{statement} REMOVE AFTER {', '.join(removed)}"] if removed else []),
            *self._resume(new),
        ]

    def adopt(self, inputs: Inputs, _query: Query, /) -> list[str] | None:
        """Create it over what is there, which holds no data."""
        return or_replace(self.create(inputs))

    def before_change(self, inputs: Inputs, query: Query, /) -> tuple[list[str], list[str]]:
        """Suspend the graph's root while one of its members changes, and resume it afterwards."""
        relatives = [inputs["finalize"]] if inputs.get("finalize") else list(inputs.get("afters") or [])
        if not relatives:
            return [], []
        within = f"SCHEMA {identifier(inputs['database'], inputs['schema'])}"
        tasks = {_row_name(row): row for row in query(f"SHOW TASKS IN {within}")}
        root = next((tasks[name] for name in _ancestors(relatives, tasks) if _is_started_root(tasks[name])), None)
        if root is None:
            return [], []
        return [f"ALTER TASK {_row_name(root)} SUSPEND"], [f"ALTER TASK {_row_name(root)} RESUME"]

    def _resume(self, inputs: Inputs) -> list[str]:
        return [f"ALTER TASK {self.name(inputs)} RESUME"] if inputs.get("started") else []


def _row_name(row: dict[str, Any]) -> str:
    return identifier(row["database_name"], row["schema_name"], row["name"])


def _ancestors(names: list[str], tasks: dict[str, dict[str, Any]]) -> list[str]:
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in tasks and name not in found:
            found.append(name)
            waiting += _predecessors(tasks[name])
    return found


def _predecessors(row: dict[str, Any]) -> list[str]:
    listed = json.loads(row["predecessors"] or "[]")
    return [identifier(*(part.strip('"') for part in str(name).split("."))) for name in listed]


def _is_started_root(row: dict[str, Any]) -> bool:
    return str(row["state"]).lower() == "started" and not _predecessors(row)


@dataclass(frozen=True)
class Execute(SqlKind):
    """A raw statement with the statement that reverts it."""

    keyword: str = "EXECUTE"

    def create(self, inputs: Inputs) -> list[str]:
        """Return the statement."""
        return [inputs["execute"]]

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Another statement replaces; another revert is only remembered."""
        return None if old["execute"] != new["execute"] else []

    def drop(self, inputs: Inputs) -> list[str]:
        """Return the revert."""
        return [inputs["revert"]]

    def read(self, _inputs: Inputs, _query: Query, /) -> dict[str, Any]:
        """A statement has no outputs."""
        return {}


@dataclass(frozen=True)
class Streamlit(SqlKind):
    """A Streamlit app whose files are on a stage."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE."""
        return super().create(_with_location(inputs))

    def alter(self, old: Inputs, new: Inputs, /) -> list[str] | None:
        """Set what differs; another main file is another app, which another role may own."""
        if old["mainFile"] != new["mainFile"]:
            return None
        return super().alter(_with_location(old), _with_location(new))


def _with_location(inputs: Inputs) -> Inputs:
    folder = f"/{inputs['directoryLocation']}" if inputs.get("directoryLocation") else ""
    rest = {key: value for key, value in inputs.items() if key not in ("stage", "directoryLocation")}
    return rest | {"rootLocation": f"@{inputs['stage']}{folder}"}


KINDS = {
    "snowflake:index/procedureSql:ProcedureSql": Procedure("PROCEDURE", (COMMENT,)),
    "snowflake:index/task:Task": Task(
        "TASK", (Clause("warehouse", "WAREHOUSE", identifier), *_ROOT_PROPERTIES, COMMENT)
    ),
    "snowflake:index/execute:Execute": Execute(),
    "snowflake:index/streamlit:Streamlit": Streamlit(
        "STREAMLIT",
        (
            Clause("rootLocation", "ROOT_LOCATION", literal),
            Clause("mainFile", "MAIN_FILE", literal),
            Clause("queryWarehouse", "QUERY_WAREHOUSE", identifier),
            Clause("title", "TITLE", literal),
            COMMENT,
        ),
    ),
}
