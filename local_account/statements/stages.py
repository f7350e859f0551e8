"""Stages: external ones in S3 through an integration, internal ones as folders; LIST, REMOVE, PUT and GET."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import FileFormat, Stage, StorageIntegration
from local_account.errors import does_not_exist, invalid_value, not_supported, syntax_error
from local_account.identifiers import Name
from local_account.results import Result, status_result, table_result
from local_account.stages.files import (
    Location,
    authorise,
    end_temporary,
    is_visible,
    matching,
    read_location,
    stage_directory,
    storage_of,
)
from local_account.stages.formats import complete
from local_account.stages.storage_access import IAM_USER_ARN, check_location
from local_account.statements.file_formats import format_rows, printed
from local_account.statements.kinds import alters, comment_of, creates, describes, drops
from local_account.statements.listing import visible
from local_account.statements.registry import Statement, handles
from local_account.tokens import unquote

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_PROPERTIES = ("URL", "STORAGE_INTEGRATION", "FILE_FORMAT", "DIRECTORY", "ENCRYPTION", "COMMENT")
_COPY_OPTIONS = (
    ("ON_ERROR", "String", "ABORT_STATEMENT"), ("SIZE_LIMIT", "Long", ""), ("PURGE", "Boolean", "false"),
    ("RETURN_FAILED_ONLY", "Boolean", "false"), ("ENFORCE_LENGTH", "Boolean", "true"),
    ("TRUNCATECOLUMNS", "Boolean", "false"), ("FORCE", "Boolean", "false"),
)  # fmt: skip


def _add_stage(session: Session, stage: Stage) -> None:
    session.add_object(stage)
    if stage.session is not None:
        session.leaving.callback(end_temporary, session.account, stage)
    if not stage.url:  # a new internal stage starts empty
        shutil.rmtree(stage_directory(session.account, stage.name))
        stage_directory(session.account, stage.name)


@creates(Stage, "Stage area {name} successfully created.", _add_stage, ("TEMPORARY", "TEMP"))
def create_stage(session: Session, statement: Statement, name: Name) -> Stage:
    """Create a stage; an external one needs an integration that allows its URL."""
    given = _checked(session, statement.cursor.properties(twice=""))
    stage = Stage(name, session.role, comment_of(given))
    stage.set(given)
    if statement.modifiers & {"TEMPORARY", "TEMP"}:
        if stage.url:
            raise not_supported("CREATE TEMPORARY STAGE with a URL")
        stage.session = session.session_id
    if stage.url and not stage.storage_integration:
        raise not_supported("An external stage without STORAGE_INTEGRATION")
    _check_url(session, stage)
    return stage


def _checked(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    for key in given:
        if key not in _PROPERTIES:
            raise not_supported(f"Option {key} of a stage")
    if (url := given.get("URL")) is not None and not re.match(r"s3://[^/]+", str(url)):
        raise not_supported(f"The stage URL '{url}' (only s3:// is served)")
    if "FILE_FORMAT" in given:
        given["FILE_FORMAT"] = _format_clause(session, given["FILE_FORMAT"])
    if "STORAGE_INTEGRATION" in given:
        given["STORAGE_INTEGRATION"] = Name.parse(str(given["STORAGE_INTEGRATION"])).name
    return given


def _format_clause(session: Session, clause: Any) -> dict[str, Any]:
    """Check a FILE_FORMAT clause and write a named format's full name into it."""
    if not isinstance(clause, dict):
        if isinstance(clause, list) and not clause:
            return {}
        clause = {"FORMAT_NAME": clause[0] if isinstance(clause, list) else clause}
    if "FORMAT_NAME" in clause:
        name = session.resolve(Name.parse(str(clause["FORMAT_NAME"])))
        session.account.catalog.get(FileFormat, name)
        return {**clause, "FORMAT_NAME": str(name)}
    complete(clause)
    return clause


def _check_url(session: Session, stage: Stage) -> None:
    """Check the right on the integration, and that it allows the URL."""
    if not stage.storage_integration:
        return
    if not stage.url:
        raise invalid_value("An internal stage cannot have STORAGE_INTEGRATION.")
    name = Name(stage.storage_integration)
    integration = session.account.catalog.find(StorageIntegration, name)
    if integration is None:
        raise does_not_exist("Integration", name)
    session.require("USAGE", "INTEGRATION", name)
    check_location(integration, stage.url)


