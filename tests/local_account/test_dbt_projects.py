"""DBT PROJECT objects and their execution by dbt-core, over the protocol."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from snowflake.connector.errors import ProgrammingError

from tests.support.accounts import connected
from tests.support.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROFILE = {
    "tiny": {
        "target": "one",
        "outputs": {
            "one": {"type": "snowflake", "account": "x", "user": "x", "role": "ACCOUNTADMIN", "threads": 2,
                    "warehouse": "COMPUTE_WH", "schema": "PUBLIC"},
        },
    }
}  # fmt: skip


def write_project(folder: Path, database: str, models: dict[str, str], role: str = "ACCOUNTADMIN") -> Path:
    profile = yaml.safe_load(yaml.safe_dump(PROFILE))
    profile["tiny"]["outputs"]["one"] |= {"database": database, "role": role}
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    (folder / "dbt_project.yml").write_text(
        "name: tiny\nversion: 1.0.0\nconfig-version: 2\nprofile: tiny\nmodel-paths: [models]\n"
        "models:\n  tiny:\n    +materialized: table\n"
    )
    for name, text in models.items():
        (folder / "models" / name).write_text(text)
    return folder


GOOD = {
    "numbers.sql": "select 1 as n union all select 2",
    "doubled.sql": "select n * 2 as n from {{ ref('numbers') }}",
    "models.yml": "models:\n  - name: doubled\n    columns:\n      - name: n\n        data_tests: [unique]\n",
}


def deploy(cursor: Any, folder: Path, statement: str) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            place = f"@project_stage/tiny/{file.parent.relative_to(folder)}".removesuffix("/.")
            cursor.execute(f"put 'file://{file}' '{place}' auto_compress = false overwrite = true")
    cursor.execute(statement)


@pytest.fixture
def staged(cursor: Any) -> Any:
    cursor.execute("create stage project_stage")
    return cursor


COMPILED = "create or replace dbt project tiny from '@project_stage/tiny' dbt_version = '1.11.11' comment = 'small'"
CREATE = f"{COMPILED} auto_compile = false"


def test_a_project_is_built_tested_and_redeployed(staged: Any, database: str, tmp_path: Path) -> None:
    deploy(staged, write_project(tmp_path, database, GOOD), CREATE)
    row = staged.execute("execute dbt project tiny args = 'build --target one'").fetchone()
    assert [c.name for c in staged.description] == ["0|1 Success", "EXCEPTION", "STDOUT", "OUTPUT_ARCHIVE_URL"]
    assert (row[0], row[1]) == (True, None)
    assert "PASS=3" in row[2]
    assert row[3].startswith("snow://dbt/")
    assert sorted(staged.execute("select n from doubled").fetchall()) == [(2,), (4,)]

    changed = GOOD | {"numbers.sql": "select 5 as n"}
    deploy(
        staged, write_project(tmp_path, database, changed), "alter dbt project tiny deploy from '@project_stage/tiny'"
    )
    output = staged.execute("execute dbt project tiny args = 'run --select +doubled --target one'").fetchone()[2]
    assert "Unable to do partial parsing" not in output, "what was parsed before is used again"
    assert staged.execute("select n from doubled").fetchall() == [(10,)]
    assert [u[0] for u in staged.execute("show users").fetchall() if "DBT_" in str(u)] == [], "no user is left behind"

    (shown,) = rows(staged, "show dbt projects")
    assert (shown["name"], shown["comment"], shown["dbt_version"]) == ("TINY", "small", "1.11.11")
    staged.execute("drop dbt project tiny")
    assert staged.execute("show dbt projects").fetchall() == []


def test_a_project_is_compiled_at_its_deployment_unless_it_shall_not(
    staged: Any, database: str, tmp_path: Path
) -> None:
    """As long as a model asks for a table that the first run makes, its project can only be deployed uncompiled."""
    asking = {"asks.sql": "select {{ run_query('select n from not_there').rows[0][0] if execute else 0 }} as n"}
    deploy(staged, write_project(tmp_path, database, asking), CREATE)
    with pytest.raises(ProgrammingError, match=r"(?s)dbt compile failed.*NOT_THERE.*does not exist"):
        staged.execute(COMPILED)
    assert staged.execute("show dbt projects").fetchall() == []
    staged.execute(CREATE)
    staged.execute("alter dbt project tiny set auto_compile = true")
    good = write_project(tmp_path, database, asking | {"asks.sql": "select 1 as n"})
    deploy(staged, good, "alter dbt project tiny deploy from '@project_stage/tiny'")
    with pytest.raises(ProgrammingError, match="AUTO_COMPILE of a dbt project is TRUE or FALSE"):
        staged.execute("alter dbt project tiny set auto_compile = 'never'")
    staged.execute("drop dbt project tiny")


def test_dbt_that_was_loaded_ahead_runs_the_next_project(
    account: Any, connect: Any, database: str, tmp_path: Path
) -> None:
    processes = account.account.dbt
    account.server._at_first_login = processes.load_ahead
    cursor = connect(database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    loaded = processes._loaded
    assert loaded.poll() is None
    assert account.server._at_first_login is None, "one process is enough"
    cursor.execute("create stage project_stage")
    deploy(cursor, write_project(tmp_path, database, GOOD), CREATE)
    (waiting,) = processes._ready.values()
    assert waiting._process is loaded
    assert "PASS=3" in cursor.execute("execute dbt project tiny args = 'build'").fetchone()[2]
    assert processes._loaded is None
    assert "PASS=3" in cursor.execute("execute dbt project tiny args = 'build'").fetchone()[2]
    assert list(processes._ready.values()) == [waiting], "the next execution finds dbt loaded and the project parsed"
    assert loaded.poll() is None
    cursor.execute("execute dbt project tiny args = 'clean'")
    assert loaded.poll() is not None, "it has other files than the next execution expects"


def test_an_execution_finds_nothing_of_the_one_before(staged: Any, database: str, tmp_path: Path) -> None:
    models = GOOD | {"numbers.sql": "select 1 as n union all select 1"}
    models |= {"chosen.sql": "{{ config(enabled=var('chosen', false)) }} select '{{ invocation_id }}' as run"}
    deploy(staged, write_project(tmp_path, database, models), CREATE)
    with pytest.raises(ProgrammingError, match="dbt build failed: 1 of 3 nodes"):
        staged.execute("execute dbt project tiny args = 'build'")
    with pytest.raises(ProgrammingError, match="No such option") as failed:
        staged.execute("execute dbt project tiny args = 'run --no-such-option'")
    assert "of 3 nodes" not in str(failed.value), "the failure of the build is not its own"
    runs = set()
    for _ in range(2):
        given = "execute dbt project tiny args = 'run -s chosen --vars \"{chosen: true}\"'"
        assert "PASS=1" in staged.execute(given).fetchone()[2], "a variable decides what there is"
        runs |= set(staged.execute("select run from chosen").fetchall())
    assert len(runs) == 2


def test_a_role_that_was_taken_away_counts_at_the_next_execution(staged: Any, database: str, tmp_path: Path) -> None:
    staged.execute("create or replace role TAKEN")
    staged.execute("grant role TAKEN to role ACCOUNTADMIN")
    staged.execute(f"grant usage on database {database} to role TAKEN")
    staged.execute(f"grant all on schema {database}.PUBLIC to role TAKEN")
    deploy(staged, write_project(tmp_path, database, {"one.sql": "select 1 as n"}, role="TAKEN"), CREATE)
    assert "PASS=1" in staged.execute("execute dbt project tiny args = 'run'").fetchone()[2]
    staged.execute("revoke role TAKEN from role ACCOUNTADMIN")
    with pytest.raises(ProgrammingError, match=r"(?i)insufficient privileges.*TAKEN"):
        staged.execute("execute dbt project tiny args = 'run'")
    staged.execute("drop role TAKEN")


def test_a_failing_node_fails_the_task(staged: Any, database: str, tmp_path: Path) -> None:
    models = GOOD | {"numbers.sql": "select 1 as n union all select 1"}
    deploy(staged, write_project(tmp_path, database, models), CREATE)
    staged.execute("create task r warehouse = COMPUTE_WH as execute dbt project tiny args='build'")
    staged.execute("execute task r")
    query = "select state, error_message from table(information_schema.task_history(task_name => 'R'))"
    end = time.monotonic() + 200
    while (row := staged.execute(query).fetchone())[0] in ("SCHEDULED", "EXECUTING") and time.monotonic() < end:
        time.sleep(0.2)
    assert row[0] == "FAILED"
    assert "dbt build failed: 1 of 3 nodes" in row[1]
    assert "unique_doubled_n" in row[1]
    assert "Got 1 result, configured to fail if != 0" in row[1]


def test_dbt_has_the_profiles_role_and_no_other_and_a_failing_node_fails_the_statement(
    staged: Any, database: str, tmp_path: Path
) -> None:
    staged.execute("create or replace role DBT_ROLE")
    for grant in (
        f"usage on database {database}",
        f"usage on schema {database}.PUBLIC",
        f"create table on schema {database}.PUBLIC",
    ):
        staged.execute(f"grant {grant} to role DBT_ROLE")
    staged.execute("grant role DBT_ROLE to role ACCOUNTADMIN")
    models = {
        "who.sql": "select current_role() as r",
        "escape.sql": "{{ config(pre_hook='use role ACCOUNTADMIN') }} select 1 as n",
    }
    deploy(staged, write_project(tmp_path, database, models, role="DBT_ROLE"), CREATE)
    with pytest.raises(ProgrammingError, match=r"(?s)dbt run failed: 1 of 2 nodes.*model\.tiny\.escape"):
        staged.execute("execute dbt project tiny args = 'run'")
    assert staged.execute("select r from who").fetchall() == [("DBT_ROLE",)]


@pytest.fixture(scope="module")
def refusing(connection_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A cursor beside a deployed project; one for all that is refused, because a deployment has a process load dbt."""
    with connected(connection_settings["port"]) as connection:
        cursor = connection.cursor()
        for sql in (
            "create database REFUSING", "create warehouse if not exists COMPUTE_WH", "use warehouse COMPUTE_WH",
            "create stage project_stage",
        ):  # fmt: skip
            cursor.execute(sql)
        deploy(cursor, write_project(tmp_path_factory.mktemp("tiny"), "REFUSING", {"a.sql": "select 1 as n"}), CREATE)
        yield cursor
        cursor.execute("drop database REFUSING")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("execute dbt project tiny args = 'docs serve'", "dbt docs serve in EXECUTE DBT PROJECT is not supported"),
        ("execute dbt project tiny args = 'run --profiles-dir /'", "--profiles-dir"),
        ("execute dbt project tiny args = 'run --target none'", "has no target 'none'"),
        ("execute dbt project missing", "does not exist"),
        ("execute dbt project tiny args = 'run' writeback = false", "WRITEBACK"),
        ("create dbt project x from '@project_stage/empty'", "holds no dbt_project.yml"),
        ("create dbt project x from '@project_stage/tiny' dbt_version = '2.0.0'", "DBT_VERSION 2.0.0"),
    ],
)
def test_wrong_executions_are_refused(refusing: Any, statement: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        refusing.execute(statement)
