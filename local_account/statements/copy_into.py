"""COPY INTO a table from a stage."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.catalog.objects import Table
from local_account.data_plane.messages import translated
from local_account.errors import does_not_exist, invalid_value, not_supported, syntax_error, unreadable_file
from local_account.identifiers import joined, quoted, text_literal, unquoted
from local_account.queries.rights import require_on_relation, require_warehouse
from local_account.results import Result, table_result
from local_account.stages.csv_scan import scan_csv
from local_account.stages.file_scan import Scan, TargetColumn, scan_parquet
from local_account.stages.files import Location, Storage, authorise, copies_prefix, matching, read_location, storage_of
from local_account.stages.formats import FileFormat, resolve
from local_account.stages.load_history import LoadedFile, LoadHistory
from local_account.statements.load_functions import ERRORS
from local_account.statements.registry import Statement, handles
from local_account.types import INTEGER, DataType, Family

if TYPE_CHECKING:
    from local_account.identifiers import Name
    from local_account.parsing import Cursor
    from local_account.session.session import Session
    from local_account.stages.storage_access import StoredFile

_OPTIONS: dict[str, Any] = {
    "FILES": None, "PATTERN": None, "FILE_FORMAT": {}, "ON_ERROR": "ABORT_STATEMENT", "FORCE": False, "PURGE": False,
    "MATCH_BY_COLUMN_NAME": "NONE", "INCLUDE_METADATA": {}, "VALIDATION_MODE": None, "ENFORCE_LENGTH": True,
    "TRUNCATECOLUMNS": False, "RETURN_FAILED_ONLY": False,
}  # fmt: skip
_ON_ERROR = re.compile(r"CONTINUE|ABORT_STATEMENT|SKIP_FILE(?:_(?P<count>\d+)(?P<percent>%)?)?")
_METADATA_TYPES = ("FILENAME", "FILE_ROW_NUMBER", "FILE_CONTENT_KEY", "FILE_LAST_MODIFIED", "START_SCAN_TIME")
_RESULT = [
    ("file", "text"), ("status", "text"), ("rows_parsed", "fixed"), ("rows_loaded", "fixed"), ("error_limit", "fixed"),
    ("errors_seen", "fixed"), ("first_error", "text"), ("first_error_line", "fixed"),
    ("first_error_character", "fixed"), ("first_error_column_name", "text"),
]  # fmt: skip


@dataclass
class Copy:
    """One COPY INTO: where to, where from, how.

    `selected` are the file's columns that its SELECT names, one for each of `columns`; None where it has no SELECT.
    """

    table: Name
    target: str
    columns: list[TargetColumn]
    location: Location
    file_format: FileFormat
    options: dict[str, Any]
    metadata: dict[str, str] = field(default_factory=dict)
    selected: list[str] | None = None

    @property
    def match(self) -> str | None:
        """How the file's columns find the table's: by position (None) or by name."""
        chosen = str(self.options["MATCH_BY_COLUMN_NAME"]).upper()
        return None if chosen == "NONE" else chosen


@handles("COPY INTO")
def copy_into(session: Session, statement: Statement) -> Result:
    """Load a table from a stage's files, each of them once."""
    cursor = statement.cursor
    first = cursor.peek()
    if first and first.text[0] in "@'":
        raise not_supported("Unloading with COPY INTO @<stage>")
    copy = _read(session, cursor)
    authorise(session, copy.location.stage)
    privileges = ("INSERT",) if copy.options["VALIDATION_MODE"] is None else ("SELECT",)
    if str(copy.table) not in session.temporaries:
        for privilege in privileges:
            require_on_relation(session, privilege, copy.table)
    require_warehouse(session, exp.Select(), [(exp.Table(), copy.table)])
    storage = storage_of(session.account, copy.location.stage)
    home = session.account.home
    with tempfile.TemporaryDirectory(prefix=copies_prefix(home), dir=home) as folder, session.as_one_statement():
        return _run(session, copy, storage, Path(folder))


