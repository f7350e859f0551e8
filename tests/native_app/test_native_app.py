"""The Native App: manifest, script, files and pages name the same things, and installed it shows the consumer's tables.

The account on this computer has no applications: STAND_INS says what takes the place of what it lacks. What that leaves
unknown stands in native_app/README.md.
"""

from __future__ import annotations

import re
import shutil
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from snowflake.connector.util_text import split_statements

from components.repository import ROOT
from pipeline.tables import TABLES
from tests.support.opened_pages import opening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.opened_pages import Open
    from tests.support.platforms import Platform

MANIFEST = yaml.safe_load((ROOT / "native_app" / "manifest.yml").read_text())
REFERENCES = {name: one for entry in MANIFEST["references"] for name, one in entry.items()}
SCRIPT = (ROOT / "native_app" / "setup.sql").read_text()
APPLICATION, VIEWER = "CUSTOMER_360_APPLICATION", "VIEWER"
STAND_INS = (
    (r"create application role if not exists", "create role if not exists"),
    (r"to application role", "to role"),
    (r"create or alter versioned schema", "create schema if not exists"),
    (r"from '/streamlit' main_file = '/", "root_location = '@platform.files/streamlit' main_file = '"),
    (r"select system\$\w+\(:ref_name(, :ref_or_alias)?\);", "null;"),
    (r"from reference\(''' \|\| ref_name \|\| '''\)'", "from ' || ref_or_alias"),
)


def bundle(folder: Path) -> Path:
    """Copy the files of the app, as snowflake.yml says."""
    definition = yaml.safe_load((ROOT / "snowflake.yml").read_text())
    for artifact in definition["entities"]["customer_360_package"]["artifacts"]:
        source, target = ROOT / artifact["src"], folder / artifact["dest"]
        target.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / source.name)
    return folder


def installable(files: Path) -> list[str]:
    """Return the statements of the setup script, with what stands in for what this account lacks."""
    script = re.sub(
        r"execute immediate from '\./(.*)'",
        lambda match: (files / match[1]).read_text(),
        (files / "setup.sql").read_text(),
    )
    for lacking, instead in STAND_INS:
        script, count = re.subn(lacking, instead, script)
        assert count, f"the script has no {lacking} any more"
    return [statement for statement, _ in split_statements(StringIO(script), remove_comments=True) if statement]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def installed(platform: Platform, files: Path) -> Iterator[Platform]:
    """Install the app beside the platform, whose GOLD is the consumer's, with all its references."""
    with platform.cursor("ACCOUNTADMIN") as cursor:
        for statement in (
            f"create role {APPLICATION}",
            f"create role {VIEWER}",
            f"grant role {APPLICATION} to role ACCOUNTADMIN",
            f"create database {APPLICATION}",
            f"grant ownership on database {APPLICATION} to role {APPLICATION}",
            f"grant usage on warehouse APP_WH to role {APPLICATION}",
            f"grant usage on database CUSTOMER_ANALYTICS to role {APPLICATION}",
            f"grant usage on schema CUSTOMER_ANALYTICS.GOLD to role {APPLICATION}",
            *(f"grant select on table CUSTOMER_ANALYTICS.GOLD.{name} to role {APPLICATION}" for name in REFERENCES),
            f"use role {APPLICATION}",
            "use warehouse APP_WH",
            f"use database {APPLICATION}",
            "create schema platform",
            "create stage platform.files",
            f"put 'file://{files}/streamlit/consumers.py' @platform.files/streamlit auto_compress = false",
            *installable(files),
            *(
                f"call platform.register_reference('{name}', 'ADD', 'CUSTOMER_ANALYTICS.GOLD.{name}')"
                for name in REFERENCES
            ),
        ):
            cursor.execute(statement)
        yield platform
        for kind, name in (("database", APPLICATION), ("role", APPLICATION), ("role", VIEWER)):
            cursor.execute("use role ACCOUNTADMIN")
            cursor.execute(f"drop {kind} {name}")


@pytest.fixture
def open_app(tmp_path: Path) -> Iterator[Open]:
    with opening(tmp_path) as open_at:
        yield open_at


def test_the_manifest_names_what_is_there(files: Path) -> None:
    assert set(MANIFEST) == {"manifest_version", "artifacts", "privileges", "references"}
    assert MANIFEST["manifest_version"] == 2
    artifacts = dict(MANIFEST["artifacts"])
    assert f"create or replace streamlit {artifacts.pop('default_streamlit').lower()} from" in SCRIPT
    assert set(artifacts) == {"setup_script", "readme"}
    assert [name for name in artifacts.values() if not (files / name).is_file()] == []
    main_file = re.search(r"from '(/\w+)' main_file = '(/\w+\.py)'", SCRIPT)
    assert main_file
    assert (files / "".join(main_file.groups())[1:]).is_file()
    assert (files / "streamlit" / "environment.yml").is_file()


