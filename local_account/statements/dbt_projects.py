"""DBT PROJECT objects, and EXECUTE DBT PROJECT by dbt-core itself."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import DbtProject
from local_account.dbt.arguments import check_arguments
from local_account.dbt.runs import SUPPORTED_VERSION, DbtProcesses
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.results import Result, status_result, table_result
from local_account.stages.files import authorise, find_location, storage_of
from local_account.statements.kinds import admit, alters, comment_of, drops, unset
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from pathlib import Path

    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import AccountState, Session

_OPTIONS = {"AUTO_COMPILE", "DBT_VERSION", "DEFAULT_TARGET", "COMMENT"}
_COLUMNS = (
    "created_on", "name", "database_name", "schema_name", "owner", "comment", "source_location", "default_target",
    "dbt_version", "owner_role_type",
)  # fmt: skip


@handles("CREATE DBT PROJECT")
def create_dbt_project(session: Session, statement: Statement) -> Result:
    """Create a project object from the files in a stage's folder; they are copied once."""
    cursor = statement.cursor
    guarded = cursor.accept("IF", "NOT", "EXISTS")
    name = session.resolve(cursor.name())
    if answer := admit(session, DbtProject, name, guarded=guarded, replace="OR REPLACE" in statement.modifiers):
        return answer
    cursor.expect("FROM")
    source = str(cursor.value())
    options = _options(cursor)
    item = DbtProject(name, session.role, comment_of(options), source=source)
    item.set(options)
    staged = _staged(session, source)
    session.add_object(item)
    try:
        _deploy(session, item, staged)
    except ProgrammingError:
        drop_dbt_project(session, item)
        raise
    return status_result(f"DBT PROJECT {name.name} successfully created.")


def _options(cursor: Cursor) -> dict[str, Any]:
    options = cursor.properties()
    for key, value in options.items():
        if key not in _OPTIONS:
            raise not_supported(f"The option {key} of a dbt project")
        if key == "DBT_VERSION":
            _check_version(str(value))
        if key == "AUTO_COMPILE" and not isinstance(value, bool):
            raise invalid_value("AUTO_COMPILE of a dbt project is TRUE or FALSE.")
    return options


def _check_version(version: str) -> None:
    if version.rsplit(".", 1)[0] != SUPPORTED_VERSION and version != SUPPORTED_VERSION:
        raise not_supported(f"DBT_VERSION {version} (here runs {SUPPORTED_VERSION}.x)")


def project_folder(account: AccountState, name: Name) -> Path:
    """Return the folder of a project's deployed files."""
    return account.home / "dbt" / name.file_name


def _staged(session: Session, source: str) -> dict[str, Path]:
    """Fetch the project's files from its stage. Returns: local copies by path below the project's folder."""
    location = find_location(session, source)
    authorise(session, location.stage)
    prefix = f"{location.path.rstrip('/')}/" if location.path.strip("/") else ""
    storage = storage_of(session.account, location.stage)
    files = storage.files(prefix)
    if not any(f.name == f"{prefix}dbt_project.yml" for f in files):
        raise invalid_value(f"'{source}' holds no dbt_project.yml: put the project's files there first.")
    target = session.account.home / "temporary" / f"dbt-source-{session.session_id}"
    shutil.rmtree(target, ignore_errors=True)
    copies = {}
    for file in files:
        copy = target / file.name.removeprefix(prefix)
        copy.parent.mkdir(parents=True, exist_ok=True)
        storage.download(file, copy)
        copies[file.name.removeprefix(prefix)] = copy
    return copies


