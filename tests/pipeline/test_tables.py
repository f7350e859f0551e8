"""Tables, views and procedures as data: full types, unique upper-case names, files that exist."""

from __future__ import annotations

import re

from pipeline.customers import Customer, CustomerChange
from pipeline.jobs import RunSettings, build_jobs
from pipeline.personal_data import PERSONAL_DATA
from pipeline.procedures import FOLDER, PROCEDURES, procedures_for
from pipeline.tables import SQL, TABLES, VIEWS

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
        assert set(table.cluster_by) <= set(table.column_names)


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
        ("REJECTED_ROWS", "REJECTED_RECORD"): "RECORD",
        ("ANALYST_FEEDBACK", "USER_NAME"): "NAME",
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


def test_every_called_procedure_is_declared() -> None:
    declared = {p.name for p in PROCEDURES}
    called = {m[1] for j in build_jobs(RunSettings()) for m in [re.fullmatch(r"CALL (\w+)\(\)", j.statement)] if m}
    for procedure in PROCEDURES:
        called |= set(re.findall(r"CALL ([A-Z_]+)\(", procedure.body))
    assert called <= declared