@alters(Stage)
def alter_stage(session: Session, stage: Stage, cursor: Cursor) -> Result | None:
    """Set properties, rename or refresh a stage."""
    session.require("OWNERSHIP", Stage.KIND, stage.name)
    if cursor.accept("RENAME", "TO"):
        _rename(session, stage, session.resolve(cursor.name()))
        return None
    if cursor.accept("REFRESH"):
        return _refresh(session, stage, cursor)
    if cursor.accept("UNSET", "COMMENT"):
        stage.comment = ""
    elif cursor.accept("SET") and not cursor.looking_at("TAG"):
        changes, was_external = _checked(session, cursor.properties()), bool(stage.url)
        stage.comment = comment_of(changes, stage.comment)
        stage.set(changes)
        if bool(stage.url) != was_external:
            raise invalid_value("An internal stage cannot become external.")
        if changes.keys() & {"URL", "STORAGE_INTEGRATION"}:
            _check_url(session, stage)
    else:
        raise not_supported(f"ALTER STAGE ... {cursor.rest()}")
    session.account.catalog.save(stage)
    return None


def _rename(session: Session, stage: Stage, new: Name) -> None:
    folder = None if stage.url else stage_directory(session.account, stage.name)
    session.rename_object(stage, new)
    if folder:
        target = stage_directory(session.account, new)
        target.rmdir()
        folder.rename(target)


def _refresh(session: Session, stage: Stage, cursor: Cursor) -> Result:
    """Answer ALTER STAGE ... REFRESH: one row a file; DIRECTORY(@stage) itself is not kept."""
    if not stage.directory.get("ENABLE"):
        raise invalid_value(f"Stage {stage.name} has no directory table (DIRECTORY = (ENABLE = TRUE)).")
    options = cursor.properties()
    files = storage_of(session.account, stage).files(str(options.get("SUBPATH", "")))
    rows = [(f.name, "REGISTERED_NEW", "File registered successfully.") for f in files]
    return table_result([("file", "text"), ("status", "text"), ("description", "text")], rows)


@drops(Stage)
def drop_stage(session: Session, found: Stage) -> None:
    """Drop a stage; the files of an internal one are deleted."""
    folder = None if found.url else stage_directory(session.account, found.name)
    session.drop_object(found)
    if folder:
        shutil.rmtree(folder)


@handles("SHOW STAGES")
def show_stages(session: Session, statement: Statement) -> Result:
    """List stages with Snowflake's columns."""
    names = (
        "name", "database_name", "schema_name", "url", "has_credentials", "has_encryption_key", "owner", "comment",
        "region", "type", "cloud", "notification_channel", "storage_integration", "endpoint", "owner_role_type",
        "directory_enabled",
    )  # fmt: skip
    rows = []
    for o in visible(session, Stage, statement.cursor):
        if not is_visible(session, o):
            continue
        external = bool(o.url)
        rows.append((
            o.created_on, o.name.name, o.name.database, o.name.schema, o.url or "", "N", "N", o.owner, o.comment,
            "us-east-1" if external else None, _kind(o), "AWS" if external else None, None,
            o.storage_integration, None, "ROLE", "Y" if o.directory.get("ENABLE") else "N",
        ))  # fmt: skip
    return table_result([("created_on", "timestamp_ltz"), *((n, "text") for n in names)], rows)


def _kind(stage: Stage) -> str:
    return "EXTERNAL" if stage.url else "INTERNAL" if stage.session is None else "INTERNAL TEMPORARY"


@describes(Stage)
def describe_stage(session: Session, found: Stage) -> tuple[list[tuple[str, str]], list[tuple[str, ...]]]:
    """Describe a stage: one row a property, grouped by parent."""
    rows: list[tuple[str, ...]] = []
    clause = dict(found.file_format)
    if named := clause.get("FORMAT_NAME"):
        rows.append(("STAGE_FILE_FORMAT", "FORMAT_NAME", "String", str(named), ""))
    else:
        kind = str(clause.pop("TYPE", "CSV")).upper()
        rows += [("STAGE_FILE_FORMAT", *row) for row in format_rows(kind, clause)]
    rows += [("STAGE_COPY_OPTIONS", n, kind, default, default) for n, kind, default in _COPY_OPTIONS]
    if found.url:
        name = Name(str(found.storage_integration))
        integration = session.account.catalog.find(StorageIntegration, name)
        arn, external_id = (
            (integration.storage_aws_role_arn, integration.storage_aws_external_id) if integration else ("", "")
        )
        rows += [
            ("STAGE_LOCATION", "URL", "String", f'["{found.url}"]', ""),
            ("STAGE_INTEGRATION", "STORAGE_INTEGRATION", "String", name.name, ""),
            ("STAGE_CREDENTIALS", "AWS_ROLE", "String", arn, ""),
            ("STAGE_CREDENTIALS", "AWS_EXTERNAL_ID", "String", external_id, ""),
            ("STAGE_CREDENTIALS", "SNOWFLAKE_IAM_USER", "String", IAM_USER_ARN, ""),
        ]  # fmt: skip
    directory = {"ENABLE": False, "AUTO_REFRESH": False} | found.directory
    rows += [("DIRECTORY", k, "Boolean", printed(v), "false") for k, v in directory.items()]
    columns = ("parent_property", "property", "property_type", "property_value", "property_default")
    return [(n, "text") for n in columns], rows