def _deploy(session: Session, item: DbtProject, files: dict[str, Path]) -> None:
    """Replace the project's files where they differ, and compile them unless AUTO_COMPILE is off.

    https://docs.snowflake.com/en/sql-reference/sql/create-dbt-project says that a project is compiled after deploying,
    and not what follows where that fails; here the statement fails then.

    Raises: ProgrammingError with dbt's own messages where the project does not compile.
    """
    project = project_folder(session.account, item.name)
    live = project / "live"
    processes = session.account.service(DbtProcesses)
    present = {str(f.relative_to(live)): f for f in live.rglob("*") if f.is_file()} if live.exists() else {}
    is_same = present.keys() == files.keys() and all(
        present[p].read_bytes() == f.read_bytes() for p, f in files.items()
    )
    if not is_same:
        processes.discard(project)
        shutil.rmtree(live, ignore_errors=True)
        for path, copy in files.items():
            (live / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(copy, live / path)
    if item.auto_compile and session.account.port:
        processes.execute(session, project, ["compile"], item.default_target)
    elif not is_same:
        processes.prepare(session, project, item.default_target)


@alters(DbtProject)
def alter_dbt_project(session: Session, item: DbtProject, cursor: Cursor) -> None:
    """Deploy new files into a project, or change its options."""
    session.require("OWNERSHIP", DbtProject.KIND, item.name)
    if cursor.accept("DEPLOY", "FROM"):
        source = str(cursor.value())
        _deploy(session, item, _staged(session, source))
        item.source = source
    elif cursor.accept("SET"):
        options = _options(cursor)
        item.comment = comment_of(options, item.comment)
        item.set(options)
    elif cursor.accept("UNSET"):
        unset(item, cursor, _OPTIONS)
    else:
        raise not_supported(f"ALTER DBT PROJECT ... {cursor.rest()}")
    if not cursor.done:
        raise cursor.unexpected("the end of the statement")
    session.account.catalog.save(item)


@drops(DbtProject)
def drop_dbt_project(session: Session, item: DbtProject) -> None:
    """Drop a project and its files."""
    session.drop_object(item)
    session.account.service(DbtProcesses).discard(project_folder(session.account, item.name))
    shutil.rmtree(project_folder(session.account, item.name), ignore_errors=True)


@handles("SHOW DBT PROJECTS")
def show_dbt_projects(session: Session, statement: Statement) -> Result:
    """List dbt projects."""
    return _table(visible(session, DbtProject, statement.cursor), statement_type.SHOW)


@handles("DESCRIBE DBT PROJECT", "DESC DBT PROJECT")
def describe_dbt_project(session: Session, statement: Statement) -> Result:
    """Describe a dbt project: the row of SHOW DBT PROJECTS."""
    name = session.resolve(statement.cursor.name())
    item = session.account.catalog.get(DbtProject, name)
    session.require("USAGE", DbtProject.KIND, name)
    return _table([item], statement_type.DESCRIBE)


def _table(items: list[DbtProject], kind: int) -> Result:
    rows = [
        (
            i.created_on, i.name.name, i.name.database, i.name.schema, i.owner, i.comment, i.source,
            i.default_target, i.dbt_version, "ROLE",
        )
        for i in items
    ]  # fmt: skip
    return table_result([(c, "timestamp_ltz" if c == "created_on" else "text") for c in _COLUMNS], rows, kind)


@handles("EXECUTE DBT PROJECT")
def execute_dbt_project(session: Session, statement: Statement) -> Result:
    """Run a dbt command on a project's files; a command that fails makes the statement fail."""
    cursor = statement.cursor
    if cursor.accept("FROM"):
        raise not_supported("EXECUTE DBT PROJECT FROM (create the project first)")
    name = session.resolve(cursor.name())
    item = session.account.catalog.find(DbtProject, name)
    if item is None:
        raise does_not_exist(DbtProject.KIND, name)
    session.require("USAGE", DbtProject.KIND, name)
    options = cursor.properties()
    for key in options:
        if key not in ("ARGS", "DBT_VERSION"):
            raise not_supported(f"The option {key} of EXECUTE DBT PROJECT")
    if "DBT_VERSION" in options:
        _check_version(str(options["DBT_VERSION"]))
    arguments = check_arguments(str(options.get("ARGS", "run")))
    project = project_folder(session.account, name)
    processes = session.account.service(DbtProcesses)
    output, archive = processes.execute(session, project, arguments, item.default_target)
    columns = [("0|1 Success", "boolean"), ("EXCEPTION", "text"), ("STDOUT", "text"), ("OUTPUT_ARCHIVE_URL", "text")]
    url = f"snow://dbt/{name}/results/{archive}/dbt_artifacts.zip"
    return table_result(columns, [(True, None, output, url)], statement_type.SELECT)
