"""Tables, views and procedures as data: full types, unique upper-case names, files that exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pipeline.customers import Customer, CustomerChange
from pipeline.jobs import RunSettings, build_jobs, build_retraining
from pipeline.personal_data import PERSONAL_DATA
from pipeline.procedures import FOLDER, PROCEDURES, procedures_for
from pipeline.tables import SQL, TABLES, VIEWS
from stacks.roles import platform_access
from tests.support.scripting import fragments

if TYPE_CHECKING:
    from pipeline.procedures import ChurnModel

FULL_TYPE = re.compile(r"VARCHAR\(\d+\)|NUMBER\(\d+,\d+\)|TIMESTAMP_NTZ\(9\)|DATE|FLOAT|BOOLEAN")
NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


def columns(name: str) -> tuple[str, ...]:
    (table,) = [t for t in TABLES if t.name == name]
    return table.column_names


def test_names_are_upper_case_and_unique() -> None:
    names = [t.qualified_name for t in TABLES] + [f"{v.schema}.{v.name}" for v in VIEWS]
    assert len(names) == len(set(names))
    for table in TABLES:
        assert all(NAME.fullmatch(c) for c in (table.schema, table.name, *table.column_names))
        assert len(set(table.column_names)) == len(table.column_names)


def test_every_column_has_a_full_type_and_a_comment() -> None:
    for table in TABLES:
        for column in table.columns:
            assert FULL_TYPE.fullmatch(column.type), f"{table.name}.{column.name}"
            assert column.comment


def test_the_files_headers_are_columns_of_their_tables() -> None:
    metadata = ("_LOADED_AT", "_SOURCE_FILE", "_FILE_ROW_NUMBER", "_BATCH_ID")
    assert columns("BRONZE_CUSTOMERS") == (*(f.upper() for f in Customer._fields), *metadata)
    assert columns("BRONZE_CUSTOMER_CHANGES") == (*(f.upper() for f in CustomerChange._fields), *metadata)


def test_a_load_asks_for_every_column_of_its_table_that_a_file_must_have() -> None:
    optional = {"SEGMENT", "TRANSACTION_DATE", "_LOADED_AT", "_SOURCE_FILE", "_FILE_ROW_NUMBER", "_BATCH_ID"}
    bodies = {p.name: p.body for p in PROCEDURES}
    for procedure, variable, table in (
        ("LOAD_CUSTOMERS", "customer_columns", "BRONZE_CUSTOMERS"),
        ("LOAD_CUSTOMERS", "change_columns", "BRONZE_CUSTOMER_CHANGES"),
        ("LOAD_TRANSACTIONS", "required_columns", "BRONZE_TRANSACTIONS"),
    ):
        (asked,) = re.findall(rf"{variable} varchar default\s+'([^']+)'", bodies[procedure])
        assert asked.upper().split(", ") == [name for name in columns(table) if name not in optional]


def test_personal_data_is_marked() -> None:
    marked = {(t.name, c.name): c.pii for t in TABLES for c in t.columns if c.pii}
    personal = ("NAME", "EMAIL", "PHONE", "DATE_OF_BIRTH", "ZIP_CODE")
    assert marked == {
        **{("BRONZE_CUSTOMERS", column): column for column in personal},
        ("BRONZE_CUSTOMER_CHANGES", "ZIP_CODE"): "ZIP_CODE",
        ("REJECTED_ROWS", "ERROR_MESSAGE"): "RECORD",
        ("REJECTED_ROWS", "REJECTED_RECORD"): "RECORD",
        ("PIPELINE_RUN_METADATA", "ERROR_MESSAGE"): "MESSAGE",
        ("MODEL_EXECUTION_LOG", "ERROR_MESSAGE"): "MESSAGE",
        ("ANALYST_FEEDBACK", "USER_NAME"): "NAME",
        ("ANALYST_FEEDBACK", "QUESTION"): "RECORD",
        ("ANALYST_FEEDBACK", "GENERATED_SQL"): "MESSAGE",
        ("ANALYST_FEEDBACK", "COMMENT"): "RECORD",
        ("CAMPAIGN_LIST_ENTRIES", "ADDED_BY"): "NAME",
        ("EXPORT_LOG", "USER_NAME"): "NAME",
    }


def test_the_type_of_a_column_is_that_of_its_personal_data() -> None:
    columns = [c for t in TABLES for c in t.columns if c.pii]
    assert {c.type.partition("(")[0] == PERSONAL_DATA[c.pii].type for c in columns if c.pii} == {True}


def test_every_view_and_procedure_has_its_file_and_every_file_its_object() -> None:
    assert {v.name.lower() for v in VIEWS} == {f.stem for f in (SQL / "views").glob("*.sql")}
    deployed = {p.file for kind in ("class", "procedure") for p in procedures_for(kind) if not p.python}
    assert deployed == set(FOLDER.rglob("*.sql"))


def test_every_sql_file_says_its_purpose_and_grain() -> None:
    for file in SQL.rglob("*.sql"):
        first, second, *_ = file.read_text().splitlines()
        assert first.startswith("-- purpose: "), file
        assert second.startswith("-- grain: "), file


def test_generation_asks_no_engine_for_chance_or_hashes() -> None:
    forbidden = re.compile(
        r"\b(RANDOM|UNIFORM|RANDSTR|NORMAL|HASH|MD5\w*|SHA\w*|CURRENT_DATE|CURRENT_TIMESTAMP)\s*\(", re.IGNORECASE
    )
    for name in ("draw_customer_behaviour", "plan_transactions", "spread_categories", "expand_plan"):
        assert not forbidden.search((FOLDER / "generate" / f"{name}.sql").read_text()), name


def unknown_calls(block: str, declared: dict[str, int]) -> list[str]:
    """Return the calls of a block that name no procedure in full, or hand over another number of arguments."""
    found = []
    for fragment in fragments(block):
        words = [token.upper for token in fragment.tokens]
        if "CALL" in words[:2]:
            called = words[words.index("CALL") + 1 : words.index("(", words.index("CALL"))]
            name = "".join(called)
            inside = words[words.index("CALL") + len(called) + 2 :]
            if not name.startswith("SYSTEM$") and "!" not in called and declared.get(name) != _count(inside):
                found.append(fragment.text)
    return found


def _count(words: list[str]) -> int:
    """Count the arguments before the bracket that closes a call."""
    depth, commas = 0, 0
    for word in words:
        if word == ")" and depth == 0:
            break
        depth += (word in "([{") - (word in ")]}")
        commas += word == "," and depth == 0
    return 0 if words[0] == ")" else commas + 1


def test_a_call_of_no_procedure_or_by_half_a_name_or_with_other_arguments_is_seen() -> None:
    calls = (
        "call platform.no_such(); call start_step('A', null); call platform.start_step('A'); let n integer := "
        "(call platform.start_run(1)); call platform.start_step(concat('A', 'B'), null); "
        "call system$set_return_value('x')"
    )
    declared = {p.qualified_name: len(p.arguments) for p in PROCEDURES}
    assert unknown_calls(f"begin {calls}; end", declared) == [
        "call platform.no_such()", "call start_step('A', null)", "call platform.start_step('A')",
        "(call platform.start_run(1))",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["class", "procedure"])
def test_every_called_procedure_is_declared(kind: ChurnModel) -> None:
    """A caller's current schema need not be the one of the jobs: names are written in full."""
    procedures = procedures_for(kind)
    declared = {p.qualified_name: len(p.arguments) for p in procedures}
    blocks = {p.name: p.body for p in procedures if not p.python}
    assert {name: found for name, block in blocks.items() if (found := unknown_calls(block, declared))} == {}
    jobs = [*build_jobs(RunSettings()), *build_jobs(RunSettings(source="files")), *build_retraining()]
    statements = [job.statement for job in jobs if not job.statement.startswith("execute dbt project")]
    assert len(statements) > 20
    assert unknown_calls(f"begin {'; '.join(statements)}; end", declared) == []


def test_every_procedure_is_called_by_a_job_by_another_or_by_a_person() -> None:
    texts = [p.body for p in PROCEDURES] + [job.statement for job in build_jobs(RunSettings(source="files"))]
    texts += [job.statement for job in build_jobs(RunSettings())]
    by_pages = {f"PLATFORM.{g.target}" for g in platform_access().on_objects if g.object_type == "PROCEDURE"}
    by_others = {"GOLD.RETRAIN_CHURN_MODEL", "PLATFORM.REPORT_INCIDENTS"}  # its own task and people, and the alert
    uncalled = {
        p.qualified_name for p in PROCEDURES if not any(f"call {p.qualified_name.lower()}(" in t for t in texts)
    }
    assert uncalled == by_others | by_pages
