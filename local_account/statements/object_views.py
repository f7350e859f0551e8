"""Views of INFORMATION_SCHEMA that list what SHOW lists: sequences, stages, file formats, procedures and functions.

https://docs.snowflake.com/en/sql-reference/info-schema/sequences, .../stages, .../file_formats, .../procedures and
.../functions have the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_account.catalog.objects import FileFormat, Function, Procedure, Sequence, Stage
from local_account.queries import information_schema
from local_account.results import table_result
from local_account.statements.listing import T, column_list
from local_account.types import DataType, Family, octets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.catalog.base import CatalogObject
    from local_account.catalog.objects import Routine
    from local_account.results import Result
    from local_account.session.session import Session

_SIZES = (
    "DATA_TYPE CHARACTER_MAXIMUM_LENGTH:n CHARACTER_OCTET_LENGTH:n NUMERIC_PRECISION:n NUMERIC_PRECISION_RADIX:n "
    "NUMERIC_SCALE:n"
)
_TOLD = "CREATED:t LAST_ALTERED:t COMMENT OWNER_ROLE_TYPE"


def _seen(session: Session, kind: type[T], database: str) -> Iterator[T]:
    """Yield the objects of a kind that the role sees, of a database."""
    for item in session.account.catalog.list(kind, database):
        if session.account.access.sees(session.role, item.kind, item.name):
            yield item


def _told(item: CatalogObject) -> tuple[object, ...]:
    return *[item.created_on] * 2, item.comment or None, "ROLE"


def _placed(of: str) -> str:
    """Return the columns that every view begins with."""
    return f"{of}_CATALOG {of}_SCHEMA {of}_NAME"


def _sequences(session: Session, database: str) -> Result:
    query = (
        "select schema_name, sequence_name, start_value, coalesce(last_value + increment_by, start_value), "
        "increment_by from duckdb_sequences() where database_name = ?"
    )
    values = {(schema, name): rest for schema, name, *rest in session.connection.sql(query, [database])}
    rows = []
    for item in _seen(session, Sequence, database):
        start, following, step = map(str, values[item.name.schema, item.name.name])
        kept = *item.name.parts, item.owner, "NUMBER", 38, 10, 0
        moments, ordered = [item.created_on] * 2, "YES" if item.ordered else "NO"
        rows.append((*kept, start, None, None, following, step, None, *moments, ordered, item.comment or None))
    columns = (
        f"{_placed('SEQUENCE')} SEQUENCE_OWNER DATA_TYPE NUMERIC_PRECISION:n NUMERIC_PRECISION_RADIX:n NUMERIC_SCALE:n "
        f"START_VALUE MINIMUM_VALUE MAXIMUM_VALUE NEXT_VALUE INCREMENT CYCLE_OPTION CREATED:t "
        "LAST_ALTERED:t ORDERED COMMENT"
    )
    return table_result(column_list(columns), rows)


def _stages(session: Session, database: str) -> Result:
    rows = [
        (*item.name.parts, item.url, "us-east-1" if item.url else None,
         "External Named" if item.url else "Internal Named", item.owner, None, *_told(item))
        for item in _seen(session, Stage, database)
        if item.session is None
    ]  # fmt: skip
    columns = f"{_placed('STAGE')} STAGE_URL STAGE_REGION STAGE_TYPE STAGE_OWNER ENDPOINT {_TOLD}"
    return table_result(column_list(columns), rows)


def _file_formats(session: Session, database: str) -> Result:
    rows = [(*item.name.parts, item.owner, item.type, *_told(item)) for item in _seen(session, FileFormat, database)]
    columns = f"{_placed('FILE_FORMAT')} FILE_FORMAT_OWNER FILE_FORMAT_TYPE {_TOLD}"
    return table_result(column_list(columns), rows)


def _of_routine(item: Routine) -> tuple[object, ...]:
    """Return what procedures and functions have alike: name, owner, signature, the type that is returned, and body."""
    signature = f"({', '.join(f'{name} {DataType.parse(kind).name}' for name, kind, _ in item.arguments)})"
    if item.columns is not None:
        returned = f"TABLE ({', '.join(f'{name} {DataType.parse(kind).name}' for name, kind in item.columns)})"
        sizes: tuple[object, ...] = (returned, *[None] * 5)
    else:
        kind = DataType.parse(item.returns)
        exact = kind.family is Family.EXACT
        size = None if kind.length is None else octets(kind.length)
        sizes = item.returns, kind.length, size, kind.precision, 10 if exact else None, kind.scale if exact else None
    place = item.name.database, item.name.schema, item.called
    return *place, item.owner, signature, *sizes, "SQL", item.body


def _procedures(session: Session, database: str) -> Result:
    rows = [(*_of_routine(item), *_told(item)) for item in _seen(session, Procedure, database)]
    columns = (
        f"{_placed('PROCEDURE')} PROCEDURE_OWNER ARGUMENT_SIGNATURE {_SIZES} PROCEDURE_LANGUAGE PROCEDURE_DEFINITION "
        f"{_TOLD}"
    )
    return table_result(column_list(columns), rows)


def _functions(session: Session, database: str) -> Result:
    rows = [(*_of_routine(item), "NO", "NO", *_told(item)) for item in _seen(session, Function, database)]
    columns = (
        f"{_placed('FUNCTION')} FUNCTION_OWNER ARGUMENT_SIGNATURE {_SIZES} FUNCTION_LANGUAGE FUNCTION_DEFINITION "
        f"IS_SECURE IS_EXTERNAL {_TOLD}"
    )
    return table_result(column_list(columns), rows)


information_schema.MADE.update({
    "SEQUENCES": _sequences, "STAGES": _stages, "FILE_FORMATS": _file_formats, "PROCEDURES": _procedures,
    "FUNCTIONS": _functions,
})  # fmt: skip
