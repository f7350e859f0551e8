"""Lets a query read files of a stage: `select $1, METADATA$FILENAME from @stage (FILE_FORMAT => ..., PATTERN => ...)`.

https://docs.snowflake.com/en/user-guide/querying-stage
"""

from __future__ import annotations

import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.errors import execution_error, invalid_value, not_supported, unreadable_file
from local_account.identifiers import quoted, text_literal
from local_account.queries.rights import require_warehouse
from local_account.stages.csv_scan import scan_csv
from local_account.stages.file_scan import Scan, TargetColumn
from local_account.stages.files import authorise, copies_prefix, find_location, matching, storage_of
from local_account.stages.formats import FileFormat, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from local_account.session.session import Session
    from local_account.stages.storage_access import StoredFile

_METADATA = ("METADATA$FILENAME", "METADATA$FILE_ROW_NUMBER", "METADATA$FILE_CONTENT_KEY")


def replace_staged_files(session: Session, expression: Expr, closing: ExitStack, *, with_rows: bool = True) -> None:
    """Replace the stages that a query reads by views of their files, and $n by the views' columns.

    Args:
        session: who asks; needs the right to read the stage and a warehouse.
        expression: the statement, changed in place.
        closing: removes views and copies of the files when the statement is over.
        with_rows: whether to read the files, or only to tell the columns.

    Raises: ProgrammingError for a missing right, a file that cannot be read, or what is not supported.
    """
    stages = [t for t in expression.find_all(exp.Table) if _location(t)]
    if not stages:
        return
    if isinstance(expression, exp.Create) and expression.args.get("kind") == "VIEW":
        raise not_supported("A view of a stage's files")
    fields = [p for p in expression.find_all(exp.Parameter) if p.name.isdigit() and int(p.name) > 0]
    width = max((int(p.name) for p in fields), default=1)
    views: dict[tuple[str, ...], str] = {}
    for table in stages:
        read = tuple(str(table.args[key]) if table.args.get(key) else "" for key in ("this", "format", "pattern"))
        if read not in views:
            views[read] = _view(session, table, width, closing, with_rows=with_rows)
        name = views[read]
        view = exp.table_(exp.to_identifier(name, quoted=True), db="main", catalog="temp")
        view.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        table.replace(view)
    for field in fields:
        column = field.parent if isinstance(field.parent, exp.Column) else field
        source = column.args.get("table") if isinstance(column, exp.Column) else None
        column.replace(exp.Column(this=exp.to_identifier(f"${field.name}", quoted=True), table=source))


def _location(table: exp.Table) -> str | None:
    """Return the `@stage/path` that a FROM clause names, or None for anything else."""
    is_text = isinstance(table.this, exp.Var) or (isinstance(table.this, exp.Literal) and table.this.is_string)
    return table.name if is_text and table.name.startswith("@") else None


def _view(session: Session, table: exp.Table, width: int, closing: ExitStack, *, with_rows: bool) -> str:
    location = find_location(session, str(_location(table)))
    authorise(session, location.stage)
    require_warehouse(session, exp.Select(), [(table, location.stage.name)])
    named = table.args.get("format")
    file_format = resolve(session, location.stage.file_format, {"FORMAT_NAME": named.name} if named else {})
    if file_format.type != "CSV":
        raise not_supported(f"A query of staged files of type {file_format.type}")
    if file_format["PARSE_HEADER"]:
        raise invalid_value("PARSE_HEADER = TRUE is for COPY INTO with MATCH_BY_COLUMN_NAME, not for queries of files.")
    pattern = table.args.get("pattern")
    parts = []
    if with_rows:
        storage = storage_of(session.account, location.stage)
        home = session.account.home
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix=copies_prefix(home), dir=home)))
        for number, file in enumerate(matching(storage.files(location.path), pattern and pattern.name)):
            local = folder / f"{number}-{Path(file.name).name}"
            storage.download(file, local)
            scan = _scan(session, file, local, width, file_format)
            for registered in scan.registered:
                closing.callback(_quietly, session.connection.unregister, registered)
            if scan.select:
                parts.append(_rows_of(file, scan, width))
    name = f"stage {uuid.uuid4()}"
    body = " union all ".join(parts) or _no_rows(width)
    session.connection.sql(f"create temporary view {quoted(name)} as {body}")
    closing.callback(_quietly, session.connection.sql, f"drop view if exists temp.main.{quoted(name)}")
    return name


def _quietly(action: Callable[[str], object], name: str) -> None:
    """Clean up; where the statement broke its transaction, the session's end does."""
    with suppress(Exception):
        _ = action(name)


def _scan(session: Session, file: StoredFile, local: Path, width: int, file_format: FileFormat) -> Scan:
    """Read one file by position. Raises: ProgrammingError for the first record that is none, as a query does."""
    columns = [TargetColumn(f"${n}", "VARCHAR") for n in range(1, width + 1)]
    lenient = FileFormat("CSV", {**file_format.options, "ERROR_ON_COLUMN_COUNT_MISMATCH": False})
    try:
        scan = scan_csv(session.connection, local, columns, lenient, None, beyond=True)
    except Exception as error:
        raise unreadable_file(file.path, str(local), execution_error(str(error))) from error
    if scan.rejects:
        first = scan.rejects[0]
        raise execution_error(
            f"{first.error}\n  File '{file.path}', line {first.line}, character {first.character}", first.code, "22000"
        )
    return scan


def _rows_of(file: StoredFile, scan: Scan, width: int) -> str:
    known = {column.name for column in scan.columns}
    fields = [f"${n}" for n in range(1, width + 1)]
    values = [quoted(f) if f in known else f"null::varchar as {quoted(f)}" for f in fields]
    metadata = (text_literal(file.path), "_n", text_literal(file.etag))
    values += [f"{value} as {quoted(name)}" for name, value in zip(_METADATA, metadata, strict=True)]
    return f"select {', '.join(values)} from ({scan.select})"


def _no_rows(width: int) -> str:
    texts = [f"null::varchar as {quoted(f'${n}')}" for n in range(1, width + 1)]
    texts += [
        f"null::{kind} as {quoted(n)}" for n, kind in zip(_METADATA, ("varchar", "bigint", "varchar"), strict=True)
    ]
    return f"select {', '.join(texts)} where false"