@handles("LIST", "LS")
def list_files(session: Session, statement: Statement) -> Result:
    """List the files of a stage."""
    location, pattern = _location_and_pattern(session, statement.cursor)
    authorise(session, location.stage)
    files = matching(storage_of(session.account, location.stage).files(location.path), pattern)
    rows = [(f.url, f.size, f.etag, f"{f.modified:%a, %d %b %Y %H:%M:%S GMT}") for f in files]
    return table_result([("name", "text"), ("size", "fixed"), ("md5", "text"), ("last_modified", "text")], rows)


@handles("REMOVE", "RM")
def remove_files(session: Session, statement: Statement) -> Result:
    """Delete files of a stage."""
    location, pattern = _location_and_pattern(session, statement.cursor)
    authorise(session, location.stage, write=True)
    storage = storage_of(session.account, location.stage)
    files = matching(storage.files(location.path), pattern)
    for file in files:
        storage.remove(file)
    return table_result([("name", "text"), ("result", "text")], [(f.url, "removed") for f in files])


def _location_and_pattern(session: Session, cursor: Cursor) -> tuple[Location, str | None]:
    location = read_location(session, cursor)
    options = cursor.properties()
    pattern = options.pop("PATTERN", None)
    if options:
        raise not_supported(f"Option {next(iter(options))} of LIST and REMOVE")
    return location, pattern


@handles("PUT")
def put_files(session: Session, statement: Statement) -> Result:
    """Tell the client where to copy files; it writes into the stage's folder itself, on the same computer."""
    cursor = statement.cursor
    source, location, options = _local(cursor), _internal(session, cursor), cursor.properties()
    authorise(session, location.stage, write=True)
    known: dict[str, Any] = {
        "AUTO_COMPRESS": True,
        "SOURCE_COMPRESSION": "AUTO_DETECT",
        "OVERWRITE": False,
        "PARALLEL": 4,
    }
    chosen = known | _only(options, known)
    folder = stage_directory(session.account, location.stage.name) / location.path
    folder.mkdir(parents=True, exist_ok=True)
    command = {
        "command": "UPLOAD",
        "src_locations": [source],
        "autoCompress": chosen["AUTO_COMPRESS"],
        "sourceCompression": str(chosen["SOURCE_COMPRESSION"]).lower(),
        "overwrite": chosen["OVERWRITE"],
    }
    return _client_command(command, folder.as_posix(), chosen["PARALLEL"])


@handles("GET")
def get_files(session: Session, statement: Statement) -> Result:
    """Tell the client which files to copy out of the stage's folder."""
    cursor = statement.cursor
    location, target, options = _internal(session, cursor), _local(cursor), cursor.properties()
    authorise(session, location.stage)
    chosen: dict[str, Any] = {"PATTERN": None, "PARALLEL": 10}
    chosen |= _only(options, chosen)
    folder = stage_directory(session.account, location.stage.name)
    files = matching(storage_of(session.account, location.stage).files(location.path), chosen["PATTERN"])
    command = {"command": "DOWNLOAD", "src_locations": [f.name for f in files], "localLocation": target}
    return _client_command(command, folder.as_posix(), chosen["PARALLEL"])


def _local(cursor: Cursor) -> str:
    """Consume `file://<path>`, within quotes or not, and return the path."""
    token = cursor.peek()
    address = unquote(cursor.next()) if token and token.kind == "string" else cursor.written(";")
    if not address.startswith("file://"):
        raise syntax_error("expected PUT 'file://<path>' @<stage> or GET @<stage> 'file://<folder>/'.")
    return address.removeprefix("file://")


def _internal(session: Session, cursor: Cursor) -> Location:
    location = read_location(session, cursor)
    if location.is_external:
        raise ProgrammingError(
            msg=f"PUT and GET work on internal stages only; {location.stage.name} is external.",
            errno=1013,
            sqlstate="42601",
        )
    return location


def _only(options: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    if unknown := next((o for o in options if o not in known), None):
        raise not_supported(f"Option {unknown} of PUT and GET")
    return options


def _client_command(command: dict[str, Any], folder: str, parallel: int) -> Result:
    result = status_result("Statement executed successfully.", statement_type.UNKNOWN)
    stage = {"locationType": "LOCAL_FS", "location": folder, "path": "", "region": "us-east-1", "creds": {}}
    # The connector reads an object for uploads and a list for downloads; files are not encrypted, so neither has one.
    result.put = command | {"stageInfo": stage, "parallel": parallel, "encryptionMaterial": None}
    return result