def _read(session: Session, cursor: Cursor) -> Copy:
    """Read the statement behind COPY INTO."""
    table = session.resolve(cursor.name())
    chosen: list[str] = []
    if cursor.accept("("):
        while not cursor.accept(")"):
            chosen.append(cursor.identifier())
            cursor.accept(",")
    cursor.expect("FROM")
    selection: list[tuple[str, DataType | None]] | None = None
    if cursor.accept("("):
        selection, location = _selection(session, cursor)
    else:
        location = read_location(session, cursor)
    options = _checked_options(cursor.properties(twice="conflicting values for copy option '{}'"))
    clause = options["FILE_FORMAT"]
    if not isinstance(clause, dict):
        clause = {"FORMAT_NAME": clause[0] if isinstance(clause, list) else clause} if clause else {}
    file_format = resolve(session, location.stage.file_format, clause)
    target, columns = table_columns(session, table)
    if chosen:
        by_name = {c.name: c for c in columns}
        if wrong := next((c for c in chosen if c not in by_name), None):
            raise invalid_value(f"invalid identifier '{wrong}'")
        columns = [by_name[c] for c in chosen]
    copy = Copy(table, target, columns, location, file_format, options)
    if selection is not None:
        copy.selected = _selected(copy, selection)
    copy.metadata = _metadata(copy)
    copy.columns = [c for c in columns if c.name not in copy.metadata]
    return copy


def _checked_options(given: dict[str, Any]) -> dict[str, Any]:
    if unknown := next((o for o in given if o not in _OPTIONS), None):
        raise not_supported(f"Option {unknown} of COPY INTO")
    options = _OPTIONS | given
    if not _ON_ERROR.fullmatch(str(options["ON_ERROR"]).upper()):
        raise invalid_value(f"invalid value '{options['ON_ERROR']}' for parameter 'ON_ERROR'")
    if options["VALIDATION_MODE"] not in (None, "RETURN_ERRORS", "RETURN_ALL_ERRORS"):
        raise not_supported(f"VALIDATION_MODE = {options['VALIDATION_MODE']}")
    return options


def _selection(session: Session, cursor: Cursor) -> tuple[list[tuple[str, DataType | None]], Location]:
    """Read `SELECT $1:column[::type], ... FROM @stage)`: the file's columns with their types, and the stage."""
    found: list[tuple[str, DataType | None]] = []
    other = not_supported("COPY INTO ... FROM (SELECT ...) of anything but $1:column or $1:column::type")
    cursor.expect("SELECT")
    while not cursor.accept("FROM"):
        if not cursor.accept("$") or cursor.next().text != "1" or not cursor.accept(":"):
            raise other
        token = cursor.next()
        if token.kind not in ("word", "quoted"):
            raise syntax_error(f"expected a column of the file, found '{token.text}'.")
        name = unquoted(token.text) if token.kind == "quoted" else token.text  # keys keep their case
        found.append((name, cursor.data_type() if cursor.accept("::") else None))
        if not cursor.accept(",") and not cursor.looking_at("FROM"):
            raise other
    location = read_location(session, cursor)
    cursor.expect(")")
    return found, location


def _selected(copy: Copy, selection: list[tuple[str, DataType | None]]) -> list[str]:
    """Check a SELECT against the columns that it loads; return the file's column for each of them."""
    if copy.file_format.type != "PARQUET":
        raise not_supported(f"COPY INTO ... FROM (SELECT $1:column ...) of {copy.file_format.type} files")
    if copy.match is not None:
        raise invalid_value("MATCH_BY_COLUMN_NAME does not go together with COPY INTO ... FROM (SELECT ...).")
    if len(selection) != len(copy.columns):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInsert value list does not match column list expecting {len(copy.columns)} "
            f"but got {len(selection)}",
            errno=2020,
            sqlstate="21S01",
        )
    for (name, wanted), column in zip(selection, copy.columns, strict=True):
        if wanted is not None and wanted.duckdb != column.type:
            raise not_supported(f"COPY INTO with $1:{name}::{wanted}, whose type is not that of column {column.name},")
    return [name for name, _ in selection]


def _metadata(copy: Copy) -> dict[str, str]:
    """Check INCLUDE_METADATA: target column -> what of the file goes there."""
    given = copy.options["INCLUDE_METADATA"]
    if not given:
        return {}
    if copy.match is None:
        raise invalid_value("INCLUDE_METADATA works only with MATCH_BY_COLUMN_NAME.")
    names = {c.name for c in copy.columns}
    found = {}
    for column, source in given.items():
        kind = str(source).upper().removeprefix("METADATA$")
        if column not in names:
            raise invalid_value(f"invalid identifier '{column}'")
        if kind not in _METADATA_TYPES:
            raise invalid_value(f"invalid value '{source}' for parameter 'INCLUDE_METADATA'")
        found[column] = kind
    return found