def test_each_reference_is_a_table_that_the_pages_read_and_none_is_missing() -> None:
    access = (ROOT / "streamlit_app" / "customer_360" / "access").glob("*.py")
    read = {name.lower() for file in access for name in re.findall(r"\b(?:from|join) GOLD\.(\w+)", file.read_text())}
    assert set(REFERENCES) == read
    (procedure,) = {one["register_callback"] for one in REFERENCES.values()}
    assert f"create or replace procedure {procedure.lower()}(" in SCRIPT
    assert f"grant usage on procedure {procedure.lower()}(varchar, varchar, varchar) to application role" in SCRIPT
    asked: list[Any] = [(one["privileges"], one["object_type"], one["multi_valued"]) for one in REFERENCES.values()]
    assert asked == [(["SELECT"], "TABLE", False)] * len(REFERENCES)
    assert [name for name, one in REFERENCES.items() if not (one["label"] and one["description"])] == []


def test_exports_are_recorded_in_the_platform_s_columns() -> None:
    (log,) = [table for table in TABLES if table.name == "EXPORT_LOG"]
    declared = re.search(r"observability\.export_log \((.*?)\n\)", SCRIPT, re.DOTALL)
    assert declared
    assert re.findall(r"^ +(\w+)", declared[1], re.MULTILINE) == [column.name.lower() for column in log.columns]


@pytest.mark.parametrize("tab", ["explorer", "customer", "campaign"])
def test_a_tab_shows_the_consumer_s_customers(installed: Platform, files: Path, open_app: Open, tab: str) -> None:
    profiles = "GOLD.CUSTOMER_360_PROFILE"
    ((customer_id, name, spend),) = installed.ask(
        f"select customer_id, name, total_lifetime_value::float from {profiles} order by 1 limit 1"
    )
    entry = str(files / "streamlit" / "consumers")
    at = open_app(installed.ports, entry, APPLICATION, APPLICATION, tab=[tab], customer=[customer_id])
    assert not at.exception
    assert not at.error
    assert len(at.radio[0].options) == 3
    shown = "\n".join(str(part.value) for part in [*at.metric, *at.markdown, *at.caption, *at.subheader])
    assert f"database {APPLICATION}" in shown
    assert name not in shown
    assert {"explorer": "1,000", "customer": f"{spend:,.2f}", "campaign": "$"}[tab] in shown


def test_the_application_sees_no_personal_data_and_keeps_its_own_record(installed: Platform) -> None:
    with installed.cursor(APPLICATION) as cursor:
        cursor.execute(f"use database {APPLICATION}")
        cursor.execute("select count(*), count_if(name <> '***') from GOLD.CUSTOMER_360_PROFILE")
        assert cursor.fetchall() == [(1_000, 0)]
        cursor.execute("call PLATFORM.RECORD_EXPORT('ANNE', 'consumers', 'customers', 7, false)")
        cursor.execute("select user_name, audience, row_count from OBSERVABILITY.EXPORT_LOG")
        assert cursor.fetchall() == [("ANNE", "consumers", 7)]
    assert installed.ask("select count(*) from OBSERVABILITY.EXPORT_LOG where audience = 'consumers'") == [(0,)]


def test_a_table_that_is_taken_back_is_read_no_more(installed: Platform) -> None:
    with installed.cursor(APPLICATION) as cursor:
        cursor.execute(f"use database {APPLICATION}")
        for operation, is_there in (("REMOVE", 0), ("ADD", 1), ("CLEAR", 0), ("ADD", 1)):
            table = "CUSTOMER_ANALYTICS.GOLD.DIM_CUSTOMER"
            cursor.execute(f"call PLATFORM.REGISTER_REFERENCE('dim_customer', '{operation}', '{table}')")
            cursor.execute("show views like 'DIM_CUSTOMER' in schema GOLD")
            assert len(cursor.fetchall()) == is_there, operation
        cursor.execute("call PLATFORM.REGISTER_REFERENCE('dim_customer', 'PAINT', '')")
        assert cursor.fetchall() == [("Unknown operation: PAINT",)]
        cursor.execute(f"show grants to role {VIEWER}")
        granted = {(row[1], row[2], row[3].rpartition(".")[2]) for row in cursor.fetchall()}
    assert ("USAGE", "STREAMLIT", "CUSTOMER_360") in granted
    assert ("SELECT", "TABLE", "EXPORT_LOG") in granted