def table_columns(session: Session, table: Name) -> tuple[str, list[TargetColumn]]:
    """Return a table's name and columns in DuckDB. Raises: ProgrammingError (2003) where it is missing."""
    temporary = str(table) in session.temporaries
    at = ("temp", "main", str(table)) if temporary else (table.database, table.schema, table.name)
    rows = session.connection.sql(
        "select column_name, data_type, is_nullable from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        list(at),
    )
    if not rows:
        raise does_not_exist("Table", table)
    item = session.account.catalog.find(Table, table)
    declared = item.column_types if item else {}

    def length(name: str) -> int | None:
        found = DataType.parse(declared[name]) if name in declared else None
        return found.length if found and found.family is Family.TEXT else None

    def narrowed(name: str, kind: str) -> str:
        """Return DuckDB's type for what was declared, where it keeps numbers in a wider one than that."""
        found = DataType.parse(declared[name]) if name in declared else None
        return found.duckdb if found and found.family is Family.EXACT and found != INTEGER else kind

    columns = [
        TargetColumn(
            name, narrowed(name, kind), bool(nullable), length(name), f"{quoted(table.name)}[{quoted(name)}:{n}]"
        )
        for n, (name, kind, nullable) in enumerate(rows, start=1)
    ]
    return joined(str(part) for part in at), columns


def _run(session: Session, copy: Copy, storage: Storage, folder: Path) -> Result:
    """Bring the files over, look at all of them, then load what may be loaded."""
    at = datetime.now(UTC)
    history = LoadHistory(session.connection, copy.table)
    history.prepare()
    chosen = _chosen(copy, storage, {} if copy.options["FORCE"] else history.loaded())
    registered: list[str] = []
    loads: list[tuple[LoadedFile, Scan, StoredFile]] = []
    try:
        for number, file in enumerate(chosen):
            local = folder / f"{number}-{Path(file.name).name}"
            storage.download(file, local)
            try:
                scan = _scan(session, copy, local)
            except ProgrammingError as error:
                raise unreadable_file(file.path, str(local), error) from error
            registered += scan.registered
            loads.append((_outcome(copy, file, scan), scan, file))
        if copy.options["VALIDATION_MODE"]:
            rows = [_error_row(load.name, r) for load, _, _ in loads for r in load.rejects]
            return table_result(ERRORS, rows, statement_type.COPY)
        for load, scan, _ in loads:
            if load.loaded:
                _insert(session, copy, load, scan, at)
    finally:
        for name in registered:
            session.connection.unregister(name)
    query = session.account.history.running(session.session_id)
    history.record((load for load, _, _ in loads), query.query_id, at)
    if copy.options["PURGE"]:
        for load, _, file in loads:
            if load.status == "LOADED":
                storage.remove(file)
    return _answer(copy, [load for load, _, _ in loads])


def _chosen(copy: Copy, storage: Storage, loaded: dict[str, tuple[int, str]]) -> list[StoredFile]:
    """Return the files that the statement asks for and that were not loaded before, by name."""
    path = copy.location.path
    if names := copy.options["FILES"]:
        wanted = [f"{path}{name}" for name in names]
        files = []
        for name in wanted:
            found = next((f for f in storage.files(name) if f.name == name), None)
            if found is None:
                raise ProgrammingError(
                    msg=f"Remote file '{name}' was not found in stage {copy.location.stage.name}. If you are running a "
                    "copy command, please make sure files are not deleted when they are being loaded.",
                    errno=100016,
                    sqlstate="22000",
                )
            files.append(found)
    else:
        files = storage.files(path)
    files = matching(files, copy.options["PATTERN"])
    return [f for f in files if loaded.get(f.path) != (f.size, f.etag)]


def _scan(session: Session, copy: Copy, local: Path) -> Scan:
    enforce = bool(copy.options["ENFORCE_LENGTH"]) and not copy.options["TRUNCATECOLUMNS"]
    try:
        if copy.file_format.type == "CSV":
            return scan_csv(
                session.connection, local, copy.columns, copy.file_format, copy.match, enforce_length=enforce
            )
        if copy.file_format.type == "PARQUET":
            names = copy.match or copy.selected
            return scan_parquet(session.connection, local, copy.columns, names, enforce_length=enforce)
    except ProgrammingError:
        raise
    except Exception as error:
        raise translated(error) from error
    raise not_supported(f"COPY INTO from {copy.file_format.type}")


def _outcome(copy: Copy, file: StoredFile, scan: Scan) -> LoadedFile:
    """Decide by ON_ERROR how much of a file is loaded. Raises: ProgrammingError for ABORT_STATEMENT."""
    load = LoadedFile(
        name=file.path, shown=file.url, stage=str(copy.location.stage.name), size=file.size, etag=file.etag,
        modified=file.modified, parsed=scan.parsed, loaded=scan.good, error_limit=max(1, scan.parsed),
        rejects=scan.rejects,
    )  # fmt: skip
    choice = str(copy.options["ON_ERROR"]).upper()
    if choice == "CONTINUE" or copy.options["VALIDATION_MODE"]:
        return load
    if choice == "ABORT_STATEMENT":
        load.error_limit = 1
        if scan.rejects:
            raise _aborted(load)
        return load
    match = _ON_ERROR.fullmatch(choice)
    count = int(match["count"]) if match and match["count"] else 1
    load.error_limit = max(1, scan.parsed * count // 100) if match and match["percent"] else count
    too_many = (
        len(scan.rejects) * 100 > count * scan.parsed if match and match["percent"] else len(scan.rejects) >= count
    )
    if too_many and scan.rejects:
        load.loaded = 0
    return load


def _aborted(load: LoadedFile) -> ProgrammingError:
    first = load.rejects[0]
    column = f", column {first.column}" if first.column else ""
    return ProgrammingError(
        msg=f"{first.error}\n  File '{load.name}', line {first.line}, character {first.character}\n"
        f"  Row {first.row_number}{column}\n"
        "  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or "
        "'CONTINUE' for the ON_ERROR option.",
        errno=first.code,
        sqlstate=first.sql_state,
    )


def _insert(session: Session, copy: Copy, load: LoadedFile, scan: Scan, at: datetime) -> None:
    values = {
        "FILENAME": text_literal(load.name),
        "FILE_ROW_NUMBER": "_n",
        "FILE_CONTENT_KEY": text_literal(load.etag),
        "FILE_LAST_MODIFIED": f"timestamp {text_literal(f'{load.modified.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}')}",
        "START_SCAN_TIME": f"timestamp {text_literal(f'{at:%Y-%m-%d %H:%M:%S.%f}')}",
    }
    names = [c.sql for c in scan.columns] + [quoted(c) for c in copy.metadata]
    selected = [c.sql for c in scan.columns] + [values[kind] for kind in copy.metadata.values()]
    inserted = session.connection.sql(
        f"insert into {copy.target} ({', '.join(names)}) select {', '.join(selected)} from ({scan.select})",
        why_once="files were loaded in it",
    )[0][0]
    if inserted != load.loaded:
        raise ProgrammingError(
            msg=f"{load.shown}: {load.loaded} good rows were found but {inserted} were loaded; nothing was kept.",
            errno=603,
            sqlstate="XX000",
        )


def _answer(copy: Copy, loads: list[LoadedFile]) -> Result:
    if not loads:
        return table_result([("status", "text")], [("Copy executed with 0 files processed.",)], statement_type.COPY)
    shown = [f for f in loads if f.status != "LOADED"] if copy.options["RETURN_FAILED_ONLY"] else loads
    rows = [(f.shown, f.status, f.parsed, f.loaded, f.error_limit, len(f.rejects), *f.first) for f in shown]
    result = table_result(_RESULT, rows, statement_type.COPY)
    result.affected = sum(f.loaded for f in loads)
    return result


def _error_row(file: str, r: Any) -> tuple[Any, ...]:
    return (r.error, file, r.line, r.character, r.byte_offset, r.category, r.code, r.sql_state, r.column, r.row_number,
            r.line, r.record)  # fmt: skip
